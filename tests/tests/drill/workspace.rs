//! Copies of the spec, and a Cargo workspace of the crates that they give.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use graph_codegen::{
    emit,
    model::{Api, Version},
    write,
};

/// The workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The spec in a folder.
pub fn api(folder: &Path, what: &str) -> Api {
    graph_codegen::load(folder)
        .unwrap_or_else(|report| panic!("{what}\nis not right:\n{}", report.render(&folder.display().to_string(), false)))
}

fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("drill")
}

/// The files of a spec by path.
#[derive(Clone)]
pub struct Spec(pub BTreeMap<String, String>);

impl Spec {
    pub fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        read_below(folder, "", &mut files);
        files.retain(|path, _| Path::new(path).extension().is_some_and(|extension| extension == "yaml"));
        Self(files)
    }

    /// With the files of a folder in addition, in which NEWEST and NEXT are placeholders for versions.
    pub fn with(mut self, folder: &Path, newest: Version) -> Self {
        for (path, text) in Self::read(folder).0 {
            self.0.insert(path, text.replace("NEWEST", &newest.to_string()).replace("NEXT", &after(newest).to_string()));
        }
        self
    }

    /// With the version after the newest one.
    pub fn with_version_after(mut self, newest: Version) -> Self {
        let versions = self.0.get_mut("versions.yaml").unwrap();
        let line = versions
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{newest}:")))
            .expect("versions.yaml has the newest version");
        *versions = versions.replace(line, &format!("{line}\n  {}: {{released: 2025-10-08}}", after(newest)));
        self
    }

    /// Writes the files to a folder of this name, which it returns.
    pub fn write(&self, name: &str) -> PathBuf {
        let folder = scratch().join(name).join("spec");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        for (path, text) in &self.0 {
            put(&folder.join(path), text);
        }
        folder
    }
}

/// The version that comes next.
fn after(newest: Version) -> Version {
    Version(newest.0 + 1, 0)
}

fn read_below(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_below(&entry.path(), &format!("{path}/"), files);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.insert(path, text);
        }
    }
}

/// Writes a file unless it is there already, so that Cargo sees what is new.
fn put(file: &Path, text: &str) {
    if fs::read_to_string(file).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// Client crates and their contract tests next to each other, on the runtime of the workspace.
pub struct Workspace(PathBuf);

impl Workspace {
    pub fn new(crates: &[(&str, &Api)]) -> Self {
        let (root, to) = (root(), scratch());
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let members: Vec<String> = crates.iter().map(|(name, _)| format!("\"{name}/generated\", \"{name}/tests\"")).collect();
        let manifest = edited(&read("Cargo.toml"), |line| match line.split_once(" = ") {
            Some(("members", _)) => Some(format!("members = [{}]", members.join(", "))),
            Some(("graph-codegen" | "whatsapp-graph", _)) => None,
            Some(("graph-runtime", _)) => Some(line.replace("\"runtime\"", &format!("{:?}", root.join("runtime")))),
            _ => Some(line.into()),
        });
        put(&to.join("Cargo.toml"), &manifest);
        // Rewritten each time: Cargo leaves in it what these crates need.
        put(&to.join("Cargo.lock"), &read("Cargo.lock"));
        for (name, api) in crates {
            let to = to.join(name);
            write::write(&to, &emit::emit(api)).unwrap();
            put(&to.join("generated/README.md"), &read("generated/README.md"));
            put(&to.join("generated/Cargo.toml"), &renamed(&read("generated/Cargo.toml"), name));
            put(&to.join("tests/Cargo.toml"), &renamed(&read("tests/Cargo.toml"), name));
            let mut sources = BTreeMap::new();
            read_below(&root.join("tests/src"), "", &mut sources);
            sources.iter().for_each(|(path, text)| put(&to.join("tests/src").join(path), text));
        }
        Self(to)
    }

    /// Compiles everything and runs the contract tests, in one run of Cargo that downloads nothing.
    pub fn test(&self, what: &str) {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("drill");
        let mut cargo = Command::new(env!("CARGO"));
        // These are not debugged, and what is compiled again is compiled from scratch.
        cargo.current_dir(&self.0).env("CARGO_TARGET_DIR", &target).env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        cargo.args(["test", "--offline", "--quiet", "--workspace", "--test", "contract"]);
        let output = cargo.output().unwrap_or_else(|error| panic!("cannot run {cargo:?}: {error}"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let folder = self.0.display();
        assert!(output.status.success(), "in {folder}, {cargo:?} failed.\n{what}\n\n{out}\n{err}");
        assert_eq!(
            out.matches("test result: ok").count(),
            2,
            "in {folder}, {cargo:?} ran other tests than those of two crates.\n{what}\n\n{out}"
        );
    }
}

/// A manifest line by line; a line that is replaced by nothing is dropped.
fn edited(manifest: &str, edit: impl Fn(&str) -> Option<String>) -> String {
    manifest.lines().filter_map(edit).map(|line| format!("{line}\n")).collect()
}

/// The manifest of a member whose package has its own name, with the client crate next to it and without what only other tests need.
fn renamed(manifest: &str, name: &str) -> String {
    let mut package = String::new();
    let mut library = String::new();
    let mut skipped = false;
    for line in manifest.lines() {
        skipped = if line.starts_with('[') { matches!(line, "[dev-dependencies]" | "[[bench]]") } else { skipped };
        match line.split_once(" = ") {
            _ if skipped => {}
            Some(("name", quoted)) => {
                let of = quoted.trim_matches('"');
                library = format!("\n[lib]\nname = \"{}\"\n", of.replace('-', "_"));
                package.push_str(&format!("name = \"{of}-{name}\"\n"));
            }
            Some(("whatsapp-graph.workspace", _)) => {
                package.push_str(&format!("whatsapp-graph = {{ path = \"../generated\", package = \"whatsapp-graph-{name}\" }}\n"));
            }
            _ => package.push_str(&format!("{line}\n")),
        }
    }
    package + &library
}
