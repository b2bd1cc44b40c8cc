//! What a reservation, its end and its loss mean.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use graph_runtime::ledger::{
    FileLedger, Ledger, Limit, LimitStatus, MemoryLedger, Observation, Pending, Reservation, Reserved, RetryAt, RetryBasis, Settled,
};
use tempfile::{TempDir, tempdir};

use crate::{DEREGISTER, HOUR, REGISTER, hour, limit};

/// Both ledgers, empty.
fn ledgers() -> (TempDir, [Box<dyn Ledger>; 2]) {
    let folder = tempdir().unwrap();
    let file = FileLedger::open(folder.path().join("ledger")).unwrap();
    (folder, [Box::new(MemoryLedger::default()), Box::new(file)])
}

/// The answer of a ledger without an executor: it waits for nothing.
fn now<T>(pending: Pending<'_, T>) -> T {
    match pin!(pending).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done.unwrap(),
        Poll::Pending => panic!("outside of an executor the work is done in place"),
    }
}

fn open(reserved: Reserved) -> Reservation {
    match reserved {
        Reserved::Open(reservation) => reservation,
        Reserved::Closed(standing) => panic!("there must be room: {standing:?}"),
    }
}

fn closed(reserved: Reserved) -> LimitStatus {
    match reserved {
        Reserved::Closed(standing) => standing,
        Reserved::Open(reservation) => panic!("there must be no room: {reservation:?}"),
    }
}

#[test]
fn a_call_counts_until_its_window_has_passed_since_its_answer() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let limit = limit(&REGISTER, "106");
        for at in 0..10 {
            let reservation = open(now(ledger.reserve(&limit, hour(at))));
            now(ledger.commit(reservation, Settled::Answered, hour(at + 1)));
        }
        let expected = RetryAt { at: hour(73), basis: RetryBasis::Estimated };
        let standing = closed(now(ledger.reserve(&limit, hour(72))));
        assert_eq!(standing, LimitStatus::new(10, 0, Some(hour(1)), Some(expected)));
        assert_eq!(now(ledger.inspect(&limit, hour(73))), LimitStatus::new(9, 0, Some(hour(2)), None));
        drop(open(now(ledger.reserve(&limit, hour(73)))));
        closed(now(ledger.reserve(&limit, hour(73))));
    }
}

#[test]
fn what_is_dropped_stays_and_what_is_released_goes() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let limit = limit(&REGISTER, "106");
        let released = open(now(ledger.reserve(&limit, hour(0))));
        drop(open(now(ledger.reserve(&limit, hour(1)))));
        now(ledger.release(released));
        assert_eq!(now(ledger.inspect(&limit, hour(2))), LimitStatus::new(1, 1, Some(hour(1)), None));
    }
}

#[test]
fn a_block_lasts_from_the_answer_that_reported_it() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let limit = limit(&REGISTER, "106");
        let reservation = open(now(ledger.reserve(&limit, hour(0))));
        now(ledger.commit(reservation, Settled::LimitReached, hour(1)));
        let standing = closed(now(ledger.reserve(&limit, hour(72))));
        assert_eq!(standing.retry_at, Some(RetryAt { at: hour(73), basis: RetryBasis::Observed }));
        assert!(now(ledger.inspect(&limit, hour(73))).is_open());
        assert!(now(ledger.inspect(&crate::limit(&DEREGISTER, "106"), hour(2))).is_open());
    }
}

#[test]
fn the_later_of_block_and_count_decides() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let limit = limit(&REGISTER, "106");
        now(ledger.record(&limit, Observation::LimitReached { at: hour(0) }));
        now(ledger.record(&limit, Observation::Calls { count: 12, at: hour(5) }));
        let standing = now(ledger.inspect(&limit, hour(6)));
        assert_eq!((standing.counted, standing.retry_at), (10, Some(RetryAt { at: hour(77), basis: RetryBasis::Estimated })));
        now(ledger.record(&limit, Observation::LimitReached { at: hour(5) }));
        let standing = now(ledger.inspect(&limit, hour(6)));
        assert_eq!(standing.retry_at, Some(RetryAt { at: hour(77), basis: RetryBasis::Observed }));
        // An answer that is reported late does not shorten what a later one has said.
        now(ledger.record(&limit, Observation::LimitReached { at: hour(1) }));
        assert_eq!(now(ledger.inspect(&limit, hour(6))), standing);
        now(ledger.clear(&limit));
        assert_eq!(now(ledger.inspect(&limit, hour(6))), LimitStatus::default());
    }
}

