//! `cargo xtask check`.

use std::{io::IsTerminal as _, path::Path};

use clap::{Args as ClapArgs, ValueEnum};
use graph_codegen::{
    Diagnostic, Report,
    ast::Spec,
    check,
    export::why_area::{Reason, type_name, why_area as reasons},
    lower,
    parse::Sources,
};

use crate::{
    Failure, Outcome,
    nearest::did_you_mean,
    workspace::{args_lock, print, spec_dir},
};

/// Check the spec and change nothing.
///
/// Finds every problem in one run. Warnings do not fail.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Text for people, or JSON for programs: a list of {code, severity, message, file, line, column, label, help}.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Instead of the problems: why a type belongs to its areas, one shortest way from an operation to it for each.
    #[arg(long, value_name = "TYPE", conflicts_with = "format")]
    why_area: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let sources = Sources::read(&spec_dir(spec));
    let (checked, mut problems) = check::check(&sources);
    if let Some(name) = args.why_area.as_ref().filter(|_| !problems.iter().any(Diagnostic::is_error)) {
        return why_area(&spec.display().to_string(), &sources, &checked, name);
    }
    // What is wrong with arguments themselves comes first.
    if !problems.iter().any(Diagnostic::is_error) {
        problems.extend(check::argument_stability(&checked, &args_lock(spec)));
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

fn why_area(root: &str, sources: &Sources, spec: &Spec, asked: &str) -> Outcome {
    let api = lower::lower(spec);
    let Some(name) = type_name(&api, asked) else {
        let nodes = api.nodes.iter().filter(|node| !node.root).map(|node| node.rust_name.as_str());
        let near = did_you_mean(asked, api.types.iter().map(|ty| ty.name.as_str()).chain(nodes));
        let near = near.unwrap_or_else(|| "the types are below types/, and the nodes below nodes/".into());
        return Err(Failure(format!("the spec has no type `{asked}`; {near}")));
    };
    if api.surface.areas.is_empty() {
        return print("surface.yaml declares no areas: every type is always there\n");
    }
    let reasons = reasons(spec, &api, name);
    if reasons.is_empty() {
        return print(&format!("no operation reaches `{name}`: it belongs to no area, and is always there\n"));
    }
    let areas: Vec<&str> = reasons.iter().map(|reason| reason.area.as_str()).collect();
    let mut text = format!("`{name}` belongs to {}\n", areas.join(", "));
    for reason in &reasons {
        text.push_str(&way(root, sources, reason));
    }
    print(&text)
}

/// The way from an operation to the type, a line a step, each with its place.
fn way(root: &str, sources: &Sources, reason: &Reason) -> String {
    let width = reason.steps.iter().map(|step| step.what.chars().count()).max().unwrap_or_default();
    let mut text = format!("\n{}\n", reason.area);
    for step in &reason.steps {
        let line = match step.at {
            Some(span) => {
                let source = sources.file(span.file);
                let (line, _) = source.position(span.start);
                format!("  {:width$}  {root}/{}:{line}", step.what, source.path)
            }
            None => format!("  {}", step.what),
        };
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
