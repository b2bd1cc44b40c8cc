//! One difference.

use crate::model::Version;

/// What differs. The order is the one in which a reader wants them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The version lacks the operation.
    OperationRemoved,
    /// The version lacks the parameter.
    ParameterRemoved,
    /// Meta's page requires the parameter in one of the versions only.
    RequiredChanged,
    /// The parameter has another type.
    ParameterTypeChanged,
    /// The parameter takes other values of its enum.
    AcceptedValuesChanged,
    /// Meta assumes another default for the parameter.
    DefaultChanged,
    /// The version lacks the filter.
    FilterRemoved,
    /// The version lacks the value of the enum.
    ValueRemoved,
    /// The version lacks the field.
    FieldRemoved,
    /// The field has another type.
    FieldTypeChanged,
    /// The operation returns another type.
    ReturnsChanged,
    /// The token needs other permissions.
    PermissionsChanged,
    /// Calls are counted another way.
    LimitsChanged,
    /// Parameters or fields require or exclude what they did not.
    RuleAdded,
    /// The permission is no more.
    PermissionRemoved,
    /// The field of webhooks is no more.
    WebhookRemoved,
    /// The version deprecates the operation.
    OperationDeprecated,
    /// The version deprecates the parameter.
    ParameterDeprecated,
    /// The version deprecates the filter.
    FilterDeprecated,
    /// The version deprecates the value of the enum.
    ValueDeprecated,
    /// The version deprecates the field.
    FieldDeprecated,
    /// The error is deprecated.
    ErrorDeprecated,
    /// The rule is deprecated.
    RuleDeprecated,
    /// The permission is deprecated.
    PermissionDeprecated,
    /// The field of webhooks is deprecated.
    WebhookDeprecated,
    /// The version has a new operation.
    OperationAdded,
    /// The version has a new parameter.
    ParameterAdded,
    /// The version has a new filter.
    FilterAdded,
    /// The version has a new value of the enum.
    ValueAdded,
    /// The version has a new field.
    FieldAdded,
    /// Graph answers with an error that it did not have.
    ErrorAdded,
    /// Graph answers with the error no more.
    ErrorRemoved,
    /// What a rule required or excluded no longer is.
    RuleRemoved,
    /// There is a new permission.
    PermissionAdded,
    /// There is a new field of webhooks.
    WebhookAdded,
}

impl Kind {
    /// Every kind, in their order.
    pub const ALL: &'static [Self] = &[
        Self::OperationRemoved,
        Self::ParameterRemoved,
        Self::RequiredChanged,
        Self::ParameterTypeChanged,
        Self::AcceptedValuesChanged,
        Self::DefaultChanged,
        Self::FilterRemoved,
        Self::ValueRemoved,
        Self::FieldRemoved,
        Self::FieldTypeChanged,
        Self::ReturnsChanged,
        Self::PermissionsChanged,
        Self::LimitsChanged,
        Self::RuleAdded,
        Self::PermissionRemoved,
        Self::WebhookRemoved,
        Self::OperationDeprecated,
        Self::ParameterDeprecated,
        Self::FilterDeprecated,
        Self::ValueDeprecated,
        Self::FieldDeprecated,
        Self::ErrorDeprecated,
        Self::RuleDeprecated,
        Self::PermissionDeprecated,
        Self::WebhookDeprecated,
        Self::OperationAdded,
        Self::ParameterAdded,
        Self::FilterAdded,
        Self::ValueAdded,
        Self::FieldAdded,
        Self::ErrorAdded,
        Self::ErrorRemoved,
        Self::RuleRemoved,
        Self::PermissionAdded,
        Self::WebhookAdded,
    ];

    /// For programs: `parameter_removed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::OperationRemoved => "operation_removed",
            Self::ParameterRemoved => "parameter_removed",
            Self::RequiredChanged => "required_changed",
            Self::ParameterTypeChanged => "parameter_type_changed",
            Self::AcceptedValuesChanged => "accepted_values_changed",
            Self::DefaultChanged => "default_changed",
            Self::FilterRemoved => "filter_removed",
            Self::ValueRemoved => "value_removed",
            Self::FieldRemoved => "field_removed",
            Self::FieldTypeChanged => "field_type_changed",
            Self::ReturnsChanged => "returns_changed",
            Self::PermissionsChanged => "permissions_changed",
            Self::LimitsChanged => "limits_changed",
            Self::RuleAdded => "rule_added",
            Self::PermissionRemoved => "permission_removed",
            Self::WebhookRemoved => "webhook_removed",
            Self::OperationDeprecated => "operation_deprecated",
            Self::ParameterDeprecated => "parameter_deprecated",
            Self::FilterDeprecated => "filter_deprecated",
            Self::ValueDeprecated => "value_deprecated",
            Self::FieldDeprecated => "field_deprecated",
            Self::ErrorDeprecated => "error_deprecated",
            Self::RuleDeprecated => "rule_deprecated",
            Self::PermissionDeprecated => "permission_deprecated",
            Self::WebhookDeprecated => "webhook_deprecated",
            Self::OperationAdded => "operation_added",
            Self::ParameterAdded => "parameter_added",
            Self::FilterAdded => "filter_added",
            Self::ValueAdded => "value_added",
            Self::FieldAdded => "field_added",
            Self::ErrorAdded => "error_added",
            Self::ErrorRemoved => "error_removed",
            Self::RuleRemoved => "rule_removed",
            Self::PermissionAdded => "permission_added",
            Self::WebhookAdded => "webhook_added",
        }
    }

    /// For people: "parameter removed".
    pub fn words(self) -> String {
        self.name().replace('_', " ")
    }

    /// Whether it says that something will end.
    pub fn is_deprecation(self) -> bool {
        self.name().ends_with("_deprecated")
    }

    /// Whether it is about what Graph answers a failed call with.
    pub fn is_of_errors(self) -> bool {
        matches!(self, Self::ErrorAdded | Self::ErrorRemoved | Self::ErrorDeprecated)
    }
}

/// The release of the crate that the spec edit behind a change needed, by `docs/semver.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// A minor one; before 1.0 it raises the patch number.
    Minor,
    /// A breaking one, because the Rust type is another; before 1.0 it raises the minor number.
    Breaking,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind of difference.
    pub kind: Kind,
    /// The Rust item: `page_graph::SendMessage`, `Call::<SendMessage>::recipient`, `page_graph::FacebookPage.name`.
    pub rust: String,
    /// Where in the spec: the id of the operation, or the type, and the keys that lead to the item.
    pub at: String,
    /// What happened, without a period. It begins with the item, if there is one.
    pub what: String,
    /// The value or the code, by which the wire knows it: changes of several that differ in nothing else read as one.
    pub item: Option<String>,
    /// What to use instead, where Meta says so.
    pub instead: Option<String>,
    /// The Rust items that `instead` names, each with the name that it has there.
    pub substitutes: Vec<(String, String)>,
    /// Meta's page.
    pub page: String,
    /// Whether a call that works in the old version may fail, or mean something else, in the new one.
    pub breaking: bool,
    /// Whether Meta says that the server enforces it; otherwise it was only seen.
    pub gated: bool,
    /// The release that the spec edit needed.
    pub release: Release,
    /// The versions that it is about, where days are compared and it is not about all.
    pub versions: Vec<Version>,
}
