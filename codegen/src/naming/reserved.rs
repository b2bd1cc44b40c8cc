//! Names that the emitted crate has whatever the spec says.
//!
//! The same lists give the `pub use` lines of the crate's root and say which names a spec cannot take. A test holds every `use` of the emitted source against
//! them.

/// What the crate re-exports of the runtime in one module.
pub struct Reexport {
    /// The module; nothing for the root.
    pub module: Option<&'static str>,
    /// What the module is about.
    pub doc: &'static str,
    /// The names.
    pub names: &'static [&'static str],
    /// Whether only those need them who call Graph.
    pub client: bool,
}

/// What the crate re-exports of the runtime: what every program names at the root, the rest by subject.
pub const REEXPORTS: &[Reexport] = &[
    Reexport { module: None, doc: "", names: &["Extra", "Secret", "Timestamp", "Unlisted", "Value", "serde_json"], client: false },
    Reexport {
        module: None,
        doc: "",
        names: &[
            "Batch",
            "ClientBuilder",
            "File",
            "Outcome",
            "Page",
            "Refusals",
            "Response",
            "RetryPolicy",
            "Traffic",
            "ledger",
            "reqwest",
        ],
        client: true,
    },
    Reexport {
        module: Some("auth"),
        doc: "Where tokens come from: a text, or a provider that is asked for a fresh one.",
        names: &["BoxFuture", "ProviderError", "StoredToken", "TokenProvider", "TokenSource", "TokenStore"],
        client: true,
    },
    Reexport {
        module: Some("batch"),
        doc: "What a batch is made of: entries, tickets, answers; and many calls that are sent each for itself.",
        names: &["Answers", "BatchEntry", "BatchItem", "IntoBatch", "Sends", "Ticket"],
        client: true,
    },
    Reexport {
        module: Some("description"),
        doc: "What the spec says, as data: operations with their parameters, permissions, limits and errors.",
        names: &[
            "Arrival",
            "Auth",
            "BodyKind",
            "Bound",
            "Day",
            "DownloadInfo",
            "UnfitInfo",
            "ErrorCategory",
            "ErrorDoc",
            "ErrorInfo",
            "HostInfo",
            "LimitInfo",
            "LimitSubject",
            "MaskInfo",
            "MatchedBy",
            "OperationInfo",
            "Paced",
            "PairInfo",
            "ParamInfo",
            "ParseVersionError",
            "Permissions",
            "RateInfo",
            "RetryClass",
            "RuleInfo",
            "RuleKind",
            "Version",
        ],
        client: false,
    },
    Reexport {
        module: Some("download"),
        doc: "Downloads: the bytes that an answer leads to, as a stream or a file.",
        names: &["Download", "Downloaded"],
        client: true,
    },
    Reexport {
        module: Some("limits"),
        doc: "Traffic control: the pace of calls, the governor that watches Graph's usage headers, and what these headers said.",
        names: &[
            "AppUsage",
            "Governor",
            "Lane",
            "MemoryTurns",
            "Pace",
            "StoreError",
            "Taken",
            "Turn",
            "TurnStore",
            "Usage",
            "UsageReport",
            "UsageStore",
            "UseCaseUsage",
        ],
        client: true,
    },
    Reexport {
        module: Some("observer"),
        doc: "Metrics and audits: what a client sends, as an observer sees it.",
        names: &["CallEnd", "ObservedCall", "Observer", "RefusedCall"],
        client: true,
    },
    Reexport {
        module: Some("paging"),
        doc: "Lists: cursors, pages, and the streams that walk through them.",
        names: &["Continuation", "Cursor", "Cursors", "Items", "Pages", "Paging", "ParseContinuationError", "Stream"],
        client: true,
    },
    Reexport {
        module: Some("request"),
        doc: "What a call is before it is sent: an operation, its options, or a request to what the spec lacks.",
        names: &["Method", "Operation", "PagedOperation", "RawRequest", "Refusal", "RequestOptions", "ResumableOperation"],
        client: true,
    },
    Reexport {
        module: Some("response"),
        doc: "What came with an answer: status, served version, trace, usage.",
        names: &["NonexistentField", "ResponseInfo"],
        client: true,
    },
    Reexport {
        module: Some("retry"),
        doc: "Time: the clock by which a client waits, and what it does when Graph serves another version.",
        names: &["Clock", "OnVersionMismatch", "SystemClock"],
        client: true,
    },
    Reexport {
        module: Some("testing"),
        doc: "Tests of a program: answers and errors as the client makes them, without a network.",
        names: &["Offline"],
        client: true,
    },
    Reexport {
        module: Some("values"),
        doc: "What answers and requests are made of: open enums, records that keep what they do not declare, lists of fields.",
        names: &["Fields", "Filter", "IntString", "OpenEnum", "Record", "RedactedUrl", "Union"],
        client: false,
    },
];

