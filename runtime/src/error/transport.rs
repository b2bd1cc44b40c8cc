//! A failure on the way, before an answer was there in whole.

use std::fmt;
use std::sync::Arc;

use crate::error::report::transport_line;

/// A failure of the network, or of the HTTP client.
#[derive(Clone, Debug)]
pub(crate) struct TransportFault {
    /// May anything of the request have left this machine?
    pub(crate) sent: bool,
    /// Without its URL, which may hold a proof. None where there was no network, in tests of programs.
    pub(crate) source: Option<Arc<reqwest::Error>>,
}

impl TransportFault {
    /// A failure that the HTTP client reports.
    pub(crate) fn of(error: reqwest::Error) -> Self {
        Self { sent: !(error.is_connect() || error.is_builder()), source: Some(Arc::new(error.without_url())) }
    }

    /// A failure before the HTTP client has begun to write the request, by whoever has watched it.
    pub(crate) fn before_sending(self) -> Self {
        Self { sent: false, ..self }
    }

    /// One that no network has caused.
    pub(crate) fn example(sent: bool) -> Self {
        Self { sent, source: None }
    }

    pub(crate) fn is_connect(&self) -> bool {
        self.source.as_ref().map_or(!self.sent, |error| error.is_connect())
    }

    pub(crate) fn is_timeout(&self) -> bool {
        self.source.as_ref().is_some_and(|error| error.is_timeout())
    }

    /// Would sending the same again fail in the same way?
    pub(crate) fn is_lasting(&self) -> bool {
        self.source.as_ref().is_some_and(|error| error.is_builder())
    }
}

impl fmt::Display for TransportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(error) => transport_line(error, f),
            None if self.sent => f.write_str("the connection failed before the answer was there"),
            None => f.write_str("no connection was made"),
        }
    }
}
