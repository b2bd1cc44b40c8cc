//! Requests that come after others and use what they answer.

use graph_runtime::{Error, Method, RawRequest, Refusals, RequestOptions, Value, Version};
use serde_json::json;

use super::{asked, batch, echo, form, read, requests};
use crate::miniature::{DeleteQrCode, RegisterPhoneNumber};
use crate::server::{client, count, sent};

fn create() -> RawRequest {
    RawRequest::new(Method::Post, "/102/phone_numbers").with_param("cc", "1")
}

#[tokio::test]
async fn a_reference_is_verbatim_in_paths_and_parameters() {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let number = batch.add(create());
    assert_eq!((number.name(), number.result("$.id")), ("item0", "{result=item0:$.id}".to_owned()));
    let id = number.result("$.id");
    let read = batch.after(&number).add(RawRequest::<Value>::new(Method::Get, &format!("/{id}")).with_param("fields", "id,name"));
    let nested = RawRequest::<Value>::new(Method::Post, "/102/x").with_param("a", json!({"ids": [id]})).with_param("b", "c&d");
    let _nested = batch.after(&number).add(nested);
    // An identifier, which is digits only elsewhere.
    let _typed = batch.after(&number).add(DeleteQrCode::new(id, "{result=item0:$.code}"));
    let mut answers = batch.send().await;
    assert!(answers.take(read).is_ok() && answers.take(number).is_ok());
    assert_eq!(
        form(&sent(&server).await)["batch"],
        concat!(
            r#"[{"method":"POST","name":"item0","omit_response_on_success":false,"relative_url":"102/phone_numbers","body":"cc=1"},"#,
            r#"{"method":"GET","relative_url":"{result=item0:$.id}?fields=id,name"},"#,
            r#"{"method":"POST","relative_url":"102/x","body":"a=%7B%22ids%22%3A%5B%22{result=item0:$.id}%22%5D%7D&b=c%26d"},"#,
            r#"{"method":"DELETE","relative_url":"{result=item0:$.id}/message_qrdls/{result=item0:$.code}"}]"#
        )
    );
}

#[tokio::test]
async fn what_comes_after_without_referring_says_so() {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let first = batch.named("first").add(read("1"));
    let second = batch.after(&first).named("second").add(read("2"));
    let third = batch.after(&second).add(RawRequest::<Value>::new(Method::Get, "/3").with_param("x", "{result=first:$.id}"));
    let mut answers = batch.send().await;
    assert!(answers.take(third).is_ok());
    let sent = requests(&sent(&server).await);
    assert_eq!(
        sent[1],
        json!({"method": "GET", "name": "second", "omit_response_on_success": false, "depends_on": "first", "relative_url": "2"})
    );
    assert_eq!(sent[2], json!({"method": "GET", "depends_on": "second", "relative_url": "3?x={result=first:$.id}"}));
    let (_, _) = (first, second);
}

#[tokio::test]
async fn dependent_requests_are_in_one_call_whatever_is_between_them() {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let first = batch.add(read("1"));
    let between: Vec<_> = (2..=60).map(|id: u32| batch.add(read(&id.to_string()))).collect();
    let last = batch.after(&first).add(read("61"));
    let mut answers = batch.send().await;
    assert_eq!(answers.take(last).unwrap()["asked"], "61");
    for (at, ticket) in between.into_iter().enumerate() {
        assert_eq!(answers.take(ticket).unwrap()["asked"], (at + 2).to_string());
    }
    let calls = server.received_requests().await.unwrap();
    let lengths: Vec<_> = calls.iter().map(|call| requests(call).len()).collect();
    assert_eq!(lengths, [50, 11]);
    assert_eq!(requests(&calls[0])[49]["relative_url"], "61", "after what it needs");
    let _ = first;
}

async fn chain(length: usize) -> (Vec<Result<Value, Error>>, usize) {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let mut tickets = vec![batch.add(read("1"))];
    for _ in 1..length {
        let last = tickets.last().unwrap();
        let next = batch.after(last).add(read("1"));
        tickets.push(next);
    }
    tickets.push(batch.add(read("2")));
    let mut answers = batch.send().await;
    (tickets.into_iter().map(|ticket| answers.take(ticket)).collect(), count(&server).await)
}

#[tokio::test]
async fn a_chain_that_does_not_fit_in_one_call_is_not_sent() {
    let (results, calls) = chain(50).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(calls, 2);
    let (mut results, calls) = chain(51).await;
    assert!(results.pop().unwrap().is_ok(), "what is no part of it is sent");
    assert_eq!((results.len(), calls), (51, 1));
    for result in results {
        let error = result.unwrap_err();
        assert!(error.to_string().contains("51 requests of the batch depend on each other") && error.attempts() == 0, "{error}");
    }
}

