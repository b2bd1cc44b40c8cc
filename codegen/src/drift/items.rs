//! Parameters, fields and values that come, go and change: what to write for a difference.

use std::collections::BTreeSet;

use super::{
    Context, place,
    text::{self, Edit, Item},
};
use crate::{
    ast::{Spec, TypeDefDecl, Version},
    check::evidence::{Difference, Kind, Theirs, exists},
    language::type_expr::TypeExpr,
    naming,
    parse::Tree,
};

/// What is to be written, for people: the file and the YAML; and the edits that write it.
type Written = ((String, String), Vec<Edit>);

/// What to write for a difference.
///
/// # Errors
/// Why that is not mechanical.
pub(super) fn edits(
    context: &Context<'_>,
    difference: &Difference,
    theirs: &Theirs<'_>,
    since: Option<Version>,
) -> Result<Written, String> {
    let first = difference.at.first().map(String::as_str).unwrap_or_default();
    let place = first.strip_suffix(".since").unwrap_or(first);
    match difference.kind {
        Kind::Lacked => lacked(context, difference, theirs, place, since),
        Kind::Alone => gone(context, difference, place, since),
        Kind::Required => required(context, place.strip_suffix(".required").unwrap_or(place), difference, since),
        Kind::Type => another_type(context, place.strip_suffix(".type").unwrap_or(place), difference, theirs, since),
        Kind::Returns => Err("what an operation answers with is a type of ours: compare it with Meta's page".into()),
        Kind::Body => Err("how parameters are sent decides which requests work: compare it with Meta's page".into()),
    }
}

fn lacked(
    context: &Context<'_>,
    difference: &Difference,
    theirs: &Theirs<'_>,
    at: &str,
    since: Option<Version>,
) -> Result<Written, String> {
    let (holder, name) = split(at).ok_or("the place of it in the spec is not clear")?;
    let kind = if difference.key.contains(" = ") {
        "enum"
    } else if holder.ends_with(".params") {
        "params"
    } else if holder.ends_with(".fields") || holder.ends_with(".object") {
        "fields"
    } else {
        return Err("the spec has the operation, and at other versions: compare its `since` and `removed`".into());
    };
    let whole = holder.rsplit_once('.').map_or(holder, |(whole, _)| whole);
    let place = match (kind, whole.strip_prefix("types.")) {
        (_, Some(ty)) => place::shared_type(context.sources, ty),
        ("fields", None) => place::node(context.sources, whole),
        _ => place::operation(context.sources, whole),
    };
    let place = place.ok_or("the place of it in the spec is not clear")?;
    let section = holder.rsplit('.').next().unwrap_or_default();
    if place.entry(section).is_some_and(|entry| entry.value.get(name).is_some()) {
        return Err("the spec has it, and at other versions: compare its `since`, `removed` and `only`".into());
    }
    let mut new = NewType::default();
    let mut item = Item::new(name);
    if kind != "enum" {
        let (ty, required) = difference.theirs.rsplit_once(' ').filter(|_| kind == "params").unwrap_or((&difference.theirs, ""));
        item = item.key("type", expression(context, ty, &difference.key, theirs, &mut new)?);
        if required == "required" {
            item = item.key("required", "true");
        }
    } else if naming::variant(name, None).starts_with(|first: char| first.is_ascii_digit()) {
        return Err("the value needs a `rust_name`".into());
    }
    if let Some(since) = since {
        item = item.key("since", since.to_string());
    }
    let item = item.key("doc", "");
    let whole = place.tree().ok_or("the place of it in the spec is not clear")?;
    let edit = match place.entry(section) {
        Some(entry) => text::add(&place.path, &place.text, &entry.value, &item),
        None if kind == "params" => text::add_section(&place.path, &place.text, whole, section, "returns", &item),
        None => None,
    };
    let edit = edit.ok_or("the lines around it are not written in a way that takes one more")?;
    let mut yaml = format!("{section}:\n{}", indented(&item.lines()));
    let mut edits = vec![edit];
    if let Some(lines) = new.lines {
        yaml.push_str(&format!("types:\n{}", indented(&lines)));
    }
    edits.extend(new.edit);
    Ok(((place.path.clone(), yaml), edits))
}

