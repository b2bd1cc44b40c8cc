//! Uploads that go on where they broke off.

use graph_runtime::ResumableOperation;

use crate::{Call, Error};

impl<R: ResumableOperation> Call<R> {
    /// Sends the file, and where the connection breaks reads how much has arrived and sends the rest. Each sending and each reading has the time
    /// limit of the call for itself.
    ///
    /// It gives up when three sendings in a row break without one further byte having arrived. A stream can be sent once, so that its upload ends
    /// at the first break.
    ///
    /// # Errors
    /// What the last sending ended in; after one whose outcome is unknown, more of the file may have arrived.
    pub async fn send_resuming(self) -> Result<R::Response, Error> {
        self.client.0.send_resuming(&self.request).await.map_err(Error::from)
    }
}
