//! The connection: shared by all, made anew when it is lost, and never waited for longer than was said.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::ConnectionLike;
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisFuture, ServerErrorKind, Value};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::mark;
use crate::names::Names;

/// How long no connection is tried after one could not be made: at first, and at most.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

/// How long making a connection may take. Whoever waits for it gives up earlier.
const CONNECTING: Duration = Duration::from_secs(2);

/// For how long after a failure no step waits for a connection: one is made in the meantime, and steps fail at once until it is there.
const RECENT: Duration = Duration::from_secs(5);

/// How often a connection that lasts renews the mark.
const MARKED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Where Redis is.
pub(crate) enum Target {
    Single(Box<redis::Client>),
    #[cfg(feature = "cluster")]
    Cluster(Box<redis::cluster::ClusterClient>),
}

/// A connection that many use at once.
#[derive(Clone)]
enum Connection {
    Single(redis::aio::MultiplexedConnection),
    #[cfg(feature = "cluster")]
    Cluster(redis::cluster_async::ClusterConnection),
}

/// The way to Redis, for all stores of a fleet.
pub(crate) struct Link {
    target: Target,
    pub(crate) names: Names,
    /// How long one command is waited for, and the connection with it.
    patience: Duration,
    state: Mutex<State>,
}

enum State {
    /// Not tried yet, or lost: with the reason, if that was silence.
    None { silent: Option<Failure> },
    /// Being made; after what.
    Connecting { made: watch::Receiver<()>, after: Option<Failure> },
    /// It is there, since then.
    Up { connection: Connection, since: Instant },
    /// It could not be made, and will not be tried before.
    Down { until: Instant, failure: Failure },
}

/// Redis did not answer.
#[derive(Clone)]
struct Failure {
    why: Fault,
    at: Instant,
    /// How often in a row.
    count: u32,
}

impl Failure {
    /// Is it so recent that no one waits for what will probably fail again?
    fn is_recent(&self) -> bool {
        self.at.elapsed() < RECENT
    }
}

/// A script, and the hash by which Redis knows it.
pub(crate) struct Script {
    text: &'static str,
    hash: String,
}

impl Script {
    pub(crate) fn new(text: &'static str) -> Self {
        Self { text, hash: redis::Script::new(text).get_hash().to_owned() }
    }
}

/// Why a command has no answer.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// May Redis have done it all the same?
    pub(crate) unknown: bool,
    text: String,
}

impl Fault {
    fn not_done(text: String) -> Self {
        Self { unknown: false, text }
    }

    /// What it was is not shown: it may be a secret.
    pub(crate) fn unreadable(what: &str) -> Self {
        Self { unknown: true, text: format!("Redis answered {what} as this program does not know it: is another version of it running?") }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Fault {}

impl Link {
    pub(crate) fn new(target: Target, names: Names, patience: Duration) -> Arc<Self> {
        Arc::new(Self { target, names, patience, state: Mutex::new(State::None { silent: None }) })
    }

    /// Runs a script, which does the same when it is run twice: that happens if the connection breaks before its answer is there.
    pub(crate) async fn run<T: FromRedisValue>(
        self: &Arc<Self>,
        script: &Script,
        keys: &[String],
        arguments: &[Vec<u8>],
    ) -> Result<T, Fault> {
        let value = self.patiently(script, keys, arguments).await?;
        redis::from_redis_value(value).map_err(|_| Fault::unreadable("a script"))
    }

    async fn patiently(self: &Arc<Self>, script: &Script, keys: &[String], arguments: &[Vec<u8>]) -> Result<Value, Fault> {
        if Handle::try_current().is_err() {
            return Err(Fault::not_done("Redis is reached within a runtime of tokio alone".into()));
        }
        let used = Mutex::new(None);
        let working = async {
            let mut again = true;
            loop {
                let (mut connection, since) = self.connection().await?;
                *lock(&used) = Some(since);
                let error = match evaluate(&mut connection, script, keys, arguments).await {
                    Ok(value) => return Ok(value),
                    Err(error) => error,
                };
                let broken = error.is_unrecoverable_error() || is_of_replica(&error);
                if broken {
                    self.lost(since, None);
                }
                if !(broken && again) {
                    let refused = matches!(error.kind(), ErrorKind::Server(_));
                    return Err(Fault { unknown: !refused, text: shown(&error) });
                }
                again = false;
            }
        };
        match timeout(self.patience, working).await {
            Ok(answer) => answer,
            Err(_) => {
                let since = *lock(&used);
                let text = format!("Redis has not answered within {} ms", self.patience.as_millis());
                let fault = Fault { unknown: since.is_some(), text };
                // What does not answer may be gone without having said so.
                since.inspect(|since| self.lost(*since, Some(fault.clone())));
                Err(fault)
            }
        }
    }

    /// The connection, and when it was made.
    async fn connection(self: &Arc<Self>) -> Result<(Connection, Instant), Fault> {
        loop {
            let mut made = {
                let mut state = lock(&self.state);
                match &*state {
                    State::Up { connection, since } if since.elapsed() < MARKED_FOR => return Ok((connection.clone(), *since)),
                    State::Down { until, failure } if Instant::now() < *until => return Err(failure.why.clone()),
                    // The runtime that was making it may be gone.
                    State::Connecting { made, after } if made.has_changed().is_ok() => match after {
                        Some(failure) if failure.is_recent() => return Err(failure.why.clone()),
                        _ => made.clone(),
                    },
                    before => {
                        let after = match before {
                            State::None { silent: failure } | State::Connecting { after: failure, .. } => failure.clone(),
                            State::Down { failure, .. } => Some(failure.clone()),
                            State::Up { .. } => None,
                        };
                        let (done, made) = watch::channel(());
                        *state = State::Connecting { made: made.clone(), after: after.clone() };
                        // In a task: the connection is for all, and not given up with the one who asked first.
                        tokio::spawn(self.clone().connect(after.as_ref().map_or(0, |failure| failure.count), done));
                        match after {
                            Some(failure) if failure.is_recent() => return Err(failure.why),
                            _ => made,
                        }
                    }
                }
            };
            // An error says that the sender is gone, which it is when the state has changed.
            let _ = made.changed().await;
        }
    }

    async fn connect(self: Arc<Self>, failures: u32, done: watch::Sender<()>) {
        let connected = match timeout(CONNECTING, self.opened()).await {
            Ok(connected) => connected,
            Err(_) => Err(Fault::not_done(format!("Redis has not answered within {} s", CONNECTING.as_secs()))),
        };
        let mut state = lock(&self.state);
        *state = match connected {
            Ok(connection) => State::Up { connection, since: Instant::now() },
            Err(why) => {
                let (at, pause) = (Instant::now(), PAUSES[0].saturating_mul(1 << failures.min(8)).min(PAUSES[1]));
                State::Down { until: at + pause, failure: Failure { why, at, count: failures.saturating_add(1) } }
            }
        };
        drop(state);
        drop(done);
    }

    async fn opened(&self) -> Result<Connection, Fault> {
        let unreachable = |error: RedisError| {
            let text = shown(&error);
            Fault::not_done(format!("Redis cannot be reached: {text}{}", of_certificates(&text)))
        };
        let mut connection = match &self.target {
            Target::Single(client) => {
                let config = redis::AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECTING)).set_response_timeout(None);
                let connected = client.get_multiplexed_async_connection_with_config(&config).await;
                Connection::Single(connected.map_err(unreachable)?)
            }
            #[cfg(feature = "cluster")]
            Target::Cluster(client) => Connection::Cluster(client.get_async_connection().await.map_err(unreachable)?),
        };
        let mark = evaluate(&mut connection, &mark::SCRIPT, &[self.names.mark_key()], &[mark::of(&self.names), mark::kept()]).await;
        mark::check(&self.names, mark.map_err(unreachable)?).map_err(Fault::not_done)?;
        Ok(connection)
    }

