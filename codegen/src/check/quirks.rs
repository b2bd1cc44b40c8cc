//! Whether quirks still match the spec: their paths exist, and have the values that they say were chosen.

use std::collections::BTreeSet;

use crate::{
    ast::{QuirkDecl, Spec, Version},
    diagnostic::{Code, Diagnostic},
    language::grammar::{self, ValueKind},
    language::scalar,
    parse::{Kind, Tree},
    read::{self, File, FileKind},
};

/// Looks at every quirk.
pub(super) fn check(spec: &Spec, files: &[File], problems: &mut Vec<Diagnostic>) {
    let places = places(files);
    let window = spec.window();
    // Without any version, that was reported.
    for quirk in spec.quirks.iter().filter(|_| !window.is_empty()) {
        if !window.iter().any(|version| quirk.holds_at(*version)) {
            problems.push(
                stale(quirk, format!("the quirk about `{}` is about no version of the window", quirk.at))
                    .label("`since` and `until` leave none")
                    .help("correct them, or delete the quirk if its versions are retired")
                    .absence_of(quirk.since.iter().chain(&quirk.until).map(ToString::to_string)),
            );
            continue;
        }
        let at = quirk.at.value.as_str();
        let concrete = if at.contains('*') { expand(at, &places) } else { BTreeSet::from([at.to_owned()]) };
        if concrete.is_empty() {
            problems.push(
                stale(quirk, format!("the quirk is about `{at}`, which matches nothing in the spec"))
                    .label("no path in the spec matches this")
                    .help("`*` matches one name between dots; correct `at`, or delete the quirk if what it was about was removed")
                    .absence_of(begins_with(at)),
            );
        }
        problems.extend(concrete.iter().filter_map(|at| places_of(quirk, at, &places, &window).err()).map(|problem| *problem));
    }
}

/// A part of the spec with a name that quirks can start with.
struct Start<'t> {
    name: String,
    tree: &'t Tree,
    shape: &'static ValueKind,
}

/// Every part of the spec that a quirk can start with.
fn places<'t>(files: &'t [File]) -> Vec<Start<'t>> {
    let operations = files.iter().flat_map(read::operation_trees);
    let mut places: Vec<Start<'t>> = operations.map(|(id, tree)| Start { name: id, tree, shape: &OPERATION }).collect();
    for file in files {
        let text = |key: &str| file.tree.get(key).and_then(Tree::text).unwrap_or_default();
        let mut entries = |key: &str, prefix: &str, shape: &'static ValueKind| {
            for entry in file.tree.get(key).map_or(&[][..], Tree::entries) {
                places.push(Start { name: format!("{prefix}.{}", entry.key), tree: &entry.value, shape });
            }
        };
        match file.kind {
            FileKind::Types => entries("types", "types", &TYPE),
            FileKind::Errors => entries("errors", "errors", &ERROR),
            FileKind::Permissions => entries("permissions", "permissions", &PERMISSION),
            FileKind::Versions => {
                entries("versions", "versions", &VERSION);
                entries("retired", "versions", &VERSION);
            }
            FileKind::Node => {
                entries("edges", text("node"), &EDGE);
                places.push(Start { name: text("node").into(), tree: &file.tree, shape: &NODE });
            }
            FileKind::Edge => {
                places.push(Start { name: format!("{}.{}", text("node"), text("edge")), tree: &file.tree, shape: &EDGE_FILE });
            }
            FileKind::Webhook => {
                entries("types", "types", &TYPE);
                places.push(Start { name: format!("webhooks.{}", text("field")), tree: &file.tree, shape: &WEBHOOK });
            }
            FileKind::Quirks | FileKind::Coverage | FileKind::Evidence | FileKind::Surface | FileKind::Webhooks => {}
        }
    }
    places
}

