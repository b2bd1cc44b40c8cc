use std::{fs, path::Path};

use serde_json::Value;

use super::{files, spec_copy, xtask};

fn generate(out: &Path) -> String {
    xtask(&["--spec", "tests/spec", "gen", "--out", out.to_str().unwrap()]).success()
}

#[test]
fn generating_twice_writes_nothing_and_gives_the_same_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert!(generate(one.path()).contains(" 0 changed, 0 removed, 0 unchanged"));
    let before = files(one.path());
    let times = |all: &[(std::path::PathBuf, Vec<u8>)]| {
        all.iter().map(|(path, _)| fs::metadata(path).unwrap().modified().unwrap()).collect::<Vec<_>>()
    };
    let written = times(&before);
    assert!(generate(one.path()).contains(" 0 files added, 0 changed, 0 removed"));
    assert_eq!(files(one.path()), before);
    assert_eq!(times(&before), written, "a file was written anew");

    generate(two.path());
    let relative =
        |root: &Path| files(root).into_iter().map(|(path, text)| (path.strip_prefix(root).unwrap().to_owned(), text)).collect::<Vec<_>>();
    assert_eq!(relative(one.path()), relative(two.path()));
}

#[test]
fn a_stale_file_is_named_with_the_command_that_mends_it() {
    let out = tempfile::tempdir().unwrap();
    generate(out.path());
    fs::write(out.path().join("generated/src/lib.rs"), "// edited").unwrap();
    fs::remove_file(out.path().join("spec/schema/node.json")).unwrap();
    let before = files(out.path());
    let said = xtask(&["--spec", "tests/spec", "gen", "--check", "--out", out.path().to_str().unwrap()]).failure();
    for part in ["differs: generated/src/lib.rs", "missing: spec/schema/node.json", "cargo xtask gen"] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(files(out.path()), before, "--check wrote something");
    generate(out.path());
    xtask(&["--spec", "tests/spec", "gen", "--check", "--out", out.path().to_str().unwrap()]).success();
}

#[test]
fn a_broken_spec_leaves_the_output_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (spec_copy(folder.path()), folder.path().join("out"));
    let args = ["--spec", spec.to_str().unwrap(), "gen", "--out", out.to_str().unwrap()];
    xtask(&args).success();
    let before = files(&out);
    fs::write(spec.join("nodes/number/register.yaml"), "edge: [").unwrap();
    assert!(xtask(&args).failure().contains("nodes/number/register.yaml:1:"));
    assert_eq!(files(&out), before);
}

#[test]
fn what_is_in_the_way_is_named_and_nothing_is_written() {
    for (place, in_the_way) in [("generated/src/lib.rs", true), ("generated/src/wire", false), ("spec/schema", false)] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let spec = spec_copy(folder.path());
        let args = ["--spec", spec.to_str().unwrap(), "gen", "--out", out.to_str().unwrap()];
        xtask(&args).success();
        let target = out.join(place);
        if in_the_way {
            fs::remove_file(&target).unwrap();
            fs::create_dir(&target).unwrap();
        } else {
            fs::remove_dir_all(&target).unwrap();
            fs::write(&target, "a file where a folder belongs").unwrap();
        }
        let number = spec.join("nodes/number.yaml");
        fs::write(&number, fs::read_to_string(&number).unwrap().replace("Reads a number.", "Reads it.")).unwrap();
        let before = files(&out);
        let said = xtask(&args).failure();
        assert!(said.contains(target.to_str().unwrap()), "{place}: {said}");
        assert_eq!(files(&out), before, "{place}");
    }
}

#[test]
fn a_folder_that_may_not_be_written_to_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    generate(&out);
    let sources = out.join("generated/src");
    fs::write(sources.join("lib.rs"), "// edited").unwrap();
    let before = files(&out);
    let allowed = fs::metadata(&sources).unwrap().permissions();
    let mut forbidden = allowed.clone();
    forbidden.set_readonly(true);
    fs::set_permissions(&sources, forbidden).unwrap();
    // Root writes where no one else may; then there is nothing to test here, and the test above has to do.
    let held = fs::write(sources.join("probe"), "").is_err();
    let called = held.then(|| xtask(&["--spec", "tests/spec", "gen", "--out", out.to_str().unwrap()]));
    fs::set_permissions(&sources, allowed).unwrap();
    if let Some(called) = called {
        let said = called.failure();
        assert!(said.contains("generated/src"), "{said}");
        assert_eq!(files(&out), before);
    }
}

/// No one can make a folder there, not even root.
#[cfg(target_os = "linux")]
#[test]
fn a_place_where_no_folder_can_be_is_named() {
    let said = xtask(&["--spec", "tests/spec", "gen", "--out", "/proc/generated"]).failure();
    assert!(said.contains("cannot make the folder /proc/generated"), "{said}");
}

#[test]
fn problems_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let spec = spec_copy(folder.path());
    let args = ["--spec", spec.to_str().unwrap(), "check", "--format", "json"];
    assert_eq!(xtask(&args).success(), "[]\n");
    let number = spec.join("nodes/number.yaml");
    fs::write(&number, fs::read_to_string(&number).unwrap().replace("handle: number", "handel: number")).unwrap();
    let called = xtask(&args);
    assert_eq!(called.code, Some(1));
    let problems: Vec<Value> = serde_json::from_str(&called.stdout).unwrap();
    let unknown = problems.iter().find(|problem| problem["code"] == "E011").expect("no problem with the key");
    assert_eq!(
        (&unknown["severity"], &unknown["file"], &unknown["line"], &unknown["column"]),
        (&"error".into(), &"nodes/number.yaml".into(), &4.into(), &1.into())
    );
    for key in ["message", "label", "help"] {
        assert!(unknown.get(key).is_some(), "{key}");
    }
}

/// A disk without room for the files that changed, played by a limit on how large a file may be.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_output_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (spec_copy(folder.path()), folder.path().join("out"));
    let args = ["--spec", spec.to_str().unwrap(), "gen", "--out", out.to_str().unwrap()];
    xtask(&args).success();
    let before = files(&out);
    let versions = fs::read_to_string(spec.join("versions.yaml")).unwrap().replace("v2.0: {released: 2024", "v2.0: {released: 2025");
    fs::write(spec.join("versions.yaml"), versions).unwrap();
    let output = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_xtask")])
        .args(args)
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write") && said.contains("generated/src"), "{said}");
    assert_eq!(files(&out), before);
    xtask(&args).success();
    assert_ne!(files(&out), before, "the edit changes files, or nothing was tested");
}

/// A run that is killed at any moment leaves each file whole: as it was, or as it is to be.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_every_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (spec_copy(folder.path()), folder.path().join("out"));
    let args = ["--spec", spec.to_str().unwrap(), "gen", "--out", out.to_str().unwrap()];
    xtask(&args).success();
    let whole = files(&out);
    for wait in [0, 5, 10, 20, 40, 60] {
        for (path, _) in whole.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs")) {
            fs::write(path, "// @generated by hand\n").unwrap();
        }
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(args)
            .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        for (path, text) in &whole {
            let now = fs::read(path).unwrap();
            assert!(now == *text || now == b"// @generated by hand\n", "{} is half written", path.display());
        }
    }
    xtask(&args).success();
    assert_eq!(files(&out), whole, "something was left over");
}