    /// The connection of that moment is of no use any more: it broke, or nothing came through it.
    fn lost(&self, made: Instant, silent: Option<Fault>) {
        let mut state = lock(&self.state);
        if matches!(&*state, State::Up { since, .. } if *since == made) {
            // What is connected anew has not been asked anything.
            let silent = silent.map(|fault| Failure { why: Fault { unknown: false, ..fault }, at: Instant::now(), count: 0 });
            *state = State::None { silent };
        }
    }
}

/// By its hash, and by its text where Redis does not know it yet.
async fn evaluate(connection: &mut Connection, script: &Script, keys: &[String], arguments: &[Vec<u8>]) -> Result<Value, RedisError> {
    let command = |name: &str, what: &str| {
        let mut command = redis::cmd(name);
        command.arg(what).arg(keys.len()).arg(keys).arg(arguments);
        command
    };
    match answered(connection, &command("EVALSHA", &script.hash)).await {
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
            let mut load = redis::cmd("EVAL");
            load.arg(script.text).arg(keys.len()).arg(keys).arg(arguments);
            answered(connection, &load).await
        }
        answer => answer,
    }
}

async fn answered(connection: &mut Connection, command: &Cmd) -> Result<Value, RedisError> {
    connection.req_packed_command(command).await?.extract_error()
}

/// A server that was the primary one and is a replica now, or is still reading its file.
fn is_of_replica(error: &RedisError) -> bool {
    matches!(error.kind(), ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::BusyLoading | ServerErrorKind::MasterDown))
}

/// What to do about a certificate. The errors of TLS are known by their texts alone; of others nothing is said here.
fn of_certificates(text: &str) -> &'static str {
    if text.contains("UnknownIssuer") {
        ". If the authority that has signed it is your own, name it: `FleetBuilder::root_certificate`"
    } else if text.contains("CertificateRequired") {
        ". Redis asks for a certificate of this machine: `FleetBuilder::client_certificate`"
    } else {
        ""
    }
}

/// One line.
fn shown(error: &RedisError) -> String {
    error.to_string().replace(char::is_control, " ")
}

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(connection) => connection.req_packed_command(command),
            #[cfg(feature = "cluster")]
            Self::Cluster(connection) => connection.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(&'a mut self, pipeline: &'a redis::Pipeline, offset: usize, count: usize) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(connection) => connection.req_packed_commands(pipeline, offset, count),
            #[cfg(feature = "cluster")]
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(connection) => connection.get_db(),
            #[cfg(feature = "cluster")]
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}

/// Where it is may hold a password.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &*lock(&self.state) {
            State::None { .. } => "not connected",
            State::Connecting { .. } => "connecting",
            State::Up { .. } => "connected",
            State::Down { .. } => "away",
        };
        f.debug_struct("Link").field("state", &state).finish_non_exhaustive()
    }
}
