//! Where Meta's examples are not what the spec says, and why the spec is left as it is.

/// Something that the judge says of examples.
pub(crate) struct Deviation {
    /// The operation's id, or `*`.
    pub(crate) operation: &'static str,
    /// A part of what is said.
    pub(crate) what: &'static str,
    /// Why the spec is still right.
    pub(crate) why: &'static str,
}

impl Deviation {
    pub(crate) fn covers(&self, operation: &str, what: &str) -> bool {
        (self.operation == "*" || self.operation == operation) && what.contains(self.what)
    }
}

const fn known(operation: &'static str, what: &'static str, why: &'static str) -> Deviation {
    Deviation { operation, what, why }
}

/// Identifiers are digits. A type accepts any string as one and keeps it, so that the samples decode; only a request with such an identifier in its path is
/// refused.
const PLACEHOLDER: &str = "a placeholder instead of an identifier";

/// Bytes cannot be sent in JSON; the contract tests send them as a part of the body.
const FILE: &str = "a file is named as in curl, or omitted; its bytes are what is sent";

/// The history of the node has no such field, so nothing says what `fields=` would accept. What is answered anyway is kept.
const SCHEMA_ONLY: &str = "a property of the schema that no example shows";

/// The schema lists the items of an edge; in an answer to `fields=phone_numbers{id}` it is a page with `data`.
const EDGE: &str = "an edge as a bare list, in a schema without an example; Graph answers a page";

/// The schema has one object with the fields of all kinds of interactive messages, and the first value of each does not make a message.
const INTERACTIVE: &str = "put together from properties of different kinds of interactive messages";

/// The pages name the call in their tables and all samples; a user alone would not tell which of several calls is meant (see quirks).
const USER_FOR_CALL: &str = "the example names the user, and no call";

/// The reference of 2026 has another body, with other names (see quirks).
const OLDER_BODY: &str = "the body of the specification is older than that of the reference";

/// Guide and SDK specification have another body, and the intent itself as the answer (see quirks).
const OTHER_INTENT: &str = "the body and the answer of the specification are not those of the guide";

