//! The account: whether its webhooks come, and the health of its numbers.

use std::time::SystemTime;

use graph_runtime::{Day, Operation, Secret};
use whatsapp_graph::Client;
use whatsapp_graph::application::SubscribeToObject;
use whatsapp_graph::phone_number::{PhoneNumber, PhoneNumberField};
use whatsapp_graph::types::{HealthAvailability, HealthStatus, PhoneNumberStatus, QualityRating};
use whatsapp_graph::whatsapp_business_account::SubscribeApp;

use super::finding::{Findings, Level};
use crate::catalog::kebab;
use crate::description::WebhookField;
use crate::operations::SPEC;
use crate::text::sentence;

/// The command that calls an operation.
fn command<O: Operation>(rest: &str) -> String {
    format!("whatsapp-graph-cli call {} {rest}", kebab(O::INFO.request))
}

/// Looks whether the app receives webhooks of the account.
pub(super) async fn subscribed_app(client: &Client, account: &str, app: Option<&str>, findings: &mut Findings) {
    const CHECK: &str = "subscribed_app";
    let Some(app) = app else {
        findings.skip(&[CHECK], "Graph does not say which app the token belongs to");
        return;
    };
    let mut apps = client.whatsapp_business_account(account).subscribed_apps().read().items();
    let mut count = 0;
    while let Some(subscribed) = apps.next().await {
        match subscribed {
            Ok(subscribed) => {
                count += 1;
                let of = subscribed.whatsapp_business_api_data.and_then(|data| data.id);
                if of.is_some_and(|id| id.as_str() == app) {
                    findings.ok(CHECK, format!("the app {app} receives webhooks of the account"));
                    return;
                }
            }
            Err(error) => return findings.failed(CHECK, &error),
        }
    }
    let others = match count {
        0 => "no other app is".to_owned(),
        1 => "one other app is".to_owned(),
        count => format!("{count} other apps are"),
    };
    let what = format!("the app {app} is not subscribed to the account, so it gets no webhooks of it; {others}");
    findings.add(Level::Error, CHECK, what, &command::<SubscribeApp>(account));
}

/// Looks which fields the app is subscribed to.
pub(super) async fn webhook_fields(
    client: &Client,
    app: Option<&str>,
    secret: Option<&Secret>,
    needed: &[String],
    scopes: Option<&[String]>,
    findings: &mut Findings,
) {
    const CHECK: &str = "webhook_fields";
    let (Some(app), Some(secret)) = (app, secret) else {
        findings.skip(&[CHECK], "it needs the app secret");
        return;
    };
    // The token of the app itself, as Graph reads it.
    let client = client.with_token(Secret::from(format!("{app}|{}", secret.expose())));
    let mut subscriptions = client.application(app).subscriptions().read().items();
    let mut subscribed: Option<Vec<String>> = None;
    while let Some(subscription) = subscriptions.next().await {
        match subscription {
            Ok(subscription) => {
                if subscription.object.as_deref() == Some(SPEC.webhooks.object) && subscription.active != Some(false) {
                    let fields = subscription.fields.unwrap_or_default().into_iter().filter_map(|field| field.name);
                    subscribed.get_or_insert_default().extend(fields);
                }
            }
            Err(error) => return findings.failed(CHECK, &error),
        }
    }
    let has = |name: &str| subscribed.iter().flatten().any(|field| field == name);
    let missing: Vec<&str> = needed.iter().map(String::as_str).filter(|name| !has(name)).collect();
    let object = SPEC.webhooks.object;
    if missing.is_empty() {
        findings.ok(CHECK, format!("subscribed to {}", needed.join(", ")));
    } else {
        let fields = missing.join(",");
        let what = match &subscribed {
            None => format!("the app {app} has no active subscription of `{object}`"),
            Some(_) => format!("the app {app} is not subscribed to {}", missing.join(", ")),
        };
        let remedy = command::<SubscribeToObject>(&format!("{app} -p object={object} -p fields={fields} -p callback_url=…"));
        let meant = missing.iter().filter_map(|name| SPEC.webhooks.fields.iter().find(|field| field.name == *name));
        let meant: Vec<String> = meant.map(|field| format!("`{}`: {}", field.name, sentence(field.doc))).collect();
        findings.add_of(Level::Error, CHECK, None, what, std::iter::once(&remedy).chain(&meant).map(String::as_str));
    }
    let unheard = SPEC.webhooks.fields.iter().filter(|field| {
        let granted =
            field.permission.is_some_and(|permission| !scopes.is_some_and(|scopes| scopes.iter().any(|scope| scope == permission)));
        has(field.name) && scopes.is_some() && granted
    });
    for field in unheard {
        let permission = field.permission.unwrap_or_default();
        let what = format!("`{}` is subscribed, but the token lacks `{permission}`, without which no webhook arrives", field.name);
        findings.add(Level::Warning, CHECK, what, "grant the permission to the app");
    }
    let (version, today) = (client.version().into(), Day::of(SystemTime::now()));
    let is_there = |field: &&WebhookField| field.subscribable && field.availability.contains_on(version, today);
    let others = SPEC.webhooks.fields.iter().filter(is_there).map(|field| field.name);
    let others: Vec<&str> = others.filter(|name| !has(name) && !missing.contains(name)).collect();
    if !others.is_empty() && subscribed.as_ref().is_some_and(|fields| !fields.is_empty()) {
        findings.add(Level::Note, CHECK, format!("not subscribed to {}", others.join(", ")), "");
    }
}

