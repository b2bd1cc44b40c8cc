//! surface.yaml: whether it describes a crate, and whether what other files take from it is declared there.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    ast::{DeclaredName, Spec, SurfaceDecl, Text},
    diagnostic::{Code, Diagnostic},
    naming::reserved::FEATURES,
    parse::Span,
};

/// Looks at the surface, and at every area, category and subject that is named elsewhere.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    // A surface that could not be read was reported, and nothing is known to be undeclared.
    let Some(surface) = &spec.surface else { return };
    package(surface, problems);
    hosts(spec, surface, problems);
    doctests(spec, surface, problems);
    areas(spec, surface, problems);
    examples(surface, problems);
    categories(spec, surface, problems);
    subjects(spec, surface, problems);
}

/// Cargo's rule for names of packages that are published.
fn package(surface: &SurfaceDecl, problems: &mut Vec<Diagnostic>) {
    let name = surface.package.value.as_str();
    let takes = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(takes);
    // An empty name is a missing one, and was reported as that.
    if !is_name && !name.is_empty() {
        problems.push(
            Diagnostic::new(Code::BadSurface, surface.package.span, format!("`{name}` is not the name of a package"))
                .label("Cargo and users have to write this")
                .help("write lowercase letters, digits and `-`, a letter first: `page-graph`"),
        );
    }
    bare("`base_url`", &surface.base_url, problems);
    // One that is missing was reported, and has no place.
    if surface.title.trim().is_empty() && surface.title.span.start < surface.title.span.end {
        problems.push(
            Diagnostic::new(Code::BadSurface, surface.title.span, "the platform has no title")
                .label("nothing is here")
                .help("write how Meta calls it: `title: Messenger Platform`"),
        );
    }
    let is_keyword = |word: &str| {
        let takes = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
        (1..=20).contains(&word.len()) && word.starts_with(|c: char| c.is_ascii_alphanumeric()) && word.chars().all(takes)
    };
    for word in surface.keywords.iter().filter(|word| !is_keyword(word)) {
        problems.push(
            Diagnostic::new(Code::BadSurface, word.span, format!("`{word}` is not a keyword that crates.io takes"))
                .label("one word")
                .help("write at most 20 letters, digits, `-`, `_` and `+`, a letter or a digit first"),
        );
    }
    if let Some(sixth) = surface.keywords.get(5) {
        problems.push(
            Diagnostic::new(
                Code::BadSurface,
                sixth.span,
                format!("crates.io takes five keywords, and these are {}", surface.keywords.len()),
            )
            .label("the sixth")
            .help("keep the five by which people search for the crate"),
        );
    }
}

/// A URL without a path.
fn bare(what: &str, url: &Text, problems: &mut Vec<Diagnostic>) {
    if url.value.ends_with('/') || url.value.matches('/').count() > 2 {
        problems.push(
            Diagnostic::new(Code::BadSurface, url.span, format!("{what} is a scheme and a host, and nothing after them"))
                .label("a path or a `/` at the end")
                .help("write `https://graph.facebook.com`: the client adds version and path"),
        );
    }
}

/// Whether hosts are hosts, each of which some operation is on, and operations are on hosts that are declared.
fn hosts(spec: &Spec, surface: &SurfaceDecl, problems: &mut Vec<Diagnostic>) {
    for host in &surface.hosts {
        bare(&format!("the `url` of the host `{}`", host.name), &host.url, problems);
        if host.url.value == surface.base_url.value && !host.url.value.is_empty() {
            problems.push(
                Diagnostic::new(Code::BadSurface, host.url.span, format!("the host `{}` is that of `base_url`", host.name))
                    .label("the same host")
                    .related(surface.base_url.span, "where every other operation is")
                    .help("remove it, and `host` from the operations that name it"),
            );
        }
        if spec.operations().all(|(_, operation)| operation.host.as_ref().is_none_or(|name| name.value != host.name.value)) {
            problems.push(
                Diagnostic::new(Code::UnusedHost, host.name.span, format!("no operation is on the host `{}`", host.name))
                    .label("never used, and a token may go there")
                    .help("name it in `host:` of the operations that are there, or delete it")
                    .absence_of([host.name.as_str()]),
            );
        }
    }
    let stated = spec.nodes.iter().flat_map(|node| node.host.iter().chain(node.edges.iter().filter_map(|edge| edge.host.as_ref())));
    let named = stated.chain(spec.operations().filter_map(|(_, operation)| operation.host.as_ref()));
    // What is said of a node or an edge is one name, whatever inherits it.
    let named: BTreeMap<Span, &Text> = named.map(|name| (name.span, name)).collect();
    for name in named.into_values() {
        known("host", "hosts", name, surface.hosts.iter().map(|host| &host.name), problems);
    }
}

/// What the documentation shows are operations; each of them has an example that is answered.
fn doctests(spec: &Spec, surface: &SurfaceDecl, problems: &mut Vec<Diagnostic>) {
    let Some(doctests) = &surface.doctests else { return };
    let somewhere = doctests.batch.first().or(doctests.call.as_ref());
    if let Some(at) = somewhere.filter(|_| doctests.batch.len() != 2) {
        problems.push(
            Diagnostic::new(Code::BadSurface, at.span, format!("`batch` takes two operations, and this names {}", doctests.batch.len()))
                .label("the documentation sends two together")
                .help("write `batch: [Node.read, Other.read]`; both may be the same"),
        );
    }
    for id in &doctests.batch {
        let on_another =
            spec.operations().find(|(_, operation)| operation.id == id.value).and_then(|(_, operation)| operation.host.as_ref());
        if let Some(host) = on_another {
            problems.push(
                Diagnostic::new(
                    Code::BadSurface,
                    id.span,
                    format!("`{id}` is on the host `{host}`, and a batch is one call to the host of `base_url`"),
                )
                .label("the client refuses it in a batch")
                .related(host.span, "on this host")
                .help("name two operations of the API's own host, such as reads of nodes"),
            );
        }
    }
    for id in doctests.call.iter().chain(&doctests.batch) {
        if spec.operations().all(|(_, operation)| operation.id != id.value) {
            problems.push(
                Diagnostic::new(Code::BadSurface, id.span, format!("there is no operation `{id}`"))
                    .label("an unknown operation")
                    .suggest(id, spec.operations().map(|(_, operation)| operation.id.as_str()))
                    .help("the id of an operation is `Node.edge.verb`, or `Node.read` on a node itself")
                    .absence_of(id.split('.').take(2)),
            );
        }
    }
}

