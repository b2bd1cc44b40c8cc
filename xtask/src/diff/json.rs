//! For programs.

use graph_codegen::{
    diff::{Change, Diff, Release},
    model::{Api, Version},
};
use serde_json::{Value, json};

/// `{from, to, from_day, to_day, versions, unreviewed, breaking, deprecations, changes, release_to_move, release_of_edits}`.
pub(super) fn json(api: &Api, diff: &Diff) -> Value {
    let mut versions: Vec<Version> = [diff.from.version, diff.to.version].into_iter().flatten().collect();
    versions.dedup();
    let version = |version: &Version| {
        let info = api.versions.iter().find(|info| info.version == *version);
        json!({
            "version": version.to_string(),
            "released": info.map(|info| &info.released),
            "expires": info.and_then(|info| info.expires.as_ref()),
            "retired": info.is_some_and(|info| info.retired),
        })
    };
    json!({
        "versions": versions.iter().map(version).collect::<Vec<_>>(),
        "unreviewed": diff.unreviewed(api).iter().map(ToString::to_string).collect::<Vec<_>>(),
        "deprecations": diff.deprecations(),
        "from": diff.from.version.map(|version| version.to_string()),
        "to": diff.to.version.map(|version| version.to_string()),
        "from_day": diff.from.day.map(|day| day.to_string()),
        "to_day": diff.to.day.map(|day| day.to_string()),
        "breaking": diff.breaking(),
        "changes": diff.changes.iter().map(change).collect::<Vec<_>>(),
        "release_to_move": null,
        "release_of_edits": diff.release().map(release),
    })
}

fn change(change: &Change) -> Value {
    json!({
        "kind": change.kind.name(),
        "breaking": change.breaking,
        "rust": change.rust,
        "at": change.at,
        "what": change.what,
        "item": change.item,
        "instead": change.instead,
        "instead_rust": change.substitutes.iter().map(|(_, rust)| rust).collect::<Vec<_>>(),
        "gated": change.gated,
        "versions": change.versions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "page": change.page,
        "release": release(change.release),
    })
}

fn release(release: Release) -> &'static str {
    match release {
        Release::Minor => "minor",
        Release::Breaking => "breaking",
    }
}
