//! The commands of the workspace: `cargo xtask --help`.

mod api;
mod bench;
mod book;
mod catalog;
mod check;
mod ci;
mod diff;
mod drift;
mod evidence;
mod explain;
mod generate;
mod mentions;
mod nearest;
mod new_edge;
mod new_version;
mod new_webhook;
mod openapi;
mod retire;
mod today;
mod versions_file;
mod window;
mod window_text;
mod workspace;
mod wrap;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use today::Today;

/// Turns spec/ into the client crate, and keeps the two together.
///
/// The spec says in YAML what Meta's reference pages say; `docs/spec.md` is its language. Edit it, run `cargo xtask gen`, read the diff, commit both.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = AFTER)]
struct Cli {
    /// The folder of the spec.
    #[arg(long, global = true, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,

    /// The day to go by in place of the clock's.
    #[arg(long, global = true, hide = true, value_name = "DATE")]
    today: Option<String>,

    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "\
The usual round:
  1. edit spec/                  an editor completes from the schema in line 1
  2. cargo xtask check           every problem, with line and remedy
  3. cargo xtask gen             the crate, its contract tests, pages of docs/
  4. cargo test --workspace      the examples of the spec, on the wire

Exit codes: 0 success, 1 a problem in the spec or the generated files, or drift, 2 a wrong command line.";

#[derive(Subcommand)]
enum Command {
    Gen(generate::Args),
    Check(check::Args),
    Catalog(catalog::Args),
    Openapi(openapi::Args),
    Explain(explain::Args),
    Diff(diff::Args),
    Evidence(evidence::Args),
    Drift(drift::Args),
    NewEdge(new_edge::Args),
    NewWebhook(new_webhook::Args),
    NewVersion(new_version::Args),
    Retire(retire::Args),
    Api(api::Args),
    Ci(ci::Args),
    Book(book::Args),
    Bench(bench::Args),
}

/// How a command failed: the text goes to standard error.
pub(crate) type Outcome = Result<(), Failure>;

/// Why a command failed.
pub(crate) struct Failure(pub(crate) String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let today = Today::of(cli.today.as_deref());
    let outcome = match cli.command {
        Command::Gen(args) => generate::run(&cli.spec, &args),
        Command::Check(args) => check::run(&cli.spec, &args),
        Command::Catalog(args) => catalog::run(&cli.spec, &args),
        Command::Openapi(args) => openapi::run(&cli.spec, &args),
        Command::Explain(args) => explain::run(&cli.spec, &args),
        Command::Diff(args) => diff::run(&cli.spec, &args),
        Command::Evidence(args) => evidence::run(&cli.spec, &args),
        Command::Drift(args) => drift::run(&cli.spec, &args),
        Command::NewEdge(args) => new_edge::run(&cli.spec, &args),
        Command::NewWebhook(args) => new_webhook::run(&cli.spec, &args),
        Command::NewVersion(args) => today.and_then(|today| new_version::run(&cli.spec, &args, today)),
        Command::Retire(args) => today.and_then(|today| retire::run(&cli.spec, &args, today)),
        Command::Api(args) => api::run(&args),
        Command::Ci(args) => ci::run(&args),
        Command::Book(args) => book::run(&args),
        Command::Bench(args) => bench::run(&cli.spec, &args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message)) => {
            // A sentence is for a terminal; what has lines was laid out before.
            let message = if message.contains('\n') { message } else { wrap::wrap(&message, "", "") };
            eprint!("{message}");
            if !message.ends_with('\n') {
                eprintln!();
            }
            ExitCode::FAILURE
        }
    }
}
