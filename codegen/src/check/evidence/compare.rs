//! What the spec and a source say differently at a version.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ours::{Ours, Said, What},
    types,
};
use crate::{
    ast::{EvidenceDecl, Spec},
    check::scope::expression,
    parse::Span,
};

/// What a source says, under the names of the spec, with the line that says it, if it is in a file of the spec.
pub(crate) type Theirs<'t> = BTreeMap<String, (&'t str, Option<Span>)>;

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    /// What it is about.
    pub(crate) key: String,
    /// What differs.
    pub(crate) kind: Kind,
    /// What the source says, if it says anything.
    pub(crate) theirs: String,
    /// What the spec says, if it says anything.
    pub(crate) ours: String,
    /// The item of the spec that it is about, or that it would be below.
    pub(crate) span: Span,
    /// The line of the evidence.
    pub(crate) line: Option<Span>,
    /// The places that a quirk about it can have.
    pub(crate) at: Vec<String>,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The spec lacks what the source has.
    Lacked,
    /// The source lacks what the spec has.
    Alone,
    /// Whether it is required.
    Required,
    /// Its type.
    Type,
    /// What is returned.
    Returns,
    /// How parameters are sent.
    Body,
}

impl Difference {
    /// What the patterns of habits are compared with.
    pub(crate) fn text(&self) -> String {
        match self.kind {
            Kind::Lacked | Kind::Alone | Kind::Returns | Kind::Body => self.key.clone(),
            Kind::Required => format!("{} required", self.key),
            Kind::Type => format!("{} type", self.key),
        }
    }
}

/// The key under the spec's name for the node, which a source may call otherwise.
pub(crate) fn under_our_name(key: &str, source: &EvidenceDecl) -> String {
    let node = key.split([' ', '/']).next().unwrap_or_default();
    format!("{}{}", source.known_as(node), &key[node.len()..])
}

/// Every difference at a version, habits and quirks not considered.
pub(crate) fn compare(spec: &Spec, ours: &Ours<'_>, theirs: &Theirs<'_>, source: &EvidenceDecl) -> Compared {
    let nodes: BTreeSet<String> = theirs.keys().filter_map(|key| key.split([' ', '/']).next()).map(String::from).collect();
    // What the spec says of other nodes is not compared. `!` comes right after the space, and `0` after `/`.
    let about = nodes.iter().flat_map(|node| [format!("{node} ")..format!("{node}!"), format!("{node}/")..format!("{node}0")]);
    let about = about.flat_map(|keys| ours.range(keys)).map(|(key, _)| key);
    let keys: BTreeSet<&String> = theirs.keys().chain(about).collect();
    let mut comparison = Comparison { spec, ours, theirs, source, result: Compared::default(), silent: BTreeSet::new(), nodes };
    // A key comes before what is about the same thing in more detail, which is not compared where the thing itself is missing.
    for key in keys {
        match (ours.get(key), theirs.get(key)) {
            (Some(said), Some((says, line))) => comparison.both(key, said, says, *line),
            (None, Some((says, line))) => comparison.lacked(key, says, *line),
            (Some(said), None) => comparison.alone(key, said),
            (None, None) => {}
        }
    }
    comparison.result
}

/// What came of a comparison.
#[derive(Default)]
pub(crate) struct Compared {
    /// Where the two differ.
    pub(crate) found: Vec<Difference>,
    /// The `at` of places where they were found to say the same.
    pub(crate) agreed: BTreeSet<String>,
}

/// Operations of a source of which it knows no more than the name, although the spec has them.
pub(crate) fn known_by_name<'o>(ours: &'o Ours<'_>, theirs: &Theirs<'_>) -> Vec<(&'o str, Span, Option<Span>)> {
    let named = theirs.iter().filter(|(_, (says, _))| *says == "named");
    named.filter_map(|(key, (_, line))| ours.get_key_value(key).map(|(key, said)| (key.as_str(), said.span, *line))).collect()
}

struct Comparison<'c, 's> {
    spec: &'c Spec,
    ours: &'c Ours<'s>,
    theirs: &'c Theirs<'c>,
    source: &'c EvidenceDecl,
    result: Compared,
    /// Operations that only one of the two has.
    silent: BTreeSet<String>,
    /// The nodes of which the source says anything.
    nodes: BTreeSet<String>,
}

