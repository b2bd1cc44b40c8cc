//! A Cargo workspace of crates that specs give.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use graph_codegen::{emit, model::Api, write};

/// The workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The spec in a folder.
pub fn api(folder: &Path, what: &str) -> Api {
    graph_codegen::load(folder)
        .unwrap_or_else(|report| panic!("{what}\nis not right:\n{}", report.render(&folder.display().to_string(), false)))
}

/// Where a test of this name works.
pub fn scratch(test: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(test)
}

pub fn read_below(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
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
pub fn put(file: &Path, text: &str) {
    if fs::read_to_string(file).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// A crate and its contract tests, which the workspace has in a folder of their own.
pub struct Member<'a> {
    pub folder: &'a str,
    pub api: &'a Api,
    pub readme: String,
    /// A test of the stand-in that is made of the spec; nothing: none is made.
    pub stand_in: Option<&'a str>,
}

/// Client crates and their contract tests next to each other, on the runtime of this workspace.
pub struct Workspace(PathBuf);

impl Workspace {
    /// In the folder of a test of this name.
    pub fn new(test: &str, members: &[Member<'_>]) -> Self {
        let (root, to) = (root(), scratch(test));
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let folder = |member: &Member<'_>| {
            let stand_in = if member.stand_in.is_some() { format!(", \"{}/mock\"", member.folder) } else { String::new() };
            format!("\"{0}/generated\", \"{0}/tests\"{stand_in}", member.folder)
        };
        let folders: Vec<String> = members.iter().map(folder).collect();
        let manifest = edited(&read("Cargo.toml"), |line| match line.split_once(" = ") {
            Some(("members", _)) => Some(format!("members = [{}]", folders.join(", "))),
            Some(("graph-codegen" | "graph-mock" | "whatsapp-graph", _)) => None,
            Some(("graph-runtime", _)) => Some(line.replace("\"runtime\"", &format!("{:?}", root.join("runtime")))),
            _ => Some(line.into()),
        });
        put(&to.join("Cargo.toml"), &manifest);
        // Rewritten each time: Cargo leaves in it what these crates need.
        put(&to.join("Cargo.lock"), &read("Cargo.lock"));
        for member in members {
            let to = to.join(member.folder);
            let package = &member.api.surface.package;
            // Of several crates with one name each gets another; one alone keeps it.
            let suffix = if members.len() > 1 { format!("-{}", member.folder) } else { String::new() };
            let mut emitted = emit::emit(member.api);
            for file in emitted.iter_mut().filter(|file| file.path == "generated/Cargo.toml" && !suffix.is_empty()) {
                file.text = renamed(&file.text, package, &suffix);
            }
            write::write(&to, &emitted).unwrap();
            put(&to.join("generated/README.md"), &member.readme);
            for example in &member.api.surface.examples {
                put(&to.join(format!("generated/examples/{}.rs", example.name)), "fn main() {}\n");
            }
            put(&to.join("tests/Cargo.toml"), &renamed(&read("tests/Cargo.toml"), package, &suffix));
            if let Some(test) = member.stand_in {
                // Without the program, whose command line would be the longest to compile.
                let manifest = renamed(&read("mock/Cargo.toml"), package, &suffix);
                put(&to.join("mock/Cargo.toml"), &edited(&manifest, |line| (!line.starts_with("clap ")).then(|| line.into())));
                put(&to.join("mock/tests/drill.rs"), test);
                let mut sources = BTreeMap::new();
                read_below(&root.join("mock/src"), "", &mut sources);
                for (path, text) in sources.iter().filter(|(path, _)| !path.starts_with("tables/") && path.as_str() != "main.rs") {
                    put(&to.join("mock/src").join(path), text);
                }
            }
            let mut sources = BTreeMap::new();
            read_below(&root.join("tests/src"), "", &mut sources);
            for (path, text) in sources {
                // Written for the crate of this workspace, it uses nothing that the crate of another spec lacks: only the name differs.
                put(&to.join("tests/src").join(path), &text.replace("whatsapp_graph", &member.api.surface.library()));
            }
        }
        Self(to)
    }

    /// Runs `cargo test` with these arguments, which downloads nothing: how many tests passed in each binary, and what it says of the code.
    pub fn test(&self, args: &[&str], what: &str) -> (Vec<usize>, String) {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("drill");
        let mut cargo = Command::new(env!("CARGO"));
        // These are not debugged, and what is compiled again is compiled from scratch.
        cargo.current_dir(&self.0).env("CARGO_TARGET_DIR", &target).env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        cargo.args(["test", "--offline", "--quiet"]).args(args);
        let output = cargo.output().unwrap_or_else(|error| panic!("cannot run {cargo:?}: {error}"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let folder = self.0.display();
        assert!(output.status.success(), "in {folder}, {cargo:?} failed.\n{what}\n\n{out}\n{err}");
        let passed = |result: &str| result.split_once(" passed").and_then(|(count, _)| count.trim().parse().ok());
        (out.split("test result: ok.").skip(1).map(|result| passed(result).expect("Cargo counts what passed")).collect(), err)
    }
}

/// A manifest line by line; a line that is replaced by nothing is dropped.
fn edited(manifest: &str, edit: impl Fn(&str) -> Option<String>) -> String {
    manifest.lines().filter_map(edit).map(|line| format!("{line}\n")).collect()
}

/// The manifest of a member: the package has this suffix, the client crate is next to it, and what only other tests need is left out.
fn renamed(manifest: &str, client: &str, suffix: &str) -> String {
    let mut package = String::new();
    let mut library = String::new();
    let mut skipped = false;
    for line in manifest.lines() {
        skipped =
            if line.starts_with('[') { matches!(line, "[dev-dependencies]" | "[[bench]]" | "[[bin]]" | "[[example]]") } else { skipped };
        match line.split_once(" = ") {
            _ if skipped => {}
            Some(("name", quoted)) => {
                let of = quoted.trim_matches('"');
                library = format!("\n[lib]\nname = \"{}\"\n", of.replace('-', "_"));
                package.push_str(&format!("name = \"{of}{suffix}\"\n"));
            }
            Some(("whatsapp-graph.workspace", _)) => {
                package.push_str(&format!("{client} = {{ path = \"../generated\", package = \"{client}{suffix}\" }}\n"));
            }
            _ => package.push_str(&format!("{line}\n")),
        }
    }
    package + &library
}
