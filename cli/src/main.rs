//! The platform from a shell: calls, errors, webhooks and checks, for people on call. README.md shows it.
#![cfg_attr(test, allow(clippy::expect_used, clippy::panic, reason = "a test that fails should panic"))]

mod arguments;
mod call;
mod catalog;
mod description;
mod doctor;
mod exit;
mod explain;
mod help;
mod input;
mod ledger;
mod notices;
#[rustfmt::skip]
mod operations;
mod problem;
mod request;
mod secrets;
mod session;
mod text;
mod values;
mod webhook;

use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory as _, Parser as _};

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;
use crate::problem::Problem;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    notices::print(arguments.command.json());
    match run(&arguments.command) {
        Ok(exit) => exit.code(),
        Err(problem) => {
            problem.report(arguments.command.json());
            problem.exit().code()
        }
    }
}

fn run(command: &Command) -> Result<Exit, Box<Problem>> {
    match command {
        Command::Call(call) => block_on(call::run(call)),
        Command::Operations(operations) => help::list(operations),
        Command::Explain(explain) => explain::run(explain),
        Command::Webhook(webhook) => webhook::run(webhook),
        Command::Doctor(doctor) => block_on(doctor::run(doctor)),
        Command::Ledger(ledger) => block_on(ledger::run(ledger)),
        Command::Completions { shell } => completions(*shell),
    }
}

fn block_on(work: impl Future<Output = Result<Exit, Box<Problem>>>) -> Result<Exit, Box<Problem>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Problem::usage(format!("the program cannot start its runtime: {error}")))?.block_on(work)
}

/// Prints the completions of a shell, with the names of operations.
fn completions(shell: clap_complete::Shell) -> Result<Exit, Box<Problem>> {
    let names: Vec<String> = catalog::all().map(catalog::Known::name).collect();
    let named = |call: clap::Command| call.mut_arg("operation", |operation| operation.value_parser(PossibleValuesParser::new(names)));
    let mut command = Arguments::command().mut_subcommand("call", named);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "whatsapp-graph-cli", &mut script);
    text::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
