//! The corpus of the fuzz targets, and every example of the spec, against the laws that those targets hold.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

#[path = "../fuzz/src/lib.rs"]
mod laws;

use std::{fs, path::Path};

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name)
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
