//! The scripts by themselves, where what matters happens between two of them.

use redis::Script;
use redis::aio::MultiplexedConnection;

use crate::server::Server;

const LEDGER: &str = include_str!("../../src/ledger/ledger.lua");
const TURNS: &str = include_str!("../../src/turns/turns.lua");

async fn run(connection: &mut MultiplexedConnection, script: &str, keys: &[&str], arguments: &[&str]) -> Vec<String> {
    let script = Script::new(script);
    let mut call = script.prepare_invoke();
    for key in keys {
        call.key(*key);
    }
    for argument in arguments {
        call.arg(*argument);
    }
    call.invoke_async(connection).await.unwrap()
}

/// A verb of the ledger, about ten calls in 72 hours.
async fn ledger(connection: &mut MultiplexedConnection, verb: &str, more: &[&str]) -> Vec<String> {
    let arguments = [&[verb, "register", "259200000", "10", "259200000"], more].concat();
    run(connection, LEDGER, &["{one}"], &arguments).await
}

/// What is known of one name is read, put under another, and the first then points there. A call that was counted meanwhile would be lost.
#[tokio::test]
async fn a_name_that_changed_since_it_was_read_points_nowhere() {
    let server = Server::start();
    let mut connection = redis::Client::open(server.url()).unwrap().get_multiplexed_async_connection().await.unwrap();
    assert_eq!(ledger(&mut connection, "reserve", &["first"]).await, ["reserved"]);
    let read = ledger(&mut connection, "read", &[]).await;
    assert_eq!(ledger(&mut connection, "reserve", &["second"]).await, ["reserved"]);
    assert_eq!(ledger(&mut connection, "point", &[&read[1], "other"]).await, ["changed"]);
    assert_eq!(ledger(&mut connection, "inspect", &[]).await[..2], ["open", "2"]);
    let again = ledger(&mut connection, "read", &[]).await;
    assert_ne!(read[1], again[1]);
    assert_eq!(ledger(&mut connection, "point", &[&again[1], "other"]).await, ["done"]);
    assert_eq!(ledger(&mut connection, "inspect", &[]).await, ["root", "other"]);
}

/// Turns that are taken in advance begin within half of the block, however many are wanted: whoever queues is not behind them.
#[tokio::test]
async fn no_more_turns_are_taken_in_advance_than_begin_soon() {
    let server = Server::start();
    let mut connection = redis::Client::open(server.url()).unwrap().get_multiplexed_async_connection().await.unwrap();
    // A hundred are wanted, a second apart, that begin within five seconds.
    let spares = ["100", "1000000", "5000000"];
    let taken = run(&mut connection, TURNS, &["{number}"], &spares).await;
    assert_eq!(taken.len() - 1, 5, "{taken:?}");
    assert!(taken[1..].iter().all(|turn| turn.starts_with("S ")), "{taken:?}");
    let more = run(&mut connection, TURNS, &["{number}"], &spares).await;
    assert!(more.len() <= 2, "but for the time that has passed there is no room: {more:?}");
    // Of another number: sixty that were counted are a queue.
    let counted = run(&mut connection, TURNS, &["{other}"], &["0", "0", "0", "C", "60", "1", "1", "1000000", "0", "0"]).await;
    assert_eq!(counted[1], "C");
    let none = run(&mut connection, TURNS, &["{other}"], &spares).await;
    assert_eq!(none.len(), 1, "{none:?}");
}
