//! The one error of the runtime, and what it can be asked.

pub(crate) mod download;
pub(crate) mod held;
pub(crate) mod hint;
mod outcome;
pub(crate) mod predicates;
mod recognize;
pub(crate) mod report;
pub(crate) mod retry_at;
pub(crate) mod transport;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::auth::token::ProviderFault;
use crate::description::error_catalog::{ErrorCatalog, MatchedBy};
use crate::description::error_info::{ErrorCategory, ErrorDoc, ErrorInfo, RetryClass};
use crate::description::info::{LimitInfo, OperationInfo};
use crate::description::version::Version;
use crate::error::download::DownloadFault;
use crate::error::held::Held;
use crate::error::hint::hint;
use crate::error::recognize::recognize;
use crate::error::retry_at::{RetryAt, RetryBasis};
use crate::error::transport::TransportFault;
use crate::request::context::CallContext;
use crate::request::preflight::Refusal;
use crate::response::graph_error::GraphError;
use crate::response::info::ResponseInfo;
use crate::response::usage::Usage;
use crate::retry::outcome::Outcome;
use crate::values::personal::Personal;
use bytes::Bytes;

/// Why a call failed.
///
/// Ask it with predicates (`is_…`), or for facts: [`code`](Self::code), [`info`](Self::info), [`retry_at`](Self::retry_at). `Display` is
/// one line, and `Debug` that line with a hint; [`support_report`](Self::support_report) says everything. None of them shows a secret of the
/// request, even where the server repeats one, nor numbers, names and texts of people: numbers and identifiers are cut to their ends, what
/// was sent is `[hidden]`, and so are the texts of JSON that is no error of Graph's. [`message`](Self::message), [`details`](Self::details) and
/// [`body`](Self::body) have the words verbatim, and [`support_report_with_personal_data`](Self::support_report_with_personal_data) shows them.
pub struct Error(pub(crate) Box<Inner>);

pub(crate) struct Inner {
    pub(crate) kind: Kind,
    pub(crate) operation: Option<&'static OperationInfo>,
    /// Verb and path as they were sent.
    pub(crate) target: Option<String>,
    pub(crate) requested: Option<Version>,
    pub(crate) response: Option<ResponseInfo>,
    pub(crate) body: Option<Bytes>,
    /// The documented error, and what decided that an answer is this one.
    recognized: Option<(&'static ErrorInfo, Option<MatchedBy>)>,
    pub(crate) hint: Option<String>,
    retry_at: Option<SystemTime>,
    retry_basis: RetryBasis,
    idempotent: bool,
    repeatable: bool,
    attempts: u32,
    /// The outcome of the attempts before the last.
    earlier: Outcome,
    /// What the token provider said when it had no token, or none instead of the one that Graph rejected.
    provider: Option<ProviderFault>,
    /// Has the provider given another token instead of the one that Graph rejected?
    refreshed: bool,
    /// What was sent that is personal, and not shown unless it is asked for.
    personal: Personal,
    /// The members of the answer that are secret, where the operation itself does not say so.
    secrets: Vec<&'static str>,
    /// What a fault of the setup comes from.
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// Not sent: the documentation says it would fail.
    Refused(Vec<Refusal>),
    /// Not sent: governor or pace hold it back for longer than it may wait.
    Held(Held),
    /// Graph answered with an error.
    Graph(GraphError),
    /// Graph answered `{"success": false}` and no reason.
    NotSuccessful,
    /// A status of failure and JSON without an error.
    OtherJson,
    /// An answer that is not JSON.
    NotJson,
    /// JSON that is not what the operation answers.
    Decode {
        target: String,
        why: String,
    },
    /// No answer, or not all of it.
    Transport(TransportFault),
    /// Not sent: the token provider has no token, for this reason.
    NoToken(String),
    /// Not sent: the time was over while the call waited for this.
    TooLate(&'static str),
    /// The result is with something else than was asked for it.
    Misplaced(&'static str),
    /// An answer of another version than was asked for, where the client takes that for an error.
    VersionMismatch(Version),
    /// A longer answer than the client allows.
    TooLarge {
        limit: usize,
    },
    /// The HTTP client that the client was given has followed a redirect to this host.
    Redirected(String),
    /// Something is wrong with how the client or the request is set up.
    Config(String),
    /// A list whose next page is one that has been read.
    PagingLoop,
    PagingStuck,
    /// The bytes of a download are not there, or are not the file.
    Download(DownloadFault),
    /// The answer to a batch has none for this request.
    Unanswered(String),
}

/// The steps of a path, among them the identifiers of the objects that a call is to.
fn steps(target: &str) -> impl Iterator<Item = &str> {
    target.split('?').next().unwrap_or_default().split('/')
}

impl Error {
    fn new(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            target: None,
            requested: None,
            response: None,
            body: None,
            recognized: None,
            hint: None,
            retry_at: None,
            retry_basis: RetryBasis::Observed,
            idempotent: false,
            repeatable: true,
            attempts: 0,
            earlier: Outcome::NotSent,
            provider: None,
            refreshed: false,
            personal: Personal::default(),
            secrets: Vec::new(),
            source: None,
        }))
    }

