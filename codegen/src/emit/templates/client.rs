//! The client, and the calls that it makes.

use std::time::Duration;

use graph_runtime::{
    Batch, BatchEntry, BoxFuture, ClientBuilder, ErrorCatalog, IntoBatch, Items, MaskInfo, Method, Operation, OperationInfo, Pace, PagedOperation,
    Pages, RawRequest, Refusals, Response, RetryPolicy, Secret, Sends, Stream, Surface, TokenSource, Traffic, Usage, Value, ledger::Ledger,
};

use crate::{ApiVersion, Error, error_catalog};

/// A client of the {{title}}: a token, a version, a connection pool.
///
/// Cloning is cheap, and so are the views [`Client::at_version`] and [`Client::with_token`]: all share one pool, so one process serves thousands of
/// businesses. Nothing about a client is global; several versions run side by side.
///
/// ```
/// use {{library}}::{ApiVersion, Client};
///
/// # fn example(version: ApiVersion) -> Result<(), {{library}}::Error> {
/// let client = Client::builder("EAAJB...", version).app_secret("614fc2af...").build()?;
/// let other_tenant = client.with_token("EAAKC...");
/// # let _ = other_tenant;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client(pub(crate) graph_runtime::Client);

impl From<graph_runtime::Client> for Client {
    fn from(client: graph_runtime::Client) -> Self {
        Self(client)
    }
}

impl Surface for Client {
    type Error = Error;

    const ERROR_CATALOG: &'static ErrorCatalog = &error_catalog::ERROR_CATALOG;

    const USER_AGENT: &'static str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

    const BASE_URL: &'static str = "{{base_url}}";
{{hosts}}
    const LIMITED: &'static [&'static OperationInfo] = crate::operations::LIMITED;

    const MASKED: &'static [MaskInfo] = crate::operations::MASKED;
}

impl Client {
    /// Begins a client that calls with this access token, at this version.
    ///
    /// There is no default version: it would rot with the next release of Graph, or change under a program that did not ask for it.
    pub fn builder(token: impl Into<Secret>, version: ApiVersion) -> ClientBuilder<Self> {
        ClientBuilder::new(token, version.into())
    }

    /// The same client at another version.
    #[must_use]
    pub fn at_version(&self, version: ApiVersion) -> Self {
        Self(self.0.at_version(version.into()))
    }

    /// The same client with another access token: another business, another tenant.
    #[must_use]
    pub fn with_token(&self, token: impl Into<Secret>) -> Self {
        Self(self.0.with_token(token))
    }

    /// The same client with the tokens of a provider, which is asked for a fresh one when Graph rejects the last.
    ///
    /// The call that was rejected is sent again with the fresh token, unless it is never to be repeated: then its error is retryable. However many calls wait for it, the provider is asked once.
    #[must_use]
    pub fn with_token_provider(&self, source: impl Into<TokenSource>) -> Self {
        Self(self.0.with_token_provider(source))
    }

    /// The same client with another policy of refusing calls before the network.
    #[must_use]
    pub fn with_refusals(&self, refusals: Refusals) -> Self {
        Self(self.0.with_refusals(refusals))
    }

    /// The same client with another way about calls that governor or pace hold back.
    #[must_use]
    pub fn with_traffic(&self, traffic: Traffic) -> Self {
        Self(self.0.with_traffic(traffic))
    }

    /// The same client with this pace for the objects that have none of their own ([`Client::set_pace`]).
    #[must_use]
    pub fn with_pace(&self, pace: Pace) -> Self {
        Self(self.0.with_pace(pace))
    }

    /// The version that the client asks for.
    pub fn version(&self) -> ApiVersion {
        self.0.version().into()
    }

    /// The latest usage of their allowances by the app and by each business object, as Graph has reported it to this client, its clones and its views.
    pub fn usage(&self) -> Usage {
        self.0.usage()
    }

    /// Paces the calls about one object at another rate than the builder said, for all clones and views of this client.
    pub fn set_pace(&self, id: impl AsRef<str>, pace: Pace) {
        self.0.set_pace(id, pace);
    }

    /// Counts towards the pace of an object what is no call: `arrivals` messages that arrived at a number. Call it where webhooks arrive, and give the pace
    /// [`leave_room(0)`](Pace::leave_room).
    pub async fn count_arrivals(&self, id: impl AsRef<str>, arrivals: u32) {
        self.0.count_arrivals(id, arrivals).await;
    }

    /// What counts the calls whose limit must not be overrun. The client and its views share it.
    pub fn ledger(&self) -> &dyn Ledger {
        self.0.ledger()
    }

    /// Sends a request value.
    ///
    /// # Errors
    /// Whatever [`Call::send`] returns.
    pub async fn send<R: Operation>(&self, request: R) -> Result<R::Response, Error> {
        self.0.send(&request).await.map_err(Error::from)
    }

    /// Begins a batch: calls of any kind that are sent together, up to fifty in one request to Graph.
    ///
    /// A call is sent with the token and to the version of its own client; a bare request with those of this one. Each is judged, counted and
    /// answered as if it were sent alone: see [`Batch`].
    ///
{{batch_example}}    pub fn batch(&self) -> Batch<Error> {
        self.0.batch()
    }

    /// Sends calls or requests of one kind together, in as few requests to Graph as may be, and gives their results in the same order.
    ///
{{batch_of_example}}    pub async fn batch_of<R: IntoBatch>(&self, requests: impl IntoIterator<Item = R>) -> Vec<Result<R::Answer, Error>> {
        self.0.batch_of(requests).await
    }

