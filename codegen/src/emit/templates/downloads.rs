//! Calls that download instead of reading.

use graph_runtime::{Download, Operation};

use crate::{Call, Error};

impl<R: Operation> Call<R> {
    pub(crate) fn download_bytes(self) -> Download<R, Error> {
        Download::new(self.client.0, self.request)
    }
}