    fn of(call: &CallContext, kind: Kind) -> Self {
        let mut error = Self::new(kind);
        error.0.operation = Some(call.operation);
        error.0.target = Some(call.target());
        error.0.requested = Some(call.version);
        error.0.idempotent = call.idempotent;
        error.0.repeatable = call.repeatable;
        error.0.attempts = call.attempts;
        error.0.earlier = call.earlier;
        error.0.secrets.clone_from(&call.secrets);
        error
    }

    fn answered(call: &CallContext, response: ResponseInfo, body: &Bytes, kind: Kind) -> Self {
        let mut error = Self::of(call, kind);
        if response.status == 429 || response.status >= 500 {
            let target = call.target();
            error.0.retry_at = response.pause(steps(&target), true).and_then(|pause| call.answered.checked_add(pause));
        }
        error.0.body = Some(call.masks.bytes(body));
        error.0.response = Some(response);
        error
    }

    /// The same error, which does not show this unless it is asked to.
    pub(crate) fn without(mut self, personal: Personal) -> Self {
        self.0.personal = personal;
        self
    }

    pub(crate) fn config(fault: String) -> Self {
        Self::new(Kind::Config(fault))
    }

    pub(crate) fn config_of(call: &CallContext, fault: String) -> Self {
        Self::of(call, Kind::Config(fault))
    }

    /// A fault of the setup, and what it comes from.
    pub(crate) fn setup(fault: SetupFault) -> Self {
        let mut error = Self::config(fault.what);
        error.0.source = fault.source;
        error
    }

    /// Not sent: there is no token to send.
    pub(crate) fn no_token(call: &CallContext, fault: ProviderFault) -> Self {
        let mut error = Self::of(call, Kind::NoToken(call.masks.text(&fault.to_string())));
        error.0.provider = Some(fault);
        error
    }

    /// Not sent: the time was over while the call waited for something.
    pub(crate) fn too_late(call: &CallContext, waited_for: &'static str) -> Self {
        Self::of(call, Kind::TooLate(waited_for))
    }

    /// The ticket of another batch.
    pub(crate) fn misplaced(what: &'static str) -> Self {
        Self::new(Kind::Misplaced(what))
    }

    /// Keeps what came of asking the provider for another token than the one that Graph rejected.
    pub(crate) fn refresh_ended(&mut self, result: Result<bool, ProviderFault>) {
        match result {
            Ok(another) => self.0.refreshed = another,
            Err(fault) => self.0.provider = Some(fault),
        }
    }

    pub(crate) fn refused(call: &CallContext, refusals: Vec<Refusal>) -> Self {
        Self::of(call, Kind::Refused(refusals))
    }

    /// Not sent, because its turn would come too late.
    pub(crate) fn held(call: &CallContext, held: Held) -> Self {
        Self::of(call, Kind::Held(held))
    }

    /// Refused, because a limit is reached or Graph has said so.
    pub(crate) fn limited(call: &CallContext, reached: &'static ErrorInfo, refusal: Refusal, retry: Option<RetryAt>) -> Self {
        let mut error = Self::refused(call, vec![refusal]);
        error.0.recognized = Some((reached, None));
        if let Some(retry) = retry {
            error.0.retry_at = Some(retry.at);
            error.0.retry_basis = retry.basis;
        }
        error
    }

    /// A failure of transport, which several requests may share.
    pub(crate) fn lost(call: &CallContext, response: Option<ResponseInfo>, fault: TransportFault) -> Self {
        let mut lost = Self::of(call, Kind::Transport(fault));
        lost.0.response = response;
        lost
    }

    /// An answer of which only a part came. The part is kept.
    pub(crate) fn interrupted(call: &CallContext, response: ResponseInfo, part: &Bytes, fault: TransportFault) -> Self {
        let mut interrupted = Self::lost(call, Some(response), fault);
        interrupted.0.body = Some(call.masks.bytes(part));
        interrupted
    }

    pub(crate) fn too_large(call: &CallContext, response: ResponseInfo, limit: usize) -> Self {
        let mut error = Self::of(call, Kind::TooLarge { limit });
        error.0.response = Some(response);
        error
    }

    pub(crate) fn redirected(call: &CallContext, to: String) -> Self {
        Self::of(call, Kind::Redirected(to))
    }

