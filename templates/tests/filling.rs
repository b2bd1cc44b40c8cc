//! Messages beside the templates that they are made of.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use whatsapp_graph::{
    ErrorKind,
    message_template::MessageTemplate,
    types::{MediaObject, SentBody, SentButton, SentHeader, SentQuickReplyButton, SentUrlButton, TemplateMessage, TemplateParameter},
};
use whatsapp_templates::{Fill, Reason, check};

/// A template as Graph answers it.
fn read(format: &str, components: &Value) -> MessageTemplate {
    serde_json::from_value(json!({
        "id": "920070352646140", "name": "fall_sale", "language": "en_US", "category": "MARKETING", "status": "APPROVED",
        "parameter_format": format, "components": components
    }))
    .unwrap()
}

fn sale() -> MessageTemplate {
    read(
        "POSITIONAL",
        &json!([
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://scontent.whatsapp.net/v/t61"]}},
            {"type": "BODY", "text": "Hi {{1}}, use code {{2}}!", "example": {"body_text": [["Mark", "FALL25"]]}},
            {"type": "FOOTER", "text": "Tap Stop"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Stop"},
                {"type": "URL", "text": "Shop", "url": "https://www.luckyshrub.com/shop?promo={{1}}", "example": ["summer"]},
                {"type": "URL", "text": "Home", "url": "https://www.luckyshrub.com"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+16467043595"}
            ]}
        ]),
    )
}

fn image() -> whatsapp_graph::types::TemplateParameterValue {
    whatsapp_graph::types::TemplateParameterValue::Image(MediaObject::from_link("https://www.luckyshrub.com/sale.png"))
}

/// What is wrong, as place and reason.
fn wrong(template: &MessageTemplate, message: &TemplateMessage) -> Vec<(String, Reason)> {
    check(template, message).err().map(|found| found.iter().map(|one| (one.at.clone(), one.reason.clone())).collect()).unwrap_or_default()
}

#[test]
fn what_fits_becomes_a_message() {
    let template = sale();
    let message = Fill::new(&template).header(image()).body(["Ana", "25OFF"]).button(1, "n3mtql").finish().unwrap();
    assert_eq!(
        serde_json::to_value(&message).unwrap(),
        json!({
            "name": "fall_sale", "language": {"code": "en_US"},
            "components": [
                {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://www.luckyshrub.com/sale.png"}}]},
                {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "25OFF"}]},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "n3mtql"}]}
            ]
        })
    );
    check(&template, &message).unwrap();
}

#[test]
fn a_reply_may_have_a_payload_and_needs_none() {
    let template = sale();
    let full = || Fill::new(&template).header(image()).body(["Ana", "25OFF"]).button(1, "n3mtql");
    full().button(0, "stop-promotions").finish().unwrap();
    full().finish().unwrap();
}

#[test]
fn everything_that_does_not_fit_is_found_at_once() {
    let message = TemplateMessage::new("fall_sale", "en_US").components([
        whatsapp_graph::types::SentComponent::from(SentBody::new(["Ana"])),
        SentButton::Url(SentUrlButton::new(0, ["a"])).into(),
        SentButton::Url(SentUrlButton::new(2, ["b"])).into(),
        SentButton::QuickReply(SentQuickReplyButton::new(7, ["c"])).into(),
    ]);
    let found = wrong(&sale(), &message);
    assert_eq!(
        found,
        [
            ("body".to_owned(), Reason::TooFew { expected: 2, found: 1 }),
            ("buttons[0]".to_owned(), Reason::Kind { expected: "quick_reply".to_owned(), found: "url".to_owned() }),
            ("buttons[1]".to_owned(), Reason::TooFew { expected: 1, found: 0 }),
            ("buttons[2]".to_owned(), Reason::TooMany { expected: 0, found: 1 }),
            ("buttons[7]".to_owned(), Reason::TooMany { expected: 0, found: 1 }),
            ("header".to_owned(), Reason::TooFew { expected: 1, found: 0 }),
        ]
    );
    let kinds: Vec<_> = check(&sale(), &message).unwrap_err().iter().map(whatsapp_templates::Mismatch::error_kind).collect();
    assert_eq!(kinds[0], Some(ErrorKind::TemplateParamCountMismatch));
    assert_eq!(kinds[1], Some(ErrorKind::TemplateFormatMismatch));
    let shown = check(&sale(), &message).unwrap_err().to_string();
    assert!(shown.contains("body: the template takes 2 values, and the message has 1"), "{shown}");
}

