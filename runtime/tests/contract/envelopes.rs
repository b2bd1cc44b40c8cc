//! What holds for any error envelope, in whatever shape its parts come.

use std::sync::LazyLock;

use graph_runtime::{Client, ClientBuilder, Error, Method, RawRequest, Version, offline};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::server::TOKEN;

static CLIENT: LazyLock<Client> = LazyLock::new(|| ClientBuilder::new(TOKEN, Version(23, 0)).build().unwrap());

/// The error that an answer is.
fn error(status: u16, body: &Value) -> Error {
    let request = RawRequest::<Value>::new(Method::Get, "/106");
    offline::answered(&CLIENT, &request, status, &[("content-type", b"application/json")], body.to_string().as_bytes()).unwrap_err()
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 .,()#_-]{1,40}"
}

/// A number as Graph sends it, or as a text.
fn spelled(number: u32, as_text: bool) -> Value {
    if as_text { number.to_string().into() } else { number.into() }
}

proptest! {
    #[test]
    fn every_member_is_read_at_any_status(
        status in 200_u16..600, code: u32, subcode: u32, as_text: bool, transient: bool, texts in vec(text(), 5)
    ) {
        let body = json!({"error": {
            "code": spelled(code, as_text), "error_subcode": spelled(subcode, !as_text), "is_transient": transient,
            "message": texts[0], "type": texts[1], "error_user_title": texts[2], "error_user_msg": texts[3], "fbtrace_id": texts[4],
        }});
        let error = error(status, &body);
        prop_assert_eq!((error.code(), error.subcode(), error.status()), (Some(code), Some(subcode), Some(status)));
        let read = [error.message(), error.error_type(), error.user_title(), error.user_message(), error.fbtrace_id()];
        prop_assert_eq!(read.map(Option::unwrap), [0, 1, 2, 3, 4].map(|at: usize| texts[at].as_str()));
        prop_assert_eq!(error.is_transient(), transient);
        let line = error.to_string();
        for part in [&texts[0].split_whitespace().collect::<Vec<_>>().join(" "), &code.to_string(), &subcode.to_string(), &format!("HTTP {status}")] {
            prop_assert!(line.contains(part.as_str()), "{line} lacks {part}");
        }
        prop_assert_eq!(error.body().map(<[u8]>::to_vec), Some(body.to_string().into_bytes()));
    }

    #[test]
    fn error_data_says_the_same_as_an_object_and_in_a_text(details in text(), blamed in vec(vec("[a-z_]{1,8}", 1..4), 0..4)) {
        let data = json!({"details": details, "blame_field_specs": blamed});
        let names: Vec<String> = blamed.iter().map(|path| path.join(".")).collect();
        for data in [data.clone(), data.to_string().into()] {
            let error = error(400, &json!({"error": {"code": 100, "error_data": data}}));
            prop_assert_eq!(error.details(), Some(details.as_str()));
            prop_assert_eq!(error.blame_fields(), names.as_slice());
        }
        let plain = error(400, &json!({"error": {"code": 100, "error_data": format!("({details}")}}));
        prop_assert_eq!(plain.details().map(str::to_owned), Some(format!("({details}")));
    }

    #[test]
    fn unknown_members_change_nothing(mut members in proptest::collection::btree_map("x_[a-z]{1,8}", text(), 0..6), code: u32) {
        members.insert("message".into(), "a message".into());
        let mut envelope: Map<String, Value> = members.into_iter().map(|(name, value)| (name, value.into())).collect();
        envelope.insert("code".into(), code.into());
        let error = error(400, &json!({"before": [1], "error": envelope, "after": {"error": null}}));
        prop_assert_eq!((error.code(), error.message(), error.is_graph()), (Some(code), Some("a message"), true));
    }
}
