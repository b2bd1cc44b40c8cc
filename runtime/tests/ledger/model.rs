//! The ledgers against a model that is too simple to be wrong: a list of all that happened, asked from its beginning.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use graph_runtime::OperationInfo;
use graph_runtime::ledger::{FileLedger, Ledger, Limit, MemoryLedger, Observation, Reservation, Reserved, Settled};
use proptest::prelude::*;
use tempfile::tempdir;

use crate::{DEREGISTER, HOUR, REGISTER, hour, limit};

const WINDOW: Duration = Duration::from_secs(72 * 3600);
const NAMES: [&str; 4] = ["106", "107", "108", "+1 631-555-1111"];

#[derive(Clone, Debug)]
enum Step {
    Wait(u32),
    Reserve(Which),
    Anyway(Which),
    Commit(usize),
    LimitReached(usize),
    Release(usize),
    Drop(usize),
    Record(Which, u32),
    Block(Which),
    Clear(Which),
    Alias(usize, usize),
    Restart,
}

#[derive(Clone, Copy, Debug)]
struct Which {
    deregister: bool,
    name: usize,
}

impl Which {
    fn limit(self) -> Limit {
        let operation: &'static OperationInfo = if self.deregister { &DEREGISTER } else { &REGISTER };
        limit(operation, NAMES[self.name])
    }
}

fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let which = || (proptest::bool::weighted(0.2), 0..NAMES.len()).prop_map(|(deregister, name)| Which { deregister, name });
    let step = prop_oneof![
        8 => (0_u32..600).prop_map(Step::Wait),
        1 => (0_u32..5000).prop_map(Step::Wait),
        // One name more often than the others, so that its limit is reached.
        16 => Just(Step::Reserve(Which { deregister: false, name: 0 })),
        8 => which().prop_map(Step::Reserve),
        1 => which().prop_map(Step::Anyway),
        5 => any::<usize>().prop_map(Step::Commit),
        1 => any::<usize>().prop_map(Step::LimitReached),
        3 => any::<usize>().prop_map(Step::Release),
        3 => any::<usize>().prop_map(Step::Drop),
        1 => (which(), 0_u32..8).prop_map(|(which, count)| Step::Record(which, count)),
        1 => which().prop_map(Step::Block),
        1 => which().prop_map(Step::Clear),
        1 => (0..NAMES.len(), 0..NAMES.len()).prop_map(|(old, new)| Step::Alias(old, new)),
        2 => Just(Step::Restart),
    ];
    proptest::collection::vec(step, 1..length)
}

/// A call that was sent, or whose outcome is unknown.
#[derive(Clone, Copy, Debug)]
struct Sent {
    which: Which,
    at: SystemTime,
    /// Is it known that Graph answered?
    answered: bool,
}

#[derive(Default)]
struct Model {
    sent: BTreeMap<u64, Sent>,
    blocks: Vec<Sent>,
    /// The name by which a number with several names is counted.
    names: BTreeMap<usize, usize>,
}

impl Model {
    fn same(&self, one: Which, other: Which) -> bool {
        let name = |which: Which| self.names.get(&which.name).copied().unwrap_or(which.name);
        one.deregister == other.deregister && name(one) == name(other)
    }

    fn within(&self, which: Which, now: SystemTime) -> impl Iterator<Item = &Sent> {
        self.sent.values().filter(move |sent| self.same(sent.which, which) && sent.at + WINDOW > now)
    }

    fn counted(&self, which: Which, now: SystemTime) -> usize {
        self.within(which, now).count()
    }

    /// The promise: fewer than ten in any 72 hours, and no block.
    fn allows(&self, which: Which, now: SystemTime) -> bool {
        let blocked = self.blocks.iter().any(|block| self.same(block.which, which) && block.at + WINDOW > now);
        self.counted(which, now) < 10 && !blocked
    }

    fn join(&mut self, old: usize, new: usize) {
        let name = |name: usize| self.names.get(&name).copied().unwrap_or(name);
        let (old, new) = (name(old), name(new));
        for name in 0..NAMES.len() {
            if self.names.get(&name).copied().unwrap_or(name) == old {
                self.names.insert(name, new);
            }
        }
    }
}

fn pick(held: &mut Vec<Reservation>, index: usize) -> Option<Reservation> {
    (!held.is_empty()).then(|| held.swap_remove(index % held.len()))
}

