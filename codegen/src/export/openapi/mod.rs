//! The API of one version, on any day or on one, as an `OpenAPI` 3.1 document. `docs/openapi.md` documents its form, and what is lost.
//!
//! What `OpenAPI` has no word for is in extensions, with the keys and the meaning that the [catalog](super::catalog) gives them.

mod examples;
mod merge;
mod operations;
mod schemas;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use self::{operations::Written, schemas::Schemas};
use super::catalog::{View, availability};
use crate::{
    language::bound::Day,
    model::{Api, Availability, ErrorInfo, Method, Segment, Version},
};

/// The version of `OpenAPI`.
const OPENAPI: &str = "3.1.0";

/// What is in the place of a secret in an example.
const MASK: &str = "********";

/// The API at a version; of one node, if that is named as the spec names it. Items that the version lacks, on the day or on every day, are left out.
///
/// Operations that `OpenAPI` cannot tell apart, because they share a method and a path but for the names of its placeholders, are one operation of it,
/// which lists them. Of one node few are.
pub fn openapi(api: &Api, version: Version, day: Option<Day>, node: Option<&str>) -> Value {
    let view = View::new(api, version, day);
    let mut schemas = Schemas::of(&view);
    let sites = api.sites().filter(|site| node.is_none_or(|name| site.node.name == name) && view.has(&site.operation.availability));
    let written: Vec<Written<'_>> = sites.map(|site| operations::operation(&view, &mut schemas, site)).collect();
    let nodes: BTreeSet<&str> = written.iter().map(|written| written.site.node.name.as_str()).collect();
    let errors: BTreeSet<&str> =
        written.iter().flat_map(|written| &written.site.operation.errors).map(|error| error.name.as_str()).collect();

    let mut info = json!({
        "title": api.surface.title,
        "description": api.surface.doc,
        "version": version.to_string(),
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    if let (Some(day), Value::Object(info)) = (day, &mut info) {
        info.insert("x-day".into(), day.to_string().into());
    }
    json!({
        "openapi": OPENAPI,
        "info": info,
        "servers": [server(&view, None)],
        "externalDocs": {"url": api.surface.page},
        "tags": api.nodes.iter().filter(|node| nodes.contains(node.name.as_str())).map(|node| json!({"name": node.name, "description": node.doc})).collect::<Vec<_>>(),
        "paths": paths(written),
        "components": {
            "schemas": schemas.finish(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An access token. The roles are the permissions that it needs."},
                "oauth": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "The word `OAuth`, a space, and an access token."},
            },
        },
        "x-errors": catalog_of_errors(&view, &errors),
    })
}

/// A server: paths begin after the version.
fn server(view: &View<'_>, host: Option<&crate::model::Host>) -> Value {
    let (url, versioned) = host.map_or((&view.api.surface.base_url, true), |host| (&host.url, host.versioned));
    json!({"url": if versioned { format!("{url}/{}", view.version) } else { url.clone() }})
}

/// A method and a path without the names of its placeholders: what `OpenAPI` tells operations apart by.
type Place = (Vec<Option<String>>, &'static str);

fn place(written: &Written<'_>) -> Place {
    let segments = written.site.operation.path.iter().map(|segment| match segment {
        Segment::Literal(text) => Some(text.clone()),
        _ => None,
    });
    (segments.collect(), method(written.site.operation.http_method))
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Delete => "delete",
    }
}

fn paths(written: Vec<Written<'_>>) -> Value {
    let mut taken: BTreeSet<String> = written.iter().map(Written::name).collect();
    let mut order: Vec<Vec<Option<String>>> = Vec::new();
    let mut places: BTreeMap<Place, Vec<Written<'_>>> = BTreeMap::new();
    for written in written {
        let place = place(&written);
        if !order.contains(&place.0) {
            order.push(place.0.clone());
        }
        places.entry(place).or_default().push(written);
    }
    let mut paths = Map::new();
    for segments in order {
        let there = ["get", "post", "delete"].into_iter().filter_map(|method| Some((method, places.remove(&(segments.clone(), method))?)));
        let there: Vec<(&str, Vec<Written<'_>>)> = there.collect();
        let placeholders = merge::placeholders(there.iter().flat_map(|(_, written)| written));
        let mut names = placeholders.iter();
        let path: String = segments
            .iter()
            .map(|segment| match segment {
                Some(text) => format!("/{text}"),
                None => format!("/{{{}}}", names.next().map_or("", |placeholder| placeholder.name.as_str())),
            })
            .collect();
        let mut item = Map::new();
        item.insert("parameters".into(), placeholders.iter().map(merge::Placeholder::parameter).collect());
        for (method, written) in there {
            item.insert(method.into(), merge::one(method, &segments, written, &mut taken));
        }
        if placeholders.is_empty() {
            item.shift_remove("parameters");
        }
        paths.insert(path, Value::Object(item));
    }
    Value::Object(paths)
}

/// The errors that operations name, by their names.
fn catalog_of_errors(view: &View<'_>, named: &BTreeSet<&str>) -> Value {
    let known = view.api.errors.iter().filter(|error| named.contains(error.name.as_str()) && view.has(&error.availability));
    known.map(|error| (error.name.clone(), error_info(error))).collect::<Map<_, _>>().into()
}

fn error_info(error: &ErrorInfo) -> Value {
    let mut value = json!({"code": error.code});
    for (key, said) in [
        ("code_end", json!(error.code_end)),
        ("subcode", json!(error.subcode)),
        ("title", json!(error.title)),
        ("category", json!(error.category)),
        ("retry", json!(error.retry)),
        ("executed", json!(error.executed)),
        ("cause", json!(error.cause)),
        ("remedy", json!(error.remedy)),
        ("page", json!(error.page)),
        ("presence", presence(&error.availability)),
    ] {
        put(&mut value, key, said);
    }
    value
}

/// Sets a member, unless its value says nothing.
fn put(value: &mut Value, key: &str, said: Value) {
    let says_nothing = match &said {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    if let (Value::Object(members), false) = (value, says_nothing) {
        members.insert(key.into(), said);
    }
}

/// Since when and until when, with the keys of the catalog; nothing of what has always been there.
fn presence(presence: &Availability) -> Value {
    let mut said = availability(presence);
    if let Value::Object(members) = &mut said {
        members.retain(|_, value| !value.is_null());
    }
    put(&mut said, "back", presence.back.and_then(crate::model::Bound::version).map(|version| version.to_string()).into());
    put(&mut said, "back_day", presence.back.and_then(crate::model::Bound::day).map(|day| day.to_string()).into());
    put(&mut said, "instead", presence.instead.clone().into());
    said
}

/// Adds what is said of the presence of an item.
fn put_presence(view: &View<'_>, value: &mut Value, of: &Availability) {
    if of.is_deprecated(view.moment()) {
        put(value, "deprecated", true.into());
    }
    put(value, "x-presence", presence(of));
}

/// `with a PIN` as `with-a-pin`: a key that no tool has to escape.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for word in title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word.to_lowercase());
    }
    slug
}
