//! Whatever a type of the spec is called: `check` says that the crate has the name, or the crate compiles.
//!
//! The names that could clash are those that the emitted crate and the runtime's macros write. `check` looks at each of them; those that it lets pass are given
//! to types of every kind, in a few crates that are compiled. What was compiled lies in `target/tmp/names/`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use graph_codegen::{
    Diagnostic, Report, check, emit, load,
    naming::{is_upper_camel, reserved},
    parse::Sources,
};

/// What types there are; a crate gives each name to one of them.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Enum,
    Sent,
    Answered,
    Union,
    Untagged,
}

const KINDS: [Kind; 5] = [Kind::Enum, Kind::Sent, Kind::Answered, Kind::Union, Kind::Untagged];

/// What the macros of the runtime and the prelude of Rust name without a path; the emitted crate writes most of it as well.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Every word of Rust source that could be the name of a type, comments left out.
fn words(source: &str) -> impl Iterator<Item = &str> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split(|character: char| !character.is_alphanumeric() && character != '_')).filter(|word| is_upper_camel(word))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("names")
}

/// The names of a folder's files and those below it, with their texts.
fn files(folder: &Path, below: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            all.extend(files(&entry.path(), &format!("{name}/")));
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            all.push((name, text));
        }
    }
    all
}

/// A small spec whose types have these names. Every kind of type holds others, and one call sends or returns them all.
fn spec(types: &[(&str, Kind)]) -> Vec<(String, String)> {
    let near = |index: usize, is: fn(&Kind) -> bool| {
        let (before, after) = types.split_at(index);
        after.iter().chain(before).find(|(_, kind)| is(kind)).expect("a spec has types of every kind").0
    };
    let (mut declared, mut sent, mut answered) = (String::new(), String::new(), String::new());
    for (index, (name, kind)) in types.iter().enumerate() {
        let object = near(index, |kind| *kind == Kind::Sent);
        let listed = near(index, |kind| *kind == Kind::Enum);
        let def = match kind {
            Kind::Enum => "enum: {A: {doc: A.}, B: {doc: B.}}".to_owned(),
            Kind::Sent => {
                format!("object: {{a: {{type: string, doc: A.}}, b: {{type: list<{listed}>, doc: B.}}}}, args: [a], from_text: true")
            }
            Kind::Answered => format!("object: {{a: {{type: string, always: true, doc: A.}}, b: {{type: {listed}, doc: B.}}}}"),
            Kind::Union => format!("union: {{tag: type, variants: {{a: {{members: {object}, doc: A.}}}}}}"),
            Kind::Untagged => format!(
                "untagged: {{One: {{type: string, doc: A.}}, Many: {{type: 'list<{listed}>', doc: B.}}, Whole: {{type: {object}, doc: C.}}}}"
            ),
        };
        declared.push_str(&format!("  {name}: {{doc: A type., {def}}}\n"));
        let to = if *kind == Kind::Answered { &mut answered } else { &mut sent };
        to.push_str(&format!("p{index}: {{type: {name}, doc: A type.}}, "));
    }
    let types = format!(
        "# yaml-language-server: $schema=../schema/types.json\npage: https://example.com/names\ntypes:\n  \
         Answer: {{doc: An answer., object: {{id: {{type: 'id<GraphNumber>', always: true, doc: A.}}, {answered}}}}}\n{declared}"
    );
    let edge = format!(
        "# yaml-language-server: $schema=../../schema/edge.json\nedge: greet\nnode: GraphNumber\ndoc: Greetings.\npage: https://example.com/greet\n\
         create:\n  request: GreetNumber\n  doc: Greets.\n  body: json\n  idempotent: false\n  params: {{{sent}offset: {{type: int, in: header, doc: A.}}}}\n  \
         returns: Answer\n  examples:\n    - title: nothing\n      call: {{}}\n      request: POST /{{version}}/10/greet\n      response: {{body: {{id: '1'}}}}\n\
         read:\n  request: ListGreetings\n  doc: Lists greetings.\n  returns: page<Answer>\n  examples:\n    - title: nothing\n      call: {{fields: [id]}}\n      \
         request: |\n        GET /{{version}}/10/greet\n        ?fields = id\n      response: {{body: {{data: []}}}}\n"
    );
    let mut files = files(&root().join("codegen/tests/fixtures/base"), "");
    files.push(("types/names.yaml".into(), types));
    files.push(("nodes/number/greet.yaml".into(), edge));
    files
}

