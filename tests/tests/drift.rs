//! What comes with a version of Graph is found by `cargo xtask drift`, and mostly written: measured on the steps from version to version that evidence knows.
//!
//! For each step the spec is taken back to the older version: without what has `since` a newer one, and without what the evidence has for the first time
//! after it. Then drift is asked about the newer one. What it names and writes is compared with what the evidence says came and went.
//!
//! Meta's files are made from the evidence. `GRAPH_SDK=DIR cargo test -p contract-tests --test drift` takes Meta's own, a folder a version:
//! `DIR/v24.0/api_specs/specs`; `GRAPH_STEPS='v22.0:v24.0 v21.0:v25.0'` chooses other steps, and `GRAPH_STEPS=all` all of them, over several versions too.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

#[path = "drill/spec.rs"]
#[allow(dead_code, reason = "the drill uses the rest")]
mod spec;
#[path = "drill/strip.rs"]
#[allow(dead_code, reason = "the drill uses the rest")]
mod strip;
#[path = "drill/workspace.rs"]
#[allow(dead_code, reason = "the drill uses the rest")]
mod workspace;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use graph_codegen::{
    Diagnostic, Report,
    ast::{EvidenceDecl, Spec as Ast},
    check,
    drift::{Drift, drift, write},
    evidence::{self, Facts, Record, path_of},
    language::{bound::Day, type_expr::TypeExpr},
    model::Version,
    parse::{FACTS, Sources},
};
use serde_json::{Value, json};

use crate::{
    spec::Spec,
    workspace::{put, root, scratch},
};

const SOURCE: &str = "sdk";

