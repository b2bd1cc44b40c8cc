//! For programs.

use graph_codegen::diff::{Change, Diff, Release};
use serde_json::{Value, json};

/// `{from, to, breaking, changes, release_to_move, release_of_edits}`.
pub(super) fn json(diff: &Diff) -> Value {
    json!({
        "from": diff.from.to_string(),
        "to": diff.to.to_string(),
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
