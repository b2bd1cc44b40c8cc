//! Whether a type as a source writes it and a type expression of the spec can be the same.

use crate::{
    ast::{EvidenceDecl, Spec, TypeDefDecl},
    check::scope::Named,
    language::type_expr::{Scalar, TypeExpr},
};

/// Whether the two say the same, as far as the source is precise: its strings are whatever is written as one.
pub(super) fn fits(theirs: &str, ours: &TypeExpr, spec: &Spec, source: &EvidenceDecl) -> bool {
    use Scalar::{Bool, Digits, File, Float, Int, IntString, Json, String, Timestamp, TimestampText};
    if matches!(ours, TypeExpr::Scalar(Json)) || is_untagged(ours, spec) || is_unknown(ours, spec) {
        return true;
    }
    let scalar = |accepted: &[Scalar]| matches!(ours, TypeExpr::Scalar(scalar) if accepted.contains(scalar));
    let is_id = matches!(ours, TypeExpr::Id(_) | TypeExpr::OwnId);
    if let Some(inner) = theirs.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
        return match ours {
            TypeExpr::List(ours) | TypeExpr::Page(ours) => fits(inner, ours, spec, source),
            _ => false,
        };
    }
    match theirs {
        "Object" | "any" | "UNDEFINED" => true,
        "map" | "object" => matches!(ours, TypeExpr::Map(_) | TypeExpr::Page(_)) || is_object(ours, spec),
        "enum" => is_enum(ours, spec),
        "string" => is_id || is_enum(ours, spec) || scalar(&[String, Digits, IntString, Timestamp, TimestampText, File]),
        "bool" | "boolean" => scalar(&[Bool]),
        "int" | "unsigned int" | "integer" => is_id || scalar(&[Int, IntString, Digits, Timestamp, TimestampText]),
        "float" | "number" => scalar(&[Float, Int, IntString]),
        "datetime" | "date-time" => scalar(&[Timestamp, TimestampText]),
        "file" => scalar(&[File]),
        _ if theirs.starts_with("map<") => matches!(ours, TypeExpr::Map(_)) || is_object(ours, spec),
        name => is_named(source.known_as(name), ours, spec),
    }
}

/// Whether an operation can return what a source says: `list` and `object` are shapes, everything else is a type.
pub(super) fn returns(theirs: &str, ours: &TypeExpr, spec: &Spec, source: &EvidenceDecl) -> bool {
    let (paged, inner) = match ours {
        TypeExpr::Page(inner) => (true, inner.as_ref()),
        other => (matches!(other, TypeExpr::List(_)), other),
    };
    match theirs {
        "list" => paged,
        "object" => !paged,
        // Graph answers a write with the node in the words of the source, and with something else in fact: what it names is compared by name.
        name if is_name(name) => {
            let named = matches!(inner, TypeExpr::Named(ours) if ours == source.known_as(name));
            named || matches!(inner, TypeExpr::Scalar(Scalar::Json))
        }
        _ => fits(theirs, inner, spec, source),
    }
}

/// Whether the spec does not describe it, which was reported.
fn is_unknown(ours: &TypeExpr, spec: &Spec) -> bool {
    matches!(ours, TypeExpr::Named(name) if matches!(spec.named(name), Named::Unknown))
}

/// Whether it is a name that a source gives to a node or type, and no word of its language.
fn is_name(theirs: &str) -> bool {
    theirs != "Object" && theirs.starts_with(|first: char| first.is_ascii_uppercase()) && theirs.chars().any(|c| c.is_ascii_lowercase())
}

/// A type that the spec does not describe may be any that it has its own name for.
fn is_named(name: &str, ours: &TypeExpr, spec: &Spec) -> bool {
    let described = spec.node(name).is_some() || spec.named_type(name).is_some();
    match ours {
        TypeExpr::Named(ours) | TypeExpr::Id(ours) => ours == name || !described,
        TypeExpr::Page(ours) | TypeExpr::List(ours) => is_named(name, ours, spec),
        _ => false,
    }
}

fn def<'s>(ours: &TypeExpr, spec: &'s Spec) -> Option<&'s TypeDefDecl> {
    if let TypeExpr::Named(name) = ours { spec.named_type(name)?.def.as_ref() } else { None }
}

fn is_enum(ours: &TypeExpr, spec: &Spec) -> bool {
    matches!(def(ours, spec), Some(TypeDefDecl::Enum(_)))
}

fn is_untagged(ours: &TypeExpr, spec: &Spec) -> bool {
    matches!(def(ours, spec), Some(TypeDefDecl::Untagged(_)))
}

fn is_object(ours: &TypeExpr, spec: &Spec) -> bool {
    let node = matches!(ours, TypeExpr::Named(name) if spec.node(name).is_some());
    node || matches!(def(ours, spec), Some(TypeDefDecl::Object(_) | TypeDefDecl::Union(_)))
}
