use crate::webhook::EventKey;

#[test]
fn a_key_is_a_text_that_any_store_takes() {
    let key = EventKey::new("status", [("id", "wamid.HBgL=="), ("status", "read"), ("of", "a:b=c\n€")]);
    assert_eq!(key.to_string(), "status:id=wamid.HBgL%3D%3D:status=read:of=a%3Ab%3Dc%0A%E2%82%AC");
    let long = EventKey::new("message", [("id", "w".repeat(5000).as_str())]);
    assert!(long.as_str().starts_with("message:sha256-") && long.as_str().len() == "message:sha256-".len() + 64, "{long}");
    for kind in ["k".repeat(51), "k".repeat(5000)] {
        assert!(EventKey::hashed(&kind, b"").as_str().starts_with(":sha256-"), "a kind that is too long for a key is left out");
    }
    assert!(EventKey::hashed(&"k".repeat(50), b"").as_str().starts_with("kkk"));
}

#[test]
fn other_parts_are_another_key() {
    let of = |parts: &[(&str, &str)]| EventKey::new("k", parts.iter().copied());
    for (one, other) in [
        (of(&[("a", "1:b=2")]), of(&[("a", "1"), ("b", "2")])),
        (of(&[("a", "")]), of(&[])),
        (of(&[("a", "1=2")]), of(&[("a=1", "2")])),
        (of(&[("a", &"x".repeat(300))]), of(&[("a", &"x".repeat(301))])),
        (EventKey::hashed("k", b"1"), EventKey::hashed("k", b"2")),
        (EventKey::hashed("k", b"1"), EventKey::hashed("l", b"1")),
    ] {
        assert_ne!(one, other);
    }
}

#[test]
fn a_key_that_was_stored_is_the_same_key() {
    let key = EventKey::new("message", [("id", "wamid.HBgL==")]);
    let text = serde_json::to_string(&key).unwrap();
    assert_eq!(serde_json::from_str::<EventKey>(&text).unwrap(), key);
    for none in ["\"\"", "\"a b\"", "\"é\"", "7"] {
        assert!(serde_json::from_str::<EventKey>(none).is_err(), "{none}");
    }
    assert!(serde_json::from_str::<EventKey>(&format!("\"{}\"", "k".repeat(201))).is_err());
}
