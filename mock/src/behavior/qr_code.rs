//! QR codes and short links of a number.
//!
//! Source: `developers.facebook.com/documentation/business-messaging/whatsapp/qr-codes`.

use serde_json::{Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, generic};
use crate::{answers, failure::Failure, fields};

/// How many codes a number may have, and how many characters a message.
const MOST: usize = 2000;
const LONGEST: usize = 140;

const EDGE: &str = "message_qrdls";

impl Turn<'_> {
    /// The codes of the number, the newest first; nothing if none was ever made.
    fn codes(&mut self) -> Option<&mut Vec<Value>> {
        self.world.documents.get_mut(&(self.id.to_owned(), EDGE.to_owned())).and_then(Value::as_array_mut)
    }

    fn message(&self) -> Result<String, Failure> {
        let message = self.text("prefilled_message").unwrap_or_default();
        if message.is_empty() || message.chars().count() > LONGEST {
            return Err(Failure::invalid("Invalid parameter").detailed("A prefilled message has 1 to 140 characters"));
        }
        Ok(message)
    }

    fn no_code(&self) -> Failure {
        Failure::of(ErrorKind::AliasNotFound, Some(self.operation))
    }
}

fn is(known: &Value, code: &str) -> bool {
    known.get("code").and_then(Value::as_str) == Some(code)
}

pub(super) fn create(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let message = turn.message()?;
    if turn.codes().is_some_and(|codes| codes.len() >= MOST) {
        return Err(Failure::invalid("Invalid parameter").detailed("The number has 2,000 codes"));
    }
    let code = format!("{}1", turn.ids.hex(13));
    let mut made = json!({"code": code, "prefilled_message": message, "deep_link_url": format!("https://wa.me/message/{code}")});
    let key = (turn.id.to_owned(), EDGE.to_owned());
    if let Value::Array(codes) = turn.world.documents.entry(key).or_insert_with(|| json!([])) {
        codes.insert(0, made.clone());
    }
    if let Some(format) = turn.text("generate_qr_image") {
        made["qr_image_url"] = format!("{}/qr/{code}.{}", turn.url, format.to_lowercase()).into();
    }
    Ok(Reply::of(made))
}

/// Changes the message of a code, which is in the body and not in the path.
pub(super) fn update(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let (message, code) = (turn.message()?, turn.text("code").unwrap_or_default());
    let missing = turn.no_code();
    let Some(codes) = turn.codes() else { return Ok(generic::example(turn)) };
    let known = codes.iter_mut().find(|known| is(known, &code)).ok_or(missing)?;
    known["prefilled_message"] = message.into();
    Ok(Reply::of(known.clone()))
}

/// The codes of a number, or the one that is asked for.
pub(super) fn list(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let one = turn.call.segments.get(2).cloned();
    let (asked, missing) = (turn.text("code").or_else(|| one.clone()), turn.no_code());
    let Some(codes) = turn.codes() else { return Ok(generic::example(turn)) };
    let found: Vec<Value> = codes.iter().filter(|known| asked.as_ref().is_none_or(|code| is(known, code))).cloned().collect();
    if found.is_empty() && one.is_some() {
        return Err(missing);
    }
    let wanted = turn.call.text("fields").map(fields::parse);
    let shown = |code: Value| match (&wanted, code) {
        (Some(wanted), Value::Object(code)) => fields::select(&code, wanted).into(),
        (_, code) => code,
    };
    let items = found.into_iter().map(shown).collect();
    Ok(Reply::of(answers::page(items, turn.operation, turn.call, turn.moment, turn.url)?))
}

pub(super) fn delete(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let (code, missing) = (turn.call.segments.get(2).cloned().unwrap_or_default(), turn.no_code());
    let Some(codes) = turn.codes() else { return Ok(generic::example(turn)) };
    let before = codes.len();
    codes.retain(|known| !is(known, &code));
    if codes.len() == before { Err(missing) } else { Ok(Reply::success()) }
}
