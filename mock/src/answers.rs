//! Answers that come from the spec: its examples with other identifiers, records that they show, pages of lists.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use crate::{
    description::{Answer, Content, Example, Moment, Node, Operation, Shape, Type},
    failure::Failure,
    request::Call,
    tables::SPEC,
};

/// The example that is closest to a call, and its answer.
pub(crate) fn example(operation: &Operation, call: &Call, moment: Moment) -> Option<(&'static Example, u16, Value)> {
    let shown = operation.examples.iter().filter_map(|example| match example.answer {
        Answer::Body(status, body) => Some((example, status, body)),
        Answer::Error(..) | Answer::Refused => None,
    });
    let likeness = |example: &Example| {
        let request = example.request.unwrap_or_default();
        let has = |name: &str| request.contains(&format!("?{name} = ")) || request.contains(&format!("\"{name}\":"));
        let (same, more) = call
            .given
            .iter()
            .map(|(name, _)| has(name))
            .fold((0_usize, 0_usize), |(same, more), has| if has { (same + 1, more) } else { (same, more + 1) });
        let of = usize::from(example.range.contains(moment.version) && example.day.is_none());
        // What an example asks for beyond the call counts against it.
        let asked = request.matches("\n?").count();
        (of, same * 4, usize::MAX - more - asked)
    };
    let (example, status, body) = shown.rev().max_by_key(|(example, ..)| likeness(example))?;
    Some((example, status, serde_json::from_str(body).ok()?))
}

