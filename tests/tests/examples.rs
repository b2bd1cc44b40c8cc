//! What the README and the examples show, run against a loopback server: the very code that people read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

use contract_tests::{TOKEN, graph::Graph};
use whatsapp_graph::{ApiVersion, BusinessId, ErrorKind, PhoneNumberId, WabaId};

#[allow(dead_code, reason = "an example has a main function, which the test does not call")]
#[path = "../../generated/examples/list_wabas.rs"]
pub mod list_wabas;
#[allow(dead_code, reason = "an example has a main function, which the test does not call")]
#[path = "../../generated/examples/many_tenants.rs"]
pub mod many_tenants;
#[allow(dead_code, reason = "an example has a main function, which the test does not call")]
#[path = "../../generated/examples/onboard_embedded_signup.rs"]
pub mod onboard_embedded_signup;
#[allow(dead_code, reason = "an example has a main function, which the test does not call")]
#[path = "../../generated/examples/onboard_number.rs"]
pub mod onboard_number;

const SUCCESS: &str = r#"{"success":true}"#;

const REGISTRATION_LIMIT: &str = r#"{"error":{"message":"(#133016) Account register deregister rate limit exceeded","type":"OAuthException","code":133016,"error_data":{"messaging_product":"whatsapp","details":"Too many attempts for this phone number"},"fbtrace_id":"AXsgnV2Cm3ZMGF3dF_cfYIn"}}"#;

/// The requests of a number that is created, verified and registered.
const ONBOARDING: [(&str, Option<&str>); 4] = [
    (
        "POST /v23.0/102290129340398/phone_numbers\n{\"cc\":\"1\",\"phone_number\":\"6315551000\",\"verified_name\":\"Lucky Shrub\"}",
        Some(TOKEN),
    ),
    ("POST /v23.0/106540352242922/request_code\n{\"code_method\":\"SMS\",\"language\":\"en_US\"}", Some(TOKEN)),
    ("POST /v23.0/106540352242922/verify_code\n{\"code\":\"123830\"}", Some(TOKEN)),
    ("POST /v23.0/106540352242922/register\n{\"messaging_product\":\"whatsapp\",\"pin\":\"212834\"}", Some(TOKEN)),
];

/// A Graph that onboards a number, and answers its registration like this.
async fn onboarding(status: u16, registered: &str) -> Graph {
    Graph::answering_each(&[
        ("POST /v23.0/102290129340398/phone_numbers", 200, r#"{"id":"106540352242922"}"#),
        ("POST /v23.0/106540352242922/request_code", 200, SUCCESS),
        ("POST /v23.0/106540352242922/verify_code", 200, SUCCESS),
        ("POST /v23.0/106540352242922/register", status, registered),
    ])
    .await
}

mod readme {
    use super::{ApiVersion, Graph, ONBOARDING, REGISTRATION_LIMIT, SUCCESS, onboarding};

    include!("readme/flow.rs");

    const README: &str = include_str!("../../README.md");

    #[test]
    fn the_readme_shows_the_flow_that_is_run_here() {
        let block = format!("```rust,no_run\n{}```\n", include_str!("readme/flow.rs"));
        assert!(README.contains(&block), "README.md shows other code than tests/tests/readme/flow.rs");
    }

    #[tokio::test]
    async fn the_flow_of_the_readme_onboards_a_number() {
        let graph: Graph = onboarding(200, SUCCESS).await;
        let client = graph.client(ApiVersion::V23_0);
        let number = add_number(&client, "102290129340398").await.unwrap();
        register(&client, &number, "123-830", "212834").await.unwrap();
        graph.was_asked(&ONBOARDING).await;
    }

    #[tokio::test]
    async fn the_flow_of_the_readme_hands_the_limit_on() {
        let graph = onboarding(400, REGISTRATION_LIMIT).await;
        let client = graph.client(ApiVersion::V23_0);
        let number = PhoneNumberId::from("106540352242922");
        let error = register(&client, &number, "123830", "212834").await.unwrap_err();
        assert!(error.is_rate_limited() && error.retry_at().is_some(), "{error:?}");
        graph.was_asked(&ONBOARDING[2..]).await;
    }

    #[tokio::test]
    async fn the_readme_shows_errors_as_they_read() {
        let graph = onboarding(400, REGISTRATION_LIMIT).await;
        let phone = graph.client(ApiVersion::V23_0).phone_number("106540352242922");
        for pin in ["212834", "21283"] {
            let error = phone.register(pin).send().await.unwrap_err();
            assert!(README.contains(&format!("```text\n{error}\n```\n")), "README.md does not show: {error}");
        }
    }
}

fn new_number() -> onboard_number::NewNumber {
    onboard_number::NewNumber {
        waba_id: "102290129340398".into(),
        country_code: "1".into(),
        number: "6315551000".into(),
        display_name: "Lucky Shrub".into(),
        pin: "212834".into(),
    }
}

#[tokio::test]
async fn onboard_number_creates_verifies_and_registers() {
    let graph = onboarding(200, SUCCESS).await;
    let id = onboard_number::run(&graph.client(ApiVersion::V23_0), &new_number(), || "123-830".to_owned()).await.unwrap();
    assert_eq!(id, PhoneNumberId::from("106540352242922"));
    graph.was_asked(&ONBOARDING).await;
}

#[tokio::test]
async fn onboard_number_says_how_long_a_blocked_number_is_blocked() {
    let graph = onboarding(400, REGISTRATION_LIMIT).await;
    let error = onboard_number::run(&graph.client(ApiVersion::V23_0), &new_number(), || "123830".to_owned()).await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::RegistrationLimitReached));
    assert_eq!(onboard_number::advice(&error), "The number is blocked. Run this again in 72 hours.");
    graph.was_asked(&ONBOARDING).await;
}

