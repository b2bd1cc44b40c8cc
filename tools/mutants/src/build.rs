//! Builds what was woven, and says what of it does not compile.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::Woven;
use crate::list::{Fate, Mutant};

/// Errors that the switch may cause and not the mutant: it is not a constant, a guard does not count for exhaustiveness, and what
/// returns early ends borrows elsewhere.
const OF_THE_SWITCH: [&str; 12] =
    ["E0004", "E0015", "E0382", "E0499", "E0502", "E0503", "E0505", "E0506", "E0507", "E0515", "E0597", "E0716"];

/// A program of tests, and the folder that it runs in.
pub struct Executable {
    pub name: String,
    pub path: PathBuf,
    pub folder: PathBuf,
}

/// Builds the tests of the package with these features, and other ones: `PACKAGE:TEST`. Or the compiler's errors.
pub fn tests(tree: &Path, target: &Path, package: &str, features: &str, others: &[String]) -> Result<Vec<Executable>, Vec<Value>> {
    let mut executables = build(tree, target, &["-p", package, "--lib", "--tests", "--features", features])?;
    for other in others {
        let (package, test) = other.split_once(':').expect("PACKAGE:TEST");
        executables.extend(build(tree, target, &["-p", package, "--test", test])?);
    }
    Ok(executables)
}

fn build(tree: &Path, target: &Path, what: &[&str]) -> Result<Vec<Executable>, Vec<Value>> {
    let output = Command::new("cargo")
        .args(["test", "--no-run", "--profile", "mutants", "--message-format", "json"])
        .args(what)
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", std::path::absolute(target).unwrap())
        .env("RUSTFLAGS", "--cap-lints=allow")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let messages: Vec<Value> = String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if !output.status.success() {
        return Err(messages
            .into_iter()
            .map(|mut message| message["message"].take())
            .filter(|message| message["level"] == "error")
            .collect());
    }
    Ok(messages
        .iter()
        .filter(|message| message["profile"]["test"] == true)
        .filter_map(|message| {
            let manifest = Path::new(message["manifest_path"].as_str()?);
            let (path, name) = (message["executable"].as_str()?, message["target"]["name"].as_str()?);
            Some(Executable { name: name.to_owned(), path: path.into(), folder: manifest.parent()?.to_owned() })
        })
        .collect())
}

/// Removes the mutants that errors name, and returns how many.
pub fn take_out(mutants: &mut [Mutant], tree: &Path, woven: &Woven, errors: &[Value]) -> usize {
    let mut count = 0;
    for error in errors {
        let code = error["code"]["code"].as_str().unwrap_or_default();
        let mut blamed: Vec<usize> = spans(error).iter().filter_map(|span| blame(woven, span)).collect();
        blamed.dedup();
        if code == "E0004" {
            blamed = spans(error).iter().flat_map(|span| arms(tree, woven, mutants, span)).collect();
        }
        if blamed.is_empty() && !spans(error).is_empty() {
            eprintln!("no mutant is to blame for\n{}", error["rendered"].as_str().unwrap_or_default());
        }
        for index in blamed {
            let mutant = &mut mutants[index];
            if mutant.fate == Fate::Open {
                mutant.fate = if OF_THE_SWITCH.contains(&code) { Fate::Alone } else { Fate::Unviable };
                count += 1;
            }
        }
    }
    assert!(count > 0, "nothing could be removed; the package does not build");
    count
}

fn spans(error: &Value) -> Vec<Value> {
    let own = |value: &Value| value["spans"].as_array().cloned().unwrap_or_default();
    let mut spans = own(error);
    spans.sort_by_key(|span| span["is_primary"] != true);
    spans.extend(error["children"].as_array().into_iter().flatten().flat_map(own));
    spans
}

fn blame(woven: &Woven, span: &Value) -> Option<usize> {
    let places = woven.get(span["file_name"].as_str()?)?;
    let byte = |name: &str| span[name].as_u64().and_then(|byte| usize::try_from(byte).ok());
    let (from, to) = (byte("byte_start")?, byte("byte_end")?);
    places.iter().find(|(place, _)| place.start <= from && to <= place.end).map(|(_, index)| *index)
}

/// The deleted arms of the match that has its scrutinee at the span.
fn arms(tree: &Path, woven: &Woven, mutants: &[Mutant], span: &Value) -> Vec<usize> {
    struct Match(u64, Option<Range<usize>>);
    impl<'ast> Visit<'ast> for Match {
        fn visit_expr_match(&mut self, node: &'ast syn::ExprMatch) {
            if node.expr.span().byte_range().start as u64 == self.0 {
                self.1 = Some(node.span().byte_range());
            }
            visit::visit_expr_match(self, node);
        }
    }
    let file = span["file_name"].as_str().unwrap_or_default();
    let (Some(places), Some(start)) = (woven.get(file), span["byte_start"].as_u64()) else { return Vec::new() };
    let mut found = Match(start, None);
    found.visit_file(&syn::parse_file(&std::fs::read_to_string(tree.join(file)).unwrap()).unwrap());
    let inside = found.1.unwrap_or_default();
    let is_arm = |index: &usize| mutants[*index].genre == "MatchArm";
    places.iter().filter(|(place, index)| inside.contains(&place.start) && is_arm(index)).map(|(_, index)| *index).collect()
}
