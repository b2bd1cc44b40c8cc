//! What machine-readable files of a platform say, as facts: one a line, sorted, by the path that it is about.
//!
//! `facts` is the form in which they are kept in `spec/evidence/`, `sdk` and `openapi` read the formats in which they are published, and
//! `record` chooses what concerns a spec. [`check`](crate::check) holds the spec against what is kept.

pub(crate) mod coverage;
mod facts;
mod openapi;
mod record;
mod sdk;

pub use facts::{Facts, Misfit, Record, VERSION_MARK, shows};
pub use openapi::read as openapi;
pub(crate) use record::matches;
pub use record::{path_of, recorded};
pub use sdk::read as sdk;
