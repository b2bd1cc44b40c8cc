//! The stages of CI: what each runs, and what to do when it fails.

use std::fs;

use clap::ValueEnum;
use xshell::{Cmd, Shell, cmd};

use crate::{Failure, Outcome};

/// A stage of CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Every test of the workspace.
    Test,
    /// The format of hand-written code and of the examples.
    Fmt,
    /// Lints, none of which is allowed.
    Clippy,
    /// The documentation, with no broken link.
    Doc,
    /// Generated files against the spec.
    Fresh,
    /// The public API against docs/public-api/.
    Api,
    /// The toolchain against the stated rust-version.
    Msrv,
    /// The published crates, packed and built from what was packed.
    Package,
}

/// How a stage that did not fail ended.
pub(super) enum Ran {
    /// It found nothing.
    Passed,
    /// This machine cannot run it, for a reason.
    Not(String),
}

/// Hand-written packages. What `gen` writes has its own format.
const FORMATTED: [&str; 4] = ["graph-codegen", "graph-runtime", "xtask", "contract-tests"];

impl Stage {
    pub(super) const ALL: [Self; 8] = [Self::Test, Self::Fmt, Self::Clippy, Self::Doc, Self::Fresh, Self::Api, Self::Msrv, Self::Package];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Doc => "doc",
            Self::Fresh => "fresh",
            Self::Api => "api",
            Self::Msrv => "msrv",
            Self::Package => "package",
        }
    }

    pub(super) fn purpose(self) -> &'static str {
        match self {
            Self::Test => "every test of the workspace",
            Self::Fmt => "hand-written code is formatted according to rustfmt.toml",
            Self::Clippy => "no lint",
            Self::Doc => "the documentation builds without a broken link",
            Self::Fresh => "generated files are what the spec gives",
            Self::Api => "the public API is the one that docs/public-api/ lists",
            Self::Msrv => "the toolchain is the oldest that the workspace supports",
            Self::Package => "the published crates build from what would be uploaded",
        }
    }

    /// What to do when the stage fails.
    pub(super) fn repair(self) -> &'static str {
        match self {
            Self::Test => "fix what the test names; if the spec changed: cargo xtask gen",
            Self::Fmt => {
                "cargo fmt -p graph-codegen -p graph-runtime -p xtask -p contract-tests && rustfmt --edition 2024 generated/examples/*.rs"
            }
            Self::Clippy => "cargo clippy --workspace --all-targets --fix --allow-dirty, then fix the rest by hand",
            Self::Doc => "fix the link that rustdoc names; in generated/ that is a `doc:` in spec/, then cargo xtask gen",
            Self::Fresh => "cargo xtask gen",
            Self::Api => "cargo xtask api, if the change is intended; the version takes the step named above",
            Self::Msrv => "use the toolchain named above; if it cannot build the crates, raise rust-version in Cargo.toml",
            Self::Package => "fix what cargo names: a file that `include` omits, a dependency without a version",
        }
    }

    pub(super) fn run(self, shell: &Shell) -> Result<Ran, Failure> {
        match self {
            Self::Test => call(&cmd!(shell, "cargo test --workspace")),
            Self::Fmt => fmt(shell),
            Self::Clippy => call(&cmd!(shell, "cargo clippy --workspace --all-targets -- -D warnings")),
            Self::Doc => call(&cmd!(shell, "cargo doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings")),
            Self::Fresh => call(&cmd!(shell, "cargo xtask gen --check")),
            Self::Api => call(&cmd!(shell, "cargo xtask api --check")),
            Self::Msrv => return msrv(shell),
            Self::Package => call(&package(shell)),
        }
        .map(|()| Ran::Passed)
    }
}

fn call(command: &Cmd<'_>) -> Outcome {
    command.run().map_err(|_| Failure(format!("command: {command}")))
}

fn fmt(shell: &Shell) -> Outcome {
    let packages = FORMATTED.iter().flat_map(|package| ["-p", package]);
    call(&cmd!(shell, "cargo fmt --check {packages...}"))?;
    let folder = shell.current_dir().join("generated/examples");
    if !folder.exists() {
        return Ok(());
    }
    let mut examples: Vec<_> =
        shell.read_dir(folder)?.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect();
    examples.sort();
    if examples.is_empty() { Ok(()) } else { call(&cmd!(shell, "rustfmt --check --edition 2024 {examples...}")) }
}

/// The promise holds only if the oldest toolchain builds the published crates, so that toolchain must run this.
fn msrv(shell: &Shell) -> Result<Ran, Failure> {
    let manifest = fs::read_to_string(shell.current_dir().join("Cargo.toml"))?;
    let stated = stated(&manifest).ok_or_else(|| Failure("Cargo.toml states no rust-version".into()))?;
    let said = cmd!(shell, "rustc --version").quiet().read()?;
    let used = said.split_whitespace().nth(1).unwrap_or_default();
    if used == stated || used.starts_with(&format!("{stated}.")) {
        return call(&cmd!(shell, "cargo check -p graph-runtime -p whatsapp-graph")).map(|()| Ran::Passed);
    }
    Ok(Ran::Not(format!(
        "rust-version is {stated}, and `rustc --version` says {used}: what passes here proves nothing for {stated}.\n\
         With rustup: rustup toolchain install {stated} && cargo +{stated} xtask ci --only msrv"
    )))
}

/// The rust-version of the workspace's manifest.
fn stated(manifest: &str) -> Option<&str> {
    let line = manifest.lines().find_map(|line| line.trim().strip_prefix("rust-version"))?;
    Some(line.trim_start().strip_prefix('=')?.trim().trim_matches('"'))
}

/// Packs both crates and builds what was packed. Cargo unpacks the runtime into its own folder under a name made of the target directory
/// and the version, and takes what it finds there: only a separate directory keeps a run from building against the runtime of an earlier
/// one.
fn package(shell: &Shell) -> Cmd<'_> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let target = format!("target/packed/{now}");
    cmd!(shell, "cargo package -p graph-runtime -p whatsapp-graph --allow-dirty --target-dir {target}")
}

#[cfg(test)]
mod tests {
    use super::stated;

    #[test]
    fn the_stated_version_is_the_one_of_the_workspace() {
        assert_eq!(stated("[workspace.package]\nrust-version = \"1.88\"\n"), Some("1.88"));
        assert_eq!(stated("[workspace.package]\n"), None);
    }
}
