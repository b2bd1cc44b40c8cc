//! Unions and shapes: what is listed is typed, what is not comes out as it went in.

use graph_runtime::{Extra, Record, Union, Value};
use serde_json::json;

#[derive(Clone, Default, PartialEq)]
struct Words {
    body: String,
    extra: Extra,
}

graph_runtime::record!(Words { 0 Always("body") => body });

#[derive(Clone, Default, PartialEq)]
struct Picture {
    link: Option<String>,
    extra: Extra,
}

graph_runtime::record!(Picture { 0 Field("link") => link });

/// `{"type": "text", "text": {…}}`
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Text(Words),
    Image(Picture),
    Note(String),
    Typing,
    Unlisted(Extra),
}

graph_runtime::union!(Content, "type", exact { 0 Payload("text", "text") => Text, 1 Payload("image", "image") => Image, 2 Payload("note", "words") => Note } alone { 3 Alone("typing") => Typing });

#[derive(Clone, Default, PartialEq)]
struct Message {
    to: Option<String>,
    content: Content,
    extra: Extra,
}

graph_runtime::record!(Message {
    0 Constant("product", "whatsapp") => extra,
    1 Spread("content") => content,
    2 Field("to") => to,
});

/// `{"type": "HEADER", "format": "TEXT", "text": "…"}`
#[derive(Clone, Debug, PartialEq)]
enum Component {
    Header(Header),
    Body(Words),
    Unlisted(Extra),
}

graph_runtime::union!(Component, "type", any_case { 0 Members("HEADER") => Header, 1 Members("BODY") => Body });

/// An object that may hold a component among its own members.
#[derive(Clone, Default, PartialEq)]
struct Part {
    to: Option<String>,
    component: Option<Component>,
    extra: Extra,
}

graph_runtime::record!(Part { 0 Field("to") => to, 1 Spread("component") => component });

#[derive(Clone, Default, PartialEq)]
struct Letter {
    words: Option<Vec<Words>>,
    extra: Extra,
}

graph_runtime::record!(Letter { 0 Field("words") => words });

#[derive(Clone, Debug, PartialEq)]
enum Header {
    Text(Words),
    Image(Picture),
    Unlisted(Extra),
}

graph_runtime::union!(Header, "format", any_case { 0 Members("TEXT") => Text, 1 Members("IMAGE") => Image });

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
    let tags = |union: &dyn Union| union.shape().variants.iter().map(graph_runtime::codec::Variant::tag).collect::<Vec<_>>();
    assert_eq!(tags(&Component::default()), ["HEADER", "BODY"]);
    assert_eq!(tags(&Content::default()), ["text", "image", "note", "typing"]);
    assert_eq!(Message::default().shape().required().count(), 0);
    assert_eq!(Words::default().shape().required().collect::<Vec<_>>(), ["body"]);
}

#[derive(Clone, Default, PartialEq)]
struct Doll {
    name: String,
    inside: Option<Box<Doll>>,
    extra: Extra,
}

graph_runtime::record!(Doll { 0 Always("name") => name, 1 Field("inside") => inside });

graph_runtime::boxed!(Doll);

#[test]
fn a_record_may_hold_itself() {
    let doll: Doll = round_trip(&json!({"name": "a", "inside": {"name": "b", "inside": {"name": "c", "odd": 1}}}));
    assert_eq!(doll.inside.and_then(|doll| doll.inside).map(|doll| doll.name), Some("c".into()));
    // What does not fit within stays as it is, where the last one that fits holds it.
    let doll: Doll = round_trip(&json!({"name": "a", "inside": {"name": "b", "inside": {"odd": 1}}}));
    assert!(doll.inside.as_ref().is_some_and(|doll| doll.inside.is_none() && doll.extra().get("inside").is_some()), "{doll:?}");
}

