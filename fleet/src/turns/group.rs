//! Those of one process who want turns of one object, and the trips that fetch turns for them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use graph_runtime::Lane;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::SCRIPT;
use crate::builder::Shared;
use crate::link::Fault;

/// How many requests one trip takes at most.
const MANY: usize = 500;

/// What is wanted of a queue.
pub(super) struct Request {
    pub(super) verb: Verb,
    pub(super) lanes: Vec<Lane>,
    /// Where the turn was that is given back.
    pub(super) at: Vec<Duration>,
}

#[derive(Clone, Copy)]
pub(super) enum Verb {
    Take { asked: Instant, longest: Duration },
    Count(u32),
    GiveBack,
}

/// What was given.
#[derive(Debug, PartialEq)]
pub(super) enum Given {
    Turn(Duration, Vec<Duration>),
    TooLate(Duration),
    Done,
}

type Answer = Result<Given, Fault>;

/// A request, and who waits for what comes of it.
type Waiting = (Request, oneshot::Sender<Answer>);

/// What one trip is for.
struct Trip {
    requests: Vec<Waiting>,
    /// How many turns more are wanted, and how far apart.
    wanted: u32,
    interval: Duration,
}

/// All groups of a process, by object.
#[derive(Clone)]
pub(super) struct Groups {
    link: Shared,
    period: Duration,
    by_object: Arc<Mutex<HashMap<String, Group>>>,
}

#[derive(Default)]
struct Group {
    waiting: VecDeque<Waiting>,
    /// Is a task fetching?
    fetching: bool,
    last: Option<Instant>,
    spares: Spares,
}

/// Turns in advance, and when they are.
#[derive(Default)]
struct Spares {
    interval: Duration,
    turns: VecDeque<(Instant, Duration)>,
}

impl Groups {
    pub(super) fn new(link: Shared, period: Duration) -> Self {
        Self { link, period, by_object: Arc::default() }
    }

    /// Waits for what comes of a request.
    pub(super) async fn ask(&self, request: Request) -> Answer {
        let object = object(&request).ok_or_else(|| Fault::unreadable("lanes of several objects"))?.to_owned();
        let answered = {
            let mut groups = self.lock();
            tidy(&mut groups, self.period);
            let group = groups.entry(object.clone()).or_default();
            if let Some(given) = group.spare(&request) {
                return Ok(given);
            }
            let (answer, answered) = oneshot::channel();
            group.waiting.push_back((request, answer));
            if !group.fetching {
                let Ok(runtime) = Handle::try_current() else {
                    group.waiting.clear();
                    return Err(Fault::unreadable("outside of tokio"));
                };
                group.fetching = true;
                runtime.spawn(self.clone().fetch(object));
            }
            answered
        };
        // A task that ended without an answer is one whose runtime has ended.
        answered.await.unwrap_or_else(|_| Err(Fault::unreadable("a runtime that has ended")))
    }

    /// Makes trips until no one waits.
    async fn fetch(self, object: String) {
        let fetching = Fetching(&self, &object);
        loop {
            let pause = self.lock().get(&object).and_then(|group| group.last).map(|last| self.period.saturating_sub(last.elapsed()));
            if let Some(pause) = pause.filter(|pause| !pause.is_zero()) {
                tokio::time::sleep(pause).await;
            }
            let Some(Trip { requests, wanted, interval }) = self.begin(&object) else { break };
            let (requests, answers): (Vec<_>, Vec<_>) = requests.into_iter().unzip();
            let arguments = self.arguments(&object, &requests, wanted, interval);
            let result: Result<Vec<String>, Fault> = self.link.run(&SCRIPT, &arguments.0, &arguments.1).await;
            self.distribute(&object, &requests, answers, result, interval);
        }
        std::mem::forget(fetching);
    }

    /// The next requests, and how many turns more are wanted. Nothing: no one waits, and this task is done.
    fn begin(&self, object: &str) -> Option<Trip> {
        let mut groups = self.lock();
        let group = groups.get_mut(object)?;
        // Who does not wait any more takes no turn. What is given back has no one who waits.
        group.waiting.retain(|(request, answer)| !answer.is_closed() || !matches!(request.verb, Verb::Take { .. }));
        if group.waiting.is_empty() {
            group.fetching = false;
            return None;
        }
        let many = group.waiting.len().min(MANY);
        let mut requests: Vec<_> = group.waiting.drain(..many).collect();
        // The last first: a queue gets shorter from its end.
        requests.sort_by_key(|(request, _)| match request.verb {
            Verb::GiveBack => (0, std::cmp::Reverse(request.at.first().copied())),
            _ => (1, std::cmp::Reverse(None)),
        });
        // Whoever had to wait for this trip will probably want more before the next.
        let steady = group.last.is_some_and(|last| last.elapsed() < self.period * 3 / 2);
        let simple = requests.iter().rev().find_map(|(request, _)| of_object_alone(request)).map(|lane| lane.interval);
        let interval = simple.unwrap_or_default();
        let most = self.period.as_nanos().checked_div(interval.as_nanos()).and_then(|most| u32::try_from(most).ok()).unwrap_or(0);
        let wanted = if steady && simple.is_some() { most.min(1000) } else { 0 };
        group.last = Some(Instant::now());
        Some(Trip { requests, wanted, interval })
    }

