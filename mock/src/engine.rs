//! From a request to its answer: version, token, operation, faults, limits, validation, behavior, headers.

mod admission;
mod choice;
mod people;
mod versions;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use graph_runtime::Version;
use serde_json::{Value, json};
use tokio::sync::Notify;
use whatsapp_graph::{ErrorKind, webhooks::sign};

use crate::{
    behavior::{self, Reply, Turn, generic, media},
    clock::{Clock, time_of},
    description::{Arrival, Auth, Method, Moment},
    failure::Failure,
    faults::{Effect, Faults, Hit},
    ids::Ids,
    journal::{Bounds, Exchange, Journal, Origin, Verdict},
    outbox::{self, Callback, Delivered, Outbox},
    request::{Call, Received},
    routes::{self, Site},
    validate::Problem,
    world::{Notice, World},
};

/// How the stand-in takes what comes.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    /// Requests that do not fit are answered with Graph's error; else they are answered, and the verdict is noted.
    pub(crate) refuses_unfit: bool,
    /// Only tokens and objects that were put in exist; else each is made on first use.
    pub(crate) seeded_only: bool,
    /// The limits of the spec are counted.
    pub(crate) limited: bool,
    pub(crate) journal: Bounds,
}

/// How near its limits Graph says the caller is, in percent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) app: u8,
    pub(crate) business: u8,
    /// Minutes.
    pub(crate) regain: u32,
}

/// An answer as it goes out.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// How the exchange ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Whole,
    /// In the middle of the answer.
    Half,
    /// Without an answer.
    Closed,
}

#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) ending: Ending,
    pub(crate) delay: Duration,
}

pub(crate) struct Engine {
    inner: Mutex<Inner>,
    /// There is someone to send webhooks to.
    pub(crate) wake: Notify,
}

/// Everything that changes.
pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    /// Those of handshakes, of which there are as many as it takes.
    pub(crate) challenges: Ids,
    pub(crate) world: World,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) usage: Usage,
    pub(crate) outbox: Outbox,
    versions: Vec<versions::Life>,
}

/// What was decided about one call.
pub(crate) struct Decided {
    site: Option<Site>,
    id: Option<String>,
    pub(crate) verdict: Verdict,
    version: Version,
    status: u16,
    pub(crate) body: Value,
    /// In the place of the JSON.
    raw: Option<(Bytes, Vec<(String, String)>)>,
    pub(crate) origin: Origin,
    ending: Ending,
    delay: Duration,
}

