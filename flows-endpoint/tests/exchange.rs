//! What another implementation has encrypted is decrypted, and is answered as that one would answer. The vectors are written by
//! `tools/flows-vectors/make.py`.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "the names of tests say what they hold")]

use graph_runtime::serde_json::{self, json};
use graph_runtime::{Value, webhook::sign};
use proptest::prelude::*;
use whatsapp_flows_endpoint::{Answer, Content, Endpoint, EndpointError, Exchange, KeyError, Refused};

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_else(|| panic!("no {member}"))
}

fn vector(name: &str) -> Value {
    vectors()["vectors"].as_array().unwrap().iter().find(|vector| vector["name"] == name).unwrap().clone()
}

fn endpoint() -> Endpoint {
    let vectors = vectors();
    Endpoint::builder().private_key(text(&vectors, "pkcs8")).app_secret(text(&vectors, "app_secret")).build().unwrap()
}

fn open(endpoint: &Endpoint, vector: &Value) -> Result<Exchange, Refused> {
    endpoint.open(text(vector, "body").as_bytes(), Some(text(vector, "signature").as_bytes()))
}

#[test]
fn what_another_implementation_encrypted_is_decrypted_and_answered_alike() {
    for vector in vectors()["vectors"].as_array().unwrap() {
        let exchange = open(&endpoint(), vector).unwrap();
        let reply = match exchange.content() {
            Content::Ping | Content::Failure(_) => exchange.acknowledge(),
            Content::Request(request) => {
                assert_eq!(request.payload(), &vector["payload"]);
                exchange.answer(&Answer::raw(vector["answer"].clone()))
            }
        };
        assert_eq!((reply.status, reply.content_type, &*reply.body), (200, "text/plain", text(vector, "reply")), "{}", vector["name"]);
    }
}

#[test]
fn each_kind_is_distinguished() {
    let exchange = open(&endpoint(), &vector("data_exchange")).unwrap();
    let Content::Request(request) = exchange.content() else { panic!("{exchange:?}") };
    let said = (request.action(), request.screen(), request.flow_token(), request.version());
    assert_eq!(said, (Some("data_exchange"), Some("DETAILS"), Some("token-1"), Some("3.0")));
    assert_eq!(request.data(), &json!({"name": "Zoë", "guests": 2}));
    let exchange = open(&endpoint(), &vector("init")).unwrap();
    let Content::Request(request) = exchange.content() else { panic!("{exchange:?}") };
    assert_eq!((request.action(), request.screen(), request.data()), (Some("INIT"), None, &Value::Null));
    let exchange = open(&endpoint(), &vector("failure")).unwrap();
    let Content::Failure(failure) = exchange.content() else { panic!("{exchange:?}") };
    let said = (failure.error(), failure.message(), failure.flow_token());
    assert_eq!(said, (Some("INVALID_SCREEN_TRANSITION"), Some("The screen cannot be reached"), Some("token-1")));
    assert_eq!(failure.payload(), &vector("failure")["payload"]);
    assert_eq!(open(&endpoint(), &vector("ping")).unwrap().content(), &Content::Ping);
}

