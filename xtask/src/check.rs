//! `cargo xtask check`.

use std::{io::IsTerminal as _, path::Path};

use clap::{Args as ClapArgs, ValueEnum};
use graph_codegen::{Report, check, parse::Sources};

use crate::{
    Failure, Outcome,
    workspace::{print, root, spec_dir},
};

/// Check the spec and change nothing.
///
/// Finds every problem in one run. Warnings do not fail.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Text for people, or JSON for programs: a list of {code, severity, message, file, line, column, label, help}.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let sources = Sources::read(&spec_dir(spec));
    let (checked, mut problems) = check::check(&sources);
    if let Ok(listing) = std::fs::read_to_string(root().join("docs/public-api/whatsapp-graph.txt")) {
        problems.extend(check::constructors(&checked, &listing));
    }
    let (operations, files) = (checked.operations().count(), sources.iter().count());
    let report = Report::new(sources, problems);
    if matches!(args.format, Format::Json) {
        print(&format!("{}\n", serde_json::to_string_pretty(&report.to_json())?))?;
        return if report.errors() == 0 { Ok(()) } else { Err(Failure(format!("{} errors", report.errors()))) };
    }
    if report.problems().is_empty() {
        return print(&format!("{operations} operations in {files} files: nothing is wrong\n"));
    }
    let text = report.render(&spec.display().to_string(), std::io::stderr().is_terminal());
    if report.errors() == 0 { print(&text) } else { Err(Failure(text)) }
}