/// Wherever the tag is, and whatever the source, the result is the same.
#[test]
fn the_order_of_members_does_not_matter() {
    for (first, last) in [
        (r#"{"type":"text","text":{"body":"hi"},"to":"1","odd":[1]}"#, r#"{"text":{"body":"hi"},"odd":[1],"to":"1","type":"text"}"#),
        (r#"{"type":"note","words":"x"}"#, r#"{"words":"x","type":"note"}"#),
        (r#"{"type":"image","text":{"body":"x"},"image":{}}"#, r#"{"image":{},"text":{"body":"x"},"type":"image"}"#),
        (r#"{"type":"new","new":{"a":1.5}}"#, r#"{"new":{"a":1.5},"type":"new"}"#),
        (r#"{"type":"text","text":5}"#, r#"{"text":5,"type":"text"}"#),
    ] {
        let (one, other): (Message, Message) = (serde_json::from_str(first).unwrap(), serde_json::from_str(last).unwrap());
        assert_eq!(one, other, "{first}");
        let value: Value = serde_json::from_str(last).unwrap();
        assert_eq!(serde_json::from_value::<Message>(value.clone()).unwrap(), one);
        assert_eq!(serde_json::from_reader::<_, Message>(last.as_bytes()).unwrap(), one);
        let mut expected = value;
        expected.as_object_mut().unwrap().insert("product".into(), "whatsapp".into());
        assert_eq!(serde_json::to_value(&one).unwrap(), expected);
    }
    for (first, last) in [
        (r#"{"type":"BODY","body":"hi","odd":{"a":1}}"#, r#"{"odd":{"a":1},"body":"hi","type":"BODY"}"#),
        (r#"{"type":"HEADER","format":"IMAGE","link":"l"}"#, r#"{"link":"l","format":"IMAGE","type":"HEADER"}"#),
        (r#"{"type":"header","format":"image"}"#, r#"{"format":"image","type":"header"}"#),
        (r#"{"type":"BODY","odd":1}"#, r#"{"odd":1,"type":"BODY"}"#),
    ] {
        let (one, other): (Component, Component) = (serde_json::from_str(first).unwrap(), serde_json::from_str(last).unwrap());
        assert_eq!(one, other, "{first}");
        assert_eq!(serde_json::to_value(&one).unwrap(), serde_json::from_str::<Value>(last).unwrap());
    }
}

/// Of a member that comes twice the last one counts, that of a union too.
#[test]
fn members_that_come_twice() {
    for (twice, once) in [
        (
            r#"{"type":"image","image":{"link":"l"},"type":"text","text":{"body":"x"}}"#,
            r#"{"image":{"link":"l"},"type":"text","text":{"body":"x"}}"#,
        ),
        (r#"{"type":"text","text":{"body":"x"},"text":{"body":"y"}}"#, r#"{"type":"text","text":{"body":"y"}}"#),
        (r#"{"type":"text","text":{"body":"x"},"text":5}"#, r#"{"type":"text","text":5}"#),
        (r#"{"type":"text","text":5,"text":{"body":"y"}}"#, r#"{"type":"text","text":{"body":"y"}}"#),
        (r#"{"to":5,"to":"1"}"#, r#"{"to":"1"}"#),
    ] {
        assert_eq!(serde_json::from_str::<Message>(twice).unwrap(), serde_json::from_str::<Message>(once).unwrap(), "{twice}");
    }
}

/// What was passed over as JSON, and is none, is the same error wherever it is.
#[test]
fn a_number_out_of_range_is_an_error_before_the_tag_too() {
    for text in [r#"{"type":"BODY","body":"x","n":1e999}"#, r#"{"n":1e999,"type":"BODY","body":"x"}"#, r#"{"n":1e999}"#] {
        let error = serde_json::from_str::<Component>(text).unwrap_err().to_string();
        assert!(error.starts_with("number out of range"), "{text}: {error}");
    }
    for text in [r#"{"text":{"n":1e999},"type":"text"}"#, r#"{"n":1e999}"#, r#"{"type":"text","text":{"body":"x","n":1e999}}"#] {
        let error = serde_json::from_str::<Message>(text).unwrap_err().to_string();
        assert!(error.starts_with("number out of range"), "{text}: {error}");
    }
    for text in [
        r#"{"to":"a","type":"BODY","body":"x","n":1e999}"#,
        r#"{"to":"a","n":1e999,"type":"BODY","body":"x"}"#,
        r#"{"type":"BODY","body":1e999}"#,
    ] {
        assert!(serde_json::from_str::<Part>(text).is_err(), "{text}");
    }
}