/// An item that is gone: it stays, for versions that have it.
fn gone(context: &Context<'_>, difference: &Difference, at: &str, since: Option<Version>) -> Result<Written, String> {
    let Some(since) = since else {
        return Err(format!(
            "no version has it. If the source merely does not say it, add `{}` to `silences` of evidence/{}.yaml, with the reason; if Meta's sources \
             contradict each other, add a quirk at `{}`",
            difference.text(),
            context.source.name,
            difference.at.first().map_or(at, String::as_str)
        ));
    };
    let (holder, name) = split(at).ok_or("the place of it in the spec is not clear")?;
    let (whole, section) = holder.rsplit_once('.').unwrap_or((holder, ""));
    let place = match section {
        "params" => place::operation(context.sources, whole),
        "enum" | "object" => place::shared_type(context.sources, whole.trim_start_matches("types.")),
        "fields" => place::node(context.sources, whole),
        _ => place::operation(context.sources, at),
    };
    let place = place.ok_or("the place of it in the spec is not clear")?;
    let item: &Tree = match section {
        "params" | "enum" | "object" | "fields" => {
            &place
                .entry(section)
                .and_then(|entry| entry.value.entries().iter().find(|item| item.key == name))
                .ok_or("it is not where it should be")?
                .value
        }
        _ => place.tree().ok_or("it is not where it should be")?,
    };
    if item.get("removed").is_some() {
        return Err("it has been removed before: compare its `removed`".into());
    }
    let value = format!("{{at: {since}, instead: '{} names no replacement'}}", context.source.title.replace('\'', "''"));
    let edit = text::add_key(&place.path, &place.text, item, "removed", &value)
        .ok_or("the lines around it are not written in a way that takes one more")?;
    Ok(((place.path.clone(), format!("{name}:\n  removed: {value}\n")), vec![edit]))
}

fn required(context: &Context<'_>, at: &str, difference: &Difference, since: Option<Version>) -> Result<Written, String> {
    let now = difference.theirs == "required";
    let value = match since {
        Some(since) => format!("[{{is: {}, until: {since}}}, {{is: {now}}}]", !now),
        None => now.to_string(),
    };
    attribute(context, at, "required", &value)
}

fn another_type(
    context: &Context<'_>,
    at: &str,
    difference: &Difference,
    theirs: &Theirs<'_>,
    since: Option<Version>,
) -> Result<Written, String> {
    let mut new = NewType::default();
    let now = expression(context, &difference.theirs, &difference.key, theirs, &mut new)?;
    let value = match since {
        Some(since) => format!("[{{is: {}, until: {since}}}, {{is: {now}}}]", difference.ours),
        None => return Err(format!("no version has the type that the spec says: correct it, or add a quirk; `{now}` would be theirs")),
    };
    let (mut write, mut edits) = attribute(context, at, "type", &value)?;
    if let Some(lines) = new.lines {
        write.1.push_str(&format!("types:\n{}", indented(&lines)));
    }
    edits.extend(new.edit);
    Ok((write, edits))
}

/// Sets a key of a parameter or field.
fn attribute(context: &Context<'_>, at: &str, key: &str, value: &str) -> Result<Written, String> {
    let (holder, name) = split(at).ok_or("the place of it in the spec is not clear")?;
    let (whole, section) = holder.rsplit_once('.').unwrap_or((holder, ""));
    let place = match section {
        "params" => place::operation(context.sources, whole),
        "object" => place::shared_type(context.sources, whole.trim_start_matches("types.")),
        "fields" => place::node(context.sources, whole),
        _ => None,
    };
    let place = place.ok_or("the place of it in the spec is not clear")?;
    let item = place.entry(section).and_then(|entry| entry.value.get(name)).ok_or("it is not where it should be")?;
    let edit = match item.entries().iter().find(|entry| entry.key == key) {
        Some(entry) if !entry.value.items().is_empty() => return Err(format!("`{key}` has changed before: add a tile")),
        Some(entry) => text::replace(&place.path, entry, value),
        None => text::add_key(&place.path, &place.text, item, key, value)
            .ok_or("the lines around it are not written in a way that takes one more")?,
    };
    Ok(((place.path.clone(), format!("{name}:\n  {key}: {value}\n")), vec![edit]))
}

/// A type that the spec has to get.
#[derive(Clone, Default)]
pub(super) struct NewType {
    pub(super) lines: Option<Vec<String>>,
    pub(super) edit: Option<Edit>,
    name: String,
}

/// The types that are made for other differences, by what they are called and list.
pub(super) type NewTypes = std::cell::RefCell<std::collections::BTreeMap<(String, Vec<String>), NewType>>;

/// The type expression for a type of the source; an enum that the spec lacks becomes a new type.
pub(super) fn expression(context: &Context<'_>, theirs: &str, key: &str, facts: &Theirs<'_>, new: &mut NewType) -> Result<String, String> {
    if let Some(inner) = theirs.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
        return Ok(format!("list<{}>", expression(context, inner, key, facts, new)?));
    }
    let is_id = key.ends_with(" field id");
    Ok(match theirs {
        "string" if is_id && context.spec.node(key.split(' ').next().unwrap_or_default()).is_some() => "id".into(),
        "string" => "string".into(),
        "bool" | "boolean" => "bool".into(),
        "int" | "unsigned int" | "integer" => "int".into(),
        "float" | "number" => "float".into(),
        "datetime" | "date-time" => "timestamp".into(),
        "enum" => {
            let prefix = format!("{key} = ");
            let values: BTreeSet<&str> = facts.range(prefix.clone()..).map_while(|(key, _)| key.strip_prefix(&prefix)).collect();
            enumeration(context, &values, key, new)?
        }
        name => {
            let known = context.source.known_as(name);
            if context.spec.node(known).is_some() || context.spec.named_type(known).is_some() { known.into() } else { "json".into() }
        }
    })
}