impl Comparison<'_, '_> {
    fn push(&mut self, kind: Kind, key: &str, said: (&str, &str), span: Span, line: Option<Span>, at: Vec<String>) {
        self.result.found.push(Difference { key: key.into(), kind, theirs: said.0.into(), ours: said.1.into(), span, line, at });
    }

    fn both(&mut self, key: &str, said: &Said<'_>, says: &str, line: Option<Span>) {
        let (spec, source) = (self.spec, self.source);
        match &said.what {
            What::Returns(ty) => {
                let same = types::returns(says, &expression(ty), spec, source);
                self.same_or(same, Kind::Returns, key, (says, ty), (said.span, line), said.at.clone());
            }
            What::Body(body) => self.same_or(says == body.value, Kind::Body, key, (says, body), (said.span, line), said.at.clone()),
            What::Param { ty, required, fixed } => {
                let (theirs, must) = says.rsplit_once(' ').unwrap_or((says, "optional"));
                let ours = if *required { "required" } else { "optional" };
                self.same_or(must == ours || *fixed, Kind::Required, key, (must, ours), (said.span, line), format!("{}.required", said.at));
                let same = (*fixed && theirs == "enum") || types::fits(theirs, &expression(ty), spec, source);
                self.same_or(same, Kind::Type, key, (theirs, ty), (ty.span, line), format!("{}.type", said.at));
            }
            What::Field(ty) => {
                let same = types::fits(says, &expression(ty), spec, source);
                self.same_or(same, Kind::Type, key, (says, ty), (ty.span, line), format!("{}.type", said.at));
            }
            What::Operation(_) | What::Implied | What::Value | What::Node => {}
        }
    }

    fn same_or(&mut self, same: bool, kind: Kind, key: &str, said: (&str, &str), (span, line): (Span, Option<Span>), at: String) {
        if same {
            self.result.agreed.insert(at);
        } else {
            self.push(kind, key, said, span, line, vec![at]);
        }
    }

    fn lacked(&mut self, key: &str, says: &str, line: Option<Span>) {
        if says == "named" {
            return;
        }
        let Some((subject, operation)) = subject(key) else { return };
        if operation && !self.ours.contains_key(subject) {
            if self.silent.insert(subject.to_owned()) {
                let node = subject.split([' ', '/']).next().unwrap_or_default();
                let Some(node) = self.ours.get(node) else { return };
                let (span, at) = (node.span, node.at.clone());
                self.push(Kind::Lacked, subject, (says, ""), span, line, presence(&format!("{at}.{}", id_below(subject))));
            }
            return;
        }
        let Some(holder) = self.ours.get(subject) else { return };
        match key.split_once(" = ") {
            Some((item, _)) => self.lacked_value(key, item, line),
            None => {
                let Some(name) = key.rsplit(' ').next() else { return };
                let is_param = key[subject.len()..].starts_with(" param ");
                if !is_param && !key[subject.len()..].starts_with(" field ") {
                    return;
                }
                let at = match (&holder.what, is_param) {
                    (What::Operation(id), true) if name == "fields" => format!("{id}.{name}"),
                    (What::Operation(id), true) => format!("{id}.params.{name}"),
                    (What::Operation(_), false) => format!("{}.{name}", self.fields_of(subject)),
                    _ if holder.at.starts_with("types.") => format!("{}.object.{name}", holder.at),
                    _ => format!("{}.fields.{name}", holder.at),
                };
                let span = holder.span;
                self.push(Kind::Lacked, key, (says, ""), span, line, [presence(&at), vec![at]].concat());
            }
        }
    }

    /// The `at` of the fields of what an operation returns.
    fn fields_of(&self, subject: &str) -> String {
        let Some(Said { what: What::Returns(returns), .. }) = self.ours.get(&format!("{subject} returns")) else { return String::new() };
        let name = crate::check::scope::element_of(&expression(returns)).unwrap_or_default();
        if self.spec.node(&name).is_some() { format!("{name}.fields") } else { format!("types.{name}.object") }
    }

