//! For each version of the window the spec agrees with what Meta's SDK specification said of it at that time, or says why it does not.
//!
//! `history/*.txt` hold what the SDK specification said: names, required flags, enum values, fields, what is returned. A table reads like this:
//!
//! ```text
//! versions: v19.0 v20.0 v21.0              the versions that have been reviewed
//! Theirs is Ours                           a type that Meta names differently; one of ours may correspond to several of theirs
//! ! params limit: why                      a disagreement that holds wherever it comes up
//!
//! Node.edge.create                         an operation, a node, or `types.Name`
//!   returns     | v19.0: Theirs            of an operation; `gone` from where it is not there; before the first version it was not yet
//!   params      | v19.0: a! b              what is there, required with a `!`; `none`
//!               | v21.0: +c b! a? -d       from then on: `c` is new, `b` required, `a` no longer, `d` gone
//!   b           | v19.0: RED GREEN         the values of the parameter or field of that name
//!   type of b   | v19.0: timestamp         where it matters
//!   fields      | v19.0: id name           of a node or type
//!   ! b BLUE: why                          a disagreement that is meant: the key of the line, what it is about, and the reason
//! ```
//!
//! Every other disagreement needs an entry in `spec/quirks.yaml` that names the SDK specification and whose `at` leads to the place.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use graph_codegen::{
    catalog,
    model::{Api, Quirk, Version},
};
use serde_json::Value;

#[test]
fn the_spec_agrees_with_its_history_or_says_why_not() {
    let api = api();
    let tables = tables();
    let mut found = Disagreements::default();
    let mut problems = Vec::new();
    for version in api.window() {
        let (with, without): (Vec<_>, Vec<_>) = tables.iter().partition(|table| table.versions.contains(&version));
        for table in without {
            println!(
                "{} has no {version}: add it to its `versions:`, and what changed, once Meta has published its SDK specification",
                table.file
            );
        }
        let catalog = Catalog(catalog::catalog(&api, version));
        for table in with {
            table.compare(version, &catalog, &mut found);
        }
    }

    let mut excepted = BTreeSet::new();
    let mut quirky = BTreeSet::new();
    for (what, versions) in &found.0 {
        let table = &tables[what.table];
        let exceptions: Vec<usize> =
            table.exceptions.iter().enumerate().filter(|(_, exception)| exception.covers(what)).map(|(i, _)| i).collect();
        let quirks: Vec<&Quirk> = api.quirks.iter().filter(|quirk| covers(quirk, what)).collect();
        if exceptions.is_empty() && quirks.is_empty() {
            problems.push(what.unexplained(table, versions));
        }
        excepted.extend(exceptions.into_iter().map(|exception| (what.table, exception)));
        quirky.extend(quirks.into_iter().map(|quirk| quirk.at.clone()));
    }

    let window: BTreeSet<Version> = api.window().collect();
    for (index, table) in tables.iter().enumerate() {
        // What was true of a retired version alone can no longer be seen to be true.
        if !table.versions.iter().all(|version| window.contains(version)) {
            continue;
        }
        for (number, exception) in table.exceptions.iter().enumerate() {
            if !excepted.contains(&(index, number)) {
                problems.push(format!(
                    "tests/tests/history/{}:{}: the spec and the history agree about `{}`: delete it from the exception",
                    table.file, exception.line, exception.name
                ));
            }
        }
    }
    for quirk in api.quirks.iter().filter(|quirk| rejects_the_sdk(quirk) && !quirky.contains(&quirk.at)) {
        problems.push(format!(
            "spec/quirks.yaml, `{}`: it says that the SDK specification holds `{}`, but no table in tests/tests/history disagrees with the spec about it: \
             delete the quirk, or write into the table what the SDK specification says",
            quirk.at, quirk.rejected
        ));
    }
    assert!(problems.is_empty(), "{} things to do:\n\n{}\n", problems.len(), problems.join("\n\n"));
}

fn api() -> Api {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    graph_codegen::load(&spec).unwrap_or_else(|report| panic!("{}", report.render("spec", false)))
}

fn tables() -> Vec<Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().enumerate().map(|(index, file)| Table::read(index, file)).collect()
}

/// What a table says of one node and its edges.
struct Table {
    index: usize,
    file: String,
    versions: Vec<Version>,
    /// Their name of a type, and ours.
    names: BTreeMap<String, String>,
    exceptions: Vec<Exception>,
    sections: Vec<Section>,
}

