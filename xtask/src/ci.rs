//! `cargo xtask ci`.

pub(crate) mod anchors;
mod features;
pub(crate) mod metadata;
mod msrv;
mod package;
mod stage;

use std::time::Instant;

use clap::Args as ClapArgs;
use xshell::Shell;

use crate::{Failure, Outcome, workspace::root};
use stage::{Ran, Stage};

/// Run what CI runs, stage by stage.
///
/// Stops at the first stage that fails, with the command that failed and the one that fixes it. CONTRIBUTING.md says what each stage may take.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Run only this stage.
    #[arg(long, value_enum, value_name = "STAGE")]
    only: Option<Stage>,

    /// Run the long stages, which do not protect main.
    #[arg(long, conflicts_with = "only")]
    full: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root());
    let stages: Vec<Stage> = match args.only {
        Some(only) => vec![only],
        None if args.full => Stage::FULL.to_vec(),
        None => Stage::MAIN.to_vec(),
    };
    let (mut passed, mut not_run) = (Vec::new(), Vec::new());
    for stage in stages {
        eprintln!("== {}: {}", stage.name(), stage.purpose());
        let start = Instant::now();
        let outcome = stage.run(&shell);
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(Ran::Passed) => {
                passed.push(format!("{} ({seconds:.1} s)", stage.name()));
                eprintln!("== {}: passed in {seconds:.1} s\n", stage.name());
            }
            Ok(Ran::Partly(rest)) => {
                passed.push(format!("{} (in part, {seconds:.1} s)", stage.name()));
                eprintln!("== {}: PASSED IN PART in {seconds:.1} s\n{rest}\n", stage.name());
            }
            // A stage that was requested by name and cannot run has failed, and there is nothing to repair.
            Ok(Ran::Not(why)) if args.only.is_some() => {
                let name = stage.name();
                return Err(Failure(format!("\n== {name}: NOT RUN\n{why}\nagain:   cargo xtask ci --only {name}\n")));
            }
            Ok(Ran::Not(why)) => {
                eprintln!("== {}: NOT RUN\n{why}\n", stage.name());
                not_run.push(stage.name());
            }
            Err(Failure(why)) => return Err(Failure(failure(stage, &why, seconds, &passed))),
        }
    }
    eprintln!("passed: {}", passed.join(", "));
    if !not_run.is_empty() {
        eprintln!("not run: {}", not_run.join(", "));
    }
    Ok(())
}

fn failure(stage: Stage, why: &str, seconds: f64, passed: &[String]) -> String {
    let passed = if passed.is_empty() { "none".into() } else { passed.join(", ") };
    format!(
        "\n== {name}: FAILED after {seconds:.1} s\n{}\nrepair:  {}\nagain:   cargo xtask ci --only {name}\npassed before it: {passed}\n",
        why.trim_end(),
        stage.repair(),
        name = stage.name(),
    )
}
