//! The command line. Its comments are what `--help` prints.
#![allow(clippy::doc_markdown, reason = "a terminal shows backticks as they are")]

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use graph_runtime::Version;

use crate::catalog;
use crate::exit::Exit;

/// Calls, errors, webhooks and checks of the WhatsApp Business Platform, for people on call.
///
/// Data goes to stdout, everything else to stderr. Secrets come from the environment or a prompt, never from the command line, which other processes see and
/// the shell remembers.
#[derive(Debug, Parser)]
#[command(name = "whatsapp-graph-cli", version, after_help = format!("{EXAMPLES}\n\n{}", Exit::help()), max_term_width = 80, propagate_version = false)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Call an operation
    #[command(disable_help_flag = true, after_help = CALLS)]
    Call(Call),
    /// List the operations, or find some by words
    #[command(
        after_help = "Examples:\n  whatsapp-graph-cli operations\n  whatsapp-graph-cli operations template library\n  whatsapp-graph-cli operations groups"
    )]
    Operations(Operations),
    /// Say what an error means and what to do about it
    #[command(
        after_help = "Examples:\n  whatsapp-graph-cli explain 133016\n  whatsapp-graph-cli explain 100/33\n  whatsapp-graph-cli explain payment method\n  whatsapp-graph-cli explain '(#131047) Re-engagement message'\n  whatsapp-graph-cli explain - < answer.json"
    )]
    Explain(Explain),
    /// Check the signature of a webhook, or show what is in it
    #[command(subcommand)]
    Webhook(Webhook),
    /// Look for what is wrong with a tenant, or with all
    #[command(
        after_help = "Example:\n  whatsapp-graph-cli doctor --account 102290129340398 --json\n\nIt only reads. Every finding has a remedy; exit code 5 says that there is an\nerror, 4 that something could not be looked at."
    )]
    Doctor(Doctor),
    /// Look at what is counted towards limits that block, or correct it
    #[command(subcommand)]
    Ledger(Ledger),
    /// Print what a shell needs to complete this command
    #[command(after_help = "Example:\n  source <(whatsapp-graph-cli completions bash)")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What `--help` shows.
const EXAMPLES: &str = "Examples:
  whatsapp-graph-cli explain 131047
  whatsapp-graph-cli doctor --account 102290129340398
  whatsapp-graph-cli call read-phone-number 106540352242922";

/// What `call --help` ends with.
const CALLS: &str = "Examples:
  whatsapp-graph-cli operations template
  whatsapp-graph-cli call send-message --help
  whatsapp-graph-cli call read-phone-number 106540352242922 -p fields=status
  whatsapp-graph-cli call list-phone-numbers 102290129340398 --all
  whatsapp-graph-cli call send-message 106540352242922 --request message.json
  whatsapp-graph-cli call create-message-template 102290129340398 \\
    --dry-run -p name=order -p language=en_US -p category=UTILITY \\
    --param-file components=components.json";

impl Command {
    /// Are errors to be JSON?
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Call(call) => call.json,
            Self::Operations(operations) => operations.json,
            Self::Explain(explain) => explain.json,
            Self::Webhook(Webhook::Verify(verify)) => verify.json,
            Self::Webhook(Webhook::Show(show)) => show.json,
            Self::Doctor(doctor) => doctor.json,
            Self::Ledger(Ledger::Show(of) | Ledger::Clear { of, .. } | Ledger::Count { of, .. }) => of.json,
            Self::Completions { .. } => false,
        }
    }
}

/// Where to send, as whom, to which version.
#[derive(Args, Clone, Debug)]
pub(crate) struct Connection {
    /// The version of Graph; by default the newest that this program knows
    #[arg(long, value_name = "V", env = "WHATSAPP_GRAPH_VERSION", hide_env_values = true)]
    pub(crate) graph_version: Option<Version>,

    /// Where Graph is, for a stand-in or a proxy
    #[arg(long, value_name = "URL", env = "WHATSAPP_BASE_URL", hide_env_values = true)]
    pub(crate) base_url: Option<String>,

    /// The variable that holds the token
    #[arg(long, value_name = "NAME", default_value = "WHATSAPP_TOKEN")]
    pub(crate) token_env: String,

    /// How long a call may take in total
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// Taken and refused: a token on the command line is no secret any more.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub(crate) token: Option<String>,

    /// Taken and refused likewise.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub(crate) app_secret: Option<String>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
    seconds.map(Duration::from_secs).ok_or_else(|| "whole seconds, at least 1".into())
}

#[derive(Args, Debug)]
pub(crate) struct Call {
    /// `register-phone-number`, `RegisterPhoneNumber`, the id of the spec, or its end
    #[arg(index = 1)]
    pub(crate) operation: Option<String>,

    /// The identifiers in its path, in order
    #[arg(value_name = "ID", index = 2)]
    pub(crate) ids: Vec<String>,

    /// A parameter: `to=16505551234`, `text.body=hello`, `components=[…]`
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    pub(crate) params: Vec<String>,

