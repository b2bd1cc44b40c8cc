//! What a request must be for a client to send it.

use serde_core::de::DeserializeOwned;

use crate::meta::OperationMeta;
use crate::options::RequestOptions;
use crate::outgoing::Outgoing;
use crate::page::{Cursor, Page};

/// A request: plain data that knows its operation, holds no client and can be sent many times.
pub trait Operation: Clone + Send + Sync + 'static {
    /// What is known about the operation.
    const META: &'static OperationMeta;

    /// What it answers.
    type Response: DeserializeOwned + Send + 'static;

    /// The options of this request.
    fn options(&self) -> &RequestOptions;

    /// The options of this request, to change.
    fn options_mut(&mut self) -> &mut RequestOptions;

    /// Writes path and parameters.
    fn encode(&self, to: &mut Outgoing);
}

/// An operation that answers page by page.
pub trait PagedOperation: Operation<Response = Page<<Self as PagedOperation>::Item>> {
    /// What the pages hold.
    type Item: Send + 'static;

    /// Asks for the page after this cursor.
    fn resume(&mut self, after: Cursor);
}
