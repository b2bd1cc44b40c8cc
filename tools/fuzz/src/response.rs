//! An answer of any JSON, read as what an operation answers: it decodes without loss, or is an error that keeps the bytes. The reader of texts reads
//! it as `serde_json` does.
//!
//! The first line of an input is the id of the operation, the rest is the body of its answer.

use graph_runtime::{Error, Method, Operation, RawRequest, Value, offline};
use serde_core::{Serialize, de::DeserializeOwned};
use whatsapp_graph as wa;

use super::{client, head, reads_well};

/// An operation by its id, and the law for what it answers.
pub struct Kind {
    /// The operation's id.
    pub id: &'static str,
    holds: fn(&[u8]),
}

const fn of<O: Operation>() -> Kind
where
    O::Response: Serialize,
{
    Kind { id: O::INFO.id, holds: decodes::<O> }
}

/// Operations whose answers have every shape: objects, pages, unions, times, lists, what is always there and what need not be.
pub const KINDS: [Kind; 16] = [
    of::<wa::phone_number::ReadPhoneNumber>(),
    of::<wa::whatsapp_business_account::ListPhoneNumbers>(),
    of::<wa::whatsapp_business_account::ListMessageTemplates>(),
    of::<wa::whatsapp_business_account::CreateMessageTemplate>(),
    of::<wa::business::ListOwnedWabas>(),
    of::<wa::phone_number::ReadSettings>(),
    of::<wa::phone_number::ReadBusinessProfile>(),
    of::<wa::phone_number::BlockUsers>(),
    of::<wa::phone_number::SendMessage>(),
    of::<wa::root::DebugToken>(),
    of::<wa::whatsapp_business_account::ListFlows>(),
    of::<wa::flow::UploadFlowJson>(),
    of::<wa::whatsapp_business_account::ReadTemplateAnalytics>(),
    of::<wa::whatsapp_business_account::ReadConversationAnalytics>(),
    of::<wa::media::ReadMedia>(),
    of::<wa::whatsapp_business_account::ListSubscribedApps>(),
];

/// What decodes is encoded unchanged.
pub fn holds(input: &[u8]) {
    let (id, body) = head(input);
    let kind = KINDS.iter().find(|kind| kind.id == id).unwrap_or(&KINDS[id.len() % KINDS.len()]);
    (kind.holds)(body);
}

fn decodes<O: Operation>(body: &[u8])
where
    O::Response: Serialize,
{
    if let Ok(text) = std::str::from_utf8(body) {
        is_read_alike::<O>(text);
    }
    let request = RawRequest::<O::Response>::new(Method::Get, "/106540352242922");
    match offline::answered(client(), &request, 200, &[], body) {
        Ok(answer) => comes_back(body, &answer.value),
        Err(error) => is_reported(&error, body),
    }
}

/// Records are read by their tables from the text; serde reads them from whatever has values.
fn is_read_alike<O: Operation>(text: &str)
where
    O::Response: Serialize,
{
    let shown = |read: Result<O::Response, serde_json::Error>| match read {
        Ok(value) => serde_json::to_string(&value).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    assert_eq!(shown(O::decode(text)), shown(serde_json::from_str(text)), "the answer is read otherwise than by serde");
}

/// Null and absent mean the same, and a page of `null` is an empty one; nothing else may differ.
fn comes_back<T: DeserializeOwned + Serialize>(body: &[u8], value: &T) {
    let mut came: Value = serde_json::from_slice(body).expect("what decodes is JSON");
    let text = serde_json::to_string(value).expect("what decodes can be encoded");
    let again: Value = serde_json::from_str(&text).expect("what is encoded is JSON");
    empty_pages(&mut came, &again);
    assert_eq!(without_nulls(again), without_nulls(came), "the answer is not encoded as it was decoded");
    let twice: T = serde_json::from_str(&text).expect("what is encoded decodes");
    assert_eq!(serde_json::to_string(&twice).ok(), Some(text), "a second time it is encoded otherwise");
}

fn is_reported(error: &Error, body: &[u8]) {
    reads_well(error, 200);
    if !body.windows(super::TOKEN.len()).any(|part| part == super::TOKEN.as_bytes()) {
        assert_eq!(error.body(), Some(body), "the bytes are lost");
    }
}

/// Takes `"data": null` for the empty list that it was decoded as.
fn empty_pages(came: &mut Value, again: &Value) {
    match (came, again) {
        (Value::Object(came), Value::Object(again)) => {
            for (name, value) in came {
                match again.get(name.as_str()) {
                    Some(Value::Array(list)) if name == "data" && value.is_null() && list.is_empty() => *value = Value::Array(Vec::new()),
                    Some(again) => empty_pages(value, again),
                    None => {}
                }
            }
        }
        (Value::Array(came), Value::Array(again)) => {
            came.iter_mut().filter(|value| !value.is_null()).zip(again).for_each(|(came, again)| empty_pages(came, again));
        }
        _ => {}
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(items) => items.into_iter().filter(|item| !item.is_null()).map(without_nulls).collect(),
        other => other,
    }
}
