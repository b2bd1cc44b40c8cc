//! What is known about an API before any call: operations, errors, versions.

pub(crate) mod availability;
pub(crate) mod bound;
pub(crate) mod error_catalog;
pub(crate) mod error_info;
pub(crate) mod error_kind;
pub(crate) mod info;
pub(crate) mod mask;
pub(crate) mod version;