/// An operation, a node or a type.
struct Section {
    name: String,
    rows: BTreeMap<String, Row>,
}

/// What a key holds from a version on: names, and whether each is required. Nothing: it is not there.
type Row = BTreeMap<Version, Option<BTreeMap<String, bool>>>;

/// A disagreement that is meant, in one section or in all.
struct Exception {
    line: usize,
    section: Option<String>,
    key: String,
    name: String,
}

impl Exception {
    fn covers(&self, what: &Disagreement) -> bool {
        self.section.as_ref().is_none_or(|section| *section == what.section) && self.key == what.key && self.name == what.name
    }
}

impl Table {
    fn read(index: usize, path: &Path) -> Self {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut table = Self { index, file, versions: Vec::new(), names: BTreeMap::new(), exceptions: Vec::new(), sections: Vec::new() };
        let mut key = String::new();
        for (number, line) in fs::read_to_string(path).unwrap().lines().enumerate() {
            let result = table.line(number + 1, line, &mut key);
            result.unwrap_or_else(|problem| panic!("tests/tests/history/{}:{}: {problem}", table.file, number + 1));
        }
        table
    }

    fn line(&mut self, number: usize, line: &str, key: &mut String) -> Result<(), String> {
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            return Ok(());
        }
        if let Some(exception) = text.strip_prefix("! ") {
            return self.exception(number, exception, line.starts_with(' '));
        }
        if line.starts_with(' ') {
            let (named, cell) = text.split_once('|').ok_or("a line below a name has a `|`")?;
            if !named.trim().is_empty() {
                named.trim().clone_into(key);
            }
            let section = self.sections.last_mut().ok_or("a line belongs below the name of an operation, node or type")?;
            return cell_into(section.rows.entry(key.clone()).or_default(), cell, &self.versions);
        }
        if let Some(versions) = text.strip_prefix("versions:") {
            self.versions = versions
                .split_whitespace()
                .map(|text| Version::parse(text).ok_or(format!("`{text}` is not a version")))
                .collect::<Result<_, _>>()?;
        } else if let Some((theirs, ours)) = text.split_once(" is ") {
            self.names.insert(theirs.into(), ours.into());
        } else if text.contains(' ') {
            return Err(format!("`{text}` is not the name of an operation, node or type"));
        } else {
            self.sections.push(Section { name: text.into(), rows: BTreeMap::new() });
        }
        Ok(())
    }

    fn exception(&mut self, line: usize, text: &str, inside: bool) -> Result<(), String> {
        let (what, reason) = text.split_once(": ").ok_or("an exception gives its reason after a `: `")?;
        let (key, names) = what.split_once(' ').filter(|_| !reason.trim().is_empty()).ok_or("an exception is `! key name name: reason`")?;
        let section = self.sections.last().filter(|_| inside).map(|section| section.name.clone());
        self.exceptions.extend(names.split_whitespace().map(|name| Exception {
            line,
            section: section.clone(),
            key: key.into(),
            name: name.into(),
        }));
        Ok(())
    }

    fn compare(&self, version: Version, catalog: &Catalog, found: &mut Disagreements) {
        for section in &self.sections {
            let at = |key: &str| section.rows.get(key).and_then(|row| at(row, version));
            let mut report = |key: &str, name: &str, says: String, paths: Vec<String>| {
                let what =
                    Disagreement { table: self.index, section: section.name.clone(), key: key.into(), name: name.into(), says, paths };
                found.0.entry(what).or_default().push(version);
            };
            let name = section.name.as_str();
            if !section.rows.contains_key("returns") {
                catalog.compare_type(section, &at, &mut report);
                continue;
            }
            let (theirs, ours) = (at("returns"), catalog.operation(name));
            let (theirs, ours) = match (theirs, ours) {
                (Some(theirs), Some(ours)) => (theirs, ours),
                (None, None) => continue,
                (Some(_), None) => {
                    report(
                        "returns",
                        "all",
                        "the spec lacks the operation".into(),
                        vec![format!("{name}.since"), format!("{name}.removed")],
                    );
                    continue;
                }
                (None, Some(_)) => {
                    report(
                        "returns",
                        "all",
                        "only the spec has the operation".into(),
                        vec![format!("{name}.since"), format!("{name}.removed")],
                    );
                    continue;
                }
            };
            for returned in theirs.keys() {
                let known = self.names.get(returned).unwrap_or(returned);
                let ours = ours["response"]["type"].as_str().unwrap();
                if known != "Object" && ours != known && ours != format!("page<{known}>") {
                    report("returns", returned, format!("the spec returns {ours}"), vec![format!("{name}.returns")]);
                }
            }
            compare_params(section, ours, &at, &mut report);
        }
    }
}

