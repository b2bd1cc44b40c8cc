//! The commands as one calls them: what they print, what they write, how they fail. Snapshots are of the small specs in tests/spec and tests/openapi, so that an edit of the
//! real one touches none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

mod catalog;
mod drift;
mod explain;
mod generate;
mod help;
mod new_edge;
mod new_webhook;
mod openapi;
mod why_area;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What a call of the tool came to.
struct Called {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Called {
    /// The output of a call that has to succeed.
    fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self.stdout
    }

    /// The complaint of a call that has to fail.
    fn failure(self) -> String {
        assert_eq!(self.code, Some(1), "{}", self.stdout);
        self.stderr
    }
}

/// Calls the tool, in the folder of its package.
fn xtask(args: &[&str]) -> Called {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Called { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A copy of the small spec that a test may change.
fn spec_copy(to: &Path) -> PathBuf {
    let spec = to.join("spec");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec"), &spec);
    spec
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(path, target).unwrap();
        }
    }
}

/// Every file below a folder with its bytes, by path.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.clone(), fs::read(path).unwrap()));
        }
    }
    found.sort();
    found
}
