//! The foundation of a typed Graph API client: lossless records, requests, transport, errors, paging and secrets.
//!
//! This crate knows the conventions that every Graph API shares (bearer tokens, `appsecret_proof`,
//! cursors, the error envelope, usage headers) and no API in particular. Nodes, edges, parameters and error codes are
//! emitted by a generator as data ([`OperationInfo`], [`ErrorCatalog`]) and as types that implement
//! [`Record`], [`OpenEnum`] and [`Operation`].
//!
//! Three promises hold everywhere:
//! - **Unknown is normal.** An unknown field, enum value or error code decodes, stays readable and is
//!   encoded again unchanged ([`Extra`]).
//! - **A local refusal can be overruled** ([`Refusals`]); nothing is sent twice.
//! - **Secrets do not leak.** Tokens, app secrets and secret parameters are masked in `Debug`, `Display`, spans and errors.
//!
//! The source is in rooms, each of which imports only from those before it:
//! `encoding` (texts and bytes in another writing) · `clock` · `values` (what requests and answers are made of, and the codec that reads and
//! writes them: its story is at the head of `values/record.rs`) · `description` (what is known about an API before any call) · `webhook` (what comes in) · `retry`
//! (whether and when a failed call is sent again: values, without I/O) · `auth` (tokens and proofs) · `request` (a call until it is sent, and
//! the refusals before it) · `response` (what comes with an answer) · `error` (the one [`Error`]) · `limits` (governor, pace and
//! [`ledger`]: they answer with values) · `client` (admission, the one retry loop, the one sender) · `paging`, `download` and `batch`, which
//! build on the client.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(feature = "client", feature = "webhooks")),
    allow(dead_code, reason = "what one of them alone uses of the rooms that are always there")
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic"))]

#[cfg(feature = "client")]
mod auth;
#[cfg(feature = "client")]
mod batch;
#[cfg(feature = "client")]
mod bulk;
#[cfg(feature = "client")]
mod client;
mod clock;
mod description;
#[cfg(feature = "client")]
mod download;
mod encoding;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
mod limits;
#[cfg(feature = "webhooks")]
pub mod notification;
#[cfg(feature = "client")]
mod paging;
#[cfg(feature = "client")]
mod request;
#[cfg(feature = "client")]
mod response;
#[cfg(feature = "client")]
mod resume;
#[cfg(feature = "client")]
mod retry;
mod values;
#[cfg(feature = "webhooks")]
pub mod webhook;

#[doc(hidden)]
#[cfg(feature = "client")]
pub use client::offline;
pub use clock::{BoxFuture, Clock};
pub use description::availability::Availability;
pub use description::bound::{Bound, Day};
pub use description::error_catalog::{ErrorCatalog, MatchedBy};
pub use description::error_info::{Arrival, ErrorCategory, ErrorDoc, ErrorInfo, RetryClass};
pub use description::info::{
    Auth, BodyKind, CharRun, Digits, DownloadInfo, HostInfo, LimitInfo, LimitSubject, Method, OperationInfo, Paced, PairInfo, ParamInfo,
    PartInfo, Permissions, RateInfo, RuleInfo, RuleKind, UnfitInfo, VersionInfo,
};
pub use description::mask::MaskInfo;
pub use description::version::{ParseVersionError, Version};
pub use serde_json::{self, Value};
pub use values::continuation::{Continuation, ParseContinuationError};
pub use values::decode::{Decoded, TypeMismatch};
pub use values::extra::Extra;
pub use values::fields::Fields;
pub use values::filter::{Filter, json};
pub use values::int_string::IntString;
pub use values::kept::Kept;
pub use values::list::List;
pub use values::open_enum::{OpenEnum, Unlisted};
pub use values::page::{Cursor, Cursors, Page, Paging};
pub use values::record::Record;
pub use values::redacted_url::RedactedUrl;
pub use values::secret::Secret;
pub use values::timestamp::Timestamp;
pub use values::union::Union;
pub use values::wire::Wire;
#[cfg(feature = "client")]
pub use {
    auth::token::{ProviderError, StoredToken, TokenProvider, TokenSource, TokenStore},
    batch::{Answers, Batch, BatchEntry, BatchItem, IntoBatch, Ticket},
    bulk::Sends,
    client::Client,
    client::builder::{ClientBuilder, Surface},
    client::observer::{CallEnd, ObservedCall, Observer, RefusedCall},
    client::offline::Offline,
    client::preview::{Preview, PreviewFile},
    client::version_check::OnVersionMismatch,
    clock::system::SystemClock,
    download::request::Download,
    download::stream::Downloaded,
    error::Error,
    error::hint::NonexistentField,
    futures_core::Stream,
    limits::governor::Governor,
    limits::ledger,
    limits::rate_limit::Pace,
    limits::turns::{Lane, MemoryTurns, StoreError, Taken, Turn, TurnStore},
    limits::usage_store::{UsageReport, UsageStore},
    paging::pages::{Items, Pages},
    request::expansion::expansion,
    request::file::File,
    request::operation::{Operation, PagedOperation, ResumableOperation},
    request::options::RequestOptions,
    request::parts::Outgoing,
    request::preflight::{Refusal, Refusals},
    request::raw::RawRequest,
    request::traffic::Traffic,
    reqwest,
    response::info::{Response, ResponseInfo},
    response::usage::{AppUsage, Usage, UseCaseUsage},
    retry::outcome::Outcome,
    retry::policy::RetryPolicy,
};

// What the macros of this crate expand to, by short names: much of the emitted crate is made of them.
#[doc(hidden)]
pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

/// How values are read and written: what emitted types are made of. A program has no need of it.
pub mod codec {
    pub use crate::values::decode::ReadOutcome;
    pub use crate::values::json::to_json;
    pub use crate::values::open_enum::show_value;
    pub use crate::values::record::{Label, Member, Shape, give, show_record};
    pub use crate::values::token::{Elements, Later, Members, Token, Undeclared};
    pub use crate::values::union::{UnionShape, Variant, read_union};
    pub use crate::values::untagged::read_shape;
    pub use crate::values::view::{Array, Content, Mapping, Name, View};
    pub use crate::values::wire::decode;
}

/// What the macros of this crate expand to. Not part of the public promise.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "client")]
    pub use crate::request::operation::{Answer, BySerde, ByTable};
    pub use crate::values::id::IdText;
}