#[test]
fn more_than_fits_opens_when_enough_have_left() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let limit = limit(&REGISTER, "106");
        for at in 0..13 {
            drop(now(ledger.reserve_anyway(&limit, hour(at))));
        }
        let standing = now(ledger.inspect(&limit, hour(20)));
        // The first four must leave, so that nine remain.
        assert_eq!(standing, LimitStatus::new(13, 13, Some(hour(0)), Some(RetryAt { at: hour(75), basis: RetryBasis::Estimated })));
    }
}

#[test]
fn a_call_that_is_answered_after_the_counter_was_cleared_counts() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let limit = limit(&REGISTER, "106");
        let under_way = open(now(ledger.reserve(&limit, hour(0))));
        now(ledger.clear(&limit));
        assert_eq!(now(ledger.inspect(&limit, hour(0))).counted, 0);
        now(ledger.commit(under_way, Settled::Answered, hour(1)));
        assert_eq!(now(ledger.inspect(&limit, hour(1))).counted, 1);
    }
}

#[test]
fn a_clock_that_is_set_back_frees_nothing() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let limit = limit(&REGISTER, "106");
        for _ in 0..10 {
            let reservation = open(now(ledger.reserve(&limit, hour(100))));
            now(ledger.commit(reservation, Settled::Answered, hour(90)));
        }
        assert_eq!(closed(now(ledger.reserve(&limit, hour(0)))).retry_at.unwrap().at, hour(172));
        assert_eq!(closed(now(ledger.reserve(&limit, hour(171)))).counted, 10);
    }
}

#[test]
fn a_clock_that_is_ahead_for_one_call_has_no_other_forgotten() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    let file = || -> Box<dyn Ledger> { Box::new(FileLedger::open(&path).unwrap()) };
    for (ledger, again) in
        [(Box::<MemoryLedger>::default() as Box<dyn Ledger>, None), (file(), Some(&file as &dyn Fn() -> Box<dyn Ledger>))]
    {
        let (limit, closed_elsewhere) = (limit(&REGISTER, "106"), crate::limit(&REGISTER, "107"));
        now(ledger.record(&closed_elsewhere, Observation::LimitReached { at: hour(0) }));
        for at in 0..9 {
            let reservation = open(now(ledger.reserve(&limit, hour(at))));
            now(ledger.commit(reservation, Settled::Answered, hour(at)));
        }
        let ahead = open(now(ledger.reserve(&limit, hour(80 + 9))));
        now(ledger.commit(ahead, Settled::Answered, hour(80 + 9)));
        // So many calls about others that the file is written anew.
        for call in 0..150 {
            let at = if call % 20 == 0 { hour(80 + 9) } else { hour(9) };
            let reservation = now(ledger.reserve_anyway(&crate::limit(&REGISTER, "108"), at));
            now(ledger.release(reservation));
        }
        assert_eq!(closed(now(ledger.reserve(&limit, hour(10)))).counted, 10);
        assert!(!now(ledger.inspect(&closed_elsewhere, hour(10))).is_open());
        if let Some(again) = again {
            assert!(!std::fs::read_to_string(&path).unwrap().contains("-----"), "both slots have been used");
            assert_eq!(closed(now(again().reserve(&limit, hour(10)))).counted, 10);
            assert!(!now(again().inspect(&closed_elsewhere, hour(10))).is_open());
        }
    }
}

#[test]
fn names_of_one_number_share_its_history_whichever_came_first() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let (first, second, display) = (limit(&REGISTER, "106"), limit(&REGISTER, "107"), limit(&REGISTER, "+1 (631) 555-1111"));
        drop(now(ledger.reserve_anyway(&first, hour(0))));
        drop(now(ledger.reserve_anyway(&second, hour(1))));
        let under_way = open(now(ledger.reserve(&first, hour(2))));
        now(ledger.record(&second, Observation::LimitReached { at: hour(3) }));
        now(ledger.alias(&first, "16315551111"));
        now(ledger.alias(&second, "+16315551111"));
        // In a circle, and once more: nothing changes.
        now(ledger.alias(&display, "106"));
        now(ledger.alias(&second, "106"));
        now(ledger.release(under_way));
        for name in [&first, &second, &display] {
            let standing = now(ledger.inspect(name, hour(4)));
            assert_eq!((standing.counted, standing.since), (2, Some(hour(0))));
            assert_eq!(standing.retry_at, Some(RetryAt { at: hour(75), basis: RetryBasis::Observed }));
            assert!(now(ledger.inspect(&limit(&DEREGISTER, &name.subject), hour(4))).is_open());
        }
        now(ledger.clear(&first));
        assert_eq!(now(ledger.inspect(&display, hour(4))), LimitStatus::default());
    }
}

