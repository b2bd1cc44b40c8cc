//! What is not sent, and why; the others are.

use graph_runtime::{BatchEntry, Client, File, IntoBatch, Method, Operation, RawRequest, Refusals, Value, Version};

use super::{batch, echo, read, requests};
use crate::miniature::{ExchangeCode, ListPhoneNumbers, Members, PhoneNumber, RegisterPhoneNumber, UploadBytes, UploadMedia, Wa};
use crate::server::{builder, client, count, sent};

/// The error of a request that is in a batch with a good one, which must be sent.
async fn refused<R: IntoBatch>(request: R) -> graph_runtime::Error
where
    R::Answer: std::fmt::Debug,
{
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let (bad, good) = (batch.add(request), batch.add(read("1")));
    let mut answers = batch.send().await;
    assert_eq!(answers.take(good).unwrap()["asked"], "1");
    assert_eq!(requests(&sent(&server).await).len(), 1, "the bad one is not sent");
    let error = answers.take(bad).unwrap_err();
    assert_eq!(error.attempts(), 0);
    error
}

#[tokio::test]
async fn each_request_is_judged_as_if_it_were_sent_alone() {
    let wa = graph_runtime::Client::builder("EAAG", Version(23, 0)).build().unwrap();
    for request in [
        RegisterPhoneNumber::without_pin("106"),
        RegisterPhoneNumber::new("106", "12"),
        RegisterPhoneNumber::new("x", "212834"),
        RegisterPhoneNumber::new("106", "212834").region("CH"),
        RegisterPhoneNumber::new("106", "212834").backup("b"),
    ] {
        let alone = wa.send(&request).await.unwrap_err();
        let batched = refused(request).await;
        assert!(batched.is_refusal());
        assert_eq!((alone.to_string(), alone.refusals()), (batched.to_string(), batched.refusals()));
    }
}

#[tokio::test]
async fn a_refusal_can_be_overruled() {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let _warned = batch.add(RegisterPhoneNumber::without_pin("106").with(|options| options.set_refusals(Refusals::Warn)));
    let _off = batch.add(RegisterPhoneNumber::new("1O6", "1").with(|options| options.set_refusals(Refusals::Off)));
    let _answers = batch.send().await;
    assert_eq!(requests(&sent(&server).await).len(), 2);
}

#[tokio::test]
async fn what_cannot_travel_in_a_batch_says_so() {
    let file = || File::bytes("x", "text/plain");
    let upload = UploadBytes { session: "upload:x".to_owned(), file: Some(file()), ..UploadBytes::default() };
    for (error, why) in [
        (refused(UploadMedia::new("106", file())).await, "it sends a file"),
        (refused(upload).await, "it sends a file"),
        (refused(ExchangeCode::new(PhoneNumber::named("a"))).await, "without a token"),
        (refused(RawRequest::<Value>::new(Method::Get, "/v23.0/106")).await, "has no version"),
        (refused(WithHeader::default()).await, "a parameter in a header"),
    ] {
        let text = error.to_string();
        assert!(text.contains("not sent: ") && text.contains(why) && !text.contains('\n'), "{text}");
    }
}

/// A request with a parameter that travels as a header.
#[derive(Clone, Default)]
struct WithHeader(graph_runtime::RequestOptions);

impl Operation for WithHeader {
    const INFO: &'static graph_runtime::OperationInfo = &graph_runtime::OperationInfo { path: "/x", ..graph_runtime::OperationInfo::EMPTY };
    type Response = Value;

    fn options(&self) -> &graph_runtime::RequestOptions {
        &self.0
    }

    fn options_mut(&mut self) -> &mut graph_runtime::RequestOptions {
        &mut self.0
    }

    fn encode(&self, to: &mut graph_runtime::Outgoing) {
        to.segment("x").headers(&Members::of(&serde_json::json!({"file_offset": 0})));
    }
}

#[tokio::test]
async fn nothing_is_sent_when_nothing_may_be() {
    let server = echo().await;
    let results: Vec<Result<_, graph_runtime::Error>> = client(&server).0.batch_of([RegisterPhoneNumber::without_pin("106")]).await;
    assert!(results[0].as_ref().unwrap_err().is_refusal());
    assert_eq!(count(&server).await, 0);
}

/// What an emitted crate adds: a request that knows its client.
struct Bound(Client, ListPhoneNumbers);

impl IntoBatch for Bound {
    type Answer = <ListPhoneNumbers as Operation>::Response;

    fn into_batch(self) -> BatchEntry {
        BatchEntry::new(&self.1).of_client(&self.0)
    }
}

#[tokio::test]
async fn a_call_is_sent_as_its_own_view_would() {
    let server = echo().await;
    let wa: Wa = client(&server);
    let view = wa.0.with_token("EAAview").at_version(Version(22, 0)).with_refusals(Refusals::Off);
    let own = ListPhoneNumbers::new("102").with(|options| options.set_version(Version(21, 0)));
    let mut batch = batch(&wa);
    let _bound = batch.add(Bound(view.clone(), ListPhoneNumbers::new("1O2")));
    let _own = batch.add(Bound(view, own));
    let _plain = batch.add(ListPhoneNumbers::new("103"));
    let _answers = batch.send().await;
    let calls = server.received_requests().await.unwrap();
    let of: Vec<_> = calls.iter().map(|call| (call.url.path(), call.headers["authorization"].to_str().unwrap())).collect();
    assert_eq!(of[..2], [("/v22.0/", "Bearer EAAview"), ("/v21.0/", "Bearer EAAview")]);
    assert_eq!(of[2].0, "/v23.0/");
}

#[tokio::test]
async fn a_call_of_another_client_is_not_sent() {
    let (server, other) = (echo().await, echo().await);
    let stranger = builder(&other).build().unwrap();
    let mut batch = batch(&client(&server));
    let ticket = batch.add(Bound(stranger.0, ListPhoneNumbers::new("102")));
    let error = batch.send().await.take(ticket).unwrap_err();
    assert!(error.to_string().contains("another client"), "{error}");
    assert_eq!((count(&server).await, count(&other).await), (0, 0));
}
