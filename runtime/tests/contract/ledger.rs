//! Calls whose limit must not be overrun: what is counted, and what is not sent.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use graph_runtime::ledger::{
    FileLedger, Ledger, LedgerError, Limit, LimitStatus, MemoryLedger, Observation, OnLedgerError, Pending, Reservation, Reserved,
    RetryBasis,
};
use graph_runtime::{Client, Clock as _, Method, Operation, Outcome, RawRequest, Traffic, Version};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use wiremock::{MockServer, ResponseTemplate};

use crate::miniature::{DeregisterPhoneNumber, ListPhoneNumbers, RegisterPhoneNumber, Wa};
use crate::server::{TOKEN, answering, builder, client, count, saying};
use crate::time::ManualClock;

const ID: &str = "106540352242922";
const BLOCK: Duration = Duration::from_secs(72 * 3600);

fn register() -> RegisterPhoneNumber {
    RegisterPhoneNumber::new(ID, "212834")
}

fn limit() -> Limit {
    Limit::of(RegisterPhoneNumber::INFO, ID).unwrap()
}

async fn standing(client: &Wa) -> LimitStatus {
    client.0.ledger().inspect(&limit(), SystemTime::now()).await.unwrap()
}

/// How many calls are counted, and how many of them have an unknown outcome.
async fn counted(client: &Wa) -> (u32, u32) {
    let standing = standing(client).await;
    (standing.counted, standing.unknown)
}

fn error(status: u16, code: u32) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"error": {"message": "no", "type": "OAuthException", "code": code}}))
}

async fn success() -> MockServer {
    saying(json!({"success": true})).await
}

/// Is this 72 hours from a time that lies between `began` and now? Ledgers count in milliseconds.
fn in_72_hours(time: SystemTime, began: SystemTime) -> bool {
    let from = time + Duration::from_millis(1);
    from >= began + BLOCK && time <= SystemTime::now() + BLOCK
}

#[tokio::test]
async fn the_eleventh_call_is_refused_before_the_network() {
    let began = SystemTime::now();
    let server = success().await;
    let client = client(&server);
    for _ in 0..10 {
        client.send(&register()).await.unwrap();
    }
    let error = client.send(&register()).await.unwrap_err();
    assert_eq!(count(&server).await, 10, "the eleventh is not sent");
    assert!(error.is_refusal() && error.is_rate_limited() && error.is_retryable() && error.attempts() == 0);
    assert!(in_72_hours(error.retry_at().unwrap(), began));
    assert_eq!(error.retry_basis(), Some(RetryBasis::Estimated));
    assert_eq!(error.info().unwrap().name, "RegistrationLimitReached");
    assert!(error.doc().is_some() && !error.is_graph() && !error.is_auth() && !error.is_permission());
    let refusal = &error.refusals()[0];
    assert_eq!((refusal.rule, refusal.item.as_str(), refusal.page), ("limit", "…2922", "https://example.com/register"));
    let shown = error.to_string();
    for part in [
        "WhatsAppBusinessPhoneNumber.register.create",
        "10 calls in 72 h",
        "10 calls are counted since 20",
        "opens again at 20",
        "estimated",
        "`clear` of the ledger",
        "with_traffic(Traffic::Off)",
        "https://example.com/register",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains(ID) && !shown.contains('\n'), "{shown}");
    assert!(error.support_report().contains("retry at"), "{}", error.support_report());
}

#[tokio::test]
async fn the_client_s_clock_says_when_the_limit_opens() {
    let server = success().await;
    let clock = ManualClock::new();
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    for _ in 0..10 {
        client.send(&register()).await.unwrap();
    }
    let error = client.send(&register()).await.unwrap_err();
    assert_eq!(error.retry_at(), Some(clock.now() + BLOCK));
    clock.advance(Duration::from_secs(72 * 3600 - 1));
    assert!(client.send(&register()).await.unwrap_err().is_refusal());
    clock.advance(Duration::from_secs(1));
    client.send(&register()).await.unwrap();
    assert_eq!((count(&server).await, clock.pauses().len()), (11, 0));
}

#[tokio::test]
async fn every_operation_and_every_number_has_a_counter_of_its_own() {
    let server = success().await;
    let client = client(&server);
    for _ in 0..10 {
        client.send(&register()).await.unwrap();
    }
    for _ in 0..10 {
        client.send(&DeregisterPhoneNumber::new(ID)).await.unwrap();
    }
    assert!(client.send(&DeregisterPhoneNumber::new(ID)).await.unwrap_err().is_refusal());
    client.send(&RegisterPhoneNumber::new("107", "212834")).await.unwrap();
    assert_eq!(count(&server).await, 21);
}

