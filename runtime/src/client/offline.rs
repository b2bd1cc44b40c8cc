//! Both ends of a call without the network between them: for tests of programs, for fuzz targets, and for tests that replay what those
//! have found.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::client::Client;
use crate::client::builder::{ClientBuilder, Surface};
use crate::client::reply::Reply;
use crate::client::transport::Attempt;
use crate::error::Error;
use crate::error::transport::TransportFault;
use crate::request::context::CallContext;
use crate::request::operation::Operation;
use crate::request::parts::Outgoing;
use crate::response::graph_error::GraphError;
use crate::response::info::{Response, ResponseInfo};
use crate::retry::outcome::Outcome;
use crate::values::decode::short;

/// The query that the client would send with the request, encoded.
pub fn query<O: Operation>(request: &O) -> String {
    let mut query = String::new();
    outgoing(request).write_query(&[], &mut query);
    query.strip_prefix('?').unwrap_or_default().to_owned()
}

/// Reads an answer as the client would that has sent the request once. What HTTP does not take for a header is left out.
///
/// # Errors
/// What [`Client::send_full`] makes of the answer.
pub fn answered<O: Operation>(
    client: &Client,
    request: &O,
    status: u16,
    headers: &[(&str, &[u8])],
    body: &[u8],
) -> Result<Response<O::Response>, Error> {
    let outgoing = outgoing(request);
    let call = call(client, request, &outgoing, 1);
    let info = ResponseInfo::of(status, &header_map(headers), &call);
    let reply = Reply::accept(call, info, Bytes::copy_from_slice(body), client.shared.catalog).and_then(|reply| client.of_version(reply));
    reply.and_then(|reply| reply.decode(O::decode)).map_err(|error| error.without(client.personal(&outgoing)))
}

/// Answers and errors without a network, for tests of a program: [`ClientBuilder::offline`].
///
/// They are made as the client makes them, by the same code, with the catalog of the API.
///
/// ```
/// # use graph_runtime::{Client, Method, Outcome, RawRequest, Value, Version};
/// # fn main() -> Result<(), graph_runtime::Error> {
/// let graph = Client::builder("EAAG", Version(23, 0)).offline()?;
/// let send = RawRequest::<Value>::new(Method::Post, "/106540352242922/messages").with_param("to", "16505551234");
///
/// let throttled = graph.answer(&send, 400, r#"{"error": {"code": 80007, "message": "Rate limit issues"}}"#).unwrap_err();
/// assert!(throttled.is_rate_limited() && throttled.is_retryable());
///
/// let lost = graph.error(&send, Outcome::Unknown);
/// assert!(!lost.is_retryable());
///
/// let sent = graph.answer(&send, 200, r#"{"messages": [{"id": "wamid.HBgL"}]}"#)?;
/// assert_eq!(sent["messages"][0]["id"], "wamid.HBgL");
/// # Ok(()) }
/// ```
pub struct Offline<C> {
    client: Client,
    surface: PhantomData<fn() -> C>,
}

impl<C: Surface> ClientBuilder<C> {
    /// What makes answers and errors of calls without sending any, for tests of a program.
    ///
    /// # Errors
    /// Those of [`build`](Self::build).
    pub fn offline(self) -> Result<Offline<C>, C::Error> {
        Ok(Offline { client: self.runtime_client()?, surface: PhantomData })
    }
}

impl<C: Surface> Offline<C> {
    /// What the client makes of this answer to a request: a value, or an error.
    ///
    /// # Errors
    /// What the client would return.
    pub fn answer<O: Operation>(&self, request: &O, status: u16, body: impl AsRef<[u8]>) -> Result<O::Response, C::Error> {
        self.answer_full(request, status, &[], body).map(|response| response.value)
    }

    /// What the client makes of an answer with these headers, such as `Retry-After`.
    ///
    /// # Errors
    /// What the client would return.
    pub fn answer_full<O: Operation>(
        &self,
        request: &O,
        status: u16,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Result<Response<O::Response>, C::Error> {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        Ok(answered(&self.client, request, status, &headers, body.as_ref())?)
    }

    /// An error of a call with this outcome: no connection was made; Graph throttled the app (code 4); the connection was lost after
    /// sending; or an answer that cannot be read.
    pub fn error<O: Operation>(&self, request: &O, outcome: Outcome) -> C::Error {
        let outgoing = outgoing(request);
        let call = |attempts| call(&self.client, request, &outgoing, attempts);
        let error = match outcome {
            Outcome::NotSent => Error::lost(&call(0), None, TransportFault::example(false)),
            Outcome::Unknown => Error::lost(&call(1), None, TransportFault::example(true)),
            Outcome::Rejected => {
                let body = Bytes::from_static(br#"{"error":{"message":"(#4) Application request limit reached","code":4}}"#);
                let graph =
                    GraphError { code: Some(4), message: Some("(#4) Application request limit reached".into()), ..GraphError::default() };
                let call = call(1);
                Error::graph(&call, ResponseInfo::of(400, &HeaderMap::new(), &call), &body, graph, self.client.shared.catalog)
            }
            Outcome::Executed => {
                let call = call(1);
                let target = short(std::any::type_name::<O::Response>());
                Error::decode(&call, ResponseInfo::of(200, &HeaderMap::new(), &call), &Bytes::from_static(b"[]"), target, "an example")
            }
        };
        error.into()
    }
}

impl<C> fmt::Debug for Offline<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offline").field("client", &self.client).finish()
    }
}

/// The call of this request, after so many attempts.
fn call<O: Operation>(client: &Client, request: &O, outgoing: &Outgoing, attempts: u32) -> CallContext {
    let token = client.bearer.known().unwrap_or_default();
    let version = request.options().version().unwrap_or(client.version);
    let attempt = Attempt { before: attempts, ..Attempt::new(client, outgoing, request.options(), version, token) };
    let mut call = client.call(&attempt);
    call.answered = client.shared.clock.now();
    call
}

fn outgoing<O: Operation>(request: &O) -> Outgoing {
    let mut outgoing = Outgoing::new(request.info());
    request.encode(&mut outgoing);
    outgoing.merge(request.options().extra());
    outgoing
}

fn header_map(headers: &[(&str, &[u8])]) -> HeaderMap {
    let read = |(name, value): &(&str, &[u8])| Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value).ok()?));
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter().filter_map(read) {
        map.append(name, value);
    }
    map
}
