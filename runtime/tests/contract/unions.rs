//! Unions and shapes: what is listed is typed, what is not comes out as it went in.

use graph_runtime::{Extra, Record, Union, Value};
use serde_json::json;

#[derive(Clone, Default, PartialEq)]
struct Words {
    body: String,
    extra: Extra,
}

graph_runtime::record!(Words, it: ["body"] { "body" => required(it.body) });

#[derive(Clone, Default, PartialEq)]
struct Picture {
    link: Option<String>,
    extra: Extra,
}

graph_runtime::record!(Picture, it: [] { "link" => optional(it.link) });

/// `{"type": "text", "text": {…}}`
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Text(Words),
    Image(Picture),
    Note(String),
    Typing,
    Unlisted(Extra),
}

graph_runtime::union!(Content, "type", exact, payload { Text = "text" in "text", Image = "image" in "image", Note = "note" in "words" } alone { Typing = "typing" });

#[derive(Clone, Default, PartialEq)]
struct Message {
    to: Option<String>,
    content: Content,
    extra: Extra,
}

graph_runtime::record!(Message, it: [] { "product" => constant("whatsapp"), } spread required(it.content) { "to" => optional(it.to) });

/// `{"type": "HEADER", "format": "TEXT", "text": "…"}`
#[derive(Clone, Debug, PartialEq)]
enum Component {
    Header(Header),
    Body(Words),
    Unlisted(Extra),
}

graph_runtime::union!(Component, "type", any_case, members { Header = "HEADER", Body = "BODY" });

/// An object that may hold a component among its own members.
#[derive(Clone, Default, PartialEq)]
struct Part {
    to: Option<String>,
    component: Option<Component>,
    extra: Extra,
}

graph_runtime::record!(Part, it: [] { "to" => optional(it.to) } spread optional(it.component) {});

#[derive(Clone, Default, PartialEq)]
struct Letter {
    words: Option<Vec<Words>>,
    extra: Extra,
}

graph_runtime::record!(Letter, it: [] { "words" => optional(it.words) });

#[derive(Clone, Debug, PartialEq)]
enum Header {
    Text(Words),
    Image(Picture),
    Unlisted(Extra),
}

graph_runtime::union!(Header, "format", any_case, members { Text = "TEXT", Image = "IMAGE" });

#[derive(Clone, Debug, PartialEq)]
enum Example {
    One(String),
    Count(i64),
    Many(Vec<String>),
    Unlisted(Value),
}

graph_runtime::untagged!(Example { One(String), Count(i64) } list { Many(Vec<String>) } object {});

/// Decodes, and comes out as the same value after dropping nulls.
fn round_trip<T: serde_core::Serialize + serde_core::de::DeserializeOwned>(value: &Value) -> T {
    let read: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), *value);
    read
}

fn message(rest: &Value) -> Message {
    let mut value = json!({"product": "whatsapp", "to": "1"});
    value.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    round_trip(&value)
}

#[test]
fn a_payload_under_the_tags_name() {
    let text = message(&json!({"type": "text", "text": {"body": "hi", "more": 1}}));
    let Content::Text(words) = &text.content else { panic!("{text:?}") };
    assert_eq!((words.body.as_str(), words.extra().get("more")), ("hi", Some(&json!(1))));
    assert_eq!(message(&json!({"words": "x", "type": "note"})).content, Content::Note("x".into()));
    assert_eq!(message(&json!({"type": "typing"})).content, Content::Typing);
    assert!(text.extra().is_empty() && message(&json!({"type": "typing"})).extra().is_empty(), "the tag is the union's");
}

#[test]
fn a_list_with_an_object_that_does_not_fit_is_kept_verbatim() {
    let letter: Letter = round_trip(&json!({"words": [{"body": "a"}, {"odd": 1}, {"body": "b"}]}));
    assert_eq!((letter.words.as_ref(), letter.extra().len()), (None, 1));
    let letter: Letter = round_trip(&json!({"words": [{"body": "a"}, {"body": "b", "odd": 1}]}));
    assert_eq!(letter.words.map(|words| words.len()), Some(2));
}

#[test]
fn members_of_a_union_may_stand_among_those_of_an_object() {
    let part: Part = round_trip(&json!({"to": "1", "type": "BODY", "body": "hi", "odd": 1}));
    let Some(Component::Body(words)) = &part.component else { panic!("{part:?}") };
    assert_eq!((words.body.as_str(), words.extra().get("odd"), part.extra().is_empty()), ("hi", Some(&json!(1)), true));
    let unlisted: Part = round_trip(&json!({"to": "1", "type": "FOOTER", "text": "x"}));
    assert!(matches!(&unlisted.component, Some(Component::Unlisted(members)) if members.get("text").is_some()), "{unlisted:?}");
    let without: Part = round_trip(&json!({"to": "1", "odd": 1}));
    assert_eq!((without.component, without.extra.get("odd")), (None, Some(&json!(1))));
    // A member that a record cannot hold by itself is the union's all the same.
    let exact: Part = round_trip(&json!({"type": "body", "body": "hi"}));
    assert!(matches!(exact.component, Some(Component::Body(_))) && exact.extra.is_empty(), "{exact:?}");
}

