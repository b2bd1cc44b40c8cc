//! Takes versions out of a spec, as if they had not come out yet, and what evidence says came with them.

use std::collections::BTreeSet;

use graph_codegen::{
    Diagnostic, check,
    diagnostic::{Code, Place},
    evidence::VERSION_MARK,
    model::Version,
    parse::{self, FACTS, Sources},
};
use serde_json::{Map, Value};

use crate::spec::Spec;

/// The spec without its newest version, and what was removed, a line each.
pub fn without_newest(spec: &Spec, newest: Version) -> (Spec, String) {
    without(spec, &[newest], &BTreeSet::new())
}

/// The spec without these versions and without these items, which are named as the `at` of a quirk would lead to them; and what was removed.
pub fn without(spec: &Spec, newer: &[Version], items: &BTreeSet<String>) -> (Spec, String) {
    let newer: BTreeSet<String> = newer.iter().map(ToString::to_string).collect();
    let mut strip = Strip { newer, items: items.clone(), dropped: BTreeSet::new(), settled: Vec::new(), steps: String::new() };
    let mut files = trees(spec);
    let holds_items = |path: &str| path.starts_with("types/") || path.starts_with("nodes/") || path == "errors.yaml";
    for (path, tree) in files.iter_mut().filter(|(path, _)| holds_items(path)) {
        strip.file(path, tree);
    }
    // References can be in any file, so they are searched for once everything is removed.
    for (path, tree) in &mut files {
        match path.as_str() {
            "versions.yaml" => tree["versions"].as_object_mut().unwrap().retain(|version, _| !strip.newer.contains(version)),
            "quirks.yaml" => {}
            _ if path.starts_with("evidence/") => {}
            _ => strip.references(&start(path, tree), tree),
        }
    }
    strip.unused(&mut files);
    files.iter_mut().filter(|(path, _)| path == "quirks.yaml").for_each(|(_, tree)| strip.quirks(tree));
    let facts: Vec<(String, String)> =
        spec.0.iter().filter(|(path, _)| path.ends_with(FACTS)).map(|(path, text)| (path.clone(), strip.facts(text))).collect();
    // A source that is about none of the versions is no source yet.
    let about_some = |path: &str| {
        facts
            .iter()
            .any(|(other, text)| other.strip_suffix(FACTS) == path.strip_suffix(".yaml") && text.contains(&format!("\n{VERSION_MARK}")))
    };
    files.retain(|(path, _)| !path.starts_with("evidence/") || about_some(path));
    // What is left out is left out of the newest version that a source is about.
    files.retain(|(path, _)| path != "coverage.yaml");
    let written = |files: &[(String, Value)]| {
        let text = |(path, tree): &(String, Value)| (path.clone(), format!("{}\n{}", spec.0[path].lines().next().unwrap(), yaml(tree, 0)));
        let facts = facts.iter().filter(|(path, _)| about_some(&path.replace(FACTS, ".yaml"))).cloned();
        Spec(files.iter().map(text).chain(facts).collect())
    };
    let needless = needless(&written(&files));
    files.iter_mut().for_each(|(path, tree)| strip.forget(path, tree, &needless));
    let stripped = written(&files);
    (stripped, strip.steps)
}

