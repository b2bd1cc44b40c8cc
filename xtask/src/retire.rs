//! `cargo xtask retire VERSION`.

mod leftovers;

use std::{io::IsTerminal as _, path::Path};

use clap::Args as ClapArgs;
use graph_codegen::{
    Diagnostic, Report, check, lower,
    model::{Api, Day, Version},
    parse::Sources,
};

use crate::{
    Failure, Outcome,
    mentions::Mentions,
    today::Today,
    versions_file::{Entry, NAME, VersionsFile},
    window,
    workspace::{print, root, spec_dir},
    wrap::wrap,
};
use leftovers::{Leftover, Reason};

/// Move the oldest version of the window to the retired ones, and list what names it.
///
/// Changes only spec/versions.yaml: what can be removed or has to be read again is listed with file and line.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The oldest version of the window, as v19.0.
    #[arg(value_name = "VERSION")]
    version: String,

    /// Change nothing; print what would change, and the lists.
    #[arg(long)]
    dry_run: bool,

    /// Retire it although Graph still serves it.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(spec: &Path, args: &Args, today: Today) -> Outcome {
    let version = window::parse(&args.version)?;
    let mut file = VersionsFile::read(spec)?;
    let (oldest, expires) = new_oldest(&file, version)?;
    let is_served = today.until(expires) > 0;
    if is_served && !args.force && !args.dry_run {
        return Err(Failure(wrap(
            &format!(
                "Graph serves {version} until {expires}, which is {}. Until then it is part of the window: the spec is held against it, and its examples are \
                 tested. Retire it on that day; to do it now, add `--force`.",
                today.distance(expires)
            ),
            "",
            "",
        )));
    }
    let sources = Sources::read(&spec_dir(spec));
    let (read, problems) = check::check(&sources);
    if problems.iter().any(Diagnostic::is_error) {
        return Err(Failure(Report::new(sources, problems).render(&spec.display().to_string(), std::io::stderr().is_terminal())));
    }
    let described = read.described_from.as_ref().map_or(version, |from| from.value);
    let newest = file.window().last().map_or(oldest, |entry| entry.version);
    let shown = file.shown.clone();
    file.retire(version);
    file.describe_from(described);
    let leftovers = leftovers::find(&read, &after(&sources, &file.text()), described);
    if !args.dry_run {
        file.write()?;
    }
    let done = if args.dry_run { "would move" } else { "moved" };
    let verb = if is_served { "expires" } else { "expired" };
    let state = format!("{verb} {} ({expires})", today.distance(expires));
    let mut text = wrap(&format!("{shown}: {done} {version} to `retired:`. The window starts with {oldest}. {version} {state}."), "", "");
    text.push('\n');
    text.push_str(&wrap(
        &format!(
            "The spec goes on to say what {version} had, for those who still call it: `cargo xtask diff {version} {newest}`. `described_from` in {shown} is \
             the oldest version of which it does."
        ),
        "",
        "",
    ));
    text.push_str(&list(&spec.display().to_string(), &sources, &leftovers, described));
    text.push_str(&Mentions::of(&root(), version).text(
        &format!("Sentences that name {version}. Read them again:"),
        &format!("Tests and examples that name {version}. Its constant stays, so they compile; a call is validated as one of the oldest served version:"),
    ));
    text.push_str(if args.dry_run { "\nNothing was changed.\n" } else { NEXT });
    print(&text)
}

const NEXT: &str = "
Now run these, read the diff, commit spec and output:
  cargo xtask check
  cargo xtask gen
  cargo test --workspace
";

/// The model of the spec with another versions.yaml.
fn after(sources: &Sources, versions: &str) -> Api {
    let text = |path: &'_ str, text: &'_ str| if path == NAME { versions.to_owned() } else { text.to_owned() };
    let files: Vec<(String, String)> = sources.iter().map(|(_, source)| (source.path.clone(), text(&source.path, &source.text))).collect();
    let (spec, _) = check::check(&Sources::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))));
    lower::lower(&spec)
}

/// The oldest version once `version` is retired, and the day on which `version` expires.
fn new_oldest(file: &VersionsFile, version: Version) -> Result<(Version, Day), Failure> {
    let window = file.window();
    let entry = file
        .find(version)
        .ok_or_else(|| Failure(format!("{} has no version {version}; the window has {}", file.shown, file.window_text())))?;
    if entry.retired {
        return Err(Failure(format!("{version} is already retired; the window has {}", file.window_text())));
    }
    let expires = entry.expires.as_deref().and_then(Day::parse);
    match (window.as_slice(), expires) {
        ([_], _) => Err(Failure(format!(
            "{version} is the only version of the window, and a client needs one to call; add the next with `cargo xtask new-version`"
        ))),
        ([Entry { version: oldest, .. }, ..], _) if *oldest != version => Err(Failure(format!(
            "{version} is not the oldest version of the window, {oldest} is: the window ({}) has no gaps; retire {oldest} first",
            file.window_text()
        ))),
        ([_, next, ..], Some(expires)) => Ok((next.version, expires)),
        (_, None) => Err(Failure(format!(
            "{} does not say when {version} expires, so it cannot be retired; add `expires:` from {}",
            file.shown, file.page
        ))),
        ([], _) => Err(Failure(format!("{} has no version in its window", file.shown))),
    }
}

/// What can be removed, by reason, each with its place.
fn list(spec: &str, sources: &Sources, leftovers: &[Leftover], oldest: Version) -> String {
    let mut text = String::new();
    for reason in Reason::ALL {
        let of_reason: Vec<&Leftover> = leftovers.iter().filter(|leftover| leftover.reason == reason).collect();
        if of_reason.is_empty() {
            continue;
        }
        text.push('\n');
        text.push_str(&wrap(&reason.advice(oldest), "", ""));
        for leftover in of_reason {
            let source = sources.file(leftover.at.file);
            text.push_str(&format!("  {spec}/{}:{}: {}\n", source.path, source.position(leftover.at.start).0, leftover.what));
        }
    }
    text
}
