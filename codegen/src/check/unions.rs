//! Unions and shapes: whether their parts fit together, and are used where they may be.

use std::collections::BTreeSet;

use super::scope::{self, Named};
use crate::{
    ast::{FieldDecl, OperationDecl, ParamDecl, Spec, Text, TypeDecl, TypeDefDecl, UnionDecl, UntaggedVariantDecl, VariantDecl},
    diagnostic::{Code, Diagnostic},
    language::type_expr::{Scalar, TypeExpr},
    parse::Span,
};

/// Looks at every union, every list of shapes, and everything that contains one.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { spec, problems };
    for decl in &spec.types {
        match &decl.def {
            Some(TypeDefDecl::Union(union)) => pass.union(&decl.name, union),
            Some(TypeDefDecl::Untagged(shapes)) => pass.shapes(&decl.name, shapes),
            Some(TypeDefDecl::Object(object)) => {
                pass.neighbors(object.fields.iter().map(Member::of_field).collect(), &format!("the type `{}`", decl.name));
            }
            Some(TypeDefDecl::Enum(_)) | None => {}
        }
        pass.endless(decl);
        pass.bottomless(decl);
    }
    for (owner, field) in scope::fields(spec) {
        pass.spread(field.spread, &field.ty.newest, &format!("the field `{}` of {owner}", field.name));
    }
    for node in &spec.nodes {
        for field in node.fields.iter().filter(|field| field.spread) {
            pass.problem(
                field.name.span,
                format!(
                    "the field `{}` of the node `{}` is `spread`, but the fields of a node are requested by name",
                    field.name, node.name
                ),
                "no name to request",
                "describe the members as fields of the node, or let an operation return an object of types/",
            );
        }
    }
    for (_, operation) in spec.operations() {
        for param in &operation.params {
            pass.spread(param.spread, &param.ty.newest, &format!("the parameter `{}` of `{}`", param.name, operation.id));
        }
        if let Some(param) = operation.params.iter().find(|param| param.spread && !travels_in_json(operation, param)) {
            pass.problem(
                param.name.span,
                format!("the parameter `{}` of `{}` is `spread`, but is not sent in a JSON body", param.name, operation.id),
                "its members have no place",
                "say `body: json` if Meta's page sends JSON, or remove `spread`: a union with a name is sent as a JSON string",
            );
        }
        pass.neighbors(operation.params.iter().map(Member::of_param).collect(), &format!("`{}`", operation.id));
        operation.newest_returns().into_iter().for_each(|returns| pass.spread(false, returns, &format!("what `{}` returns", operation.id)));
    }
}

/// Whether a parameter is a member of a JSON body.
fn travels_in_json(operation: &OperationDecl, param: &ParamDecl) -> bool {
    param.place.as_ref().or(operation.body.as_ref()).is_some_and(|place| place.value == "json")
}

/// A member of an object or of a body, to compare it with the members of a spread union.
struct Member<'s> {
    name: &'s Text,
    ty: &'s Text,
    spread: bool,
}

impl<'s> Member<'s> {
    fn of_field(field: &'s FieldDecl) -> Self {
        Self { name: &field.name, ty: &field.ty.newest, spread: field.spread }
    }

    fn of_param(param: &'s ParamDecl) -> Self {
        Self { name: &param.name, ty: &param.ty.newest, spread: param.spread }
    }
}

struct Pass<'s, 'p> {
    spec: &'s Spec,
    problems: &'p mut Vec<Diagnostic>,
}

/// What the variants of a union put next to the tag.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// The members of an object.
    Members,
    /// One member, or none.
    Payload,
}

impl UnionDecl {
    /// What its variants put next to the tag: one that has `members` decides.
    pub(super) fn style(&self) -> Style {
        if self.variants.is_empty() || self.variants.iter().any(|variant| variant.members.is_some()) {
            Style::Members
        } else {
            Style::Payload
        }
    }
}