static OPERATION: ValueKind = ValueKind::Object(&grammar::OPERATION);
static TYPE: ValueKind = ValueKind::Object(&grammar::TYPE);
static ERROR: ValueKind = ValueKind::Object(&grammar::ERROR);
static PERMISSION: ValueKind = ValueKind::Object(&grammar::PERMISSION);
static VERSION: ValueKind = ValueKind::Object(&grammar::VERSION);
static EDGE: ValueKind = ValueKind::Object(&grammar::EDGE);
static NODE: ValueKind = ValueKind::Object(&grammar::NODE);
static WEBHOOK: ValueKind = ValueKind::Object(&grammar::WEBHOOK);
static EDGE_FILE: ValueKind = ValueKind::Object(&grammar::EDGE_FILE);

/// Every place that a pattern matches; `*` is one name between dots.
fn expand(pattern: &str, places: &[Start<'_>]) -> BTreeSet<String> {
    let pattern: Vec<&str> = pattern.split('.').collect();
    let mut found = BTreeSet::new();
    for start in places {
        let names: Vec<&str> = start.name.split('.').collect();
        if names.len() <= pattern.len() && names.iter().zip(&pattern).all(|(name, part)| *part == "*" || part == name) {
            walk(start.tree, start.name.clone(), &pattern[names.len()..], &mut found);
        }
    }
    found
}

fn walk(tree: &Tree, path: String, rest: &[&str], found: &mut BTreeSet<String>) {
    let Some((part, rest)) = rest.split_first() else {
        found.insert(path);
        return;
    };
    for entry in tree.entries().iter().filter(|entry| *part == "*" || entry.key == *part) {
        walk(&entry.value, format!("{path}.{}", entry.key), rest, found);
    }
}

/// Follows a quirk's `at` and compares the value there.
fn places_of(quirk: &QuirkDecl, at: &str, places: &[Start<'_>], window: &[Version]) -> Result<(), Box<Diagnostic>> {
    let leads_to = |start: &&Start<'_>| at.strip_prefix(start.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let Some(start) = places.iter().filter(leads_to).max_by_key(|start| start.name.len()) else {
        return Err(Box::new(
            stale(quirk, format!("the quirk is about `{at}`, which the spec does not have"))
                .label("this leads nowhere")
                .suggest(at, places.iter().map(|start| start.name.as_str()))
                .help("`at` starts with an operation's id, a node, `types.X` or `errors.X`, and continues with keys")
                .absence_of(begins_with(at)),
        ));
    };
    let keys = at[start.name.len()..].split('.').filter(|key| !key.is_empty());
    let mut found = Found { tree: Some(start.tree), shape: Some(start.shape), path: start.name.clone() };
    for key in keys {
        found = found.step(key, quirk)?;
    }
    found.compare(quirk, window)
}

/// The names of what a quirk is about: the node and the edge, or the type, the error, the permission, the version.
fn begins_with(at: &str) -> impl Iterator<Item = &str> {
    at.split('.').take(2).filter(|name| !matches!(*name, "*" | "types" | "errors" | "permissions" | "versions" | "fields" | "edges"))
}

fn stale(quirk: &QuirkDecl, message: String) -> Diagnostic {
    Diagnostic::new(Code::StaleQuirk, quirk.at.span, message)
}

/// How far a quirk's `at` has led: to a value, or to a key of the language that the item does not use.
struct Found<'t> {
    tree: Option<&'t Tree>,
    shape: Option<&'static ValueKind>,
    path: String,
}

