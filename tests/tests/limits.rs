//! The limits of the spec whose overrun blocks a number: kept before the network, by the client that is emitted.
#![allow(missing_docs, clippy::unwrap_used, reason = "the names of tests say what they hold")]

use contract_tests::graph::Graph;
use whatsapp_graph::ledger::{Basis, Limit, Observation};
use whatsapp_graph::{ApiVersion, DeregisterPhoneNumber, ErrorKind, Method, Operation, RegisterPhoneNumber, Value};

const ID: &str = "106540352242922";
const SUCCESS: &str = r#"{"success": true}"#;

#[tokio::test]
async fn the_eleventh_registration_is_not_sent_and_has_the_kind_of_the_limit() {
    let graph = Graph::answering(200, SUCCESS).await;
    let client = graph.client(ApiVersion::V23_0);
    let phone = client.phone_number(ID);
    for _ in 0..9 {
        phone.register("212834").send().await.unwrap();
    }
    client.raw::<Value>(Method::Post, &format!("/{ID}/register")).with_param("pin", "212834").send().await.unwrap();
    let error = phone.register("212834").send().await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::RegistrationLimitReached));
    assert!(error.is_rate_limited() && !error.is_graph() && error.retry_at().is_some(), "{error:?}");
    assert_eq!(error.retry_basis(), Some(Basis::Estimated));
    for _ in 0..10 {
        phone.deregister().send().await.unwrap();
    }
    assert!(client.at_version(ApiVersion::V21_0).phone_number(ID).deregister().send().await.unwrap_err().is_rate_limited());
    assert_eq!(graph.requests().await.len(), 20);
}

#[tokio::test]
async fn the_answer_133016_closes_the_operation_and_no_other() {
    let answer =
        r#"{"error": {"message": "(#133016) Account register deregister rate limit exceeded", "type": "OAuthException", "code": 133016}}"#;
    let graph = Graph::answering(400, answer).await;
    let phone = graph.client(ApiVersion::V23_0).phone_number(ID);
    for sent in [true, false, false] {
        let error = phone.register("212834").send().await.unwrap_err();
        assert_eq!((error.is_graph(), error.is_refusal()), (sent, !sent), "{error}");
        assert_eq!((error.kind(), error.retry_basis()), (Some(ErrorKind::RegistrationLimitReached), Some(Basis::Observed)));
    }
    assert!(phone.deregister().send().await.unwrap_err().is_graph());
    assert_eq!(graph.requests().await.len(), 2);
}

#[tokio::test]
async fn what_the_catalogue_says_was_turned_away_frees_its_place() {
    // An invalid token, a missing permission, the app's limit; then what may have been counted: a wrong PIN, a failure of Meta's.
    for (code, freed) in [(190, true), (10, true), (200, true), (4, true), (80_007, true), (133_005, false), (100, false), (2, false)] {
        let answer = format!(r#"{{"error": {{"message": "no", "type": "OAuthException", "code": {code}}}}}"#);
        let graph = Graph::answering(400, &answer).await;
        let client = graph.client(ApiVersion::V23_0);
        client.phone_number(ID).register("212834").send().await.unwrap_err();
        let limit = Limit::of(RegisterPhoneNumber::META, ID).unwrap();
        let standing = client.ledger().inspect(&limit, std::time::SystemTime::now()).await.unwrap();
        assert_eq!(standing.counted == 0, freed, "code {code}: {standing:?}");
    }
}

#[tokio::test]
async fn what_is_known_from_elsewhere_counts() {
    let graph = Graph::answering(200, SUCCESS).await;
    let client = graph.client(ApiVersion::V23_0);
    let limit = Limit::of(DeregisterPhoneNumber::META, "+1 631-555-1111").unwrap();
    client.ledger().alias(ID, "+1 631-555-1111").await.unwrap();
    client.ledger().record(&limit, Observation::Calls { count: 9, at: std::time::SystemTime::now() }).await.unwrap();
    let phone = client.phone_number(ID);
    phone.deregister().send().await.unwrap();
    assert!(phone.deregister().send().await.unwrap_err().is_rate_limited());
    assert_eq!(graph.requests().await.len(), 1);
}
