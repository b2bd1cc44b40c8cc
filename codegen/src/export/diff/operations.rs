//! Operations, their parameters and their filters.

use super::{Change, Fate, Kind, Release, Step, catalogs};
use crate::{
    emit::print::rustdoc::window,
    model::{Api, Availability, Filter, FilterType, Limit, Moment, Operation, Param, Permissions, Type},
    naming::{Places, type_name},
};

/// Compares one operation. What belongs to an added or removed operation is added or removed with it, and is not listed separately.
pub(super) fn compare(api: &Api, operation: &Operation, step: &Step, changes: &mut Vec<Change>) {
    let fate = step.fate(&operation.availability);
    let of = Of { operation, step };
    let kind = match fate {
        Fate::Added => Some(Kind::OperationAdded),
        Fate::Removed => Some(Kind::OperationRemoved),
        Fate::Deprecated => Some(Kind::OperationDeprecated),
        Fate::Stays | Fate::Absent => None,
    };
    changes.extend(kind.map(|kind| Change {
        breaking: kind == Kind::OperationRemoved,
        instead: step.instead(&operation.availability, &fate),
        gated: operation.availability.gated,
        ..of.change(kind, format!("{} {}, {}", verb(operation), operation.path_text(), step.story(&operation.availability, &fate)))
    }));
    if !matches!(fate, Fate::Stays | Fate::Deprecated) {
        return;
    }
    changes.extend(of.permissions());
    changes.extend(of.returns());
    changes.extend(of.limits());
    catalogs::of_operation(api, operation, step, changes);
    // The client sends constants automatically; a caller cannot name them.
    for param in operation.params.iter().filter(|param| param.constant.is_none()) {
        of.param(param, changes);
    }
    if let Some(filter) = &operation.filter {
        changes.extend(filter.filters.iter().filter_map(|entry| of.filter(filter, entry)));
    }
}

/// How a parameter is set in Rust.
pub(super) fn setter(operation: &Operation, param: &Param, places: &Places) -> String {
    let is_arg = operation.args.iter().any(|&arg| operation.params[arg].name == param.name);
    match param.ty.rust() {
        _ if is_arg => format!("{}::new({})", places.path(&operation.request), param.rust),
        Type::Filters(_) => format!("Call::<{}>::filter", operation.request),
        _ => format!("Call::<{}>::{}", operation.request, param.rust),
    }
}

struct Of<'a> {
    operation: &'a Operation,
    step: &'a Step,
}

