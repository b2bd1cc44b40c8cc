//! The stand-in in a Rust program.

mod people;
mod tokens;

pub use self::{
    people::{TemplateOf, User},
    tokens::TokenOf,
};

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use graph_runtime::{ClientBuilder, Operation};
use serde_json::Value;
use whatsapp_graph::{ApiVersion, Client, Error, ErrorKind};

use crate::{
    clock::{Millis, since_1970, time_of},
    control,
    engine::{Engine, Settings, Usage},
    failure::Failure,
    faults::{Effect, Fault, Times},
    journal::{Bounds, Exchange},
    outbox::{Callback, Delivered, Deliveries},
    routes,
    server::Server,
    tables::SPEC,
};

/// The token of [`Mock::client`].
const TOKEN: &str = "EAAJBmock0token";

/// How a stand-in is to be.
#[derive(Clone, Debug)]
pub struct Builder {
    address: SocketAddr,
    settings: Settings,
    secret: Option<String>,
}

impl Default for Builder {
    fn default() -> Self {
        let settings = Settings {
            seed: 1,
            refuses_unfit: false,
            seeded_only: false,
            limited: true,
            journal: Bounds { requests: 10_000, bytes: 8 << 20 },
        };
        Self { address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), settings, secret: None }
    }
}

impl Builder {
    /// Where it listens; by default on a free port of loopback.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// What identifiers follow from; by default 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Only objects that were put in exist, and only tokens if any was, and requests that do not fit are refused.
    #[must_use]
    pub fn strict(self) -> Self {
        self.refuses_unfit(true).seeded_only(true)
    }

    /// Whether a request that does not fit is answered with Graph's error. Otherwise it is answered, and its [`Verdict`](crate::Verdict) says what is
    /// wrong.
    #[must_use]
    pub fn refuses_unfit(mut self, refuses: bool) -> Self {
        self.settings.refuses_unfit = refuses;
        self
    }

    /// Whether only what was put in exists. Otherwise objects are made on first use.
    #[must_use]
    pub fn seeded_only(mut self, only: bool) -> Self {
        self.settings.seeded_only = only;
        self
    }

    /// Whether the limits of the spec are counted, as they are by default: ten registrations in 72 hours, messages a second.
    #[must_use]
    pub fn limits(mut self, counted: bool) -> Self {
        self.settings.limited = counted;
        self
    }

    /// What webhooks are signed with whose address an app, an account or a number sets by a call.
    #[must_use]
    pub fn app_secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    /// How many requests the journal keeps (by default 10,000), and how many bytes of their bodies and answers (8 MiB).
    #[must_use]
    pub fn journal(mut self, requests: usize, bytes: usize) -> Self {
        self.settings.journal = Bounds { requests, bytes };
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// It cannot listen there, or the system gives no thread.
    pub fn start(self) -> io::Result<Mock> {
        let listener = TcpListener::bind(self.address)?;
        let url = format!("http://{}", listener.local_addr()?);
        let engine = Arc::new(Engine::new(self.settings, url));
        engine.lock().outbox.secret = self.secret;
        Ok(Mock { server: Server::start(listener, Arc::clone(&engine))?, engine })
    }
}

/// A stand-in for Graph that runs until it is dropped.
pub struct Mock {
    server: Server,
    engine: Arc<Engine>,
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").field("address", &self.server.address).finish_non_exhaustive()
    }
}

impl Mock {
    /// Starts one on a free port of loopback.
    ///
    /// # Errors
    /// There is no free port, or the system gives no thread.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// How a stand-in is to be that is not as usual.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where it can be reached, without a `/` at the end: the base URL for any client.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Ends it: it takes nothing more, and answers what was asked before, for so long at most. Dropping it does not wait.
    pub fn close(&mut self, patience: Duration) {
        self.server.stop(patience);
    }

