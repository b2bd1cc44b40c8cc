//! `cargo xtask new-version VERSION`.

use std::path::Path;

use clap::Args as ClapArgs;
use graph_codegen::{
    ast::Spec,
    check,
    model::{Day, Version},
    parse::Sources,
};

use crate::{
    Failure, Outcome,
    mentions::Mentions,
    today::Today,
    versions_file::{Entry, VersionsFile},
    window,
    workspace::{print, root, spec_dir},
    wrap::wrap,
};

/// Start a new Graph version: add it to spec/versions.yaml.
///
/// The first of three steps; it prints the other two, and what names the version that was the newest. Nothing but the new line is touched.
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

    /// Add it although its days do not fit today.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(spec: &Path, args: &Args, today: Today) -> Outcome {
    let version = window::parse(&args.version)?;
    let released = day("--released", &args.released)?;
    let expires = args.expires.as_deref().map(|expires| day("--expires", expires)).transpose()?;
    if let Some(expires) = expires.filter(|expires| *expires <= released) {
        return Err(Failure(format!("--expires {expires} is not after --released {released}")));
    }
    let mut file = VersionsFile::read(spec)?;
    fits(&file, version, &args.released)?;
    follows(&file, version)?;
    if !args.force {
        is_served(&file, version, released, expires, today)?;
    }
    let before = file.window().iter().map(|entry| entry.version).filter(|older| *older < version).max();
    let is_newest = file.window().iter().all(|entry| entry.version < version);
    let expires = expires.map_or_else(String::new, |expires| format!(", expires: {expires}"));
    let value = format!("{{released: {released}{expires}, unreviewed: true}}");
    let lists = examples_that_stop_at(spec, before.filter(|_| is_newest));
    let line = file.add(version, &value);
    file.write()?;
    let mut text = format!("Added, as line {line} of {}:\n  {version}: {value}\n\n{}", file.shown, steps(&file, version, before));
    text.push_str(&lists_text(&spec.display().to_string(), version, &lists));
    if let Some(before) = before.filter(|_| is_newest) {
        text.push_str(&Mentions::of(&root(), before).text(
            &format!("Sentences that name {before}, the newest version until now. Correct those that mean the newest:"),
            &format!("Tests and examples that name {before}. They compile as before; change those that mean the newest:"),
        ));
    }
    print(&text)
}

fn day(flag: &str, text: &str) -> Result<Day, Failure> {
    Day::parse(text).ok_or_else(|| Failure(format!("{flag} takes a calendar date such as 2025-10-08, and `{text}` is not one")))
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

/// Whether nothing is missing between the version and the one before it. A version in a hole fills it.
fn follows(file: &VersionsFile, version: Version) -> Outcome {
    let Some(before) = file.window().iter().map(|entry| entry.version).filter(|older| *older < version).max() else { return Ok(()) };
    let Version(major, minor) = before;
    let next = [Version(major, minor + 1), Version(major + 1, 0)];
    if next.contains(&version) {
        return Ok(());
    }
    let missing = if version.0 == major { next[0] } else { next[1] };
    Err(Failure(wrap(
        &format!(
            "{version} does not follow {before}: {missing} is missing, and what holds in it would not be distinguished from what holds in {before}. \
             Add it first, with `cargo xtask new-version {missing} --released DATE`."
        ),
        "",
        "",
    )))
}

/// Whether Graph serves the version today.
fn is_served(file: &VersionsFile, version: Version, released: Day, expires: Option<Day>, today: Today) -> Outcome {
    let ahead = today.until(released);
    if ahead > 0 {
        return Err(Failure(wrap(
            &format!(
                "{version} cannot have been released on {released}, which is {}. Until then Graph takes the version for a part of the path, and a client that \
                 calls it fails. Add it on that day; if the clock of this machine is wrong, add `--force`.",
                today.distance(released)
            ),
            "",
            "",
        )));
    }
    match expires.filter(|expires| today.until(*expires) <= 0) {
        None => Ok(()),
        Some(expires) => Err(Failure(wrap(
            &format!(
                "{version} expired {} ({expires}), so it belongs under `retired:` in {} and not in the window. To add it all the same, add `--force`.",
                today.distance(expires),
                file.shown
            ),
            "",
            "",
        ))),
    }
}

/// The two remaining steps, and what else has to be run.
fn steps(file: &VersionsFile, version: Version, before: Option<Version>) -> String {
    let compare =
        before.map_or_else(String::new, |before| format!(" `cargo xtask diff {before} {version}` shows what you have written so far."));
    let mut text = String::from("Three steps in all:\n");
    text.push_str(&wrap(&format!("{version} is in {}: done.", file.shown), "  1. ", "     "));
    text.push_str(&wrap("Write what changed, and nothing where nothing changed:", "  2. ", "     "));
    for item in [
        format!(
            "If Meta has published machine-readable files about {version}, `cargo xtask drift --sdk DIR --version {version} --write` writes much of it and \
             records the evidence. If not, add `evidence: none published` to the line."
        ),
        format!(
            "Go through Meta's changelog, linked from {}, and put each change where it belongs: `since`, `deprecated`, `removed`, or tiles with `until`. Then \
             delete `unreviewed`.{compare}",
            file.page
        ),
    ] {
        text.push_str(&wrap(&item, "     - ", "       "));
    }
    text.push_str(&wrap("Run these, read the diff, commit spec and output:", "  3. ", "     "));
    for (command, why) in [
        ("cargo xtask check", "the spec against itself and the evidence"),
        ("cargo xtask gen", "the crate, its tests, the window in README.md"),
        ("cargo xtask api", "the constant of the version is public API"),
        ("cargo test --workspace", "every example, at every version"),
    ] {
        text.push_str(&format!("       {command:<24}{why}\n"));
    }
    text
}

/// Examples with a list of versions that ends with the one that was the newest: place, title.
fn examples_that_stop_at(spec: &Path, newest: Option<Version>) -> Vec<(String, String)> {
    let sources = Sources::read(&spec_dir(spec));
    let (read, _): (Spec, _) = check::check(&sources);
    let mut found = Vec::new();
    for (_, operation) in read.operations() {
        for example in &operation.examples {
            if let Some(last) = example.versions.iter().find(|version| Some(version.value) == newest) {
                let source = sources.file(last.span.file);
                let place = format!("{}:{}", source.path, source.position(last.span.start).0);
                found.push((place, format!("\"{}\" of {}", example.title, operation.id)));
            }
        }
    }
    found
}

fn lists_text(spec: &str, version: Version, lists: &[(String, String)]) -> String {
    if lists.is_empty() {
        return String::new();
    }
    let mut text =
        format!("\n{}", wrap(&format!("Examples that list versions and do not list {version}. Add it where they hold:"), "", ""));
    for (place, title) in lists {
        text.push_str(&wrap(&format!("{spec}/{place}: {title}"), "  ", "      "));
    }
    text
}
