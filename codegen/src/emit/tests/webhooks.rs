//! Tests of payloads: what Rust sees of each, what nothing declares, and that it is encoded as it was read.

use super::text::{pretty, raw};
use crate::{
    emit::{Job, print::layout},
    model::{Api, Payload, TypeDef, WebhookField, Webhooks},
    naming::{Places, snake},
    write::{MARK, Output},
};

/// One file a field that has payloads, and the one that holds them together.
pub(crate) fn jobs<'a>(api: &'a Api, webhooks: &'a Webhooks, places: &'a Places) -> Vec<Job<'a>> {
    let fields: Vec<&WebhookField> = webhooks.fields.iter().filter(|field| !field.payloads.is_empty()).collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let modules: String = fields.iter().map(|field| format!("#[rustfmt::skip]\nmod {};\n", snake(&field.name))).collect();
    let shared = include_str!("../templates/payload_tests.rs").replace("{{library}}", places.library());
    let mut jobs: Vec<Job<'a>> = vec![Box::new(move || {
        vec![output("mod", "//! Payloads of webhooks, as they were sent or documented.\n\n", &format!("{modules}{shared}"))]
    })];
    for field in fields {
        jobs.push(Box::new(move || vec![tests(api, webhooks, field, places)]));
    }
    jobs
}

fn output(module: &str, head: &str, body: &str) -> Output {
    Output { path: format!("tests/tests/contract/webhooks/{module}.rs"), text: layout::tidy(&format!("{MARK}\n{head}"), body) }
}

fn tests(api: &Api, webhooks: &Webhooks, field: &WebhookField, places: &Places) -> Output {
    let library = places.library();
    let mut text = String::new();
    let mut names = vec!["Event".to_owned()];
    for payload in &field.payloads {
        text.push('\n');
        text.push_str(&test(api, webhooks, payload, &mut names));
    }
    names.sort();
    names.dedup();
    let names = if names.len() == 1 { names.concat() } else { format!("{{{}}}", names.join(", ")) };
    let body = format!("use super::read;\nuse {library}::webhooks::{names};\n{text}");
    output(&snake(&field.name), &format!("//! Payloads of `{}`.\n\n", field.name), &body)
}

fn test(api: &Api, webhooks: &Webhooks, payload: &Payload, names: &mut Vec<String>) -> String {
    let mut text = format!("#[test]\nfn {}() {{\n", snake(&payload.title));
    text.push_str(&format!("    let notification = read({}, &{:?});\n", raw(&pretty(&payload.json)), payload.undeclared));
    text.push_str("    let mut events = notification.events();\n");
    for (kind, content) in &payload.sees {
        let pattern = content.as_ref().and_then(|content| content_pattern(api, webhooks, kind, content, names));
        let seen = pattern.map_or_else(
            || format!("matches!(&event, Event::{kind}(_))"),
            |(method, pattern)| format!("matches!(&event, Event::{kind}(item) if matches!(item.{method}(), {pattern}))"),
        );
        text.push_str(&format!("    let event = events.next().expect(\"an event\");\n    assert!({seen}, \"{{event:?}}\");\n"));
    }
    text.push_str("    assert!(events.next().is_none(), \"more events than the payload has\");\n}\n");
    text
}

/// The variant that a kind of content is.
fn content_pattern(api: &Api, webhooks: &Webhooks, kind: &str, content: &str, names: &mut Vec<String>) -> Option<(String, String)> {
    let event = webhooks.events.iter().find(|event| event.name == kind)?;
    let TypeDef::Object(object) = &api.named(event.ty.name()?)?.def else { return None };
    let alternatives = object.alternatives.as_ref()?;
    let (_, variant, field) = alternatives.variants.iter().find(|(value, ..)| value == content)?;
    names.push(alternatives.name.clone());
    let held = if field.is_some() { "(_)" } else { "" };
    Some((alternatives.method.clone(), format!("{}::{variant}{held}", alternatives.name)))
}
