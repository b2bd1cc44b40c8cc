//! `cargo xtask diff FROM TO`, `cargo xtask diff --from-day DAY --to-day DAY`.

mod json;
mod markdown;
mod sections;
mod text;

use std::path::Path;

use clap::{Args as ClapArgs, ValueEnum};
use graph_codegen::{
    diff::{Diff, Release, diff, diff_days},
    model::{Api, Day, Moment, Version},
};

use crate::{
    Failure, Outcome, window,
    workspace::{load, print},
};

/// Say what a user of the crate has to know when moving from one version to another, and what changed between two days.
///
/// What breaks a caller comes first, each change with the Rust item, what to use instead, and Meta's page. Works in both directions. With days alone it is
/// what changed for callers who stayed with their version; a version that is named with days is compared with itself. docs/versions.md explains it.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The version to move from, as v22.0.
    #[arg(value_name = "FROM", required_unless_present = "from_day")]
    from: Option<String>,

    /// The version to move to, as v23.0.
    #[arg(value_name = "TO", required_unless_present = "from_day")]
    to: Option<String>,

    /// The earlier day, as 2026-06-01.
    #[arg(long, value_name = "DAY", requires = "to_day")]
    from_day: Option<String>,

    /// The later day, as 2026-11-27.
    #[arg(long, value_name = "DAY", requires = "from_day")]
    to_day: Option<String>,

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
    let diff = compare(&api, args)?;
    match args.format {
        Format::Text => print(&text::text(&api, &diff)),
        Format::Markdown => print(&markdown::markdown(&api, &diff)),
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&json::json(&api, &diff))?)),
    }
}

fn compare(api: &Api, args: &Args) -> Result<Diff, Failure> {
    let version = |text: &Option<String>| text.as_deref().map(|text| window::version(api, text)).transpose();
    let day = |text: &Option<String>| text.as_deref().map(window::day).transpose();
    let days = day(&args.from_day)?.zip(day(&args.to_day)?);
    let of = |version: Version, day: Option<Day>| day.map_or_else(|| version.into(), |day| Moment::on(version, day));
    Ok(match (version(&args.from)?, version(&args.to)?, days) {
        (None, _, Some((from, to))) => diff_days(api, from, to),
        (Some(from), to, days) => diff(api, of(from, days.map(|days| days.0)), of(to.unwrap_or(from), days.map(|days| days.1))),
        (None, _, None) => return Err(Failure("name two versions, or two days with `--from-day` and `--to-day`".into())),
    })
}

/// "From v22.0 to v23.0: 1 breaking change, 2 deprecations, 3 others."
fn summary(diff: &Diff) -> String {
    let (breaking, deprecations) = (diff.breaking(), diff.deprecations());
    let others = diff.changes.len() - breaking - deprecations;
    let every = if diff.to.version.is_none() { " for callers of any version of the window" } else { "" };
    let heading = format!("From {} to {}{every}", diff.from, diff.to);
    if diff.changes.is_empty() {
        return format!("{heading}: the spec knows no difference.");
    }
    let count = |number: usize, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    format!("{heading}: {}, {}, {}.", count(breaking, "breaking change"), count(deprecations, "deprecation"), count(others, "other"))
}

/// When each of the two versions was released, and until when it can be used: "v22.0: released on 2025-01-21, can be used until 2027-05-20".
fn days(api: &Api, diff: &Diff) -> Vec<String> {
    let mut versions: Vec<Version> = [diff.from.version, diff.to.version].into_iter().flatten().collect();
    versions.dedup();
    let of = |version: Version| {
        let info = api.versions.iter().find(|info| info.version == version)?;
        let end = match (&info.expires, info.retired) {
            (Some(expires), false) => format!("can be used until {expires}"),
            (Some(expires), true) => format!("expired on {expires}"),
            (None, _) => "no end announced".into(),
        };
        Some(format!("{version}: released on {}, {end}", info.released))
    };
    versions.into_iter().filter_map(of).collect()
}

/// What one has to know of the list as a whole: each said once.
fn remarks(api: &Api, diff: &Diff) -> Vec<String> {
    let mut remarks = Vec::new();
    if diff.from.version.is_some() {
        remarks.push("An expired version is served as the oldest usable one, and the client validates calls against that one.".to_owned());
    }
    if diff.changes.iter().any(|change| !change.gated) {
        remarks.push("What is not called enforced was only seen: Meta does not say that the server enforces it.".to_owned());
    }
    let unreviewed: Vec<String> = diff.unreviewed(api).iter().map(ToString::to_string).collect();
    if !unreviewed.is_empty() {
        let of = unreviewed.join(", ");
        remarks.push(format!("No one has compared the spec with Meta's changelog of {of} yet: more may have changed than is listed here."));
    }
    remarks
}

/// What moving means for the crate: nothing, since it has one copy of every type.
fn moving(diff: &Diff) -> String {
    match diff.to.version {
        Some(Version(major, minor)) if diff.from.version != diff.to.version => format!(
            "Moving needs no release of the crate and no other version of it: it has one copy of every type, and the version is a value. Call with \
             `ApiVersion::V{major}_{minor}`; what compiled before compiles after."
        ),
        _ => "These changes came to every program on their day, whatever version it calls. A client that was released before them sends what it sent, \
              and decodes what it is answered."
            .to_owned(),
    }
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
