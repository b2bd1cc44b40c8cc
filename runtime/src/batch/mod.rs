//! Many requests in one call.

mod admission;
mod answers;
mod encode;
mod item;
mod plan;
mod response;
mod send;
mod split;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use answers::Answers;
pub use item::{BatchEntry, IntoBatch};

use crate::client::Client;
use crate::error::Error;
use crate::request::reference::written;
use item::Item;

/// How many requests Graph takes in one call.
pub(crate) const MOST: usize = 50;

/// Requests of any kind that are sent together, up to fifty in one call of Graph.
///
/// [`add`](Self::add) gives a [`Ticket`] for each, and the [`Answers`] give its result for the ticket: the value that the
/// request answers, or the error that it would have had alone.
///
/// ```
/// # use graph_runtime::{Batch, Client, Error, Method, RawRequest, serde_json::Value};
/// # async fn example(client: &Client) -> Result<(), Error> {
/// let mut batch: Batch = client.batch();
/// let number = batch.add(RawRequest::<Value>::new(Method::Get, "/106540352242922"));
/// let account = batch.add(RawRequest::<Value>::new(Method::Get, "/102290129340398"));
/// let mut answers = batch.send().await;
/// println!("{}", answers.take(number)?);
/// println!("{}", answers.take(account)?);
/// # Ok(()) }
/// ```
///
/// # What Graph does with it
/// Graph runs independent requests at once and in any order, and counts each as a call. A batch is no transaction: some
/// requests succeed and others fail. A request that Graph did not get to within its time has no answer, and it is
/// unknown whether it was carried out: [`Error::is_unanswered`].
///
/// # Several calls
/// More than fifty requests are several calls, one after the other, and so are requests with different tokens or for
/// different versions: a token travels in the header of a call and nowhere else. Requests that depend on each other are
/// never parted.
///
/// # One request after another
/// [`after`](Self::after) makes a request wait for an earlier one, and lets it use what that one answers:
/// [`Ticket::result`] refers to a value in it, in the path or in a parameter.
///
/// ```
/// # use graph_runtime::{Batch, Client, Error, Method, RawRequest, serde_json::Value};
/// # async fn example(client: &Client) -> Result<(), Error> {
/// let mut batch: Batch = client.batch();
/// let create = RawRequest::<Value>::new(Method::Post, "/102290129340398/phone_numbers").with_param("cc", "1");
/// let number = batch.add(create);
/// let read = RawRequest::<Value>::new(Method::Get, &format!("/{}", number.result("$.id")));
/// let read = batch.after(&number).add(read);
/// let mut answers = batch.send().await;
/// println!("{}", answers.take(read)?);
/// # Ok(()) }
/// ```
///
/// # What is as in a single call
/// Each request is judged before anything is sent, waits for governor and pace, has its place in the ledger, and counts there by its
/// own answer. One that is refused is not sent, nor is what depends on it; the others are. Its options hold: token, version,
/// refusals, parameters. A call may take as long as the most impatient of its requests allows.
///
/// # What is not
/// - **Bodies.** Graph takes the body of such a request as a form, so what travels as JSON otherwise is a form here: texts as they
///   are, everything else as JSON in the value of its parameter. That is how Meta's own SDKs put their requests into batches. A parameter that
///   is `null` is left out.
/// - **Files, headers, other authentication.** A request that sends a file, has a parameter in a header, or is not
///   sent with the bearer token is an error of its own, and is not sent: send it outside the batch.
/// - **Repetition.** A call is repeated only if nothing of it left this machine, if every request in it is idempotent, or if
///   Graph rejected the token of the whole call and there is another; and never if one of its requests is never to be repeated. A
///   single request that failed is not repeated: [`Error::is_retryable`] says whether that is safe.
/// - **Pace.** All requests of a call leave when the last of them has its turn, so up to fifty come at once.
///
/// Dropping the future of [`send`](Self::send) ends it as with a single call: what was on its way may arrive.
#[must_use = "a batch does nothing before `send`"]
pub struct Batch<E = Error> {
    client: Client,
    id: u64,
    items: Vec<Item>,
    error: PhantomData<fn() -> E>,
}

/// How an answer is read.
type Read<T> = fn(&str) -> Result<T, serde_json::Error>;

/// What an answer is had for: of one request of one batch.
#[must_use = "the result of a request is had for its ticket: `answers.take(ticket)`"]
pub struct Ticket<T> {
    batch: u64,
    index: usize,
    name: Arc<str>,
    read: Read<T>,
}

/// A request that is about to be added, after what was said of it.
#[must_use = "nothing is added before `add`"]
pub struct BatchItem<'a, E = Error> {
    batch: &'a mut Batch<E>,
    name: Option<String>,
    after: Vec<Earlier>,
}

/// A request that another one comes after.
struct Earlier {
    batch: u64,
    index: usize,
}