#[tokio::test]
async fn clones_views_and_versions_share_what_is_counted() {
    let server = success().await;
    let client = client(&server);
    let views = [client.0.clone(), client.0.with_token("EAAGother"), client.0.at_version(Version(22, 0))];
    for at in 0..10 {
        views[at % 3].send(&register()).await.unwrap();
    }
    assert!(client.0.with_token("EAAGthird").send(&register()).await.unwrap_err().is_rate_limited());
    // Another client has another ledger, unless it is given the same.
    let same = builder(&server).ledger(Arc::new(MemoryLedger::default())).build().unwrap();
    same.send(&register()).await.unwrap();
    assert_eq!((counted(&client).await, counted(&same).await), ((10, 0), (1, 0)));
}

#[tokio::test]
async fn what_graph_turned_away_at_the_door_is_not_counted() {
    for (status, code) in [(401, 190), (429, 4)] {
        let server = answering(error(status, code)).await;
        let client = client(&server);
        for _ in 0..11 {
            assert!(client.send(&register()).await.unwrap_err().is_graph(), "code {code}");
        }
        assert_eq!((count(&server).await, counted(&client).await), (11, (0, 0)), "code {code}");
    }
}

#[tokio::test]
async fn what_graph_may_have_counted_is_counted() {
    let unknown = [
        error(500, 2),
        // A permission, but the catalog does not say that nothing was executed; then errors that are in no catalog.
        error(403, 10),
        error(400, 100),
        error(403, 299),
        ResponseTemplate::new(502).set_body_string("<html>"),
        ResponseTemplate::new(302).insert_header("location", "https://example.com"),
        ResponseTemplate::new(200).set_body_json(json!({"success": false})),
        ResponseTemplate::new(200).set_body_string("{\"success\": "),
    ];
    let answered = [ResponseTemplate::new(429), ResponseTemplate::new(200).set_body_json(json!({"success": 7}))];
    for (answers, unknown) in [(&unknown[..], 1), (&answered[..], 0)] {
        for answer in answers {
            let server = answering(answer.clone()).await;
            let client = client(&server);
            drop(client.send(&register()).await);
            assert_eq!(counted(&client).await, (1, unknown), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_call_that_never_left_is_not_counted() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client: Wa = graph_runtime::ClientBuilder::new(TOKEN, Version(23, 0)).base_url(format!("http://{free}")).build().unwrap();
    assert!(client.send(&register()).await.unwrap_err().is_connect());
    let no_pin = RegisterPhoneNumber::without_pin(ID);
    assert!(client.send(&no_pin).await.unwrap_err().is_refusal());
    assert!(client.0.with_token("line\nbreak").send(&register()).await.is_err());
    assert_eq!(counted(&client).await, (0, 0));
}

/// A server that reads each request to its end and closes the connection, or never answers.
pub(crate) async fn mute(closes: bool) -> (String, tokio::sync::mpsc::UnboundedReceiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (read, requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            // Of a body in JSON or a form, once its head is there.
            while !request.windows(4).any(|end| end == b"\r\n\r\n") || request.ends_with(b"\r\n\r\n") {
                stream.read_buf(&mut request).await.unwrap();
            }
            read.send(()).unwrap();
            if !closes {
                open.push(stream);
            }
        }
    });
    (url, requests)
}

#[tokio::test]
async fn a_call_without_an_answer_is_counted() {
    let (url, mut requests) = mute(true).await;
    let client: Wa = graph_runtime::ClientBuilder::new(TOKEN, Version(23, 0)).base_url(&url).build().unwrap();
    let error = client.send(&register()).await.unwrap_err();
    requests.recv().await.unwrap();
    assert!(!error.is_connect() && error.attempts() == 1 && error.status().is_none());
    assert_eq!(counted(&client).await, (1, 1));
}

/// A server that lets no connection come about, and does not say so either.
pub(crate) struct Full {
    pub(crate) url: String,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

pub(crate) async fn full() -> Full {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(connection) = tokio::time::timeout(Duration::from_millis(500), TcpStream::connect(address)).await {
        queue.push(connection.unwrap());
    }
    Full { url: format!("http://{address}"), _listener: listener, _queue: queue }
}

#[tokio::test]
async fn a_call_that_is_dropped_before_it_leaves_gives_its_place_back() {
    let folder = tempfile::tempdir().unwrap();
    let ledgers: [Arc<dyn Ledger>; 2] =
        [Arc::new(MemoryLedger::default()), Arc::new(FileLedger::open(folder.path().join("ledger")).unwrap())];
    let server = full().await;
    for ledger in ledgers {
        let client: Wa =
            graph_runtime::ClientBuilder::new(TOKEN, Version(23, 0)).base_url(&server.url).ledger(ledger.clone()).build().unwrap();
        let request = register();
        tokio::select! {
            _ = client.send(&request) => panic!("there is no connection"),
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
        let mut counts = counted(&client).await;
        // A ledger in a file works on a thread of its own.
        for _ in 0..100 {
            if counts == (0, 0) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            counts = counted(&client).await;
        }
        assert_eq!(counts, (0, 0), "{ledger:?}");
    }
}

#[tokio::test]
async fn a_registration_whose_time_is_over_while_it_connects_was_not_sent() {
    let server = full().await;
    let client: Wa =
        graph_runtime::ClientBuilder::new(TOKEN, Version(23, 0)).base_url(&server.url).timeout(Duration::from_millis(500)).build().unwrap();
    let error = client.send(&register()).await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts(), error.is_timeout()), (Outcome::NotSent, 0, true), "{error}");
    assert_eq!(counted(&client).await, (0, 0));
}

#[tokio::test]
async fn a_call_that_is_dropped_on_its_way_is_counted_as_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let ledgers: [Arc<dyn Ledger>; 2] =
        [Arc::new(MemoryLedger::default()), Arc::new(FileLedger::open(folder.path().join("ledger")).unwrap())];
    for ledger in ledgers {
        let (url, mut requests) = mute(false).await;
        let client: Wa = graph_runtime::ClientBuilder::new(TOKEN, Version(23, 0)).base_url(&url).ledger(ledger.clone()).build().unwrap();
        let request = register();
        tokio::select! {
            _ = client.send(&request) => panic!("the server never answers"),
            read = requests.recv() => read.unwrap(),
        }
        assert_eq!(counted(&client).await, (1, 1), "{ledger:?}");
    }
}

