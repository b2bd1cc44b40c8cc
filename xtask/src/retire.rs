//! `cargo xtask retire VERSION`.

mod leftovers;

use std::{io::IsTerminal as _, path::Path};

use clap::Args as ClapArgs;
use graph_codegen::{Diagnostic, Report, check, model::Version, parse::Sources};

use crate::{
    Failure, Outcome,
    versions_file::{Entry, VersionsFile},
    window,
    workspace::{print, spec_dir},
    wrap::wrap,
};
use leftovers::{Leftover, Reason};

/// Move the oldest version of the window to the retired ones, and list what the spec need no longer say.
///
/// Changes only spec/versions.yaml: what can be removed is listed with file and line.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The oldest version of the window, as v19.0.
    #[arg(value_name = "VERSION")]
    version: String,

    /// Change nothing; print what would change, and the list.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let version = window::parse(&args.version)?;
    let mut file = VersionsFile::read(spec)?;
    let oldest = new_oldest(&file, version)?;
    let sources = Sources::read(&spec_dir(spec));
    let (read, problems) = check::check(&sources);
    if problems.iter().any(Diagnostic::is_error) {
        return Err(Failure(Report::new(sources, problems).render(&spec.display().to_string(), std::io::stderr().is_terminal())));
    }
    let leftovers = leftovers::find(&read, version, oldest);
    let expires = file.find(version).and_then(|entry| entry.expires.clone()).unwrap_or_default();
    if !args.dry_run {
        file.retire(version);
        file.write()?;
    }
    let done = if args.dry_run { "would move" } else { "moved" };
    let mut text = wrap(
        &format!(
            "{}: {done} {version} to `retired:`; the window starts with {oldest}. {version} can be used until {expires}: retire it then, not before.",
            file.shown
        ),
        "",
        "",
    );
    text.push_str(&list(&spec.display().to_string(), &sources, &leftovers, oldest));
    text.push_str(if args.dry_run { "\nNothing was changed.\n" } else { "\nNow run `cargo xtask gen`, read the diff, commit.\n" });
    print(&text)
}

/// The oldest version once `version` is retired.
fn new_oldest(file: &VersionsFile, version: Version) -> Result<Version, Failure> {
    let window = file.window();
    let entry = file
        .find(version)
        .ok_or_else(|| Failure(format!("{} has no version {version}; the window has {}", file.shown, file.window_text())))?;
    if entry.retired {
        return Err(Failure(format!("{version} is already retired; the window has {}", file.window_text())));
    }
    match window.as_slice() {
        [_] => Err(Failure(format!(
            "{version} is the only version of the window, and a client needs one to call; add the next with `cargo xtask new-version`"
        ))),
        [Entry { version: oldest, .. }, ..] if *oldest != version => Err(Failure(format!(
            "{version} is not the oldest version of the window, {oldest} is: the window ({}) has no gaps; retire {oldest} first",
            file.window_text()
        ))),
        _ if entry.expires.is_none() => Err(Failure(format!(
            "{} does not say when {version} expires, so it cannot be retired; add `expires:` from {}",
            file.shown, file.page
        ))),
        [_, next, ..] => Ok(next.version),
        [] => Err(Failure(format!("{} has no version in its window", file.shown))),
    }
}

/// What can be removed, by reason, each with its place.
fn list(spec: &str, sources: &Sources, leftovers: &[Leftover], oldest: Version) -> String {
    if leftovers.is_empty() {
        return format!("\nNothing in the spec is about versions before {oldest} only.\n");
    }
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