impl Engine {
    pub(crate) fn new(settings: Settings, url: String) -> Self {
        let journal = Journal::new(settings.journal);
        let (ids, challenges) = (Ids::new(settings.seed), Ids::new(!settings.seed));
        let inner = Inner {
            settings,
            url,
            clock: Clock::default(),
            ids,
            challenges,
            world: World::default(),
            journal,
            faults: Faults::default(),
            usage: Usage::default(),
            outbox: Outbox::default(),
            versions: versions::lives(),
        };
        Self { inner: Mutex::new(inner), wake: Notify::new() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens to a request before its body is read.
    pub(crate) fn before(&self, received: &Received) -> Option<Hit> {
        let mut inner = self.lock();
        if inner.faults.is_empty() {
            return None;
        }
        let call = Call::of(received);
        let sites = call.method.map(|method| routes::find(method, &call.segments)).unwrap_or_default();
        let id = sites.first().and_then(|(_, operation)| routes::id_of(operation, &call.segments));
        let hit = inner.faults.hit(&sites, id, true)?;
        let version = inner.served(call.version).0;
        let exchange = Exchange {
            number: 0,
            at: time_of(inner.clock.now()),
            method: received.method.clone(),
            target: received.shown(),
            operation: sites.first().map(|(_, operation)| operation.id),
            id: id.map(str::to_owned),
            verdict: Verdict::Fits,
            status: 0,
            origin: Origin::Fault,
            version,
            body: Bytes::new(),
            answer: Bytes::new(),
        };
        inner.journal.add(exchange);
        Some(hit)
    }

    pub(crate) fn answer(&self, received: &Received) -> Outcome {
        let mut inner = self.lock();
        let outcome = inner.answer(received);
        if !inner.world.overrides.is_empty() || !inner.world.subscriptions.is_empty() {
            self.wake.notify_one();
        }
        outcome
    }

    /// The answer to a request whose body is too large or cannot be read.
    pub(crate) fn refuse(&self, received: &Received, why: &str) -> Answer {
        let mut inner = self.lock();
        let mut decided = inner.decide_nothing(&Call::of(received));
        decided.verdict = Verdict::Unfit(vec![why.to_owned()]);
        inner.fail(&mut decided, unreadable(why));
        inner.finish(received, decided).answer
    }
}

impl Inner {
    fn answer(&mut self, received: &Received) -> Outcome {
        self.settle();
        let call = Call::of(received);
        if call.method == Some(Method::Post)
            && call.segments.is_empty()
            && let Some(batch) = call.value("batch")
        {
            let items = batch.read();
            return self.batch(received, &call, &items);
        }
        let decided = self.decide(&call);
        self.finish(received, decided)
    }

    /// Keeps the webhooks for which there was no address, so that they can be looked at and are not sent later.
    pub(crate) fn keep_unheard(&mut self) {
        let now = self.clock.now();
        if self.world.outbox.iter().all(|notice| notice.heard) {
            return;
        }
        let (heard, unheard): (Vec<Notice>, Vec<Notice>) =
            std::mem::take(&mut self.world.outbox).into_iter().partition(|notice| notice.heard);
        self.world.outbox = heard.into();
        for notice in unheard {
            let notices = vec![notice];
            let body = outbox::body(&notices, now);
            let signature = self.outbox.signing().map(|secret| sign(secret.as_str(), &body));
            let delivered = Delivered { number: 0, url: String::new(), attempt: 0, body, signature, status: 0, notices, to: None };
            self.outbox.remember(delivered);
        }
    }

    /// Another address gets webhooks, after a handshake.
    pub(crate) fn listen(&mut self, callback: Callback) {
        self.outbox.callbacks.retain(|known| known.url != callback.url);
        self.outbox.callbacks.push(callback);
        self.world.has_callback = true;
    }

    /// As at the start: nothing is known, asked for or written down.
    pub(crate) fn reset(&mut self) {
        self.clock = Clock::default();
        self.ids = Ids::new(self.settings.seed);
        self.world = World::default();
        self.world.has_callback = !self.outbox.callbacks.is_empty();
        self.faults = Faults::default();
        self.usage = Usage::default();
        self.outbox.clear();
        self.journal.clear();
    }

    /// Lets everything happen that is due.
    pub(crate) fn settle(&mut self) {
        let now = self.clock.now();
        for event in self.world.take_due(now) {
            behavior::happens(&mut self.world, now, event);
        }
    }

    /// Writes down what was decided, and gives it its headers.
    pub(crate) fn finish(&mut self, received: &Received, decided: Decided) -> Outcome {
        let mut headers = vec![
            ("facebook-api-version".to_owned(), decided.version.to_string()),
            ("x-mock-answer".to_owned(), decided.origin.as_str().to_owned()),
            ("x-fb-trace-id".to_owned(), self.ids.trace()),
            ("x-fb-request-id".to_owned(), self.ids.trace()),
        ];
        let body = match decided.raw {
            Some((body, more)) => {
                headers.extend(more);
                body
            }
            None => {
                headers.push(("content-type".to_owned(), "application/json; charset=UTF-8".to_owned()));
                if decided.status >= 400
                    && let Some(message) = decided.body.get("error").and_then(|error| error.get("message")).and_then(Value::as_str)
                {
                    let message: String = message.chars().map(|c| if c == '"' || !(' '..='~').contains(&c) { '\'' } else { c }).collect();
                    headers.push(("www-authenticate".to_owned(), format!("OAuth \"Facebook Platform\" \"invalid_request\" \"{message}\"")));
                }
                Bytes::from(serde_json::to_vec(&decided.body).unwrap_or_default())
            }
        };
        self.usage_headers(decided.id.as_deref(), &mut headers);
        let exchange = Exchange {
            number: 0,
            at: time_of(self.clock.now()),
            method: received.method.clone(),
            target: received.shown(),
            operation: decided.site.map(|(_, operation)| operation.id),
            id: decided.id,
            verdict: decided.verdict,
            status: if decided.ending == Ending::Closed { 0 } else { decided.status },
            origin: decided.origin,
            version: decided.version,
            body: received.body.clone(),
            answer: body.clone(),
        };
        self.journal.add(exchange);
        Outcome { answer: Answer { status: decided.status, headers, body }, ending: decided.ending, delay: decided.delay }
    }

    /// Source: `developers.facebook.com/docs/graph-api/overview/rate-limiting`, and answers of Graph to calls of `WhatsApp`.
    fn usage_headers(&self, id: Option<&str>, headers: &mut Vec<(String, String)>) {
        let Usage { app, business, regain } = self.usage;
        headers.push(("x-app-usage".into(), format!("{{\"call_count\":{app},\"total_cputime\":{app},\"total_time\":{app}}}")));
        if let Some(id) = id.filter(|id| routes::is_digits(id)) {
            let account = self.world.object(id).and_then(|object| object.hidden.get("account")).and_then(Value::as_str).unwrap_or(id);
            let used = json!({account: [{"type": behavior::USAGE, "call_count": business, "total_cputime": business, "total_time": business, "estimated_time_to_regain_access": regain}]});
            headers.push(("x-business-use-case-usage".into(), used.to_string()));
        }
    }

    /// Before anything is decided.
    pub(crate) fn decide_nothing(&self, call: &Call) -> Decided {
        Decided {
            site: None,
            id: None,
            verdict: Verdict::Unknown,
            version: self.served(call.version).0,
            status: 200,
            body: Value::Null,
            raw: None,
            origin: Origin::Error,
            ending: Ending::Whole,
            delay: Duration::ZERO,
        }
    }

    pub(crate) fn decide(&mut self, call: &Call) -> Decided {
        let (version, unreleased) = self.served(call.version);
        let moment = Moment { version, day: self.clock.today() };
        let mut decided = self.decide_nothing(call);
        if unreleased {
            let path = call.segments.join("/");
            self.fail(&mut decided, Failure::unknown_path(&path));
            return decided;
        }
        let download = media::is_download(call);
        let sites = call.method.filter(|_| !download).map(|method| routes::find(method, &call.segments)).unwrap_or_default();
        let judged = self.choose(&sites, call, moment);
        decided.site = judged.as_ref().map(|(site, _)| *site);
        decided.id = judged.as_ref().and_then(|((_, operation), _)| routes::id_of(operation, &call.segments)).map(str::to_owned);
        if let Some((_, problems)) = &judged {
            decided.verdict = choice::verdict(problems);
        }
        let hit = if self.faults.is_empty() { None } else { self.hit(&sites, &decided) };
        if let Some(hit) = hit {
            decided.delay = hit.delay;
            if self.happens(&mut decided, hit) {
                return decided;
            }
        }
        if download {
            decided.verdict = Verdict::Fits;
            match self.token(call, None, moment).and_then(|()| media::download(&self.world, call, self.clock.now())) {
                Ok((kind, bytes)) => {
                    decided.raw = Some((bytes, vec![("content-type".into(), kind)]));
                    decided.origin = Origin::State;
                }
                Err(failure) => self.fail(&mut decided, failure),
            }
            return decided;
        }
        let answered = self.reply(call, judged, moment);
        // What was to fail later was not taken.
        self.world.failing.clear();
        match answered {
            Ok(reply) => {
                decided.status = reply.status;
                decided.origin = reply.origin;
                decided.body = reply.body;
            }
            Err(failure) => self.fail(&mut decided, failure),
        }
        decided
    }

    pub(crate) fn fail(&mut self, decided: &mut Decided, failure: Failure) {
        decided.status = failure.status;
        decided.origin = Origin::Error;
        decided.body = failure.body(&self.ids.trace());
    }

    /// The fault that happens to a call. Where only a guess says which node an identifier is of, it may be for the operation of another.
    fn hit(&mut self, sites: &[Site], decided: &Decided) -> Option<Hit> {
        let id = decided.id.as_deref();
        let guessed =
            id.is_some_and(|id| self.world.object(id).is_none_or(|object| !object.written) && routes::node_in_examples(id).is_none());
        let chosen = decided.site;
        let may_be =
            |site: &&Site| chosen.is_some_and(|(node, operation)| site.1.id == operation.id || (guessed && site.0.name != node.name));
        let asked: Vec<Site> = sites.iter().filter(may_be).copied().collect();
        self.faults.hit(&asked, id, false)
    }

    /// Whether the answer is decided by the fault.
    fn happens(&mut self, decided: &mut Decided, hit: Hit) -> bool {
        match hit.effect {
            Effect::Fails(error) => {
                let operation = decided.site.map(|(_, operation)| operation);
                // What comes with a status is no answer: the message is taken, and fails later.
                if error.arrives == Arrival::Status
                    && let Some(status) = behavior::fails_later(error, operation)
                {
                    self.world.failing.push_back(status);
                    return false;
                }
                self.fail(decided, Failure::documented(error, operation));
                decided.origin = Origin::Fault;
            }
            Effect::Answers(status, headers, body) => {
                decided.status = status;
                decided.raw = Some((body, headers));
                decided.origin = Origin::Fault;
            }
            Effect::Expires => {
                let failure = admission::expired(self.clock.now() - 3_600_000, self.clock.now());
                self.fail(decided, failure);
                decided.origin = Origin::Fault;
            }
            Effect::ClosesAfter => decided.ending = Ending::Closed,
            Effect::Halves => decided.ending = Ending::Half,
            Effect::Delays | Effect::ClosesUnread => {}
        }
        decided.origin == Origin::Fault
    }

    fn reply(&mut self, call: &Call, judged: Option<(Site, Vec<Problem>)>, moment: Moment) -> Result<Reply, Failure> {
        let wants_token = judged.as_ref().is_none_or(|((_, operation), _)| operation.auth != Auth::None);
        if wants_token {
            self.token(call, judged.as_ref().map(|(site, _)| *site), moment)?;
        }
        // Source: `developers.facebook.com/blog/post/2026/07/29/introducing-graph-api-v26-and-marketing-api-v26`.
        if call.segments.is_empty() && call.value("ids").is_some() {
            return Err(Failure::of(ErrorKind::IdsNotServed, None));
        }
        let Some(((node, operation), problems)) = judged else { return Err(self.no_operation(call)) };
        let id = routes::id_of(operation, &call.segments).unwrap_or_default();
        if !id.is_empty() && !node.root {
            let known = self.world.objects.get(id);
            if known.is_some_and(|object| object.deleted) || (self.settings.seeded_only && known.is_none()) {
                return Err(behavior::gone(node, operation.method.as_str(), id));
            }
        }
        if self.settings.refuses_unfit
            && let Some(failure) = problems.into_iter().find_map(|problem| problem.failure)
        {
            return Err(failure);
        }
        if self.settings.limited {
            self.limits(operation, id, moment)?;
        }
        let mut turn = Turn {
            node,
            operation,
            id,
            call,
            moment,
            now: self.clock.now(),
            world: &mut self.world,
            ids: &mut self.ids,
            url: &self.url,
            limited: self.settings.limited,
            strict: self.settings.seeded_only,
        };
        match behavior::of(operation.id) {
            Some(behavior) => behavior(&mut turn),
            None => generic::answer(&mut turn),
        }
    }
}

/// The whole body of a request is too large, or could not be read.
pub(crate) fn unreadable(why: &str) -> Failure {
    Failure::invalid(&format!("Invalid parameter: {why}"))
}
