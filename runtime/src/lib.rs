//! What a typed Graph API client stands on: lossless records, requests, transport, errors, paging and secrets.
//!
//! This crate knows the conventions that every Graph API shares (bearer tokens, `appsecret_proof`,
//! cursors, the error envelope, usage headers) and no API in particular. Nodes, edges, parameters and error codes are
//! emitted by a generator as data ([`OperationMeta`], [`Catalogue`]) and as types that implement
//! [`Record`], [`OpenEnum`] and [`Operation`].
//!
//! Three promises hold everywhere:
//! - **Unknown is normal.** A field, enum value or error code nobody has heard of decodes, stays readable and is
//!   encoded again as it came ([`Extra`]).
//! - **A local refusal can be overruled** ([`Refusals`]); nothing is sent twice.
//! - **Secrets do not leak.** Tokens, app secrets and secret parameters are masked in `Debug`, `Display`, spans and errors.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic"))]

mod builder;
mod catalogue;
mod client;
mod credential;
mod error;
mod extra;
mod fields;
mod filter;
mod graph_error;
mod id;
pub mod ledger;
mod mask;
mod meta;
mod misfit;
mod open_enum;
mod operation;
mod options;
mod outgoing;
mod page;
mod pages;
mod percent;
mod predicates;
mod presence;
mod raw;
mod record;
mod refusal;
mod reply;
mod report;
mod response;
mod secret;
mod shown_url;
mod timestamp;
mod transport;
mod version;
mod wire;

pub use builder::{ClientBuilder, Surface};
pub use catalogue::Catalogue;
pub use client::Client;
pub use error::Error;
pub use extra::Extra;
pub use fields::Fields;
pub use filter::{Filter, json};
pub use meta::{
    Auth, Availability, BodyKind, Digits, ErrorDoc, ErrorMeta, Family, LimitMeta, Method, OperationMeta, ParamMeta, PartMeta, Permissions,
    RetryClass, RuleMeta, VersionMeta,
};
pub use misfit::{Fit, Misfit};
pub use open_enum::{OpenEnum, Unlisted};
pub use operation::{Operation, PagedOperation};
pub use options::RequestOptions;
pub use outgoing::Outgoing;
pub use page::{Cursor, Cursors, Page, Paging};
pub use pages::{Items, Pages};
pub use raw::RawRequest;
pub use record::{Record, Taken, put, put_always, put_const, take, take_always, take_const};
pub use refusal::{Refusal, Refusals};
pub use response::{Response, ResponseMeta};
pub use secret::Secret;
pub use serde_core::{de::MapAccess, ser::SerializeMap};
pub use serde_json::{self, Value};
pub use shown_url::ShownUrl;
pub use timestamp::Timestamp;
pub use version::{ParseVersionError, Version};
pub use wire::Wire;

/// What the macros of this crate expand to. Not part of the public promise.
#[doc(hidden)]
pub mod __private {
    pub use crate::id::IdText;
    pub use crate::misfit::require;
    pub use crate::record::{read_record, write_record};
    pub use serde_core::de::{Error as DecodeError, MapAccess, SeqAccess};
    pub use serde_core::ser::{Error as EncodeError, SerializeMap, SerializeSeq};
    pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
}
