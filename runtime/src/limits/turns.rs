//! Whose turn is when: a queue for each object, without a task and without a list of those who wait.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::clock::{BoxFuture, Clock};
use crate::limits::rate_limit::Pace;
use crate::values::line::line;

/// Why a store that is shared by many machines could not do its work. Its text is logged, so it should hold no secret.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// Gives calls their turns: by default [`MemoryTurns`], for the clients of one process.
///
/// Give the clients of many machines one that they share, with [`ClientBuilder::turns`](crate::ClientBuilder::turns), and they keep the pace of an object
/// together.
///
/// # Implementing it
/// A queue is a number for each key of a [`Lane`]: when the turns that were given will have been used. [`take`](Self::take) reads and writes it in one step that
/// nothing can come between. A store that fails, or does not answer in time, holds no call back: the call is sent, and a warning is logged.
pub trait TurnStore: fmt::Debug + Send + Sync + 'static {
    /// Gives the next turn in all of these lanes, if it comes within `longest`; takes none otherwise. `clock` is the client's; a store of many machines
    /// goes by its own.
    fn take<'a>(&'a self, lanes: Vec<Lane>, longest: Duration, clock: &'a dyn Clock) -> BoxFuture<'a, Result<Taken, StoreError>>;

    /// Takes a turn back that was not used. If it is lost, a moment goes by unused.
    fn give_back(&self, turn: Turn) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Counts what counts towards the pace of a lane and does not wait, this many times.
    fn count<'a>(&'a self, lane: Lane, times: u32, clock: &'a dyn Clock) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// A queue, and how fast it moves.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lane {
    /// What is counted: an identifier, or an identifier and a recipient, which is personal data.
    pub key: String,
    /// How long after one call the next may follow.
    pub interval: Duration,
    /// How far a call may go ahead of its turn: a burst.
    pub ahead: Duration,
}

impl Lane {
    /// A lane, for tests of your own stores: the client makes them of the pace that it was given.
    pub fn new(key: String, interval: Duration, ahead: Duration) -> Self {
        Self { key, interval, ahead }
    }
}

/// The answer to [`TurnStore::take`].
#[derive(Debug)]
pub enum Taken {
    /// The turn, and when it comes.
    Turn(Turn),
    /// It would come this late. None was taken.
    TooLate(Duration),
}

/// A turn that was given.
#[derive(PartialEq, Eq)]
pub struct Turn {
    wait: Duration,
    lanes: Vec<Lane>,
    at: Vec<Duration>,
}

impl Turn {
    /// A turn that comes after this wait. `at` is the store's own affair: it gets it back with [`TurnStore::give_back`].
    pub fn new(wait: Duration, lanes: Vec<Lane>, at: Vec<Duration>) -> Self {
        Self { wait, lanes, at }
    }

    /// How long to wait for it.
    pub fn wait(&self) -> Duration {
        self.wait
    }

    /// The lanes that it is of.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// What the store has noted for itself.
    pub fn at(&self) -> &[Duration] {
        &self.at
    }
}

/// Gives the turns of one process.
///
/// Turns are given in the order in which calls ask for them. One that comes back goes to the next that asks, so that no one who waits has to be woken, and no
/// two have the same.
#[derive(Clone, Default)]
pub struct MemoryTurns(Arc<Mutex<Queues>>);

#[derive(Default)]
struct Queues {
    queues: HashMap<String, Queue>,
    /// How many there may be before those without anyone waiting are removed.
    room: usize,
}

#[derive(Default)]
struct Queue {
    /// When the turns that were given will have been used.
    end: Duration,
    /// Turns before that which came back.
    free: BTreeSet<Duration>,
}

impl Queue {
    /// The next turn.
    fn next(&self, lane: &Lane, now: Duration) -> Duration {
        let free = self.free.range(now..).next().copied().filter(|_| lane.ahead.is_zero());
        free.unwrap_or_else(|| self.end.max(now))
    }

    fn take(&mut self, lane: &Lane, now: Duration) -> Duration {
        let at = self.next(lane, now);
        if !self.free.remove(&at) {
            self.end = at.saturating_add(lane.interval);
        }
        // What has passed is of no use to anyone.
        self.free = self.free.split_off(&now);
        at
    }

