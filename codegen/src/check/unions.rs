//! Unions, shapes, and how objects are made: whether their parts fit together.

use super::scope::{self, Named};
use crate::{
    ast::{FieldDecl, ObjectDecl, ShapeDecl, Spec, Text, TypeDecl, TypeShape, UnionDecl, VariantDecl},
    diagnostic::{Code, Diagnostic},
    parse::Span,
    type_expr::{Scalar, TypeExpr},
};

/// Looks at every union, every list of shapes, and at the constructors of objects.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { spec, problems };
    for decl in &spec.types {
        match &decl.shape {
            Some(TypeShape::Union(union)) => pass.union(&decl.name, union),
            Some(TypeShape::Shapes(shapes)) => pass.shapes(&decl.name, shapes),
            Some(TypeShape::Object(object)) => pass.object(decl, object),
            Some(TypeShape::Enum(_)) | None => {}
        }
    }
    for (owner, field) in scope::fields(spec) {
        pass.spread(field.spread, &field.ty, &format!("the field `{}` of {owner}", field.name));
    }
    for (_, operation) in spec.operations() {
        for param in &operation.params {
            pass.spread(param.spread, &param.ty, &format!("the parameter `{}` of `{}`", param.name, operation.id));
        }
        let spread: Vec<_> = operation.params.iter().filter(|param| param.spread).map(|param| &param.name).collect();
        pass.one_spread(&spread, &format!("`{}`", operation.id));
    }
}

struct Pass<'s, 'p> {
    spec: &'s Spec,
    problems: &'p mut Vec<Diagnostic>,
}

/// How the variants of a union lie beside the tag.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// The members of an object.
    Members,
    /// One member, or none.
    Payload,
}

impl UnionDecl {
    /// How its variants lie beside the tag: the first that says so decides.
    pub(super) fn style(&self) -> Style {
        if self.variants.iter().any(|variant| variant.members.is_some()) { Style::Members } else { Style::Payload }
    }
}

