//! Business phone numbers: added, verified, registered, deregistered.

use serde_json::{Value, json};
use whatsapp_graph::ErrorKind;

use super::{Reply, Turn, fresh, generic};
use crate::{clock::iso, failure::Failure, journal::Origin, world::Object};

/// How long a code is valid: "valid for about ten minutes and one use".
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/verify-code-api`.
const CODE: i64 = 10 * 60 * 1000;

impl Turn<'_> {
    fn err(&self, kind: ErrorKind) -> Failure {
        Failure::of(kind, Some(self.operation))
    }

    fn hidden(&mut self, name: &str) -> Option<Value> {
        self.object().hidden.get(name).cloned()
    }

    fn hide(&mut self, name: &str, value: impl Into<Value>) {
        self.object().hidden.insert(name.into(), value.into());
    }

    /// The digits of the number, with those of the country.
    pub(super) fn own_number(&mut self) -> Option<String> {
        let object = self.object();
        let shown = object.hidden.get("number").or(object.fields.get("display_phone_number"))?.as_str()?;
        Some(shown.chars().filter(char::is_ascii_digit).collect())
    }

    fn set(&mut self, name: &str, value: impl Into<Value>) {
        let object = self.object();
        object.written = true;
        object.fields.insert(name.into(), value.into());
    }
}

/// Adds a number, which is not verified yet; a pre-verified one is.
/// Source: `developers.facebook.com/docs/graph-api/reference/whats-app-business-account/phone_numbers`.
pub(super) fn create(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let digits = |text: Option<String>| text.unwrap_or_default().chars().filter(char::is_ascii_digit).collect::<String>();
    let (code, number) = (digits(turn.text("cc")), digits(turn.text("phone_number")));
    // "The reference requires it without the country calling code, the registration guide accepts it with or without."
    let national = number.strip_prefix(code.as_str()).filter(|rest| rest.len() >= 7).unwrap_or(&number).to_owned();
    let whole = format!("{code}{national}");
    let here = turn.world.children(turn.id, "phone_numbers").unwrap_or_default();
    if here.iter().any(|known| known.hidden.get("number").and_then(Value::as_str) == Some(&whole)) {
        return Err(turn.err(ErrorKind::PhoneNumberAlreadyInAccount));
    }
    let count = here.len();
    let moves = matches!(turn.param("migrate_phone_number"), Some(Value::Bool(true)))
        || turn.text("migrate_phone_number").as_deref() == Some("true");
    let source = turn
        .world
        .objects
        .iter()
        .find(|(_, object)| !object.deleted && object.hidden.get("number").and_then(Value::as_str) == Some(&whole));
    let source = source.map(|(id, object)| (id.clone(), object.clone()));
    match &source {
        // "The number is already used with WhatsApp (HTTP status 409 in Meta's specification)."
        Some(_) if !moves => return Err(turn.err(ErrorKind::InvalidParameter)),
        Some((_, object)) => movable(turn, object)?,
        None if moves && turn.strict => return Err(turn.err(ErrorKind::MigrationNotNeeded)),
        None => {}
    }
    if turn.limited && count >= most(turn) {
        return Err(turn.err(ErrorKind::PhoneNumberLimitReached));
    }
    let Some(node) = crate::tables::SPEC.node("WhatsAppBusinessPhoneNumber") else { return Ok(generic::example(turn)) };
    let id = turn.ids.digits();
    let mut fields = fresh(node, &id, turn.url);
    let verified = if turn.text("preverified_id").is_some() { "VERIFIED" } else { "NOT_VERIFIED" };
    for (name, value) in [
        ("display_phone_number", json!(format!("+{code} {national}"))),
        ("verified_name", json!(turn.text("verified_name").unwrap_or_default())),
        ("code_verification_status", json!(verified)),
        ("status", json!("PENDING")),
        ("name_status", json!("AVAILABLE_WITHOUT_REVIEW")),
        ("quality_rating", json!("UNKNOWN")),
        ("platform_type", json!("NOT_APPLICABLE")),
        ("is_pin_enabled", json!(false)),
        ("last_onboarded_time", json!(iso(turn.now))),
    ] {
        fields.insert(name.into(), value);
    }
    // "A number that is moved keeps its name", and its quality.
    for name in ["verified_name", "quality_rating", "name_status"] {
        if let Some(value) = source.as_ref().and_then(|(_, object)| object.fields.get(name)) {
            fields.insert(name.into(), value.clone());
        }
    }
    let account = turn.id.to_owned();
    let object = turn.world.put(&id, node, fields, true);
    if let Some((from, _)) = source {
        object.hidden.insert("moves_from".into(), from.into());
    }
    object.hidden.insert("account".into(), account.into());
    object.hidden.insert("number".into(), whole.into());
    object.hidden.insert("registered".into(), false.into());
    turn.world.link(turn.id, "phone_numbers", &id);
    Ok(Reply::of(json!({"id": id})))
}

/// How many numbers an account takes: "2 in total; 20 once the business is verified". Of an account that no one changed the business is.
fn most(turn: &mut Turn<'_>) -> usize {
    let account = turn.object();
    let verified = account.fields.get("business_verification_status").and_then(Value::as_str);
    if account.written && verified.is_some_and(|status| status != "verified") { 2 } else { 20 }
}

/// Whether a number can move here: "two-step verification off first", and the display name approved.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/support/migrating-phone-numbers-among-solution-partners-programmatically`.
fn movable(turn: &Turn<'_>, number: &Object) -> Result<(), Failure> {
    if number.fields.get("is_pin_enabled") == Some(&true.into()) {
        return Err(turn.err(ErrorKind::TwoStepVerificationEnabled));
    }
    if number.fields.get("new_name_status").and_then(Value::as_str) == Some("PENDING_REVIEW") {
        return Err(turn.err(ErrorKind::MigrationDisplayNameMissing));
    }
    Ok(())
}

