//! What a limit says to a call: a value, which the client turns into a pause or an error.

use std::time::Duration;

use crate::error::held::Held;
use crate::error::retry_at::RetryBasis;

/// A call is held back.
pub(crate) struct Hold {
    /// For how long.
    pub(crate) wait: Duration,
    /// Why it is not sent at all, where the wait is longer than it may be.
    pub(crate) held: Option<Held>,
    /// How the wait is known.
    pub(crate) basis: RetryBasis,
}
