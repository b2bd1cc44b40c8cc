//! What Graph does over time, seen by the client.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

use std::time::{Duration, SystemTime};

use graph_mock::{Mock, Origin, Verdict};
use serde_json::json;
use whatsapp_graph::{
    Client, ErrorKind, File, RetryPolicy,
    types::{CodeMethod, FlowCategory},
};

const NUMBER: &str = "106540352242922";
const ACCOUNT: &str = "102290129340398";

fn client(mock: &Mock) -> Client {
    let newest = whatsapp_graph::ApiVersion::window().last().unwrap();
    mock.client_builder(newest).retries(RetryPolicy::never()).build().unwrap()
}

async fn new_number(client: &Client, number: &str) -> whatsapp_graph::PhoneNumberId {
    let create = client.whatsapp_business_account(ACCOUNT).phone_numbers().create();
    create.cc("1").phone_number(number).verified_name("Lucky Shrub").send().await.unwrap().id
}

#[tokio::test]
async fn a_number_climbs_its_ladder() {
    let mock = Mock::start().unwrap();
    let client = client(&mock);
    let id = new_number(&client, "6315551000").await;
    let phone = client.phone_number(id.clone());
    let kind = |error: whatsapp_graph::Error| error.kind().unwrap();
    assert_eq!(kind(phone.register("212834").send().await.unwrap_err()), ErrorKind::PhoneVerificationRequired);
    assert_eq!(kind(phone.messages().create("hello").to("+16505551234").send().await.unwrap_err()), ErrorKind::PhoneNumberNotRegistered);
    phone.request_code(CodeMethod::Sms, "en_US").send().await.unwrap();
    let code = mock.verification_code(id.as_str()).unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(kind(phone.verify_code(wrong).send().await.unwrap_err()), ErrorKind::WrongVerificationCode);
    phone.verify_code(code).send().await.unwrap();
    assert_eq!(kind(phone.request_code(CodeMethod::Sms, "en_US").send().await.unwrap_err()), ErrorKind::RequestCodeError);
    phone.register("212834").send().await.unwrap();
    assert_eq!(kind(phone.register("111111").send().await.unwrap_err()), ErrorKind::PinMismatch);
    assert_eq!(mock.field(id.as_str(), "status"), "CONNECTED");
    phone.messages().create("hello").to("+16505551234").send().await.unwrap();
    phone.deregister().send().await.unwrap();
    assert_eq!(kind(phone.deregister().send().await.unwrap_err()), ErrorKind::PhoneNumberNotOnPlatform);
    assert!(mock.requests().iter().all(|exchange| exchange.verdict == Verdict::Fits), "{:#?}", mock.requests());
}

#[tokio::test]
async fn a_code_is_valid_for_ten_minutes() {
    let mock = Mock::start().unwrap();
    let client = client(&mock);
    let phone = client.phone_number(new_number(&client, "6315551000").await);
    phone.request_code(CodeMethod::Voice, "en_US").send().await.unwrap();
    let code = mock.requests()[0].answer.clone();
    let id = serde_json::from_slice::<serde_json::Value>(&code).unwrap()["id"].as_str().unwrap().to_owned();
    let code = mock.verification_code(&id).unwrap();
    mock.advance(Duration::from_secs(601));
    assert_eq!(phone.verify_code(code).send().await.unwrap_err().kind(), Some(ErrorKind::VerifyCodeError));
}

#[tokio::test]
async fn a_number_is_added_once() {
    let mock = Mock::start().unwrap();
    let client = client(&mock);
    new_number(&client, "6315551000").await;
    let again = client.whatsapp_business_account(ACCOUNT).phone_numbers().create();
    let error = again.cc("1").phone_number("16315551000").verified_name("Lucky Shrub").send().await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::PhoneNumberAlreadyInAccount));
    let page = client.whatsapp_business_account(ACCOUNT).phone_numbers().read().send().await.unwrap();
    assert_eq!(page.data.len(), 1);
}

