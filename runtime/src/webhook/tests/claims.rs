use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::webhook::{BoxFuture, Claim, Claims, Clock, EventKey, Inbox, Keyed, Lease, MemoryClaims, Once, StoreError, Tally, Unhandled};

/// A clock that is set, in seconds.
#[derive(Default)]
struct Hand(AtomicU64);

impl Clock for Hand {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

fn claims() -> (MemoryClaims, Arc<Hand>) {
    let hand = Arc::new(Hand::default());
    (MemoryClaims::new().clock(hand.clone()), hand)
}

fn key(id: &str) -> EventKey {
    EventKey::new("message", [("id", id)])
}

const LEASE: Duration = Duration::from_secs(60);
const RETENTION: Duration = Duration::from_secs(600);

async fn taken(claims: &MemoryClaims, id: &str) -> Lease {
    match claims.take(&key(id), LEASE).await.unwrap() {
        Claim::Taken(lease) => lease,
        other => panic!("{other:?}"),
    }
}

/// A handler that must not run.
fn untouched<T>() -> std::future::Ready<Result<T, Infallible>> {
    panic!("an event is handled that may not be")
}

struct Event(&'static str);

impl Keyed for Event {
    fn key(&self) -> EventKey {
        key(self.0)
    }
}

/// 50 copies of one webhook, three tasks that take them, and a Graph that repeats each until it is answered with 200.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn of_fifty_copies_at_three_tasks_one_is_handled_and_none_is_answered_before() {
    let inbox = Inbox::new(MemoryClaims::new());
    let copies = Arc::new(Mutex::new((0..50).collect::<VecDeque<_>>()));
    let (handlers, answered) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let done = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let (inbox, copies, handlers, answered, done) =
                (inbox.clone(), copies.clone(), handlers.clone(), answered.clone(), done.clone());
            tokio::spawn(async move {
                loop {
                    let Some(copy) = copies.lock().unwrap().pop_front() else { return };
                    let handle = || async {
                        // The first fails.
                        if handlers.fetch_add(1, Ordering::SeqCst) == 0 {
                            return Err("the database is down");
                        }
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        done.store(true, Ordering::SeqCst);
                        Ok(())
                    };
                    if inbox.once(&key("wamid.1"), handle).await.is_ok() {
                        assert!(done.load(Ordering::SeqCst), "a copy is answered with 200 before the event is handled");
                        answered.fetch_add(1, Ordering::SeqCst);
                    } else {
                        copies.lock().unwrap().push_back(copy);
                        tokio::task::yield_now().await;
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!((handlers.load(Ordering::SeqCst), answered.load(Ordering::SeqCst)), (2, 50), "one that failed, and one that did not");
}

#[tokio::test]
async fn what_fails_is_free_for_the_repetition() {
    let (claims, _) = claims();
    let inbox = Inbox::new(claims);
    let failed = inbox.once(&key("1"), || async { Err::<(), _>("no") }).await.unwrap_err();
    assert!(matches!(failed, Unhandled::Failed("no")), "{failed:?}");
    assert_eq!(inbox.once(&key("1"), || async { Ok::<_, Infallible>(7) }).await.unwrap(), Once::Handled(7));
    assert_eq!(inbox.once(&key("1"), untouched::<i32>).await.unwrap(), Once::Repeated);
}

#[tokio::test]
async fn what_is_being_handled_is_neither_handled_nor_answered() {
    let (claims, hand) = claims();
    let inbox = Inbox::new(claims.clone());
    let lease = taken(&claims, "1").await;
    hand.0.store(20, Ordering::SeqCst);
    let held = inbox.once(&key("1"), untouched::<()>).await.unwrap_err();
    assert!(matches!(held, Unhandled::Held(longest) if longest == Duration::from_secs(40)), "{held:?}");
    assert!(held.to_string().contains("40 s"), "{held}");
    assert!(claims.done(&lease, RETENTION).await.unwrap());
    assert_eq!(claims.take(&key("1"), LEASE).await.unwrap(), Claim::Done);
}

#[tokio::test]
async fn a_lease_that_ran_out_is_another_s() {
    let (claims, hand) = claims();
    let first = taken(&claims, "1").await;
    hand.0.store(59, Ordering::SeqCst);
    assert_eq!(claims.take(&key("1"), LEASE).await.unwrap(), Claim::Held(Duration::from_secs(1)));
    hand.0.store(60, Ordering::SeqCst);
    let second = taken(&claims, "1").await;
    assert!(second.fence() > first.fence());
    assert!(!claims.release(&first).await.unwrap(), "the first may not take it from the second");
    assert!(!claims.done(&first, RETENTION).await.unwrap());
    assert!(matches!(claims.take(&key("1"), LEASE).await.unwrap(), Claim::Held(_)));
    assert!(claims.done(&second, RETENTION).await.unwrap());
    assert!(!claims.release(&second).await.unwrap(), "what is done stays done");
    assert!(!claims.done(&first, RETENTION).await.unwrap());
    assert_eq!(claims.take(&key("1"), LEASE).await.unwrap(), Claim::Done);
}

#[tokio::test]
async fn who_is_late_and_alone_has_done_it_all_the_same() {
    let (claims, hand) = claims();
    let (one, other) = (taken(&claims, "1").await, taken(&claims, "2").await);
    hand.0.store(100, Ordering::SeqCst);
    assert!(claims.done(&one, RETENTION).await.unwrap());
    assert!(claims.release(&other).await.unwrap());
    assert_eq!(claims.take(&key("1"), LEASE).await.unwrap(), Claim::Done);
    taken(&claims, "2").await;
}

#[tokio::test]
async fn what_was_handled_is_known_for_the_retention() {
    let (claims, hand) = claims();
    let inbox = Inbox::new(claims.clone());
    inbox.once(&key("1"), || async { Ok::<_, Infallible>(()) }).await.unwrap();
    hand.0.store(8 * 86_400 - 1, Ordering::SeqCst);
    assert_eq!(claims.take(&key("1"), LEASE).await.unwrap(), Claim::Done);
    hand.0.store(8 * 86_400, Ordering::SeqCst);
    taken(&claims, "1").await;
    let inbox = inbox.lease(Duration::from_secs(5)).retention(Duration::from_secs(9));
    inbox.once(&key("2"), || async { Ok::<_, Infallible>(()) }).await.unwrap();
    hand.0.store(8 * 86_400 + 9, Ordering::SeqCst);
    taken(&claims, "2").await;
}

#[tokio::test]
async fn without_room_the_oldest_that_was_handled_is_forgotten_and_counted() {
    let (claims, hand) = claims();
    let claims = claims.capacity(3);
    for (at, id) in [(0, "1"), (1, "2")] {
        hand.0.store(at, Ordering::SeqCst);
        let lease = taken(&claims, id).await;
        claims.done(&lease, RETENTION).await.unwrap();
    }
    let held = taken(&claims, "3").await;
    assert_eq!(claims.forgotten(), 0);
    taken(&claims, "4").await;
    assert_eq!((claims.forgotten(), claims.take(&key("2"), LEASE).await.unwrap()), (1, Claim::Done));
    taken(&claims, "5").await;
    let full = claims.take(&key("6"), LEASE).await.unwrap_err();
    assert!(full.to_string().contains("being handled"), "{full}");
    assert!(matches!(claims.take(&key("3"), LEASE).await.unwrap(), Claim::Held(_)), "what is being handled is not forgotten");
    claims.release(&held).await.unwrap();
    taken(&claims, "6").await;
    assert_eq!(claims.forgotten(), 2);
    assert!(format!("{claims:?}").contains("handling: 3"), "{claims:?}");
}

#[tokio::test]
async fn who_is_late_where_there_is_no_room_is_forgotten_and_counted() {
    let (claims, hand) = claims();
    let claims = claims.capacity(1);
    let late = taken(&claims, "1").await;
    hand.0.store(100, Ordering::SeqCst);
    let held = taken(&claims, "2").await;
    assert!(claims.done(&late, RETENTION).await.unwrap());
    assert_eq!(claims.forgotten(), 1);
    assert!(claims.release(&held).await.unwrap(), "what is being handled stays");
    taken(&claims, "1").await;
}

#[tokio::test]
async fn an_event_that_fails_leaves_the_others() {
    let (claims, _) = claims();
    let inbox = Inbox::new(Arc::new(claims.clone()));
    let held = taken(&claims, "held").await;
    let handle = |event: Event| async move { if event.0 == "2" { Err("no") } else { Ok(()) } };
    let not_all = inbox.each(["1", "2", "held", "1", "3"].map(Event), handle).await.unwrap_err();
    assert_eq!((not_all.tally.handled, not_all.tally.repeated), (2, 1));
    let keys: Vec<_> = not_all.unhandled.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["message:id=2", "message:id=held"]);
    assert_eq!(not_all.to_string(), "2 of 5 events were not handled; the first is message:id=2: no");
    claims.release(&held).await.unwrap();
    let tally = inbox.each(["1", "2", "held", "1", "3"].map(Event), |_| async { Ok::<_, Infallible>(()) }).await.unwrap();
    assert_eq!(tally, Tally { handled: 2, repeated: 3 });
}

#[tokio::test]
async fn a_handler_that_begins_at_once_begins_after_the_claim() {
    let (claims, _) = claims();
    let inbox = Inbox::new(claims);
    let calls = AtomicUsize::new(0);
    let eager = |_: Event| {
        calls.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok::<_, Infallible>(()))
    };
    inbox.each(["1", "1"].map(Event), eager).await.unwrap();
    inbox.each(["1", "1"].map(Event), eager).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

/// A store that fails.
#[derive(Debug)]
struct Down;

impl Claims for Down {
    fn take<'a>(&'a self, _: &'a EventKey, _: Duration) -> BoxFuture<'a, Result<Claim, StoreError>> {
        Box::pin(async { Err("no connection".into()) })
    }

    fn done<'a>(&'a self, _: &'a Lease, _: Duration) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async { Ok(true) })
    }

    fn release<'a>(&'a self, _: &'a Lease) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async { Ok(true) })
    }
}

#[tokio::test]
async fn a_store_that_fails_has_the_webhook_repeated() {
    let error = Inbox::new(Down).once(&key("1"), untouched::<()>).await.unwrap_err();
    assert_eq!(error.to_string(), "the store of claims failed: no connection");
}
