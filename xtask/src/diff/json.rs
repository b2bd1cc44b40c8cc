//! For programs.

use graph_codegen::diff::{Change, Diff, Release};
use serde_json::{Value, json};

/// `{from, to, from_day, to_day, breaking, changes, release_to_move, release_of_edits}`.
pub(super) fn json(diff: &Diff) -> Value {
    json!({
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
        "instead": change.instead,
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
