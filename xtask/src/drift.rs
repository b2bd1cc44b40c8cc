//! `cargo xtask drift`.

mod json;
mod markdown;
mod text;

use std::path::Path;

use clap::{Args as ClapArgs, ValueEnum};
use graph_codegen::{
    check,
    drift::{Drift, drift, write},
    parse::Sources,
    write as disk,
};

use crate::{
    Failure, Outcome,
    evidence::{Published, source},
    window,
    workspace::{print, spec_dir},
};

/// Say what Meta's machine-readable files have and the spec lacks, and the reverse.
///
/// Each difference comes with its place in the spec and with what to write there. What habits and quirks explain is none, nor is an operation that
/// spec/evidence names already. Exits with 1 if there are differences.
#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(flatten)]
    published: Published,

    /// The version that the files are about, as v25.0.
    #[arg(long, value_name = "VERSION")]
    version: String,

    /// Text for people, Markdown for an issue, or JSON for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Write into the spec what can be written mechanically, with empty places for `doc`, and record the evidence of the version.
    #[arg(long)]
    write: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let version = window::parse(&args.version)?;
    let (name, facts) = args.published.read(version)?;
    let sources = Sources::read(&spec_dir(spec));
    let (read, _) = check::check(&sources);
    let source = source(spec, &read, name)?;
    if args.write && !read.window().contains(&version) {
        return Err(Failure(format!(
            "{version} is not in {}/versions.yaml, so nothing can be written about it: `cargo xtask new-version {version} --released DATE` adds it",
            spec.display()
        )));
    }
    let mut found = drift(&sources, &read, source, version, &facts);
    if args.write {
        let outputs = write(&mut found, &sources, source, &facts);
        disk::write(&spec_dir(spec), &outputs)?;
    }
    let root = spec.display().to_string();
    print(&match args.format {
        Format::Text => text::text(&root, &found),
        Format::Markdown => markdown::markdown(&root, &found),
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&json::json(&root, &found))?),
    })?;
    let left = found.findings.iter().filter(|finding| !finding.written).count();
    if left == 0 { Ok(()) } else { Err(Failure(summary(&found))) }
}

/// "12 differences from Meta's SDK specification at v25.0; 9 of them written".
fn summary(drift: &Drift) -> String {
    let number = drift.findings.len();
    let noun = if number == 1 { "difference" } else { "differences" };
    let written = drift.findings.iter().filter(|finding| finding.written).count();
    let written = if written == 0 { String::new() } else { format!("; {written} of them written, each `doc` is left to fill") };
    format!("{number} {noun} between the spec and {} at {}{written}", in_sentence(&drift.title), drift.version)
}

fn in_sentence(title: &str) -> String {
    title.strip_prefix("The ").map_or_else(|| title.to_owned(), |rest| format!("the {rest}"))
}

/// "3 operations that the spec lacks are known: the evidence names them."
fn lacked(drift: &Drift) -> Option<String> {
    match drift.lacked.len() {
        0 => None,
        1 => Some("1 operation that the spec lacks is known, the evidence has its name:".into()),
        number => Some(format!("{number} operations that the spec lacks are known, the evidence has their names:")),
    }
}
