//! Type expressions: whether they can be read, name what exists, and are used where they may be.

use std::collections::BTreeSet;

use super::scope;
use crate::{
    ast::{FieldDecl, Narrowing, Rule, RuleDecl, Spec, Text, TypeDefDecl, Versioned},
    diagnostic::{Code, Diagnostic},
    language::type_expr::{SCALARS, Scalar, TypeExpr},
    parse::Span,
};

/// Looks at every type expression.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { spec, problems };
    for decl in &spec.types {
        match &decl.def {
            Some(TypeDefDecl::Object(object)) => {
                for field in &object.fields {
                    pass.expression(&field.ty.newest, Place::Field);
                    pass.earlier(&field.ty, Place::Field);
                    pass.secret(field.secret, &field.ty.newest, field.name.span);
                    pass.personal(field.personal, field.secret, field.constant.as_ref(), &field.ty.newest, field.name.span);
                    pass.narrowing(&format!("the field `{}`", field.name), &field.ty.newest, &field.narrowing);
                    pass.rare(field);
                }
                let ty = |name: &str| object.fields.iter().find(|field| field.name.value == name).map(|field| &field.ty.newest);
                object.rules.iter().for_each(|rule| pass.rule(rule, "field", ty));
            }
            Some(TypeDefDecl::Union(union)) => {
                let held = union.variants.iter().flat_map(|variant| variant.members.iter().chain(&variant.payload));
                held.for_each(|ty| pass.expression(ty, Place::Field));
            }
            Some(TypeDefDecl::Untagged(shapes)) => shapes.iter().for_each(|shape| pass.expression(&shape.ty, Place::Field)),
            Some(TypeDefDecl::Enum(_)) | None => {}
        }
        match &decl.def {
            None => pass.shapeless(&decl.name),
            Some(TypeDefDecl::Enum(values)) if values.is_empty() => pass.problems.push(
                Diagnostic::new(Code::WrongKind, decl.name.span, format!("the type `{}` is an enum without values", decl.name))
                    .label("which values?")
                    .help("list those that Meta's page lists, or use `string` if it lists none"),
            ),
            Some(_) => {}
        }
    }
    for node in &spec.nodes {
        for field in &node.fields {
            pass.expression(&field.ty.newest, if field.expands.is_some() { Place::Expansion } else { Place::NodeField });
            pass.earlier(&field.ty, Place::NodeField);
            pass.secret(field.secret, &field.ty.newest, field.name.span);
            pass.personal(field.personal, field.secret, None, &field.ty.newest, field.name.span);
            pass.narrowing(&format!("the field `{}`", field.name), &field.ty.newest, &field.narrowing);
            pass.rare(field);
        }
        for below in node.edges.iter().filter_map(|edge| edge.item.as_ref()) {
            pass.expression(&below.ty, Place::Param);
            if matches!(scope::expression(&below.ty), TypeExpr::List(_) | TypeExpr::Map(_) | TypeExpr::Scalar(Scalar::Json)) {
                pass.problems.push(
                    Diagnostic::new(Code::Misplaced, below.ty.span, format!("`{}` cannot be a segment of a path", below.ty))
                        .label("the type of what `path` names")
                        .help("write `string`, `digits` or `id<Node>`: a segment is one text"),
                );
            }
        }
    }
    for (_, operation) in spec.operations() {
        operation.rules.iter().for_each(|rule| pass.rule(rule, "parameter", |name| operation.param(name).map(|param| &param.ty.newest)));
        for param in &operation.params {
            let uploads =
                matches!(param.place.as_ref().or(operation.body.as_ref()).map(|place| place.as_str()), Some("multipart" | "body"));
            pass.expression(&param.ty.newest, if uploads { Place::Upload } else { Place::Param });
            pass.earlier(&param.ty, Place::Param);
            pass.narrowing(&format!("the parameter `{}`", param.name), &param.ty.newest, &param.narrowing);
            pass.secret(param.secret, &param.ty.newest, param.name.span);
            pass.personal(param.personal, param.secret, param.constant.as_ref(), &param.ty.newest, param.name.span);
        }
        operation.filtering.iter().for_each(|filter| pass.expression(&filter.ty, Place::Param));
        operation.newest_returns().into_iter().for_each(|returns| pass.expression(returns, Place::Returns));
        operation.returns.iter().for_each(|returns| pass.earlier(returns, Place::Returns));
    }
    // A kind of event that is `instead_of` another has its type, whose place is where that says it.
    let mut seen = BTreeSet::new();
    for ty in spec.webhook_types().filter(|ty| !ty.value.is_empty() && seen.insert(ty.span)) {
        pass.expression(ty, Place::Field);
    }
    unused(spec, problems);
}