/// Puts one text in the place of another, wherever it is a whole value; and the address of the stand-in in the place of Graph's.
pub(crate) fn replace(value: &mut Value, from: &[&str], to: &str, url: &str) {
    match value {
        Value::String(text) => {
            if from.contains(&text.as_str()) {
                to.clone_into(text);
            } else if let Some(rest) = text.strip_prefix(SPEC.base_url) {
                *text = format!("{url}{rest}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, from, to, url)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, from, to, url)),
        _ => {}
    }
}

/// What the examples show of a node, the first that says something of a field: a record with everything that can be asked for and is shown.
pub(crate) fn record(node: &Node) -> Map<String, Value> {
    let mut record = Map::new();
    let reads = node.operations.iter().filter(|operation| operation.edge.is_empty() && operation.verb == "read");
    for example in reads.flat_map(|operation| operation.examples) {
        if let Answer::Body(_, body) = example.answer
            && let Ok(Value::Object(members)) = serde_json::from_str(body)
        {
            for (name, value) in members {
                record.entry(name).or_insert(value);
            }
        }
    }
    record
}

/// The fields that a read answers with when none are asked for.
pub(crate) fn usual_fields(operation: &Operation) -> Vec<String> {
    let plain = |example: &&Example| example.request.is_some_and(|request| !request.contains("?fields"));
    let body = operation.examples.iter().filter(plain).find_map(|example| match example.answer {
        Answer::Body(_, body) => serde_json::from_str::<Map<String, Value>>(body).ok(),
        Answer::Error(..) | Answer::Refused => None,
    });
    body.map(|members| members.keys().cloned().collect()).unwrap_or_default()
}

/// The smallest value of a type, for what no example shows.
pub(crate) fn smallest(ty: Type, moment: Moment, id: &str, depth: usize) -> Value {
    match ty {
        Type::Bool => true.into(),
        Type::Int | Type::Float | Type::Timestamp { text: false } => 0.into(),
        Type::Digits | Type::IntString | Type::Timestamp { text: true } => "0".into(),
        Type::Id(_) => id.into(),
        Type::String | Type::Cursor | Type::Fields | Type::File => "".into(),
        Type::List(_) | Type::Filters => json!([]),
        Type::Page(_) => json!({"data": []}),
        Type::Map(_) | Type::Json => json!({}),
        Type::Named(named) => match &named.shape {
            Shape::Enum(values) => {
                values.iter().find(|value| moment.has(&value.availability)).map_or(Value::Null, |value| value.value.into())
            }
            Shape::Object { fields, .. } => {
                let wanted = fields.iter().filter(|field| depth < 8 && (field.always || matches!(field.name, "success" | "id")));
                wanted
                    .map(|field| (field.name.to_owned(), smallest(*field.ty.at(moment), moment, id, depth + 1)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Shape::Union { tag, variants, .. } => {
                let mut value = Map::new();
                if let Some(variant) = variants.first() {
                    value.insert((*tag).to_owned(), variant.tag.into());
                    if let (Content::Payload(name, ty), true) = (&variant.content, depth < 8) {
                        value.insert((*name).to_owned(), smallest(*ty, moment, id, depth + 1));
                    }
                }
                value.into()
            }
            Shape::Several(types) => types.first().map_or(Value::Null, |ty| smallest(*ty, moment, id, depth + 1)),
        },
    }
}

/// How many items a page has where nothing is said.
const PAGE: usize = 25;

/// A page of a list, by `limit`, `after` and `before`.
///
/// Source: `developers.facebook.com/docs/graph-api/results`.
pub(crate) fn page(items: Vec<Value>, operation: &Operation, call: &Call, moment: Moment, url: &str) -> Result<Value, Failure> {
    let number = |name: &str| call.text(name).and_then(|text| text.parse::<usize>().ok());
    let limit = number("limit").unwrap_or(PAGE).clamp(1, 1000);
    let cursor = |name: &str| {
        call.text(name).filter(|text| !text.is_empty()).map(|text| place_of(text).ok_or_else(|| bad_cursor(operation, moment))).transpose()
    };
    let total = items.len();
    let (from, to) = match (cursor("after")?, cursor("before")?) {
        (Some(after), _) => (after + 1, (after + 1).saturating_add(limit)),
        (None, Some(before)) => (before.saturating_sub(limit), before),
        (None, None) => (0, limit),
    };
    let shown: Vec<Value> = items.into_iter().skip(from).take(to.saturating_sub(from)).collect();
    let mut page = Map::new();
    let (count, ends) = (shown.len(), from + shown.len() >= total);
    page.insert("data".into(), shown.into());
    if count > 0 {
        let (first, last) = (cursor_of(from), cursor_of(from + count - 1));
        let path = call.segments.join("/");
        let version = moment.version;
        let link = |name: &str, cursor: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            for (known, given) in call.given.iter().filter(|(known, _)| known != "after" && known != "before") {
                query.append_pair(known, given.value.as_str().unwrap_or_default());
            }
            query.append_pair(name, cursor);
            format!("{url}/{version}/{path}?{}", query.finish())
        };
        let mut paging = json!({"cursors": {"before": first, "after": last}});
        if !ends {
            paging["next"] = link("after", &last).into();
        }
        if from > 0 {
            paging["previous"] = link("before", &first).into();
        }
        page.insert("paging".into(), paging);
    }
    if call.text("summary").is_some_and(|text| text.contains("total_count") || text == "true") {
        page.insert("summary".into(), json!({"total_count": total}));
    }
    Ok(page.into())
}

fn cursor_of(place: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("QVFI{place}"))
}

fn place_of(cursor: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    std::str::from_utf8(&bytes).ok()?.strip_prefix("QVFI")?.parse::<u32>().ok().and_then(|place| usize::try_from(place).ok())
}

/// The operation's own error of cursors, if it has one, else code 100.
fn bad_cursor(operation: &Operation, moment: Moment) -> Failure {
    let own = operation.errors.iter().filter(|failure| moment.has(&failure.availability)).filter_map(|failure| SPEC.error(failure.error));
    let own = own
        .filter(|error| moment.has(&error.availability))
        .find(|error| error.title.is_some_and(|title| title.to_lowercase().contains("cursor")));
    own.map_or_else(|| Failure::invalid("Invalid cursor"), |error| Failure::documented(error, Some(operation)))
}
