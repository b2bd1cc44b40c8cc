//! `cargo xtask gen`.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args as ClapArgs;
use graph_codegen::{
    emit, export,
    language::args_lock::FILE as ARGS_LOCK,
    lower,
    model::{Api, Version},
    schema,
    write::{self, Changes, Output},
};

use crate::{
    Failure, Outcome, window_text,
    workspace::{args_lock, load, print, root},
};

/// Generate the client crate, its contract tests and the schemas.
///
/// Reads spec/, checks it, and writes generated/src, tests/tests/contract, mock/src/tables, docs/errors.md, docs/quirks.md, docs/webhooks.md, spec/schema and spec/args.lock, and keeps the
/// window right in README.md and CHANGELOG.md. Only files that differ are touched; files of edges that no longer exist are removed. A spec with an error changes nothing.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Write nothing; fail if a generated file does not match the spec.
    #[arg(long)]
    check: bool,

    /// Generate only what this version has, for measurements.
    #[arg(long, value_name = "VERSION", requires = "out")]
    only: Option<String>,

    /// Write to this folder instead of the workspace.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let start = Instant::now();
    let mut api = load(spec)?;
    if let Some(only) = &args.only {
        let version = Version::parse(only).filter(|version| api.window().any(|known| known == *version));
        let version = version.ok_or_else(|| {
            let known: Vec<_> = api.window().map(|version| version.to_string()).collect();
            Failure(format!("there is no version `{only}` in the spec's window; it has {}", known.join(", ")))
        })?;
        lower::only(&mut api, version);
    }
    let mut outputs = outputs(&api, &args_lock(spec));
    let target = args.out.clone().unwrap_or_else(root);
    if args.out.is_none() {
        outputs.extend(window_text::outputs(&target, &api));
    }
    if args.check {
        return compare(&target, &outputs);
    }
    let changes = write::write(&target, &outputs)
        .map_err(|error| Failure(format!("{error}\nThe previous output is untouched except for files already named above.")))?;
    print(&format!("{} in {} ms\n", summary(&api, &outputs, &changes), start.elapsed().as_millis()))
}

/// Everything that `gen` writes.
pub(crate) fn outputs(api: &Api, args_before: &str) -> Vec<Output> {
    let mut outputs = emit::emit(api);
    outputs.extend(schema::schemas().into_iter().map(|(name, schema)| Output {
        path: format!("spec/schema/{name}.json"),
        text: format!("{}\n", serde_json::to_string_pretty(&schema).unwrap_or_default()),
    }));
    outputs.push(Output { path: format!("spec/{ARGS_LOCK}"), text: export::args_lock::args_lock(api, args_before) });
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    outputs
}

fn compare(root: &Path, outputs: &[Output]) -> Outcome {
    let changes = write::compare(root, outputs)?;
    if changes.is_empty() {
        return print(&format!("{} generated files are what the spec gives\n", changes.unchanged));
    }
    let mut message = String::from("generated files are not what the spec gives:\n");
    for (what, paths) in [("missing", &changes.added), ("differs", &changes.changed), ("no longer generated", &changes.removed)] {
        for path in paths {
            message.push_str(&format!("  {what}: {path}\n"));
        }
    }
    message.push_str("Run `cargo xtask gen` and commit what it writes. Edit spec/, never a generated file.\n");
    Err(Failure(message))
}

fn summary(api: &Api, outputs: &[Output], changes: &Changes) -> String {
    let operations = api.operations().count();
    let nodes: BTreeSet<&str> = api.sites().map(|site| site.node.name.as_str()).collect();
    let examples: usize = api.operations().map(|operation| operation.examples.len()).sum();
    let lines: usize =
        outputs.iter().filter(|output| output.path.starts_with("generated/")).map(|output| output.text.lines().count()).sum();
    let (added, changed, removed) = (changes.added.len(), changes.changed.len(), changes.removed.len());
    format!(
        "{operations} operations on {} nodes, {examples} examples, {lines} lines: {added} files added, {changed} changed, {removed} removed, {} unchanged",
        nodes.len(),
        changes.unchanged
    )
}
