//! For a changelog or a pull request.

use graph_codegen::{
    diff::{Change, Diff},
    model::Api,
};

use super::{edits, expiry, moving, summary, versions};

/// A list item for each change, the breaking ones first.
pub(super) fn markdown(api: &Api, diff: &Diff) -> String {
    let mut text = format!("# {} to {}\n\n{}\n", diff.from, diff.to, summary(diff));
    if let Some(expiry) = expiry(api, diff) {
        text.push_str(&format!("{expiry}\n"));
    }
    for (heading, breaking) in [("Breaking", true), ("Not breaking", false)] {
        let changes: Vec<&Change> = diff.changes.iter().filter(|change| change.breaking == breaking).collect();
        if !changes.is_empty() {
            text.push_str(&format!("\n## {heading}\n\n"));
        }
        for change in changes {
            item(change, &mut text);
        }
    }
    text.push_str(&format!("\n## The crate\n\n{}\n", moving(diff)));
    if let Some(edits) = edits(diff) {
        text.push_str(&format!("\n{edits}\n"));
    }
    text
}

fn item(change: &Change, text: &mut String) {
    text.push_str(&format!("- `{}`: **{}**, {}.", change.rust, change.kind.words(), change.what));
    if let Some(versions) = versions(change) {
        text.push_str(&format!(" Only in {versions}."));
    }
    if let Some(instead) = &change.instead {
        text.push_str(&format!(" Instead: {}.", instead.trim_end_matches('.')));
    }
    let evidence = if change.gated { "Enforced by the server." } else { "Only seen." };
    text.push_str(&format!(" {evidence} [Source]({})\n", change.page));
}
