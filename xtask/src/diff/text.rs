//! For a terminal.

use graph_codegen::{diff::Diff, model::Api};

use super::{
    days, edits, moving, remarks,
    sections::{Entry, sections},
    summary,
};
use crate::wrap::wrap;

/// A paragraph for each change, the breaking ones first.
pub(super) fn text(api: &Api, diff: &Diff) -> String {
    let mut text = wrap(&summary(diff), "", "");
    for day in days(api, diff) {
        text.push_str(&wrap(&day, "  ", "    "));
    }
    text.push_str(&wrap(&remarks(api, diff).join(" "), "", ""));
    for section in sections(diff) {
        text.push_str(&format!("\n{}\n", section.heading.to_uppercase()));
        section.entries.iter().for_each(|entry| paragraph(entry, &mut text));
    }
    text.push('\n');
    text.push_str(&wrap(&moving(diff), "", ""));
    if let Some(edits) = edits(diff) {
        text.push_str(&wrap(&edits, "", ""));
    }
    text
}

fn paragraph(entry: &Entry, text: &mut String) {
    text.push_str(&format!("\n{}", wrap(&entry.rust, "  ", "    ")));
    let mut line = |line: &str| text.push_str(&wrap(line, "    ", "    "));
    line(&format!("{}: {}", entry.kind, entry.what));
    if let Some(versions) = &entry.versions {
        line(&format!("only in {versions}"));
    }
    if let Some(instead) = &entry.instead {
        line(&format!("instead: {instead}"));
    }
    if entry.enforced {
        line("enforced: the server insists on it, as Meta says");
    }
    line(&entry.page);
}