/// Goes through the steps with a ledger and the model side by side. `restart` gives the ledger that goes on.
async fn compare(steps: Vec<Step>, mut ledger: Box<dyn Ledger>, restart: impl Fn(Box<dyn Ledger>) -> Box<dyn Ledger>) {
    let mut model = Model::default();
    let mut held: Vec<Reservation> = Vec::new();
    let mut now = hour(0);
    let mut recorded = 0;
    let which_of = |model: &Model, reservation: &Reservation| model.sent.get(&reservation.id()).map(|sent| sent.which);
    // A call that was cleared while under way counts again when it is answered.
    let mut asked: BTreeMap<u64, Which> = BTreeMap::new();
    for step in steps {
        match step {
            Step::Wait(minutes) => now += HOUR / 60 * minutes,
            Step::Reserve(which) => {
                let allowed = model.allows(which, now);
                match ledger.reserve(&which.limit(), now).await.unwrap() {
                    Reserved::Open(reservation) => {
                        assert!(allowed, "a call too many was let through");
                        model.sent.insert(reservation.id(), Sent { which, at: now, answered: false });
                        asked.insert(reservation.id(), which);
                        held.push(reservation);
                    }
                    Reserved::Closed(standing) => {
                        assert!(!allowed, "a call was refused that should not be: {standing:?}");
                        let opens = standing.retry_at.unwrap().at;
                        assert!(model.allows(which, opens), "closed at the time that was given");
                        assert!(!model.allows(which, opens - Duration::from_millis(1)), "open before the time that was given");
                    }
                }
            }
            Step::Anyway(which) => {
                let reservation = ledger.reserve_anyway(&which.limit(), now).await.unwrap();
                model.sent.insert(reservation.id(), Sent { which, at: now, answered: false });
                asked.insert(reservation.id(), which);
                held.push(reservation);
            }
            Step::Commit(index) | Step::LimitReached(index) => {
                let Some(reservation) = pick(&mut held, index) else { continue };
                let which = which_of(&model, &reservation).unwrap_or(asked[&reservation.id()]);
                let outcome = match step {
                    Step::Commit(index) if index % 2 == 0 => Settled::Unknown,
                    Step::Commit(_) => Settled::Answered,
                    _ => Settled::LimitReached,
                };
                model.sent.insert(reservation.id(), Sent { which, at: now, answered: outcome != Settled::Unknown });
                if outcome == Settled::LimitReached {
                    model.blocks.push(Sent { which, at: now, answered: true });
                }
                ledger.commit(reservation, outcome, now).await.unwrap();
            }
            Step::Release(index) => {
                let Some(reservation) = pick(&mut held, index) else { continue };
                model.sent.remove(&reservation.id());
                ledger.release(reservation).await.unwrap();
            }
            Step::Drop(index) => drop(pick(&mut held, index)),
            Step::Record(which, count) => {
                for _ in 0..count {
                    // Ids of the model's own; that a ledger chooses one of them is as good as impossible.
                    recorded += 1;
                    model.sent.insert(recorded, Sent { which, at: now, answered: true });
                }
                ledger.record(&which.limit(), Observation::Calls { count, at: now }).await.unwrap();
            }
            Step::Block(which) => {
                model.blocks.push(Sent { which, at: now, answered: true });
                ledger.record(&which.limit(), Observation::LimitReached { at: now }).await.unwrap();
            }
            Step::Clear(which) => {
                let gone: Vec<u64> = model.sent.iter().filter(|(_, sent)| model.same(sent.which, which)).map(|(id, _)| *id).collect();
                for id in gone {
                    model.sent.remove(&id);
                }
                let blocks = std::mem::take(&mut model.blocks);
                model.blocks = blocks.into_iter().filter(|block| !model.same(block.which, which)).collect();
                ledger.clear(&which.limit()).await.unwrap();
            }
            Step::Alias(old, new) => {
                model.join(old, new);
                ledger.alias(&limit(&REGISTER, NAMES[old]), NAMES[new]).await.unwrap();
            }
            Step::Restart => ledger = restart(ledger),
        }
        for name in 0..NAMES.len() {
            for deregister in [false, true] {
                let which = Which { deregister, name };
                let standing = ledger.inspect(&which.limit(), now).await.unwrap();
                assert_eq!(standing.is_open(), model.allows(which, now), "{which:?}: {standing:?}");
                assert_eq!(usize::try_from(standing.counted).unwrap(), model.counted(which, now), "{which:?}: {standing:?}");
                let unknown = model.within(which, now).filter(|sent| !sent.answered).count();
                assert_eq!(usize::try_from(standing.unknown).unwrap(), unknown, "{which:?}: {standing:?}");
            }
        }
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fewer_than_ten_in_72_hours_and_no_block_is_allowed_and_nothing_else(steps in steps(150)) {
        run(compare(steps, Box::new(MemoryLedger::default()), |ledger| ledger));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_keeps_the_same_promise_through_restarts(steps in steps(100)) {
        let folder = tempdir().unwrap();
        let open = || -> Box<dyn Ledger> { Box::new(FileLedger::open(folder.path().join("ledger")).unwrap()) };
        run(compare(steps, open(), |ledger| {
            drop(ledger);
            open()
        }));
    }
}