impl Of<'_> {
    fn change(&self, kind: Kind, what: String) -> Change {
        Change {
            kind,
            rust: self.step.places.path(&self.operation.request),
            at: self.operation.id.clone(),
            what,
            instead: None,
            page: self.operation.page.clone(),
            breaking: false,
            gated: false,
            release: Release::Minor,
            versions: Vec::new(),
            item: None,
            substitutes: Vec::new(),
        }
    }

    /// More calls than before never break a caller; anything else may.
    fn limits(&self) -> Option<Change> {
        let at = |moment: Moment| self.operation.limits.iter().filter(move |limit| limit.availability.at(moment)).collect::<Vec<_>>();
        let (before, after) = (at(self.step.from), at(self.step.to));
        let looser = |limit: &&Limit| before.iter().any(|was| was.per == limit.per && was.max <= limit.max && was.window >= limit.window);
        let change = || Change {
            at: format!("{}.limits", self.operation.id),
            breaking: !after.iter().all(looser),
            ..self.change(Kind::LimitsChanged, format!("{}; before it was {}", counted(&after), counted(&before)))
        };
        (before != after).then(change)
    }

    fn permissions(&self) -> Option<Change> {
        let (before, after) = (self.operation.permissions.at(self.step.from), self.operation.permissions.at(self.step.to));
        let change = || Change {
            at: format!("{}.permissions", self.operation.id),
            breaking: !suffices(before, after),
            ..self.change(Kind::PermissionsChanged, format!("a token needs {}; before it was {}", needed(after), needed(before)))
        };
        (before != after).then(change)
    }

    fn returns(&self) -> Option<Change> {
        let returns = &self.operation.returns;
        let (before, after) = (returns.at(self.step.from), returns.at(self.step.to));
        let change = || Change {
            at: format!("{}.returns", self.operation.id),
            breaking: true,
            release: release(before, after, returns.rust()),
            ..self.change(
                Kind::ReturnsChanged,
                format!("answers with {}; before it was {}; {}", named(after), named(before), one_type(returns.rust())),
            )
        };
        (before != after).then(change)
    }

    fn param(&self, param: &Param, changes: &mut Vec<Change>) {
        let fate = self.step.fate(&param.availability);
        let part = |kind: Kind, key: &str, what: String| Change {
            rust: setter(self.operation, param, &self.step.places),
            at: format!("{}.params.{}{key}", self.operation.id, param.name),
            page: param.page.clone(),
            gated: param.availability.gated,
            ..self.change(kind, what)
        };
        let story = self.step.story(&param.availability, &fate);
        let required_after = *param.required.at(self.step.to);
        let contested = if param.contested { "; other sources of Meta's disagree" } else { "" };
        match fate {
            Fate::Added if required_after => changes
                .push(Change { breaking: true, ..part(Kind::ParameterAdded, "", format!("{story}, and required{contested}: set it")) }),
            Fate::Added => changes.push(part(Kind::ParameterAdded, "", format!("{story}, optional"))),
            Fate::Removed => changes.push(Change {
                breaking: true,
                instead: self.step.instead(&param.availability, &fate),
                ..part(Kind::ParameterRemoved, "", story)
            }),
            Fate::Deprecated => {
                changes
                    .push(Change { instead: self.step.instead(&param.availability, &fate), ..part(Kind::ParameterDeprecated, "", story) });
            }
            Fate::Stays | Fate::Absent => {}
        }
        if !matches!(fate, Fate::Stays | Fate::Deprecated) {
            return;
        }
        if *param.required.at(self.step.from) != required_after {
            let what = if required_after { format!("now required{contested}: set it") } else { "optional now".to_owned() };
            changes.push(Change { breaking: required_after, gated: false, ..part(Kind::RequiredChanged, ".required", what) });
        }
        let (before, after) = (param.ty.at(self.step.from), param.ty.at(self.step.to));
        if before != after {
            let what = format!("takes {}; before it was {}; {}", named(after), named(before), one_type(param.ty.rust()));
            let release = release(before, after, param.ty.rust());
            changes.push(Change { breaking: true, gated: false, release, ..part(Kind::ParameterTypeChanged, ".type", what) });
        }
        if let Some(only) = &param.only
            && only.at(self.step.from) != only.at(self.step.to)
        {
            let (before, after) = (only.at(self.step.from), only.at(self.step.to));
            let listed = |values: &[String]| values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
            let what = format!("takes {}; before it was {}", listed(after), listed(before));
            let breaking = before.iter().any(|value| !after.contains(value));
            changes.push(Change { breaking, gated: false, ..part(Kind::AcceptedValuesChanged, ".only", what) });
        }
        let (before, after) = (param.default.at(self.step.from), param.default.at(self.step.to));
        if before != after {
            let shown = |default: &Option<String>| default.as_ref().map_or_else(|| "nothing".into(), |default| format!("`{default}`"));
            let what = format!("by default Graph assumes {}; before it was {}", shown(after), shown(before));
            changes.push(Change { breaking: true, gated: false, ..part(Kind::DefaultChanged, ".default", what) });
        }
    }

    fn filter(&self, filter: &FilterType, entry: &Filter) -> Option<Change> {
        let fate = self.step.fate(&entry.availability);
        let kind = match fate {
            Fate::Added => Kind::FilterAdded,
            Fate::Removed => Kind::FilterRemoved,
            Fate::Deprecated => Kind::FilterDeprecated,
            Fate::Stays | Fate::Absent => return None,
        };
        let Availability { gated, .. } = entry.availability;
        Some(Change {
            rust: format!("{}::{}", self.step.places.path(&filter.name), entry.rust),
            at: format!("{}.filtering.{}", self.operation.id, entry.field),
            instead: self.step.instead(&entry.availability, &fate),
            breaking: kind == Kind::FilterRemoved,
            gated,
            ..self.change(kind, self.step.story(&entry.availability, &fate))
        })
    }
}

fn verb(operation: &Operation) -> &'static str {
    match operation.http_method {
        crate::model::Method::Get => "GET",
        crate::model::Method::Post => "POST",
        crate::model::Method::Delete => "DELETE",
    }
}

/// Whether every token that had enough before has enough after.
fn suffices(before: &Permissions, after: &Permissions) -> bool {
    use Permissions::{All, Any, None};
    match (before, after) {
        (_, None) => true,
        (_, All(needed)) if needed.is_empty() => true,
        (None, _) => false,
        (All(had), All(needed)) => needed.iter().all(|name| had.contains(name)),
        (All(had), Any(needed)) => needed.iter().any(|name| had.contains(name)),
        (Any(had), All(needed)) => had.iter().all(|name| needed.iter().all(|need| need == name)),
        (Any(had), Any(needed)) => had.iter().all(|name| needed.contains(name)),
    }
}

fn needed(permissions: &Permissions) -> String {
    let list = |names: &[String], word: &str| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(&format!(" {word} "))
    };
    match permissions {
        Permissions::None => "no documented permission".into(),
        Permissions::All(names) => list(names, "and"),
        Permissions::Any(names) => list(names, "or"),
    }
}

/// A type as Rust names it, without the path of the crate.
pub(super) fn named(ty: &Type) -> String {
    format!("`{}`", type_name(ty))
}

/// The one type that Rust has for all versions.
pub(super) fn one_type(ty: &Type) -> String {
    format!("in Rust it is {} for every version", named(ty))
}

/// What a new tile did to the Rust type.
pub(super) fn release(before: &Type, after: &Type, rust: &Type) -> Release {
    let name = type_name(rust);
    if type_name(before) == name && type_name(after) == name { Release::Minor } else { Release::Breaking }
}

/// "10 calls per number in 72 h".
fn counted(limits: &[&Limit]) -> String {
    let one = |limit: &&Limit| format!("{} calls per {} in {}", limit.max, limit.per, window(limit.window));
    if limits.is_empty() { "no limit is documented".into() } else { limits.iter().map(one).collect::<Vec<_>>().join(" and ") }
}
