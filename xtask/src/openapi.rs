//! `cargo xtask openapi`.

use std::path::Path;

use clap::Args as ClapArgs;
use graph_codegen::openapi::openapi;

use crate::{
    Failure, Outcome,
    nearest::did_you_mean,
    window,
    workspace::{load, print},
};

const ABOUT: &str = "Print the API of one version as an OpenAPI 3.1 document";

const MORE: &str = "Paths, parameters, bodies, answers, errors and examples, for generators, mocks and documentation in any language. What OpenAPI cannot \
                    say is in extensions. docs/openapi.md says what they mean, and what is lost.";

/// Print the API of one version as a document of the standard that generators read.
#[derive(ClapArgs)]
#[command(about = ABOUT, long_about = format!("{ABOUT}.\n\n{MORE}"))]
pub(crate) struct Args {
    /// A version of the window, as v21.0; by default the newest.
    #[arg(value_name = "vN.N", conflicts_with = "version")]
    of: Option<String>,

    /// The same, as for `catalog`.
    #[arg(long, value_name = "vN.N")]
    version: Option<String>,

    /// Only what is there on this day, as 2026-06-15; by default what is there on any day.
    #[arg(long, value_name = "DAY")]
    day: Option<String>,

    /// Only the operations of this node: of one node few share a path, so that few become one operation.
    #[arg(long, value_name = "NODE")]
    node: Option<String>,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let api = load(spec)?;
    let version = window::served(&api, args.of.as_deref().or(args.version.as_deref()))?;
    let day = args.day.as_deref().map(window::day).transpose()?;
    if let Some(node) = &args.node {
        let nodes = || api.nodes.iter().map(|node| node.name.as_str());
        if !nodes().any(|name| name == node) {
            let near = did_you_mean(node, nodes()).unwrap_or_else(|| format!("it has {}", nodes().collect::<Vec<_>>().join(", ")));
            return Err(Failure(format!("the spec has no node `{node}`; {near}")));
        }
    }
    print(&format!("{}\n", serde_json::to_string_pretty(&openapi(&api, version, day, args.node.as_deref()))?))
}