#[tokio::test]
async fn the_answer_that_the_limit_is_reached_closes_it_whatever_was_counted() {
    let began = SystemTime::now();
    let server = answering(error(400, 133_016)).await;
    let client = client(&server);
    let first = client.send(&register()).await.unwrap_err();
    assert!(first.is_graph() && in_72_hours(first.retry_at().unwrap(), began));
    assert_eq!(first.retry_basis(), Some(RetryBasis::Observed));
    let second = client.send(&register()).await.unwrap_err();
    assert_eq!(count(&server).await, 1);
    assert!(second.is_refusal() && in_72_hours(second.retry_at().unwrap(), began));
    assert_eq!(second.retry_basis(), Some(RetryBasis::Observed));
    let shown = second.to_string();
    assert!(shown.contains("Graph answered") && shown.contains("observed") && shown.contains("1 call is counted"), "{shown}");
    // Registering and deregistering are closed apart.
    assert!(client.send(&DeregisterPhoneNumber::new(ID)).await.unwrap_err().is_graph());
    client.0.ledger().clear(&limit()).await.unwrap();
    assert!(client.send(&register()).await.unwrap_err().is_graph());
    assert_eq!(count(&server).await, 3);
}

#[tokio::test]
async fn overruling_sends_and_counts_all_the_same() {
    for traffic in [Traffic::Warn, Traffic::Off] {
        let server = success().await;
        let client = client(&server);
        client.0.ledger().record(&limit(), Observation::LimitReached { at: SystemTime::now() }).await.unwrap();
        assert!(client.send(&register()).await.unwrap_err().is_refusal());
        client.send(&register().with(|options| options.set_traffic(traffic))).await.unwrap();
        client.0.with_traffic(traffic).send(&register()).await.unwrap();
        assert_eq!((count(&server).await, counted(&client).await), (2, (2, 0)));
    }
}

#[tokio::test]
async fn a_number_keeps_its_count_under_another_id() {
    let server = success().await;
    let client = client(&server);
    let ledger = client.0.ledger();
    ledger.alias(&limit(), "+1 631-555-1111").await.unwrap();
    for _ in 0..9 {
        client.send(&register()).await.unwrap();
    }
    // Deleted and added again.
    let again = RegisterPhoneNumber::new("2065403522", "212834");
    ledger.alias(&Limit::of(RegisterPhoneNumber::INFO, "2065403522").unwrap(), "16315551111").await.unwrap();
    client.send(&again).await.unwrap();
    assert!(client.send(&again).await.unwrap_err().is_refusal());
    assert!(client.send(&register()).await.unwrap_err().is_refusal());
}

#[tokio::test]
async fn a_raw_request_counts_as_the_operation_that_it_is() {
    let server = success().await;
    let client = client(&server);
    let raw = |method, path: &str| RawRequest::<Value>::new(method, &format!("/{ID}{path}"));
    for (method, path) in [(Method::Get, "/register"), (Method::Post, "/registered"), (Method::Post, ""), (Method::Post, "/register/x")] {
        client.send(&raw(method, path)).await.unwrap();
    }
    assert_eq!(counted(&client).await, (0, 0));
    for _ in 0..5 {
        client.send(&raw(Method::Post, "/register").with_param("pin", "212834")).await.unwrap();
        client.send(&register()).await.unwrap();
    }
    let error = client.send(&raw(Method::Post, "/register")).await.unwrap_err();
    assert!(error.is_rate_limited() && error.refusals()[0].operation == RegisterPhoneNumber::INFO.id, "{error}");
    client.send(&raw(Method::Post, "/deregister")).await.unwrap();
    assert_eq!(count(&server).await, 15);
}

