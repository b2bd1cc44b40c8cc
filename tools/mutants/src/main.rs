//! Mutation testing in one build: `graph-mutants PACKAGE [--again] [--file=GLOB] [PACKAGE:TEST...]`, in the root of the workspace. `--again`
//! judges what survived the last time, and what is new; `--file=runtime/src/retry/schedule.rs` judges the mutants of that file. `--features=webhooks` turns on features of the package whose tests are otherwise left out.
//!
//! `cargo mutants --list` says what the mutants are, and would build the package once for each. Here all of them are woven into a copy of the
//! sources, each behind a switch that is read from the environment. One build then does: each test runs once and says which switches it comes
//! by, and each mutant meets the tests that come by its own, until one fails.
//!
//! 1. [`list`] reads what `cargo mutants` lists.
//! 2. [`weave`] puts the mutants into the copy, below `target/mutants`.
//! 3. [`build`] builds it, and removes what does not compile.
//! 4. [`judge`] runs the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a tool for the maintainers, who read where it failed")]

mod build;
mod judge;
mod list;
mod report;
mod weave;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

fn main() {
    let mut args = std::env::args().skip(1);
    let package = args.next().expect("which package? graph-runtime or graph-codegen");
    let (options, tests): (Vec<String>, Vec<String>) = args.partition(|arg| arg.starts_with("--"));
    let work = Path::new("target/mutants").join(&package);
    std::fs::create_dir_all(&work).unwrap();

    let files: Vec<&str> = options.iter().filter_map(|option| option.strip_prefix("--file=")).collect();
    let mut mutants = list::of(&package, &files);
    if options.iter().any(|option| option == "--again") {
        report::read(&mut mutants, &work);
    }
    let features: Vec<&str> = options.iter().filter_map(|option| option.strip_prefix("--features=")).collect();
    let features = features.join(",");
    eprintln!("{} mutants of {package}", mutants.len());
    let tree = work.join("tree");
    weave::copy(&tree);
    let executables = loop {
        let woven = weave::all(&mut mutants, &tree);
        match build::tests(&tree, &work.join("target"), &package, &features, &tests) {
            Ok(executables) => break executables,
            Err(errors) => {
                let out = build::take_out(&mut mutants, &tree, &woven, &errors);
                eprintln!("{out} mutants do not compile");
            }
        }
    };
    let tests = judge::rehearse(&executables, &work);
    judge::all(&mut mutants, &tests);
    println!("{}", report::write(&mutants, &work));
}

/// Where the mutants of a file are in the woven text: bytes of the copy, and the index of the mutant.
type Woven = BTreeMap<String, Vec<(Range<usize>, usize)>>;
