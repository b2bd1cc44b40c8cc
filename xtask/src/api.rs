//! `cargo xtask api`.

mod listing;
mod paths;
mod semver;
mod signature;
mod source;

use std::{collections::BTreeSet, fs, path::Path};

use clap::Args as ClapArgs;

use crate::{
    Failure, Outcome,
    workspace::{print, root},
};

/// List the public API of the published crates in docs/public-api/.
///
/// A line for each public item, so that a review sees what a change means for users. A changed list says which step of the version it needs.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Write nothing; fail if a list does not match the sources, and say which version step the change needs.
    #[arg(long)]
    check: bool,
}

/// The published crates: package, name in Rust, folder.
const CRATES: [(&str, &str, &str); 2] = [("graph-runtime", "graph_runtime", "runtime"), ("whatsapp-graph", "whatsapp_graph", "generated")];

pub(crate) fn run(args: &Args) -> Outcome {
    let mut differences = String::new();
    for (package, name, folder) in CRATES {
        let krate = source::Crate::read(name, &root().join(folder).join("src/lib.rs")).map_err(Failure)?;
        let lines = listing::lines(&krate);
        let shown = format!("docs/public-api/{package}.txt");
        let file = root().join(&shown);
        let text = format!("{}\n", lines.join("\n"));
        let before = fs::read_to_string(&file).unwrap_or_default();
        if before == text {
            print(&format!("{shown}: {} items, as before\n", lines.len()))?;
        } else if args.check {
            differences.push_str(&difference(&shown, &before, &text));
        } else {
            write(&file, &text)?;
            print(&format!("{shown}: {} items{}\n", lines.len(), step(&before, &text)))?;
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    differences.push_str("If the change is intended, run `cargo xtask api` and commit what it writes.\n");
    Err(Failure(differences))
}

fn write(file: &Path, text: &str) -> Outcome {
    let failed = |error: std::io::Error| Failure(format!("cannot write {}: {error}", file.display()));
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(file, text).map_err(failed)
}

/// The lines that went and those that came; a line is about an item alone, so where it stood says nothing.
fn difference(shown: &str, before: &str, after: &str) -> String {
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), after.lines().collect());
    let gone = before.lines().filter(|line| !new.contains(line)).map(|line| format!("-{line}\n"));
    let added = after.lines().filter(|line| !old.contains(line)).map(|line| format!("+{line}\n"));
    let lines: String = gone.chain(added).collect();
    format!("--- {shown}\n+++ the sources\n{lines}{}\n", step(before, after).trim_start_matches("; "))
}

/// What the change means for the version; nothing for a list that is new.
fn step(before: &str, after: &str) -> String {
    if before.is_empty() { String::new() } else { format!("; {}", semver::Step::of(before, after).text()) }
}
