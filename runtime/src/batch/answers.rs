//! The results of the requests of a batch.

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::DeserializeOwned;

use super::Ticket;
use crate::client::reply::Reply;
use crate::error::Error;
use crate::response::info::Response;

/// The results of a batch, one for each [`Ticket`].
#[must_use = "each request has a result of its own: `answers.take(ticket)`"]
pub struct Answers<E = Error> {
    batch: u64,
    results: Vec<Option<Result<Reply, Error>>>,
    error: PhantomData<fn() -> E>,
}

impl<E: From<Error>> Answers<E> {
    pub(super) fn new(batch: u64, results: Vec<Result<Reply, Error>>) -> Self {
        Self { batch, results: results.into_iter().map(Some).collect(), error: PhantomData }
    }

    /// The value that a request answered.
    ///
    /// # Errors
    /// The error that the request would have had alone; one of the whole call is the error of each of its requests. One more
    /// is of batches alone: [`Error::is_unanswered`].
    pub fn take<T: DeserializeOwned>(&mut self, ticket: Ticket<T>) -> Result<T, E> {
        self.take_full(ticket).map(|response| response.value)
    }

    /// The value that a request answered, with what came with it. Status and usage are the request's own; what its part of the
    /// answer does not say (trace, version, usage) is that of the call.
    ///
    /// # Errors
    /// Those of [`take`](Self::take).
    pub fn take_full<T: DeserializeOwned>(&mut self, ticket: Ticket<T>) -> Result<Response<T>, E> {
        let (batch, index, read) = ticket.used();
        let result = self.results.get_mut(index).filter(|_| batch == self.batch).and_then(Option::take);
        let foreign = || Error::misplaced("the ticket is of another batch: take its result from the answers of that one");
        let reply = result.unwrap_or_else(|| Err(foreign()));
        reply.and_then(|reply| reply.decode(read)).map_err(E::from)
    }

    /// How many requests there were.
    pub fn len(&self) -> usize {
        self.results.len()
    }

    /// Were there none?
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }
}

impl<E> fmt::Debug for Answers<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.results.iter().flatten().filter(|result| result.is_err()).count();
        f.debug_struct("Answers").field("requests", &self.results.len()).field("failed", &failed).finish_non_exhaustive()
    }
}