/// Where an expression is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Field,
    NodeField,
    /// A field that reads an edge.
    Expansion,
    Param,
    /// A parameter that can be a file.
    Upload,
    Returns,
}

struct Pass<'s, 'p> {
    spec: &'s Spec,
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_, '_> {
    /// The expressions of tiles before the newest, which is checked with its item.
    fn earlier(&mut self, types: &Versioned<Text>, place: Place) {
        types.earlier.iter().for_each(|tile| self.expression(&tile.is, place));
    }

    /// `only` and `except` of a parameter or field, by its name and type.
    fn narrowing(&mut self, what: &str, ty: &Text, narrowing: &Narrowing) {
        for name in narrowing.tiles().flat_map(|(_, tiles)| tiles.all().collect::<Vec<_>>()).flatten() {
            self.listed(what, ty, name, "`only` and `except` name values of a shared enum");
        }
        let first =
            |tiles: &Option<Versioned<Vec<Text>>>| tiles.as_ref().and_then(|tiles| tiles.all().flatten().next().map(|name| name.span));
        if let (Some(only), Some(except)) = (first(&narrowing.only), first(&narrowing.except)) {
            self.problems.push(
                Diagnostic::new(Code::BadNarrowing, except, format!("{what} says both `only` and `except`"))
                    .label("and these it does not take")
                    .related(only, "these it takes")
                    .help("keep the shorter of the two"),
            );
        }
    }

