//! Creating, reading, changing, listing and deleting, for any operation: what its names and types in the spec say of it.

use serde_json::{Map, Value};

use super::{Reply, Turn, fresh};
use crate::{
    answers,
    description::{Field, Moment, Node, Operation, Type},
    failure::Failure,
    fields,
    journal::Origin,
    tables::SPEC,
};

pub(crate) fn answer(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let operation = turn.operation;
    let returns = *operation.returns.at(turn.moment);
    let own = operation.edge.is_empty() && !turn.node.root;
    match operation.verb {
        "read" if own && same(returns, turn.node) => Ok(read(turn)),
        "update" if own && operation.body.is_some() => {
            write(turn);
            Ok(example(turn))
        }
        "delete" if own => {
            turn.object().deleted = true;
            Ok(example(turn))
        }
        "read" => list(turn),
        "create" => {
            remember(turn);
            Ok(create(turn))
        }
        "update" => {
            let origin = if remember(turn) { Origin::State } else { Origin::Example };
            Ok(Reply { origin, ..example(turn) })
        }
        _ => Ok(example(turn)),
    }
}

/// The read of the edge that is written to, if that has one thing and no list of things that were created.
fn beside(turn: &Turn<'_>) -> Option<&'static Operation> {
    let here = || turn.node.operations.iter().filter(|operation| operation.edge == turn.operation.edge && !operation.edge.is_empty());
    let read = here().find(|operation| operation.verb == "read")?;
    let is_list = matches!(read.returns.at(turn.moment), Type::Page(_)) && here().any(|operation| operation.verb == "create");
    (!is_list).then_some(read)
}

/// Keeps what is written to an edge and can be read there: the parameters that are members of what is read. Whether there are any.
fn remember(turn: &mut Turn<'_>) -> bool {
    let Some(read) = beside(turn) else { return false };
    let known = read.item(turn.moment).fields();
    let given = turn.call.object().into_iter();
    let given: Map<String, Value> =
        given.filter_map(|(name, value)| Some((name.clone(), typed(known, &name, value, turn.moment)?))).collect();
    if given.is_empty() {
        return false;
    }
    let key = (turn.id.to_owned(), turn.operation.edge.to_owned());
    if let Value::Object(written) = turn.world.documents.entry(key).or_insert_with(|| Map::new().into()) {
        merge(written, given);
    }
    true
}

/// The value of a field, as its type has it where it came as text; nothing if there is no such field.
fn typed(known: &[Field], name: &str, value: Value, moment: Moment) -> Option<Value> {
    let field = known.iter().find(|field| field.name == name)?;
    let Value::String(text) = &value else { return Some(value) };
    let read = match field.ty.at(moment) {
        Type::Bool | Type::Int | Type::Float => serde_json::from_str(text).ok(),
        _ => None,
    };
    Some(read.unwrap_or(value))
}

/// Members of members are kept, unless they are written.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Object(into)), Value::Object(from)) => merge(into, from),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

/// What was written to the edge, and of what was not what the example shows.
fn written(turn: &Turn<'_>) -> Option<Reply> {
    let written = turn.world.documents.get(&(turn.id.to_owned(), turn.operation.edge.to_owned()))?.as_object()?.clone();
    let mut reply = example(turn);
    let record = match reply.body.get_mut("data") {
        Some(Value::Array(items)) => items.first_mut()?,
        _ => &mut reply.body,
    };
    merge(record.as_object_mut()?, written);
    reply.origin = Origin::State;
    Some(reply)
}

fn same(returns: Type, node: &Node) -> bool {
    !node.fields().is_empty() && returns.fields().as_ptr() == node.fields().as_ptr()
}

/// What is asked for of the object, or what is usual.
pub(crate) fn read(turn: &mut Turn<'_>) -> Reply {
    let wanted = turn.call.text("fields").map(fields::parse);
    let usual = answers::usual_fields(turn.operation);
    let object = turn.object();
    let origin = if object.written { Origin::State } else { Origin::Example };
    let body = match wanted {
        Some(wanted) => fields::select(&object.fields, &wanted),
        None if usual.is_empty() => object.fields.clone(),
        None => {
            let shown = |name: &String| usual.contains(name) || name == "id";
            object.fields.iter().filter(|(name, _)| shown(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
        }
    };
    Reply { status: 200, body: body.into(), origin }
}

/// Takes over the parameters that are fields of the node.
pub(crate) fn write(turn: &mut Turn<'_>) {
    let (given, moment) = (turn.call.object(), turn.moment);
    let known = turn.node.fields();
    let object = turn.object();
    object.written = true;
    for (name, value) in given {
        if name != "id"
            && let Some(value) = typed(known, &name, value, moment)
        {
            object.fields.insert(name, value);
        }
    }
}

/// The node that a type is the record of.
fn node_of(ty: Type) -> Option<&'static Node> {
    let fields = ty.fields();
    SPEC.nodes.iter().copied().find(|node| !fields.is_empty() && node.fields().as_ptr() == fields.as_ptr())
}

/// What was created on the edge; as the example has it if nothing was.
fn list(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let operation = turn.operation;
    let is_list = matches!(operation.returns.at(turn.moment), Type::Page(_)) && operation.list.is_none();
    if let (true, Some(children)) =
        (is_list && node_of(operation.item(turn.moment)).is_some(), turn.world.children(turn.id, operation.edge))
    {
        let wanted = turn.call.text("fields").map(fields::parse);
        let shown = |fields: &Map<String, Value>| wanted.as_ref().map_or_else(|| fields.clone(), |wanted| fields::select(fields, wanted));
        let items = children.iter().map(|child| Value::Object(shown(&child.fields))).collect();
        return Ok(Reply::of(answers::page(items, operation, turn.call, turn.moment, turn.url)?));
    }
    Ok(written(turn).unwrap_or_else(|| example(turn)))
}

/// Creates what the answer has the identifier of.
fn create(turn: &mut Turn<'_>) -> Reply {
    let mut reply = example(turn);
    let returned = turn.operation.returns.at(turn.moment).fields().iter().find(|field| field.name == "id");
    let Some(Type::Id(short)) = returned.map(|field| *field.ty.at(turn.moment)) else { return reply };
    let Some(node) = SPEC.node_of(short).filter(|node| node.name != turn.node.name || !turn.operation.edge.is_empty()) else {
        return reply;
    };
    let id = new_id(turn, node);
    let mut fields = fresh(node, &id, turn.url);
    for (name, value) in turn.call.object() {
        if name != "id"
            && let Some(value) = typed(node.fields(), &name, value, turn.moment)
        {
            fields.insert(name, value);
        }
    }
    turn.world.put(&id, node, fields, true);
    turn.world.link(turn.id, turn.operation.edge, &id);
    if let Value::Object(members) = &mut reply.body {
        members.insert("id".into(), id.into());
    }
    reply.origin = Origin::State;
    reply
}

/// An identifier that looks like those of the node's examples.
pub(crate) fn new_id(turn: &mut Turn<'_>, node: &Node) -> String {
    let shown = node.operations.iter().flat_map(|operation| operation.examples).find_map(|example| example.ids.first());
    match shown.filter(|_| node.text_id).map(|id| id.split_once(':')) {
        Some(Some((prefix, _))) => format!("{prefix}:{}", turn.ids.opaque()),
        Some(None) => turn.ids.opaque(),
        None => turn.ids.digits(),
    }
}

/// The answer of the example that is closest to the call, with the identifier of the path.
pub(crate) fn example(turn: &Turn<'_>) -> Reply {
    match answers::example(turn.operation, turn.call, turn.moment) {
        Some((example, status, mut body)) => {
            answers::replace(&mut body, example.ids.get(..1).unwrap_or_default(), turn.id, turn.url);
            Reply { status, body, origin: Origin::Example }
        }
        None => {
            let body = answers::smallest(*turn.operation.returns.at(turn.moment), turn.moment, turn.id, 0);
            Reply { status: 200, body, origin: Origin::Example }
        }
    }
}