    pub(crate) fn not_successful(call: &CallContext, response: ResponseInfo, body: &Bytes) -> Self {
        Self::answered(call, response, body, Kind::NotSuccessful)
    }

    pub(crate) fn other_json(call: &CallContext, response: ResponseInfo, body: &Bytes) -> Self {
        Self::answered(call, response, body, Kind::OtherJson)
    }

    pub(crate) fn not_json(call: &CallContext, response: ResponseInfo, body: &Bytes) -> Self {
        Self::answered(call, response, body, Kind::NotJson)
    }

    pub(crate) fn decode(call: &CallContext, response: ResponseInfo, body: &Bytes, target: String, why: &str) -> Self {
        let why = call.masks.text(why);
        Self::answered(call, response, body, Kind::Decode { target, why })
    }

    pub(crate) fn version_mismatch(call: &CallContext, response: ResponseInfo, body: &Bytes, served: Version) -> Self {
        Self::answered(call, response, body, Kind::VersionMismatch(served))
    }

    pub(crate) fn unanswered(call: &CallContext, response: ResponseInfo, body: &Bytes, why: String) -> Self {
        Self::answered(call, response, body, Kind::Unanswered(why))
    }

    pub(crate) fn with_retry_at(mut self, at: Option<SystemTime>, basis: RetryBasis) -> Self {
        self.0.retry_at = at;
        self.0.retry_basis = basis;
        self
    }

    pub(crate) fn graph(
        call: &CallContext,
        response: ResponseInfo,
        body: &Bytes,
        graph: GraphError,
        catalog: &'static ErrorCatalog,
    ) -> Self {
        let recognized = recognize(catalog, &graph);
        let info = recognized.map(|(info, _)| info);
        let hint = hint(call, &graph, catalog);
        let target = call.target();
        let pause = response.pause(steps(&target), info.is_none_or(|info| info.in_usage));
        let mut error = Self::answered(call, response, body, Kind::Graph(graph));
        error.0.recognized = recognized.map(|(info, evidence)| (info, Some(evidence)));
        error.0.hint = hint;
        if error.is_rate_limited() {
            let block = info.and_then(|info| block(call.operation, info));
            error.0.retry_at = block.or(pause).and_then(|pause| call.answered.checked_add(pause));
        }
        error
    }

    /// Why a list ends early though every page of it came.
    pub(crate) fn of_list(kind: Kind, operation: &'static OperationInfo, version: Version) -> Self {
        let mut error = Self::new(kind);
        error.0.operation = Some(operation);
        error.0.requested = Some(version);
        error
    }

    pub(crate) fn download(call: &CallContext, response: Option<ResponseInfo>, body: Option<&Bytes>, fault: DownloadFault) -> Self {
        match (response, body) {
            (Some(response), Some(body)) => Self::answered(call, response, body, Kind::Download(fault)),
            (response, _) => {
                let mut error = Self::of(call, Kind::Download(fault));
                error.0.response = response;
                error
            }
        }
    }

    pub(crate) fn graph_error(&self) -> Option<&GraphError> {
        match &self.0.kind {
            Kind::Graph(error) => Some(error),
            _ => None,
        }
    }

    /// Graph's error code.
    pub fn code(&self) -> Option<u32> {
        self.graph_error()?.code
    }

    /// Graph's error subcode, which is often missing.
    pub fn subcode(&self) -> Option<u32> {
        self.graph_error()?.subcode
    }

    /// Graph's message for developers, verbatim: it may name a person.
    pub fn message(&self) -> Option<&str> {
        self.graph_error()?.message.as_deref()
    }

    /// Graph's details, from `error_data`, verbatim: they may name a person. With the code they say most about an error.
    pub fn details(&self) -> Option<&str> {
        self.graph_error()?.details.as_deref()
    }

    /// Graph's title for the people who use your app, in their language.
    pub fn user_title(&self) -> Option<&str> {
        self.graph_error()?.user_title.as_deref()
    }

    /// Graph's message for the people who use your app, in their language.
    pub fn user_message(&self) -> Option<&str> {
        self.graph_error()?.user_message.as_deref()
    }

    /// Graph's type: `OAuthException` for nearly everything.
    pub fn error_type(&self) -> Option<&str> {
        self.graph_error()?.error_type.as_deref()
    }

    /// Does Graph call the error transient?
    pub fn is_transient(&self) -> bool {
        self.graph_error().is_some_and(|error| error.is_transient)
    }

    /// The parameters that Graph blames, nested ones with dots.
    pub fn blame_fields(&self) -> &[String] {
        self.graph_error().map_or(&[], |error| error.blame_fields.as_slice())
    }