impl Pass<'_, '_> {
    fn union(&mut self, name: &Text, union: &UnionDecl) {
        if union.variants.is_empty() {
            self.problem(name.span, format!("the union `{name}` has no variants"), "which variants?", "list those that Meta's page lists");
        }
        for (index, variant) in union.variants.iter().enumerate() {
            self.variant(name, union, variant);
            let before = &union.variants[..index];
            if let Some(first) = before.iter().find(|first| union.any_case && first.tag.eq_ignore_ascii_case(&variant.tag)) {
                self.problems.push(
                    Diagnostic::new(
                        Code::BadUnion,
                        variant.tag.span,
                        format!("`{}` of `{name}` differs from `{}` only in case", variant.tag, first.tag),
                    )
                    .label("nothing decodes as this")
                    .related(first.tag.span, "this accepts both, because the union says `any_case`")
                    .help("list the tag once; it is kept in the case in which it was received"),
                );
            }
        }
        if let Some(text) = &union.from_text {
            match union.variants.iter().find(|variant| variant.tag.value == text.value) {
                None => self.problems.push(
                    Diagnostic::new(Code::BadUnion, text.span, format!("`{text}` is not a variant of the union `{name}`"))
                        .label("`from_text` names the variant that a string becomes")
                        .suggest(text, union.variants.iter().map(|variant| variant.tag.as_str()))
                        .help("name a tag of the union, or remove `from_text`"),
                ),
                Some(variant) => {
                    let held = variant.payload.as_ref().or(variant.members.as_ref());
                    // A type that no file has was reported as unknown.
                    let unknown = held.and_then(scope::element).is_some_and(|ty| matches!(self.spec.named(&ty), Named::Unknown));
                    if !unknown && !held.is_some_and(|held| self.spec.is_made_of_text(held)) {
                        self.problem(
                            text.span,
                            format!("the variant `{text}` of `{name}` cannot be made from a string"),
                            "a string does not make this",
                            "its payload must be a `string`, or an object or union with `from_text`",
                        );
                    }
                }
            }
        }
    }

    fn variant(&mut self, name: &Text, union: &UnionDecl, variant: &VariantDecl) {
        let what = format!("the variant `{}` of `{name}`", variant.tag);
        if let (Some(members), Some(payload)) = (&variant.members, &variant.payload) {
            self.problems.push(
                Diagnostic::new(Code::BadUnion, payload.span, format!("{what} says both `members` and `payload`"))
                    .label("one member named like the tag")
                    .related(members.span, "members next to the tag")
                    .help("look at a sample: `{\"type\": \"x\", \"x\": …}` is a `payload`, `{\"type\": \"x\", \"a\": …, \"b\": …}` are `members`"),
            );
            return;
        }
        if let Some(under) = variant.under.as_ref().filter(|_| variant.payload.is_none()) {
            self.problem(under.span, format!("{what} names a member, but no `payload` for it"), "of which payload?", "say `payload:`");
        }
        if let Some(payload) = &variant.payload {
            let member = variant.under.as_ref().unwrap_or(&variant.tag);
            if member.value == union.tag.value {
                self.problem(
                    member.span,
                    format!("the payload of {what} would be in `{member}`, which is the tag"),
                    "one name, two members",
                    "`under:` names the member in which a sample shows the payload",
                );
            }
            self.spread(false, payload, &what);
        }
        if union.style() == Style::Members {
            match &variant.members {
                None => self.problem(
                    variant.tag.span,
                    format!("{what} has no `members`, but others of the union do"),
                    "what is next to the tag?",
                    "say `members:` with an object; one that declares no field is `object: {}`",
                ),
                Some(members) => {
                    let fits = match scope::expression(members) {
                        TypeExpr::Named(inner) => match self.spec.named(&inner) {
                            Named::Fields(..) | Named::Unknown => true,
                            Named::Union(inner) => inner.style() == Style::Members,
                            Named::Enum | Named::Untagged(_) => false,
                        },
                        _ => false,
                    };
                    if fits {
                        self.tag_twice(&what, union, members);
                    } else {
                        self.problem(
                            members.span,
                            format!(
                                "the members of {what} must be an object, or a union whose variants have `members`; this is `{members}`"
                            ),
                            "this cannot be next to the tag",
                            "if a sample shows it under a separate name, say `payload` instead of `members`",
                        );
                    }
                }
            }
        }
    }

