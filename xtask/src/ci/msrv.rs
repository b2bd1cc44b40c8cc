//! The oldest Rust that the published crates state.

use std::fs;

use xshell::{Shell, cmd};

use super::{
    metadata::{Metadata, PUBLISHED},
    stage::{Ran, call},
};
use crate::Failure;

/// Compares what dependencies state, and builds with that Rust where it is installed. Clippy judges calls of std, with any toolchain.
pub(super) fn run(shell: &Shell) -> Result<Ran, Failure> {
    let manifest = fs::read_to_string(shell.current_dir().join("Cargo.toml"))?;
    let stated = stated(&manifest).ok_or_else(|| Failure("Cargo.toml states no rust-version".into()))?;
    let metadata = Metadata::read(shell)?;
    let newer = newer(&metadata, stated);
    if !newer.is_empty() {
        return Err(Failure(format!("rust-version is {stated}, and users would compile what needs more:\n{}", newer.join("\n"))));
    }
    let installed = cmd!(shell, "rustup toolchain list").quiet().ignore_stderr().read().unwrap_or_default();
    if !installed.lines().any(|line| line.starts_with(&format!("{stated}-")) || line.starts_with(&format!("{stated}."))) {
        return Ok(Ran::Partly(format!(
            "Nothing was built with Rust {stated}, which is not installed here. What was compared is what dependencies state.\n\
             With rustup: rustup toolchain install {stated} --profile minimal && cargo xtask ci --only msrv"
        )));
    }
    let packages = PUBLISHED.iter().flat_map(|package| ["-p", package]);
    call(&cmd!(shell, "rustup run {stated} cargo check --quiet {packages...} --all-features --target-dir target/msrv"))?;
    Ok(Ran::Passed)
}

/// What needs a newer Rust than the stated one, a line each.
fn newer(metadata: &Metadata, stated: &str) -> Vec<String> {
    let needed = metadata.needed_by_users().into_iter();
    let newer = needed.filter_map(|package| Some((package.rust.filter(|rust| numbers(rust) > numbers(stated))?, package)));
    newer.map(|(rust, package)| format!("  {} {} needs Rust {rust}", package.name, package.version)).collect()
}

/// `1.89` as `[1, 89]`, and `1.89.0` too.
fn numbers(version: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = version.split('.').map(|part| part.parse().unwrap_or(0)).collect();
    numbers.truncate(2);
    numbers
}

/// The rust-version of the workspace's manifest.
fn stated(manifest: &str) -> Option<&str> {
    let line = manifest.lines().find_map(|line| line.trim().strip_prefix("rust-version"))?;
    Some(line.trim_start().strip_prefix('=')?.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Metadata, newer, stated};

    #[test]
    fn the_stated_version_is_the_one_of_the_workspace() {
        assert_eq!(stated("[workspace.package]\nrust-version = \"1.88\"\n"), Some("1.88"));
        assert_eq!(stated("[workspace.package]\n"), None);
    }

    #[test]
    fn what_users_compile_must_not_need_more() {
        let package = |name: &str, rust: &str, source: Option<&str>| json!({"id": name, "name": name, "version": "1.0.0", "rust_version": rust, "source": source});
        let dependency = |name: &str, kind: Option<&str>| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let metadata = Metadata::of(json!({
            "packages": [
                package("graph-runtime", "1.89", None),
                package("xtask", "1.99", None),
                package("old", "1.60.1", Some("registry")),
                package("new", "1.90.0", Some("registry")),
                package("built", "1.91", Some("registry")),
                package("tested", "1.95", Some("registry")),
            ],
            "resolve": {"nodes": [
                {"id": "graph-runtime", "deps": [dependency("old", None), dependency("tested", Some("dev"))]},
                {"id": "old", "deps": [dependency("new", None), dependency("built", Some("build"))]},
            ]},
        }));
        assert_eq!(newer(&metadata, "1.89"), ["  built 1.0.0 needs Rust 1.91", "  new 1.0.0 needs Rust 1.90.0"]);
        assert_eq!(newer(&metadata, "1.91"), [""; 0]);
    }
}