#[test]
fn a_header_shows_what_the_template_says() {
    let template = sale();
    let found = Fill::new(&template).header("a text").body(["Ana", "25OFF"]).button(1, "x").finish().unwrap_err();
    let found: Vec<_> = found.iter().map(|one| (one.at.as_str(), one.reason.clone())).collect();
    assert_eq!(found, [("header", Reason::Kind { expected: "image".to_owned(), found: "text".to_owned() })]);
    let text = read("POSITIONAL", &json!([{"type": "HEADER", "format": "TEXT", "text": "On {{1}}"}, {"type": "BODY", "text": "Hello"}]));
    let found = wrong(&text, &TemplateMessage::new("fall_sale", "en_US").components([SentHeader::new([TemplateParameter::new(image())])]));
    assert_eq!(found, [("header".to_owned(), Reason::Kind { expected: "text".to_owned(), found: "image".to_owned() })]);
}

#[test]
fn named_variables_are_compared_by_name() {
    let template = read(
        "NAMED",
        &json!([
            {"type": "HEADER", "format": "TEXT", "text": "The {{sale}}"},
            {"type": "BODY", "text": "Hi {{first_name}}, until {{day}}. {{first_name}}!"}
        ]),
    );
    let message = Fill::new(&template).named("day", "Monday").named("sale", "Fall Sale").named("first_name", "Ana").finish().unwrap();
    let message = serde_json::to_value(&message).unwrap();
    assert_eq!(message["components"][0]["parameters"], json!([{"parameter_name": "sale", "type": "text", "text": "Fall Sale"}]));
    assert_eq!(message["components"][1]["parameters"].as_array().unwrap().len(), 2);
    let found = Fill::new(&template).named("sale", "x").named("firstname", "Ana").body(["Monday"]).finish().unwrap_err();
    let found: Vec<_> = found.iter().map(|one| one.reason.clone()).collect();
    assert_eq!(
        found,
        [Reason::Unknown("firstname".into()), Reason::Unnamed, Reason::Missing("first_name".into()), Reason::Missing("day".into())]
    );
}

#[test]
fn an_authentication_template_takes_the_code_twice() {
    let url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}";
    let template = read(
        "POSITIONAL",
        &json!([
            {"type": "BODY", "text": "*{{1}}* is your verification code."},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy code", "url": url, "example": [url]}]}
        ]),
    );
    Fill::new(&template).body(["123456"]).button(0, "123456").finish().unwrap();
    let found = Fill::new(&template).body(["123456"]).finish().unwrap_err();
    assert_eq!(found.iter().next().unwrap().at, "buttons[0]");
}

#[test]
fn a_coupon_and_an_expiration_are_asked_for() {
    let template = read(
        "POSITIONAL",
        &json!([
            {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Expiring offer!", "has_expiration": true}},
            {"type": "BODY", "text": "Good news!"},
            {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "text": "Copy offer code", "example": ["CARIBE25"]}]}
        ]),
    );
    let found = wrong(&template, &TemplateMessage::new("fall_sale", "en_US"));
    let places: Vec<_> = found.iter().map(|(at, _)| at.as_str()).collect();
    assert_eq!(places, ["buttons[0]", "limited_time_offer"]);
}

