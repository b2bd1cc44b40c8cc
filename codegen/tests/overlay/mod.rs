//! The spec of a fixture: its own files over those of the base.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder of the fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The spec of a fixture in a folder, as the real one is.
pub(crate) fn spec(fixture: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    overlay(&fixtures().join("base"), folder.path());
    overlay(&fixture.join("spec"), folder.path());
    folder
}

/// Copies a folder over another one.
fn overlay(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            overlay(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}