/// What emitted files import of the runtime, and the crate does not re-export.
pub const PLUMBING: &[&str] = &["Availability", "Digits", "ErrorCatalog", "Ledger", "List", "PartInfo", "Surface", "VersionInfo", "json"];

/// The types that the crate has besides those of the spec.
pub const OWN_TYPES: &[&str] = &["ApiVersion", "Availability", "Call", "Client", "Error", "ErrorKind", "Nested"];

/// What emitted files import of the standard library, and what they and the macros of the runtime use of its prelude.
pub const STD: &[&str] = &[
    "BTreeMap",
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Deref",
    "Duration",
    "Eq",
    "Err",
    "From",
    "FromIterator",
    "FromStr",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Self",
    "Some",
    "String",
    "Vec",
];

/// The parameters of types in the runtime's macros, which are seen there instead of a type of the spec: `untagged!` of a list of `A` would read its own `A`.
pub const GENERICS: &[&str] = &["A", "D", "S", "W"];

/// The features that the crate has besides those of its areas.
pub const FEATURES: &[&str] = &["axum", "client", "default", "native-tls", "rustls", "rustls-ring"];

/// What the module of webhooks has besides the types of the spec. Only types that are declared with a webhook are beside it.
pub const WEBHOOK_TYPES: &[&str] = &[
    "Bytes",
    "Change",
    "Claim",
    "Claims",
    "Entry",
    "Event",
    "EventKey",
    "FieldValue",
    "FromBody",
    "HandshakeFault",
    "Identity",
    "Inbox",
    "Item",
    "Kept",
    "Keyed",
    "Lease",
    "List",
    "MemoryClaims",
    "NotAll",
    "Notification",
    "Once",
    "Person",
    "Placed",
    "Progress",
    "Received",
    "Receiver",
    "ReceiverBuilder",
    "ReceiverError",
    "Rejection",
    "State",
    "Step",
    "Tally",
    "Unhandled",
    "WebhookField",
    "Window",
];

/// The area of what comes in. It has no calls, and so brings no client.
pub const WEBHOOKS: &str = "webhooks";

/// The modules that the crate has besides those of its nodes and re-exports.
pub const OWN_MODULES: &[&str] = &[
    "category",
    "client",
    "downloads",
    "nested",
    "error",
    "error_catalog",
    "ids",
    "operations",
    "types",
    "uploads",
    "version",
    WEBHOOKS,
    "wire",
];

/// Every name that a type of the spec cannot have.
pub fn types() -> impl Iterator<Item = &'static str> {
    let reexported = REEXPORTS.iter().flat_map(|reexport| reexport.names);
    reexported.chain(PLUMBING).chain(OWN_TYPES).chain(STD).chain(GENERICS).copied()
}

/// Every name that a module of a node cannot have.
pub fn modules() -> impl Iterator<Item = &'static str> {
    let reexported = REEXPORTS.iter().filter_map(|reexport| reexport.module);
    OWN_MODULES.iter().copied().chain(reexported).chain(["ledger", "serde_json", "std", "core", "graph_runtime"])
}

/// What every object has: a field or constructor of such a name would be in its way.
pub const OBJECT: &[&str] = &["extra", "extra_mut", "with_param", "new", "clone", "eq", "default"];