    /// A client of it, at the newest version.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub fn client(&self) -> Result<Client, Error> {
        let newest = ApiVersion::window().last().unwrap_or(ApiVersion::new(0, 0));
        self.client_builder(newest).build()
    }

    /// A client to be configured further.
    pub fn client_builder(&self, version: ApiVersion) -> ClientBuilder<Client> {
        Client::builder(TOKEN, version).base_url(self.url())
    }

    /// Calls of an operation.
    pub fn on<R: Operation>(&self) -> On<'_> {
        On { mock: self, operations: vec![R::INFO.id], id: None }
    }

    /// Calls of the operations of that name: `register`, `RegisterPhoneNumber`, or `WhatsAppBusinessPhoneNumber.register.create`.
    ///
    /// # Errors
    /// No operation of the spec is called so.
    pub fn on_named(&self, name: &str) -> Result<On<'_>, UnknownOperation> {
        let sites = routes::named(name);
        if sites.is_empty() {
            return Err(UnknownOperation(name.to_owned()));
        }
        Ok(On { mock: self, operations: sites.iter().map(|(_, operation)| operation.id).collect(), id: None })
    }

    /// Every call.
    pub fn on_any(&self) -> On<'_> {
        On { mock: self, operations: Vec::new(), id: None }
    }

    /// The requests that the journal keeps, the oldest first, each with its verdict.
    pub fn requests(&self) -> Vec<Exchange> {
        self.engine.lock().journal.kept().cloned().collect()
    }

    /// How many requests there were, and how many of them the journal no longer keeps.
    pub fn request_counts(&self) -> (u64, u64) {
        self.engine.lock().journal.counts()
    }

    /// Forgets the requests.
    pub fn forget_requests(&self) {
        self.engine.lock().journal.clear();
    }

    /// What time it is for the stand-in.
    pub fn now(&self) -> SystemTime {
        time_of(self.engine.lock().clock.now())
    }

    /// Lets time pass: what is due happens.
    pub fn advance(&self, by: Duration) {
        let mut inner = self.engine.lock();
        inner.clock.advance(Millis::try_from(by.as_millis()).unwrap_or(Millis::MAX / 4));
        inner.settle();
    }

    /// Sets the clock.
    pub fn set_time(&self, to: SystemTime) {
        let mut inner = self.engine.lock();
        inner.clock.set(since_1970(to));
        inner.settle();
    }

    /// Stops the clock: only [`Mock::advance`] and [`Mock::set_time`] move it.
    pub fn stop_clock(&self) {
        self.engine.lock().clock.stop();
    }

    /// How near its limits the caller is said to be, in percent: of the app, of the business, and the minutes until access is regained.
    pub fn usage(&self, app: u8, business: u8, minutes: u32) {
        self.engine.lock().usage = Usage { app, business, regain: minutes };
    }

    /// A token, to say what it may do. One of which nothing is said may do everything.
    pub fn token(&self, token: &str) -> TokenOf<'_> {
        let token = token.to_owned();
        self.engine.lock().world.tokens.entry(token.clone()).or_default();
        TokenOf { mock: self, token }
    }

    /// Tells this address what happens, once a handshake with this token succeeded: signed with the secret of the app, if there is one. Only `http:`
    /// is known.
    pub fn tell(&self, url: &str, verify_token: &str, app_secret: Option<&str>) {
        let callback = Callback {
            url: url.to_owned(),
            secret: app_secret.map(str::to_owned),
            verify_token: verify_token.to_owned(),
            verified: false,
            fields: None,
        };
        self.engine.lock().listen(callback);
        self.engine.wake.notify_one();
    }

    /// How webhooks are delivered.
    pub fn deliveries(&self, how: Deliveries) {
        self.engine.lock().outbox.how = how;
    }

    /// The webhooks that were delivered, or not taken, the oldest first; of the newest thousand. Those for which there is no address are among them,
    /// without a URL and a status: their bodies can be given to what takes webhooks.
    pub fn webhooks(&self) -> Vec<Delivered> {
        let mut inner = self.engine.lock();
        inner.settle();
        inner.keep_unheard();
        inner.outbox.done.iter().cloned().collect()
    }

    /// A user by the number or the user ID, who writes to a number, reads, and changes.
    pub fn user(&self, number: &str) -> User<'_> {
        User::new(self, number)
    }

    /// A template by its identifier, which somebody reviews and users rate.
    pub fn template(&self, id: &str) -> TemplateOf<'_> {
        TemplateOf { mock: self, id: id.to_owned() }
    }

    /// A field of an object by its identifier, `null` for what is not there.
    pub fn field(&self, id: &str, name: &str) -> Value {
        let inner = self.engine.lock();
        inner.world.object(id).and_then(|object| object.fields.get(name)).cloned().unwrap_or_default()
    }

    /// The code that was last sent to a number and not used yet.
    pub fn verification_code(&self, number: &str) -> Option<String> {
        let inner = self.engine.lock();
        Some(inner.world.object(number)?.hidden.get("code")?.as_str()?.to_owned())
    }

    /// The last status of a message: `accepted`, `sent`, `delivered` or `failed`; of the newest 4,096.
    pub fn message_status(&self, id: &str) -> Option<String> {
        let inner = self.engine.lock();
        inner.world.messages.iter().rev().find(|message| message.id == id).map(|message| message.status.to_owned())
    }

    /// Everything that is known, as one document.
    pub fn state(&self) -> Value {
        control::state_out(&self.engine.lock())
    }

    /// Puts a document of [`Mock::state`] in the place of everything that is known. `{"objects": {"106540352242922": {"node":
    /// "WhatsAppBusinessPhoneNumber"}}}` is one, too.
    ///
    /// # Errors
    /// The document is not of the form that this stand-in writes; nothing was changed.
    pub fn restore(&self, state: &Value) -> Result<(), StateError> {
        control::state_in(&mut self.engine.lock(), state).map_err(StateError)?;
        // It may have callbacks.
        self.engine.wake.notify_one();
        Ok(())
    }
}