fn signup() -> onboard_embedded_signup::Signup {
    onboard_embedded_signup::Signup {
        app_id: "670843887433847".into(),
        app_secret: "614fc2afde15eee07a26b2fe3eaee9b9".into(),
        code: "AQBhlXsctMxJYbwbrpybxlo9tLPGy".into(),
        phone_number_id: "106540352242922".into(),
        credit_line: "1972385232742146".into(),
        currency: "USD".into(),
        pin: "581063".into(),
    }
}

/// A Graph where Embedded Signup gave this access to accounts.
async fn signed_up(granular_scopes: &str) -> Graph {
    let debug = format!(r#"{{"data":{{"app_id":"670843887433847","is_valid":true,"granular_scopes":{granular_scopes}}}}}"#);
    Graph::answering_each(&[
        ("GET /v23.0/oauth/access_token", 200, r#"{"access_token":"EAAJBbusiness","token_type":"bearer"}"#),
        ("GET /v23.0/debug_token", 200, &debug),
        ("POST /v23.0/102289599326934/subscribed_apps", 200, SUCCESS),
        (
            "POST /v23.0/1972385232742146/whatsapp_credit_sharing_and_attach",
            200,
            r#"{"allocation_config_id":"58501441721238","waba_id":"102289599326934"}"#,
        ),
        ("POST /v23.0/106540352242922/register", 200, SUCCESS),
    ])
    .await
}

const EXCHANGE: (&str, Option<&str>) = (
    "GET /v23.0/oauth/access_token\n?client_id = 670843887433847\n?client_secret = 614fc2afde15eee07a26b2fe3eaee9b9\n?code = AQBhlXsctMxJYbwbrpybxlo9tLPGy",
    None,
);

const DEBUG: (&str, Option<&str>) = ("GET /v23.0/debug_token\n?input_token = EAAJBbusiness", Some(TOKEN));

#[tokio::test]
async fn onboard_embedded_signup_calls_with_the_token_of_the_business_where_it_has_to() {
    let scopes = r#"[{"scope":"whatsapp_business_messaging","target_ids":["1"]},{"scope":"whatsapp_business_management","target_ids":["102289599326934","101569239400667"]}]"#;
    let graph = signed_up(scopes).await;
    let onboarded = onboard_embedded_signup::run(&graph.client(ApiVersion::V23_0), &signup()).await.unwrap();
    assert_eq!(onboarded.waba_id, WabaId::from("102289599326934"));
    assert_eq!(onboarded.token.expose(), "EAAJBbusiness");
    assert_eq!(onboarded.allocation.as_deref(), Some("58501441721238"));
    graph
        .was_asked(&[
            EXCHANGE,
            DEBUG,
            ("POST /v23.0/102289599326934/subscribed_apps", Some("EAAJBbusiness")),
            (
                "POST /v23.0/1972385232742146/whatsapp_credit_sharing_and_attach\n?waba_currency = USD\n?waba_id = 102289599326934",
                Some(TOKEN),
            ),
            ("POST /v23.0/106540352242922/register\n{\"messaging_product\":\"whatsapp\",\"pin\":\"581063\"}", Some("EAAJBbusiness")),
        ])
        .await;
}

#[tokio::test]
async fn onboard_embedded_signup_changes_nothing_where_no_account_was_shared() {
    let graph = signed_up(r#"[{"scope":"whatsapp_business_management"}]"#).await;
    let outcome = onboard_embedded_signup::run(&graph.client(ApiVersion::V23_0), &signup()).await;
    assert!(matches!(outcome, Err(onboard_embedded_signup::Failure::NoAccount)));
    graph.was_asked(&[EXCHANGE, DEBUG]).await;
}

#[tokio::test]
async fn list_wabas_walks_through_every_page() {
    let graph = Graph::answering_in_turn(&[
        r#"{"data":[{"id":"102290129340398","name":"Lucky Shrub","creation_time":1604542049}],"paging":{"cursors":{"after":"QVFI"},"next":"https://graph.facebook.com/next"}}"#,
        r#"{"data":[{"id":"102289599326934"}],"paging":{"cursors":{"after":"QVFJ"}}}"#,
    ])
    .await;
    let business = BusinessId::from("805021500648488");
    let mut shown = Vec::new();
    let client = graph.client(ApiVersion::V23_0);
    list_wabas::run(&client, &business, 1_569_783_261.into(), 1_604_542_049.into(), |account| shown.push(account)).await.unwrap();
    let ids: Vec<_> = shown.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(ids, ["102290129340398", "102289599326934"]);
    assert_eq!(shown[0].name.as_deref(), Some("Lucky Shrub"));

    let first = r#"GET /v23.0/805021500648488/owned_whatsapp_business_accounts
?fields = id,name,creation_time
?filtering = [{"field":"creation_time","operator":"IN_RANGE","value":["1569783261","1604542049"]}]
?sort = creation_time_descending
?limit = 100"#;
    let second = format!("{first}\n?after = QVFI");
    graph.was_asked(&[(first, Some(TOKEN)), (&second, Some(TOKEN))]).await;
}

#[tokio::test]
async fn many_tenants_call_with_their_own_tokens_and_versions() {
    let graph = Graph::answering_each(&[
        ("GET /v23.0/102290129340398/phone_numbers", 200, r#"{"data":[{"id":"1"},{"id":"2"}]}"#),
        (
            "GET /v21.0/102289599326934/phone_numbers",
            401,
            r#"{"error":{"message":"Invalid OAuth access token","type":"OAuthException","code":190,"fbtrace_id":"AXsg"}}"#,
        ),
    ])
    .await;
    let tenants: Vec<_> = ["102290129340398 v23.0 EAAJBone", "102289599326934 v21.0 EAAJBtwo"]
        .into_iter()
        .map(|line| many_tenants::tenant(line).unwrap())
        .collect();
    let counts = many_tenants::run(&graph.client(ApiVersion::V22_0), &tenants).await;
    assert_eq!(*counts[&WabaId::from("102290129340398")].as_ref().unwrap(), 2);
    let error = counts[&WabaId::from("102289599326934")].as_ref().unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::InvalidAccessToken));
    assert!(error.is_auth());

    // The two run at the same time, so either may arrive first.
    let mut arrived: Vec<_> = graph
        .requests()
        .await
        .iter()
        .map(|request| {
            let token = request.headers["authorization"].to_str().unwrap();
            format!("{}?{} {token}", request.url.path(), request.url.query().unwrap_or_default())
        })
        .collect();
    arrived.sort_unstable();
    assert_eq!(
        arrived,
        [
            "/v21.0/102289599326934/phone_numbers?fields=id Bearer EAAJBtwo",
            "/v23.0/102290129340398/phone_numbers?fields=id Bearer EAAJBone"
        ]
    );
}

#[tokio::test]
async fn many_tenants_are_all_served_though_few_at_once() {
    let graph = Graph::answering(200, r#"{"data":[{"id":"1"}]}"#).await;
    let tenants: Vec<_> = (1..=50).map(|id| many_tenants::tenant(&format!("{id} v23.0 EAAJB{id}")).unwrap()).collect();
    let counts = many_tenants::run(&graph.client(ApiVersion::V23_0), &tenants).await;
    assert_eq!(counts.len(), 50);
    assert!(counts.values().all(|count| matches!(count, Ok(1))));
}

#[test]
fn many_tenants_quotes_no_token_in_a_fault() {
    for line in ["EAAJBsecret", "1 EAAJBsecret v23.0", "1 v23.0 EAAJBsecret more"] {
        let fault = many_tenants::tenant(line).unwrap_err();
        assert!(!fault.contains("EAAJB"), "{fault}");
    }
}