    fn lacked_value(&mut self, key: &str, item: &str, line: Option<Span>) {
        let Some(said) = self.ours.get(item) else { return };
        let (What::Param { ty, .. } | What::Field(ty)) = &said.what else { return };
        let values = crate::check::scope::element(ty).and_then(|name| super::ours::values(self.spec, &name));
        let Some((name, _)) = values else { return };
        let value = &key[item.len() + 3..];
        let mut at = presence(&format!("types.{name}.enum.{value}"));
        at.extend(["only", "except", "type"].map(|key| format!("{}.{key}", said.at)));
        let span = self.spec.named_type(name).map_or(said.span, |decl| decl.name.span);
        self.push(Kind::Lacked, key, ("", ""), span, line, at);
    }

    fn alone(&mut self, key: &str, said: &Said<'_>) {
        if matches!(said.what, What::Node | What::Returns(_) | What::Body(_)) {
            return;
        }
        let Some((subject, operation)) = subject(key) else { return };
        let node = subject.split([' ', '/']).next().unwrap_or_default();
        if !self.nodes.contains(node) {
            return;
        }
        if operation && !self.theirs.contains_key(&format!("{subject} returns")) {
            let known = self.theirs.contains_key(subject) || !self.has_operations(node);
            if !known && self.silent.insert(subject.to_owned()) {
                let Some(operation) = self.ours.get(subject) else { return };
                let (span, at) = (operation.span, presence(&operation.at));
                self.push(Kind::Alone, subject, ("", ""), span, None, at);
            }
            return;
        }
        match key.split_once(" = ") {
            // Only a source that lists values can lack one.
            Some((item, _)) => {
                let lists = self.theirs.range(format!("{item} = ")..).next().is_some_and(|(key, _)| key.starts_with(&format!("{item} = ")));
                if lists {
                    let mut at = presence(&said.at);
                    let holder = self.ours.get(item).map(|said| said.at.clone()).unwrap_or_default();
                    at.extend(["only", "except", "type", "const"].map(|key| format!("{holder}.{key}")));
                    let span = said.span;
                    self.push(Kind::Alone, key, ("", ""), span, None, at);
                }
            }
            None => {
                let prefix = &key[..key.rfind(' ').unwrap_or_default()];
                // Only a source that lists fields can lack one; that of a node that it does not describe says nothing.
                let says_of_fields = prefix.ends_with(" param")
                    || self.theirs.range(format!("{prefix} ")..).next().is_some_and(|(key, _)| key.starts_with(prefix));
                if !says_of_fields || (!matches!(said.what, What::Param { .. } | What::Implied | What::Field(_))) {
                    return;
                }
                let mut at = presence(&said.at);
                at.push(format!("{}.selectable", said.at));
                let span = said.span;
                self.push(Kind::Alone, key, ("", ""), span, None, at);
            }
        }
    }

    /// Whether the source says anything of what can be done with a node.
    fn has_operations(&self, node: &str) -> bool {
        let of_node = self.theirs.range(node.to_owned()..).take_while(|(key, _)| key.starts_with(node));
        of_node.into_iter().any(|(key, _)| key.strip_prefix(node).is_some_and(|rest| rest.starts_with('/') || !rest.starts_with(" field ")))
    }
}

/// The operation or node that a key is about, and whether it is an operation.
fn subject(key: &str) -> Option<(&str, bool)> {
    let (path, rest) = key.split_once(' ')?;
    match rest.split(' ').next() {
        Some("field") => Some((path, false)),
        Some(method) => Some((&key[..path.len() + 1 + method.len()], true)),
        None => None,
    }
}

/// `Node/edge/* GET` is `edge.item.read` below its node.
fn id_below(subject: &str) -> String {
    let (path, method) = subject.split_once(' ').unwrap_or((subject, ""));
    let verb = match method {
        "GET" => "read",
        "DELETE" => "delete",
        _ => "create",
    };
    let mut below: Vec<&str> = path.split('/').skip(1).map(|part| if part == "*" { "item" } else { part }).collect();
    below.push(verb);
    below.join(".")
}

/// Where a quirk about the presence of something can be, besides the thing itself and what it lies in.
fn presence(at: &str) -> Vec<String> {
    ["since", "deprecated.at", "removed.at"].iter().map(|key| format!("{at}.{key}")).collect()
}
