//! The error catalogue and the client.

use graph_runtime::{
    Catalogue, Client, Error, ErrorMeta, Family, Items, Operation, OperationMeta, PagedOperation, Pages, RetryClass, Surface, Version,
    VersionMeta,
};

use super::operations::{DeleteQrCode, DeregisterPhoneNumber, RegisterPhoneNumber};

const ERROR: ErrorMeta = ErrorMeta {
    name: "",
    code: 0,
    code_end: None,
    subcode: None,
    case: false,
    title: None,
    family: Family::Parameter,
    cause: "",
    remedy: "",
    retry: RetryClass::None,
    backoff_base: None,
    executed: None,
    page: "https://example.com/errors",
};

static TRY_LATER: ErrorMeta = ErrorMeta { name: "TryLater", code: 2, family: Family::Server, retry: RetryClass::Backoff, ..ERROR };

pub(super) static LIMIT_REACHED: ErrorMeta = ErrorMeta {
    name: "RegistrationLimitReached",
    code: 133_016,
    family: Family::Registration,
    retry: RetryClass::AfterWindow,
    executed: Some(false),
    cause: "Ten requests were made in 72 hours.",
    remedy: "Wait until the block has passed.",
    ..ERROR
};

static TOO_MANY_CALLS: ErrorMeta =
    ErrorMeta { name: "TooManyCalls", code: 4, family: Family::Throttle, retry: RetryClass::AfterWindow, executed: Some(false), ..ERROR };

static TOKEN_EXPIRED: ErrorMeta =
    ErrorMeta { name: "AccessTokenExpired", code: 190, family: Family::Auth, retry: RetryClass::Reauth, executed: Some(false), ..ERROR };

static SESSION_ENDED: ErrorMeta = ErrorMeta { name: "SessionEnded", code: 102, family: Family::Auth, retry: RetryClass::Reauth, ..ERROR };

static WRONG_SIGNATURE: ErrorMeta = ErrorMeta { name: "WrongSignature", code: 104, family: Family::Auth, ..ERROR };

static TOO_FAST: ErrorMeta = ErrorMeta {
    name: "ThroughputReached",
    code: 130_429,
    family: Family::Throttle,
    retry: RetryClass::Backoff,
    executed: Some(false),
    ..ERROR
};

static PAIR_TOO_FAST: ErrorMeta = ErrorMeta {
    name: "PairReached",
    code: 131_056,
    family: Family::Throttle,
    retry: RetryClass::Backoff,
    backoff_base: Some(4),
    executed: Some(false),
    ..ERROR
};

static SOMETHING_WRONG: ErrorMeta =
    ErrorMeta { name: "SomethingWentWrong", code: 131_000, family: Family::Server, retry: RetryClass::Backoff, ..ERROR };

static CODE_NOT_REQUESTED: ErrorMeta = ErrorMeta { name: "CodeNotRequested", code: 136_024, family: Family::Registration, ..ERROR };

static MIGRATION_FAILED: ErrorMeta =
    ErrorMeta { name: "MigrationFailed", code: 100, subcode: Some(2_388_103), title: Some("Cannot migrate phone number."), ..ERROR };

static MIGRATION_NOT_NEEDED: ErrorMeta = ErrorMeta {
    name: "MigrationNotNeeded",
    case: true,
    title: Some("Please add this phone number in your WhatsApp account"),
    ..MIGRATION_FAILED
};

/// A permission, says the code; perhaps the server, says the page.
static UNCLEAR: ErrorMeta = ErrorMeta { name: "Unclear", code: 10, family: Family::Permission, ..ERROR };

static CATALOGUE: Catalogue = Catalogue {
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
        &LIMIT_REACHED,
        &CODE_NOT_REQUESTED,
    ],
    nodes: &["WhatsAppBusinessAccount", "WhatsAppBusinessPhoneNumber"],
    versions: &[VersionMeta { version: Version(23, 0), released: "2025-05-29", expires: None }],
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
    const CATALOGUE: &'static Catalogue = &CATALOGUE;
    const OPERATIONS: &'static [&'static OperationMeta] = &[RegisterPhoneNumber::META, DeregisterPhoneNumber::META, DeleteQrCode::META];
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
