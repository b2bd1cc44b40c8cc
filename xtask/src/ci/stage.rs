//! The stages of CI: what each runs, and what to do when it fails.

use clap::ValueEnum;
use xshell::{Cmd, Shell, cmd};

use super::{anchors, features, metadata, msrv, package};
use crate::{Failure, Outcome, workspace::target};

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
    /// The published crates against the stated rust-version.
    Msrv,
    /// The published crates with each of their features alone, with none and with all.
    Features,
    /// The published crates, packed and built from what was packed.
    Package,
    /// The book of docs/, with no broken link.
    Book,
    /// The client with each pair of its features (full).
    Pairs,
    /// The public API against that of the last release, by another judge (full).
    Semver,
    /// The tools that are workspaces of their own (full).
    Tools,
    /// The document for generators of other languages, by two validators and a generator (full).
    Openapi,
    /// Sessions of other clients against the stand-in (full).
    Clients,
    /// The stand-in's page in a browser (full).
    Page,
    /// Each fuzz target for two minutes (full).
    Fuzz,
    /// Drift between every pair of versions (full).
    Drift,
    /// Ten thousand calls to a server that fails (full).
    Load,
    /// A hundred rounds of machines and a Redis that die, and the rate of the ledger in Redis (full).
    Fleet,
    /// Every mutant of the runtime and the generator (full).
    Mutants,
}

/// How a stage that did not fail ended.
pub(super) enum Ran {
    /// It found nothing.
    Passed,
    /// It found nothing in what this machine can run of it; the rest, with the reason.
    Partly(String),
    /// This machine cannot run it, for a reason.
    Not(String),
}

/// What is said of a stage.
struct Words {
    name: &'static str,
    purpose: &'static str,
    repair: &'static str,
}

/// Hand-written packages. What `gen` writes has its own format.
const FORMATTED: [&str; 9] = [
    "graph-codegen",
    "graph-runtime",
    "graph-mock",
    "xtask",
    "contract-tests",
    "whatsapp-templates",
    "whatsapp-flows-endpoint",
    "graph-fleet",
    "whatsapp-graph-cli",
];

/// Workspaces of their own.
const TOOLS: [&str; 4] = ["tools/clients/rust", "tools/fuzz", "tools/mutants", "tools/public-api"];

const FUZZ_TARGETS: [&str; 6] = ["cursor", "envelope", "headers", "notification", "response", "spec"];

impl Stage {
    /// What protects main: `.ci/run`.
    pub(super) const MAIN: [Self; 10] =
        [Self::Test, Self::Fmt, Self::Clippy, Self::Doc, Self::Fresh, Self::Api, Self::Msrv, Self::Features, Self::Package, Self::Book];

    /// The long rest: `.ci/full`.
    pub(super) const FULL: [Self; 11] = [
        Self::Pairs,
        Self::Semver,
        Self::Tools,
        Self::Openapi,
        Self::Clients,
        Self::Page,
        Self::Fuzz,
        Self::Drift,
        Self::Load,
        Self::Fleet,
        Self::Mutants,
    ];