#[test]
fn what_a_union_does_not_list_stays_with_its_object() {
    let text = message(&json!({"type": "image", "image": {}, "odd": true}));
    assert_eq!((text.content.clone(), text.extra().get("odd")), (Content::Image(Picture::default()), Some(&json!(true))));

    let unlisted = message(&json!({"type": "hologram", "hologram": {"id": 3}, "odd": true}));
    let Content::Unlisted(members) = &unlisted.content else { panic!("{unlisted:?}") };
    assert_eq!((members.get("hologram"), unlisted.extra().len()), (Some(&json!({"id": 3})), 1));
}

#[test]
fn a_payload_that_does_not_fit_is_kept_verbatim() {
    for odd in [
        json!({"type": "text", "text": "hi"}),
        json!({"type": "text"}),
        json!({"type": 5, "text": {"body": "x"}}),
        json!({"text": {"body": "x"}}),
    ] {
        let message = message(&odd);
        assert_eq!(message.content, Content::default(), "{odd}");
    }
}

#[test]
fn members_beside_the_tag_and_nested() {
    let body: Component = round_trip(&json!({"type": "BODY", "body": "hi", "odd": [1]}));
    assert!(matches!(&body, Component::Body(words) if words.extra().get("odd").is_some()), "{body:?}");
    let header: Component = round_trip(&json!({"link": "l", "format": "IMAGE", "type": "HEADER"}));
    let Component::Header(Header::Image(picture)) = &header else { panic!("{header:?}") };
    assert_eq!(picture.link.as_deref(), Some("l"));
}

#[test]
fn the_case_of_a_tag_is_kept() {
    let header: Component = round_trip(&json!({"type": "header", "format": "text", "body": "x"}));
    assert!(matches!(header, Component::Header(Header::Text(_))), "{header:?}");
    let exact: Message = round_trip(&json!({"product": "whatsapp", "type": "Text", "text": {"body": "x"}}));
    assert!(matches!(exact.content, Content::Unlisted(_)), "{exact:?}");
}

#[test]
fn an_unlisted_variant_is_kept_whole() {
    for odd in [
        json!({"type": "FOOTER", "text": "x"}),
        json!({"type": "BODY"}),
        json!({}),
        json!({"type": null}),
        json!({"type": "HEADER", "format": "X", "y": 1}),
    ] {
        let component: Component = round_trip(&odd);
        assert!(!matches!(component, Component::Body(_)), "{odd} {component:?}");
    }
    let list: Vec<Component> = round_trip(&json!([{"type": "BODY", "body": "x"}, {"type": "NEW"}]));
    assert!(matches!(list.as_slice(), [Component::Body(_), Component::Unlisted(_)]));
    let error = serde_json::from_value::<Component>(json!("x")).unwrap_err().to_string();
    assert_eq!(error, "Component: expected an object, found a string");
}

#[test]
fn shapes_are_distinguished_by_kind() {
    assert_eq!(round_trip::<Example>(&json!("a")), Example::One("a".into()));
    assert_eq!(round_trip::<Example>(&json!(5)), Example::Count(5));
    assert_eq!(round_trip::<Example>(&json!(["a", "b"])), Example::Many(vec!["a".into(), "b".into()]));
    for odd in [json!([1]), json!({"a": 1}), json!(true), json!(1.5)] {
        assert_eq!(round_trip::<Example>(&odd), Example::Unlisted(odd));
    }
    assert_eq!(Example::from(vec!["x".to_owned()]), Example::Many(vec!["x".into()]));
}

#[test]
fn members_stand_where_they_are_declared() {
    let message = Message { to: Some("1".into()), content: Content::Note("x".into()), ..Message::default() };
    assert_eq!(serde_json::to_string(&message).unwrap(), r#"{"product":"whatsapp","type":"note","words":"x","to":"1"}"#);
}

#[test]
fn tags_are_known() {
    assert_eq!(Component::TAGS, ["HEADER", "BODY"]);
    assert_eq!(Content::TAGS, ["text", "image", "note", "typing"]);
    assert_eq!(Message::REQUIRED, [""; 0]);
}
