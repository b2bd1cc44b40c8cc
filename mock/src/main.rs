//! The stand-in as a program: `graph-mock --help`.

use std::{
    error::Error,
    fs,
    io::{self, Write as _},
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use graph_mock::Mock;

/// A stand-in for Meta's Graph API and its `WhatsApp` Business Platform.
///
/// Give any client its URL in the place of <https://graph.facebook.com>. Every operation of the spec is answered: from what was created before where
/// there is any, else as Meta's examples show; the header x-mock-answer says which. Any token and any identifier exist.
#[derive(Parser)]
#[command(name = "graph-mock", after_help = AFTER)]
struct Arguments {
    /// The port; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 8080, env = "GRAPH_MOCK_PORT")]
    port: u16,

    /// The address to listen on. Anything but loopback lets others in.
    #[arg(long, default_value = "127.0.0.1", env = "GRAPH_MOCK_ADDRESS")]
    address: IpAddr,

    /// What identifiers follow from: the same requests get the same identifiers.
    #[arg(long, default_value_t = 1, env = "GRAPH_MOCK_SEED")]
    seed: u64,

    /// Refuse requests that do not fit, and know only the objects and tokens of --state.
    #[arg(long, env = "GRAPH_MOCK_STRICT")]
    strict: bool,

    /// Refuse requests that do not fit, with Graph's error.
    #[arg(long, env = "GRAPH_MOCK_REFUSE_UNFIT")]
    refuse_unfit: bool,

    /// Send webhooks to this URL, after a handshake; may be given several times.
    #[arg(long, value_name = "URL", env = "GRAPH_MOCK_WEBHOOK", value_delimiter = ',')]
    webhook: Vec<String>,

    /// What webhooks are signed with.
    #[arg(long, value_name = "SECRET", env = "GRAPH_MOCK_APP_SECRET", hide_env_values = true)]
    app_secret: Option<String>,

    /// The token of the handshake.
    #[arg(long, value_name = "TOKEN", default_value = "mock", env = "GRAPH_MOCK_VERIFY_TOKEN", hide_env_values = true)]
    verify_token: String,

    /// Do not count the limits of the platform, such as ten registrations in 72 hours.
    #[arg(long, env = "GRAPH_MOCK_NO_LIMITS")]
    no_limits: bool,

    /// How many requests the journal keeps.
    #[arg(long, value_name = "REQUESTS", default_value_t = 10_000, env = "GRAPH_MOCK_JOURNAL")]
    journal: usize,

    /// Begin with the state in this file, as GET /_mock/state and --save write it.
    #[arg(long, value_name = "FILE", env = "GRAPH_MOCK_STATE")]
    state: Option<PathBuf>,

    /// Write the state to this file at the end.
    #[arg(long, value_name = "FILE", env = "GRAPH_MOCK_SAVE")]
    save: Option<PathBuf>,
}

/// How long what was asked before the end may take.
const PATIENCE: Duration = Duration::from_secs(5);

const AFTER: &str = "\
Try it:
  curl -H 'Authorization: Bearer any' http://127.0.0.1:8080/v23.0/106540352242922
  curl -H 'Authorization: Bearer any' http://127.0.0.1:8080/v23.0/106540352242922/messages \\
       --json '{\"messaging_product\":\"whatsapp\",\"to\":\"16505551234\",\"type\":\"text\",\"text\":{\"body\":\"hello\"}}'

Control it (GET /_mock/openapi.json lists everything):
  curl http://127.0.0.1:8080/_mock/requests                                        what was asked, with verdicts
  curl http://127.0.0.1:8080/_mock/faults --json '{\"operation\":\"register\",\"error\":\"PinMismatch\",\"next\":2}'
  curl http://127.0.0.1:8080/_mock/users/16505551234/messages --json '{\"type\":\"text\",\"text\":{\"body\":\"hello\"}}'   be the user
  curl http://127.0.0.1:8080/_mock/clock/advance --json '{\"seconds\":86400}'

It ends on an interrupt (Ctrl-C) or a request to terminate.";

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "graph-mock: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut builder = Mock::builder()
        .address(SocketAddr::new(arguments.address, arguments.port))
        .seed(arguments.seed)
        .refuses_unfit(arguments.refuse_unfit)
        .limits(!arguments.no_limits)
        .journal(arguments.journal, 8 << 20);
    if arguments.strict {
        builder = builder.strict();
    }
    if let Some(secret) = &arguments.app_secret {
        builder = builder.app_secret(secret);
    }
    let mut mock = builder.start().map_err(|error| format!("cannot listen on {}:{}: {error}", arguments.address, arguments.port))?;
    if let Some(file) = &arguments.state {
        let text = fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let state = serde_json::from_str(&text).map_err(|error| format!("{} is no JSON: {error}", file.display()))?;
        mock.restore(&state).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if let Some(url) = arguments.webhook.iter().find(|url| !url.starts_with("http://")) {
        return Err(format!("webhooks go to addresses that begin with http://, and not to {url}").into());
    }
    for url in &arguments.webhook {
        mock.tell(url, &arguments.verify_token, arguments.app_secret.as_deref());
    }
    writeln!(io::stdout(), "{}", mock.url())?;
    io::stdout().flush()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(stopped())?;
    mock.close(PATIENCE);
    if let Some(file) = &arguments.save {
        let text = serde_json::to_string_pretty(&mock.state())?;
        fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(())
}

/// Until somebody ends the program.
#[cfg(unix)]
async fn stopped() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Until somebody ends the program.
#[cfg(not(unix))]
async fn stopped() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