    /// Whether what is next to a tag itself has a member with the tag's name.
    fn tag_twice(&mut self, what: &str, union: &UnionDecl, members: &Text) {
        let TypeExpr::Named(name) = scope::expression(members) else { return };
        let inner = match self.spec.named(&name) {
            Named::Fields(_, fields) => fields.iter().map(|field| &field.name).find(|name| name.value == union.tag.value),
            Named::Union(inner) => Some(&inner.tag).filter(|tag| tag.value == union.tag.value),
            Named::Enum | Named::Untagged(_) | Named::Unknown => None,
        };
        if let Some(inner) = inner {
            self.problems.push(
                Diagnostic::new(
                    Code::BadUnion,
                    members.span,
                    format!("the members of {what} are those of `{name}`, which has its own `{}`, and that is the tag", union.tag),
                )
                .label("these members are next to the tag")
                .related(inner.span, "a second member with the tag's name")
                .help("remove the member: the union writes and reads it; a nested union has its own tag"),
            );
        }
    }

    fn shapes(&mut self, name: &Text, shapes: &[UntaggedVariantDecl]) {
        let mut seen: Vec<(&'static str, Span)> = Vec::new();
        for shape in shapes {
            let Some(kind) = self.kind(&shape.ty) else {
                // That it contains itself is reported.
                if self.spec.is_endless(name) {
                    continue;
                }
                self.problem(
                    shape.ty.span,
                    format!("the variant `{}` of `{name}` has no one kind of JSON: `{}`", shape.name, shape.ty),
                    "a string, a number, a list?",
                    "variants are distinguished by their kind: string, number, boolean, list or object",
                );
                continue;
            };
            match seen.iter().find(|(other, _)| *other == kind) {
                Some((_, first)) => self.problems.push(
                    Diagnostic::new(
                        Code::BadUnion,
                        shape.ty.span,
                        format!("two variants of `{name}` are each {kind}, so nothing tells them apart"),
                    )
                    .label(format!("{kind} again"))
                    .related(*first, "first here")
                    .help(if kind == "an object" {
                        "merge the two into one type, whose fields are optional; or make it a union, if a member distinguishes them"
                    } else {
                        "keep the wider of the two: `string` accepts every string, `float` every number"
                    }),
                ),
                None => seen.push((kind, shape.ty.span)),
            }
        }
        if shapes.len() < 2 {
            self.problem(
                name.span,
                format!("`{name}` has fewer than two variants"),
                "then it needs no name",
                "use the type of the one variant instead, or list the others",
            );
        }
    }

    /// The JSON kind of a type, in words; nothing if it has several.
    fn kind(&self, ty: &Text) -> Option<&'static str> {
        match scope::expression(ty) {
            TypeExpr::Scalar(Scalar::String | Scalar::Digits) | TypeExpr::Id(_) | TypeExpr::OwnId => Some("a string"),
            TypeExpr::Scalar(Scalar::Bool) => Some("a boolean"),
            TypeExpr::Scalar(Scalar::Int | Scalar::Float) => Some("a number"),
            TypeExpr::Scalar(_) | TypeExpr::Page(_) => None,
            TypeExpr::List(_) => Some("a list"),
            TypeExpr::Map(_) => Some("an object"),
            TypeExpr::Named(name) => match self.spec.named(&name) {
                Named::Enum => Some("a string"),
                Named::Fields(..) => Some("an object"),
                Named::Union(union) => (union.style() == Style::Members).then_some("an object"),
                Named::Untagged(_) | Named::Unknown => None,
            },
        }
    }

    /// What is spread among others: one union, whose members have other names than its neighbors.
    fn neighbors(&mut self, members: Vec<Member<'_>>, owner: &str) {
        let (spread, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.spread);
        if let [first, second, ..] = spread.as_slice() {
            self.problems.push(
                Diagnostic::new(Code::BadUnion, second.name.span, format!("{owner} has two spread unions"))
                    .label("whose members are whose?")
                    .related(first.name.span, "the first")
                    .help("an object can contain the members of one union; put the other under a name"),
            );
        }
        let Some(spread) = spread.first() else { return };
        let TypeExpr::Named(name) = scope::expression(spread.ty) else { return };
        let Named::Union(union) = self.spec.named(&name) else { return };
        let payloads = union.variants.iter().filter(|variant| variant.payload.is_some());
        for said in std::iter::once(&union.tag).chain(payloads.map(|variant| variant.under.as_ref().unwrap_or(&variant.tag))) {
            if let Some(other) = others.iter().find(|other| other.name.value == said.value) {
                self.problems.push(
                    Diagnostic::new(
                        Code::BadUnion,
                        other.name.span,
                        format!("`{}` of {owner} is also a member of the union `{name}`, which is spread next to it", other.name),
                    )
                    .label("one name, two members")
                    .related(said.span, "the union has it here")
                    .help("remove it here, or from the union: a spread union brings its tag and its payloads along"),
                );
            }
        }
    }