fn areas(spec: &Spec, surface: &SurfaceDecl, problems: &mut Vec<Diagnostic>) {
    for area in surface.areas.iter().filter(|area| FEATURES.contains(&area.name.value.as_str())) {
        problems.push(
            Diagnostic::new(Code::BadSurface, area.name.span, format!("no area is called `{}`", area.name))
                .label("the name of a feature that the crate has")
                .help("name the area after what its operations do"),
        );
    }
    let stated = spec.nodes.iter().flat_map(|node| node.areas.iter().chain(node.edges.iter().flat_map(|edge| &edge.areas)));
    let of_webhooks = spec.webhooks.iter().filter_map(|webhooks| webhooks.area.as_ref());
    for area in stated.chain(of_webhooks.clone()) {
        known("area", "areas", area, surface.areas.iter().map(|area| &area.name), problems);
    }
    if surface.areas.is_empty() {
        return;
    }
    let mut reported = BTreeSet::new();
    for (home, operation) in spec.operations().filter(|(home, _)| home.areas().is_empty() && !home.node.is_stub) {
        let (what, at) = match home.edge {
            Some(edge) => (format!("the edge `{}` of {}", edge.name, home.node.name), edge.name.span),
            None => (format!("the node `{}`", home.node.name), home.node.name.span),
        };
        if reported.insert(at) {
            let names: Vec<&str> = surface.areas.iter().map(|area| area.name.value.as_str()).collect();
            problems.push(
                Diagnostic::new(Code::NoArea, at, format!("{what} belongs to no area, and has the operation `{}`", operation.id))
                    .label("no `area` here, and none on the node")
                    .help(format!("write `area:` and one of {}, or a list of them", names.join(", "))),
            );
        }
    }
    let used = spec.operations().flat_map(|(home, _)| home.areas()).chain(of_webhooks);
    let used: BTreeSet<&str> = used.map(|area| area.value.as_str()).collect();
    for area in surface.areas.iter().filter(|area| !used.contains(area.name.value.as_str())) {
        problems.push(
            Diagnostic::new(Code::UnusedArea, area.name.span, format!("no operation belongs to the area `{}`", area.name))
                .label("a feature without effect")
                .help("name it in `area:` of the nodes or edges that belong to it, or delete it")
                .absence_of([area.name.as_str()]),
        );
    }
}

/// Whether the features that examples need are features of the crate.
fn examples(surface: &SurfaceDecl, problems: &mut Vec<Diagnostic>) {
    let features = || FEATURES.iter().copied().chain(surface.areas.iter().map(|area| area.name.as_str()));
    for (example, needed) in &surface.examples {
        for feature in needed.iter().filter(|feature| !features().any(|known| known == feature.value)) {
            problems.push(
                Diagnostic::new(Code::BadSurface, feature.span, format!("the example `{example}` needs `{feature}`, which is no feature"))
                    .label("an unknown feature")
                    .suggest(feature, features())
                    .help("name areas, or the features that every crate has: axum, client, rustls, rustls-ring, native-tls"),
            );
        }
    }
}

fn categories(spec: &Spec, surface: &SurfaceDecl, problems: &mut Vec<Diagnostic>) {
    let Some(categories) = &surface.categories else { return };
    for error in spec.errors.iter().filter(|error| !error.category.value.is_empty()) {
        // A case that leaves its category out has that of its error, and is not reported besides.
        let inherited = error.case_of.as_ref().and_then(|of| spec.error(of)).is_some_and(|of| of.category.span == error.category.span);
        if !inherited {
            declared("category", "categories", &error.category, categories, problems);
        }
    }
}

fn subjects(spec: &Spec, surface: &SurfaceDecl, problems: &mut Vec<Diagnostic>) {
    let limits = spec.operations().flat_map(|(_, operation)| &operation.limits);
    for limit in limits.filter(|limit| !limit.per.value.is_empty()) {
        known("subject", "subjects", &limit.per, surface.subjects.iter().map(|subject| &subject.name), problems);
    }
}

fn declared(what: &str, key: &str, name: &Text, declared: &[DeclaredName], problems: &mut Vec<Diagnostic>) {
    known(what, key, name, declared.iter().map(|declared| &declared.name), problems);
}

fn known<'n>(what: &str, key: &str, name: &Text, known: impl Iterator<Item = &'n Text>, problems: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = known.map(|known| known.value.as_str()).collect();
    if known.contains(&name.value.as_str()) {
        return;
    }
    problems.push(
        Diagnostic::new(Code::Undeclared, name.span, format!("surface.yaml declares no {what} `{name}`"))
            .label(format!("an unknown {what}"))
            .suggest(name, known.iter().copied())
            .help(format!("declare it under `{key}` of surface.yaml, with a `doc`, if it is new"))
            .absence_of([name.as_str()]),
    );
}
