//! One call under one fault, and its outcome.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use contract_tests::TOKEN;
use whatsapp_graph::ledger::Limit;
use whatsapp_graph::{
    ApiVersion, Client, Error, Outcome, Response, RetryPolicy,
    auth::BoxFuture,
    phone_number::{PhoneNumberField, RegisterPhoneNumber},
    request::Operation,
    retry::Clock,
};

use crate::server::{Does, Server};
use crate::table::{Ends, Fault, Must, Within};

const NUMBER: &str = "106540352242922";
const ACCOUNT: &str = "102289599326934";

/// More than any good answer has, and far less than the flood.
pub const MAX_RESPONSE: usize = 1 << 20;

/// The calls that every fault meets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Call {
    Read,
    Create,
    Message,
    /// A message in a batch.
    Batch,
    Register,
}

impl Call {
    pub const ALL: [Self; 5] = [Self::Read, Self::Create, Self::Message, Self::Batch, Self::Register];

    pub fn must(self, fault: &Fault) -> Must {
        match self {
            Self::Read => fault.read,
            Self::Create => fault.create,
            Self::Message => fault.message,
            // What of it Graph has refused is not known of a request that holds many.
            Self::Batch => Must { opted: fault.message.tries, ..fault.message },
            Self::Register => fault.register,
        }
    }
}

/// The outcome of a call.
#[derive(Debug)]
pub struct Seen {
    /// How often it left this machine, as the client says.
    pub attempts: u32,
    /// How often it was tried.
    pub tries: u32,
    pub ends: Ends,
    /// Does the error say that the call may be sent again?
    pub again: bool,
    /// In how long, if the error says that too.
    pub again_in: Option<Duration>,
    /// What the error says of the call.
    pub outcome: Option<Outcome>,
    /// The whole error.
    pub error: String,
    /// The answer, as the error has kept it.
    pub body: Option<Vec<u8>>,
    /// The pauses between the tries.
    pub pauses: Vec<Duration>,
    /// How many connections the server has had, and how many requests it has read.
    pub connections: usize,
    pub requests: usize,
    /// How many bytes of a flood the server got rid of.
    pub written: u64,
    /// Did the token reach someone it is not meant for?
    pub leaked: bool,
    /// How many registrations the ledger counts, and how many of these it is unsure of.
    pub counted: (u32, u32),
    /// The next call of the same client, the server being well: what is wrong with it?
    pub next: Option<String>,
}

/// A call that is about to be made, by a client of its own to a server of its own.
pub struct Ready {
    call: Call,
    server: Server,
    client: Client,
    clock: Arc<Skipping>,
    /// After how long the call is dropped, if it is.
    dropped: Option<Duration>,
    /// How many requests came before.
    before: usize,
}

/// Starts the server and builds the client, which takes a while that should not count against a time limit.
pub async fn prepare(fault: &Fault, call: Call, policy: RetryPolicy) -> Ready {
    let server = Server::start(fault.does).await;
    let clock = Arc::new(Skipping::default());
    let client = client(&server.url, fault.within, policy, Arc::clone(&clock));
    if matches!(fault.does, Does::CutsKept { .. }) {
        read(&client).await.unwrap();
    }
    let dropped = match fault.within {
        Within::Dropped(time) => Some(time),
        _ => None,
    };
    Ready { call, client, clock, dropped, before: server.requests(), server }
}

/// Makes the call.
pub async fn observe(ready: Ready) -> Seen {
    let Ready { call, mut server, client, clock, dropped, before } = ready;
    let began = clock.now();
    let result = match dropped {
        None => Some(make(call, &client).await),
        Some(time) => tokio::time::timeout(time, make(call, &client)).await.ok(),
    };
    let limit = Limit::of(RegisterPhoneNumber::INFO, NUMBER).unwrap();
    let standing = client.ledger().inspect(&limit, clock.now()).await.unwrap();
    let pauses = clock.pauses();
    let seen = |attempts, ends| Seen {
        attempts,
        tries: u32::try_from(pauses.len()).unwrap() + 1,
        ends,
        again: false,
        again_in: None,
        outcome: None,
        error: String::new(),
        body: None,
        pauses: pauses.clone(),
        connections: server.connections(),
        requests: server.requests() - before,
        written: server.written(),
        leaked: server.leaked(),
        counted: (standing.counted, standing.unknown),
        next: None,
    };
    let mut seen = match &result {
        None => seen(0, Ends::Dropped),
        Some(Ok(attempts)) => seen(*attempts, Ends::Answered),
        Some(Err(error)) => Seen {
            again: error.is_retryable(),
            again_in: error.retry_at().and_then(|at| at.duration_since(began).ok()),
            outcome: Some(error.outcome()),
            error: error.support_report(),
            body: error.body().map(<[u8]>::to_vec),
            ..seen(error.attempts(), ends(error))
        },
    };
    server.mend();
    if server.url.starts_with("http:") {
        seen.next = wrong(read(&client).await);
    }
    seen
}

/// A download that is about to be made: its read is answered well, and leads to a server with the fault.
pub struct ReadyDownload {
    _reads: Server,
    bytes: Server,
    client: Client,
}