impl Found<'_> {
    fn step(self, key: &str, quirk: &QuirkDecl) -> Result<Self, Box<Diagnostic>> {
        let path = format!("{}.{key}", self.path);
        let in_language = self.shape.and_then(|shape| shape_below(shape, key));
        let tree = self.tree.and_then(|tree| tree.get(key).or_else(|| tree.items().get(key.parse::<usize>().ok()?)));
        let known = in_language.as_ref().is_some_and(|(_, is_key)| *is_key);
        if tree.is_none() && !(known && self.tree.is_some()) {
            let here: Vec<&str> = self.tree.map(Tree::entries).unwrap_or_default().iter().map(|entry| entry.key.as_str()).collect();
            return Err(Box::new(
                stale(quirk, format!("the quirk is about `{}`, but `{}` has no `{key}`", quirk.at, self.path))
                    .label("this leads nowhere")
                    .suggest(key, here)
                    .help("correct `at`, or delete the quirk if what it was about was removed")
                    .absence_of(begins_with(&quirk.at).chain([key])),
            ));
        }
        Ok(Self { tree, shape: in_language.map(|(shape, _)| shape), path })
    }

    /// Compares what the spec says, at every version that the quirk is about, with the whole of what was chosen.
    fn compare(self, quirk: &QuirkDecl, window: &[Version]) -> Result<(), Box<Diagnostic>> {
        let Some(tree) = self.tree else {
            // A flag that is omitted is `false`, and a missing value is chosen as null.
            let unsaid = quirk.chosen.is_null() || (quirk.chosen.bool() == Some(false) && self.shape.is_some_and(is_flag));
            return if unsaid { Ok(()) } else { Err(Box::new(differs(quirk, "nothing", None))) };
        };
        if quirk.since.is_none() && quirk.until.is_none() {
            return if same(tree, &quirk.chosen) { Ok(()) } else { Err(Box::new(differs(quirk, &shown(tree), Some(tree)))) };
        }
        for version in window.iter().filter(|version| quirk.holds_at(**version)) {
            let then = at(tree, *version);
            if !same(then, &quirk.chosen) {
                return Err(Box::new(differs(quirk, &format!("{} at {version}", shown(then)), Some(then))));
            }
        }
        Ok(())
    }
}

fn differs(quirk: &QuirkDecl, says: &str, tree: Option<&Tree>) -> Diagnostic {
    let message = format!("the quirk says that {} was chosen for `{}`, but the spec says {says}", shown(&quirk.chosen), quirk.at);
    let problem =
        stale(quirk, message).label("one of the two was changed without the other").related(quirk.chosen.span, "chosen, says the quirk");
    let problem = match tree {
        Some(tree) => problem.related(tree.span, "what the spec says"),
        None => problem,
    };
    problem
        .help("check the sources again; then correct the spec or the quirk, or delete the quirk if they now agree")
        .help("`chosen` is what the spec says, in full; a choice that can only be described belongs under `notes`")
}

/// What holds at a version: a value, or the tile of it.
fn at(tree: &Tree, version: Version) -> &Tree {
    let before = |tile: &&Tree| tile.get("until").and_then(Tree::text).and_then(scalar::version).is_none_or(|until| version < until);
    tree.items().iter().find(before).and_then(|tile| tile.get("is")).unwrap_or(tree)
}

/// Whether two values are the same, whatever the quotes and the order of keys.
fn same(a: &Tree, b: &Tree) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Scalar { text: a, .. }, Kind::Scalar { text: b, .. }) => a == b,
        (Kind::List(a), Kind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Kind::Map(entries), Kind::Map(others)) => {
            entries.len() == others.len() && entries.iter().all(|entry| b.get(&entry.key).is_some_and(|other| same(&entry.value, other)))
        }
        _ => false,
    }
}

/// A value in a sentence: a short list or mapping is shown.
fn shown(tree: &Tree) -> String {
    let whole = tree.json().to_string();
    if tree.text().is_none() && whole.len() <= 80 { format!("`{whole}`") } else { tree.describe() }
}

fn is_flag(shape: &ValueKind) -> bool {
    match shape {
        ValueKind::Bool => true,
        ValueKind::Either(shapes) => shapes.iter().any(is_flag),
        _ => false,
    }
}

/// What the language has under a key, and whether the key is a keyword of the language rather than a name.
fn shape_below(shape: &'static ValueKind, key: &str) -> Option<(&'static ValueKind, bool)> {
    match shape {
        ValueKind::Object(object) => object.key(key).map(|key| (&key.kind, true)),
        ValueKind::Map(_, inner) | ValueKind::List(inner) => Some((inner, false)),
        ValueKind::Either(shapes) => shapes.iter().find_map(|shape| shape_below(shape, key)),
        _ => None,
    }
}