impl Pass<'_, '_> {
    fn union(&mut self, name: &Text, union: &UnionDecl) {
        if union.variants.is_empty() {
            self.problem(name.span, format!("the union `{name}` has no variants"), "which variants?", "list those that Meta's page lists");
        }
        for variant in &union.variants {
            self.variant(name, union, variant);
        }
        if let Some(text) = &union.from_text {
            match union.variants.iter().find(|variant| variant.tag.value == text.value) {
                None => self.problems.push(
                    Diagnostic::new(Code::BadUnion, text.span, format!("`{text}` is not a variant of the union `{name}`"))
                        .label("`from_text` names the variant that a plain text makes")
                        .suggest(text, union.variants.iter().map(|variant| variant.tag.as_str())),
                ),
                Some(variant) => {
                    let held = variant.payload.as_ref().or(variant.members.as_ref());
                    if !held.is_some_and(|held| self.is_made_of_text(held)) {
                        self.problem(
                            text.span,
                            format!("the variant `{text}` of `{name}` cannot be made of a plain text"),
                            "a text does not make this",
                            "its payload has to be a `string`, or an object or union with `from_text`",
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
                    .related(members.span, "members beside the tag")
                    .help("look at a sample: `{\"type\": \"x\", \"x\": …}` is a `payload`, `{\"type\": \"x\", \"a\": …, \"b\": …}` are `members`"),
            );
            return;
        }
        if let Some(under) = variant.under.as_ref().filter(|_| variant.payload.is_none()) {
            self.problem(
                under.span,
                format!("{what} names a member, but no `payload` to stand there"),
                "of which payload?",
                "say `payload:`",
            );
        }
        if union.style() == Style::Members {
            match &variant.members {
                None => self.problem(
                    variant.tag.span,
                    format!("{what} has no `members`, and others of the union do"),
                    "what stands beside the tag?",
                    "say `members:` with an object; one that declares no field is `object: {}`",
                ),
                Some(members) => {
                    let fits = match scope::expression(members) {
                        TypeExpr::Named(inner) => match self.spec.named(&inner) {
                            Named::Fields(..) | Named::Unknown => true,
                            Named::Union(inner) => inner.style() == Style::Members,
                            Named::Enum | Named::Shapes(_) => false,
                        },
                        _ => false,
                    };
                    if !fits {
                        self.problem(
                            members.span,
                            format!(
                                "the members of {what} have to be an object, or a union whose variants have `members`; this is `{members}`"
                            ),
                            "nothing of this can stand beside the tag",
                            "if a sample shows it under a name of its own, say `payload` in place of `members`",
                        );
                    }
                }
            }
        }
    }

    fn shapes(&mut self, name: &Text, shapes: &[ShapeDecl]) {
        let mut seen: Vec<(&'static str, Span)> = Vec::new();
        for shape in shapes {
            let Some(kind) = self.kind(&shape.ty) else {
                self.problem(
                    shape.ty.span,
                    format!("the shape `{}` of `{name}` has no one kind of JSON: `{}`", shape.name, shape.ty),
                    "a text, a number, a list?",
                    "shapes are told apart by their kind: string, number, boolean, list or object",
                );
                continue;
            };
            match seen.iter().find(|(other, _)| *other == kind) {
                Some((_, first)) => self.problems.push(
                    Diagnostic::new(
                        Code::BadUnion,
                        shape.ty.span,
                        format!("two shapes of `{name}` are {kind}, so nothing tells them apart"),
                    )
                    .label(format!("{kind} again"))
                    .related(*first, "first here")
                    .help("keep one of the two; two objects merge into one type, whose fields are optional"),
                ),
                None => seen.push((kind, shape.ty.span)),
            }
        }
        if shapes.len() < 2 {
            self.problem(
                name.span,
                format!("`{name}` has fewer than two shapes"),
                "then it needs no name",
                "use the type of the one shape where `shapes` is used, or list the others",
            );
        }
    }

    /// The kind of JSON that a type has, in words; nothing if it has several.
    fn kind(&self, ty: &Text) -> Option<&'static str> {
        match scope::expression(ty) {
            TypeExpr::Scalar(Scalar::String | Scalar::Digits) | TypeExpr::Id(_) | TypeExpr::OwnId => Some("a text"),
            TypeExpr::Scalar(Scalar::Bool) => Some("a boolean"),
            TypeExpr::Scalar(Scalar::Int | Scalar::Float) => Some("a number"),
            TypeExpr::Scalar(_) | TypeExpr::Page(_) => None,
            TypeExpr::List(_) => Some("a list"),
            TypeExpr::Map(_) => Some("an object"),
            TypeExpr::Named(name) => match self.spec.named(&name) {
                Named::Enum => Some("a text"),
                Named::Fields(..) => Some("an object"),
                Named::Union(union) => (union.style() == Style::Members).then_some("an object"),
                Named::Shapes(_) | Named::Unknown => None,
            },
        }
    }

    fn object(&mut self, decl: &TypeDecl, object: &ObjectDecl) {
        let known = || object.fields.iter().map(|field: &FieldDecl| field.name.as_str());
        for made in &object.constructors {
            for arg in made.args.iter().filter(|arg| known().all(|field| field != arg.value)) {
                self.problems.push(
                    Diagnostic::new(Code::UnknownField, arg.span, format!("`{arg}` is not a field of the type `{}`", decl.name))
                        .label(if made.name.value == "new" { "`args` names fields" } else { "constructors name fields" })
                        .suggest(arg, known()),
                );
            }
        }
        if let Some(at) = object.from_text {
            let one = match object.constructors.as_slice() {
                [made] => match made.args.as_slice() {
                    [arg] => object.fields.iter().find(|field| field.name.value == arg.value),
                    _ => None,
                },
                _ => None,
            };
            if !one.is_some_and(|field| self.is_made_of_text(&field.ty)) {
                self.problem(
                    at,
                    format!("the type `{}` cannot be made of a plain text", decl.name),
                    "what would the text be?",
                    "`from_text` needs `args` with one field, a `string` or something that is made of a text itself",
                );
            }
        }
        for rule in &object.rules {
            for name in rule.names().filter(|name| known().all(|field| field != name.value)) {
                self.problems.push(
                    Diagnostic::new(Code::UnknownField, name.span, format!("`{name}` is not a field of the type `{}`", decl.name))
                        .label("the rules of a type are about its fields")
                        .suggest(name, known()),
                );
            }
        }
        let spread: Vec<_> = object.fields.iter().filter(|field| field.spread).map(|field| &field.name).collect();
        self.one_spread(&spread, &format!("the type `{}`", decl.name));
    }

    fn one_spread(&mut self, spread: &[&Text], owner: &str) {
        if let [first, second, ..] = spread {
            self.problems.push(
                Diagnostic::new(Code::BadUnion, second.span, format!("{owner} has two spread unions"))
                    .label("whose members are whose?")
                    .related(first.span, "the first")
                    .help("an object can hold the members of one union; put the other under a name"),
            );
        }
    }

    fn spread(&mut self, spread: bool, ty: &Text, what: &str) {
        let expression = scope::expression(ty);
        let union = if let TypeExpr::Named(name) = &expression {
            if let Named::Union(union) = self.spec.named(name) { Some(union) } else { None }
        } else {
            None
        };
        match union {
            None if spread => self.problem(
                ty.span,
                format!("{what} is `spread`, and `{ty}` is no union"),
                "only a union's members can be spread",
                "take `spread` out, or name a union",
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
            format!("{what} holds a union of payloads, which has no place for members that the spec does not list"),
            "this union has to be spread",
            "give it a home: an object with a field of this type that says `spread: true`",
        );
    }

    /// Whether a plain text makes a value of a type.
    fn is_made_of_text(&self, ty: &Text) -> bool {
        match scope::expression(ty) {
            TypeExpr::Scalar(Scalar::String | Scalar::Digits) => true,
            TypeExpr::Named(name) => match self.spec.named_type(&name).and_then(|decl| decl.shape.as_ref()) {
                Some(TypeShape::Enum(_)) => true,
                Some(TypeShape::Object(object)) => object.from_text.is_some(),
                Some(TypeShape::Union(union)) => union.from_text.is_some(),
                Some(TypeShape::Shapes(_)) | None => false,
            },
            _ => false,
        }
    }

    fn problem(&mut self, at: Span, message: String, label: &str, help: &str) {
        self.problems.push(Diagnostic::new(Code::BadUnion, at, message).label(label).help(help));
    }
}
