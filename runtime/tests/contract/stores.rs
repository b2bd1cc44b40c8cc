//! Stores that the clients of many machines share: turns, usage, tokens.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use graph_runtime::{
    BoxFuture, Clock, Governor, Lane, MemoryTurns, Pace, ProviderError, Secret, StoreError, StoredToken, Taken, TokenSource, TokenStore,
    Turn, TurnStore, UsageReport, UsageStore,
};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::miniature::{DeleteQrCode, ListPhoneNumbers};
use crate::server::{answering, builder, saying};
use crate::time::ManualClock;
use crate::tokens::Provider;

fn call() -> DeleteQrCode {
    DeleteQrCode::new("106", "a")
}

#[tokio::test]
async fn clients_with_one_store_keep_one_pace() {
    let server = saying(json!({"success": true})).await;
    let (clock, turns) = (ManualClock::new(), Arc::new(MemoryTurns::default()));
    let machine = || builder(&server).clock(clock.clone()).pace(Pace::per_second(10)).turns(turns.clone()).build().unwrap();
    machine().send(&call()).await.unwrap();
    machine().send(&call()).await.unwrap();
    assert_eq!(clock.pauses(), [Duration::from_millis(100)]);
}

/// A store that cannot be reached, or that never answers.
#[derive(Debug)]
struct Down {
    silent: bool,
}

impl Down {
    fn answer<'a, T: Send + 'a>(&self) -> BoxFuture<'a, Result<T, StoreError>> {
        if self.silent {
            return Box::pin(std::future::pending());
        }
        Box::pin(std::future::ready(Err("it is down".into())))
    }
}

impl TurnStore for Down {
    fn take<'a>(&'a self, _: Vec<Lane>, _: Duration, _: &'a dyn Clock) -> BoxFuture<'a, Result<Taken, StoreError>> {
        self.answer()
    }

    fn give_back(&self, _: Turn) -> BoxFuture<'_, Result<(), StoreError>> {
        self.answer()
    }

    fn count<'a>(&'a self, _: Lane, _: u32, _: &'a dyn Clock) -> BoxFuture<'a, Result<(), StoreError>> {
        self.answer()
    }
}

impl UsageStore for Down {
    fn put(&self, _: UsageReport) -> BoxFuture<'_, Result<(), StoreError>> {
        self.answer()
    }

    fn get<'a>(&'a self, _: &'a [&'a str], _: SystemTime) -> BoxFuture<'a, Result<Vec<UsageReport>, StoreError>> {
        self.answer()
    }
}

#[tokio::test]
async fn a_store_that_is_down_holds_no_call_back() {
    let server = saying(json!({"success": true})).await;
    let down = Arc::new(Down { silent: false });
    let wa = builder(&server).pace(Pace::per_second(1)).turns(down.clone()).governor(Governor::new()).usage_store(down).build().unwrap();
    for _ in 0..3 {
        wa.send(&call()).await.unwrap();
    }
}

#[tokio::test]
async fn a_store_that_never_answers_ends_with_the_time_of_the_call() {
    let server = saying(json!({"success": true})).await;
    let silent = Arc::new(Down { silent: true });
    let wa = builder(&server).timeout(Duration::from_millis(300)).pace(Pace::per_second(1)).turns(silent).build().unwrap();
    let error = wa.send(&call()).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0 && error.is_retryable(), "{error}");
}

/// What was reported to machines.
#[derive(Default)]
struct Board(Mutex<Vec<UsageReport>>);

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Board")
    }
}

impl UsageStore for Board {
    fn put(&self, report: UsageReport) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.lock().unwrap().push(report);
        Box::pin(std::future::ready(Ok(())))
    }

    fn get<'a>(&'a self, objects: &'a [&'a str], _: SystemTime) -> BoxFuture<'a, Result<Vec<UsageReport>, StoreError>> {
        let about = |report: &&UsageReport| report.usage.app.is_some() || report.objects.iter().any(|id| objects.contains(&id.as_str()));
        let found = self.0.lock().unwrap().iter().filter(about).cloned().collect();
        Box::pin(std::future::ready(Ok(found)))
    }
}

#[tokio::test]
async fn a_governor_knows_what_was_reported_to_other_machines() {
    let usage = json!({"102": [{"type": "x", "call_count": 100, "estimated_time_to_regain_access": 7}]}).to_string();
    let answer = ResponseTemplate::new(200).set_body_json(json!({"data": []})).insert_header("x-business-use-case-usage", usage.as_str());
    let server = answering(answer).await;
    let (clock, board) = (ManualClock::new(), Arc::new(Board::default()));
    let machine = || builder(&server).clock(clock.clone()).governor(Governor::new()).usage_store(board.clone()).build().unwrap();
    machine().send(&ListPhoneNumbers::new("102")).await.unwrap();
    tokio::task::yield_now().await;
    let error = machine().send(&ListPhoneNumbers::new("102")).await.unwrap_err();
    assert_eq!(error.turn_in(), Some(Duration::from_secs(7 * 60)), "{error}");
    assert_eq!(board.0.lock().unwrap()[0].objects, ["102"]);
    clock.advance(Duration::from_secs(7 * 60));
    machine().send(&ListPhoneNumbers::new("102")).await.unwrap();
}