impl Client {
    /// Begins a batch: requests of any kind that are sent together. Without other options, a request in it is sent with this
    /// client's token and version.
    pub fn batch<E: From<Error>>(&self) -> Batch<E> {
        Batch::new(self.clone())
    }

    /// Sends requests of one kind in as few calls as may be, and gives their results in the same order. What [`Batch`] says holds.
    pub async fn batch_of<R: IntoBatch, E: From<Error>>(&self, requests: impl IntoIterator<Item = R>) -> Vec<Result<R::Answer, E>> {
        let mut batch = self.batch();
        let tickets: Vec<_> = requests.into_iter().map(|request| batch.add(request)).collect();
        let mut answers: Answers<E> = batch.send().await;
        tickets.into_iter().map(|ticket| answers.take(ticket)).collect()
    }
}

impl<E: From<Error>> Batch<E> {
    /// A batch without requests.
    pub fn new(client: Client) -> Self {
        /// No two batches of a process are the same, so that a ticket fits one of them.
        static BATCHES: AtomicU64 = AtomicU64::new(0);
        Self { client, id: BATCHES.fetch_add(1, Ordering::Relaxed), items: Vec::new(), error: PhantomData }
    }

    /// Adds a request.
    ///
    /// A text `{result=name:…}` in it is refused, because Graph would replace it; [`after`](Self::after) is for those who mean it.
    pub fn add<R: IntoBatch>(&mut self, request: R) -> Ticket<R::Answer> {
        self.adding().add(request)
    }

    /// Names the request that is added next, by letters, digits, `-` and `_`, for references that are written by hand:
    /// `{result=name:$.id}`. Without it a request has a name that its [`Ticket`] knows.
    pub fn named(&mut self, name: impl Into<String>) -> BatchItem<'_, E> {
        self.adding().named(name)
    }

    /// Makes the request that is added next wait for an earlier one; see [`BatchItem::after`].
    pub fn after<T>(&mut self, ticket: &Ticket<T>) -> BatchItem<'_, E> {
        self.adding().after(ticket)
    }

    /// How many requests there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Sends the requests, in one call if they fit into one. There is a result for each of them, whatever the outcome of the calls.
    pub async fn send(self) -> Answers<E> {
        let results = self.client.send_batch(&self.items).await;
        Answers::new(self.id, results)
    }

    fn adding(&mut self) -> BatchItem<'_, E> {
        BatchItem { batch: self, name: None, after: Vec::new() }
    }
}

impl<E: From<Error>> BatchItem<'_, E> {
    /// Names the request: [`Batch::named`].
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Makes the request wait for an earlier one. It may use what that one answers ([`Ticket::result`]), and what any other earlier
    /// request does.
    ///
    /// In such a request every text `{result=name:path}` counts, wherever it is: put no text of strangers into one.
    ///
    /// What Graph does with a request whose predecessor failed is not documented; its answer is handed on as it is.
    pub fn after<T>(mut self, ticket: &Ticket<T>) -> Self {
        self.after.push(Earlier { batch: ticket.batch, index: ticket.index });
        self
    }

    /// Adds the request.
    #[allow(clippy::should_implement_trait, reason = "it cannot be mistaken for a sum")]
    pub fn add<R: IntoBatch>(self, request: R) -> Ticket<R::Answer> {
        let Self { batch, name, after } = self;
        let index = batch.items.len();
        let name: Arc<str> = name.unwrap_or_else(|| free_name(&batch.items)).into();
        let mut item = Item::new(request.into_batch(), &batch.client, name.clone());
        item.check_name(&batch.items);
        for earlier in after {
            item.come_after(earlier.index, earlier.batch == batch.id);
        }
        batch.items.push(item);
        Ticket { batch: batch.id, index, name, read: R::decode }
    }
}

/// A name that none of these has.
fn free_name(items: &[Item]) -> String {
    let mut name = format!("item{}", items.len());
    while items.iter().any(|item| *item.name == name) {
        name.push('_');
    }
    name
}

impl<T> Ticket<T> {
    /// A reference, for a later request, to a value of this one's answer: `{result=item0:$.id}` for the `JSONPath` expression `$.id`.
    ///
    /// Give it instead of an identifier or as the value of a parameter, in a request that comes [`after`](Batch::after) this one.
    pub fn result(&self, path: &str) -> String {
        written(&self.name, path)
    }

    /// Its batch, its place there, and how its answer is read.
    fn used(self) -> (u64, usize, Read<T>) {
        (self.batch, self.index, self.read)
    }

    /// The name of the request within its batch.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<E> fmt::Debug for Batch<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("items", &self.items).finish_non_exhaustive()
    }
}

impl<E> fmt::Debug for BatchItem<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchItem").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Ticket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("index", &self.index).field("name", &self.name).finish_non_exhaustive()
    }
}
