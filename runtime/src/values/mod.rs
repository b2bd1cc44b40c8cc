//! What a request and an answer are made of, and how JSON is read into it and written from it.

pub(crate) mod continuation;
pub(crate) mod decode;
pub(crate) mod extra;
pub(crate) mod fields;
pub(crate) mod filter;
pub(crate) mod id;
pub(crate) mod int_string;
pub(crate) mod isolated;
pub(crate) mod kept;
pub(crate) mod line;
pub(crate) mod list;
pub(crate) mod opaque_id;
pub(crate) mod open_enum;
pub(crate) mod page;
pub(crate) mod personal;
pub(crate) mod record;
pub(crate) mod redact;
pub(crate) mod redacted_url;
pub(crate) mod secret;
pub(crate) mod text;
pub(crate) mod timestamp;
pub(crate) mod token;
pub(crate) mod union;
pub(crate) mod untagged;
pub(crate) mod view;
pub(crate) mod wire;
