//! A replica takes over.

use std::fs;
use std::net::TcpListener as Free;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use graph_fleet::RedisLedger;
use graph_runtime::ledger::{Ledger as _, Limit, Reserved, Settled};
use graph_runtime::webhook::{Claim, Claims as _, EventKey};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use crate::processes::many;
use crate::server::{Keeps, Server};
use crate::{NUMBER, REGISTER, fleet, limit, now};

/// How long the fleet may take until it works again, once a server has taken over: the longest pause between two attempts to connect is a second.
const RECOVERY: Duration = Duration::from_secs(3);

/// The name that a fleet is given: each connection goes to the server that says that it is the primary one.
struct Front(u16);

impl Front {
    async fn to(servers: [u16; 2]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                tokio::spawn(async move {
                    for server in servers {
                        if timeout(Duration::from_millis(200), is_primary(server)).await == Ok(Some(true))
                            && let Ok(mut to) = TcpStream::connect(("127.0.0.1", server)).await
                        {
                            let _ = copy_bidirectional(&mut from, &mut to).await;
                            return;
                        }
                    }
                });
            }
        });
        Self(port)
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.0)
    }
}

async fn is_primary(server: u16) -> Option<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", server)).await.ok()?;
    stream.write_all(b"ROLE\r\n").await.ok()?;
    let mut answer = [0; 16];
    stream.read_exact(&mut answer[..14]).await.ok()?;
    Some(answer.windows(6).any(|word| word == b"master"))
}

/// The way from the primary server to its replica, which can be cut.
struct Wire {
    port: u16,
    cut: Arc<AtomicBool>,
}

impl Wire {
    async fn to(primary: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, cut) = (listener.local_addr().unwrap().port(), Arc::new(AtomicBool::new(false)));
        let wire = Self { port, cut: cut.clone() };
        tokio::spawn(async move {
            while let Ok((replica, _)) = listener.accept().await {
                let Ok(primary) = TcpStream::connect(("127.0.0.1", primary)).await else { continue };
                let ((mut asks, mut to), (mut says, mut from)) = (replica.into_split(), primary.into_split());
                tokio::spawn(async move { copy(&mut asks, &mut from).await });
                let cut = cut.clone();
                tokio::spawn(async move {
                    let mut buffer = [0; 4096];
                    while let Ok(length @ 1..) = says.read(&mut buffer).await {
                        if cut.load(Ordering::SeqCst) {
                            std::future::pending::<()>().await;
                        }
                        let _ = to.write_all(&buffer[..length]).await;
                    }
                });
            }
        });
        wire
    }
}

fn primary() -> Server {
    Server::with(Keeps::Nothing, &["--repl-diskless-sync-delay", "0"])
}

/// A replica of the server at this port, once it has everything.
async fn replica(port: u16) -> Server {
    let replica = Server::with(Keeps::Nothing, &["--replicaof", "127.0.0.1", &port.to_string(), "--repl-diskless-sync-delay", "0"]);
    until("the replica has everything", Duration::from_secs(30), || {
        replica.say(&["INFO", "replication"]).contains("master_link_status:up")
    })
    .await;
    replica
}