#[test]
fn each_card_is_compared_with_its_own() {
    let card = json!({"components": [
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "Add {{1}}"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}]}
    ]});
    let template = read("POSITIONAL", &json!([{"type": "BODY", "text": "Rare succulents!"}, {"type": "CAROUSEL", "cards": [card, card]}]));
    let sent = |link: &str| {
        json!([
            {"type": "header", "parameters": [{"type": "image", "image": {"link": link}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Aloe"}]}
        ])
    };
    let message = |cards: Value| -> TemplateMessage {
        serde_json::from_value(json!({
            "name": "fall_sale", "language": {"code": "en_US"}, "components": [{"type": "carousel", "cards": cards}]
        }))
        .unwrap()
    };
    let first = json!({"card_index": 0, "components": sent("https://a.example/1.png")});
    let second = json!({"card_index": 1, "components": sent("https://a.example/2.png")});
    check(&template, &message(json!([first, second]))).unwrap();
    let found = wrong(&template, &message(json!([first])));
    let places: Vec<_> = found.iter().map(|(at, _)| at.as_str()).collect();
    assert_eq!(places, ["cards[1].body", "cards[1].header"]);
}

#[test]
fn the_index_of_a_card_may_be_any_number() {
    let card = |at: i64| json!({"card_index": at, "components": []});
    for kind in ["product", "image"] {
        let template = read(
            "POSITIONAL",
            &json!([{"type": "CAROUSEL", "cards": [{"components": [{"type": "HEADER", "format": kind.to_uppercase()}]}]}]),
        );
        let message: TemplateMessage = serde_json::from_value(json!({
            "name": "fall_sale", "language": {"code": "en_US"},
            "components": [{"type": "carousel", "cards": [card(i64::MAX), card(-1)]}]
        }))
        .unwrap();
        let found = check(&template, &message).unwrap_err();
        let expected = if kind == "product" { vec!["cards[0].header", "cards[1].header"] } else { vec!["cards[0].header"] };
        assert_eq!(found.iter().map(|mismatch| mismatch.at.as_str()).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn products_may_be_more_than_the_cards_of_the_template() {
    let card =
        json!({"components": [{"type": "HEADER", "format": "PRODUCT"}, {"type": "BUTTONS", "buttons": [{"type": "SPM", "text": "View"}]}]});
    let template = read("POSITIONAL", &json!([{"type": "BODY", "text": "Look!"}, {"type": "CAROUSEL", "cards": [card, card]}]));
    let sent = |at: usize, kind: &str| {
        json!({"card_index": at, "components": [
            {"type": "header", "parameters": [{"type": kind, kind: {"product_retailer_id": "a", "catalog_id": "194836987003835"}}]}
        ]})
    };
    let message = |cards: Vec<Value>| -> TemplateMessage {
        serde_json::from_value(json!({
            "name": "fall_sale", "language": {"code": "en_US"}, "components": [{"type": "carousel", "cards": cards}]
        }))
        .unwrap()
    };
    check(&template, &message((0..5).map(|at| sent(at, "product")).collect())).unwrap();
    let found = wrong(&template, &message(vec![sent(0, "product"), sent(1, "product"), sent(2, "text")]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "cards[2].header");
}

#[test]
fn what_the_spec_does_not_know_is_not_judged() {
    let template = read(
        "POSITIONAL",
        &json!([
            {"type": "HEADER", "format": "HOLOGRAM"},
            {"type": "BODY", "text": "Hello"},
            {"type": "CONFETTI", "color": "red"},
            {"type": "BUTTONS", "buttons": [{"type": "TELEPORT", "example": ["x"]}]}
        ]),
    );
    check(&template, &TemplateMessage::new("fall_sale", "en_US")).unwrap();
    let with_target: TemplateMessage = serde_json::from_value(json!({
        "name": "fall_sale", "language": {"code": "en_US"},
        "components": [{"type": "tap_target_configuration", "parameters": [{"type": "tap_target_configuration", "tap_target_configuration": []}]}]
    }))
    .unwrap();
    check(&template, &with_target).unwrap();
}

#[test]
fn another_template_or_one_that_was_not_read_is_said_first() {
    let template = sale();
    let found = wrong(&template, &TemplateMessage::new("spring_sale", "en_US"));
    assert!(found.contains(&("name".to_owned(), Reason::Other("fall_sale".to_owned()))), "{found:?}");
    let bare: MessageTemplate = serde_json::from_value(json!({"id": "920070352646140"})).unwrap();
    let found = Fill::new(&bare).finish().unwrap_err();
    assert!(found.iter().all(|one| one.reason == Reason::Unread && one.error_kind().is_none()), "{found}");
}