/// Reads `v21.0: +c b! a? -d` into a row.
fn cell_into(row: &mut Row, cell: &str, versions: &[Version]) -> Result<(), String> {
    let (version, words) = cell.split_once(':').ok_or("a cell is `version: names`")?;
    let version =
        Version::parse(version.trim()).filter(|version| versions.contains(version)).ok_or("the version is not among `versions:`")?;
    if row.last_key_value().is_some_and(|(last, _)| *last > version) {
        return Err("versions go upwards".into());
    }
    let first = row.keys().next().is_none_or(|first| *first == version);
    let mut state = row.last_key_value().and_then(|(_, state)| state.clone()).unwrap_or_default();
    for word in words.split_whitespace() {
        let name = word.trim_start_matches(['+', '-']).trim_end_matches(['!', '?']);
        let (required, known) = (word.ends_with('!'), state.get(name).copied());
        let fits = match word.as_bytes()[0] {
            _ if word == "none" => first,
            _ if word == "gone" => !first,
            b'+' => !first && known.is_none(),
            b'-' => known.is_some() && word == format!("-{name}"),
            _ if first => known.is_none() && !word.ends_with('?'),
            _ => known == Some(!required),
        };
        if !fits {
            return Err(format!(
                "`{word}` does not fit what the lines before it say: + is new, - gone, ! now required, ? no longer required"
            ));
        }
        match word {
            "none" => {}
            "gone" => {
                row.insert(version, None);
                return Ok(());
            }
            _ if word.starts_with('-') => drop(state.remove(name)),
            _ => drop(state.insert(name.into(), required)),
        }
    }
    row.insert(version, Some(state));
    Ok(())
}

fn at(row: &Row, version: Version) -> Option<&BTreeMap<String, bool>> {
    row.range(..=version).next_back().and_then(|(_, state)| state.as_ref())
}

/// The spec at one version.
struct Catalog(Value);

type Report<'r> = dyn FnMut(&str, &str, String, Vec<String>) + 'r;

impl Catalog {
    fn operation(&self, id: &str) -> Option<&Value> {
        self.0["operations"].as_array().unwrap().iter().find(|operation| operation["id"] == id)
    }

    /// A node's or type's fields, and the values of those that are enums.
    fn compare_type<'t>(&self, section: &Section, at: &dyn Fn(&str) -> Option<&'t BTreeMap<String, bool>>, report: &mut Report<'_>) {
        let (name, keys) = match section.name.strip_prefix("types.") {
            Some(name) => (name, format!("{}.object", section.name)),
            None => (section.name.as_str(), format!("{}.fields", section.name)),
        };
        let fields = self.0["types"][name]["fields"]
            .as_array()
            .unwrap_or_else(|| panic!("the spec has no `{}`; correct the name in the table", section.name));
        let ours: BTreeMap<&str, &Value> = fields.iter().map(|field| (field["name"].as_str().unwrap(), &field["type"])).collect();
        let theirs = at("fields").expect("a node or type has `fields`");
        for field in names(theirs, &ours) {
            let says = if ours.contains_key(field) { "only the spec has the field" } else { "the spec lacks the field" };
            if theirs.contains_key(field) != ours.contains_key(field) {
                report("fields", field, says.into(), presence_paths(&format!("{keys}.{field}")));
            }
        }
        for key in section.rows.keys().filter(|key| *key != "fields") {
            let Some((values, ty)) = at(key).zip(ours.get(key.as_str()).and_then(|ty| ty.as_str())) else { continue };
            compare_values(key, values, &self.0["types"][ty]["values"], &format!("{keys}.{key}"), ty, report);
        }
    }
}

