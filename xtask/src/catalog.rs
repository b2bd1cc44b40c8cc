//! `cargo xtask catalog`.

use std::path::Path;

use clap::Args as ClapArgs;
use graph_codegen::catalog;

use crate::{
    Outcome, window,
    workspace::{load, print},
};

/// Print the API of one version as JSON.
///
/// Operations, parameters, types, errors and permissions of one version, with the Rust item of each. docs/catalog.md documents the format.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// A version of the window, as v21.0; by default the newest.
    #[arg(long, value_name = "vN.N")]
    version: Option<String>,

    /// Only what is there on this day, as 2026-06-15; by default what is there on any day.
    #[arg(long, value_name = "DAY")]
    day: Option<String>,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let api = load(spec)?;
    let version = window::served(&api, args.version.as_deref())?;
    let catalog = match &args.day {
        None => catalog::catalog(&api, version),
        Some(day) => catalog::catalog_on(&api, version, window::day(day)?),
    };
    print(&format!("{}\n", serde_json::to_string_pretty(&catalog)?))
}
