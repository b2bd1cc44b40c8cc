//! Operations as tables, a file a node.

use super::{
    output,
    types::{narrowing, rule, ty},
};
use crate::{
    emit::tables::values::{availability, day, list, optional, optional_number, optional_text, strings, version, versioned},
    model::{
        Auth, Availability, Download, Example, ExampleRange, Filter, Limit, Method, Node, OperationError, Outcome, Paced, Param,
        ParamLocation, Permissions, Segment, Site, Type,
    },
    write::Output,
};

/// The file of a node.
pub(super) fn node(node: &Node) -> Output {
    let mut body = String::new();
    let record = if node.root || node.rust_name.is_empty() {
        "None".to_owned()
    } else {
        format!("Some({})", ty(&Type::Object(node.rust_name.clone())))
    };
    let operations: String = node.sites().map(|site| format!("{},\n", operation(&site))).collect();
    body.push_str(&format!(
        "\n/// The node and its operations.\npub(super) static NODE: Node = Node {{ name: {:?}, short: {:?}, root: {}, text_id: {}, record: {record}, operations: &[\n{operations}] }};\n",
        node.name, node.rust_name, node.root, node.text_id,
    ));
    output(&node.module, &format!("`{}`.", node.name), &body)
}

fn operation(site: &Site<'_>) -> String {
    let operation = site.operation;
    let method = match operation.http_method {
        Method::Get => "Get",
        Method::Post => "Post",
        Method::Delete => "Delete",
    };
    let auth = match operation.auth {
        Auth::Token => "Token",
        Auth::OAuth => "OAuth",
        Auth::None => "None",
    };
    let mut members = vec![
        format!("id: {:?}", operation.id),
        format!("request: {:?}", operation.request),
        format!("edge: {:?}", site.edge.map_or("", |edge| edge.name.as_str())),
        format!("verb: {:?}", operation.verb),
        format!("method: Method::{method}"),
        format!("path: {}", list(operation.path.iter().map(segment))),
        format!("doc: {:?}", operation.doc),
        format!("page: {:?}", operation.page),
        format!("returns: {}", versioned(&operation.returns, ty)),
    ];
    let mut unless = |usual: bool, member: String| {
        if !usual {
            members.push(member);
        }
    };
    unless(operation.availability == Availability::default(), format!("availability: {}", availability(&operation.availability)));
    unless(
        operation.permissions.earlier.is_empty() && operation.permissions.newest == Permissions::None,
        format!("permissions: {}", versioned(&operation.permissions, permissions)),
    );
    unless(operation.auth == Auth::Token, format!("auth: Auth::{auth}"));
    unless(
        operation.host.is_none(),
        format!("host: {}", optional(operation.host.as_ref().map(|host| format!("({:?}, {})", host.url, host.versioned)))),
    );
    unless(operation.body.is_none(), format!("body: {}", optional(operation.body.map(location))));
    unless(operation.params.is_empty(), format!("params: {}", list(operation.params.iter().map(param))));
    unless(operation.list.is_none(), format!("list: {}", optional(operation.list.as_ref().map(|path| strings(path)))));
    let filters = operation.filter.as_ref().map_or(&[][..], |filter| &filter.filters);
    unless(filters.is_empty(), format!("filters: {}", list(filters.iter().map(filter))));
    unless(operation.rules.is_empty(), format!("rules: {}", list(operation.rules.iter().map(rule))));
    unless(operation.limits.is_empty(), format!("limits: {}", list(operation.limits.iter().map(limit))));
    unless(operation.paced.is_none(), format!("pace: {}", optional(operation.paced.as_ref().map(pace))));
    unless(operation.download.is_none(), format!("download: {}", optional(operation.download.as_ref().map(download))));
    unless(operation.errors.is_empty(), format!("errors: {}", list(operation.errors.iter().map(failure))));
    unless(operation.examples.is_empty(), format!("examples: {}", list(operation.examples.iter().map(example))));
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

fn location(location: ParamLocation) -> String {
    let location = match location {
        ParamLocation::Query => "Query",
        ParamLocation::Json => "Json",
        ParamLocation::Form => "Form",
        ParamLocation::Multipart => "Multipart",
        ParamLocation::Header => "Header",
        ParamLocation::Bytes => "Bytes",
    };
    format!("Location::{location}")
}

fn permissions(of: &Permissions) -> String {
    match of {
        Permissions::None => "Permissions::None".into(),
        Permissions::All(of) => format!("Permissions::All({})", strings(of)),
        Permissions::Any(of) => format!("Permissions::Any({})", strings(of)),
    }
}

fn param(param: &Param) -> String {
    let mut members = vec![
        format!("name: {:?}", param.name),
        format!("ty: {}", versioned(&param.ty, ty)),
        format!("location: {}", location(param.location)),
    ];
    let mut unless = |usual: bool, member: String| {
        if !usual {
            members.push(member);
        }
    };
    unless(param.only.is_none(), format!("only: {}", narrowing(param.only.as_ref())));
    unless(
        !param.required.newest && param.required.earlier.is_empty(),
        format!("required: {}", versioned(&param.required, ToString::to_string)),
    );
    unless(!param.contested, "contested: true".into());
    unless(param.constant.is_none(), format!("constant: {}", optional_text(param.constant.as_deref())));
    unless(!param.spread, "spread: true".into());
    unless(param.length.is_none(), format!("length: {}", optional_number(param.length)));
    unless(param.strip.is_none(), format!("strip: {}", optional_text(param.strip.as_deref())));
    unless(param.availability == Availability::default(), format!("availability: {}", availability(&param.availability)));
    members.push("..Param::EMPTY".into());
    format!("Param {{ {} }}", members.join(", "))
}

fn filter(filter: &Filter) -> String {
    format!(
        "Filter {{ field: {:?}, ty: {}, operators: {}, availability: {} }}",
        filter.field,
        ty(&filter.ty),
        strings(&filter.operators),
        availability(&filter.availability)
    )
}

fn limit(limit: &Limit) -> String {
    let block = optional(limit.block.map(|seconds| seconds.to_string()));
    format!(
        "Limit {{ max: {}, window: {}, per: {:?}, block: {block}, error: {:?}, availability: {} }}",
        limit.max,
        limit.window,
        limit.per,
        limit.error,
        availability(&limit.availability)
    )
}

fn pace(paced: &Paced) -> String {
    let rate = paced.rate.as_ref().map(|rate| {
        let per_second = list(rate.per_second.iter().map(|(value, calls)| format!("({value:?}, {calls})")));
        format!("({}, {per_second})", strings(&rate.field))
    });
    let pair = paced.pair.as_ref().map(|pair| format!("({:?}, {}, {})", pair.param, pair.burst, pair.every));
    format!("Pace {{ rate: {}, pair: {} }}", optional(rate), optional(pair))
}

fn download(download: &Download) -> String {
    format!(
        "Download {{ url: {:?}, hash: {}, size: {}, lasts: {} }}",
        download.url,
        optional_text(download.hash.as_deref()),
        optional_text(download.size.as_deref()),
        download.lasts
    )
}

fn failure(error: &OperationError) -> String {
    if error.availability == Availability::default() {
        return format!("Failure::always({:?})", error.name);
    }
    format!("Failure {{ error: {:?}, availability: {} }}", error.name, availability(&error.availability))
}

fn example(example: &Example) -> String {
    let answer = match &example.outcome {
        Outcome::Response { status, body } => format!("Answer::Body({status}, {:?})", body.to_string()),
        Outcome::Error { status, body, name } => format!("Answer::Error({status}, {:?}, {name:?})", body.to_string()),
        Outcome::Refused { .. } => "Answer::Refused".into(),
    };
    format!(
        "Example {{ range: {}, day: {}, ids: {}, request: {}, answer: {answer} }}",
        range(&example.range),
        optional(example.day.map(day)),
        strings(&example.path),
        optional_text(example.request.as_deref()),
    )
}

fn range(range: &ExampleRange) -> String {
    if range.is_whole() {
        return "Range::ALL".into();
    }
    let versions = |of: &[_]| list(of.iter().map(|of| version(*of)));
    format!(
        "Range {{ since: {}, removed: {}, lacking: {}, only: {} }}",
        optional(range.since.map(version)),
        optional(range.removed.map(version)),
        versions(&range.lacking),
        versions(&range.only)
    )
}
