//! Whatever is put into a batch, each request gets its own answer.

use std::collections::HashSet;

use graph_runtime::{Error, Ticket, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{batch, echo, read, requests};
use crate::miniature::ListPhoneNumbers;
use crate::server::client;

/// One request: its token, whether it is refused before, and what it comes after.
type Asked = (usize, bool, Option<Index>);

const TOKENS: [&str; 3] = ["EAA0", "EAA1", "EAA2"];

/// The outcome of a request: the path that it asked for, or that it was not sent.
fn outcome(result: Result<Value, Error>) -> Option<String> {
    match result {
        Ok(value) => Some(value["asked"].as_str().unwrap().to_owned()),
        Err(error) => {
            assert_eq!(error.attempts(), 0, "{error}");
            None
        }
    }
}

async fn each_gets_its_own(asked: Vec<Asked>) {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let mut tickets: Vec<Ticket<Value>> = Vec::new();
    for (at, (token, bad, after)) in asked.iter().enumerate() {
        let path = if *bad { format!("{at}/../x") } else { at.to_string() };
        let request = read(&path).with_token(TOKENS[*token]);
        let ticket = match after.filter(|_| at > 0) {
            Some(after) => batch.after(&tickets[after.index(at)]).add(request),
            None => batch.add(request),
        };
        tickets.push(ticket);
    }
    // One of another type in between.
    let _list = batch.add(ListPhoneNumbers::new("102"));
    let mut answers = batch.send().await;
    let outcomes: Vec<_> = tickets.into_iter().map(|ticket| outcome(answers.take(ticket))).collect();
    let mut sent = HashSet::new();
    for call in server.received_requests().await.unwrap() {
        let requests = requests(&call);
        assert!((1..=50).contains(&requests.len()));
        for request in requests {
            assert!(sent.insert(request["relative_url"].as_str().unwrap().to_owned()), "nothing is sent twice");
        }
    }
    assert!(sent.remove("102/phone_numbers"));
    for (at, ((_, bad, after), outcome)) in asked.iter().zip(&outcomes).enumerate() {
        assert_eq!(outcome.is_some(), sent.contains(&at.to_string()), "{at}");
        assert!(outcome.as_ref().is_none_or(|path| *path == at.to_string() && !bad));
        // A request that comes after nothing and before nothing is sent unless it is refused itself.
        let needed =
            asked.iter().enumerate().any(|(other, (_, _, after))| other > 0 && after.is_some_and(|after| after.index(other) == at));
        if !bad && !needed && (after.is_none() || at == 0) {
            assert!(outcome.is_some(), "{at}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_request_gets_its_own_answer(
        asked in vec((0..TOKENS.len(), prop::bool::weighted(0.1), prop::option::weighted(0.1, any::<Index>())), 0..160)
    ) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(each_gets_its_own(asked));
    }
}
