//! A cluster of three.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use graph_fleet::{Fleet, PaceAway};
use graph_runtime::ledger::{Ledger as _, Reserved, Settled};
use graph_runtime::webhook::{Claim, Claims as _, EventKey};
use graph_runtime::{StoredToken, SystemClock, Taken, TokenStore as _, TurnStore as _};

use crate::paced::lanes;
use crate::server::{Keeps, Server};
use crate::{REGISTER, SECRET, limit, now};

/// Three servers that share the slots.
fn cluster() -> [Server; 3] {
    let nodes = [0, 1, 2].map(|_| {
        let bus = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        let node = Server::with(Keeps::Nothing, &["--cluster-enabled", "yes", "--cluster-port", &bus, "--cluster-node-timeout", "2000"]);
        (node, bus)
    });
    for (at, (node, _)) in nodes.iter().enumerate() {
        let (from, to) = (16384 * at / 3, 16384 * (at + 1) / 3 - 1);
        assert_eq!(node.say(&["CLUSTER", "ADDSLOTSRANGE", &from.to_string(), &to.to_string()]), "+OK\r\n");
    }
    let (first, rest) = nodes.split_first().unwrap();
    for (node, bus) in rest {
        assert_eq!(first.0.say(&["CLUSTER", "MEET", "127.0.0.1", &node.port().to_string(), bus]), "+OK\r\n");
    }
    let began = Instant::now();
    let whole = |node: &Server| {
        let info = node.say(&["CLUSTER", "INFO"]);
        info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384") && info.contains("cluster_size:3")
    };
    while !nodes.iter().all(|(node, _)| whole(node)) {
        assert!(began.elapsed() < Duration::from_secs(30), "the cluster does not come together");
        std::thread::sleep(Duration::from_millis(50));
    }
    nodes.map(|(node, _)| node)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_of_three_does_all_that_one_server_does() {
    let nodes = cluster();
    let machine = || {
        let builder = Fleet::builder(nodes[0].url(), SECRET).cluster([nodes[1].url()]).patience(Duration::from_secs(3));
        builder.build().unwrap()
    };
    let (one, other) = (machine(), machine());
    let (ledger, theirs) = (one.ledger(), other.ledger());
    for number in 0..12 {
        let (by_id, by_name) = (limit(&REGISTER, &format!("10{number}")), limit(&REGISTER, &format!("+1 631 555 00{number:02}")));
        for (ledger, limit) in [(&ledger, &by_id), (&theirs, &by_name)] {
            let Reserved::Open(place) = ledger.reserve(limit, now()).await.unwrap() else { panic!("there is room") };
            ledger.commit(place, Settled::Answered, now()).await.unwrap();
        }
        // Two names in two slots, and on two servers for most.
        ledger.alias(&by_id, &by_name.subject).await.unwrap();
        assert_eq!(theirs.inspect(&by_id, now()).await.unwrap().counted, 2);
        assert_eq!(ledger.inspect(&by_name, now()).await.unwrap().counted, 2);
        let number = number.to_string();
        for fleet in [&one, &other] {
            let lanes = lanes(&number, Some("15550001"));
            let taken =
                fleet.turns().while_away(PaceAway::Unpaced).take(lanes, Duration::from_secs(60), &SystemClock::default()).await.unwrap();
            assert!(matches!(taken, Taken::Turn(turn) if turn.wait() < Duration::from_secs(1)));
        }
        let key = EventKey::new("message", [("id", number.as_str())]);
        let minute = Duration::from_secs(60);
        assert!(matches!(one.claims().take(&key, minute).await.unwrap(), Claim::Taken(_)));
        assert!(matches!(other.claims().take(&key, minute).await.unwrap(), Claim::Held(_)));
        assert_eq!(one.tokens(&number).get(None).await.unwrap(), StoredToken::Ask);
        assert!(matches!(other.tokens(&number).get(None).await.unwrap(), StoredToken::Asked(_)));
    }
    for node in &nodes {
        let keys = node.keys();
        assert!(keys.len() > 5 && keys.iter().all(|(_, kept)| *kept > 0), "each server keeps a part: {keys:?}");
    }
}
