//! Operations as tables, a file a node.

use super::{
    output,
    types::{narrowing, ty},
};
use crate::{
    emit::tables::values::{list, optional, optional_text, strings},
    model::{Node, Operation, Param, ParamLocation, Segment, Type},
    write::Output,
};

/// The file of a node.
pub(super) fn node(node: &Node) -> Output {
    let operations: String = node.sites().map(|site| format!("{},\n", operation(site.operation))).collect();
    let body = format!("\n/// The operations of the node.\npub(super) static OPERATIONS: &[Operation] = &[\n{operations}];\n");
    output(&node.module, &format!("`{}`.", node.name), &body)
}

fn operation(operation: &Operation) -> String {
    let areas: Vec<String> = operation.areas.iter().cloned().collect();
    let mut members = vec![
        format!("id: {:?}", operation.id),
        format!("doc: {:?}", operation.doc),
        format!("path: {}", list(operation.path.iter().map(segment))),
    ];
    let mut unless = |usual: bool, member: String| {
        if !usual {
            members.push(member);
        }
    };
    unless(operation.notes.is_empty(), format!("notes: {}", strings(&operation.notes)));
    unless(areas.is_empty(), format!("areas: {}", strings(&areas)));
    unless(operation.params.is_empty(), format!("params: {}", list(operation.params.iter().map(param))));
    unless(!matches!(operation.returns.newest, Type::Page(_)), "pages: true".into());
    unless(operation.list.is_none(), format!("list: {}", optional(operation.list.as_ref().map(|path| strings(path)))));
    members.push("..Operation::EMPTY".into());
    format!("Operation {{ {} }}", members.join(", "))
}

fn segment(segment: &Segment) -> String {
    match segment {
        Segment::Literal(text) => format!("Segment::Literal({text:?})"),
        Segment::Id { name, .. } => format!("Segment::Id({name:?})"),
        Segment::Text { name, .. } => format!("Segment::Text({name:?})"),
        Segment::Value { name, .. } => format!("Segment::Value({name:?})"),
    }
}

fn location(location: ParamLocation) -> &'static str {
    match location {
        ParamLocation::Query => "Query",
        ParamLocation::Json => "Json",
        ParamLocation::Form => "Form",
        ParamLocation::Multipart => "Multipart",
        ParamLocation::Header => "Header",
        ParamLocation::Bytes => "Bytes",
    }
}

fn param(param: &Param) -> String {
    let mut members = vec![
        format!("name: {:?}", param.name),
        format!("doc: {:?}", param.doc),
        format!("ty: {}", ty(&param.ty.newest)),
        format!("location: Location::{}", location(param.location)),
    ];
    let mut unless = |usual: bool, member: String| {
        if !usual {
            members.push(member);
        }
    };
    unless(param.only.is_none(), format!("only: {}", narrowing(param.only.as_ref())));
    unless(!param.required.newest, "required: true".into());
    unless(!param.contested, "contested: true".into());
    unless(param.constant.is_none(), format!("constant: {}", optional_text(param.constant.as_deref())));
    unless(param.default.newest.is_none(), format!("default: {}", optional_text(param.default.newest.as_deref())));
    unless(!param.spread, "spread: true".into());
    unless(!param.secret, "secret: true".into());
    unless(param.strip.is_none(), format!("strip: {:?}", param.strip.as_deref().unwrap_or_default()));
    members.push("..Param::EMPTY".into());
    format!("Param {{ {} }}", members.join(", "))
}
