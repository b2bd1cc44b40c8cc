//! Takes the newest version out of a spec, as if it had not come out yet.

use std::collections::BTreeSet;

use graph_codegen::{
    model::Version,
    parse::{self, Sources},
};
use serde_json::{Map, Value};

use crate::spec::Spec;

/// The spec without its newest version, and what was removed, a line each.
pub fn without_newest(spec: &Spec, newest: Version) -> (Spec, String) {
    let mut strip = Strip { newest: newest.to_string(), dropped: BTreeSet::new(), settled: Vec::new(), steps: String::new() };
    let mut files = trees(spec);
    for (path, tree) in files.iter_mut().filter(|(path, _)| path.starts_with("types/") || path.starts_with("nodes/")) {
        strip.file(path, tree);
    }
    // References can be in any file, so they are searched for once everything is removed.
    for (path, tree) in &mut files {
        match path.as_str() {
            "versions.yaml" => drop(tree["versions"].as_object_mut().unwrap().shift_remove(&strip.newest)),
            "quirks.yaml" => {}
            _ => strip.references(&start(path, tree), tree),
        }
    }
    strip.unused(&mut files);
    files.iter_mut().filter(|(path, _)| path == "quirks.yaml").for_each(|(_, tree)| strip.quirks(tree));
    let files = files.into_iter().map(|(path, tree)| {
        let comment = spec.0[&path].lines().next().unwrap();
        let text = format!("{comment}\n{}\n", serde_json::to_string_pretty(&tree).unwrap());
        (path, text)
    });
    (Spec(files.collect()), strip.steps)
}