#[tokio::test]
async fn operations_without_such_a_limit_are_not_asked_about() {
    let server = saying(json!({"data": []})).await;
    let client = builder(&server).ledger(Arc::new(Broken { has_room: false })).build().unwrap();
    client.send(&ListPhoneNumbers::new(102)).await.unwrap();
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn a_ledger_that_fails_stops_the_call_by_default() {
    let server = success().await;
    let closed = builder(&server).ledger(Arc::new(Broken { has_room: false })).build().unwrap();
    let error = closed.send(&register()).await.unwrap_err();
    assert!(error.is_refusal() && !error.is_rate_limited() && error.retry_at().is_none());
    let shown = error.to_string();
    for part in ["rule `ledger`", "the disk is gone", "OnLedgerError::FailOpen", "…2922"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert_eq!(count(&server).await, 0);
    for traffic in [Traffic::Warn, Traffic::Off] {
        closed.0.with_traffic(traffic).send(&register()).await.unwrap();
    }
    let open = builder(&server).ledger(Arc::new(Broken { has_room: false })).on_ledger_error(OnLedgerError::FailOpen).build().unwrap();
    open.send(&register()).await.unwrap();
    assert_eq!(count(&server).await, 3);
}

#[tokio::test]
async fn an_answer_is_not_lost_to_a_ledger_that_fails_after_it() {
    let server = success().await;
    let client = builder(&server).ledger(Arc::new(Broken { has_room: true })).build().unwrap();
    client.send(&register()).await.unwrap();
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn a_file_protects_the_client_after_it() {
    let server = success().await;
    let folder = tempfile::tempdir().unwrap();
    let open = || -> Arc<dyn Ledger> { Arc::new(FileLedger::open(folder.path().join("ledger")).unwrap()) };
    for _ in 0..10 {
        builder(&server).ledger(open()).build().unwrap().send(&register()).await.unwrap();
    }
    let last = builder(&server).ledger(open()).build().unwrap();
    assert!(last.send(&register()).await.unwrap_err().is_rate_limited());
    assert_eq!((count(&server).await, counted(&last).await), (10, (10, 0)));
    let text = std::fs::read_to_string(folder.path().join("ledger")).unwrap();
    assert!(text.contains(ID) && !text.contains(TOKEN) && !text.contains("212834"), "{text}");
}

#[tokio::test]
async fn many_calls_at_once_are_ten() {
    let server = success().await;
    let client: Client = client(&server).0;
    let calls: Vec<_> = (0..40)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(&register()).await.is_ok() })
        })
        .collect();
    let mut sent = 0;
    for call in calls {
        sent += usize::from(call.await.unwrap());
    }
    assert_eq!((sent, count(&server).await), (10, 10));
}

/// A ledger that fails at everything, but for what it has room for.
#[derive(Debug)]
struct Broken {
    has_room: bool,
}

fn broken<'a, T: Send + 'a>() -> Pending<'a, T> {
    Box::pin(async { Err(LedgerError::new("cannot read").because("the disk is gone")) })
}

impl Ledger for Broken {
    fn reserve<'a>(&'a self, limit: &'a Limit, now: SystemTime) -> Pending<'a, Reserved> {
        if !self.has_room {
            return broken();
        }
        Box::pin(async move { Ok(Reserved::Open(Reservation::new(1, limit.clone(), now))) })
    }

    fn reserve_anyway<'a>(&'a self, _: &'a Limit, _: SystemTime) -> Pending<'a, Reservation> {
        broken()
    }

    fn commit(&self, _: Reservation, _: graph_runtime::ledger::Settled, _: SystemTime) -> Pending<'_, ()> {
        broken()
    }

    fn release(&self, _: Reservation) -> Pending<'_, ()> {
        broken()
    }

    fn record<'a>(&'a self, _: &'a Limit, _: Observation) -> Pending<'a, ()> {
        broken()
    }

    fn inspect<'a>(&'a self, _: &'a Limit, _: SystemTime) -> Pending<'a, LimitStatus> {
        broken()
    }

    fn clear<'a>(&'a self, _: &'a Limit) -> Pending<'a, ()> {
        broken()
    }

    fn alias<'a>(&'a self, _: &'a Limit, _: &'a str) -> Pending<'a, ()> {
        broken()
    }
}
