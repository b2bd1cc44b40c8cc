//! Texts and bytes in another writing: percent-encoding, dates, digests.

pub(crate) mod date;
#[cfg(feature = "client")]
pub(crate) mod digest;
pub(crate) mod http_date;
pub(crate) mod percent;
