//! The templates of two accounts, beside each other.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use whatsapp_graph::{message_template::MessageTemplate, types::TemplateCategory};
use whatsapp_templates::{Difference, Obstacle, Plan};

fn template(name: &str, changes: &Value) -> MessageTemplate {
    let mut template = json!({
        "id": "920070352646140", "name": name, "language": "en_US", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Your order {{1}} is on its way.", "example": {"body_text": [["566701"]]}}]
    });
    for (member, value) in changes.as_object().unwrap() {
        template[member] = value.clone();
    }
    serde_json::from_value(template).unwrap()
}

#[test]
fn names_and_languages_are_what_is_compared() {
    let source = [template("a", &json!({})), template("b", &json!({})), template("a", &json!({"language": "es_ES"}))];
    // Another identifier and another example are no difference.
    let example = json!([{"type": "BODY", "text": "Your order {{1}} is on its way.", "example": {"body_text": [["1"]]}}]);
    let target = [template("a", &json!({"id": "7", "components": example})), template("c", &json!({}))];
    let plan = Plan::between(&source, &target);
    let seen: Vec<_> = plan.steps().map(|step| (step.key.to_string(), step.differences.clone())).collect();
    assert_eq!(
        seen,
        [
            ("a (en_US)".to_owned(), vec![]),
            ("a (es_ES)".to_owned(), vec![Difference::OnlyInSource]),
            ("b (en_US)".to_owned(), vec![Difference::OnlyInSource]),
            ("c (en_US)".to_owned(), vec![Difference::OnlyInTarget]),
        ]
    );
    assert_eq!(plan.changes().count(), 3);
}

#[test]
fn a_category_that_changed_is_shown() {
    let source = [template("a", &json!({})), template("b", &json!({"correct_category": "MARKETING"}))];
    let target = [
        template("a", &json!({"category": "MARKETING", "previous_category": "UTILITY"})),
        template(
            "b",
            &json!({"components": [{"type": "BODY", "text": "Other."}], "parameter_format": "NAMED", "message_send_ttl_seconds": 60}),
        ),
    ];
    let (utility, marketing) = (Some(TemplateCategory::Utility), Some(TemplateCategory::Marketing));
    let plan = Plan::between(&source, &target);
    let seen: Vec<_> = plan.steps().map(|step| step.differences.clone()).collect();
    assert_eq!(
        seen,
        [
            vec![
                Difference::Recategorized { in_target: true, from: utility.clone(), to: marketing.clone() },
                Difference::Category { source: utility.clone(), target: marketing.clone() },
            ],
            vec![
                Difference::Recategorized { in_target: false, from: utility, to: marketing },
                Difference::Components,
                Difference::ParameterFormat,
                Difference::TimeToLive,
            ],
        ]
    );
}

#[test]
fn what_is_missing_becomes_a_request_or_says_why_not() {
    let media = json!([
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://scontent.whatsapp.net/v/t61"]}},
        {"type": "BODY", "text": "Look!"},
        {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Book", "flow_id": 1_091_371_515_473_847_i64, "flow_action": "NAVIGATE"}]}
    ]);
    let code = json!([{"type": "BODY", "text": "*{{1}}*"}, {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy", "url": "https://www.whatsapp.com/otp/code/?code=otp{{1}}"}]}]);
    let source = [
        template("a", &json!({"parameter_format": "POSITIONAL", "message_send_ttl_seconds": 60})),
        template("b", &json!({"components": media})),
        template("c", &json!({"category": "AUTHENTICATION", "components": code})),
        template("d", &json!({"category": null, "components": null})),
    ];
    let none: [MessageTemplate; 0] = [];
    let plan = Plan::between(&source, &none);
    let creations = plan.creations("102290129340398");
    let request = creations[0].1.as_ref().unwrap();
    assert_eq!((request.body.name.as_str(), request.body.language.as_str()), ("a", "en_US"));
    assert_eq!(request.body.category, TemplateCategory::Utility);
    assert_eq!(request.body.components, source[0].components);
    assert_eq!(request.body.message_send_ttl_seconds, Some(60));
    let obstacles: Vec<_> = creations[1..].iter().map(|(_, creation)| creation.as_ref().unwrap_err().clone()).collect();
    assert_eq!(
        obstacles,
        [
            vec![Obstacle::Media("header".to_owned()), Obstacle::Flow("buttons[0]".to_owned())],
            vec![Obstacle::OneTimeCode],
            vec![Obstacle::Unread("category"), Obstacle::Unread("components")],
        ]
    );
}