/// Each explains at least one example.
pub(crate) const DEVIATIONS: &[Deviation] = &[
    known("*", "must be an identifier, a string or number of digits", PLACEHOLDER),
    known("*", "`file` must be a file", FILE),
    known("*", "`file` is missing, which is required", FILE),
    known("*", "audiences` is not a field of `WhatsAppBusinessAccount`", SCHEMA_ONLY),
    known("*", "dcc_config` is not a field of `WhatsAppBusinessAccount`", SCHEMA_ONLY),
    known("*", "schedules` is not a field of `WhatsAppBusinessAccount`", SCHEMA_ONLY),
    known("*", "message_templates` must be an object; it is a list", EDGE),
    known("*", "phone_numbers` must be an object; it is a list", EDGE),
    known("*", "subscribed_apps` must be an object; it is a list", EDGE),
    known(
        "Group.join_requests.delete",
        "join_requests` is missing, which is required",
        "the schema requires it too; its items have no example, so none was put together",
    ),
    known("Group.join_requests.delete", "join_requests is missing", "the schema requires it too; its items have no example"),
    known("WhatsAppBusinessPhoneNumber.official_business_account.create", "`action` is not a parameter", OLDER_BODY),
    known("WhatsAppBusinessPhoneNumber.official_business_account.create", "`application_data` is not a parameter", OLDER_BODY),
    known(
        "WhatsAppBusinessPhoneNumber.official_business_account.create",
        "`business_website_url` is missing, which is required",
        OLDER_BODY,
    ),
    known(
        "WhatsAppBusinessPhoneNumber.official_business_account.create",
        "`primary_country_of_operation` is missing, which is required",
        OLDER_BODY,
    ),
    known("WhatsAppBusinessPhoneNumber.official_business_account.create", "business_website_url is missing", OLDER_BODY),
    known("WhatsAppBusinessAccount.set_solution_migration_intent.create", "is not a parameter", OTHER_INTENT),
    known(
        "WhatsAppBusinessAccount.set_solution_migration_intent.create",
        "is not a field of `WhatsAppBusinessAccountMigrationIntent`",
        OTHER_INTENT,
    ),
    known("WhatsAppBusinessAccount.set_solution_migration_intent.create", "`id` is missing", OTHER_INTENT),
    known("WhatsAppBusinessAccount.set_solution_migration_intent.create", "id is missing", OTHER_INTENT),
    known(
        "WhatsAppBusinessSolution.accept_deactivation_request.create",
        "it sends a body, and the operation has none",
        "the schema names a body without properties",
    ),
    known("Group.read", "`id` is missing", "the schema leaves it out; Graph always answers with it, as all examples of the pages do"),
    known("Group.read", "it does not decode: Group: id is missing", "the schema leaves `id` out"),
    known("Business.preverified_numbers.read", "is not a field of `WhatsAppBusinessPreVerifiedPhoneNumber`", SCHEMA_ONLY),
    known("MessageTemplate.update", "`name` is not a parameter", "the schema is that of creation; a template keeps its name"),
    known("MessageTemplate.update", "`language` is not a parameter", "the schema is that of creation; a template keeps its language"),
    known(
        "WhatsAppBusinessAccount.assigned_users.delete",
        "it sends a body",
        "the schema names a form; the spec sends the same parameters in the query",
    ),
    known(
        "WhatsAppBusinessAccount.subscribed_apps.create",
        "is not a field of `SubscribedApp`",
        "the schema has the fields of the app next to `whatsapp_business_api_data`; the examples have them within",
    ),
    known(
        "WhatsAppBusinessAccount.subscribed_apps.read",
        "is not a field of `SubscribedApp`",
        "the schema has the fields of the app next to `whatsapp_business_api_data`; the examples have them within",
    ),
    known(
        "WhatsAppBusinessAccount.subscribed_apps.delete",
        "`data` is not a field of `Success`",
        "the schema of creation; the example has `success` alone",
    ),
    known(
        "WhatsAppBusinessPhoneNumber.message_qrdls.item.read",
        " of a page",
        "the schema is the code itself; the examples are pages (see quirks)",
    ),
    known(
        "WhatsAppBusinessPhoneNumber.message_qrdls.item.read",
        "`data` is missing",
        "the schema is the code itself; the examples are pages (see quirks)",
    ),
    known(
        "WhatsAppBusinessPhoneNumber.message_qrdls.item.read",
        "it does not decode: Page: data is missing",
        "the schema is the code itself; the examples are pages (see quirks)",
    ),
    known(
        "WhatsAppBusinessPreVerifiedPhoneNumber.partners.read",
        "primary_page` is not a field of `Business`",
        "a page of Facebook, for advertising",
    ),
    known("WhatsAppBusinessPhoneNumber.calls.accept", "`to` is not a parameter", USER_FOR_CALL),
    known("WhatsAppBusinessPhoneNumber.calls.accept", "call_id` is missing", USER_FOR_CALL),
    known("WhatsAppBusinessPhoneNumber.calls.accept", "call_id is missing", USER_FOR_CALL),
    known("WhatsAppBusinessPhoneNumber.calls.reject", "`to` is not a parameter", USER_FOR_CALL),
    known("WhatsAppBusinessPhoneNumber.calls.reject", "call_id` is missing", USER_FOR_CALL),
    known("WhatsAppBusinessPhoneNumber.calls.reject", "call_id is missing", USER_FOR_CALL),
    known("WhatsAppBusinessPhoneNumber.messages.create", "`interactive.", INTERACTIVE),
    known("WhatsAppBusinessPhoneNumber.messages.create", "`reaction` is missing", "the schema of a reaction has no example for its object"),
    known("WhatsAppBusinessPhoneNumber.messages.create", "`sticker` is missing", "the schema of a sticker has no example for its object"),
    known(
        "WhatsAppBusinessPhoneNumber.settings.read",
        "`calling.call_hours.",
        "the schema has an example for a part of the object; what is set has all",
    ),
];