    /// The values of a rule, by the types of the parameters or fields that it is about.
    fn rule<'t>(&mut self, rule: &RuleDecl, what: &str, ty: impl Fn(&str) -> Option<&'t Text>) {
        // A name that is none was reported as unknown.
        if let Some(Rule::RequiresFor(name, value, _)) = &rule.rule
            && let Some(ty) = ty(name)
        {
            self.listed(&format!("the {what} `{name}`"), ty, value, "what a value requires is said of a value of an enum");
        }
    }

    /// Reports a value that the enum of a parameter or field does not list.
    fn listed(&mut self, what: &str, ty: &Text, value: &Text, help: &str) {
        // What the type is was reported as unknown.
        if scope::element(ty).is_some_and(|name| matches!(self.spec.named(&name), scope::Named::Unknown)) {
            return;
        }
        let values = match scope::element(ty).and_then(|name| self.spec.named_type(&name)).and_then(|decl| decl.def.as_ref()) {
            Some(TypeDefDecl::Enum(values)) => values.as_slice(),
            _ => &[],
        };
        if values.iter().all(|listed| listed.value.value != value.value) {
            self.problems.push(
                Diagnostic::new(Code::BadNarrowing, value.span, format!("`{value}` is not a value of `{ty}`"))
                    .label(format!("not a value of the enum of {what}"))
                    .related(ty.span, "its type")
                    .suggest(value, values.iter().map(|listed| listed.value.as_str()))
                    .help(help)
                    .absence_of([value.as_str()]),
            );
        }
    }

    fn expression(&mut self, text: &Text, place: Place) {
        let Some(expression) = TypeExpr::parse(text) else {
            self.malformed(text);
            return;
        };
        self.placement(&expression, text, place);
        for (name, in_id) in expression.names() {
            self.name(name, in_id, text.span);
        }
    }

    fn malformed(&mut self, text: &Text) {
        let scalars: Vec<&str> = SCALARS.iter().map(|(name, _)| *name).collect();
        self.problems.push(
            Diagnostic::new(Code::WrongKind, text.span, format!("`{text}` is not a type expression"))
                .label("this must be a type")
                .suggest(text, scalars.iter().copied())
                .help(format!(
                    "a type is {}, id<Node>, list<T>, map<T>, page<T>, or the name of a type or node in UpperCamelCase",
                    scalars.join(", ")
                )),
        );
    }

    fn placement(&mut self, expression: &TypeExpr, text: &Text, place: Place) {
        let (page, own_id) = match expression {
            TypeExpr::Page(inner) => (!matches!(place, Place::Returns | Place::Expansion) || holds_page(inner), holds_own_id(inner)),
            other => (holds_page(other), holds_own_id(other)),
        };
        if page {
            self.problems.push(
                Diagnostic::new(
                    Code::Misplaced,
                    text.span,
                    "`page<T>` is the whole of what an operation returns or a field `expands` to, and is not allowed elsewhere",
                )
                .label("a page is not allowed here")
                .help("use `list<T>`, or a separate type if the value has `data` and `paging`"),
            );
        }
        let file = TypeExpr::Scalar(Scalar::File);
        if holds(expression, &|inner| *inner == file) && (place != Place::Upload || *expression != file) {
            let help = match place {
                Place::Upload => "one parameter is one file; for several, give each part that Meta's page names a separate parameter",
                Place::Returns => "say what the answer is; if one of its fields contains the URL of bytes, `download` fetches them",
                _ => "say `body: multipart`, or `body: bytes` and give the parameter `in: body`; bytes within JSON are a `string`",
            };
            self.problems.push(
                Diagnostic::new(Code::Misplaced, text.span, "a `file` is a part of a `multipart` body, or the whole body (`in: body`)")
                    .label("no bytes can be sent here")
                    .help(help),
            );
        }
        if own_id && !matches!(place, Place::NodeField | Place::Expansion) {
            self.problems.push(
                Diagnostic::new(
                    Code::Misplaced,
                    text.span,
                    "`id` alone means the identifier of the node whose field it is, and this is not a field of a node",
                )
                .label("of which node?")
                .help("write `id<Node>` with the node's name, or `string` if nothing is known about the identifier"),
            );
        }
    }

    fn name(&mut self, name: &str, in_id: bool, at: Span) {
        if in_id {
            match self.spec.node(name) {
                Some(node) if node.root => self.problems.push(
                    Diagnostic::new(Code::UnknownNode, at, format!("`{name}` is the root, which has no identifier"))
                        .label("`id<>` takes a node that has one")
                        .help("name the node whose identifier Meta's page shows, or write `string`"),
                ),
                Some(_) => {}
                None => self.unknown_node(name, at),
            }
        } else if self.spec.named_type(name).is_none() && self.spec.node(name).is_none() {
            let known = self.spec.types.iter().map(|decl| decl.name.as_str()).chain(self.spec.nodes.iter().map(|node| node.name.as_str()));
            let by_short = self.spec.nodes.iter().find(|node| node.short.as_ref().is_some_and(|short| short.value == name));
            let problem = Diagnostic::new(Code::UnknownType, at, format!("there is no type or node `{name}`"))
                .label("nothing in types/ or nodes/ has this name")
                .absence_of([name]);
            self.problems.push(match by_short {
                Some(node) => problem.help(format!("the spec calls nodes as Meta does: `{}`", node.name)),
                None => problem.suggest(name, known).help("describe it in a file in types/, or a node in a file in nodes/"),
            });
        }
    }

    fn unknown_node(&mut self, name: &str, at: Span) {
        let by_short = self.spec.nodes.iter().find(|node| node.short.as_ref().is_some_and(|short| short.value == name));
        let problem = Diagnostic::new(Code::UnknownNode, at, format!("there is no node `{name}`"))
            .label("no file in nodes/ has this `node:`")
            .absence_of([name]);
        self.problems.push(match by_short {
            Some(node) => problem.help(format!("the spec calls nodes as Meta does: `id<{}>`", node.name)),
            None => problem
                .suggest(name, self.spec.nodes.iter().map(|node| node.name.as_str()))
                .help("a node needs a file in nodes/, even if it has only an `id`; a type in types/ has no identifier"),
        });
    }

    fn shapeless(&mut self, name: &Text) {
        self.problems.push(
            Diagnostic::new(Code::MissingKey, name.span, format!("the type `{name}` must be one of `enum`, `object`, `union` and `untagged`"))
                .label("it is none of them, or several")
                .help("`enum:` holds the values of a text, `object:` the fields of an object, `union:` objects with a tag, `untagged:` values of several kinds of JSON"),
        );
    }

    /// Only an object is worth a box of its own.
    fn rare(&mut self, field: &FieldDecl) {
        let ty = &field.ty.newest;
        let is_boxed = match scope::expression(ty) {
            TypeExpr::Named(name) => !matches!(self.spec.named(&name), scope::Named::Enum | scope::Named::Untagged(_)),
            _ => false,
        };
        if field.rare && !is_boxed {
            self.problems.push(
                Diagnostic::new(
                    Code::Misplaced,
                    field.name.span,
                    format!("`rare` has no meaning on the field `{}`, which is `{ty}`", field.name),
                )
                .label("not an object")
                .help("remove `rare`: it puts an object into a box, so that what lacks it is small"),
            );
        }
    }

    /// What cannot be masked must not look as if it were.
    fn secret(&mut self, secret: bool, ty: &Text, at: Span) {
        if secret && !matches!(TypeExpr::parse(ty), None | Some(TypeExpr::Scalar(Scalar::String | Scalar::Digits))) {
            self.problems.push(
                Diagnostic::new(Code::Misplaced, at, format!("only a `string` or `digits` can be `secret`, and this is `{ty}`"))
                    .label("its value would not be masked")
                    .help("mark the strings within it as secret, in a type in types/"),
            );
        }
    }

    /// What is of no person needs no mark, and what is secret is shown to no one.
    fn personal(&mut self, personal: bool, secret: bool, constant: Option<&Text>, ty: &Text, at: Span) {
        let is_one_of_few = match TypeExpr::parse(ty) {
            Some(TypeExpr::Scalar(Scalar::Bool)) => true,
            Some(TypeExpr::Named(name)) => {
                matches!(self.spec.named_type(&name).and_then(|decl| decl.def.as_ref()), Some(TypeDefDecl::Enum(_)))
            }
            _ => false,
        };
        let (message, help) = match () {
            () if !personal => return,
            () if secret => ("a `secret` is shown to no one, so `personal` adds nothing".to_owned(), "remove `personal`"),
            () if constant.is_some() => ("a constant is the same for every person".to_owned(), "remove `personal`"),
            () if is_one_of_few => (
                format!("`{ty}` has a few values that everybody may know, which are of no person"),
                "remove `personal`: it hides numbers, names and texts, which a reader could take for a person's",
            ),
            () => return,
        };
        self.problems.push(Diagnostic::new(Code::Misplaced, at, message).label("nothing to hide").help(help));
    }
}