async fn until(what: &str, within: Duration, mut is: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < within, "not within {within:?}: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// How far a server has come in what it replicates.
fn offset(server: &Server, name: &str) -> String {
    let info = server.say(&["INFO", "replication"]);
    info.lines().find_map(|line| line.strip_prefix(&format!("{name}:"))).unwrap().to_owned()
}

/// Whether a call was let through, and when that was answered.
async fn send(ledger: &RedisLedger, limit: &Limit) -> Option<Instant> {
    let Ok(Reserved::Open(place)) = ledger.reserve(limit, now()).await else { return None };
    let answered = Instant::now();
    let _ = ledger.commit(place, Settled::Answered, now()).await;
    Some(answered)
}

/// Waits until the fleet works again, and gives how many calls it counts.
async fn counted(ledger: &RedisLedger, limit: &Limit, within: Duration) -> usize {
    let began = Instant::now();
    loop {
        match ledger.inspect(limit, now()).await {
            Ok(standing) => return usize::try_from(standing.counted).unwrap(),
            Err(error) => assert!(began.elapsed() < within, "not within {within:?}: {error}"),
        }
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_replica_had_not_received_counts_no_more_and_everything_else_does() {
    let mut primary = primary();
    let wire = Wire::to(primary.port()).await;
    let replica = replica(wire.port).await;
    let fleet = fleet(&Front::to([primary.port(), replica.port()]).await.url());
    let (ledger, claims, register) = (fleet.ledger(), fleet.claims(), limit(&REGISTER, NUMBER));
    let (week, key) = (Duration::from_secs(7 * 24 * 3600), |id: &str| EventKey::new("message", [("id", id)]));
    let mut fences = Vec::new();
    for (calls, event, reaches_the_replica) in [(4, "before", true), (3, "in that moment", false)] {
        wire.cut.store(!reaches_the_replica, Ordering::SeqCst);
        for _ in 0..calls {
            assert!(send(&ledger, &register).await.is_some());
        }
        let Claim::Taken(lease) = claims.take(&key(event), week).await.unwrap() else { panic!("it is free") };
        assert!(claims.done(&lease, week).await.unwrap());
        fences.push(lease.fence());
        if reaches_the_replica {
            until("it has received all", Duration::from_secs(10), || {
                offset(&primary, "master_repl_offset") == offset(&replica, "slave_repl_offset")
            })
            .await;
        }
    }
    primary.kill();
    assert_eq!(replica.say(&["REPLICAOF", "NO", "ONE"]), "+OK\r\n");
    assert_eq!(counted(&ledger, &register, RECOVERY).await, 4, "three of seven are lost");
    let mut more = 0;
    while send(&ledger, &register).await.is_some() {
        more += 1;
    }
    assert_eq!(more, 6, "three more than Graph allows");
    assert_eq!(claims.take(&key("before"), week).await.unwrap(), Claim::Done);
    let Claim::Taken(again) = claims.take(&key("in that moment"), week).await.unwrap() else { panic!("it is handled again") };
    assert!(again.fence() > fences[1], "fences go on growing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_takes_over_after_a_crash_lacks_less_than_the_last_second() {
    let mut primary = primary();
    let replica = replica(primary.port()).await;
    let fleet = fleet(&Front::to([primary.port(), replica.port()]).await.url());
    let (ledger, calls) = (fleet.ledger(), many(NUMBER));
    let began = Instant::now();
    let mut answered = Vec::new();
    while began.elapsed() < Duration::from_secs(2) {
        answered.extend(send(&ledger, &calls).await);
    }
    primary.kill();
    let killed = Instant::now();
    assert!(send(&ledger, &calls).await.is_none(), "no one answers");
    assert_eq!(replica.say(&["REPLICAOF", "NO", "ONE"]), "+OK\r\n");
    let counted = counted(&ledger, &calls, RECOVERY).await;
    let older = answered.iter().filter(|at| killed - **at >= Duration::from_secs(1)).count();
    assert!(older > 50 && counted >= older, "{older} were answered a second before it, {counted} are counted");
    assert!(send(&ledger, &calls).await.is_some());
    println!("{} were answered before the crash, {counted} are counted after it", answered.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_that_is_asked_for_loses_nothing() {
    let primary = primary();
    let replica = replica(primary.port()).await;
    let fleet = fleet(&Front::to([primary.port(), replica.port()]).await.url());
    let (ledger, calls) = (fleet.ledger(), many(NUMBER));
    let began = Instant::now();
    let (mut answered, mut failed, mut asked) = (0, 0, false);
    while began.elapsed() < Duration::from_secs(3) {
        if !asked && began.elapsed() > Duration::from_millis(500) {
            assert_eq!(primary.say(&["FAILOVER"]), "+OK\r\n");
            asked = true;
        }
        match send(&ledger, &calls).await {
            Some(_) => answered += 1,
            None => {
                failed += 1;
                sleep(Duration::from_millis(10)).await;
            }
        }
    }
    assert_eq!(is_primary(replica.port()).await, Some(true));
    let now_counted = counted(&ledger, &calls, RECOVERY).await;
    assert!(now_counted >= answered && answered > 100, "{answered} were answered, {now_counted} are counted");
    println!("{answered} were answered, {failed} were not; {now_counted} are counted");
}

/// A Sentinel of one.
struct Sentinel(Child, #[allow(dead_code, reason = "it is removed with it")] TempDir);

impl Sentinel {
    fn watching(primary: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = Free::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let file = folder.path().join("sentinel.conf");
        let timing = "sentinel down-after-milliseconds fleet 500\nsentinel failover-timeout fleet 3000\n";
        fs::write(&file, format!("port {port}\nbind 127.0.0.1\nsentinel monitor fleet 127.0.0.1 {primary} 1\n{timing}")).unwrap();
        let mut command = Command::new("redis-server");
        command.arg(file).arg("--sentinel").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap(), folder)
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_sentinel_promotes_a_replica_the_fleet_goes_on_by_itself() {
    let mut primary = primary();
    let replica = replica(primary.port()).await;
    let fleet = fleet(&Front::to([primary.port(), replica.port()]).await.url());
    let (ledger, register) = (fleet.ledger(), limit(&REGISTER, NUMBER));
    let sentinel = Sentinel::watching(primary.port());
    for _ in 0..4 {
        assert!(send(&ledger, &register).await.is_some());
    }
    until("it has received all", Duration::from_secs(10), || {
        offset(&primary, "master_repl_offset") == offset(&replica, "slave_repl_offset")
    })
    .await;
    // Sentinel asks the primary server every ten seconds, and first at once, which replicas it has.
    sleep(Duration::from_secs(2)).await;
    primary.kill();
    let began = Instant::now();
    assert_eq!(counted(&ledger, &register, Duration::from_secs(30)).await, 4);
    println!("it works again {:?} after the crash", began.elapsed());
    drop(sentinel);
}