#[tokio::test]
async fn one_cannot_come_after_a_request_with_another_token() {
    let server = echo().await;
    for other in [read("2").with_token("EAAother"), read("2").with_version(Version(22, 0))] {
        let mut batch = batch(&client(&server));
        let first = batch.add(read("1"));
        let second = batch.after(&first).add(other);
        let mut answers = batch.send().await;
        for ticket in [first, second] {
            let error = answers.take(ticket).unwrap_err();
            assert!(error.to_string().contains("another token or another version"), "{error}");
        }
    }
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn what_depends_on_a_request_that_is_not_sent_is_not_sent_either() {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let refused = batch.named("bad").add(RegisterPhoneNumber::without_pin("106"));
    let after = batch.after(&refused).add(read("1"));
    let further = batch.after(&after).add(read("2"));
    let other = batch.add(read("3"));
    let mut answers = batch.send().await;
    assert!(answers.take(refused).unwrap_err().is_refusal());
    let error = answers.take(after).unwrap_err();
    assert!(error.to_string().contains("depends on the request `bad`") && error.attempts() == 0, "{error}");
    assert!(answers.take(further).unwrap_err().to_string().contains("`item1`"));
    assert_eq!(answers.take(other).unwrap()["asked"], "3");
    assert_eq!(requests(&sent(&server).await).len(), 1);
}

#[tokio::test]
async fn names_are_unique_and_are_names() {
    let server = echo().await;
    for (first, second, why) in
        [("a", "a", "named `a` too"), ("item0", "x y", "is no name"), ("b", "", "is no name"), ("b", "a:b", "is no name")]
    {
        let mut batch = batch(&client(&server));
        let good = batch.named(first).add(read("1"));
        let bad = batch.named(second).add(read("2"));
        let mut answers = batch.send().await;
        assert!(answers.take(good).is_ok());
        let error = answers.take(bad).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    // A name that the batch has given itself.
    let mut batch = batch(&client(&server));
    let _first = batch.add(read("1"));
    let bad = batch.named("item0").add(read("2"));
    assert!(batch.send().await.take(bad).unwrap_err().to_string().contains("named `item0` too"));
    // And one that it would have given.
    let mut batch = super::batch(&client(&server));
    let first = batch.named("item1").add(read("1"));
    let second = batch.add(read("2"));
    assert_ne!(first.name(), second.name());
    let third = batch.after(&second).add(RawRequest::<Value>::new(Method::Get, &format!("/{}", second.result("$.id"))));
    let mut answers = batch.send().await;
    assert_eq!(answers.take(third).unwrap()["asked"], "{result=item1_:$.id}");
    assert!(answers.take(first).is_ok() && answers.take(second).is_ok());
}

#[tokio::test]
async fn a_reference_to_an_unknown_or_later_request_is_refused() {
    let server = echo().await;
    for (text, why) in [
        ("{result=missing:$.id}", "refers to `missing`"),
        ("{result=item1:$.id}", "refers to `item1`"),
        ("{result=item2:$.id}", "refers to `item2`"),
        ("{result=item0:$.id&to=1}", "no reference of the form"),
        ("{result=item0}", "no reference of the form"),
    ] {
        let mut batch = batch(&client(&server));
        let first = batch.add(read("1"));
        let second = batch.after(&first).add(RawRequest::<Value>::new(Method::Get, "/2").with_param("x", text));
        let third = batch.add(read("3"));
        let mut answers = batch.send().await;
        let error = answers.take(second).unwrap_err();
        assert!(error.is_refusal() && error.refusals()[0].rule == "reference" && error.to_string().contains(why), "{error}");
        assert!(answers.take(first).is_ok() && answers.take(third).is_ok());
    }
}

#[tokio::test]
async fn a_stranger_s_text_is_no_reference() {
    let server = echo().await;
    let wa = client(&server);
    let text = "hello {result=item0:$.access_token}";
    let message = RawRequest::<Value>::new(Method::Post, "/106/messages").with_param("text", json!({"body": text}));
    let mut one = batch(&wa);
    let (_first, refused) = (one.add(read("1")), one.add(message.clone()));
    let error = one.send().await.take(refused).unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("which Graph replaces"), "{error}");
    assert!(!error.to_string().contains("hello"), "a refusal quotes no value");

    // What is no reference is a text.
    let harmless = RawRequest::new(Method::Post, "/106/messages").with_param("text", "{result=} {result=7} result=a:$.b}");
    assert_eq!(asked(&wa, [harmless]).await, ["106/messages"]);

    // Overruled, it is sent as every text is.
    let options = RequestOptions::default().with_refusals(Refusals::Off).with_param("text", json!({"body": text}));
    asked(&wa, [read("1"), message.with_options(options)]).await;
    let calls = server.received_requests().await.unwrap();
    let body = requests(&calls[2])[1]["body"].as_str().unwrap().to_owned();
    assert_eq!(body, "text=%7B%22body%22%3A%22hello%20%7Bresult%3Ditem0%3A%24.access_token%7D%22%7D");
}

#[tokio::test]
async fn graph_knows_one_predecessor_to_which_nothing_refers() {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let (first, second) = (batch.add(read("1")), batch.add(read("2")));
    let third = batch.after(&first).after(&second).add(read("3"));
    let fourth = batch.after(&first).after(&second).add(RawRequest::<Value>::new(Method::Get, &format!("/{}", first.result("$.id"))));
    let mut answers = batch.send().await;
    assert!(answers.take(third).unwrap_err().to_string().contains("one such request only"));
    assert!(answers.take(fourth).is_ok());
    assert_eq!(requests(&sent(&server).await)[2]["depends_on"], "item1");
}

#[tokio::test]
async fn one_cannot_come_after_a_request_of_another_batch() {
    let server = echo().await;
    let wa = client(&server);
    let (mut one, mut other) = (batch(&wa), batch(&wa));
    let foreign = one.add(read("1"));
    let _own = other.add(read("2"));
    let ticket = other.after(&foreign).add(read("3"));
    assert!(other.send().await.take(ticket).unwrap_err().to_string().contains("another batch"));
}

#[tokio::test]
async fn a_limit_for_each_number_cannot_be_kept_for_a_reference() {
    let server = echo().await;
    let mut batch = batch(&client(&server));
    let number = batch.add(create());
    let registered = batch.after(&number).add(RegisterPhoneNumber::new(number.result("$.id"), "212834"));
    let error = batch.send().await.take(registered).unwrap_err();
    assert!(error.is_refusal() && error.refusals()[0].rule == "ledger" && error.to_string().contains("is a reference"), "{error}");
}
