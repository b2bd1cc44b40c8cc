//! Answers that Graph has given or its pages show, each with the kind of error that it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

use contract_tests::graph::Graph;
use std::time::SystemTime;

use graph_runtime::{Arrival, ErrorCategory, MatchedBy, RetryClass};
use whatsapp_graph::description::category;
use whatsapp_graph::{ApiVersion, Error, ErrorKind, Value, request::Method};

/// What Graph answers, and what kind of error it is.
const ANSWERS: &[(&str, ErrorKind)] = &[
    (
        r#"{"message":"Error validating access token: Session has expired","type":"OAuthException","code":190,"error_subcode":463}"#,
        ErrorKind::AccessTokenExpired,
    ),
    (r#"{"message":"Invalid OAuth access token","code":190,"error_subcode":1}"#, ErrorKind::InvalidAccessToken),
    (
        r#"{"message":"An access token is required to request this resource","type":"OAuthException","code":104}"#,
        ErrorKind::AccessTokenMissing,
    ),
    (r#"{"message":"Incorrect signature","code":104}"#, ErrorKind::IncorrectSignature),
    (
        r#"{"message":"(#100) API calls from the server require an appsecret_proof argument","type":"GraphMethodException","code":100}"#,
        ErrorKind::AppSecretProofMissing,
    ),
    (
        r#"{"message":"(#100) Tried accessing nonexisting field (speed) on node type (WhatsAppBusinessPhoneNumber)","code":100}"#,
        ErrorKind::NonexistentField,
    ),
    (r#"{"message":"(#100) Invalid parameter","code":100,"error_data":{"details":"pin must be 6 digits"}}"#, ErrorKind::InvalidParameter),
    (r#"{"message":"Unsupported post request.","type":"GraphMethodException","code":100,"error_subcode":33}"#, ErrorKind::ObjectNotFound),
    (r#"{"message":"Unknown path components: /106","type":"OAuthException","code":2500}"#, ErrorKind::UnknownPathComponents),
    (
        r#"{"message":"An active access token must be used to query information about the current user.","code":2500}"#,
        ErrorKind::ActiveAccessTokenMissing,
    ),
    (r#"{"message":"(#200) Permissions error","code":200}"#, ErrorKind::PermissionsError),
    (r#"{"message":"(#210) A page access token is required","code":210}"#, ErrorKind::ApiPermission),
    (
        r#"{"message":"Phone number limit exceeded for this WhatsApp Business Account","code":200,"error_subcode":1349175}"#,
        ErrorKind::PhoneNumberLimitReached,
    ),
    (
        r#"{"message":"Your app is not linked to the WhatsApp Business Account that owns this phone number","code":200,"error_subcode":1349175}"#,
        ErrorKind::AppNotLinkedToAccount,
    ),
    (
        r#"{"message":"(#80008) There have been too many calls to this WhatsApp Business account","code":80008}"#,
        ErrorKind::ManagementRateLimit,
    ),
    (
        r#"{"message":"(#133016) Account register deregister rate limit exceeded","code":133016,"error_data":"{\"details\":\"Too many attempts\"}"}"#,
        ErrorKind::RegistrationLimitReached,
    ),
    (r#"{"message":"(#136024) Request code error","code":136024}"#, ErrorKind::RequestCodeError),
    (r#"{"message":"(#136024) Request code error","code":136024,"error_subcode":2388091}"#, ErrorKind::RequestCodeThrottled),
    (r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388091}"#, ErrorKind::CodeRequestNotEligible),
    (r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388103}"#, ErrorKind::MigrationFailed),
    (
        r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388103,"error_user_title":"Your WhatsApp account must be approved"}"#,
        ErrorKind::MigrationDestinationNotApproved,
    ),
    (
        r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388103,"error_user_title":"There was an error migrating this phone number."}"#,
        ErrorKind::MigrationTemporaryFailure,
    ),
    (
        r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388001,"error_user_title":"Please ensure two-step authentication is disabled"}"#,
        ErrorKind::TwoStepVerificationEnabled,
    ),
    (r#"{"message":"Flow is already deprecated","code":139003}"#, ErrorKind::FlowAlreadyDeprecated),
    (r#"{"message":"(#470) Message failed to send","code":470}"#, ErrorKind::OnPremisesReEngagement),
    (r#"{"message":"The ids query parameter is deprecated in v26.0+.","type":"FacebookApiException","code":100}"#, ErrorKind::IdsNotServed),
    (
        r#"{"message":"(#100) Invalid parameter","code":100,"error_data":{"details":"Parameter Invalid: The 'category' value requires Direct Send, which isn't enabled for this account. Use an approved message template instead."}}"#,
        ErrorKind::DirectSendNotEnabled,
    ),
    (
        r#"{"message":"(#100) Param category must be one of {AUTHENTICATION, SERVICE, UTILITY} - got \"marketing\".","code":100}"#,
        ErrorKind::InvalidParameter,
    ),
    (
        r#"{"message":"You need to sign the testing legal agreement before sending out messages.","code":100}"#,
        ErrorKind::MaxPriceTermsNotAccepted,
    ),
    (r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388318}"#, ErrorKind::DirectSendTemplateNotEditable),
    (r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388330}"#, ErrorKind::DirectSendTemplateNotDeletable),
    (
        r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388001,"error_user_title":"Cannot Create Certificate"}"#,
        ErrorKind::CertificateNotReady,
    ),
    (r#"{"message":"(#12) Deprecated for versions v21.0 or higher","type":"OAuthException","code":12}"#, ErrorKind::DeprecatedInVersion),
    (r#"{"message":"(#131061) Marketing templates containing bid_spec","code":131061}"#, ErrorKind::MaxPriceNotSupported),
    (r#"{"message":"(#131065) Max price","code":131065}"#, ErrorKind::MaxPriceCountryNotSupported),
    (r#"{"message":"(#131070) Thread ownership","code":131070}"#, ErrorKind::ThreadNotOwned),
    (r#"{"message":"Thread take not permitted","code":2494191}"#, ErrorKind::ThreadTakeNotPermitted),
    (r#"{"message":"(#138038) Not the Call primary","code":138038}"#, ErrorKind::NotCallPrimary),
    (r#"{"message":"(#139200) Direct Send Utility access is blocked","code":139200}"#, ErrorKind::DirectSendBlocked),
    (r#"{"message":"A template with the same name already exists","code":132021}"#, ErrorKind::DirectSendTemplateNameTaken),
    (r#"{"message":"The Business has not passed business verification.","code":141010}"#, ErrorKind::BusinessNotVerified),
    (r#"{"message":"The WABA is banned.","code":141014}"#, ErrorKind::AccountBanned),
    (r#"{"message":"(#299) Permission","code":299}"#, ErrorKind::ApiPermission),
    (
        r#"{"message":"(#100) Register endpoint is not available for SMB businesses.","type":"OAuthException","code":100}"#,
        ErrorKind::NumberOfAppNotRegistrable,
    ),
    (
        r#"{"message":"(#100) Deregister endpoint is not available for API solution for SMB businesses.","code":100}"#,
        ErrorKind::NumberOfAppNotDeregistrable,
    ),
    (
        r#"{"message":"Invalid appsecret_proof provided in the API argument","type":"GraphMethodException","code":100}"#,
        ErrorKind::AppSecretProofInvalid,
    ),
    (
        r#"{"message":"(#100) Invalid parameter","code":100,"error_data":{"details":"This message type does not support BSUID."}}"#,
        ErrorKind::UserIdNotSupported,
    ),
    (r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388273}"#, ErrorKind::HeaderHandleInvalid),
    (r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":133010}"#, ErrorKind::PhoneNumberNotRegistered),
    (r#"{"message":"(#131000) Something went wrong","code":131000,"error_subcode":131026}"#, ErrorKind::MessageUndeliverable),
    (r#"{"message":"Can't update a Direct Send template","code":2388318}"#, ErrorKind::DirectSendTemplateNotEditable),
    (r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":10}"#, ErrorKind::InvalidParameter),
    (r#"{"message":"New","code":999999,"error_subcode":7}"#, ErrorKind::Other { code: 999_999, subcode: Some(7) }),
];

async fn answered(body: &str) -> Error {
    let graph = Graph::answering(400, &format!(r#"{{"error":{body}}}"#)).await;
    graph.client(ApiVersion::V23_0).raw::<Value>(Method::Get, "/106").send().await.unwrap_err()
}

#[tokio::test]
async fn an_answer_is_the_kind_that_its_page_says() {
    for (body, kind) in ANSWERS {
        let error = answered(body).await;
        assert_eq!(error.kind(), Some(*kind), "{body}");
        assert_eq!(error.info(), kind.info(), "{body}");
    }
}

#[test]
fn numbers_are_looked_up_as_pair_then_code_then_range() {
    assert_eq!(ErrorKind::lookup(100, Some(33)), ErrorKind::ObjectNotFound);
    assert_eq!(ErrorKind::lookup(100, Some(2_388_103)), ErrorKind::MigrationFailed);
    assert_eq!(ErrorKind::lookup(100, Some(1)), ErrorKind::InvalidParameter);
    assert_eq!(ErrorKind::lookup(294, None), ErrorKind::AdsPermissionMissing);
    assert_eq!(ErrorKind::lookup(299, Some(1)), ErrorKind::ApiPermission);
    assert_eq!(ErrorKind::lookup(999, None), ErrorKind::Other { code: 999, subcode: None });
    assert_eq!(ErrorKind::lookup(999, None).info(), None);
}

#[tokio::test]
async fn a_wrong_proof_is_a_matter_of_the_app_and_a_number_of_the_app_of_registration() {
    let error = answered(r#"{"message":"Invalid appsecret_proof provided in the API argument","code":100}"#).await;
    assert!(error.is_auth() && !error.is_retryable(), "{error}");
    let error = answered(r#"{"message":"(#100) Register endpoint is not available for SMB businesses.","code":100}"#).await;
    assert_eq!((error.info().unwrap().category, error.matched_by()), (category::REGISTRATION, Some(MatchedBy::Message)));
    assert!(error.info().unwrap().remedy.contains("Do not register it"));
}

#[tokio::test]
async fn a_title_in_another_language_leaves_what_the_numbers_say() {
    let title = r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":2388001,"error_user_title":"Não é possível criar o certificado"}"#;
    let error = answered(title).await;
    assert_eq!((error.kind(), error.matched_by()), (Some(ErrorKind::PhoneOwnershipNotConfirmed), Some(MatchedBy::Pair)));
}

#[test]
fn a_code_says_where_it_arrives() {
    let arrives = |kind: ErrorKind| kind.info().unwrap().arrives;
    for kind in
        [ErrorKind::MessageUndeliverable, ErrorKind::ReEngagementMessage, ErrorKind::NotDelivered, ErrorKind::DirectSendTemplateNameTaken]
    {
        assert_eq!(arrives(kind), Arrival::Status, "{kind:?}");
    }
    assert_eq!(arrives(ErrorKind::PaymentIssue), Arrival::Both);
    assert_eq!(arrives(ErrorKind::PairLimitHit), Arrival::Answer);
}

#[tokio::test]
async fn a_time_to_try_again_belongs_to_the_account_and_the_limit_that_refused() {
    let usage = r#"{"506":[{"type":"whatsapp","call_count":100,"estimated_time_to_regain_access":3}],"507":[{"type":"whatsapp","call_count":100,"estimated_time_to_regain_access":600}]}"#;
    let minutes = |error: &Error| error.retry_at().map(|at| at.duration_since(SystemTime::now()).unwrap().as_secs().div_ceil(60));
    for (code, minutes_later) in [(80_008, Some(3)), (4, None), (130_429, None)] {
        let graph = Graph::answering_with(
            400,
            &format!(r#"{{"error":{{"message":"Too many","code":{code}}}}}"#),
            ("X-Business-Use-Case-Usage", usage),
        )
        .await;
        let client = graph.client(ApiVersion::V23_0);
        let error = client.whatsapp_business_account("506").phone_numbers().read().send().await.unwrap_err();
        assert_eq!(minutes(&error), minutes_later, "{code}: {error}");
    }
}

#[test]
fn a_limit_on_numbers_is_no_permission() {
    let meta = ErrorKind::PhoneNumberLimitReached.info().unwrap();
    assert_eq!((meta.code, meta.subcode, meta.category), (200, Some(1_349_175), category::REGISTRATION));
    assert_eq!(ErrorKind::AppNotLinkedToAccount.info().unwrap().category, ErrorCategory::PERMISSION);
}

#[test]
fn a_wrong_secret_and_a_code_that_was_not_sent_are_not_retried() {
    for kind in [ErrorKind::IncorrectSignature, ErrorKind::AccessTokenMissing, ErrorKind::RequestCodeError] {
        assert_eq!(kind.info().unwrap().retry, RetryClass::None, "{kind:?}");
    }
}

#[test]
fn what_may_have_been_carried_out_is_not_called_refused() {
    for (code, subcode) in [(1, None), (2, None), (131_000, None), (131_016, None), (100, Some(2_388_103))] {
        assert_eq!(ErrorKind::lookup(code, subcode).info().unwrap().executed, None, "{code}");
    }
    assert_eq!(ErrorKind::ThroughputLimitReached.info().unwrap().executed, Some(false));
}

/// Its HTTP status is 400, not 429: the code decides that it is a limit.
#[tokio::test]
async fn a_limit_is_known_by_its_code_whatever_the_status() {
    let error = answered(r#"{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429}"#).await;
    assert_eq!((error.status(), error.kind()), (Some(400), Some(ErrorKind::ThroughputLimitReached)));
    assert!(error.is_rate_limited());
    assert_eq!(error.info().unwrap().retry, RetryClass::Backoff);
}

/// Meta answers a message with success and reports these in a webhook.
#[test]
fn errors_of_delivery_are_said_to_come_with_a_status() {
    for kind in [ErrorKind::MessageUndeliverable, ErrorKind::ReEngagementMessage, ErrorKind::NotDelivered] {
        let info = kind.info().unwrap();
        assert!(info.cause.contains("failed status in a webhook"), "{}", info.cause);
        assert_eq!(info.executed, None, "{kind:?}");
    }
}

#[tokio::test]
async fn an_answer_shows_what_decided() {
    let error =
        answered(r#"{"code":200,"error_subcode":1349175,"message":"Schedule limit exceeded for this WhatsApp Business Account"}"#).await;
    assert_eq!((error.kind(), error.matched_by()), (Some(ErrorKind::ScheduleLimitReached), Some(MatchedBy::Message)));
    assert!(!error.is_permission());
    let hint = answered(r#"{"code":100,"error_subcode":33,"message":"Unsupported get request."}"#).await;
    assert!(hint.support_report().contains("WhatsAppBusinessPhoneNumber"), "{}", hint.support_report());
}

/// `cargo xtask explain` prints what the spec says; `info()` and the documentation of `ErrorKind` are one table.
#[test]
fn the_crate_and_explain_say_the_same() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let api = graph_codegen::load(&root.join("spec")).unwrap_or_else(|report| panic!("{}", report.render("spec", false)));
    let table = std::fs::read_to_string(root.join("generated/src/error_catalog.rs")).unwrap();
    let plain = |text: &str| text.replace('\\', "").replace("<https", "https").replace(['>', '\n'], " ").replace("///", " ");
    let words = |text: &str| plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let table = words(&table);
    let catalog = <whatsapp_graph::Client as graph_runtime::Surface>::ERROR_CATALOG;
    let known = |name: &str| catalog.errors.iter().find(|meta| meta.name == name);
    assert!(api.errors.len() > 250);
    for error in &api.errors {
        let meta = known(&error.name).unwrap_or_else(|| panic!("{} is not in the crate", error.name));
        assert_eq!((words(meta.cause), words(meta.remedy)), (words(&error.cause), words(&error.remedy)), "{}", error.name);
        assert_eq!((meta.title, meta.page), (error.title.as_deref(), error.page.as_str()), "{}", error.name);
        assert_eq!((meta.executed, meta.backoff_base), (error.executed, error.backoff_base), "{}", error.name);
        assert!(table.contains(&words(&error.cause)) && table.contains(&words(&error.remedy)), "{}", error.name);
    }
}

#[tokio::test]
async fn an_error_is_one_line_for_main_and_the_crate_names_itself() {
    let graph = Graph::answering(400, r#"{"error":{"message":"no","code":133016}}"#).await;
    let error = graph.client(ApiVersion::V23_0).phone_number("106540352242922").register("212834").send().await.unwrap_err();
    assert_eq!(format!("{error:?}"), format!("{error:#}"));
    let requests = graph.requests().await;
    assert_eq!(requests[0].headers["user-agent"].to_str().unwrap(), concat!("whatsapp-graph/", env!("CARGO_PKG_VERSION")));
}
