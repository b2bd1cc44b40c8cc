//! Fields that read an edge: whether they match it, and whether examples request them as Graph expects.

use super::scope;
use crate::{
    ast::{FieldDecl, Home, NodeDecl, OperationDecl, Spec, Text},
    diagnostic::{Code, Diagnostic},
    language::expansion::Expansion,
};

/// Looks at every field that says `expands`.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    for node in &spec.nodes {
        for (field, edge) in node.fields.iter().filter_map(|field| Some((field, field.expands.as_ref()?))) {
            problems.extend(declared(node, field, edge));
        }
    }
    for decl in &spec.types {
        let Some(crate::ast::TypeDefDecl::Object(object)) = &decl.def else { continue };
        for edge in object.fields.iter().filter_map(|field| field.expands.as_ref()) {
            problems.push(
                Diagnostic::new(
                    Code::BadExpansion,
                    edge.span,
                    format!("the type `{}` is not a node, and has no edges to expand", decl.name),
                )
                .label("an edge of what?")
                .help("only the fields of a node say `expands`"),
            );
        }
    }
}

fn declared(node: &NodeDecl, field: &FieldDecl, edge: &Text) -> Option<Diagnostic> {
    let Some(read) = read_of(node, edge) else {
        let readable = node.edges.iter().filter(|edge| read_of(node, &edge.name).is_some()).map(|edge| edge.name.as_str());
        return Some(
            Diagnostic::new(Code::BadExpansion, edge.span, format!("`{}` has no edge `{edge}` that can be read", node.name))
                .label("nothing to expand")
                .suggest(edge, readable)
                .help("describe the edge with its `read`, or remove `expands`: the field can be requested without arguments")
                .absence_of([node.name.as_str(), edge.as_str()]),
        );
    };
    let returns = read.newest_returns()?;
    if let Some(or) = &read.list_or {
        return Some(
            Diagnostic::new(
                Code::BadExpansion,
                edge.span,
                format!("`{edge}` may answer with no page, and a field cannot say what it has instead"),
            )
            .label("cannot be read within its node")
            .related(or.span, "what it may answer")
            .help("remove `expands`, and describe the field with a type of its own after Meta's sample"),
        );
    }
    if let Some(list) = &read.list {
        return Some(
            Diagnostic::new(
                Code::BadExpansion,
                edge.span,
                format!("`{edge}` answers with its list in `{list}`, and a field cannot say that its list is there"),
            )
            .label("cannot be read within its node")
            .related(list.span, "where the list is")
            .help("remove `expands`, and describe the field with a type of its own after Meta's sample"),
        );
    }
    (scope::expression(returns) != scope::expression(&field.ty.newest)).then(|| {
        Diagnostic::new(
            Code::BadExpansion,
            field.ty.newest.span,
            format!("the field `{}` has the type `{}`, and the edge that it expands to returns `{returns}`", field.name, field.ty.newest),
        )
        .label("of another type than the edge")
        .related(returns.span, "what the edge returns")
        .help("a field contains what its edge returns; a sample of either shows which is right")
    })
}

/// The read of an edge.
fn read_of<'s>(node: &'s NodeDecl, edge: &str) -> Option<&'s OperationDecl> {
    let edge = node.edges.iter().find(|decl| decl.name.value == edge)?;
    edge.slots.iter().find(|slot| slot.name.value == "read")?.operation.as_deref()
}

/// What is wrong with a field that an example requests; `fields` are those that can be requested there.
pub(super) fn asked(spec: &Spec, owner: &str, fields: &[FieldDecl], text: &Text) -> Option<String> {
    if !text.contains(['.', '{']) {
        return None;
    }
    match Expansion::parse(text) {
        None => Some(format!("`{text}` is not a field with arguments: `name.limit(5).after(cursor){{id,name}}`")),
        Some(expansion) => asked_within(spec, owner, fields, &expansion),
    }
}

fn asked_within(spec: &Spec, owner: &str, fields: &[FieldDecl], expansion: &Expansion) -> Option<String> {
    let Some(field) = fields.iter().find(|field| field.name.value == expansion.name) else {
        return Some(format!("`{}` is not a field of `{owner}`", expansion.name));
    };
    let edge = field.expands.as_ref().and_then(|edge| {
        let node = spec.node(owner)?;
        let (home, read) = node
            .operations()
            .find(|(home, _)| home.edge.is_some_and(|decl| decl.name.value == edge.value) && home.slot.name.value == "read")?;
        Some((home, read))
    });
    let known: Vec<&str> = edge.iter().flat_map(|(home, read)| arguments(spec, *home, read)).collect();
    for (name, _) in &expansion.arguments {
        // What no edge describes is accepted unchecked: Graph has modifiers for plain fields too.
        if edge.is_some() && !known.contains(&name.as_str()) {
            return Some(format!("`{name}` is not an argument of `{}`; it takes {}", expansion.name, known.join(", ")));
        }
    }
    let inner = scope::element_of(&scope::expression(&field.ty.newest))?;
    let (inner_owner, inner_fields) = spec.fields_of(&inner)?;
    expansion.fields.iter().find_map(|expansion| asked_within(spec, inner_owner, inner_fields, expansion))
}

/// The arguments of an edge within `fields`: the parameters of its read, except `fields`, which are written in braces.
fn arguments<'s>(spec: &Spec, home: Home<'_>, read: &'s OperationDecl) -> Vec<&'s str> {
    let own = read.params.iter().map(|param| param.name.as_str());
    own.chain(spec.implied(home, read)).filter(|name| *name != "fields").collect()
}
