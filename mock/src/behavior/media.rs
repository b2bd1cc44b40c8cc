//! Files: media that are sent, in two steps, and uploads that can be resumed.

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Reply, Turn, generic};
use crate::{clock::Millis, description::Method, failure::Failure, request::Call, tables::SPEC, world::World};

/// An upload is kept for 30 days.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media`.
const KEPT: Millis = 30 * 24 * 3600 * 1000;

/// Where the bytes are. Meta's host is another; the path is the same.
const ATTACHMENTS: [&str; 2] = ["whatsapp_business", "attachments"];

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes a file, whose part must say what it is: "`application/octet-stream` is refused".
pub(super) fn upload(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let Some(file) = turn.call.uploads.iter().find(|upload| upload.param == "file") else { return Ok(generic::example(turn)) };
    let kind = file.content_type.clone().unwrap_or_default();
    if kind.is_empty() || kind.starts_with("application/octet-stream") {
        return Err(Failure::invalid(&format!(
            "Param file must be a file with one of the types that Meta lists. Received file of type '{}'.",
            if kind.is_empty() { "application/octet-stream" } else { &kind }
        )));
    }
    let bytes = file.bytes.clone();
    let Some(node) = SPEC.node("Media") else { return Ok(generic::example(turn)) };
    let id = turn.ids.digits();
    let fields = json!({"messaging_product": "whatsapp", "mime_type": kind, "id": id});
    let (owner, until) = (turn.id.to_owned(), turn.now + KEPT);
    let object = turn.world.put(&id, node, fields.as_object().cloned().unwrap_or_default(), true);
    object.hidden.insert("owner".into(), owner.into());
    object.hidden.insert("until".into(), until.into());
    turn.world.files.insert(id.clone(), bytes);
    Ok(Reply::of(json!({"id": id})))
}

/// Where the bytes are, for five minutes.
pub(super) fn read(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let object = turn.object();
    if !object.written {
        return generic::answer(turn);
    }
    let hidden = |name: &str| object.hidden.get(name).cloned().unwrap_or_default();
    let (owner, until, mut fields) = (hidden("owner"), hidden("until"), object.fields.clone());
    if until.as_i64().is_some_and(|until| until <= turn.now) {
        return Err(Failure::missing("GET", turn.id));
    }
    if let Some(number) = turn.text("phone_number_id")
        && owner.as_str().is_some_and(|owner| owner != number)
    {
        return Err(Failure::invalid("Invalid parameter").detailed("The media belong to another number"));
    }
    if let Some(download) = &turn.operation.download {
        let url = address(turn);
        let bytes = turn.world.files.get(turn.id).cloned().unwrap_or_default();
        fields.insert(download.url.into(), url.into());
        for (name, value) in [(download.hash, json!(hash(&bytes))), (download.size, json!(bytes.len()))] {
            if let Some(name) = name {
                fields.insert(name.into(), value);
            }
        }
    }
    Ok(Reply::of(fields.into()))
}

/// Where the bytes of what the call is about are, for as long as the spec says of media.
pub(super) fn address(turn: &mut Turn<'_>) -> String {
    let download = SPEC.operations().find_map(|(_, operation)| operation.download.as_ref());
    let lasts = download.and_then(|download| Millis::try_from(download.lasts).ok()).unwrap_or(0);
    let (ends, path) = (turn.now.div_euclid(1000) + lasts, ATTACHMENTS.join("/"));
    format!("{}/{path}/?mid={}&ext={ends}&hash=AT{}", turn.url, turn.id, turn.ids.opaque())
}

/// Whether the bytes of a file are asked for.
pub(crate) fn is_download(call: &Call) -> bool {
    call.method == Some(Method::Get) && call.segments == ATTACHMENTS
}

/// The bytes behind a URL of [`read`]: what they are, and they.
/// Source: the same page: after five minutes the URL is not found.
pub(crate) fn download(world: &World, call: &Call, now: Millis) -> Result<(String, Bytes), Failure> {
    let ends: Millis = call.text("ext").and_then(|text| text.parse().ok()).unwrap_or(0);
    let id = call.text("mid").unwrap_or_default();
    match (world.object(id), world.files.get(id)) {
        (Some(object), Some(bytes)) if now < ends.saturating_mul(1000) => {
            let kind = object
                .fields
                .get("mime_type")
                .or(object.hidden.get("mime_type"))
                .and_then(Value::as_str)
                .unwrap_or("application/octet-stream");
            Ok((kind.to_owned(), bytes.clone()))
        }
        _ => {
            let mut gone = Failure::missing("GET", id);
            gone.status = 404;
            Err(gone)
        }
    }
}

/// How far a session has come.
/// Source: `developers.facebook.com/docs/graph-api/guides/upload`.
pub(super) fn read_session(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.object().written {
        return generic::answer(turn);
    }
    let offset = turn.world.files.get(turn.id).map_or(0, Bytes::len);
    Ok(Reply::of(json!({"id": turn.id, "file_offset": offset})))
}

/// Takes the rest of a file from an offset, which must be what the session has.
pub(super) fn send_session(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let offset = turn.call.header("file_offset").and_then(|given| given.value.as_str()).and_then(|text| text.parse::<usize>().ok());
    let sent = turn.world.files.get(turn.id).cloned().unwrap_or_default();
    if turn.object().written && offset != Some(sent.len()) {
        return Err(Failure::invalid(&format!("Invalid parameter: the session is at offset {}", sent.len())));
    }
    let whole: Bytes = [sent.as_ref(), turn.call.body.as_ref()].concat().into();
    turn.world.files.insert(turn.id.to_owned(), whole);
    turn.object().written = true;
    let handle = format!("4::{}:ARZ{}:e:1:1:{}", turn.ids.code(), turn.ids.opaque(), turn.ids.opaque());
    Ok(Reply::of(json!({"h": handle})))
}