/// The files as JSON, which is YAML too.
fn trees(spec: &Spec) -> Vec<(String, Value)> {
    let sources = Sources::from_texts(spec.0.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let mut problems = Vec::new();
    let tree = |(id, source)| parse::tree(id, source, &mut problems).unwrap().json();
    let trees: Vec<Value> = sources.iter().map(tree).collect();
    assert!(problems.is_empty(), "the spec does not parse");
    sources.iter().map(|(_, source)| source.path.clone()).zip(trees).collect()
}

/// Where a quirk's `at` starts for the items of a file.
fn start(path: &str, tree: &Value) -> String {
    match (tree["node"].as_str(), tree["edge"].as_str()) {
        _ if path.starts_with("types/") => String::new(),
        (Some(node), Some(edge)) => format!("{node}.{edge}"),
        (node, _) => node.unwrap_or_default().into(),
    }
}

struct Strip {
    newest: String,
    /// What is gone, as the `at` of a quirk would lead to it.
    dropped: BTreeSet<String>,
    /// What no longer changes, and what it has been all along.
    settled: Vec<(String, Value)>,
    steps: String,
}

impl Strip {
    fn drop(&mut self, at: &str, what: &str) {
        self.steps.push_str(&format!("  {at}: {what}\n"));
        self.dropped.insert(at.into());
    }

    fn file(&mut self, path: &str, tree: &mut Value) {
        let at = start(path, tree);
        self.item(&at, tree.as_object_mut().unwrap());
    }

    /// Removes from an item what the newest version added, removed and changed.
    fn item(&mut self, at: &str, item: &mut Map<String, Value>) {
        for end in ["deprecated", "removed"] {
            let Some(value) = item.get_mut(end) else { continue };
            if value.get("back").is_some_and(|back| *back == self.newest) {
                value.as_object_mut().unwrap().shift_remove("back");
                self.drop(&format!("{at}.{end}.back"), "does not come back yet");
            } else if *value == self.newest || value.get("at").is_some_and(|at| *at == self.newest) {
                item.shift_remove(end);
                self.drop(&format!("{at}.{end}"), "does not end yet");
            }
        }
        let below: Vec<String> = item.keys().filter(|key| *key != "examples").cloned().collect();
        for key in below {
            let at = below_at(at, &key);
            let value = &mut item[&key];
            if value.get("since").is_some_and(|since| *since == self.newest) {
                item.shift_remove(&key);
                self.drop(&at, "is not there yet");
            } else if let Some(tile) = self.tile(value) {
                self.steps.push_str(&format!("  {at}: does not change yet\n"));
                if let Some(settled) = tile {
                    *value = settled.clone();
                    self.settled.push((at, settled));
                }
            } else if let Value::Object(below) = value {
                self.item(&at, below);
            }
        }
    }

    /// Drops tiles that begin with the newest version: nothing if there is none, and what the attribute is if but one tile is left.
    fn tile(&self, value: &mut Value) -> Option<Option<Value>> {
        let tiles = value.as_array_mut()?;
        let last = tiles.iter().position(|tile| tile.get("until").is_some_and(|until| *until == self.newest))?;
        tiles.truncate(last + 1);
        tiles[last].as_object_mut().unwrap().shift_remove("until");
        Some((last == 0).then(|| tiles[0]["is"].clone()))
    }

    /// Removes the names of removed items, and examples that use them.
    fn references(&mut self, at: &str, tree: &mut Value) {
        let Value::Object(item) = tree else { return };
        let gone = |strip: &Self, at: &str, name: &Value| name.as_str().is_some_and(|name| strip.dropped.contains(&format!("{at}.{name}")));
        for (list, within) in [("args", "params"), ("args", "object")] {
            if let Some(Value::Array(names)) = item.get_mut(list) {
                names.retain(|name| !gone(self, &format!("{at}.{within}"), name));
            }
        }
        if let Some(Value::Array(names)) = item.get_mut("fields") {
            let fields: BTreeSet<&str> = self.dropped.iter().filter_map(|at| at.split_once(".fields.")).map(|(_, field)| field).collect();
            names.retain(|name| !name.as_str().is_some_and(|name| fields.contains(name)));
        }
        if let Some(ty) = item.get("type").and_then(Value::as_str).map(|ty| ty.trim_start_matches("list<").trim_end_matches('>').to_owned())
        {
            for list in ["only", "except"] {
                if let Some(Value::Array(names)) = item.get_mut(list) {
                    names.retain(|name| !gone(self, &format!("types.{ty}.enum"), name));
                }
                if item.get(list) == Some(&Value::Array(Vec::new())) {
                    item.shift_remove(list);
                }
            }
        }
        let params: BTreeSet<String> =
            self.dropped.iter().filter_map(|dropped| dropped.strip_prefix(&format!("{at}.params."))).map(String::from).collect();
        let returned: Vec<String> = item.get("returns").map(words).unwrap_or_default();
        if let Some(Value::Array(rules)) = item.get_mut("rules") {
            rules.retain(|rule| !params.iter().any(|param| mentions(rule, param)));
        }
        if let Some(Value::Array(examples)) = item.get_mut("examples") {
            examples.retain_mut(|example| {
                let kept = self.example(example, &params, &returned);
                if !kept {
                    self.steps.push_str(&format!(
                        "  {at}: the example `{}` is of the newest version\n",
                        example["title"].as_str().unwrap_or_default()
                    ));
                }
                kept
            });
        }
        for (key, value) in item.iter_mut().filter(|(key, _)| *key != "examples") {
            self.references(&below_at(at, key), value);
        }
    }

    /// Whether an example is one of an older version.
    fn example(&self, example: &mut Value, params: &BTreeSet<String>, returned: &[String]) -> bool {
        let call = example["call"].as_object().cloned().unwrap_or_default();
        let is_of = |(owner, name): (&str, &str)| {
            (owner.ends_with(".enum") || returned.iter().any(|ty| owner == format!("{ty}.fields"))).then(|| name.to_owned())
        };
        let names: Vec<String> = self.dropped.iter().filter_map(|at| at.rsplit_once('.').and_then(is_of)).collect();
        if call.keys().any(|param| params.contains(param)) || names.iter().any(|name| call.values().any(|value| mentions(value, name))) {
            return false;
        }
        let Some(Value::Array(versions)) = example.get_mut("versions") else { return true };
        versions.retain(|version| *version != self.newest);
        !versions.is_empty()
    }

    /// Removes types that were only used by removed items, and then those that were only used by these.
    fn unused(&mut self, files: &mut [(String, Value)]) {
        loop {
            let used: BTreeSet<String> = files.iter().flat_map(|(_, tree)| words(tree)).collect();
            let types =
                files.iter_mut().filter(|(path, _)| path.starts_with("types/")).map(|(_, tree)| tree["types"].as_object_mut().unwrap());
            let mut unused = Vec::new();
            for types in types {
                unused.extend(types.keys().filter(|name| !used.contains(*name)).cloned());
                types.retain(|name, _| used.contains(name));
            }
            if unused.is_empty() {
                return;
            }
            unused.iter().for_each(|name| self.drop(&format!("types.{name}"), "nothing uses it yet"));
        }
    }

    fn quirks(&mut self, tree: &mut Value) {
        let quirks = tree["quirks"].as_array_mut().unwrap();
        quirks.retain_mut(|quirk| {
            let at = quirk["at"].as_str().unwrap().to_owned();
            if let Some((_, settled)) = self.settled.iter().find(|(settled, _)| *settled == at) {
                quirk["chosen"] = settled.clone();
            }
            let leads_to = |gone: &String| at.strip_prefix(gone.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            let kept = !self.dropped.iter().any(leads_to);
            if !kept {
                self.steps.push_str(&format!("  the quirk at {at}: it is about what is not there yet\n"));
            }
            kept
        });
    }
}

/// Keys that a quirk's `at` does not name.
fn below_at(at: &str, key: &str) -> String {
    match (key, at) {
        ("edges" | "operations", _) => at.into(),
        (_, "") => key.into(),
        _ => format!("{at}.{key}"),
    }
}

/// The names in the type expressions of an item and everything below it; of a string that is an expression, its names.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(expression) => expression.split(|c: char| !c.is_alphanumeric()).map(String::from).collect(),
        Value::Array(items) => items.iter().filter(|item| !item.is_string()).flat_map(words).collect(),
        Value::Object(map) => {
            let is_type = |key: &str, value: &Value| matches!(key, "type" | "returns" | "is" | "members" | "payload") || !value.is_string();
            map.iter().filter(|(key, value)| *key != "examples" && is_type(key, value)).flat_map(|(_, value)| words(value)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a string somewhere in a value is this one.
fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text == name,
        Value::Array(items) => items.iter().any(|item| mentions(item, name)),
        Value::Object(map) => map.iter().any(|(key, value)| key == name || mentions(value, name)),
        _ => false,
    }
}