    fn give_back(&mut self, lane: &Lane, at: Duration) {
        if !lane.ahead.is_zero() {
            self.end = self.end.saturating_sub(lane.interval);
            return;
        }
        self.free.insert(at);
        while let Some(last) = self.free.last().copied().filter(|last| last.saturating_add(lane.interval) >= self.end) {
            self.free.remove(&last);
            self.end = last;
        }
    }
}

impl MemoryTurns {
    fn take(&self, lanes: Vec<Lane>, longest: Duration, now: Duration) -> Taken {
        let mut queues = self.lock();
        let early = |lane: &Lane, at: Duration| at.saturating_sub(now).saturating_sub(lane.ahead);
        let queue = |lane: &Lane| queues.queues.get(&lane.key);
        let wait = lanes.iter().filter_map(|lane| Some(early(lane, queue(lane)?.next(lane, now)))).max().unwrap_or_default();
        if wait > longest {
            return Taken::TooLate(wait);
        }
        let at = lanes.iter().map(|lane| queues.of(lane).take(lane, now)).collect();
        queues.tidy(now);
        Taken::Turn(Turn { wait, lanes, at })
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queues {
    fn of(&mut self, lane: &Lane) -> &mut Queue {
        self.queues.entry(lane.key.clone()).or_default()
    }

    fn tidy(&mut self, now: Duration) {
        if self.queues.len() > self.room.max(1024) {
            self.queues.retain(|_, queue| queue.end > now);
            self.room = self.queues.len() * 2;
        }
    }
}

impl TurnStore for MemoryTurns {
    fn take<'a>(&'a self, lanes: Vec<Lane>, longest: Duration, clock: &'a dyn Clock) -> BoxFuture<'a, Result<Taken, StoreError>> {
        let taken = Self::take(self, lanes, longest, clock.elapsed());
        Box::pin(std::future::ready(Ok(taken)))
    }

    fn give_back(&self, turn: Turn) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut queues = self.lock();
        for (lane, at) in turn.lanes.iter().zip(turn.at) {
            if let Some(queue) = queues.queues.get_mut(&lane.key) {
                queue.give_back(lane, at);
            }
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn count<'a>(&'a self, lane: Lane, times: u32, clock: &'a dyn Clock) -> BoxFuture<'a, Result<(), StoreError>> {
        let now = clock.elapsed();
        let mut queues = self.lock();
        let queue = queues.of(&lane);
        queue.end = queue.end.max(now).saturating_add(lane.interval.saturating_mul(times));
        queues.tidy(now);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The paces of single objects, and the store that gives turns, shared by a client, its clones and its views.
pub(crate) struct Turns {
    paces: Mutex<HashMap<String, Pace>>,
    /// Empty until a turn is asked for, if none was given: a program without a pace does not contain the memory of turns.
    store: OnceLock<Arc<dyn TurnStore>>,
}

/// A turn on its way. Unless it is used, it goes back.
pub(crate) struct Waiting {
    store: Arc<dyn TurnStore>,
    turn: Option<Turn>,
}

impl Turns {
    pub(crate) fn new(store: Option<Arc<dyn TurnStore>>) -> Self {
        Self { paces: Mutex::default(), store: store.map(OnceLock::from).unwrap_or_default() }
    }

    pub(crate) fn store(&self) -> &Arc<dyn TurnStore> {
        self.store.get_or_init(|| Arc::new(MemoryTurns::default()))
    }

    pub(crate) fn set(&self, id: &str, pace: Pace) {
        self.paces.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), pace);
    }

    /// The pace that was set for an object.
    pub(crate) fn pace(&self, id: &str) -> Option<Pace> {
        self.paces.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
    }

    /// Keeps a turn until it is used.
    pub(crate) fn keep(&self, turn: Turn) -> Waiting {
        Waiting { store: self.store().clone(), turn: Some(turn) }
    }
}

impl Waiting {
    pub(crate) fn wait(&self) -> Duration {
        self.turn.as_ref().map_or(Duration::ZERO, Turn::wait)
    }

    pub(crate) fn used(mut self) {
        self.turn = None;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Some(turn) = self.turn.take() else { return };
        let store = self.store.clone();
        let mut giving_back = Box::pin(async move {
            if let Err(error) = store.give_back(turn).await {
                tracing::debug!("a turn that was not used is lost: {}", line(&error.to_string(), 500));
            }
        });
        // Most stores answer at once; where one does not, someone else has to wait for it.
        let pending = giving_back.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
        if pending && let Ok(runtime) = Handle::try_current() {
            runtime.spawn(giving_back);
        }
    }
}

/// The keys may hold a recipient.
impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("interval", &self.interval).field("ahead", &self.ahead).finish_non_exhaustive()
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("wait", &self.wait).finish_non_exhaustive()
    }
}

impl fmt::Debug for MemoryTurns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTurns").field("queues", &self.lock().queues.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    fn lane(interval: u64, ahead: u64) -> Vec<Lane> {
        vec![Lane::new("106".into(), Duration::from_millis(interval), Duration::from_millis(ahead))]
    }

    fn turn(turns: &MemoryTurns, lanes: Vec<Lane>, at: u64) -> Turn {
        match turns.take(lanes, LONG, Duration::from_millis(at)) {
            Taken::Turn(turn) => turn,
            Taken::TooLate(wait) => panic!("too late: {wait:?}"),
        }
    }

    /// How many milliseconds a call waits that comes at a millisecond.
    fn wait(turns: &MemoryTurns, lanes: Vec<Lane>, at: u64) -> u128 {
        turn(turns, lanes, at).wait.as_millis()
    }

    #[test]
    fn calls_are_spaced_evenly() {
        let turns = MemoryTurns::default();
        assert_eq!([0, 0, 0, 40, 100].map(|at| wait(&turns, lane(10, 0), at)), [0, 10, 20, 0, 0]);
    }

    #[test]
    fn a_burst_is_paid_back() {
        let turns = MemoryTurns::default();
        let waits = [0, 0, 0, 0, 10_000, 18_000].map(|at| wait(&turns, lane(6000, 2 * 6000), at));
        assert_eq!(waits, [0, 0, 0, 6000, 2000, 0]);
    }

    #[test]
    fn what_would_come_too_late_takes_no_turn() {
        let turns = MemoryTurns::default();
        let most = Duration::from_millis(15);
        let taken: Vec<_> = (0..5).map(|_| turns.take(lane(10, 0), most, Duration::ZERO)).collect();
        let late = |taken: &&Taken| matches!(taken, Taken::TooLate(wait) if wait.as_millis() == 20);
        assert_eq!(taken.iter().filter(late).count(), 3, "the third and all after it would come after 20 ms: {taken:?}");
    }

    #[test]
    fn a_turn_that_comes_back_goes_to_the_next_and_no_two_have_the_same() {
        let turns = MemoryTurns::default();
        let mut given: Vec<_> = (0..4).map(|_| turn(&turns, lane(10, 0), 0)).collect();
        let second = given.remove(1);
        drop(turns.give_back(second));
        assert_eq!([0, 0, 20].map(|at| wait(&turns, lane(10, 0), at)), [10, 40, 30], "the free one, and then behind all others");
        let last = turn(&turns, lane(10, 0), 0);
        drop(turns.give_back(last));
        assert_eq!(wait(&turns, lane(10, 0), 0), 60, "the last is as if it had never been given");
        assert_eq!(turns.lock().queues["106"].free.len(), 0);
    }

    #[test]
    fn a_burst_that_was_not_used_may_be_used() {
        let turns = MemoryTurns::default();
        let (_first, second) = (turn(&turns, lane(10, 10), 0), turn(&turns, lane(10, 10), 0));
        drop(turns.give_back(second));
        assert_eq!([0, 0].map(|at| wait(&turns, lane(10, 10), at)), [0, 10]);
    }

    #[test]
    fn what_arrives_takes_turns_too() {
        let turns = MemoryTurns::default();
        let clock = crate::clock::system::SystemClock::default();
        drop(turns.count(lane(1000, 0).remove(0), 3, &clock));
        let wait = turn(&turns, lane(1000, 0), 0).wait;
        assert!(wait > Duration::from_millis(2900) && wait < Duration::from_millis(3100), "{wait:?}");
    }

    #[test]
    fn queues_without_anyone_are_forgotten_once_there_are_many() {
        let turns = MemoryTurns::default();
        let owed = || vec![Lane::new("owed".into(), LONG, Duration::ZERO)];
        turn(&turns, owed(), 0);
        for id in 0..5000_u64 {
            turn(&turns, vec![Lane::new(id.to_string(), Duration::from_millis(1), Duration::ZERO)], id * 10);
        }
        assert!(turns.lock().queues.len() <= 1026);
        // Not each time that someone asks, which would take longer the more there are.
        assert!(turns.lock().queues.len() > 700, "{}", turns.lock().queues.len());
        assert_eq!(turn(&turns, owed(), 0).wait, LONG, "the one with someone in it is not");
    }

    #[test]
    fn queues_are_looked_through_again_when_there_are_twice_as_many() {
        let turns = MemoryTurns::default();
        let owed = |id: u64| Lane::new(id.to_string(), LONG, Duration::ZERO);
        // Two at a time, so that no number of them is one that they must have.
        for id in 0..513 {
            turn(&turns, vec![owed(2 * id), owed(2 * id + 1)], 0);
        }
        assert_eq!(turns.lock().room, 2 * 1026, "all have someone in them");
        let later = 4_000_000;
        turn(&turns, vec![owed(9000)], later);
        assert_eq!(turns.lock().queues.len(), 1027, "there is room");
        for id in 2000..3026 {
            turn(&turns, vec![owed(id)], later);
        }
        assert_eq!(turns.lock().queues.len(), 1027, "only those with someone in them are left");
    }

    #[test]
    fn a_store_reads_of_a_turn_what_it_was_made_of() {
        let lanes = vec![lane(10, 0).remove(0), lane(6000, 12_000).remove(0)];
        let at = vec![Duration::from_secs(3), Duration::from_secs(4)];
        let turn = Turn::new(Duration::from_secs(2), lanes.clone(), at.clone());
        assert_eq!((turn.wait(), turn.lanes(), turn.at()), (Duration::from_secs(2), lanes.as_slice(), at.as_slice()));
    }

    #[test]
    fn a_turn_is_cheap_however_many_wait() {
        let turns = MemoryTurns::default();
        let begun = std::time::Instant::now();
        for _ in 0..100_000 {
            let _ = turns.take(lane(1, 0), LONG, Duration::ZERO);
        }
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?} for 100,000 turns", begun.elapsed());
    }

    #[test]
    fn keys_are_not_shown() {
        let turns = MemoryTurns::default();
        let turn = turn(&turns, vec![Lane::new("106/15550001".into(), LONG, LONG)], 0);
        let shown = format!("{turns:?} {turn:?} {:?}", turn.lanes());
        assert_eq!(shown, "MemoryTurns { queues: 1 } Turn { wait: 0ns, .. } [Lane { interval: 3600s, ahead: 3600s, .. }]");
    }

    proptest::proptest! {
        /// In any second at most as many calls begin as the pace says, though some give their turns back.
        #[test]
        fn no_second_has_too_many(calls in proptest::collection::vec((0_u64..40, proptest::bool::weighted(0.2)), 1..200), rate in 1_u32..100) {
            let turns = MemoryTurns::default();
            let interval = Duration::from_secs(1) / rate;
            let mut now = Duration::ZERO;
            let mut begun = Vec::new();
            for (gap, dropped) in calls {
                now += Duration::from_millis(gap);
                let Taken::Turn(turn) = turns.take(vec![Lane::new(String::new(), interval, Duration::ZERO)], LONG, now) else { continue };
                if dropped {
                    drop(turns.give_back(turn));
                } else {
                    begun.push(now + turn.wait);
                }
            }
            begun.sort();
            for (at, start) in begun.iter().enumerate() {
                // An interval is rounded to nanoseconds.
                let second = *start + Duration::from_micros(999_999);
                let within = begun[at..].iter().filter(|begin| **begin < second).count();
                assert!(within <= usize::try_from(rate).unwrap(), "{within}");
            }
        }
    }
}
