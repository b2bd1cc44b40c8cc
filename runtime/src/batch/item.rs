//! One request of a batch.

use std::fmt;
use std::sync::Arc;

use serde_core::de::DeserializeOwned;

use crate::client::Client;
use crate::request::operation::Operation;
use crate::request::options::RequestOptions;
use crate::request::parts::Outgoing;
use crate::request::reference::is_name;

/// What can be added to a [`Batch`](super::Batch): every request, and what else holds one.
pub trait IntoBatch {
    /// What the request answers.
    type Answer: DeserializeOwned + Send + 'static;

    /// The request, made ready for a batch.
    fn into_batch(self) -> BatchEntry;

    /// Reads its answer: [`Operation::decode`] of the operation that it is.
    ///
    /// # Errors
    /// Those of serde.
    fn decode(text: &str) -> Result<Self::Answer, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl<O: Operation> IntoBatch for O {
    type Answer = O::Response;

    fn into_batch(self) -> BatchEntry {
        BatchEntry::new(&self)
    }

    fn decode(text: &str) -> Result<Self::Answer, serde_json::Error> {
        <O as Operation>::decode(text)
    }
}

/// A request that is ready for a batch.
pub struct BatchEntry {
    outgoing: Outgoing,
    options: RequestOptions,
    client: Option<Client>,
}

impl BatchEntry {
    /// A request that the client of the batch decides about, as far as its options do not.
    pub fn new<O: Operation>(request: &O) -> Self {
        let mut outgoing = Outgoing::batched(request.info());
        request.encode(&mut outgoing);
        Self { outgoing, options: request.options().clone(), client: None }
    }

    /// The request, to be sent alone, and the view that sends it.
    pub(crate) fn alone(self, client: &Client) -> (Client, Outgoing, RequestOptions) {
        let Self { mut outgoing, options, client: own } = self;
        outgoing.leave_batch();
        (own.map_or_else(|| client.clone(), |own| Client { pace: own.pace.or(client.pace), ..own }), outgoing, options)
    }

    /// A request that is sent as this client would send it, with its token and to its version. It must share its connections with
    /// the client of the batch, as a clone or a view of it does.
    #[must_use]
    pub fn of_client(mut self, client: &Client) -> Self {
        self.options.inherit(client.version, &client.bearer, client.refusals, client.traffic);
        self.client = Some(client.clone());
        self
    }
}

impl fmt::Debug for BatchEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchEntry").field("request", &self.outgoing).finish_non_exhaustive()
    }
}

/// A request within its batch.
pub(super) struct Item {
    pub(super) outgoing: Outgoing,
    pub(super) options: RequestOptions,
    pub(super) name: Arc<str>,
    /// The earlier requests that it was said to come after.
    pub(super) after: Vec<usize>,
    /// Why it cannot be sent, if it cannot.
    pub(super) fault: Option<String>,
}

impl Item {
    pub(super) fn new(entry: BatchEntry, client: &Client, name: Arc<str>) -> Self {
        let BatchEntry { mut outgoing, options, client: own } = entry;
        outgoing.merge(options.extra());
        let foreign = own.is_some_and(|own| !Arc::ptr_eq(&own.shared, &client.shared));
        let fault = foreign.then(|| {
            "the call is of another client than the batch: a batch takes calls of its client, and of its clones and views".to_owned()
        });
        Self { outgoing, options, name, after: Vec::new(), fault }
    }

    /// A name must be one, and be free.
    pub(super) fn check_name(&mut self, others: &[Self]) {
        if !is_name(&self.name) {
            self.set_fault(format!("{:?} is no name for a request of a batch: letters, digits, `-` and `_` are", self.name));
        } else if others.iter().any(|other| other.name == self.name) {
            self.set_fault(format!("an earlier request of the batch is named `{}` too", self.name));
        }
    }

    pub(super) fn come_after(&mut self, earlier: usize, same_batch: bool) {
        if same_batch {
            self.after.push(earlier);
        } else {
            self.set_fault("it comes after a request of another batch".to_owned());
        }
    }

    fn set_fault(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item").field("name", &self.name).field("request", &self.outgoing).finish_non_exhaustive()
    }
}