#[test]
fn a_future_that_is_never_polled_reserves_nothing() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let limit = limit(&REGISTER, "106");
        drop(ledger.reserve(&limit, hour(0)));
        drop(ledger.reserve_anyway(&limit, hour(0)));
        assert_eq!(now(ledger.inspect(&limit, hour(0))).counted, 0);
    }
}

/// The thread of a ledger does one thing after another, so what is asked for last is answered last.
#[test]
fn a_future_that_is_dropped_before_its_answer_leaves_no_place_reserved() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let ledger = FileLedger::open(&path).unwrap();
        let limit = limit(&REGISTER, "106");
        let held = std::fs::File::open(&path).unwrap();
        held.lock().unwrap();
        let mut reserve = ledger.reserve(&limit, hour(0));
        let polled = std::future::poll_fn(|context| Poll::Ready(reserve.as_mut().poll(context).is_ready())).await;
        assert!(!polled, "the lock is held, so there is no answer yet");
        // By then the thread waits for the lock: what it has not begun it does not begin.
        std::thread::sleep(std::time::Duration::from_millis(200));
        drop(reserve);
        held.unlock().unwrap();
        assert_eq!(ledger.inspect(&limit, hour(0)).await.unwrap().counted, 0);
        assert!(std::fs::read_to_string(&path).unwrap().contains(" r 0 "), "it was reserved, and released again");
    });
}

/// Asks for a place, gives up when the answer is there and no one has looked, and answers how many calls count before and after.
async fn given_up<T>(path: &std::path::Path, ask: impl for<'a> Fn(&'a FileLedger, &'a Limit) -> Pending<'a, T>) -> (u32, u32) {
    let ledger = FileLedger::open(path).unwrap();
    let limit = limit(&REGISTER, "106");
    let held = std::fs::File::open(path).unwrap();
    held.lock().unwrap();
    let mut asking = ask(&ledger, &limit);
    let polled = std::future::poll_fn(|context| Poll::Ready(asking.as_mut().poll(context).is_ready())).await;
    assert!(!polled, "the lock is held, so there is no answer yet");
    held.unlock().unwrap();
    let before = ledger.inspect(&limit, hour(0)).await.unwrap().counted;
    drop(asking);
    (before, ledger.inspect(&limit, hour(0)).await.unwrap().counted)
}

#[tokio::test]
async fn a_future_that_is_dropped_with_its_answer_leaves_no_place_reserved() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    assert_eq!(given_up(&path, |ledger, limit| ledger.reserve(limit, hour(0))).await, (1, 0));
    assert_eq!(given_up(&path, |ledger, limit| ledger.reserve_anyway(limit, hour(0))).await, (1, 0));
}

#[test]
fn a_ledger_shows_nothing_of_what_it_counts() {
    let folder = tempdir().unwrap();
    assert_eq!(format!("{:?}", FileLedger::open(folder.path().join("ledger")).unwrap()), "FileLedger(Worker)");
}

#[test]
fn times_before_and_beyond_every_calendar_are_no_reason_to_panic() {
    let (_folder, ledgers) = ledgers();
    for ledger in ledgers {
        let mut limit = limit(&REGISTER, "106");
        drop(now(ledger.reserve_anyway(&limit, std::time::UNIX_EPOCH - HOUR)));
        limit.block = std::time::Duration::MAX;
        now(ledger.record(&limit, Observation::LimitReached { at: hour(0) }));
        let retry_at = now(ledger.inspect(&limit, hour(1))).retry_at.unwrap();
        assert!(retry_at.at > hour(24 * 365 * 1000));
        limit.window = std::time::Duration::MAX;
        drop(now(ledger.reserve_anyway(&limit, hour(1))));
        assert_eq!(now(ledger.inspect(&limit, hour(2))).counted, 2, "nothing leaves a window without an end");
    }
}
