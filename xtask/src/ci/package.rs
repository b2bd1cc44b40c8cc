//! What would be uploaded, packed and compiled.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use xshell::{Shell, cmd};

use super::{metadata::PUBLISHED, stage::call};
use crate::{Failure, Outcome, workspace::target};

/// Packs the crates as they would be uploaded, with every check that cargo makes before an upload, and checks what was packed. Nothing is uploaded, and
/// nothing of it is kept. docs/decisions/0046-published.md says why it is not the build of `cargo publish`.
pub(super) fn run(shell: &Shell) -> Outcome {
    let packed = target().join("packed");
    shell.remove_path(&packed)?;
    let packages = PUBLISHED.iter().flat_map(|package| ["-p", package]);
    let publish = cmd!(shell, "cargo publish --dry-run --no-verify {packages...} --allow-dirty --target-dir {packed}");
    let outcome = call(&publish).and_then(|()| compile(shell, &packed));
    shell.remove_path(&packed)?;
    outcome
}

/// Unpacks the crates side by side, where each finds the others, and checks them with the crates of others that the workspace has.
fn compile(shell: &Shell, packed: &Path) -> Outcome {
    let folder = packed.join("unpacked");
    fs::create_dir_all(&folder)?;
    let version = env!("CARGO_PKG_VERSION");
    let root = fs::read_to_string(shell.current_dir().join("Cargo.toml"))?;
    let mut manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n\n{}\n[patch.crates-io]\n", profiles(&root));
    for package in PUBLISHED {
        let name = format!("{package}-{version}.crate");
        let archive = find(packed, &name).ok_or_else(|| Failure(format!("cargo has packed no {name} below {}", packed.display())))?;
        call(&cmd!(shell, "tar -xzf {archive} -C {folder}").quiet())?;
        manifest.push_str(&format!("{package} = {{ path = \"{package}-{version}\" }}\n"));
    }
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(shell.current_dir().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let (manifest, target) = (folder.join("Cargo.toml"), target());
    let check = cmd!(
        shell,
        "cargo check --workspace --offline --message-format json-render-diagnostics --manifest-path {manifest} --target-dir {target}"
    );
    let check = check.env("CARGO_INCREMENTAL", "0");
    let said = check.read().map_err(|_| Failure(format!("command: {check}")))?;
    clean(&said, &folder);
    Ok(())
}

/// The file of this name. Where below its directory cargo leaves what it would upload has changed before.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let here = files.into_iter().find(|path| path.file_name().is_some_and(|file| file == name));
    here.or_else(|| folders.iter().find_map(|folder| find(folder, name)))
}

/// The profiles of the workspace: with others, the crates of others would be built anew.
fn profiles(manifest: &str) -> String {
    let mut within = false;
    let lines = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            within = line.starts_with("[profile.dev");
        }
        within
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// Removes what the compiler has written of the unpacked crates. What cannot be removed is a few megabytes, and no failure.
fn clean(said: &str, folder: &Path) {
    let artifacts = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ours = artifacts.filter(|artifact| artifact["manifest_path"].as_str().is_some_and(|path| Path::new(path).starts_with(folder)));
    let files = ours.flat_map(|artifact| artifact["filenames"].as_array().cloned().unwrap_or_default());
    for file in files.filter_map(|file| file.as_str().map(ToOwned::to_owned)) {
        let _ = fs::remove_file(file);
    }
}

#[cfg(test)]
mod tests {
    use super::profiles;

    #[test]
    fn profiles_for_development_are_taken_over_and_no_others() {
        let manifest = "[workspace]\nmembers = []\n\n[profile.dev]\ndebug = 1\n\n[profile.dev.package.x]\nopt-level = 2\n\n[profile.release]\nlto = true\n";
        assert_eq!(profiles(manifest), "[profile.dev]\ndebug = 1\n\n[profile.dev.package.x]\nopt-level = 2\n\n");
    }
}
