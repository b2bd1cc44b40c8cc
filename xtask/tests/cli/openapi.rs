use serde_json::Value;

use super::xtask;

fn openapi(args: &[&str]) -> String {
    xtask(&[&["--spec", "tests/openapi", "openapi"], args].concat()).success()
}

#[test]
fn a_document_of_unions_days_secrets_and_paths_that_nodes_share() {
    insta::assert_snapshot!("openapi", openapi(&["v2.0"]));
}

#[test]
fn a_version_is_named_as_for_the_catalog_too() {
    assert_eq!(openapi(&["--version", "v2.0"]), openapi(&[]));
    let document: Value = serde_json::from_str(&openapi(&["v1.0"])).unwrap();
    assert_eq!(document["servers"][0]["url"], "https://graph.example.com/v1.0");
    let said = xtask(&["--spec", "tests/openapi", "openapi", "v3.0"]).failure();
    assert!(said.contains("it has v1.0, v2.0"), "{said}");
}

#[test]
fn on_a_day_it_has_what_is_there_then() {
    let mood = |args: &[&str]| -> Value {
        let document: Value = serde_json::from_str(&openapi(args)).unwrap();
        document["components"]["schemas"]["Shop"]["properties"]["mood"].clone()
    };
    assert!(mood(&["v2.0", "--day", "2026-03-31"]).is_null());
    assert_eq!(mood(&["v2.0", "--day", "2026-04-01"])["x-presence"]["since_day"], "2026-04-01");
}

#[test]
fn of_one_node_operations_keep_their_own_paths() {
    let document: Value = serde_json::from_str(&openapi(&["--node", "GraphShop"])).unwrap();
    assert_eq!(document["paths"]["/{shop_id}"]["get"]["operationId"], "readShop");
    let document: Value = serde_json::from_str(&openapi(&[])).unwrap();
    assert_eq!(document["paths"]["/{id}"]["get"]["operationId"], "getNode");
    let said = xtask(&["--spec", "tests/openapi", "openapi", "--node", "GraphShip"]).failure();
    assert!(said.contains("did you mean `GraphShop`?"), "{said}");
}

#[test]
fn what_is_secret_in_an_example_is_not_shown() {
    let document = openapi(&[]);
    for secret in ["never-shown", "123456"] {
        assert!(!document.contains(secret), "{secret}");
    }
}
