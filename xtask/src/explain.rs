//! `cargo xtask explain CODE`.

mod error;
mod partial;
mod problem;
mod subject;

use std::{collections::BTreeSet, path::Path};

use clap::{Args as ClapArgs, ValueEnum};
use graph_codegen::{diagnostic::Code, model::Api};
use serde_json::Value;

use crate::{Failure, Outcome, nearest::did_you_mean, workspace::print, wrap::wrap};
use partial::Partial;
use subject::Subject;

/// Say more about an error of Graph or a problem of the spec.
///
/// Of an error: what it means and what to do about it, in general and for each operation that documents it. Of a problem: why `cargo xtask check` takes it
/// for one.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// A code of Graph (133016), code/subcode (100/2388103), the name of an error (`PinMismatch`), or the code of a problem of the spec (E012).
    #[arg(value_name = "CODE")]
    code: String,

    /// Text for people, or JSON for programs: a list with one object for each error or problem.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let (text, json) = match Subject::of(&args.code) {
        // The code of a problem is usually looked up when the spec does not load.
        Subject::Problem(code) => (problem::text(code), problem::json(code)),
        subject => {
            let Partial { api, left_out } = partial::load(spec)?;
            let found = error::find(&api, &subject);
            if found.is_empty() {
                return Err(Failure(unknown(&api, &args.code, &subject)));
            }
            let text = format!("{}{}", error::text(&api, &subject, &found), without(&spec.display().to_string(), &left_out));
            (text, error::json(&api, &found))
        }
    };
    match args.format {
        Format::Text => print(&text),
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&Value::Array(json))?)),
    }
}

/// Which files have errors, so that nothing is said of the operations in them.
fn without(spec: &str, left_out: &BTreeSet<String>) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\n{}",
        wrap("Without what these files say, because they have errors, or need one that has; `cargo xtask check` names them:", "", "")
    );
    for path in left_out {
        text.push_str(&format!("  {spec}/{path}\n"));
    }
    text
}

/// What can be looked up, and what was perhaps meant.
fn unknown(api: &Api, asked: &str, subject: &Subject) -> String {
    let mut text = match subject {
        Subject::Graph { code, .. } => format!("the catalog of errors has no code {code}\n"),
        _ => format!("`{asked}` is neither an error of Graph nor a problem of the spec\n"),
    };
    let codes: Vec<String> = api.errors.iter().map(|error| error.code.to_string()).collect();
    let names = api.errors.iter().map(|error| error.name.as_str());
    let near = match subject {
        Subject::Graph { code, .. } => did_you_mean(&code.to_string(), codes.iter().map(String::as_str)),
        _ => did_you_mean(asked, names.chain(Code::ALL.iter().map(|code| code.name()))),
    };
    if let Some(near) = near {
        text.push_str(&wrap(&near, "", ""));
    }
    text.push_str(FORMS);
    text
}

const FORMS: &str = "
What can be looked up:
  cargo xtask explain 133016         every error of Graph with this code
  cargo xtask explain 100/2388103    with this code and subcode
  cargo xtask explain PinMismatch    by the name that it has in spec/errors.yaml
  cargo xtask explain E012           a problem that `cargo xtask check` reports
";