    /// Sends many calls, each in a request of its own and with a key by which its result is known, at the pace of their objects. The results come in the order
    /// in which the calls end; see [`Sends`].
    pub fn send_each<K, R>(&self, calls: impl IntoIterator<Item = (K, R), IntoIter: Send + 'static>) -> Sends<K, R, Error>
    where
        K: Send + 'static,
        R: IntoBatch,
    {
        self.0.send_each(calls)
    }

    /// [`Client::send_each`] of calls that come by and by, from a stream.
    pub fn send_stream<K, R>(&self, calls: impl Stream<Item = (K, R)> + Send + 'static) -> Sends<K, R, Error>
    where
        K: Send + 'static,
        R: IntoBatch,
    {
        self.0.send_stream(calls)
    }

    /// A call that this crate has no method for, with the same authentication, errors and paging.
    ///
    /// `path` has no version: `/106540352242922/a_new_edge`. [`Call::with_param`] adds parameters: to the JSON body of a POST, to the query of the others.
    ///
    /// ```no_run
    /// use {{library}}::{Page, Value, request::Method};
    ///
    /// # async fn example(client: {{library}}::Client) -> Result<(), {{library}}::Error> {
    /// let node: Value = client.raw(Method::Get, "/106540352242922").with_param("fields", "a_new_field").send().await?;
    /// let mut items = client.raw::<Page<Value>>(Method::Get, "/106540352242922/a_new_edge").with_param("limit", 50).items();
    /// while let Some(item) = items.next().await {
    ///     println!("{}", item?);
    /// }
    /// # let _ = node;
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw<T>(&self, method: Method, path: &str) -> Call<RawRequest<T>> {
        Call::new(self, RawRequest::new(method, path))
    }
}

/// A request bound to the client that will send it.
///
/// The methods named after parameters set them; those that begin with `with_` are about this one call. The bare request, without a client, is what
/// [`Call::into_request`] gives and [`Client::send`] takes.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call<R, C = Client> {
    pub(crate) client: C,
    pub(crate) request: R,
}

impl<R> Call<R> {
    pub(crate) fn new(client: &Client, request: R) -> Self {
        Self { client: client.clone(), request }
    }

    /// The request without the client: plain data.
    pub fn into_request(self) -> R {
        self.request
    }
}

impl<R: Operation> Call<R> {
    /// Sets what there may be, and nothing for `None`: `call.maybe(context, |call, context| call.context(context))`.
    pub fn maybe<T>(self, value: Option<T>, set: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }

    /// Sends the call.
    ///
    /// # Errors
    /// A refusal before the network, an error of Graph, a body that is neither, or a failure of the connection: see [`Error`].
    pub async fn send(self) -> Result<R::Response, Error> {
        self.client.0.send(&self.request).await.map_err(Error::from)
    }

    /// Sends the call and keeps what came with the answer: status, trace ids, the version that was really served.
    ///
    /// # Errors
    /// As [`Call::send`].
    pub async fn send_full(self) -> Result<Response<R::Response>, Error> {
        self.client.0.send_full(&self.request).await.map_err(Error::from)
    }

    /// Another version for this call alone.
    pub fn with_version(mut self, version: ApiVersion) -> Self {
        self.request.options_mut().set_version(version.into());
        self
    }

    /// Another access token for this call alone.
    pub fn with_token(mut self, token: impl Into<Secret>) -> Self {
        self.request.options_mut().set_token(token.into());
        self
    }

    /// The tokens of a source for this call alone. Give every call of one credential the same source, so that they share its token.
    pub fn with_token_provider(mut self, source: impl Into<TokenSource>) -> Self {
        self.request.options_mut().set_token_provider(source);
        self
    }

    /// Another way to repeat this call alone when it fails: [`RetryPolicy::never`] sends it once.
    pub fn with_retries(mut self, policy: RetryPolicy) -> Self {
        self.request.options_mut().set_retries(policy);
        self
    }

    /// Another policy of refusing for this call alone: [`Refusals::Off`] sends whatever it holds.
    pub fn with_refusals(mut self, refusals: Refusals) -> Self {
        self.request.options_mut().set_refusals(refusals);
        self
    }

    /// Another way about this call alone if governor or pace hold it back: [`Traffic::Off`] sends it at once.
    pub fn with_traffic(mut self, traffic: Traffic) -> Self {
        self.request.options_mut().set_traffic(traffic);
        self
    }

    /// Another time limit for this call alone, from the first byte sent to the last byte read, repetitions and pauses included.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.request.options_mut().set_timeout(timeout);
        self
    }

    /// A parameter that this crate does not know, or another value for one that it knows: it travels where the call's parameters do, and is never judged.
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.request.options_mut().set_param(name, value);
        self
    }
}

/// `call.await` sends the call, as [`Call::send`] does.
impl<R: Operation + 'static> IntoFuture for Call<R> {
    type Output = Result<R::Response, Error>;

    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<R: Operation> IntoBatch for Call<R> {
    type Answer = R::Response;

    fn into_batch(self) -> BatchEntry {
        BatchEntry::new(&self.request).of_client(&self.client.0)
    }

    fn decode(text: &str) -> Result<Self::Answer, graph_runtime::serde_json::Error> {
        R::decode(text)
    }
}

impl<R: PagedOperation> Call<R> {
    /// The pages, one request each, as a stream and by `next().await`. [`Pages::prefetch`] asks for the next while you work on the last.
    pub fn pages(self) -> Pages<R, Error> {
        Pages::new(self.client.0, self.request)
    }

    /// The items of all pages, as a stream and by `next().await`; the next page is read when the items of the last are used up, or
    /// before with [`Items::prefetch`].
    pub fn items(self) -> Items<R, Error> {
        Items::new(self.client.0, self.request)
    }
}