/// Which calls something is to happen to.
#[derive(Debug)]
#[must_use = "nothing happens to these calls yet"]
pub struct On<'m> {
    mock: &'m Mock,
    operations: Vec<&'static str>,
    id: Option<String>,
}

impl<'m> On<'m> {
    /// Only with this identifier in the path.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// They fail with this error. One that comes with a status is no answer: the message is taken, and fails later.
    pub fn fails(self, kind: ErrorKind) -> Planned<'m> {
        let effect = match kind.info().and_then(|info| SPEC.error(info.name)) {
            Some(error) => Effect::Fails(error),
            None => {
                let failure = Failure::of(kind, None);
                let body = failure.clone().body("AbCdEfGhIjKlMnOpQrStUvW");
                Effect::Answers(failure.status, vec![("content-type".into(), "application/json".into())], body.to_string().into())
            }
        };
        self.plan(effect)
    }

    /// They are answered with this.
    pub fn answers(self, status: u16, body: impl Into<Bytes>) -> Planned<'m> {
        self.plan(Effect::Answers(status, vec![("content-type".into(), "application/json; charset=UTF-8".into())], body.into()))
    }

    /// The connection is closed before the body is read: nothing is done.
    pub fn close_before(self) -> Planned<'m> {
        self.plan(Effect::ClosesUnread)
    }

    /// They are carried out, and the connection is closed without an answer.
    pub fn close_after(self) -> Planned<'m> {
        self.plan(Effect::ClosesAfter)
    }

    /// They are carried out, and the answer ends in its middle.
    pub fn halve(self) -> Planned<'m> {
        self.plan(Effect::Halves)
    }

    /// Their token has expired.
    pub fn expire_token(self) -> Planned<'m> {
        self.plan(Effect::Expires)
    }

    /// They are answered so much later.
    pub fn delay(self, by: Duration) -> Planned<'m> {
        self.plan(Effect::Delays).delayed(by)
    }

    fn plan(self, effect: Effect) -> Planned<'m> {
        let fault = Fault {
            number: 0,
            operations: self.operations,
            id: self.id,
            times: Times::Always,
            effect,
            delay: Duration::ZERO,
            seen: 0,
            hits: 0,
        };
        Planned { mock: self.mock, number: self.mock.engine.lock().faults.add(fault) }
    }
}

/// Something that happens to calls: to all, unless it is said how often.
#[derive(Debug)]
pub struct Planned<'m> {
    mock: &'m Mock,
    number: u64,
}

#[allow(clippy::return_self_not_must_use, reason = "it has been planned")]
impl Planned<'_> {
    /// To the next so many.
    pub fn times(self, count: u64) -> Self {
        self.set(|fault| fault.times = Times::Next(count));
        self
    }

    /// To each so-manieth.
    pub fn every(self, nth: u64) -> Self {
        self.set(|fault| fault.times = Times::Every(nth));
        self
    }

    /// So much later.
    pub fn delayed(self, by: Duration) -> Self {
        self.set(|fault| fault.delay = by);
        self
    }

    /// To how many calls it happened.
    pub fn hits(&self) -> u64 {
        self.mock.engine.lock().faults.get_mut(self.number).map_or(0, |fault| fault.hits)
    }

    /// It happens no more.
    pub fn end(self) {
        self.mock.engine.lock().faults.remove(self.number);
    }

    fn set(&self, change: impl FnOnce(&mut Fault)) {
        if let Some(fault) = self.mock.engine.lock().faults.get_mut(self.number) {
            change(fault);
        }
    }
}

/// No operation of the spec is called so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation(String);

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no operation is called `{}`: its id, the name of its request, its edge, or the end of its id would do", self.0)
    }
}

impl std::error::Error for UnknownOperation {}

/// A document of state could not be put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateError(String);

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StateError {}
