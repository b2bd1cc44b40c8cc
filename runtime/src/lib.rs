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

mod attempts;
mod batch;
mod body;
mod budget;
mod builder;
mod catalogue;
mod client;
mod clock;
mod credential;
mod dice;
mod download;
mod download_fault;
mod downloaded;
#[doc(hidden)]
pub mod dry;
mod error;
mod error_kind;
mod expansion;
mod extra;
mod fetch;
mod fields;
mod file;
mod filter;
mod governor;
mod graph_error;
mod headers;
mod hint;
mod http_date;
mod id;
mod int_text;
mod learned;
pub mod ledger;
mod mask;
mod meta;
mod misfit;
mod multipart;
mod observed;
mod open_enum;
mod operation;
mod options;
mod outgoing;
mod pace;
mod page;
mod pages;
mod percent;
mod predicates;
mod presence;
mod raw;
mod reading;
mod record;
mod refusal;
mod reply;
mod report;
mod response;
mod retry;
#[cfg(test)]
mod retry_laws;
mod secret;
mod served;
mod sha256;
mod shapes;
mod shown_url;
mod text_id;
mod timestamp;
mod token;
mod transport;
mod union;
mod usage;
mod version;
mod wire;

pub use batch::{Adding, Answers, Batch, BatchEntry, IntoBatch, Ticket};
pub use builder::{ClientBuilder, Surface};
pub use catalogue::{Catalogue, Evidence};
pub use client::Client;
pub use clock::{BoxFuture, Clock, SystemClock};
pub use download::Download;
pub use downloaded::Downloaded;
pub use error::Error;
pub use expansion::expansion;
pub use extra::Extra;
pub use fields::Fields;
pub use file::File;
pub use filter::{Filter, json};
pub use governor::Governor;
pub use hint::NonexistentField;
pub use int_text::IntText;
pub use meta::{
    Auth, Availability, BodyKind, Digits, DownloadMeta, ErrorDoc, ErrorMeta, Family, LimitMeta, Method, OperationMeta, Paced, PairMeta,
    ParamMeta, PartMeta, Permissions, RateMeta, RetryClass, RuleKind, RuleMeta, VersionMeta,
};
pub use misfit::{Fit, Misfit};
pub use open_enum::{OpenEnum, Unlisted};
pub use operation::{Operation, PagedOperation};
pub use options::RequestOptions;
pub use outgoing::Outgoing;
pub use pace::Pace;
pub use page::{Cursor, Cursors, Page, Paging};
pub use pages::{Items, Pages};
pub use raw::RawRequest;
pub use record::{Reader, Record, Writer};
pub use refusal::{Refusal, Refusals};
pub use response::{Response, ResponseMeta};
pub use retry::RetryPolicy;
pub use secret::Secret;
pub use serde_core::de::MapAccess;
pub use serde_json::{self, Value};
pub use served::Mismatch;
pub use shown_url::ShownUrl;
pub use timestamp::Timestamp;
pub use token::{ProviderError, TokenProvider, TokenSource};
pub use union::{Members, Union};
pub use usage::{AppUsage, Usage, UseCaseUsage};
pub use version::{ParseVersionError, Version};
pub use wire::Wire;

// What the macros of this crate expand to, by short names: much of the emitted crate is made of them.
#[doc(hidden)]
pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

/// What the macros of this crate expand to. Not part of the public promise.
#[doc(hidden)]
pub mod __private {
    pub use crate::id::IdText;
    pub use crate::misfit::{Placed, decode, unlisted_map, unlisted_seq};
    pub use crate::open_enum::show_value;
    pub use crate::reading::Place;
    pub use crate::record::{read_record, show_record, write_record};
    pub use crate::union::{payload, put_tagged, put_unlisted, read_members, read_union, spread, take_members, take_payload, write_union};
    pub use serde_core::de::SeqAccess;
    /// The members of an object that was read as free JSON.
    pub type JsonMap = serde_json::Map<String, serde_json::Value>;
}
