//! The corpus of the fuzz targets, and every example of the spec, against the laws that those targets hold.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

#[path = "../../tools/fuzz/src/lib.rs"]
mod laws;

use std::{
    fs,
    path::{Path, PathBuf},
};

use graph_codegen::model::{Api, Outcome};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/fuzz/corpus").join(name)
}

fn spec() -> Api {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    graph_codegen::load(&folder).unwrap_or_else(|report| panic!("{}", report.render("spec", false)))
}

#[test]
fn every_input_that_was_kept_holds() {
    for (name, holds) in laws::TARGETS {
        let mut inputs: Vec<_> = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        inputs.sort();
        assert!(inputs.len() > 10, "the corpus of {name} is not there");
        for input in inputs {
            println!("{}", input.display());
            holds(&fs::read(&input).unwrap());
        }
    }
}

#[test]
fn every_answer_that_the_spec_shows_holds() {
    let (api, mut answers, mut errors) = (spec(), 0, 0);
    let operations = api.operations();
    for (operation, example) in operations.flat_map(|operation| operation.examples.iter().map(move |example| (operation, example))) {
        match &example.outcome {
            Outcome::Response { status, body } => {
                laws::envelope::holds(format!("{status}\n{body}").as_bytes());
                laws::response::holds(format!("{}\n{body}", operation.id).as_bytes());
                answers += 1;
            }
            Outcome::Error { status, body, .. } => {
                laws::envelope::holds(format!("{status}\n{body}").as_bytes());
                errors += 1;
            }
            Outcome::Refused { .. } => {}
        }
    }
    assert!(answers > 0 && errors > 0, "{answers} answers and {errors} errors");
}