    /// What Meta's support asks for, from the error or from the headers.
    pub fn fbtrace_id(&self) -> Option<&str> {
        self.graph_error().and_then(|error| error.fbtrace_id.as_deref()).or_else(|| self.0.response.as_ref()?.trace_id.as_deref())
    }

    /// What came with the answer: status, versions, the ids of its trace and of its request, usage.
    pub fn response(&self) -> Option<&ResponseInfo> {
        self.0.response.as_ref()
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        Some(self.0.response.as_ref()?.status)
    }

    /// The version that answered.
    pub fn served_version(&self) -> Option<Version> {
        self.0.response.as_ref()?.served_version
    }

    /// The version that was asked for.
    pub fn requested_version(&self) -> Option<Version> {
        self.0.requested
    }

    /// How often the request left this machine, or may have; 0 if it was never sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What the app and business objects have used of their allowances, as the answer said.
    pub fn usage(&self) -> Option<&Usage> {
        Some(&self.0.response.as_ref()?.usage)
    }

    /// The id of the operation.
    pub fn operation(&self) -> Option<&'static str> {
        Some(self.0.operation?.id)
    }

    /// What is documented about a Graph error with this code, or about the one that a call was spared because its limit is reached.
    pub fn info(&self) -> Option<&'static ErrorInfo> {
        Some(self.0.recognized?.0)
    }

    /// What decided which documented error it is. Where numbers mean several things, that is the text which named one of them.
    pub fn matched_by(&self) -> Option<MatchedBy> {
        self.0.recognized?.1
    }

    /// What a documented Graph error is about.
    pub fn category(&self) -> Option<ErrorCategory> {
        Some(self.info()?.category)
    }

    /// What the error means for this operation, if its page says so.
    pub fn doc(&self) -> Option<&'static ErrorDoc> {
        let info = self.info()?;
        let mut docs = self.0.operation?.errors.iter();
        docs.find(|doc| doc.error.name == info.name)
    }

    /// Why the call was not sent, one entry for each rule it breaks.
    pub fn refusals(&self) -> &[Refusal] {
        match &self.0.kind {
            Kind::Refused(refusals) => refusals,
            _ => &[],
        }
    }

    /// How long it would have taken until the call's turn came, if governor or pace held it back for longer than it may wait.
    /// [`retry_at`](Self::retry_at) is the same as a time.
    pub fn turn_in(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::Held(held) => Some(held.wait),
            _ => None,
        }
    }

    /// The answer, with the secrets of the request masked. What is personal in it is not.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// The content type of the answer.
    pub fn content_type(&self) -> Option<&str> {
        self.0.response.as_ref()?.content_type()
    }

    /// When to try again at the earliest: from the limit that the operation documents, else from
    /// `X-Business-Use-Case-Usage`, else from `Retry-After`. Reckoned from when the answer came.
    ///
    /// For a call that was refused because its limit is reached: when the limit opens again, from the ledger.
    pub fn retry_at(&self) -> Option<SystemTime> {
        self.0.retry_at
    }

    /// Does [`retry_at`](Self::retry_at) follow from an answer of Graph, or is it an estimate from calls that were counted here?
    pub fn retry_basis(&self) -> Option<RetryBasis> {
        self.0.retry_at.map(|_| self.0.retry_basis)
    }

    /// What the token provider said, where it had no token for the call, or no other than the one that Graph rejected. It is the
    /// provider's own error, so that it can be downcast, and nothing in it is masked.
    pub fn provider_error(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.0.provider.as_deref()
    }

    pub(crate) fn is_idempotent(&self) -> bool {
        self.0.idempotent
    }

    pub(crate) fn is_repeatable(&self) -> bool {
        self.0.repeatable
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            Kind::Transport(fault) => fault.source.as_deref().map(|error| error as _),
            Kind::Download(fault) => fault.source(),
            _ => self.0.source.as_deref().map(|error| error as _),
        }
    }
}

/// Why something cannot be set up.
#[derive(Debug)]
pub(crate) struct SetupFault {
    pub(crate) what: String,
    pub(crate) source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl From<String> for SetupFault {
    fn from(what: String) -> Self {
        Self { what, source: None }
    }
}

impl From<&str> for SetupFault {
    fn from(what: &str) -> Self {
        what.to_owned().into()
    }
}

/// How long the operation documents that calls are blocked after this error.
fn block(operation: &OperationInfo, error: &ErrorInfo) -> Option<Duration> {
    if error.retry != RetryClass::AfterWindow {
        return None;
    }
    let mut limits = operation.limits.iter();
    let limit: &LimitInfo = limits.find(|limit| limit.error.name == error.name)?;
    Some(limit.block.unwrap_or(limit.window))
}