    /// A type that contains itself only through variants and shapes is infinite in Rust; fields of objects and lists end the recursion.
    fn endless(&mut self, decl: &TypeDecl) {
        let held = |decl: &TypeDecl| -> Vec<Text> {
            match &decl.def {
                Some(TypeDefDecl::Union(union)) => {
                    union.variants.iter().filter_map(|variant| variant.members.clone().or(variant.payload.clone())).collect()
                }
                Some(TypeDefDecl::Untagged(shapes)) => shapes.iter().map(|shape| shape.ty.clone()).collect(),
                _ => Vec::new(),
            }
        };
        for first in held(decl) {
            let (mut seen, mut next) = (BTreeSet::new(), vec![first.clone()]);
            while let Some(ty) = next.pop() {
                let TypeExpr::Named(name) = scope::expression(&ty) else { continue };
                if name == decl.name.value {
                    self.problem(
                        first.span,
                        format!("`{name}` contains itself, with no object or list in between"),
                        "this leads back to it",
                        "put an object with a field between the two, as a sample shows it, or omit the variant",
                    );
                    break;
                }
                if seen.insert(name.clone()) {
                    next.extend(self.spec.named_type(&name).into_iter().flat_map(held));
                }
            }
        }
    }

    /// An object that always has one of its own kind, directly or through others, would have no end.
    fn bottomless(&mut self, decl: &TypeDecl) {
        let always = |name: &str| -> Vec<(Span, String)> {
            let Some(TypeDefDecl::Object(object)) = self.spec.named_type(name).and_then(|decl| decl.def.as_ref()) else {
                return Vec::new();
            };
            let fields = object.fields.iter().filter(|field| field.always);
            let named = |field: &FieldDecl| match scope::expression(&field.ty.newest) {
                TypeExpr::Named(name) => Some((field.name.span, name)),
                _ => None,
            };
            fields.filter_map(named).collect()
        };
        for (at, first) in always(&decl.name) {
            let (mut seen, mut next) = (BTreeSet::new(), vec![first]);
            while let Some(name) = next.pop() {
                if name == decl.name.value {
                    self.problem(
                        at,
                        format!("a `{name}` always has another `{name}` in it, and so has no end"),
                        "this leads back to it",
                        "remove `always`: somewhere there is none",
                    );
                    return;
                }
                if seen.insert(name.clone()) {
                    next.extend(always(&name).into_iter().map(|(_, name)| name));
                }
            }
        }
    }

    fn spread(&mut self, spread: bool, ty: &Text, what: &str) {
        let expression = scope::expression(ty);
        let union = if let TypeExpr::Named(name) = &expression {
            if let Named::Union(union) = self.spec.named(name) { Some(union) } else { None }
        } else {
            None
        };
        let is_unknown = matches!(&expression, TypeExpr::Named(name) if matches!(self.spec.named(name), Named::Unknown));
        match union {
            None if spread && !is_unknown => self.problem(
                ty.span,
                format!("{what} is `spread`, but `{ty}` is not a union"),
                "only a union's members can be spread",
                "remove `spread`, or name a union",
            ),
            Some(union) if !spread && union.style() == Style::Payload => self.homeless(ty, what),
            _ => {}
        }
        // Within a list or a map nothing can be spread.
        if union.is_none() {
            for (name, _) in expression.names() {
                if matches!(self.spec.named(name), Named::Union(union) if union.style() == Style::Payload) {
                    self.homeless(ty, what);
                }
            }
        }
    }

    fn homeless(&mut self, ty: &Text, what: &str) {
        self.problem(
            ty.span,
            format!("{what} contains a union of payloads, which has no place for members that the spec does not list"),
            "this union must be spread",
            "put it into an object: a field of this type that says `spread: true`",
        );
    }

    fn problem(&mut self, at: Span, message: String, label: &str, help: &str) {
        self.problems.push(Diagnostic::new(Code::BadUnion, at, message).label(label).help(help));
    }
}