#[test]
fn what_comes_with_a_version_is_named_and_written() {
    let whole = Spec::read(&root().join("spec"));
    let mut failures = Vec::new();
    for (older, newer) in steps(&whole) {
        let step = Step::take(&whole, older, newer);
        let measured = step.measure();
        println!("{measured}");
        if !measured.is_enough() {
            failures.push(measured.to_string());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The steps to measure: from each version that evidence knows to the next, or to every later one.
fn steps(spec: &Spec) -> Vec<(Version, Version)> {
    let version = |text: &str| Version::parse(text).unwrap_or_else(|| panic!("`{text}` is not a version"));
    let chosen = std::env::var("GRAPH_STEPS").ok();
    if let Some(chosen) = chosen.as_ref().filter(|chosen| *chosen != "all") {
        let pair = |text: &str| text.split_once(':').map(|(older, newer)| (version(older), version(newer)));
        return chosen.split_whitespace().map(|step| pair(step).expect("a step is `v22.0:v23.0`")).collect();
    }
    let window = check::check(&sources(spec)).0.window();
    let known: Vec<Version> = record(spec).versions().collect();
    // Of what comes after the window no one has compared yet what the spec says of it.
    let further = if chosen.is_some() { known.len() } else { 1 };
    let from = |(at, older): (usize, &Version)| known[at + 1..].iter().take(further).map(|newer| (*older, *newer)).collect::<Vec<_>>();
    known.iter().enumerate().filter(|(_, older)| window.contains(older)).flat_map(from).collect()
}

fn record(spec: &Spec) -> Record {
    let sources = sources(spec);
    let path = format!("evidence/{SOURCE}{FACTS}");
    let (id, file) = sources.iter().find(|(_, source)| source.path == path).expect("the spec has evidence");
    Record::parse(id, &file.text).0
}

fn sources(spec: &Spec) -> Sources {
    Sources::from_texts(spec.0.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn source(spec: &Ast) -> &EvidenceDecl {
    spec.evidence.iter().find(|source| source.name == SOURCE).expect("the source is described")
}

/// What Meta publishes about a version: its own files, or files made from the evidence.
fn published(spec: &Spec, version: Version) -> Facts {
    let dir = match std::env::var_os("GRAPH_SDK") {
        Some(dir) => PathBuf::from(dir).join(version.to_string()),
        None => {
            let dir = scratch("drift").join(version.to_string());
            if dir.exists() {
                fs::remove_dir_all(&dir).unwrap();
            }
            published_from(&record(spec).at(version).expect("evidence knows the version"), &dir);
            dir
        }
    };
    evidence::sdk(&dir).unwrap()
}

/// What can be done with a node, by edge and method, and its fields.
type Node = (BTreeMap<(String, String), Value>, Vec<Value>);

/// Writes facts in the format that Meta publishes.
fn published_from(facts: &Facts, dir: &Path) {
    let mut nodes: BTreeMap<&str, Node> = BTreeMap::new();
    let mut enums = Vec::new();
    let typed = |key: &str, says: &str, enums: &mut Vec<Value>| {
        let prefix = format!("{key} = ");
        let values: Vec<&str> = facts.range(prefix.clone()..).map_while(|(key, _)| key.strip_prefix(&prefix)).collect();
        let name = key.to_lowercase().replace([' ', '/'], "_");
        if !values.is_empty() {
            enums.push(json!({"name": name, "values": values}));
        }
        json!(says.replace("enum", &name))
    };
    for (key, says) in facts.iter().filter(|(key, _)| !key.contains(" = ")) {
        let words: Vec<&str> = key.split(' ').collect();
        let (node, edge) = words[0].split_once('/').unwrap_or((words[0], ""));
        let (apis, fields) = nodes.entry(node).or_default();
        if words[1] == "field" {
            fields.push(json!({"name": words[2], "type": typed(key, says, &mut enums)}));
            continue;
        }
        let api = apis.entry((edge.to_owned(), words[1].to_owned())).or_insert_with(|| {
            let mut api = json!({"method": words[1], "return": "Object", "params": []});
            if edge.is_empty() {
                api["name"] = json!("#node")
            } else {
                api["endpoint"] = json!(edge)
            }
            api
        });
        match words.get(2) {
            Some(&"returns") => api["return"] = json!(says),
            Some(&"param") => {
                let (ty, must) = says.rsplit_once(' ').unwrap();
                let param = json!({"name": words[3], "required": must == "required", "type": typed(key, ty, &mut enums)});
                api["params"].as_array_mut().unwrap().push(param);
            }
            _ => {}
        }
    }
    for (node, (apis, fields)) in nodes {
        let apis: Vec<Value> = apis.into_values().collect();
        put(&dir.join(format!("{node}.json")), &json!({"apis": apis, "fields": fields}).to_string());
    }
    put(&dir.join("enum_types.json"), &Value::from(enums).to_string());
}

/// A spec as it was at a version, and what came with the next one.
struct Step {
    older: Version,
    newer: Version,
    spec: Spec,
    facts: Facts,
    /// What is said of the newer version and not of the older one, and the reverse, under the spec's names.
    changes: BTreeSet<String>,
    steps: String,
}

impl Step {
    fn take(whole: &Spec, older: Version, newer: Version) -> Self {
        let (ast, _) = check::check(&sources(whole));
        let of_source = source(&ast);
        let kept = |version| evidence::recorded(&published(whole, version), &ast, of_source);
        let (before, after) = (kept(older), kept(newer));
        let under = |key: &str| under(key, of_source);
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let changed: Vec<&String> = keys.into_iter().filter(|key| before.get(*key) != after.get(*key)).collect();
        let first: BTreeSet<String> = changed
            .iter()
            .filter(|key| !before.contains_key(**key))
            .flat_map(|key| items(&ast, &under(key), Some(&before), of_source))
            .collect();
        // What neither the older spec nor the newer version has differs in nothing.
        let later: Vec<Version> =
            ast.versions.iter().map(|decl| decl.version.value).chain(record(whole).versions()).filter(|version| *version > older).collect();
        let (mut spec, steps) = strip::without(whole, &later, &first);
        with_versions(&mut spec, older, newer, whole);
        let (stripped, _) = check::check(&sources(&spec));
        // Of what was left as it is the spec says the same at every version: there is nothing to do.
        let untouched = |key: &str| {
            let at = items(&stripped, key, None, of_source);
            !at.is_empty() && at.iter().all(|at| !steps.contains(&format!("  {at}")))
        };
        let differs = |key: &&&String| {
            let known = before.get(**key).is_some_and(|says| says == "named");
            !known && (!untouched(&under(key)) || !after.contains_key(**key))
        };
        let changes = changed.iter().filter(differs).map(|key| under(key)).collect();
        Self { older, newer, spec, facts: published(whole, newer), changes, steps }
    }

    fn measure(&self) -> Measured {
        let (texts, read) = (sources(&self.spec), check::check(&sources(&self.spec)).0);
        let mut found = drift(&texts, &read, source(&read), self.newer, &self.facts);
        let missed: Vec<String> = self.changes.iter().filter(|key| !names(&found, key)).cloned().collect();
        let outputs = write(&mut found, &texts, source(&read), &self.facts);
        let mut after = self.spec.clone();
        after.0.extend(outputs.into_iter().map(|output| (output.path, output.text)));
        after.write(&format!("drift-{}", self.newer));
        let filled = Spec(after.0.iter().map(|(path, text)| (path.clone(), filled(text))).collect());
        let texts = sources(&filled);
        let (read, problems) = check::check(&texts);
        let errors: Vec<Diagnostic> = problems.into_iter().filter(Diagnostic::is_error).collect();
        let left = drift(&texts, &read, source(&read), self.newer, &self.facts);
        let still: Vec<&String> = self.changes.iter().filter(|key| names(&left, key)).collect();
        let problems = if errors.is_empty() { String::new() } else { Report::new(texts, errors).render("spec", false) };
        let by_hand = found.findings.iter().filter(|finding| !finding.written);
        Measured {
            step: format!("{} to {}", self.older, self.newer),
            changes: self.changes.len(),
            named: self.changes.len() - missed.len(),
            written: self.changes.len() - missed.len() - still.iter().filter(|key| !missed.contains(key)).count(),
            findings: (found.findings.len(), left.findings.len()),
            missed,
            by_hand: by_hand.map(|finding| format!("{}: {}", finding.what, finding.by_hand.as_deref().unwrap_or("not written"))).collect(),
            problems,
            steps: self.steps.clone(),
        }
    }
}

/// A key under the spec's name for the node.
fn under(key: &str, source: &EvidenceDecl) -> String {
    let node = key.split([' ', '/']).next().unwrap();
    format!("{}{}", source.known_as(node), &key[node.len()..])
}

/// The items of the spec that are about a fact, as the `at` of a quirk would lead to them; with the facts of before, those that came with it alone.
fn items(spec: &Ast, key: &str, before: Option<&Facts>, source: &EvidenceDecl) -> Vec<String> {
    let words: Vec<&str> = key.split(' ').collect();
    let value = key.split_once(" = ").map(|(_, value)| value);
    // The type of a parameter or field that is new goes with it.
    let was = |key: &str| before.is_none_or(|before| before.keys().any(|other| under(other, source) == key));
    let holder_is_new = key.split_once(" = ").is_some_and(|(holder, _)| !was(holder));
    let enum_of = |ty: &str| {
        if holder_is_new {
            return Vec::new();
        }
        let names: Vec<String> =
            TypeExpr::parse(ty).map(|ty| ty.names().iter().map(|(name, _)| (*name).to_owned()).collect()).unwrap_or_default();
        let value = value.unwrap();
        // A value of an enum that something else had before was there before.
        let of_value = |other: &&String| other.ends_with(&format!(" = {value}"));
        let shared = before.is_some_and(|before| {
            before.keys().filter(of_value).any(|other| enum_names(spec, other, source).iter().any(|name| names.contains(name)))
        });
        if shared { Vec::new() } else { names.iter().map(|name| format!("types.{name}.enum.{value}")).collect::<Vec<_>>() }
    };
    match words.as_slice() {
        [node, "field", name, ..] => {
            let fields = spec.node(node).map(|node| (format!("{}.fields", node.name), &node.fields));
            let Some((at, fields)) = fields.or_else(|| match spec.named_type(node)?.def.as_ref()? {
                graph_codegen::ast::TypeDefDecl::Object(object) => Some((format!("types.{node}.object"), &object.fields)),
                _ => None,
            }) else {
                return Vec::new();
            };
            let Some(field) = fields.iter().find(|field| field.name.value == *name) else { return Vec::new() };
            if value.is_some() { enum_of(&field.ty.newest) } else { vec![format!("{at}.{name}")] }
        }
        [path, method, rest @ ..] => {
            let on_path = spec.operations().filter(|(home, _)| path_of(*home) == format!("{path} {method}"));
            on_path
                .flat_map(|(_, operation)| match rest {
                    [] | ["named"] => vec![operation.id.clone()],
                    ["returns"] if !was(key) => vec![operation.id.clone()],
                    ["param", name, ..] => match operation.params.iter().find(|param| param.name.value == *name) {
                        Some(param) if value.is_some() => enum_of(&param.ty.newest),
                        Some(_) => vec![format!("{}.params.{name}", operation.id)],
                        None => Vec::new(),
                    },
                    _ => Vec::new(),
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The enums that the values of a fact are in.
fn enum_names(spec: &Ast, key: &str, source: &EvidenceDecl) -> Vec<String> {
    let words: Vec<&str> = key.split(' ').collect();
    let node = source.known_as(words[0].split('/').next().unwrap());
    let ty = match words.as_slice() {
        [_, "field", name, ..] => {
            spec.node(node).and_then(|node| node.fields.iter().find(|field| field.name.value == *name)).map(|field| &field.ty.newest)
        }
        [path, method, "param", name, ..] => {
            let on_path = spec.operations().find(|(home, _)| path_of(*home) == format!("{path} {method}"));
            on_path.and_then(|(_, operation)| operation.params.iter().find(|param| param.name.value == *name)).map(|param| &param.ty.newest)
        }
        _ => None,
    };
    ty.and_then(|ty| TypeExpr::parse(ty)).map(|ty| ty.names().iter().map(|(name, _)| (*name).to_owned()).collect()).unwrap_or_default()
}

/// Adds the version to the window, and those that are between: a window has no hole. A version is released when the whole spec says, or else on the day
/// after the newest: what came to every version on a later day is not in Meta's files about it.
fn with_versions(spec: &mut Spec, older: Version, newer: Version, whole: &Spec) {
    let known = check::check(&sources(whole)).0.versions;
    let released = |version: &Version| known.iter().find(|decl| decl.version.value == *version).map(|decl| decl.released.value.clone());
    let newest = known.iter().filter_map(|decl| Day::parse(&decl.released)).max().expect("there is a window");
    let mut added: Vec<Version> = known.iter().map(|decl| decl.version.value).filter(|known| older < *known && *known < newer).collect();
    added.push(newer);
    added.sort();
    let text = spec.0.get_mut("versions.yaml").unwrap();
    for version in added {
        let released = released(&version).unwrap_or_else(|| newest.after().to_string());
        // What was published about those between is not asked about.
        let evidence = if version == newer { "" } else { "    \"evidence\": \"none published\"\n" };
        let line = format!("  \"{version}\":\n    \"released\": \"{released}\"\n{evidence}");
        let at = text.find("\"versions\":\n").expect("there is a window") + "\"versions\":\n".len();
        text.insert_str(at, &line);
    }
}

/// Whether a finding is about a fact: about it, what it is a part of, or what it says of it.
fn names(drift: &Drift, key: &str) -> bool {
    drift
        .findings
        .iter()
        .flat_map(|finding| &finding.facts)
        .any(|fact| fact == key || *fact == format!("{key} required") || *fact == format!("{key} type"))
}

/// With a text in each empty place for a description.
fn filled(text: &str) -> String {
    text.lines().map(|line| if line.trim() == "doc:" { format!("{line} A placeholder.\n") } else { format!("{line}\n") }).collect()
}

struct Measured {
    step: String,
    changes: usize,
    named: usize,
    written: usize,
    /// Before and after writing.
    findings: (usize, usize),
    missed: Vec<String>,
    by_hand: Vec<String>,
    problems: String,
    steps: String,
}

impl Measured {
    fn is_enough(&self) -> bool {
        self.named * 100 >= self.changes * 95
            && self.written * 100 >= self.changes * 80
            && self.findings.1 * 100 <= self.findings.0 * 20
            && self.problems.is_empty()
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |part: usize| (part * 100).checked_div(self.changes).unwrap_or(100);
        let (before, after) = self.findings;
        writeln!(
            f,
            "{}: of {} changes {} are named ({} %) and {} written ({} %); {before} findings, {after} after writing",
            self.step,
            self.changes,
            self.named,
            percent(self.named),
            self.written,
            percent(self.written)
        )?;
        self.missed.iter().try_for_each(|key| writeln!(f, "  not named: {key}"))?;
        self.by_hand.iter().try_for_each(|finding| writeln!(f, "  by hand: {finding}"))?;
        write!(f, "{}", self.problems)?;
        if !self.is_enough() {
            write!(f, "  What was removed first:\n{}", self.steps)?;
        }
        Ok(())
    }
}