#[tokio::test]
async fn ten_registrations_in_72_hours() {
    let mock = Mock::start().unwrap();
    // The client counts too, by its own clock: the stand-in is asked without it.
    let register = || async {
        let request = reqwest::Client::new().post(format!("{}/v23.0/{NUMBER}/register", mock.url())).bearer_auth("any");
        let answer = request
            .body(r#"{"messaging_product":"whatsapp","pin":"212834"}"#)
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            serde_json::from_slice::<serde_json::Value>(&answer.bytes().await.unwrap()).unwrap()["error"]["code"].clone(),
        )
    };
    for _ in 0..10 {
        assert_eq!(register().await.0, 200);
    }
    assert_eq!(register().await, (400, json!(133_016)));
    mock.advance(Duration::from_secs(71 * 3600));
    assert_eq!(register().await, (400, json!(133_016)), "the number is blocked for 72 hours");
    mock.advance(Duration::from_secs(2 * 3600));
    for _ in 0..10 {
        assert_eq!(register().await.0, 200);
    }
    mock.advance(Duration::from_secs(71 * 3600));
    assert_eq!(register().await, (400, json!(133_016)), "one too many");
    mock.advance(Duration::from_secs(2 * 3600));
    assert_eq!(register().await, (400, json!(133_016)), "the window has passed, and the block has not");
    mock.advance(Duration::from_secs(71 * 3600));
    assert_eq!(register().await.0, 200);
}

#[tokio::test]
async fn a_message_is_sent_and_delivered_and_some_fail_after_they_were_taken() {
    let mock = Mock::start().unwrap();
    mock.stop_clock();
    let client = client(&mock);
    let phone = client.phone_number(NUMBER);
    let sent = phone.messages().create("hello").to("+5511999998888").send().await.unwrap();
    let contact = &sent.contacts.as_ref().unwrap()[0];
    assert_eq!((contact.input.as_deref(), contact.wa_id.as_deref()), (Some("+5511999998888"), Some("5511999998888")));
    let id = sent.messages.unwrap()[0].id.clone();
    assert!(id.starts_with("wamid."));
    mock.advance(Duration::from_millis(300));
    assert_eq!(mock.message_status(&id).as_deref(), Some("sent"));
    mock.advance(Duration::from_secs(1));
    assert_eq!(mock.message_status(&id).as_deref(), Some("delivered"));
    mock.on::<whatsapp_graph::phone_number::SendMessage>().fails(ErrorKind::MessageUndeliverable).times(1);
    let sent = phone.messages().create("hello").to("+16505551234").send().await.unwrap();
    mock.advance(Duration::from_secs(1));
    assert_eq!(mock.message_status(&sent.messages.unwrap()[0].id).as_deref(), Some("failed"));
}

#[tokio::test]
async fn one_user_gets_a_burst_and_then_one_every_six_seconds() {
    let mock = Mock::start().unwrap();
    mock.stop_clock();
    let client = client(&mock);
    let send = |to: &'static str| client.phone_number(NUMBER).messages().create("hello").to(to).send();
    for _ in 0..45 {
        send("+16505551234").await.unwrap();
        mock.advance(Duration::from_millis(1));
    }
    assert_eq!(send("+16505551234").await.unwrap_err().kind(), Some(ErrorKind::PairLimitHit));
    send("+16505559999").await.unwrap();
    mock.advance(Duration::from_secs(6));
    send("+16505551234").await.unwrap();
}

#[tokio::test]
async fn media_are_uploaded_read_and_downloaded() {
    let mock = Mock::start().unwrap();
    let client = client(&mock);
    let id = client.phone_number(NUMBER).media().create(File::bytes(b"the bytes".to_vec(), "image/png")).send().await.unwrap().id;
    let media = client.media(id.clone()).read().send().await.unwrap();
    assert_eq!(media.mime_type.as_deref(), Some("image/png"));
    let bytes = client.media(id.clone()).download().send().await.unwrap().bytes().await.unwrap();
    assert_eq!(&bytes[..], b"the bytes");
    let url = media.url.unwrap();
    let get = |token: bool| {
        let request = reqwest::Client::new().get(&url);
        if token { request.bearer_auth("any") } else { request }.send()
    };
    assert_eq!(get(false).await.unwrap().status(), 401);
    mock.advance(Duration::from_secs(301));
    assert_eq!(get(true).await.unwrap().status(), 404);
    mock.advance(Duration::from_secs(30 * 24 * 3600));
    assert_eq!(client.media(id).read().send().await.unwrap_err().kind(), Some(ErrorKind::ObjectNotFound));
}