/// The files as JSON, which is YAML too.
fn trees(spec: &Spec) -> Vec<(String, Value)> {
    let yaml = spec.0.iter().filter(|(path, _)| path.ends_with(".yaml"));
    let sources = Sources::from_texts(yaml.map(|(path, text)| (path.as_str(), text.as_str())));
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
    newer: BTreeSet<String>,
    /// What goes, whatever its `since`.
    items: BTreeSet<String>,
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

    fn is_newer(&self, version: &Value) -> bool {
        version.as_str().is_some_and(|version| self.newer.contains(version))
    }

    /// The facts up to the first of the versions: each version says what changed from the one before.
    fn facts(&self, text: &str) -> String {
        let mut kept = true;
        let mut left = String::new();
        for line in text.lines() {
            if let Some(version) = line.strip_prefix(VERSION_MARK) {
                kept &= !self.newer.contains(version);
            }
            if kept {
                left.push_str(&format!("{line}\n"));
            }
        }
        left
    }

    fn file(&mut self, path: &str, tree: &mut Value) {
        let at = start(path, tree);
        self.item(&at, tree.as_object_mut().unwrap());
    }

    /// Removes from an item what the newest version added, removed and changed.
    fn item(&mut self, at: &str, item: &mut Map<String, Value>) {
        for end in ["deprecated", "removed"] {
            let Some(value) = item.get_mut(end) else { continue };
            if value.get("back").is_some_and(|back| self.is_newer(back)) {
                value.as_object_mut().unwrap().shift_remove("back");
                self.drop(&format!("{at}.{end}.back"), "does not come back yet");
            } else if self.is_newer(value) || value.get("at").is_some_and(|at| self.is_newer(at)) {
                item.shift_remove(end);
                self.drop(&format!("{at}.{end}"), "does not end yet");
            }
        }
        let below: Vec<String> = item.keys().filter(|key| *key != "examples").cloned().collect();
        for key in below {
            let at = below_at(at, &key);
            let value = &mut item[&key];
            // What a version has at once came to the others on a day.
            if let Some(since) = value.get_mut("since")
                && since.get("at").is_some_and(|at| self.is_newer(at))
            {
                *since = since["on"].clone();
            }
            if value.get("since").is_some_and(|since| self.is_newer(since)) || self.items.contains(&at) {
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
        let last = tiles.iter().position(|tile| tile.get("until").is_some_and(|until| self.is_newer(until)))?;
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
        let no_error = |strip: &Self, name: &Value| {
            let of_error = |at: &&String| at.starts_with("errors.") && at.rsplit_once('.').is_some_and(|(_, last)| *name == last);
            strip.dropped.iter().any(|at| of_error(&at))
        };
        let mut later = Vec::new();
        if let Some(Value::Array(errors)) = item.get_mut("errors") {
            errors.retain(|error| {
                let is_later = error.get("since").is_some_and(|since| self.is_newer(since));
                later.extend(is_later.then(|| error["error"].clone()));
                !is_later && !no_error(self, error.get("error").unwrap_or(error))
            });
        }
        if let Some(Value::Array(examples)) = item.get_mut("examples") {
            examples.retain(|example| !no_error(self, &example["error"]) && !later.contains(&example["error"]));
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
        versions.retain(|version| !self.is_newer(version));
        !versions.is_empty()
    }

    /// Removes types that were only used by removed items, and then those that were only used by these.
    fn unused(&mut self, files: &mut [(String, Value)]) {
        loop {
            // That a source of evidence has a name for a type is no use of it.
            let used: BTreeSet<String> =
                files.iter().filter(|(path, _)| !path.starts_with("evidence/")).flat_map(|(_, tree)| words(tree)).collect();
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

    /// Removes habits and quirks that explain nothing, and how a type is constructed that no parameter sends.
    fn forget(&mut self, path: &str, tree: &mut Value, needless: &BTreeSet<(String, String)>) {
        let gone = |text: &str| needless.contains(&(path.to_owned(), text.to_owned()));
        if path == "quirks.yaml" {
            tree["quirks"].as_array_mut().unwrap().retain(|quirk| !gone(quirk["at"].as_str().unwrap()));
        }
        if let (true, Some(Value::Object(types))) = (path.starts_with("types/"), tree.get_mut("types")) {
            for (name, item) in types.iter_mut().filter(|(name, _)| gone(name)) {
                item.as_object_mut().unwrap().remove("args");
                self.drop(&format!("types.{name}.args"), "no parameter sends one yet");
            }
        }
        if !path.starts_with("evidence/") {
            return;
        }
        if let Some(Value::Object(names)) = tree.get_mut("names") {
            names.retain(|name, _| !gone(name));
        }
        for list in ["silences", "omissions"] {
            let Some(Value::Array(habits)) = tree.get_mut(list) else { continue };
            habits.retain_mut(|habit| match &mut habit["of"] {
                Value::Array(patterns) => {
                    patterns.retain(|pattern| !gone(pattern.as_str().unwrap()));
                    !patterns.is_empty()
                }
                pattern => !gone(pattern.as_str().unwrap()),
            });
        }
        self.steps.push_str(
            &needless
                .iter()
                .filter(|(of, _)| of == path)
                .map(|(path, text)| format!("  {path}: `{text}` explains nothing yet\n"))
                .collect::<String>(),
        );
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

/// Whether a string somewhere in a value is this one, or this one with what Graph is to read below it.
fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '{', '('])),
        Value::Array(items) => items.iter().any(|item| mentions(item, name)),
        Value::Object(map) => map.iter().any(|(key, value)| key == name || mentions(value, name)),
        _ => false,
    }
}

/// Habits, quirks and constructors that were for what is gone: `check` names them. By file, what they are about.
fn needless(spec: &Spec) -> BTreeSet<(String, String)> {
    let sources = Sources::from_texts(spec.0.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (_, problems) = check::check(&sources);
    let of = |problem: &Diagnostic| {
        let Place::Span(span) = problem.at else { return None };
        let source = sources.file(span.file);
        if problem.code == Code::Misplaced {
            let name = source.path.starts_with("types/").then(|| problem.message.split('`').nth(1)).flatten()?;
            return Some((source.path.clone(), name.to_owned()));
        }
        let text = &source.text[span.start..span.end];
        Some((source.path.clone(), serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())))
    };
    problems
        .iter()
        .filter(|problem| matches!(problem.code, Code::UnusedHabit | Code::UnneededQuirk | Code::Misplaced))
        .filter_map(of)
        .collect()
}

/// A value as YAML in lines; texts are quoted as in JSON.
fn yaml(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let below = |value: &Value| match value {
        Value::Object(map) if !map.is_empty() => format!("\n{}", yaml(value, depth + 1)),
        Value::Array(items) if !items.is_empty() => format!("\n{}", yaml(value, depth + 1)),
        other => format!(" {other}\n"),
    };
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| format!("{indent}{}:{}", Value::from(key.as_str()), below(value))).collect(),
        Value::Array(items) => items
            .iter()
            .map(|item| {
                let lines = below(item);
                // The first line of a mapping is beside its dash.
                format!("{indent}- {}", lines.trim_start_matches('\n').trim_start())
            })
            .collect(),
        other => format!("{indent}{other}\n"),
    }
}
