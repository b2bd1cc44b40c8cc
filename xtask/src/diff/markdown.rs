//! For a changelog or a pull request.

use graph_codegen::{diff::Diff, model::Api};

use super::{
    days, edits, moving, remarks,
    sections::{Entry, sections},
    summary,
};

/// A list item for each change, the breaking ones first.
pub(super) fn markdown(api: &Api, diff: &Diff) -> String {
    let mut text = format!("# {} to {}\n\n{}\n", diff.from, diff.to, summary(diff));
    let days: String = days(api, diff).iter().map(|day| format!("- {day}\n")).collect();
    for part in [days, format!("{}\n", remarks(api, diff).join(" "))].iter().filter(|part| !part.trim().is_empty()) {
        text.push_str(&format!("\n{part}"));
    }
    for section in sections(diff) {
        text.push_str(&format!("\n## {}\n\n", section.heading));
        section.entries.iter().for_each(|entry| item(entry, &mut text));
    }
    text.push_str(&format!("\n## The crate\n\n{}\n", moving(diff)));
    if let Some(edits) = edits(diff) {
        text.push_str(&format!("\n{edits}\n"));
    }
    text
}

fn item(entry: &Entry, text: &mut String) {
    text.push_str(&format!("- `{}`: **{}**, {}.", entry.rust, entry.kind, entry.what));
    if let Some(versions) = &entry.versions {
        text.push_str(&format!(" Only in {versions}."));
    }
    if let Some(instead) = &entry.instead {
        text.push_str(&format!(" Instead: {}.", instead.trim_end_matches('.')));
    }
    let enforced = if entry.enforced { " Enforced by the server." } else { "" };
    text.push_str(&format!("{enforced} [Source]({})\n", entry.page));
}
