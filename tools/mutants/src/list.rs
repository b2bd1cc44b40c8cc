//! What `cargo mutants` lists.

use std::ops::Range;
use std::process::Command;

use serde_json::Value;

/// One change of the source, of which a test should notice something.
pub struct Mutant {
    pub name: String,
    pub file: String,
    pub genre: String,
    /// What is replaced, in bytes of the file.
    pub span: Range<usize>,
    pub with: String,
    pub returns: String,
    pub fate: Fate,
}

/// The outcome of a mutant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// Nothing yet: it is behind a switch.
    Open,
    /// It does not compile, and would not alone.
    Unviable,
    /// It cannot be behind a switch, but may compile alone.
    Alone,
    /// A test failed, or did not end.
    Caught(String),
    /// No test comes by, or none that does fails.
    Survived,
}

/// All mutants of a package, as `.cargo/mutants.toml` has them, or those of some of its files.
pub fn of(package: &str, files: &[&str]) -> Vec<Mutant> {
    let files = files.iter().flat_map(|file| ["--file", file]);
    let output = Command::new("cargo")
        .args(["mutants", "--list", "--json", "--package", package])
        .args(files)
        .output()
        .expect("cargo install cargo-mutants");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list.iter()
        .map(|mutant| {
            let file = text(&mutant["file"]);
            let source = std::fs::read_to_string(&file).unwrap();
            let place = |end: &str| offset(&source, &mutant["span"][end]);
            Mutant {
                span: place("start")..place("end"),
                name: text(&mutant["name"]),
                genre: text(&mutant["genre"]),
                with: text(&mutant["replacement"]),
                returns: text(&mutant["function"]["return_type"]),
                fate: Fate::Open,
                file,
            }
        })
        .collect()
}

/// Lines and columns count from one, columns in characters.
fn offset(source: &str, place: &Value) -> usize {
    let number = |name: &str| usize::try_from(place[name].as_u64().unwrap()).unwrap() - 1;
    let line: usize = source.split_inclusive('\n').take(number("line")).map(str::len).sum();
    line + source[line..].chars().take(number("column")).map(char::len_utf8).sum::<usize>()
}