fn holds_page(expression: &TypeExpr) -> bool {
    holds(expression, &|inner| matches!(inner, TypeExpr::Page(_)))
}

fn holds_own_id(expression: &TypeExpr) -> bool {
    holds(expression, &|inner| *inner == TypeExpr::OwnId)
}

/// Whether an expression is one, or contains one.
fn holds(expression: &TypeExpr, is: &dyn Fn(&TypeExpr) -> bool) -> bool {
    is(expression)
        || match expression {
            TypeExpr::List(inner) | TypeExpr::Map(inner) | TypeExpr::Page(inner) => holds(inner, is),
            _ => false,
        }
}

/// Types that no parameter, field or return type reaches.
fn unused(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut roots: Vec<Text> = Vec::new();
    for node in &spec.nodes {
        roots.extend(node.fields.iter().flat_map(|field| field.ty.all()).cloned());
        roots.extend(node.edges.iter().filter_map(|edge| edge.item.as_ref()).map(|below| below.ty.clone()));
    }
    for (_, operation) in spec.operations() {
        let params = operation.params.iter().flat_map(|param| param.ty.all());
        let returns = operation.returns.iter().flat_map(Versioned::all);
        roots.extend(params.chain(operation.filtering.iter().map(|filter| &filter.ty)).chain(returns).cloned());
    }
    roots.extend(spec.webhook_types().cloned());
    let reached = scope::reached(spec, roots.iter());
    for decl in spec.types.iter().filter(|decl| !reached.contains(&decl.name.value)) {
        problems.push(
            Diagnostic::new(Code::UnusedType, decl.name.span, format!("nothing uses the type `{}`", decl.name))
                .label("no parameter, field or return type leads here")
                .help("delete it, or use it where Meta's page does")
                .absence_of([decl.name.as_str()]),
        );
    }
}
