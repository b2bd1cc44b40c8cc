//! Operations: a JSON body, a paged read, an item, a form.

use std::time::Duration;

use graph_runtime::{
    Auth, Availability, BodyKind, Bound, Cursor, Digits, ErrorDoc, Extra, Fields, LimitInfo, LimitSubject, Method, Operation,
    OperationInfo, Outgoing, Paced, Page, PagedOperation, PairInfo, ParamInfo, PartInfo, Permissions, RateInfo, RequestOptions, RuleInfo,
    RuleKind, Secret, Version,
};

use super::surface::LIMIT_REACHED;
use super::types::{PhoneNumber, PhoneNumberField, PhoneNumberFilter, PhoneNumberId, PhoneNumberSort, Success, WabaId};

// POST /{phone_number_id}/register

#[derive(Clone, Default, PartialEq)]
pub(crate) struct RegisterPhoneNumberBody {
    pin: Option<Secret>,
    region: Option<String>,
    tier: Option<String>,
    backup: Option<String>,
    password: Option<Secret>,
    extra: Extra,
}

graph_runtime::record!(RegisterPhoneNumberBody: sent {
    0 Constant("messaging_product", "whatsapp") => extra,
    1 Field("pin") => pin,
    2 Field("region") => region,
    3 Field("tier") => tier,
    4 Field("backup") => backup,
    5 Field("password") => password,
});

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RegisterPhoneNumber {
    phone_number_id: PhoneNumberId,
    body: RegisterPhoneNumberBody,
    options: RequestOptions,
}

impl RegisterPhoneNumber {
    pub(crate) fn without_pin(id: impl Into<PhoneNumberId>) -> Self {
        Self { phone_number_id: id.into(), body: RegisterPhoneNumberBody::default(), options: RequestOptions::default() }
    }

    pub(crate) fn new(id: impl Into<PhoneNumberId>, pin: impl Into<Secret>) -> Self {
        let mut request = Self::without_pin(id);
        request.body.pin = Some(pin.into());
        request
    }

    pub(crate) fn region(mut self, region: impl Into<String>) -> Self {
        self.body.region = Some(region.into());
        self
    }

    pub(crate) fn tier(mut self, tier: impl Into<String>) -> Self {
        self.body.tier = Some(tier.into());
        self
    }

    pub(crate) fn backup(mut self, backup: impl Into<String>) -> Self {
        self.body.backup = Some(backup.into());
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut RequestOptions)) -> Self {
        change(&mut self.options);
        self
    }
}

const REGISTER: OperationInfo = OperationInfo {
    id: "WhatsAppBusinessPhoneNumber.register.create",
    request: "RegisterPhoneNumber",
    method: Method::Post,
    path: "/{phone_number_id}/register",
    never_retry: true,
    page: "https://example.com/register",
    permissions: Permissions::All(&["whatsapp_business_management"]),
    body: BodyKind::Json,
    params: &[
        ParamInfo {
            name: "pin",
            required: Some(Availability::ALWAYS),
            secret: true,
            digits: Some(Digits { length: Some(6) }),
            ..ParamInfo::EMPTY
        },
        ParamInfo {
            name: "region",
            availability: Availability {
                removed: Some(Bound::Version(Version(21, 0))),
                gated: true,
                instead: Some("the settings edge"),
                ..Availability::ALWAYS
            },
            page: "https://example.com/region",
            ..ParamInfo::EMPTY
        },
        ParamInfo {
            name: "tier",
            availability: Availability { since: Some(Bound::Version(Version(99, 0))), ..Availability::ALWAYS },
            parts: &[
                PartInfo {
                    path: &[],
                    value: Some("GOLD"),
                    availability: Availability {
                        since: Some(Bound::Version(Version(99, 0))),
                        removed: Some(Bound::Version(Version(100, 0))),
                        gated: true,
                        ..Availability::ALWAYS
                    },
                    page: "https://example.com/gold",
                },
                PartInfo {
                    path: &[],
                    value: Some("TIN"),
                    availability: Availability {
                        removed: Some(Bound::Version(Version(22, 0))),
                        back: Some(Bound::Version(Version(23, 0))),
                        gated: true,
                        ..Availability::ALWAYS
                    },
                    page: "https://example.com/tin",
                },
            ],
            ..ParamInfo::EMPTY
        },
        ParamInfo { name: "password", secret: true, ..ParamInfo::EMPTY },
    ],
    rules: &[
        RuleInfo {
            at: &[],
            kind: RuleKind::Requires("backup", &["password"]),
            availability: Availability::ALWAYS,
            doc: "A backup is encrypted.",
            page: "https://example.com/backup",
        },
        RuleInfo { at: &[], kind: RuleKind::Excludes(&["backup", "region"]), availability: Availability::ALWAYS, doc: "", page: "" },
    ],
    limits: &[LimitInfo {
        max: 10,
        window: Duration::from_secs(72 * 3600),
        per: LimitSubject { name: "number", ignores: "+-()." },
        block: Some(Duration::from_secs(72 * 3600)),
        error: &LIMIT_REACHED,
        availability: Availability::ALWAYS,
    }],
    errors: &[ErrorDoc { error: &LIMIT_REACHED, cause: "The number was registered ten times in 72 hours.", remedy: "Wait 72 hours." }],
    ..OperationInfo::EMPTY
};

impl Operation for RegisterPhoneNumber {
    const INFO: &'static OperationInfo = &REGISTER;
    type Response = Success;

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn encode(&self, to: &mut Outgoing) {
        to.id(&self.phone_number_id);
        to.segment("register");
        to.json(&self.body);
    }
}

