//! `cargo xtask api`.

mod semver;

use std::{collections::BTreeSet, fs, path::Path};

use clap::Args as ClapArgs;
use xshell::{Shell, cmd};

use crate::{
    Failure, Outcome,
    ci::metadata::{Metadata, PROMISED, TLS},
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

pub(crate) fn run(args: &Args) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root());
    let metadata = Metadata::read(&shell)?;
    let mut differences = String::new();
    let mut below: Vec<String> = Vec::new();
    for package in PROMISED {
        let text = listing(&shell, &metadata, package, &mut below)?;
        let shown = format!("docs/public-api/{package}.txt");
        let file = root().join(&shown);
        let before = fs::read_to_string(&file).unwrap_or_default();
        let lines = text.lines().count();
        if before == text {
            print(&format!("{shown}: {lines} lines, unchanged\n"))?;
        } else if args.check {
            differences.push_str(&difference(&shown, &before, &text));
        } else {
            write(&file, &text)?;
            print(&format!("{shown}: {lines} lines{}\n", step(&before, &text)))?;
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    differences.push_str("If the change is intended, run `cargo xtask api` and commit what it writes.\n");
    Err(Failure(differences))
}

/// The list of a crate; `below` has the documentation of those before it, for their names. TLS adds nothing public and much to compile, so
/// it is left out. The build has a folder of its own: the switch that lets a stable rustdoc write
/// JSON would have cargo build everything anew for the next command.
fn listing(shell: &Shell, metadata: &Metadata, package: &str, below: &mut Vec<String>) -> Result<String, Failure> {
    let features: Vec<String> = metadata.features(package)?.into_iter().filter(|feature| !TLS.contains(&feature.as_str())).collect();
    let features = features.join(",");
    let build = "target/public-api";
    cmd!(
        shell,
        "cargo rustdoc --quiet -p {package} --lib --no-default-features --features={features} --target-dir {build} -- -Z unstable-options --output-format json --cap-lints allow"
    )
    .quiet()
    .env("RUSTC_BOOTSTRAP", "1")
    .run()?;
    let json = format!("{build}/doc/{}.json", package.replace('-', "_"));
    let others: &[String] = below;
    let text = cmd!(shell, "cargo run --quiet --manifest-path tools/public-api/Cargo.toml -- {json} {others...}").quiet().read()?;
    below.push(json);
    Ok(format!("{text}\n"))
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
