//! What a user of Redis has to be permitted, as docs/fleet.md says.

use std::time::Duration;

use graph_runtime::ledger::{Ledger as _, Reserved, Settled};
use graph_runtime::webhook::{Claim, Claims as _, EventKey};
use graph_runtime::{StoredToken, SystemClock, Taken, TokenStore as _, TurnStore as _};

use crate::paced::lanes;
use crate::server::Server;
use crate::{NUMBER, REGISTER, fleet, limit, now};

/// The commands that the page names.
fn commands() -> Vec<String> {
    let page = include_str!("../../../docs/fleet.md");
    let named = page.split_once("and the commands ").unwrap().1.split_once("; in a cluster").unwrap().0;
    named.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_user_with_the_keys_and_commands_that_the_page_names_is_enough() {
    let server = Server::start();
    let permitted: Vec<String> = commands().iter().map(|command| format!("+{command}")).collect();
    assert!(permitted.len() > 15, "{permitted:?}");
    let mut user = vec!["ACL", "SETUSER", "machine", "on", ">some-password", "resetkeys", "~graph:*", "nocommands"];
    user.extend(permitted.iter().map(String::as_str));
    assert_eq!(server.say(&user), "+OK\r\n");
    let fleet = fleet(&server.url().replace("redis://", "redis://machine:some-password@"));
    let (ledger, register) = (fleet.ledger(), limit(&REGISTER, NUMBER));
    let Reserved::Open(place) = ledger.reserve(&register, now()).await.unwrap() else { panic!("there is room") };
    ledger.commit(place, Settled::Answered, now()).await.unwrap();
    ledger.alias(&register, "+1 631 555 0001").await.unwrap();
    assert_eq!(ledger.inspect(&register, now()).await.unwrap().counted, 1);
    ledger.clear(&register).await.unwrap();
    let taken = fleet.turns().take(lanes(NUMBER, Some("15550001")), Duration::from_secs(30), &SystemClock::default()).await.unwrap();
    assert!(matches!(taken, Taken::Turn(_)));
    let key = EventKey::new("message", [("id", "1")]);
    let Claim::Taken(lease) = fleet.claims().take(&key, Duration::from_secs(60)).await.unwrap() else { panic!("it is free") };
    assert!(fleet.claims().done(&lease, Duration::from_secs(60)).await.unwrap());
    assert_eq!(fleet.tokens("tenant").get(None).await.unwrap(), StoredToken::Ask);
    fleet.tokens("tenant").put(&"EAAGfresh".into()).await.unwrap();
    assert!(matches!(fleet.tokens("tenant").get(None).await.unwrap(), StoredToken::Found(_)));
    let refused = server.say(&["ACL", "LOG"]);
    assert_eq!(refused, "*0\r\n", "nothing was asked for that it may not");
}
