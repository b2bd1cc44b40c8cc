//! `cargo xtask new-version VERSION`.

use std::path::Path;

use clap::Args as ClapArgs;
use graph_codegen::{check, model::Version, parse::Sources};

use crate::{
    Failure, Outcome,
    versions_file::{Entry, NAME, VersionsFile},
    window,
    workspace::print,
    wrap::wrap,
};

/// Start a new Graph version: add it to spec/versions.yaml.
///
/// The first of three steps; it prints the other two. Nothing but the new line is touched.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The version, as v24.0.
    #[arg(value_name = "VERSION")]
    version: String,

    /// The day on which Meta released it, as 2025-10-08.
    #[arg(long, value_name = "DATE")]
    released: String,

    /// The first day on which it can no longer be used; omitted while Meta has not announced it.
    #[arg(long, value_name = "DATE")]
    expires: Option<String>,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let version = window::parse(&args.version)?;
    day("--released", &args.released)?;
    if let Some(expires) = &args.expires {
        day("--expires", expires)?;
        if *expires <= args.released {
            return Err(Failure(format!("--expires {expires} is not after --released {}", args.released)));
        }
    }
    let mut file = VersionsFile::read(spec)?;
    fits(&file, version, &args.released)?;
    let newest = file.window().last().map(|entry| entry.version);
    let value = match &args.expires {
        None => format!("{{released: {}}}", args.released),
        Some(expires) => format!("{{released: {}, expires: {expires}}}", args.released),
    };
    let line = file.add(version, &value);
    file.write()?;
    print(&format!("{}:{line}: {version}: {value}\n\n{}", file.shown, next(&file, version, newest)))
}

/// Whether a string is a calendar date, by the same rule as in the spec.
fn day(flag: &str, text: &str) -> Outcome {
    let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let probe =
        format!("# yaml-language-server: $schema=schema/versions.json\npage: https://a.b\nversions:\n  v1.0: {{released: {text}}}\n");
    let in_calendar = || {
        let (_, problems) = check::check(&Sources::from_texts([(NAME, probe.as_str())]));
        problems.iter().all(|problem| !problem.is_error())
    };
    if shaped && in_calendar() {
        return Ok(());
    }
    Err(Failure(format!("{flag} takes a calendar date such as 2025-10-08, and `{text}` is not one")))
}

/// Whether the version is new and is, with its date, between its neighbors.
fn fits(file: &VersionsFile, version: Version, released: &str) -> Outcome {
    if let Some(entry) = file.find(version) {
        let what = if entry.retired { "already exists, retired" } else { "already exists" };
        return Err(Failure(format!("{}: {version} {what}, released on {}; edit its line if a date is wrong", file.shown, entry.released)));
    }
    let older = |entry: &&&Entry| entry.version < version;
    let window = file.window();
    if let Some(oldest) = window.first().filter(|oldest| version < oldest.version) {
        return Err(Failure(format!(
            "{version} is older than {}, the oldest version of the window ({}); a version that Graph no longer serves is listed under `retired:` in {}",
            oldest.version,
            file.window_text(),
            file.shown
        )));
    }
    let before = file.entries.iter().filter(|entry| older(&entry)).max_by_key(|entry| entry.version);
    let after = window.iter().find(|entry| entry.version > version);
    if let Some(before) = before.filter(|before| before.released.as_str() >= released) {
        return Err(misfit(version, released, "after", before));
    }
    if let Some(after) = after.filter(|after| after.released.as_str() <= released) {
        return Err(misfit(version, released, "before", after));
    }
    Ok(())
}

fn misfit(version: Version, released: &str, order: &str, neighbour: &Entry) -> Failure {
    let Entry { version: other, released: day, .. } = neighbour;
    Failure(format!(
        "{version} comes {order} {other}, which was released on {day}, so it cannot have been released on {released}; check the date"
    ))
}

/// The two remaining steps.
fn next(file: &VersionsFile, version: Version, newest: Option<Version>) -> String {
    let compare =
        newest.map_or_else(String::new, |newest| format!(" `cargo xtask diff {newest} {version}` shows what you have written so far."));
    let steps = [
        format!("{version} is in {}: done.", file.shown),
        format!(
            "Go through Meta's changelog, linked from {}, and put each change where it belongs: `since`, `deprecated`, `removed`, or tiles with \
             `until`. Write nothing where nothing changed.{compare} If Meta has published machine-readable files about {version}, `cargo xtask drift \
             --sdk DIR --version {version} --write` writes much of it and records the evidence; if it has not, add `evidence: none published` to \
             the line.",
            file.page
        ),
        "`cargo xtask gen`, read the diff, `cargo test --workspace`, commit spec and output.".into(),
    ];
    let mut text = String::from("Three steps in all:\n");
    for (number, step) in steps.iter().enumerate() {
        text.push_str(&wrap(step, &format!("  {}. ", number + 1), "     "));
    }
    text
}