    fn words(self) -> Words {
        let (name, purpose, repair) = match self {
            Self::Test => ("test", "every test of the workspace", "fix what the test names; if the spec changed: cargo xtask gen"),
            Self::Fmt => (
                "fmt",
                "hand-written code is formatted according to rustfmt.toml",
                "cargo fmt -p graph-codegen -p graph-runtime -p xtask -p contract-tests && rustfmt --edition 2024 generated/examples/*.rs",
            ),
            Self::Clippy => ("clippy", "no lint", "cargo clippy --workspace --all-targets --fix --allow-dirty, then fix the rest by hand"),
            Self::Doc => (
                "doc",
                "the documentation builds without a broken link",
                "fix the link that is named above; in generated/ that is a `doc:` in spec/, then cargo xtask gen",
            ),
            Self::Fresh => ("fresh", "generated files are what the spec gives", "cargo xtask gen"),
            Self::Api => (
                "api",
                "the public API is the one that docs/public-api/ lists",
                "cargo xtask api, if the change is intended; the version takes the step named above",
            ),
            Self::Msrv => (
                "msrv",
                "the published crates need no newer Rust than they state",
                "use what that Rust has, or an older dependency; raising rust-version in Cargo.toml is a minor release",
            ),
            Self::Features => (
                "features",
                "the published crates compile with each feature alone, with none and with all",
                "build with the features named above; what a feature needs is behind that feature, or has to be enabled by it",
            ),
            Self::Package => (
                "package",
                "the published crates compile from what would be uploaded",
                "fix what cargo names: a file that `include` omits, a dependency without a version",
            ),
            Self::Book => (
                "book",
                "the book of docs/ builds without a broken link",
                "mend the link in docs/ that is named above; cargo xtask book shows it again",
            ),
            Self::Pairs => ("pairs", "the client compiles with each pair of its features", "as for features"),
            Self::Semver => (
                "semver",
                "no change since the last release needs a larger step of the version",
                "raise the version as docs/semver.md says, or take the change back",
            ),
            Self::Tools => ("tools", "the tools that are workspaces of their own have no lint", "cargo clippy in the folder named above"),
            Self::Openapi => (
                "openapi",
                "the OpenAPI document is valid to two validators, and a generator makes a client of it that compiles",
                "mend codegen/src/export/openapi; docs/openapi.md says what generators cannot do",
            ),
            Self::Clients => (
                "clients",
                "requests of clients that others wrote fit the spec, but for their known faults",
                "name the fault in tools/clients/known.toml with evidence, or mend the spec; the table: tools/clients/run --write",
            ),
            Self::Page => ("page", "the stand-in's page does in a browser what it offers", "tools/page/run FOLDER leaves pictures"),
            Self::Fuzz => ("fuzz", "no fuzz target finds an input in two minutes", "fix it, and keep the input: CONTRIBUTING.md, Fuzzing"),
            Self::Drift => (
                "drift",
                "what comes with a version is named and written, also where a spec is several versions behind",
                "fix what the test names; its first lines say how to run one step",
            ),
            Self::Load => {
                ("load", "no call is lost under load, and no write sent twice", "docs/benchmarks.md says what the benchmark counts")
            }
            Self::Fleet => (
                "fleet",
                "no reservation is lost in a hundred rounds of machines and a Redis that die",
                "docs/fleet.md says what may be lost; install redis-server if it is missing",
            ),
            Self::Mutants => {
                ("mutants", "which changes of the code no test notices", "write the test that would have noticed; docs/mutants.md")
            }
        };
        Words { name, purpose, repair }
    }

    pub(super) fn name(self) -> &'static str {
        self.words().name
    }

    pub(super) fn purpose(self) -> &'static str {
        self.words().purpose
    }

    /// What to do when the stage fails.
    pub(super) fn repair(self) -> &'static str {
        self.words().repair
    }

    pub(super) fn run(self, shell: &Shell) -> Result<Ran, Failure> {
        match self {
            Self::Test => call(&cmd!(shell, "cargo test --workspace")),
            Self::Fmt => fmt(shell),
            Self::Clippy => call(&cmd!(shell, "cargo clippy --workspace --all-targets -- -D warnings")),
            Self::Doc => doc(shell),
            Self::Fresh => call(&cmd!(shell, "cargo xtask gen --check")),
            Self::Api => call(&cmd!(shell, "cargo xtask api --check")),
            Self::Msrv => return msrv::run(shell),
            Self::Features => features::each(shell),
            Self::Package => package::run(shell),
            Self::Book => crate::book::build(shell),
            Self::Pairs => features::pairs(shell),
            Self::Semver => return semver(shell),
            Self::Tools => TOOLS.iter().try_for_each(|tool| {
                call(&cmd!(shell, "cargo clippy --quiet --manifest-path {tool}/Cargo.toml --all-targets -- -D warnings"))
            }),
            Self::Openapi => return script(shell, "tools/openapi/run", &["python3", "npm", "java"]),
            Self::Clients => return script(shell, "tools/clients/run", &["python3", "npm"]),
            Self::Page => return script(shell, "tools/page/run", &["npm", "chromium"]),
            Self::Fuzz => FUZZ_TARGETS.iter().try_for_each(|target| call(&cmd!(shell, "bash tools/fuzz/run {target} 120"))),
            Self::Drift => call(&cmd!(shell, "cargo test -p contract-tests --test drift -- --nocapture").env("GRAPH_STEPS", "all")),
            Self::Load => call(&cmd!(shell, "cargo bench -p contract-tests --bench load")),
            Self::Fleet => fleet(shell),
            Self::Mutants => return mutants(shell),
        }
        .map(|()| Ran::Passed)
    }
}

pub(super) fn call(command: &Cmd<'_>) -> Outcome {
    command.run().map_err(|_| Failure(format!("command: {command}")))
}