#[test]
fn answers_have_the_form_of_meta_s_page() {
    let Value::Object(params) = json!({"booking": "B7"}) else { panic!("an object") };
    assert_eq!(Answer::finish("token-1", params).value(), &vector("data_exchange")["answer"]);
    assert_eq!(Answer::screen("DETAILS", json!({"a": 1})).value(), &json!({"screen": "DETAILS", "data": {"a": 1}}));
    let exchange = open(&endpoint(), &vector("init")).unwrap();
    let expired = exchange.expired("The order has already been placed");
    assert_eq!((expired.status, expired.content_type), (427, "application/json"));
    assert_eq!(expired.body, r#"{"error_msg":"The order has already been placed"}"#);
    let encrypted = exchange.expired_encrypted("No");
    assert_eq!((encrypted.status, encrypted.content_type), (427, "text/plain"));
    assert!(!encrypted.body.contains("error_msg") && encrypted.body != exchange.expired_encrypted("Na").body);
}

#[test]
fn a_wrong_signature_is_432_and_nothing_is_decrypted() {
    let vector = vector("init");
    let body = text(&vector, "body").as_bytes();
    for signature in [None, Some("sha256=00"), Some(&*sign("another", body))] {
        let refused = endpoint().open(body, signature.map(str::as_bytes)).unwrap_err();
        assert_eq!((refused.status(), refused.reply().status, &*refused.reply().body), (432, 432, ""), "{signature:?}");
    }
    let unsigned = Endpoint::builder().private_key(text(&vectors(), "pkcs8")).without_signature().build().unwrap();
    assert!(unsigned.open(body, None).is_ok());
    let both = Endpoint::builder().private_key(text(&vectors(), "pkcs8")).without_signature().app_secret("s").build().unwrap();
    assert_eq!(both.open(body, None).unwrap_err().status(), 432, "a secret that was given counts");
}

#[test]
fn what_cannot_be_decrypted_is_421() {
    let vectors = vectors();
    let unsigned = |key: &str| Endpoint::builder().private_key(text(&vectors, key)).without_signature().build().unwrap();
    let body = text(&vectors["vectors"][1], "body");
    assert_eq!(unsigned("other").open(body.as_bytes(), None).unwrap_err(), Refused::Undecryptable);
    let envelope: Value = serde_json::from_str(body).unwrap();
    for (member, value) in [
        ("encrypted_aes_key", json!("AAAA")),
        ("encrypted_aes_key", json!("%")),
        ("encrypted_aes_key", Value::Null),
        ("initial_vector", json!("AAAAAAAAAAAAAAAA")),
        ("initial_vector", json!("AAAAAAAAAAAAAAAAAAAAAA==")),
        ("encrypted_flow_data", json!("")),
        ("encrypted_flow_data", json!(7)),
    ] {
        let mut broken = envelope.clone();
        broken[member] = value;
        let refused = unsigned("pkcs8").open(broken.to_string().as_bytes(), None).unwrap_err();
        assert_eq!((refused, refused.status()), (Refused::Undecryptable, 421), "{broken}");
    }
    assert_eq!(unsigned("pkcs8").open(b"no JSON", None).unwrap_err().status(), 421);
    let small = Endpoint::builder().private_key(text(&vectors, "pkcs8")).without_signature().body_limit(10).build().unwrap();
    assert_eq!(small.open(body.as_bytes(), None).unwrap_err(), Refused::TooLarge { limit: 10 });
    assert_eq!(Refused::TooLarge { limit: 10 }.status(), 413);
}

#[test]
fn a_key_is_read_in_each_form_and_while_it_is_replaced() {
    let (vectors, vector) = (vectors(), vector("init"));
    let escaped = text(&vectors, "pkcs1").replace('\n', "\\n");
    for pem in [text(&vectors, "pkcs8"), text(&vectors, "pkcs1"), &escaped] {
        let builder = Endpoint::builder().private_key(text(&vectors, "other")).private_key(pem);
        assert!(open(&builder.app_secret(text(&vectors, "app_secret")).build().unwrap(), &vector).is_ok());
    }
}

#[test]
fn a_key_that_cannot_be_used_is_named() {
    let vectors = vectors();
    let made = |pem: &str| Endpoint::builder().private_key(pem).app_secret("s").build().unwrap_err();
    for (pem, error) in [
        ("", KeyError::NotPem),
        ("-----BEGIN PRIVATE KEY-----", KeyError::NotPem),
        ("-----BEGIN PRIVATE KEY-----\n%\n-----END PRIVATE KEY-----", KeyError::NotPem),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", KeyError::NotRsa),
        ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", KeyError::NotRsa),
        (text(&vectors, "small"), KeyError::NotRsa),
        (text(&vectors, "public"), KeyError::Public),
        (text(&vectors, "encrypted_pkcs8"), KeyError::Encrypted),
        (text(&vectors, "encrypted_pkcs1"), KeyError::Encrypted),
    ] {
        assert_eq!(made(pem), EndpointError::PrivateKey(error), "{pem}");
    }
    assert_eq!(Endpoint::builder().app_secret("s").build().unwrap_err(), EndpointError::NoPrivateKey);
    for secret in [None, Some(" ")] {
        let builder = Endpoint::builder().private_key(text(&vectors, "pkcs8"));
        let made = secret.into_iter().fold(builder, whatsapp_flows_endpoint::EndpointBuilder::app_secret).build();
        assert!(matches!(made, Err(EndpointError::Secret(_))), "{made:?}");
    }
    let shown = format!("{:?}", endpoint());
    assert!(!shown.contains("BEGIN") && !shown.contains("app secret"), "{shown}");
}

proptest! {
    #[test]
    fn no_body_panics(body: Vec<u8>, key: Vec<u8>, vector: Vec<u8>, data: Vec<u8>) {
        let unsigned = Endpoint::builder().private_key(text(&vectors(), "pkcs8")).without_signature().build().unwrap();
        prop_assert!(unsigned.open(&body, None).is_err());
        let envelope = json!({"encrypted_aes_key": key, "initial_vector": vector, "encrypted_flow_data": data});
        prop_assert!(unsigned.open(envelope.to_string().as_bytes(), None).is_err());
    }
}