/// What came of a download.
#[derive(Debug)]
pub struct SeenDownload {
    pub outcome: Option<Outcome>,
    pub again: bool,
    /// The whole error.
    pub error: String,
    /// How many requests for the bytes were read.
    pub requests: usize,
}

pub async fn prepare_download(fault: &Fault) -> ReadyDownload {
    let bytes = Server::start(fault.does).await;
    let reads = Server::start(Does::LeadsTo(bytes.media())).await;
    if let Does::CutsKept { .. } = fault.does {
        let client = client(&bytes.url, Within::Defaults, RetryPolicy::never(), Arc::default());
        read(&client).await.unwrap();
    }
    let client = client(&reads.url, fault.within, RetryPolicy::new(), Arc::default());
    ReadyDownload { _reads: reads, bytes, client }
}

/// Makes the download, which no one drops.
pub async fn observe_download(ready: ReadyDownload) -> SeenDownload {
    let before = ready.bytes.requests();
    let result = match ready.client.media(NUMBER).read().download().send().await {
        Ok(file) => file.bytes().await.map(drop),
        Err(error) => Err(error),
    };
    let (outcome, again, error) = match result {
        Ok(()) => (None, false, String::new()),
        Err(error) => (Some(error.outcome()), error.is_retryable(), error.support_report()),
    };
    SeenDownload { outcome, again, error, requests: ready.bytes.requests() - before }
}

fn client(url: &str, within: Within, policy: RetryPolicy, clock: Arc<Skipping>) -> Client {
    let builder = Client::builder(TOKEN, ApiVersion::V23_0).base_url(url).retries(policy).clock(clock).max_response_bytes(MAX_RESPONSE);
    let builder = match within {
        Within::Defaults => builder,
        Within::Timeout(timeout) => builder.timeout(timeout),
        Within::ConnectTimeout(timeout) => builder.connect_timeout(timeout),
        Within::ReadTimeout(timeout) => builder.read_timeout(timeout),
        Within::Dropped(_) => builder,
    };
    builder.build().unwrap()
}

/// Makes the call; how many attempts it took.
async fn make(call: Call, client: &Client) -> Result<u32, Error> {
    fn attempts<T>(response: Response<T>) -> u32 {
        response.info.attempts
    }
    let phone = client.phone_number(NUMBER);
    match call {
        Call::Read => phone.read().send_full().await.map(attempts),
        Call::Create => {
            let numbers = client.whatsapp_business_account(ACCOUNT).phone_numbers();
            numbers.create().cc("1").phone_number("6315551000").verified_name("Lucky Shrub").send_full().await.map(attempts)
        }
        Call::Message => phone.messages().create("Your table is ready.").to("16505551234").send_full().await.map(attempts),
        Call::Batch => {
            let mut batch = client.batch();
            let message = batch.add(phone.messages().create("Your table is ready.").to("16505551234"));
            batch.send().await.take_full(message).map(attempts)
        }
        Call::Register => phone.register("212834").send_full().await.map(attempts),
    }
}

/// A call of which nothing should be strange.
async fn read(client: &Client) -> Result<Option<String>, Error> {
    let read = client.phone_number(NUMBER).read().fields([PhoneNumberField::Id, PhoneNumberField::VerifiedName]);
    Ok(read.with_timeout(Duration::from_secs(20)).send().await?.verified_name)
}

fn wrong(answer: Result<Option<String>, Error>) -> Option<String> {
    match answer {
        Ok(Some(name)) if name == "Lucky Shrub" => None,
        Ok(other) => Some(format!("the next answer is {other:?}")),
        Err(error) => Some(format!("the next call fails: {error}")),
    }
}

/// What an error is to a caller, by what the caller can ask.
fn ends(error: &Error) -> Ends {
    match (error.kind(), error.status()) {
        (Some(kind), _) => Ends::Named(kind),
        _ if error.is_connect() => Ends::Unconnected,
        (_, status) if error.is_timeout() => Ends::TimedOut(status),
        (_, None) => Ends::Lost,
        (_, Some(status)) if error.is_too_large() && error.body().is_none() => Ends::TooLong(status),
        (_, Some(status)) if error.to_string().contains("the answer broke off") => Ends::BrokeOff(status),
        (_, Some(status)) => Ends::Unreadable(status),
    }
}

/// The time, with all pauses skipped.
struct Skipping {
    began: Instant,
    pauses: Mutex<Vec<Duration>>,
}

impl Default for Skipping {
    fn default() -> Self {
        Self { began: Instant::now(), pauses: Mutex::default() }
    }
}

impl Skipping {
    fn pauses(&self) -> Vec<Duration> {
        self.pauses.lock().unwrap().clone()
    }

    fn skipped(&self) -> Duration {
        self.pauses.lock().unwrap().iter().sum()
    }
}

impl Clock for Skipping {
    fn now(&self) -> SystemTime {
        // 2026-01-01, when the version was served. The date advances only by the pauses, so that what follows from it is exact.
        SystemTime::UNIX_EPOCH + Duration::from_hours(490_896) + self.skipped()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed() + self.skipped()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.pauses.lock().unwrap().push(time);
        Box::pin(std::future::ready(()))
    }
}