/// Whether a command of cargo is installed.
fn has(shell: &Shell, command: &str) -> bool {
    cmd!(shell, "cargo {command} --version").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

/// Builds the documentation, and follows the links of the published crates.
fn doc(shell: &Shell) -> Outcome {
    call(&cmd!(shell, "cargo doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings"))?;
    anchors::check(&target().join("doc"), &metadata::libraries().map(|package| package.replace('-', "_")).collect::<Vec<_>>())
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

fn semver(shell: &Shell) -> Result<Ran, Failure> {
    let Ok(release) = cmd!(shell, "git describe --tags --abbrev=0 --match v*").quiet().ignore_stderr().read() else {
        return Ok(Ran::Not("there is no release yet: no tag like v0.1.0".into()));
    };
    if !has(shell, "semver-checks") {
        return Ok(Ran::Not("it needs cargo-semver-checks: cargo install cargo-semver-checks --locked".into()));
    }
    let packages = metadata::libraries().flat_map(|package| ["-p", package]);
    call(&cmd!(shell, "cargo semver-checks check-release {packages...} --baseline-rev {release}"))?;
    Ok(Ran::Passed)
}

/// A script, where the commands that it needs are there.
fn script(shell: &Shell, path: &str, needs: &[&str]) -> Result<Ran, Failure> {
    let lacks = |command: &&&str| cmd!(shell, "{command} --version").quiet().ignore_stdout().ignore_stderr().run().is_err();
    let lacking: Vec<&str> = needs.iter().filter(lacks).copied().collect();
    if !lacking.is_empty() {
        return Ok(Ran::Not(format!("it needs {}", lacking.join(", "))));
    }
    call(&cmd!(shell, "bash {path}"))?;
    Ok(Ran::Passed)
}

fn fleet(shell: &Shell) -> Outcome {
    call(&cmd!(shell, "cargo test -p graph-fleet --test redis -- --nocapture processes::").env("FLEET_ROUNDS", "100"))?;
    call(&cmd!(shell, "cargo bench -p graph-fleet --bench ledger"))
}

fn mutants(shell: &Shell) -> Result<Ran, Failure> {
    if !has(shell, "mutants") {
        return Ok(Ran::Not("it needs cargo-mutants: cargo install cargo-mutants --locked".into()));
    }
    for package in ["graph-runtime", "graph-codegen"] {
        call(&cmd!(shell, "bash tools/mutants/run {package}"))?;
    }
    Ok(Ran::Passed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails should panic")]

    use std::fs;

    use super::Stage;
    use crate::{
        ci::metadata::{PUBLISHED, libraries},
        workspace::root,
    };

    #[test]
    fn contributing_explains_every_stage() {
        let text = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
        for stage in Stage::MAIN.iter().chain(&Stage::FULL) {
            assert!(text.contains(&format!("\n| `{}` |", stage.name())), "CONTRIBUTING.md has no row for {}", stage.name());
        }
    }

    /// What is published is said once for the stages, and once for the release.
    #[test]
    fn a_release_publishes_and_compares_what_the_stages_look_at() {
        let workflow = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
        let named = |packages: Vec<&str>| packages.iter().map(|package| format!(" -p {package}")).collect::<String>();
        assert!(workflow.contains(&format!("run: cargo publish{}\n", named(PUBLISHED.to_vec()))), "{workflow}");
        assert!(workflow.contains(&format!("check-release{} ", named(libraries().collect()))), "{workflow}");
        let manifests = fs::read_dir(root()).unwrap().filter_map(|entry| fs::read_to_string(entry.unwrap().path().join("Cargo.toml")).ok());
        let published: Vec<String> = manifests
            .filter(|manifest| manifest.contains("[package]") && !manifest.contains("publish = false"))
            .filter_map(|manifest| Some(manifest.split_once("\nname = \"")?.1.split_once('"')?.0.to_owned()))
            .collect();
        assert_eq!(published.len(), PUBLISHED.len(), "{published:?}");
        assert!(published.iter().all(|name| PUBLISHED.contains(&name.as_str())), "{published:?}");
    }

    #[test]
    fn the_script_runs_every_stage_that_protects_main() {
        let script = fs::read_to_string(root().join(".ci/run")).unwrap();
        // The tests come first, by the command of the README.
        let names: Vec<_> = Stage::MAIN[1..].iter().map(|stage| stage.name()).collect();
        assert!(script.contains(&format!("for stage in {}; do", names.join(" "))), "{names:?}");
    }
}