/// Looks at the health of each number.
pub(super) async fn numbers(client: &Client, account: &str, findings: &mut Findings) {
    const CHECK: &str = "numbers";
    let fields =
        [PhoneNumberField::DisplayPhoneNumber, PhoneNumberField::Status, PhoneNumberField::QualityRating, PhoneNumberField::HealthStatus];
    let mut numbers = client.whatsapp_business_account(account).phone_numbers().read().fields(fields).items();
    let mut count = 0;
    while let Some(number) = numbers.next().await {
        match number {
            Ok(number) => {
                count += 1;
                health(&number, findings);
            }
            Err(error) => return findings.failed(CHECK, &error),
        }
    }
    if count == 0 {
        findings.add(Level::Warning, CHECK, "the account has no number", "");
    }
}

/// What Meta says of a number.
fn health(number: &PhoneNumber, findings: &mut Findings) {
    const CHECK: &str = "numbers";
    let shown = number.display_phone_number.as_ref().map_or_else(|| number.id.to_string(), |shown| format!("{} ({shown})", number.id));
    let subject = || Some(shown.clone());
    let status = number.status.as_ref().map_or("no status", PhoneNumberStatus::as_str);
    let quality = number.quality_rating.as_ref().map_or("none", QualityRating::as_str);
    let summary = format!("{status}, quality {quality}");
    let level = match number.health_status.as_ref().and_then(|health| health.can_send_message.as_ref()) {
        Some(HealthAvailability::Available) => Level::Ok,
        Some(HealthAvailability::Blocked) => Level::Error,
        // Meta's own words are not there: by what the number is.
        None if matches!(number.status, Some(PhoneNumberStatus::Connected)) => Level::Ok,
        Some(_) | None => Level::Warning,
    };
    if level == Level::Ok && !matches!(number.quality_rating, Some(QualityRating::Red)) {
        return findings.add_of(Level::Ok, CHECK, subject(), summary, []);
    }
    if level == Level::Ok {
        let remedy = "see what people block and report; the limit of messages may be lowered";
        return findings.add_of(Level::Warning, CHECK, subject(), summary, [remedy]);
    }
    let (reasons, remedies) = number.health_status.as_ref().map(reasons).unwrap_or_default();
    let what = if reasons.is_empty() { summary } else { format!("{summary}: {}", reasons.join("; ")) };
    let general = ["look at the number in WhatsApp Manager".to_owned()];
    let remedies = if remedies.is_empty() { &general[..] } else { &remedies[..] };
    findings.add_of(level, CHECK, subject(), what, remedies.iter().map(String::as_str));
}

/// What keeps a number from sending, and what Meta says can be done.
fn reasons(health: &HealthStatus) -> (Vec<String>, Vec<String>) {
    let (mut reasons, mut remedies) = (Vec::new(), Vec::new());
    for entity in health.entities.iter().flatten() {
        let kind = entity.entity_type.as_ref().map_or("something", |kind| kind.as_str());
        for error in entity.errors.iter().flatten() {
            let code = error.error_code.map_or_else(String::new, |code| format!(" ({code})"));
            reasons.push(format!("{kind}: {}{code}", error.error_description.as_deref().unwrap_or("no reason was given")));
            remedies.extend(error.possible_solution.clone());
        }
        reasons.extend(entity.additional_info.iter().flatten().map(|info| format!("{kind}: {info}")));
    }
    (reasons, remedies)
}
