//! A request until it is sent: what it holds, whether it may be sent, and its bytes.

pub(crate) mod body;
pub(crate) mod context;
pub(crate) mod expansion;
pub(crate) mod file;
pub(crate) mod given;
pub(crate) mod headers;
pub(crate) mod multipart;
pub(crate) mod operation;
pub(crate) mod options;
pub(crate) mod parts;
pub(crate) mod preflight;
pub(crate) mod raw;
pub(crate) mod reference;
pub(crate) mod rules;
pub(crate) mod send_gate;
pub(crate) mod traffic;