#[tokio::test]
async fn a_template_is_reviewed_and_then_sent() {
    let mock = Mock::start().unwrap();
    mock.stop_clock();
    let client = client(&mock);
    let account = client.whatsapp_business_account(ACCOUNT);
    let http = reqwest::Client::new();
    let post = |path: String, body: serde_json::Value| {
        let request = http
            .post(format!("{}/v23.0/{path}", mock.url()))
            .bearer_auth("any")
            .header("content-type", "application/json")
            .body(body.to_string());
        async move { serde_json::from_slice::<serde_json::Value>(&request.send().await.unwrap().bytes().await.unwrap()).unwrap() }
    };
    let template = json!({"name": "order", "language": "en_US", "category": "UTILITY", "components": [{"type": "BODY", "text": "Your order is here."}]});
    let created = post(format!("{ACCOUNT}/message_templates"), template.clone()).await;
    assert_eq!(created["status"], "PENDING");
    assert_eq!(post(format!("{ACCOUNT}/message_templates"), template.clone()).await["error"]["error_subcode"], 2_388_024);
    let number = new_number(&client, "6315551000").await;
    let phone = client.phone_number(number.clone());
    phone.request_code(CodeMethod::Sms, "en_US").send().await.unwrap();
    phone.verify_code(mock.verification_code(number.as_str()).unwrap()).send().await.unwrap();
    phone.register("212834").send().await.unwrap();
    let message = |name: &str| json!({"messaging_product": "whatsapp", "to": "16505551234", "type": "template", "template": {"name": name, "language": {"code": "en_US"}}});
    assert_eq!(post(format!("{number}/messages"), message("order")).await["error"]["code"], 132_001);
    mock.advance(Duration::from_secs(61));
    let listed = account.message_templates().read().send().await.unwrap();
    assert_eq!(serde_json::to_value(&listed.data[0]).unwrap()["status"], "APPROVED");
    assert_eq!(post(format!("{number}/messages"), message("order")).await["messages"][0]["message_status"], "accepted");
    assert_eq!(post(format!("{number}/messages"), message("another")).await["error"]["code"], 132_001);
    account.message_templates().delete().name("order").send().await.unwrap();
    assert_eq!(
        post(format!("{ACCOUNT}/message_templates"), template).await["error"]["error_subcode"],
        2_388_023,
        "its name is taken for 30 days"
    );
}

#[tokio::test]
async fn what_nothing_is_written_for_is_created_read_changed_listed_and_deleted() {
    let mock = Mock::start().unwrap();
    let client = client(&mock);
    let flow = client.whatsapp_business_account(ACCOUNT).flows().create("my flow", [FlowCategory::Other]).send().await.unwrap();
    let id = flow.id;
    assert_eq!(client.flow(id.clone()).read().send().await.unwrap().name.as_deref(), Some("my flow"));
    client.flow(id.clone()).update().name("another").send().await.unwrap();
    assert_eq!(client.flow(id.clone()).read().send().await.unwrap().name.as_deref(), Some("another"));
    assert_eq!(client.whatsapp_business_account(ACCOUNT).flows().read().send().await.unwrap().data.len(), 1);
    client.flow(id.clone()).delete().send().await.unwrap();
    assert_eq!(client.flow(id).read().send().await.unwrap_err().kind(), Some(ErrorKind::ObjectNotFound));
    assert!(client.whatsapp_business_account(ACCOUNT).flows().read().send().await.unwrap().data.is_empty());
    assert_eq!(mock.requests()[1].origin, Origin::State);
}

#[tokio::test]
async fn tokens_expire_lack_permissions_and_can_be_asked_about() {
    let mock = Mock::start().unwrap();
    let client = client(&mock);
    mock.token("EAAB").scopes(["whatsapp_business_messaging"]).expires(SystemTime::now() + Duration::from_secs(60));
    let tenant = client.with_token("EAAB");
    tenant.phone_number(NUMBER).messages().create("hello").to("+16505551234").send().await.unwrap();
    let error = tenant.phone_number(NUMBER).request_code(CodeMethod::Sms, "en_US").send().await.unwrap_err();
    assert!(matches!(error.code(), Some(10 | 200..=299)), "{error:?}");
    let token = client.debug_token("EAAB").send().await.unwrap().data;
    assert_eq!((token.is_valid, token.scopes), (Some(true), Some(vec!["whatsapp_business_messaging".to_owned()])));
    mock.advance(Duration::from_secs(61));
    let error = tenant.phone_number(NUMBER).read().send().await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::AccessTokenExpired));
}
