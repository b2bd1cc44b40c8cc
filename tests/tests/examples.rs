//! What the README and the examples show, run against a loopback server: the very code that people read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

use contract_tests::{TOKEN, graph::Graph};
use onboard_embedded_signup::Registration;
use whatsapp_graph::{ApiVersion, BusinessId, ErrorKind, PhoneNumberId, WabaId, types::NameStatus};

#[allow(dead_code, reason = "an example has a main function, which the test does not call")]
#[path = "../../generated/examples/campaign.rs"]
pub mod campaign;
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

#[path = "examples/receiving.rs"]
mod receiving;

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

    use graph_mock::Mock;

    include!("readme/flow.rs");

    const README: &str = include_str!("../../README.md");
    const ONBOARDING_PAGE: &str = include_str!("../../docs/book/onboarding.md");
    const ERRORS_PAGE: &str = include_str!("../../docs/book/errors.md");

    /// The test that the README shows, run.
    mod first_test {
        include!("readme/first_test.rs");
    }

    #[test]
    fn pages_show_what_is_run_here() {
        for (page, text, file, code) in [
            ("README.md", README, "first_test.rs", include_str!("readme/first_test.rs")),
            ("docs/book/onboarding.md", ONBOARDING_PAGE, "flow.rs", include_str!("readme/flow.rs")),
        ] {
            let block = format!("```rust,no_run\n{code}```\n");
            assert!(text.contains(&block), "{page} shows other code than tests/tests/readme/{file}");
        }
    }

    /// What the first program of the README prints, with a stand-in that was just started.
    #[tokio::test]
    async fn the_readme_shows_what_its_first_program_prints() {
        let mock = Mock::start().unwrap();
        let client: Client = mock.client().unwrap();
        let messages = client.phone_number("106540352242922").messages();
        let sent = messages.create("Your table is ready.").to("+1 650 555 1234").send().await.unwrap();
        let printed: String = sent.messages.iter().flatten().map(|message| format!("accepted: {}\n", message.id)).collect();
        assert!(README.contains(&format!("```text\n{printed}```\n")), "README.md does not show:\n{printed}");
    }

    #[tokio::test]
    async fn the_flow_of_the_book_onboards_a_number() {
        let graph: Graph = onboarding(200, SUCCESS).await;
        let client = graph.client(ApiVersion::V23_0);
        let number = add_number(&client, "102290129340398").await.unwrap();
        register(&client, &number, "123-830", "212834").await.unwrap();
        graph.was_asked(&ONBOARDING).await;
    }

    #[tokio::test]
    async fn the_flow_of_the_book_hands_the_limit_on() {
        let graph = onboarding(400, REGISTRATION_LIMIT).await;
        let client = graph.client(ApiVersion::V23_0);
        let number = PhoneNumberId::from("106540352242922");
        let error = register(&client, &number, "123830", "212834").await.unwrap_err();
        assert!(error.is_rate_limited() && error.retry_at().is_some(), "{error:?}");
        graph.was_asked(&ONBOARDING[2..]).await;
    }

    #[tokio::test]
    async fn the_book_shows_errors_as_they_read() {
        let graph = onboarding(400, REGISTRATION_LIMIT).await;
        let phone = graph.client(ApiVersion::V23_0).phone_number("106540352242922");
        for pin in ["212834", "21283"] {
            let error = phone.register(pin).send().await.unwrap_err();
            assert!(ERRORS_PAGE.contains(&format!("```text\n{error}\n```\n")), "docs/book/errors.md does not show: {error}");
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

fn signup(waba_id: Option<&str>) -> onboard_embedded_signup::Signup {
    onboard_embedded_signup::Signup {
        app_id: "670843887433847".into(),
        app_secret: "614fc2afde15eee07a26b2fe3eaee9b9".into(),
        business_id: "506914307656634".into(),
        waba_id: waba_id.map(WabaId::from),
        phone_number_id: "106540352242922".into(),
        credit_line: "1972385232742146".into(),
        currency: "USD".into(),
        pin: "581063".into(),
    }
}

const SCOPES: &str = r#"["whatsapp_business_management","whatsapp_business_messaging"]"#;

const READY: &str = r#"{"id":"106540352242922","name_status":"APPROVED","platform_type":"NOT_APPLICABLE","is_on_biz_app":false}"#;

/// A Graph after Embedded Signup, where a token has these scopes, the number is this, and the account is paid for like this.
async fn signed_up(scopes: &str, number: &str, account: &str) -> Graph {
    // As tokens are since June 2026: what is granted for which account is not there.
    let granular = r#"[{"scope":"whatsapp_business_messaging"}]"#;
    let debug = format!(r#"{{"data":{{"app_id":"670843887433847","is_valid":true,"scopes":{scopes},"granular_scopes":{granular}}}}}"#);
    let numbers = format!(r#"{{"data":[{{"id":"1"}},{number}]}}"#);
    // The account that holds the number is not the first, and the number is not on the nested page.
    let shared = r#"{"data":[{"id":"101569239400667"},{"id":"102289599326934","phone_numbers":{"data":[{"id":"1"}],"paging":{"cursors":{"after":"QVFI"},"next":"https://graph.facebook.com/next"}}}]}"#;
    Graph::answering_each(&[
        ("GET /v23.0/oauth/access_token", 200, r#"{"access_token":"EAAJBbusiness","token_type":"bearer"}"#),
        ("GET /v23.0/debug_token", 200, &debug),
        ("GET /v23.0/506914307656634/client_whatsapp_business_accounts", 200, shared),
        ("GET /v23.0/101569239400667/phone_numbers", 200, r#"{"data":[]}"#),
        ("GET /v23.0/102289599326934/phone_numbers", 200, &numbers),
        ("POST /v23.0/102289599326934/subscribed_apps", 200, SUCCESS),
        ("GET /v23.0/102289599326934", 200, account),
        (
            "POST /v23.0/1972385232742146/whatsapp_credit_sharing_and_attach",
            200,
            r#"{"allocation_config_id":"58501441721238","waba_id":"102289599326934"}"#,
        ),
        ("POST /v23.0/106540352242922/register", 200, SUCCESS),
    ])
    .await
}

const BUSINESS_TOKEN: Option<&str> = Some("EAAJBbusiness");

const DEBUG: (&str, Option<&str>) = ("GET /v23.0/debug_token\n?input_token = EAAJBbusiness", Some(TOKEN));

const NUMBERS: (&str, Option<&str>) =
    ("GET /v23.0/102289599326934/phone_numbers\n?fields = id,name_status,platform_type,is_on_biz_app", BUSINESS_TOKEN);

const SUBSCRIBED: (&str, Option<&str>) = ("POST /v23.0/102289599326934/subscribed_apps", BUSINESS_TOKEN);

const PAID_FOR: (&str, Option<&str>) = ("GET /v23.0/102289599326934\n?fields = primary_funding_id", Some(TOKEN));

const CREDIT: (&str, Option<&str>) =
    ("POST /v23.0/1972385232742146/whatsapp_credit_sharing_and_attach\n?waba_currency = USD\n?waba_id = 102289599326934", Some(TOKEN));

const REGISTERED: (&str, Option<&str>) =
    ("POST /v23.0/106540352242922/register\n{\"messaging_product\":\"whatsapp\",\"pin\":\"581063\"}", BUSINESS_TOKEN);

const NOT_PAID_FOR: &str = r#"{"id":"102289599326934"}"#;

#[tokio::test]
async fn onboard_embedded_signup_calls_with_the_token_of_the_business_where_it_has_to() {
    let graph = signed_up(SCOPES, READY, NOT_PAID_FOR).await;
    let (client, signup) = (graph.client(ApiVersion::V23_0), signup(Some("102289599326934")));
    let token = onboard_embedded_signup::exchange(&client, &signup, &"AQBhlXsctMxJYbwbrpybxlo9tLPGy".into()).await.unwrap();
    assert_eq!(token.expose(), "EAAJBbusiness");
    let onboarded = onboard_embedded_signup::onboard(&client, &signup, &token).await.unwrap();
    assert_eq!(onboarded.waba_id, WabaId::from("102289599326934"));
    assert_eq!(onboarded.allocation.as_deref(), Some("58501441721238"));
    assert_eq!(onboarded.registration, Registration::Done);
    let exchange = "GET /v23.0/oauth/access_token\n?client_id = 670843887433847\n?client_secret = 614fc2afde15eee07a26b2fe3eaee9b9\n?code = AQBhlXsctMxJYbwbrpybxlo9tLPGy";
    graph.was_asked(&[(exchange, None), DEBUG, NUMBERS, SUBSCRIBED, PAID_FOR, CREDIT, REGISTERED]).await;
}

#[tokio::test]
async fn onboard_embedded_signup_finds_the_account_by_its_number() {
    let graph = signed_up(SCOPES, READY, NOT_PAID_FOR).await;
    let client = graph.client(ApiVersion::V23_0);
    let onboarded = onboard_embedded_signup::onboard(&client, &signup(None), &"EAAJBbusiness".into()).await.unwrap();
    assert_eq!(onboarded.waba_id, WabaId::from("102289599326934"));
    let shared = "GET /v23.0/506914307656634/client_whatsapp_business_accounts\n?fields = id,phone_numbers.limit(50){id}";
    let rest = "GET /v23.0/102289599326934/phone_numbers\n?fields = id\n?after = QVFI";
    graph.was_asked(&[DEBUG, (shared, Some(TOKEN)), (rest, Some(TOKEN)), NUMBERS, SUBSCRIBED, PAID_FOR, CREDIT, REGISTERED]).await;
}

#[tokio::test]
async fn onboard_embedded_signup_changes_nothing_where_something_is_missing() {
    let other = r#"{"id":"2"}"#;
    for (scopes, number, waba_id, expected, asked) in [
        (r#"["whatsapp_business_messaging"]"#, READY, None, "did not grant whatsapp_business_management", 1),
        (r#"["whatsapp_business_management"]"#, READY, None, "did not grant whatsapp_business_messaging", 1),
        (SCOPES, other, None, "No account that was shared", 3),
        (SCOPES, other, Some("102289599326934"), "WABA_ID is an account without that number", 2),
    ] {
        let graph = signed_up(scopes, number, NOT_PAID_FOR).await;
        let outcome = onboard_embedded_signup::onboard(&graph.client(ApiVersion::V23_0), &signup(waba_id), &"EAAJBbusiness".into()).await;
        let failure = outcome.unwrap_err().to_string();
        assert!(failure.contains(expected), "{failure}");
        let requests = graph.requests().await;
        assert!(requests.iter().all(|request| request.method.as_str() == "GET"), "something was changed: {expected}");
        assert_eq!(requests.len(), asked, "{expected}");
    }
}

#[tokio::test]
async fn onboard_embedded_signup_registers_no_number_that_is_not_to_be_registered() {
    let number = |rest: &str| format!(r#"{{"id":"106540352242922",{rest}}}"#);
    for (rest, expected) in [
        (r#""name_status":"APPROVED","is_on_biz_app":true,"platform_type":"CLOUD_API""#, Registration::ByTheApp),
        (r#""name_status":"APPROVED","platform_type":"CLOUD_API""#, Registration::DoneBefore),
        (r#""name_status":"PENDING_REVIEW""#, Registration::NameNotReady(Some(NameStatus::PendingReview))),
        (r#""platform_type":"NOT_APPLICABLE""#, Registration::NameNotReady(None)),
    ] {
        let graph = signed_up(SCOPES, &number(rest), r#"{"id":"102289599326934","primary_funding_id":"1"}"#).await;
        let client = graph.client(ApiVersion::V23_0);
        let onboarded = onboard_embedded_signup::onboard(&client, &signup(Some("102289599326934")), &"EAAJBbusiness".into()).await.unwrap();
        assert_eq!((onboarded.registration, onboarded.allocation), (expected, None));
        // An account that is paid for is not attached again.
        graph.was_asked(&[DEBUG, NUMBERS, SUBSCRIBED, PAID_FOR]).await;
    }
}

fn spring() -> campaign::Campaign {
    campaign::Campaign {
        phone_number_id: "106540352242922".into(),
        name: "spring".to_owned(),
        template: "offer".to_owned(),
        language: "en_US".to_owned(),
    }
}

fn thousand() -> Vec<campaign::Person> {
    let lines: String = (0..1_000).map(|at| format!("1631555{at:04} text {at}\n")).collect();
    campaign::people(&lines).unwrap()
}

/// The text of the file a campaign left.
struct Notes(std::path::PathBuf);

impl Notes {
    fn new(name: &str) -> Self {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_file(&path);
        Self(path)
    }

    fn open(&self) -> campaign::Journal {
        campaign::Journal::open(self.0.to_str().unwrap()).unwrap()
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.0).unwrap()
    }
}

const SENT: &str =
    r#"{"messaging_product":"whatsapp","contacts":[{"input":"16315550000","wa_id":"16315550000"}],"messages":[{"id":"wamid.1"}]}"#;

/// The outcomes that were counted, as `word: kind` with their numbers.
fn counted(counts: &std::collections::BTreeMap<String, usize>) -> Vec<(&str, usize)> {
    counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect()
}

#[tokio::test]
async fn campaign_sends_each_message_once_though_it_is_started_twice() {
    let graph = Graph::answering(200, SENT).await;
    let notes = Notes::new("campaign-twice.log");
    let people = thousand();
    // The first run ended after 400 lines, with a message under way and one whose line was cut off.
    let first = campaign::run(&graph.client(ApiVersion::V23_0), &spring(), &people[..400], &mut notes.open()).await.unwrap();
    assert_eq!(counted(&first), [("sent", 400)]);
    std::fs::write(&notes.0, notes.text() + "begun spring:401\nbegun spring:402\nunknown spring:402 lost\nbegun spring:40").unwrap();

    let mut journal = notes.open();
    let second = campaign::run(&graph.client(ApiVersion::V23_0), &spring(), &people, &mut journal).await.unwrap();
    assert_eq!(counted(&second), [("sent", 598)]);
    assert_eq!(journal.unsettled().collect::<Vec<_>>(), ["spring:401", "spring:402"]);

    let requests = graph.requests().await;
    let bodies: Vec<serde_json::Value> = requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
    let keys: std::collections::BTreeSet<&str> = bodies.iter().filter_map(|body| body["biz_opaque_callback_data"].as_str()).collect();
    assert_eq!((bodies.len(), keys.len()), (998, 998));
    let first = bodies.iter().find(|body| body["biz_opaque_callback_data"] == "spring:1").unwrap();
    assert_eq!(first["to"], "16315550000");
    assert_eq!(first["template"]["components"][0]["parameters"][0]["text"], "text 0");
    // Whose message it is, the journal does not say.
    assert!(!notes.text().contains("1631555") && !notes.text().contains("text"));
}

#[tokio::test]
async fn campaign_counts_outcomes_by_kind_and_sends_what_was_refused_for_now() {
    let error = |code: u32, title: &str| {
        format!(r#"{{"error":{{"message":"(#{code}) {title}","type":"OAuthException","code":{code},"fbtrace_id":"A"}}}}"#)
    };
    let people = &thousand()[..3];
    for (status, body, expected, sent_again) in [
        (400, error(130_429, "Rate limit hit"), "again: ThroughputLimitReached", 3),
        (400, error(131_050, "The user has opted out"), "failed: MarketingStopped", 0),
        (500, error(131_000, "Something went wrong"), "unknown: SomethingWentWrong", 0),
        (200, "cut".to_owned(), "unknown: no error of Graph", 0),
    ] {
        let notes = Notes::new(&format!("campaign-{status}-{}.log", expected.len()));
        let graph = Graph::answering(status, &body).await;
        let counts = campaign::run(&graph.client(ApiVersion::V23_0), &spring(), people, &mut notes.open()).await.unwrap();
        assert_eq!(counted(&counts), [(expected, 3)]);
        assert_eq!(graph.requests().await.len(), 3, "a message is sent once: {expected}");

        let graph = Graph::answering(200, SENT).await;
        campaign::run(&graph.client(ApiVersion::V23_0), &spring(), people, &mut notes.open()).await.unwrap();
        assert_eq!(graph.requests().await.len(), sent_again, "{expected}");
    }
}

#[test]
fn campaign_quotes_no_number_in_a_fault() {
    let fault = campaign::people("16315551234 Ana\n16315551235").unwrap_err();
    assert_eq!(fault, "line 2: a line is a phone number, a space and a text");
}

#[test]
fn campaign_opens_a_journal_once() {
    let notes = Notes::new("campaign-once.log");
    let _first = notes.open();
    let second = campaign::Journal::open(notes.0.to_str().unwrap()).unwrap_err();
    assert_eq!(second.kind(), std::io::ErrorKind::WouldBlock);
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