    fn arguments(&self, object: &str, requests: &[Request], wanted: u32, interval: Duration) -> (Vec<String>, Vec<Vec<u8>>) {
        let names = &self.link.names;
        let tag = names.tag("object", object);
        let mut keys = vec![names.key("pace", &tag)];
        let mut positions: HashMap<&str, usize> = HashMap::from([(object, 1)]);
        let mut arguments: Vec<String> = vec![wanted.to_string(), micros(interval), micros(self.period)];
        for request in requests {
            let (verb, number) = match request.verb {
                Verb::Take { asked, longest } => ("T", micros(longest.saturating_sub(asked.elapsed()))),
                Verb::Count(times) => ("C", times.to_string()),
                Verb::GiveBack => ("B", String::new()),
            };
            let number = if number.is_empty() { "0".into() } else { number };
            arguments.extend([verb.to_owned(), number, request.lanes.len().to_string()]);
            for (index, lane) in request.lanes.iter().enumerate() {
                let position = *positions.entry(&lane.key).or_insert_with(|| {
                    keys.push(names.key_beside("pace", &tag, &names.tag("pair", &lane.key)));
                    keys.len()
                });
                let at = request.at.get(index).copied().unwrap_or_default();
                arguments.extend([position.to_string(), micros(lane.interval), micros(lane.ahead), micros(at)]);
            }
        }
        (keys, arguments.into_iter().map(String::into_bytes).collect())
    }

    fn distribute(
        &self,
        object: &str,
        requests: &[Request],
        answers: Vec<oneshot::Sender<Answer>>,
        result: Result<Vec<String>, Fault>,
        interval: Duration,
    ) {
        let arrived = Instant::now();
        let said = match result {
            Ok(said) if said.len() > answers.len() => said,
            other => {
                let fault = other.err().unwrap_or_else(|| Fault::unreadable("turns"));
                return answers.into_iter().for_each(|answer| drop(answer.send(Err(fault.clone()))));
            }
        };
        let mut said = said.into_iter();
        let now: u64 = said.next().and_then(|now| now.parse().ok()).unwrap_or_default();
        let mut unused = Vec::new();
        for (request, answer) in requests.iter().zip(answers) {
            let given = said.next().and_then(|text| given(&text)).ok_or_else(|| Fault::unreadable("a turn"));
            // Whoever asked may be gone.
            if let Err(Ok(Given::Turn(_, at))) = answer.send(given) {
                unused.push((Request { verb: Verb::GiveBack, lanes: request.lanes.clone(), at }, oneshot::channel().0));
            }
        }
        let spares = said.filter_map(|text| {
            let at: u64 = text.strip_prefix("S ")?.parse().ok()?;
            Some((arrived + Duration::from_micros(at.saturating_sub(now)), Duration::from_micros(at)))
        });
        let mut groups = self.lock();
        let group = groups.entry(object.to_owned()).or_default();
        group.waiting.extend(unused);
        if group.spares.interval != interval {
            group.spares.turns.clear();
        }
        group.spares.interval = interval;
        group.spares.turns.extend(spares);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Group>> {
        self.by_object.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// If the task that fetches ends early, because its runtime does, the next who asks begins another.
struct Fetching<'a>(&'a Groups, &'a str);

impl Drop for Fetching<'_> {
    fn drop(&mut self) {
        if let Some(group) = self.0.lock().get_mut(self.1) {
            group.fetching = false;
            group.waiting.clear();
        }
    }
}

impl Group {
    /// A turn in advance, for whom one lane is all.
    fn spare(&mut self, request: &Request) -> Option<Given> {
        let Verb::Take { longest, .. } = request.verb else { return None };
        let lane = of_object_alone(request)?;
        // Those who wait already come first.
        if !self.waiting.is_empty() || lane.interval != self.spares.interval {
            return None;
        }
        let now = Instant::now();
        while self.spares.turns.front().is_some_and(|(at, _)| *at < now) {
            self.spares.turns.pop_front();
        }
        let (at, stored) = *self.spares.turns.front()?;
        let wait = at.saturating_duration_since(now);
        if wait > longest {
            return Some(Given::TooLate(wait));
        }
        self.spares.turns.pop_front();
        Some(Given::Turn(wait, vec![stored]))
    }
}

/// What has not been asked for within a while is forgotten, once there is much of it.
fn tidy(groups: &mut HashMap<String, Group>, period: Duration) {
    if groups.len() >= 1024 && groups.len().is_power_of_two() {
        groups.retain(|_, group| group.fetching || group.last.is_none_or(|last| last.elapsed() < period * 10));
    }
}

/// The lane of a request that has no other, and that is of the object itself and evenly spaced.
fn of_object_alone(request: &Request) -> Option<&Lane> {
    match request.lanes.as_slice() {
        [lane] if matches!(request.verb, Verb::Take { .. }) && lane.ahead.is_zero() && !lane.key.contains('/') => Some(lane),
        _ => None,
    }
}

/// The object that all lanes are of: a pair is written behind a slash.
fn object(request: &Request) -> Option<&str> {
    let of = |lane: &'_ Lane| lane.key.split('/').next().map(str::len);
    let first = request.lanes.first()?;
    let object = &first.key[..of(first)?];
    request.lanes.iter().all(|lane| lane.key.split('/').next() == Some(object)).then_some(object)
}

fn given(text: &str) -> Option<Given> {
    let mut words = text.split(' ');
    let verb = words.next()?;
    let numbers: Vec<Duration> = words.map(|number| number.parse().map(Duration::from_micros)).collect::<Result<_, _>>().ok()?;
    match (verb, numbers.as_slice()) {
        ("T", [wait, at @ ..]) => Some(Given::Turn(*wait, at.to_vec())),
        ("L", [wait]) => Some(Given::TooLate(*wait)),
        ("C" | "B", []) => Some(Given::Done),
        _ => None,
    }
}

fn micros(time: Duration) -> String {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).min(1 << 52).to_string()
}
