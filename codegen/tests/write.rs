//! Writing: only what differs, all or nothing, and nothing left of what is gone.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use graph_codegen::write::{Changes, MARK, Output, compare, write};

fn output(path: &str, text: &str) -> Output {
    Output { path: path.into(), text: format!("{MARK}\n{text}") }
}

fn outputs() -> Vec<Output> {
    vec![output("generated/src/lib.rs", "mod a;"), output("generated/src/node/edge.rs", "struct Edge;")]
}

fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn whatever_is_to_do_is_no_emptiness() {
    let path = || vec!["generated/src/lib.rs".to_owned()];
    for changes in [
        Changes { added: path(), ..Changes::default() },
        Changes { changed: path(), ..Changes::default() },
        Changes { removed: path(), ..Changes::default() },
    ] {
        assert!(!changes.is_empty(), "{changes:?}");
    }
}

#[cfg(unix)]
#[test]
fn everybody_may_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &outputs()).unwrap();
    let mode = fs::metadata(root.path().join("generated/src/lib.rs")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn the_second_run_writes_nothing() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(write(root.path(), &outputs()).unwrap().added.len(), 2);
    let before = fs::metadata(root.path().join("generated/src/lib.rs")).unwrap().modified().unwrap();
    let changes = write(root.path(), &outputs()).unwrap();
    assert!(changes.is_empty() && changes.unchanged == 2, "{changes:?}");
    assert_eq!(fs::metadata(root.path().join("generated/src/lib.rs")).unwrap().modified().unwrap(), before);
}

#[test]
fn the_files_of_an_edge_that_is_gone_are_removed_with_their_folder() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &outputs()).unwrap();
    let changes = write(root.path(), &outputs()[..1]).unwrap();
    assert_eq!(changes.removed, ["generated/src/node/edge.rs"]);
    assert_eq!(files(root.path()), ["generated/src/lib.rs"]);
    assert!(!root.path().join("generated/src/node").exists());
}

#[test]
fn files_that_are_not_the_generators_stay() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &outputs()).unwrap();
    fs::write(root.path().join("generated/src/by_hand.rs"), "// written by hand\n").unwrap();
    fs::write(root.path().join("generated/src/picture.rs"), [0xff, 0xfe, 0x00]).unwrap();
    write(root.path(), &outputs()).unwrap();
    assert_eq!(
        files(root.path()),
        ["generated/src/by_hand.rs", "generated/src/lib.rs", "generated/src/node/edge.rs", "generated/src/picture.rs"]
    );
}

#[test]
fn what_cannot_be_written_leaves_the_previous_output_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &outputs()).unwrap();
    // A folder where a file belongs: found only when everything before it was staged.
    fs::create_dir_all(root.path().join("generated/src/node/other.rs")).unwrap();
    let mut changed =
        vec![output("generated/src/lib.rs", "mod b;"), outputs().remove(1), output("generated/src/node/other.rs", "struct Other;")];
    let error = write(root.path(), &changed).unwrap_err().to_string();
    assert!(error.contains("other.rs") && error.contains("cannot"), "{error}");
    assert_eq!(fs::read_to_string(root.path().join("generated/src/lib.rs")).unwrap(), outputs()[0].text);
    assert_eq!(files(root.path()), ["generated/src/lib.rs", "generated/src/node/edge.rs"], "a staged file was left over");

    fs::remove_dir(root.path().join("generated/src/node/other.rs")).unwrap();
    changed.truncate(1);
    write(root.path(), &changed).unwrap();
    assert_eq!(fs::read_to_string(root.path().join("generated/src/lib.rs")).unwrap(), changed[0].text);
}

#[test]
fn a_file_where_a_folder_belongs_is_named() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("generated"), "").unwrap();
    let error = write(root.path(), &outputs()).unwrap_err().to_string();
    assert!(error.contains("generated"), "{error}");
}

#[test]
fn what_an_interrupted_run_left_is_swept_up() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &outputs()).unwrap();
    fs::write(root.path().join("generated/src/node/.gen-a1B2c3"), "half a fi").unwrap();
    assert_eq!(compare(root.path(), &outputs()).unwrap().removed, ["generated/src/node/.gen-a1B2c3"]);
    write(root.path(), &outputs()).unwrap();
    assert_eq!(files(root.path()), ["generated/src/lib.rs", "generated/src/node/edge.rs"]);
}
