//! `cargo xtask diff FROM TO`.

mod json;
mod markdown;
mod text;

use std::path::Path;

use clap::{Args as ClapArgs, ValueEnum};
use graph_codegen::{
    diff::{Diff, Release, diff},
    model::{Api, Version},
};

use crate::{
    Outcome, window,
    workspace::{load, print},
};

/// Say what a user of the crate has to know when moving from one version to another.
///
/// What breaks a caller comes first, each change with the Rust item, what to use instead, and Meta's page. Works in both directions. docs/versions.md
/// explains it.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The version to move from, as v22.0.
    #[arg(value_name = "FROM")]
    from: String,

    /// The version to move to, as v23.0.
    #[arg(value_name = "TO")]
    to: String,

    /// Text for people, Markdown for a changelog or a pull request, or JSON for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let api = load(spec)?;
    let (from, to) = (window::version(&api, &args.from)?, window::version(&api, &args.to)?);
    let diff = diff(&api, from, to);
    match args.format {
        Format::Text => print(&text::text(&api, &diff)),
        Format::Markdown => print(&markdown::markdown(&api, &diff)),
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&json::json(&diff))?)),
    }
}

/// "From v22.0 to v23.0: 1 breaking change, 3 others."
fn summary(diff: &Diff) -> String {
    let breaking = diff.breaking();
    let others = diff.changes.len() - breaking;
    let heading = format!("From {} to {}", diff.from, diff.to);
    match (breaking, others) {
        (0, 0) => format!("{heading}: the spec knows no difference."),
        (1, others) => format!("{heading}: 1 breaking change, {}.", other(others)),
        (breaking, others) => format!("{heading}: {breaking} breaking changes, {}.", other(others)),
    }
}

fn other(number: usize) -> String {
    if number == 1 { "1 other".into() } else { format!("{number} others") }
}

/// What Graph does with a version once it has expired.
fn expiry(api: &Api, diff: &Diff) -> Option<String> {
    let ends: Vec<String> = [diff.from, diff.to].into_iter().filter_map(|version| end(api, version)).collect();
    let all = ends.join(", ");
    (!ends.is_empty()).then(|| {
        format!(
            "Usable until: {all}. An expired version is served as the oldest usable one, and the client validates calls against that one."
        )
    })
}

fn end(api: &Api, version: Version) -> Option<String> {
    let info = api.versions.iter().find(|info| info.version == version)?;
    Some(format!("{version} {}", info.expires.as_deref()?))
}

/// What moving means for the crate: nothing, since it has one copy of every type.
fn moving(diff: &Diff) -> String {
    let Version(major, minor) = diff.to;
    format!(
        "Moving needs no release of the crate and no other version of it: it has one copy of every type, and the version is a value. Call with \
         `ApiVersion::V{major}_{minor}`; what compiled before compiles after."
    )
}

/// What the spec edits behind the changes meant for the crate.
fn edits(diff: &Diff) -> Option<String> {
    Some(match diff.release()? {
        Release::Minor => "Spec edits of these kinds need a minor release of the crate (before 1.0 a patch): docs/semver.md.".into(),
        Release::Breaking => {
            let items: Vec<String> = diff
                .changes
                .iter()
                .filter(|change| change.release == Release::Breaking)
                .map(|change| format!("`{}`", change.rust))
                .collect();
            format!(
                "Spec edits of these kinds need a breaking release of the crate (before 1.0 a minor), because a Rust type changes: {}. \
                 The others need a minor release (before 1.0 a patch): docs/semver.md.",
                items.join(", ")
            )
        }
    })
}