// POST /{phone_number_id}/deregister, without a body

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeregisterPhoneNumber {
    phone_number_id: PhoneNumberId,
    options: RequestOptions,
}

impl DeregisterPhoneNumber {
    pub(crate) fn new(id: impl Into<PhoneNumberId>) -> Self {
        Self { phone_number_id: id.into(), options: RequestOptions::default() }
    }
}

impl Operation for DeregisterPhoneNumber {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "WhatsAppBusinessPhoneNumber.deregister.create",
        request: "DeregisterPhoneNumber",
        path: "/{phone_number_id}/deregister",
        params: &[],
        rules: &[],
        ..REGISTER
    };
    type Response = Success;

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn encode(&self, to: &mut Outgoing) {
        to.id(&self.phone_number_id);
        to.segment("deregister");
    }
}

// GET /{waba_id}/phone_numbers

#[derive(Clone, Default, PartialEq)]
pub(crate) struct ListPhoneNumbersQuery {
    fields: Option<Fields<PhoneNumberField>>,
    filtering: Option<Vec<PhoneNumberFilter>>,
    sort: Option<PhoneNumberSort>,
    limit: Option<i64>,
    after: Option<Cursor>,
    extra: Extra,
}

graph_runtime::record!(ListPhoneNumbersQuery: sent {
    0 Field("fields") => fields,
    1 Field("filtering") => filtering,
    2 Field("sort") => sort,
    3 Field("limit") => limit,
    4 Field("after") => after,
});

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ListPhoneNumbers {
    waba_id: WabaId,
    query: ListPhoneNumbersQuery,
    options: RequestOptions,
}

impl ListPhoneNumbers {
    pub(crate) fn new(waba_id: impl Into<WabaId>) -> Self {
        Self { waba_id: waba_id.into(), query: ListPhoneNumbersQuery::default(), options: RequestOptions::default() }
    }

    pub(crate) fn fields(mut self, fields: impl IntoIterator<Item = PhoneNumberField>) -> Self {
        self.query.fields.get_or_insert_default().extend(fields);
        self
    }

    pub(crate) fn filter(mut self, filter: PhoneNumberFilter) -> Self {
        self.query.filtering.get_or_insert_default().push(filter);
        self
    }

    pub(crate) fn sort(mut self, sort: PhoneNumberSort) -> Self {
        self.query.sort = Some(sort);
        self
    }

    pub(crate) fn limit(mut self, limit: i64) -> Self {
        self.query.limit = Some(limit);
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut RequestOptions)) -> Self {
        change(&mut self.options);
        self
    }
}

static LIST: OperationInfo = OperationInfo {
    id: "WhatsAppBusinessAccount.phone_numbers.read",
    request: "ListPhoneNumbers",
    path: "/{waba_id}/phone_numbers",
    idempotent: true,
    ..OperationInfo::EMPTY
};

impl Operation for ListPhoneNumbers {
    const INFO: &'static OperationInfo = &LIST;
    type Response = Page<PhoneNumber>;

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn encode(&self, to: &mut Outgoing) {
        to.id(&self.waba_id);
        to.segment("phone_numbers");
        to.query(&self.query);
    }
}

impl PagedOperation for ListPhoneNumbers {
    type Item = PhoneNumber;

    fn resume(&mut self, after: Cursor) {
        self.query.after = Some(after);
    }
}

// DELETE /{phone_number_id}/message_qrdls/{code}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeleteQrCode {
    phone_number_id: PhoneNumberId,
    code: String,
    options: RequestOptions,
}

impl DeleteQrCode {
    pub(crate) fn new(id: impl Into<PhoneNumberId>, code: impl Into<String>) -> Self {
        Self { phone_number_id: id.into(), code: code.into(), options: RequestOptions::default() }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut RequestOptions)) -> Self {
        change(&mut self.options);
        self
    }
}

impl Operation for DeleteQrCode {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "WhatsAppBusinessPhoneNumber.message_qrdls.item.delete",
        request: "DeleteQrCode",
        method: Method::Delete,
        path: "/{phone_number_id}/message_qrdls/{code}",
        paced: Some(Paced {
            id: "phone_number_id",
            rate: Some(RateInfo { field: &["throughput", "level"], per_second: &[("STANDARD", 80), ("HIGH", 1000)], counts_too: "" }),
            pair: Some(PairInfo { param: "to", burst: 2, every: Duration::from_secs(6) }),
        }),
        ..OperationInfo::EMPTY
    };
    type Response = Success;

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn encode(&self, to: &mut Outgoing) {
        to.id(&self.phone_number_id);
        to.segment("message_qrdls");
        to.value(&self.code);
    }
}

// POST /oauth/access_token, a form, without a bearer token; the application's secret travels in it.

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExchangeCode {
    body: PhoneNumber,
    options: RequestOptions,
}

impl ExchangeCode {
    pub(crate) fn new(body: PhoneNumber) -> Self {
        Self { body, options: RequestOptions::default() }
    }
}

impl Operation for ExchangeCode {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Root.access_token.create",
        request: "ExchangeCode",
        method: Method::Post,
        path: "/oauth/access_token",
        auth: Auth::None,
        body: BodyKind::Form,
        rules: &[RuleInfo {
            at: &[],
            kind: RuleKind::OneOf(&["name", "pin"]),
            availability: Availability::ALWAYS,
            doc: "Graph must know who asks",
            page: "https://example.com/oauth",
        }],
        ..OperationInfo::EMPTY
    };
    type Response = Success;

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn encode(&self, to: &mut Outgoing) {
        to.segment("oauth").segment("access_token").form(&self.body);
    }
}
