//! Fields of nodes and objects, and values of enums.

use super::{
    Change, Fate, Kind, Release, Step,
    operations::{named, one_type, release},
    reachability::Reach,
};
use crate::{
    model::{Api, Field, NamedType, Node, TypeDef, Value},
    naming,
};

/// Compares every type that both versions know.
pub(super) fn compare(api: &Api, step: &Step, reach: &Reach, changes: &mut Vec<Change>) {
    for node in api.nodes.iter().filter(|node| reach.contains(&node.rust_name)) {
        let owner = Owner::of_node(node);
        for field in &node.fields {
            owner.field(field, step, reach, changes);
        }
    }
    for ty in api.types.iter().filter(|ty| reach.contains(&ty.name) && !reach.field_enums.contains(&ty.name)) {
        match &ty.def {
            TypeDef::Enum(values) => changes.extend(values.iter().filter_map(|value| self::value(ty, value, step, reach))),
            TypeDef::Union(union) => {
                let values = union.variants.iter().map(|variant| Value {
                    value: variant.tag.clone(),
                    variant: variant.variant.clone(),
                    doc: variant.doc.clone(),
                    availability: variant.availability.clone(),
                });
                changes.extend(values.filter_map(|value| self::value(ty, &value, step, reach)));
            }
            TypeDef::Untagged(_) => {}
            TypeDef::Object(object) => {
                let owner = Owner { rust: &ty.name, spec: &ty.name, page: &ty.page };
                for field in &object.fields {
                    owner.field(field, step, reach, changes);
                }
            }
        }
    }
}

/// What has fields.
struct Owner<'a> {
    rust: &'a str,
    spec: &'a str,
    page: &'a str,
}

impl<'a> Owner<'a> {
    fn of_node(node: &'a Node) -> Self {
        Self { rust: &node.rust_name, spec: &node.name, page: &node.page }
    }

    fn field(&self, field: &Field, step: &Step, reach: &Reach, changes: &mut Vec<Change>) {
        let fate = step.fate(&field.availability);
        let part = |kind: Kind, key: &str, what: String| Change {
            kind,
            rust: format!("{}.{}", step.places.path(self.rust), field.rust),
            at: format!("{}.fields.{}{key}", self.spec, field.name),
            what,
            instead: step.instead(&field.availability, &fate),
            page: if field.page.is_empty() { self.page.to_owned() } else { field.page.clone() },
            breaking: false,
            gated: field.availability.gated,
            release: Release::Minor,
            versions: Vec::new(),
            item: None,
            substitutes: Vec::new(),
        };
        let story = step.story(&field.availability, &fate);
        let selector = naming::field_enum(self.rust);
        let asked = if field.selectable && reach.field_enums.contains(&selector) {
            format!(", requested with `{selector}::{}`", naming::variant(&field.rust, None))
        } else {
            String::new()
        };
        match fate {
            Fate::Added => changes.push(part(Kind::FieldAdded, "", format!("{story}{asked}"))),
            Fate::Removed => changes.push(Change { breaking: true, ..part(Kind::FieldRemoved, "", format!("{story}{asked}")) }),
            Fate::Deprecated => changes.push(part(Kind::FieldDeprecated, "", story)),
            Fate::Stays | Fate::Absent => {}
        }
        let (before, after) = (field.ty.at(step.from), field.ty.at(step.to));
        if before != after && matches!(fate, Fate::Stays | Fate::Deprecated) {
            let rust = field.ty.rust();
            let what = format!("holds {}; before it was {}; {}", named(after), named(before), one_type(rust));
            let release = release(before, after, rust);
            changes.push(Change { breaking: true, gated: false, instead: None, release, ..part(Kind::FieldTypeChanged, ".type", what) });
        }
    }
}

/// A value breaks callers only if something sends it. One that no parameter accepts, because of `only` or `except`, is a value that answers
/// may contain.
fn value(ty: &NamedType, value: &Value, step: &Step, reach: &Reach) -> Option<Change> {
    let fate = step.fate(&value.availability);
    let kind = match fate {
        Fate::Added => Kind::ValueAdded,
        Fate::Removed => Kind::ValueRemoved,
        Fate::Deprecated => Kind::ValueDeprecated,
        Fate::Stays | Fate::Absent => return None,
    };
    let takers = reach.takers(&ty.name, Some(&value.value));
    let where_ = match takers.as_slice() {
        [] if reach.is_sent(&ty.name) => ", in answers; no parameter accepts it".to_owned(),
        [] => ", in answers".to_owned(),
        takers => format!(", for {}", takers.iter().map(|taker| format!("`{taker}`")).collect::<Vec<_>>().join(", ")),
    };
    Some(Change {
        kind,
        rust: format!("{}::{}", step.places.path(&ty.name), value.variant),
        at: format!("{}.{}", ty.name, value.value),
        what: format!("`{}`, {}{where_}", value.value, step.story(&value.availability, &fate)),
        instead: step.instead(&value.availability, &fate),
        page: ty.page.clone(),
        breaking: kind == Kind::ValueRemoved && !takers.is_empty(),
        gated: value.availability.gated,
        release: Release::Minor,
        versions: Vec::new(),
        item: Some(format!("`{}`", value.value)),
        substitutes: Vec::new(),
    })
}
