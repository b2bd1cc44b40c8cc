//! What a call can fail with.

use std::{fmt, ops::Deref};

use crate::ErrorKind;

/// Why a call failed: refused before it was sent, answered with an error by Graph, answered with something else, or not answered.
///
/// [`Error::kind`] says what Graph's error means; the methods of [`graph_runtime::Error`], to which this dereferences, give code, subcode, message, details,
/// trace ids, HTTP status, and predicates such as `is_rate_limited`.
///
/// ```no_run
/// use {{library}}::{Client, Value, request::Method};
///
/// # async fn example(client: Client) -> Result<(), {{library}}::Error> {
/// match client.raw::<Value>(Method::Get, "/106540352242922").send().await {
///     Ok(node) => println!("{node}"),
///     Err(error) if error.is_rate_limited() => println!("wait until {:?}", error.retry_at()),
///     Err(error) => match error.kind().and_then(|kind| kind.info()) {
///         Some(known) => println!("{error}: {}", known.remedy),
///         None => return Err(error),
///     },
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(graph_runtime::Error);

impl Error {
    /// What Graph's error means. A call that was not sent because its limit is reached has the kind that Graph would have answered with; every other error
    /// that is not Graph's has none.
    pub fn kind(&self) -> Option<ErrorKind> {
        let other = || self.0.code().map(|code| ErrorKind::Other { code, subcode: self.0.subcode() });
        self.0.info().and_then(ErrorKind::of).or_else(other)
    }
}

impl Deref for Error {
    type Target = graph_runtime::Error;

    fn deref(&self) -> &graph_runtime::Error {
        &self.0
    }
}

impl From<graph_runtime::Error> for Error {
    fn from(error: graph_runtime::Error) -> Self {
        Self(error)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
