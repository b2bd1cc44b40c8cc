//! For a terminal.

use graph_codegen::{
    diff::{Change, Diff},
    model::Api,
};

use super::{edits, expiry, moving, summary, versions};
use crate::wrap::wrap;

/// A paragraph for each change, the breaking ones first.
pub(super) fn text(api: &Api, diff: &Diff) -> String {
    let mut text = wrap(&summary(diff), "", "");
    if let Some(expiry) = expiry(api, diff) {
        text.push_str(&wrap(&expiry, "", ""));
    }
    for (heading, breaking) in [("BREAKING", true), ("NOT BREAKING", false)] {
        let changes: Vec<&Change> = diff.changes.iter().filter(|change| change.breaking == breaking).collect();
        if !changes.is_empty() {
            text.push_str(&format!("\n{heading}\n"));
        }
        for change in changes {
            paragraph(change, &mut text);
        }
    }
    text.push('\n');
    text.push_str(&wrap(&moving(diff), "", ""));
    if let Some(edits) = edits(diff) {
        text.push_str(&wrap(&edits, "", ""));
    }
    text
}

fn paragraph(change: &Change, text: &mut String) {
    text.push_str(&format!("\n  {}\n", change.rust));
    text.push_str(&wrap(&format!("{}: {}", change.kind.words(), change.what), "    ", "    "));
    if let Some(versions) = versions(change) {
        text.push_str(&wrap(&format!("only in {versions}"), "    ", "    "));
    }
    if let Some(instead) = &change.instead {
        text.push_str(&wrap(&format!("instead: {instead}"), "    ", "    "));
    }
    let evidence =
        if change.gated { "enforced: Meta says that the server does" } else { "only seen: Meta does not say that the server enforces it" };
    text.push_str(&format!("    {evidence}\n    {}\n", change.page));
}
