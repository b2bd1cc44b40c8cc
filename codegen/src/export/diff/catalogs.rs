//! Errors, permissions and fields of webhooks.

use super::{Change, Fate, Kind, Release, Step};
use crate::model::{Api, Availability, ErrorInfo, Operation};

/// Compares the catalogs. What an operation answers with from some moment on is listed with the operation.
pub(super) fn compare(api: &Api, step: &Step, changes: &mut Vec<Change>) {
    for error in &api.errors {
        let rust = format!("{}::{}", step.places.path("ErrorKind"), error.name);
        let code = number(error);
        let found = ERROR.change(step, &error.availability, format!("errors.{}", error.name), rust, &error.page);
        changes.extend(found.map(|change| Change { what: format!("{code}, {}", change.what), item: Some(code), ..change }));
    }
    for permission in &api.permissions {
        let at = format!("permissions.{}", permission.name);
        changes.extend(PERMISSION.change(step, &permission.availability, at, permission.name.clone(), &permission.page));
    }
    for field in api.webhooks.iter().flat_map(|webhooks| &webhooks.fields) {
        let rust = format!("{}::webhooks::WebhookField::{}", step.places.library(), field.variant);
        changes.extend(WEBHOOK.change(step, &field.availability, format!("webhooks.{}", field.name), rust, &field.page));
    }
}

/// The errors and rules of an operation.
pub(super) fn of_operation(api: &Api, operation: &Operation, step: &Step, changes: &mut Vec<Change>) {
    let rust = step.places.path(&operation.request);
    for here in &operation.errors {
        let at = format!("{}.errors.{}", operation.id, here.name);
        let found = ERROR.change(step, &here.availability, at, rust.clone(), &operation.page);
        let code = api.error(&here.name).map_or_else(|| here.name.clone(), |error| format!("`{}`, {}", here.name, number(error)));
        changes.extend(found.map(|change| Change { what: format!("{code}, {}", change.what), ..change }));
    }
    for (index, rule) in operation.rules.iter().enumerate() {
        let found = RULE.change(step, &rule.availability, format!("{}.rules[{index}]", operation.id), rust.clone(), &rule.page);
        changes.extend(found.map(|change| Change { what: format!("{}: {}", change.what, rule.doc.trim_end_matches('.')), ..change }));
    }
}

/// "133016", "200-299", "100/2388103".
fn number(error: &ErrorInfo) -> String {
    let end = error.code_end.map(|end| format!("-{end}")).unwrap_or_default();
    let subcode = error.subcode.map(|subcode| format!("/{subcode}")).unwrap_or_default();
    format!("{}{end}{subcode}", error.code)
}

/// The kinds of change of one sort of item.
struct Kinds {
    added: Kind,
    removed: Kind,
    deprecated: Kind,
    /// The kind that breaks callers, if one does.
    breaks: Option<Kind>,
}

const ERROR: Kinds = Kinds { added: Kind::ErrorAdded, removed: Kind::ErrorRemoved, deprecated: Kind::ErrorDeprecated, breaks: None };
const RULE: Kinds =
    Kinds { added: Kind::RuleAdded, removed: Kind::RuleRemoved, deprecated: Kind::RuleDeprecated, breaks: Some(Kind::RuleAdded) };
const PERMISSION: Kinds = Kinds {
    added: Kind::PermissionAdded,
    removed: Kind::PermissionRemoved,
    deprecated: Kind::PermissionDeprecated,
    breaks: Some(Kind::PermissionRemoved),
};

const WEBHOOK: Kinds = Kinds {
    added: Kind::WebhookAdded,
    removed: Kind::WebhookRemoved,
    deprecated: Kind::WebhookDeprecated,
    breaks: Some(Kind::WebhookRemoved),
};

impl Kinds {
    fn change(&self, step: &Step, presence: &Availability, at: String, rust: String, page: &str) -> Option<Change> {
        let fate = step.fate(presence);
        let kind = match fate {
            Fate::Added => self.added,
            Fate::Removed => self.removed,
            Fate::Deprecated => self.deprecated,
            Fate::Stays | Fate::Absent => return None,
        };
        Some(Change {
            kind,
            rust,
            at,
            what: step.story(presence, &fate),
            instead: step.instead(presence, &fate),
            page: page.to_owned(),
            breaking: self.breaks == Some(kind),
            gated: presence.gated,
            release: Release::Minor,
            versions: Vec::new(),
            item: None,
            substitutes: Vec::new(),
        })
    }
}