/// A vault of one token.
#[derive(Clone, Default)]
struct Vault(Arc<Mutex<Option<Secret>>>);

impl TokenStore for Vault {
    fn get<'a>(&'a self, rejected: Option<&'a Secret>) -> BoxFuture<'a, Result<StoredToken, ProviderError>> {
        let token = self.0.lock().unwrap().clone().filter(|token| Some(token) != rejected);
        Box::pin(std::future::ready(Ok(token.map_or(StoredToken::Ask, StoredToken::Found))))
    }

    fn put<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), ProviderError>> {
        *self.0.lock().unwrap() = Some(token.clone());
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn of_all_machines_one_asks_for_a_fresh_token() {
    let server = crate::tokens::rejecting().await;
    let (provider, vault) = (Provider::new(Some("EAAfresh")), Vault::default());
    let machine = || {
        let source = TokenSource::shared(provider.clone(), vault.clone());
        builder(&server).retries(graph_runtime::RetryPolicy::new()).token_provider(source).build().unwrap()
    };
    for _ in 0..3 {
        drop(machine().send(&ListPhoneNumbers::new("102")).await);
    }
    assert_eq!(provider.counts(), (1, 1), "asked once, and refreshed once");
    assert_eq!(vault.0.lock().unwrap().as_ref().map(|token| token.expose().to_owned()).as_deref(), Some("EAAfresh"));
}

/// A store of tokens in which another machine is asking, until it has looked often enough; or one that is down.
struct Busy {
    looks: Mutex<u32>,
    required: bool,
    given_up: Arc<Mutex<u32>>,
}

impl TokenStore for Busy {
    fn get<'a>(&'a self, _: Option<&'a Secret>) -> BoxFuture<'a, Result<StoredToken, ProviderError>> {
        let mut looks = self.looks.lock().unwrap();
        *looks += 1;
        let answer = match *looks {
            _ if self.required => Err("it is down".into()),
            1 | 2 => Ok(StoredToken::Asked(Duration::ZERO)),
            _ => Ok(StoredToken::Ask),
        };
        Box::pin(std::future::ready(answer))
    }

    fn put<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn give_up(&self) -> BoxFuture<'_, ()> {
        *self.given_up.lock().unwrap() += 1;
        Box::pin(std::future::ready(()))
    }

    fn required(&self) -> bool {
        self.required
    }
}

async fn asking(provider: Provider, required: bool) -> (Result<(), String>, u32) {
    let server = crate::tokens::rejecting().await;
    let given_up = Arc::<Mutex<u32>>::default();
    let store = Busy { looks: Mutex::default(), required, given_up: given_up.clone() };
    let source = TokenSource::shared(provider, store);
    let wa = builder(&server).retries(graph_runtime::RetryPolicy::new()).token_provider(source).build().unwrap();
    let result = wa.send(&ListPhoneNumbers::new("102")).await.map(drop).map_err(|error| error.to_string());
    tokio::task::yield_now().await;
    let given_up = *given_up.lock().unwrap();
    (result, given_up)
}

#[tokio::test]
async fn while_another_machine_asks_for_a_token_this_one_looks_again() {
    let provider = Provider::new(Some("EAAfresh"));
    let (_, given_up) = asking(provider.clone(), false).await;
    assert_eq!((provider.counts(), given_up), ((1, 1), 0), "it looked until it had leave");
}

#[tokio::test]
async fn a_provider_that_has_no_token_leaves_the_asking_to_others() {
    let (result, given_up) = asking(Provider::new(None), false).await;
    assert!(result.is_err());
    assert_eq!(given_up, 1);
}

#[tokio::test]
async fn a_store_of_tokens_that_is_required_ends_the_call_when_it_is_down() {
    let provider = Provider::new(Some("EAAfresh"));
    let (result, _) = asking(provider.clone(), true).await;
    assert!(result.unwrap_err().contains("it is down"));
    assert_eq!(provider.counts(), (0, 0), "the provider is not asked");
}

/// A store of tokens that always answers this, and takes whatever is put into it.
struct Keeps(Result<&'static str, &'static str>);

impl TokenStore for Keeps {
    fn get<'a>(&'a self, _: Option<&'a Secret>) -> BoxFuture<'a, Result<StoredToken, ProviderError>> {
        let answer = self.0.map(|token| StoredToken::Found(token.into())).map_err(ProviderError::from);
        Box::pin(std::future::ready(answer))
    }

    fn put<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn a_store_that_has_no_other_token_leaves_it_to_the_provider() {
    for (store, counts, why) in [
        (Keeps(Err("it is down")), (1, 1), "a store is not required unless it says so"),
        (Keeps(Ok("")), (1, 1), "an empty token is none"),
        (Keeps(Ok("EAAstale")), (0, 1), "the token that Graph rejected is not sent again"),
        (Keeps(Ok("EAAfresh")), (0, 0), "the provider need not be asked"),
    ] {
        let server = crate::tokens::rejecting().await;
        let provider = Provider::new(Some("EAAfresh"));
        let wa = builder(&server).token_provider(TokenSource::shared(provider.clone(), store)).build().unwrap();
        wa.send(&call()).await.unwrap();
        assert_eq!(provider.counts(), counts, "{why}");
    }
}