/// What `check` has against these types; nothing if they are right.
fn report(types: &[(&str, Kind)]) -> Option<String> {
    let spec = spec(types);
    let sources = Sources::from_texts(spec.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (_, problems) = check::check(&sources);
    problems.iter().any(Diagnostic::is_error).then(|| Report::new(sources, problems).render("spec", false))
}

/// One crate of a spec: writes it, and returns its source.
fn write(name: &str, types: &[(&str, Kind)]) -> String {
    let folder = scratch().join(name);
    // Not removed as a whole before: Cargo looks at the times of files.
    for (path, text) in spec(types) {
        put(&folder.join("spec").join(path), &text);
    }
    let api = load(&folder.join("spec")).unwrap_or_else(|report| panic!("{}", report.render(name, false)));
    let mut source = String::new();
    for file in emit::client_crate(&api).iter().filter(|file| file.path.ends_with(".rs")) {
        put(&folder.join(&file.path), &file.text);
        source.push_str(&file.text);
    }
    put(&folder.join("generated/README.md"), "");
    put(
        &folder.join("generated/Cargo.toml"),
        &format!(
            "[package]\nname = \"names-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             graph-runtime = {{ path = {:?}, default-features = false }}\n",
            root().join("runtime")
        ),
    );
    source
}

/// Writes a file unless it is there already.
fn put(file: &Path, text: &str) {
    if fs::read_to_string(file).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[test]
fn a_type_of_any_name_is_reported_or_compiles() {
    let plain: Vec<(&str, Kind)> =
        ["PlainEnum", "PlainSent", "PlainAnswered", "PlainUnion", "PlainUntagged"].into_iter().zip(KINDS).collect();
    assert_eq!(report(&plain).unwrap_or_default(), "", "the small spec is right");
    let source = write("plain", &plain);
    let macros = files(&root().join("runtime/src"), "").into_iter().filter(|(_, text)| text.contains("#[macro_export]"));
    let macros: String = macros.map(|(_, text)| text).collect();

    let candidates: BTreeSet<String> =
        reserved::types().chain(PRELUDE.iter().copied()).map(str::to_owned).chain(words(&(source + &macros)).map(str::to_owned)).collect();
    let with = |name, kind: Kind| plain.iter().map(|(own, of)| (if *of == kind { name } else { *own }, *of)).collect::<Vec<_>>();
    let mut passing: Vec<&str> =
        candidates.iter().map(String::as_str).filter(|name| KINDS.iter().all(|kind| report(&with(name, *kind)).is_none())).collect();
    assert!(passing.len() > 20 && passing.len() < candidates.len(), "{} of {} names pass", passing.len(), candidates.len());
    // With a whole number of rounds each name is of each kind once, and each type is held by one of those before it.
    passing.extend(plain.iter().map(|(name, _)| *name).take(passing.len().next_multiple_of(KINDS.len()) - passing.len()));

    let crates: Vec<String> = (0..KINDS.len()).map(|turn| format!("turn{turn}")).collect();
    for (turn, name) in crates.iter().enumerate() {
        let types: Vec<_> = passing.iter().enumerate().map(|(index, name)| (*name, KINDS[(index + turn) % KINDS.len()])).collect();
        write(name, &types);
    }
    let members: Vec<String> = crates.iter().map(|name| format!("\"{name}/generated\"")).collect();
    put(
        &scratch().join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\nexclude = [\"plain\"]\nmembers = [{}]\n", members.join(", ")),
    );
    // Written each time: Cargo leaves in it what these crates need.
    put(&scratch().join("Cargo.lock"), &fs::read_to_string(root().join("Cargo.lock")).unwrap());

    // The folder of the drill, which has compiled some of what these need.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("drill");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(scratch()).env("CARGO_TARGET_DIR", target).env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    let output = cargo.args(["check", "--offline", "--quiet", "--workspace", "--keep-going"]).output().unwrap();
    assert!(
        output.status.success(),
        "`check` lets a name pass with which the crate does not compile. Reserve it in codegen/src/naming/reserved.rs:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