fn compare_params<'t>(section: &Section, ours: &Value, at: &dyn Fn(&str) -> Option<&'t BTreeMap<String, bool>>, report: &mut Report<'_>) {
    let name = &section.name;
    let params = ours["parameters"].as_array().unwrap().iter().filter(|param| param["in"] != "path");
    let ours: BTreeMap<&str, &Value> = params.map(|param| (param["name"].as_str().unwrap(), param)).collect();
    let theirs = at("params").expect("an operation has `params`");
    for param in names(theirs, &ours) {
        let path = format!("{name}.params.{param}");
        match (theirs.get(param), ours.get(param)) {
            (Some(_), None) => report("params", param, "the spec lacks the parameter".into(), presence_paths(&path)),
            (None, Some(_)) => {
                let convention = match param {
                    "fields" | "filtering" | "sort" => format!("{name}.{param}"),
                    "limit" | "after" | "before" => format!("{name}.paging"),
                    _ => path.clone(),
                };
                report("params", param, "only the spec has the parameter".into(), [presence_paths(&path), vec![convention]].concat());
            }
            (Some(required), Some(ours)) if ours["required"] != *required => {
                let says = if *required { "the spec does not require the parameter" } else { "only the spec requires the parameter" };
                report("required", param, says.into(), vec![format!("{path}.required")]);
            }
            _ => {}
        }
    }
    for key in section.rows.keys().filter(|key| !matches!(key.as_str(), "params" | "returns")) {
        let param = key.strip_prefix("type of ").unwrap_or(key);
        let Some((values, ours)) = at(key).zip(ours.get(param)) else { continue };
        let (path, ty) = (format!("{name}.params.{param}"), ours["type"].as_str().unwrap());
        if param == key {
            compare_values(key, values, &ours["enum"], &path, ty, report);
        } else if let Some(theirs) = values.keys().find(|theirs| *theirs != ty) {
            report(key, theirs, format!("in the spec it is {ty}"), vec![format!("{path}.type")]);
        }
    }
}

fn compare_values(key: &str, theirs: &BTreeMap<String, bool>, ours: &Value, path: &str, ty: &str, report: &mut Report<'_>) {
    let Some(values) = ours.as_array() else {
        report(key, "all", format!("in the spec it is {ty}, not an enum"), vec![format!("{path}.type")]);
        return;
    };
    let ours: BTreeMap<&str, ()> = values.iter().map(|value| (value.as_str().unwrap(), ())).collect();
    for value in names(theirs, &ours) {
        let says = match (theirs.contains_key(value), ours.contains_key(value)) {
            (true, false) => format!("the spec ({ty}) lacks the value"),
            (false, true) => format!("only the spec ({ty}) has the value"),
            _ => continue,
        };
        let of_type = presence_paths(&format!("types.{ty}.enum.{value}"));
        report(key, value, says, [of_type, vec![format!("{path}.only"), format!("{path}.except"), format!("{path}.type")]].concat());
    }
}

fn names<'n, V>(theirs: &'n BTreeMap<String, bool>, ours: &BTreeMap<&'n str, V>) -> BTreeSet<&'n str> {
    theirs.keys().map(String::as_str).chain(ours.keys().copied()).collect()
}

/// Where a quirk about the presence of something may be.
fn presence_paths(path: &str) -> Vec<String> {
    ["since", "deprecated.at", "removed.at"].iter().map(|key| format!("{path}.{key}")).collect()
}

/// What the spec and a table say differently, and at which versions.
#[derive(Default)]
struct Disagreements(BTreeMap<Disagreement, Vec<Version>>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Disagreement {
    table: usize,
    section: String,
    /// The key of the row, or `required`.
    key: String,
    name: String,
    says: String,
    /// The `at` of quirks that explain it, and whatever they begin with.
    paths: Vec<String>,
}

impl Disagreement {
    fn unexplained(&self, table: &Table, versions: &[Version]) -> String {
        let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
        format!(
            "{} ({}) `{}` at {}: {}.\n  Correct the spec; or, if Meta's sources contradict each other, add a quirk at `{}` whose sources name the SDK specification; or, if it merely does not say, write `! {} {}: <reason>` into tests/tests/history/{}",
            self.section,
            self.key,
            self.name,
            versions.join(", "),
            self.says,
            self.paths[0],
            self.key,
            self.name,
            table.file
        )
    }
}

/// Whether a quirk explains a disagreement: it leads there, or to what the place lies in, and speaks of the SDK specification.
fn covers(quirk: &Quirk, what: &Disagreement) -> bool {
    let leads_to = |path: &String| path.strip_prefix(quirk.at.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let speaks = quirk.why.contains("SDK") || quirk.sources.iter().any(|(_, pages)| pages.iter().any(|page| page.contains(SDK)));
    speaks && what.paths.iter().any(leads_to)
}

fn rejects_the_sdk(quirk: &Quirk) -> bool {
    quirk.sources.iter().any(|(who, pages)| who == "rejected" && pages.iter().any(|page| page.contains(SDK)))
}

const SDK: &str = "facebook-business-sdk-codegen";