/// An enum of the spec that has these values, or a new one.
fn enumeration(context: &Context<'_>, values: &BTreeSet<&str>, key: &str, new: &mut NewType) -> Result<String, String> {
    let of = |def: &Option<TypeDefDecl>| match def {
        Some(TypeDefDecl::Enum(listed)) => {
            let there = listed.iter().filter(|value| exists(&value.docs.availability, context.version.into()));
            there.map(|value| value.value.as_str()).collect::<BTreeSet<_>>() == *values
        }
        _ => false,
    };
    if let Some(decl) = context.spec.types.iter().find(|decl| of(&decl.def)) {
        return Ok(decl.name.value.clone());
    }
    let words: Vec<&str> = key.split(' ').collect();
    let own = naming::upper_camel(words.last().copied().unwrap_or_default());
    let path = words.first().copied().unwrap_or_default();
    // The same under the same name is one type, whatever else needs it.
    let made = (own.clone(), values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
    if let Some(other) = context.new_types.borrow().get(&made) {
        *new = other.clone();
        return Ok(new.name.clone());
    }
    let longer = format!("{}{own}", naming::upper_camel(path.rsplit('/').next().unwrap_or_default()));
    let is_free = |name: &String| is_free(context.spec, name) && context.new_types.borrow().values().all(|other| other.name != *name);
    let name = [own, longer].into_iter().find(is_free).ok_or("the names that the type could have are taken")?;
    let mut item = Item::new(&name).key("doc", "").key("page", context.source.page.value.clone());
    item.below.push("enum:".into());
    for value in values {
        if naming::variant(value, None).starts_with(|first: char| first.is_ascii_digit()) {
            return Err("a value of the new type needs a `rust_name`".into());
        }
        item.below.extend(Item::new(*value).key("doc", "").lines().iter().map(|line| format!("  {line}")));
    }
    let file = file_for(context, path)?;
    let (id, source) = context.sources.iter().find(|(_, source)| source.path == file).ok_or("there is no file for a new type")?;
    let tree = crate::parse::tree(id, source, &mut Vec::new()).ok_or("the file for the new type cannot be read")?;
    let types = tree.get("types").ok_or("the file for the new type has no types")?;
    new.edit = text::add(&file, &source.text, types, &item);
    new.lines = Some(item.lines());
    new.name.clone_from(&name);
    if new.edit.is_none() {
        return Err("the file for the new type is not written in lines".into());
    }
    context.new_types.borrow_mut().insert(made, new.clone());
    Ok(name)
}

/// Whether a type may have a name.
pub(super) fn is_free(spec: &Spec, name: &str) -> bool {
    let requests = spec.operations().filter_map(|(_, operation)| operation.request.as_ref());
    let nodes = spec.nodes.iter().flat_map(|node| node.short.iter().chain([&node.name]));
    let types = spec.types.iter().map(|decl| &decl.name);
    let errors = spec.errors.iter().map(|decl| &decl.name);
    requests.chain(nodes).chain(types).chain(errors).all(|taken| taken.value != name)
        && naming::reserved::types().all(|taken| taken != name)
}

/// The file in types/ that the operations below a path take most of their types from.
fn file_for(context: &Context<'_>, path: &str) -> Result<String, String> {
    let node = path.split('/').next().unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for (home, operation) in context.spec.operations().filter(|(home, _)| home.node.name.value == node) {
        let weight = if crate::evidence::path_of(home).starts_with(path) { 8 } else { 1 };
        for ty in operation.params.iter().map(|param| &param.ty.newest).chain(operation.newest_returns()) {
            let named = TypeExpr::parse(ty).map(|ty| ty.names().into_iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>());
            names.extend(named.into_iter().flatten().flat_map(|name| std::iter::repeat_n(name, weight)));
        }
    }
    let files = names.iter().filter_map(|name| context.spec.named_type(name)).map(|decl| decl.file.clone());
    let mut counts = std::collections::BTreeMap::new();
    files.for_each(|file| *counts.entry(file).or_insert(0) += 1);
    let most = counts.into_iter().max_by_key(|(file, count)| (*count, std::cmp::Reverse(file.clone()))).map(|(file, _)| file);
    let any = || context.spec.types.first().map(|decl| decl.file.clone());
    most.or_else(any).map(|file| format!("types/{file}.yaml")).ok_or_else(|| "there is no file for a new type".into())
}

/// `A.b.params.c` is `A.b.params` and `c`; a name may have dots.
fn split(at: &str) -> Option<(&str, &str)> {
    for section in [".params.", ".fields.", ".object.", ".enum."] {
        if let Some(start) = at.find(section) {
            let middle = start + section.len();
            return Some((&at[..middle - 1], &at[middle..]));
        }
    }
    at.rsplit_once('.')
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}\n")).collect()
}
