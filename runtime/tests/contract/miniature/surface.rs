//! The error catalog and the client.

use graph_runtime::{
    Client, Error, ErrorCatalog, ErrorCategory, ErrorInfo, Items, MaskInfo, Method, Operation, OperationInfo, PagedOperation, Pages,
    RetryClass, Surface, Version, VersionInfo,
};

use super::operations::{DeleteQrCode, DeregisterPhoneNumber, RegisterPhoneNumber};

const ERROR: ErrorInfo = ErrorInfo {
    name: "",
    code: 0,
    code_end: None,
    subcode: None,
    case: false,
    title: None,
    category: ErrorCategory::PARAMETER,
    cause: "",
    remedy: "",
    retry: RetryClass::None,
    backoff_base: None,
    executed: None,
    arrives: graph_runtime::Arrival::Answer,
    in_usage: true,
    page: "https://example.com/errors",
};

static TRY_LATER: ErrorInfo = ErrorInfo { name: "TryLater", code: 2, category: ErrorCategory::SERVER, retry: RetryClass::Backoff, ..ERROR };

pub(super) static LIMIT_REACHED: ErrorInfo = ErrorInfo {
    name: "RegistrationLimitReached",
    code: 133_016,
    category: ErrorCategory::new("registration"),
    retry: RetryClass::AfterWindow,
    executed: Some(false),
    cause: "Ten requests were made in 72 hours.",
    remedy: "Wait until the block has passed.",
    ..ERROR
};

static TOO_MANY_CALLS: ErrorInfo = ErrorInfo {
    name: "TooManyCalls",
    code: 4,
    category: ErrorCategory::THROTTLE,
    retry: RetryClass::AfterWindow,
    executed: Some(false),
    ..ERROR
};

static TOKEN_EXPIRED: ErrorInfo = ErrorInfo {
    name: "AccessTokenExpired",
    code: 190,
    category: ErrorCategory::AUTH,
    retry: RetryClass::Reauth,
    executed: Some(false),
    ..ERROR
};

static SESSION_ENDED: ErrorInfo =
    ErrorInfo { name: "SessionEnded", code: 102, category: ErrorCategory::AUTH, retry: RetryClass::Reauth, ..ERROR };

static WRONG_SIGNATURE: ErrorInfo = ErrorInfo { name: "WrongSignature", code: 104, category: ErrorCategory::AUTH, ..ERROR };

static TOO_FAST: ErrorInfo = ErrorInfo {
    name: "ThroughputReached",
    code: 130_429,
    category: ErrorCategory::THROTTLE,
    retry: RetryClass::Backoff,
    executed: Some(false),
    ..ERROR
};

static PAIR_TOO_FAST: ErrorInfo = ErrorInfo {
    name: "PairReached",
    code: 131_056,
    category: ErrorCategory::THROTTLE,
    retry: RetryClass::Backoff,
    backoff_base: Some(4),
    executed: Some(false),
    ..ERROR
};

static SOMETHING_WRONG: ErrorInfo =
    ErrorInfo { name: "SomethingWentWrong", code: 131_000, category: ErrorCategory::SERVER, retry: RetryClass::Backoff, ..ERROR };

/// An error of a call that was carried out in part.
static PARTIAL_SUCCESS: ErrorInfo = ErrorInfo { name: "PartialSuccess", code: 131_201, executed: Some(true), ..ERROR };

static CODE_NOT_REQUESTED: ErrorInfo =
    ErrorInfo { name: "CodeNotRequested", code: 136_024, category: ErrorCategory::new("registration"), ..ERROR };

static MIGRATION_FAILED: ErrorInfo =
    ErrorInfo { name: "MigrationFailed", code: 100, subcode: Some(2_388_103), title: Some("Cannot migrate phone number."), ..ERROR };

static MIGRATION_NOT_NEEDED: ErrorInfo = ErrorInfo {
    name: "MigrationNotNeeded",
    case: true,
    title: Some("Please add this phone number in your WhatsApp account"),
    ..MIGRATION_FAILED
};

/// A permission, says the code; perhaps the server, says the page.
static UNCLEAR: ErrorInfo = ErrorInfo { name: "Unclear", code: 10, category: ErrorCategory::PERMISSION, ..ERROR };

static ERROR_CATALOG: ErrorCatalog = ErrorCatalog {
    errors: &[
        &TRY_LATER,
        &TOO_MANY_CALLS,
        &UNCLEAR,
        &MIGRATION_FAILED,
        &MIGRATION_NOT_NEEDED,
        &SESSION_ENDED,
        &WRONG_SIGNATURE,
        &TOKEN_EXPIRED,
        &TOO_FAST,
        &SOMETHING_WRONG,
        &PAIR_TOO_FAST,
        &PARTIAL_SUCCESS,
        &LIMIT_REACHED,
        &CODE_NOT_REQUESTED,
    ],
    nodes: &["WhatsAppBusinessAccount", "WhatsAppBusinessPhoneNumber"],
    versions: &[VersionInfo { version: Version(23, 0), released: "2025-05-29", expires: None }],
    codes_as_subcodes: None,
    newest_day: None,
};

#[derive(Clone, Debug)]
pub(crate) struct Wa(pub(crate) Client);

impl From<Client> for Wa {
    fn from(client: Client) -> Self {
        Self(client)
    }
}

#[derive(Debug)]
pub(crate) struct WaError(pub(crate) Error);

impl From<Error> for WaError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl Surface for Wa {
    type Error = WaError;
    const USER_AGENT: &'static str = "miniature/7";
    const ERROR_CATALOG: &'static ErrorCatalog = &ERROR_CATALOG;
    const MASKED: &'static [MaskInfo] = &[
        MaskInfo { method: Method::Post, path: "/{phone_number_id}/register", secrets: &["pin", "password"], personal: &["tier"] },
        MaskInfo { method: Method::Post, path: "/{phone_number_id}/messages", secrets: &[], personal: &["to", "body", "address.name"] },
        MaskInfo { method: Method::Delete, path: "/{phone_number_id}/message_qrdls/{code}", secrets: &["reason"], personal: &["to"] },
    ];
    const LIMITED: &'static [&'static OperationInfo] = &[RegisterPhoneNumber::INFO, DeregisterPhoneNumber::INFO, DeleteQrCode::INFO];
}

impl Wa {
    pub(crate) async fn send<O: Operation>(&self, request: &O) -> Result<O::Response, Error> {
        self.0.send(request).await
    }

    pub(crate) fn pages<O: PagedOperation>(&self, request: O) -> Pages<O, WaError> {
        Pages::new(self.0.clone(), request)
    }

    pub(crate) fn items<O: PagedOperation>(&self, request: O) -> Items<O, WaError> {
        Items::new(self.0.clone(), request)
    }
}