/// A number, with the callbacks that were set for it.
pub(super) fn read(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if let Some(shown) = super::account::configuration(turn) {
        turn.object().fields.insert("webhook_configuration".into(), shown);
    }
    generic::answer(turn)
}

/// Sends a code. A number that is verified gets none.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/request-verification-code-api`.
pub(super) fn request_code(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let object = turn.object();
    if object.written && object.fields.get("code_verification_status").and_then(Value::as_str) == Some("VERIFIED") {
        return Err(turn.err(ErrorKind::RequestCodeError));
    }
    let (code, until) = (turn.ids.code(), turn.now + CODE);
    turn.hide("code", code);
    turn.hide("code_until", until);
    Ok(Reply::success())
}

/// Verifies a number with the newest code, once and in time. A number that no one asked a code for takes any.
pub(super) fn verify_code(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let given: String = turn.text("code").unwrap_or_default().chars().filter(|c| *c != '-').collect();
    let until = turn.hidden("code_until").and_then(|until| until.as_i64());
    match turn.hidden("code").and_then(|code| code.as_str().map(str::to_owned)) {
        Some(code) if code != given => return Err(turn.err(ErrorKind::WrongVerificationCode)),
        Some(_) if until.is_some_and(|until| until <= turn.now) => return Err(turn.err(ErrorKind::VerifyCodeError)),
        None if turn.object().written => return Err(turn.err(ErrorKind::VerifyCodeError)),
        _ => {}
    }
    turn.object().hidden.shift_remove("code");
    turn.set("code_verification_status", "VERIFIED");
    Ok(Reply::success())
}

/// Registers a verified number: with its PIN, or with one that becomes it.
/// Source: `developers.facebook.com/docs/whatsapp/cloud-api/reference/registration`.
pub(super) fn register(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let verified = turn.object().fields.get("code_verification_status").and_then(Value::as_str) == Some("VERIFIED");
    if turn.object().hidden.contains_key("registered") && !verified {
        return Err(turn.err(ErrorKind::PhoneVerificationRequired));
    }
    let given = turn.text("pin").unwrap_or_default();
    match turn.hidden("pin").and_then(|pin| pin.as_str().map(str::to_owned)) {
        Some(pin) if pin != given => return Err(turn.err(ErrorKind::PinMismatch)),
        Some(_) => {}
        None => turn.hide("pin", given),
    }
    // A number that moves leaves the other account when it is registered here.
    if let Some(from) = turn.object().hidden.shift_remove("moves_from").and_then(|from| from.as_str().map(str::to_owned))
        && let Some(object) = turn.world.object_mut(&from)
    {
        object.fields.insert("status".into(), "MIGRATED".into());
        object.hidden.insert("registered".into(), false.into());
        object.hidden.shift_remove("number");
    }
    turn.hide("registered", true);
    turn.set("code_verification_status", "VERIFIED");
    turn.set("status", "CONNECTED");
    turn.set("platform_type", "CLOUD_API");
    turn.set("is_pin_enabled", true);
    Ok(Reply::success())
}

/// Source: `developers.facebook.com/docs/whatsapp/cloud-api/reference/registration`; a number that is not registered has nothing to deregister
/// (code 100, subcode 2207051, in Meta's `OpenAPI` file).
pub(super) fn deregister(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if turn.hidden("registered") == Some(false.into()) {
        return Err(turn.err(ErrorKind::PhoneNumberNotOnPlatform));
    }
    turn.hide("registered", false);
    turn.set("status", "DISCONNECTED");
    Ok(Reply::success())
}

/// Changes the PIN, or asks for another display name, which is reviewed.
/// Source: `developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers`.
pub(super) fn update(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if let Some(pin) = turn.text("pin") {
        turn.hide("pin", pin);
        turn.set("is_pin_enabled", true);
    }
    super::account::configure(turn)?;
    if turn.text("new_display_name").is_some() {
        turn.set("new_name_status", "PENDING_REVIEW");
    }
    generic::write(turn);
    let reply = generic::example(turn);
    Ok(Reply { origin: Origin::State, ..reply })
}

/// The profile: what was written, and of a number that no one wrote to what the example shows.
/// Source: `developers.facebook.com/docs/whatsapp/cloud-api/reference/business-profiles`.
pub(super) fn read_profile(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let key = (turn.id.to_owned(), turn.operation.edge.to_owned());
    let Some(written) = turn.world.documents.get(&key).and_then(Value::as_object) else { return Ok(generic::example(turn)) };
    let wanted = turn.call.text("fields").map(crate::fields::parse);
    let mut shown = wanted.map_or_else(|| written.clone(), |wanted| crate::fields::select(written, &wanted));
    shown.insert("messaging_product".into(), "whatsapp".into());
    Ok(Reply::of(json!({"data": [shown]})))
}

pub(super) fn update_profile(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let mut given = turn.call.object();
    given.shift_remove("messaging_product");
    given.shift_remove("profile_picture_handle");
    let key = (turn.id.to_owned(), turn.operation.edge.to_owned());
    let profile = turn.world.documents.entry(key).or_insert_with(|| json!({}));
    if let Value::Object(profile) = profile {
        profile.extend(given);
    }
    Ok(Reply::success())
}