    /// The parameters as a JSON object, as Meta's pages show a request; `-` is stdin
    #[arg(long = "request", value_name = "PATH")]
    pub(crate) request: Option<PathBuf>,

    /// A parameter from a file: JSON, text, or an upload with `;type=image/png`
    #[arg(long = "param-file", value_name = "NAME=PATH")]
    pub(crate) files: Vec<String>,

    /// A secret parameter that is not required, from its variable or a prompt
    #[arg(long = "secret", value_name = "NAME")]
    pub(crate) secrets: Vec<String>,

    /// A parameter that the spec does not have
    #[arg(long = "extra", value_name = "NAME=VALUE")]
    pub(crate) extras: Vec<String>,

    /// Print what would be sent, without secrets, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Read all pages of a list, and print one item per line
    #[arg(long)]
    pub(crate) all: bool,

    /// Print answers and errors as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Print the secrets of the answer, such as a new token
    #[arg(long)]
    pub(crate) show_secrets: bool,

    /// Send what the documentation says will fail
    #[arg(long)]
    pub(crate) no_refusals: bool,

    /// The file that counts the calls whose limit blocks
    #[arg(long = "ledger", value_name = "FILE", env = "WHATSAPP_LEDGER", hide_env_values = true)]
    pub(crate) ledger: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// What the operation does, its parameters, permissions and errors; followed by `template.components`, what that parameter has
    #[arg(short, long)]
    pub(crate) help: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Operations {
    /// Words that the name, the path, the description or the area has
    #[arg(value_name = "WORD")]
    pub(crate) words: Vec<String>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// A code (133016), code/subcode (100/33), a name (`PinMismatch`), words, or what Graph answered: a line of a log, or JSON; `-` is stdin
    #[arg(value_name = "CODE|WORD", required = true)]
    pub(crate) words: Vec<String>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Check that a body was signed with the app secret in `WHATSAPP_APP_SECRET`
    #[command(after_help = "Example:\n  whatsapp-graph-cli webhook verify body.json --signature 'sha256=…'")]
    Verify(Verify),
    /// Show the events of a body
    #[command(after_help = "Example:\n  whatsapp-graph-cli webhook show body.json --json | jq .kind")]
    Show(Show),
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// The body, the bytes unchanged; `-` is stdin
    pub(crate) file: PathBuf,

    /// The header `X-Hub-Signature-256`: `sha256=…`
    #[arg(long, value_name = "HEADER")]
    pub(crate) signature: String,

    /// The variable that holds the app secret
    #[arg(long, value_name = "NAME", default_value = "WHATSAPP_APP_SECRET")]
    pub(crate) app_secret_env: String,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Show {
    /// The body; `-` is stdin
    pub(crate) file: PathBuf,

    /// Print one event per line, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Clone, Debug)]
#[group(id = "who", required = true, multiple = false, args = ["account", "tenants"])]
pub(crate) struct Doctor {
    /// The WhatsApp Business Account; its token is in the variable of `--token-env`
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,

    /// Many tenants: JSON, a list of objects with `name`, `account` and `token_env`, and `app_secret_env` where there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) tenants: Option<PathBuf>,

    /// The areas that have to work. A permission that the token lacks is an error where half of the operations of one need it, and else a warning
    #[arg(long, value_name = "AREA", value_delimiter = ',', default_value = catalog::essential_areas())]
    pub(crate) needs: Vec<String>,

    /// The fields of webhooks that have to be subscribed
    #[arg(long, value_name = "FIELD", value_delimiter = ',', default_value = catalog::essential_fields())]
    pub(crate) fields: Vec<String>,

    /// The variable that holds the app secret; without it the fields are not looked at
    #[arg(long, value_name = "NAME", default_value = "WHATSAPP_APP_SECRET")]
    pub(crate) app_secret_env: String,

    /// Print one finding per line, as JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// What is counted, and when the operation opens again
    #[command(after_help = "Example:\n  whatsapp-graph-cli ledger show register 106540352242922")]
    Show(LedgerOf),
    /// Count calls that were made elsewhere
    Count {
        #[command(flatten)]
        of: LedgerOf,

        /// How many
        #[arg(long, value_name = "N", default_value = "1")]
        calls: u32,

        /// Graph answered that the limit is reached
        #[arg(long, conflicts_with = "calls")]
        limit_reached: bool,
    },
    /// Forget the calls and the block
    Clear {
        #[command(flatten)]
        of: LedgerOf,

        /// Do it. Graph itself forgets nothing: a number that it blocks stays blocked
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct LedgerOf {
    /// The operation whose limit it is
    pub(crate) operation: String,

    /// What the limit counts by, such as the identifier of a number
    pub(crate) subject: String,

    /// The file of the ledger
    #[arg(long = "ledger", value_name = "FILE", env = "WHATSAPP_LEDGER", hide_env_values = true)]
    pub(crate) file: Option<PathBuf>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Arguments;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
