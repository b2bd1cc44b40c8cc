//! Looks after the accounts of many businesses: whether they can be reached, whether webhooks come, what holds their numbers up, and what their
//! messages cost.
//!
//! ```text
//! ACCESS_TOKEN=EAAJB... APP_ID=670843887433847 cargo run --example look_after_tenants 102290129340398 102289599326934
//! ```
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as one on loopback. The page `docs/tenants.md` explains each part.

use std::{collections::BTreeMap, error::Error as StdError, process::ExitCode};

use whatsapp_graph::{
    ApiVersion, ApplicationId, Client, Error, ErrorKind, PhoneNumberId, WabaId,
    phone_number::PhoneNumberField,
    types::{AnalyticsGranularity, HealthAvailability, PricingDimension, PricingMetric},
    webhooks::{AccountEvent, DeliveryState, Event},
};

/// What an error says of the access to an account that could be read before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The token is of no more use.
    TokenLost,
    /// The token is good, and the account is out of its reach.
    AccountGone,
    /// The token may not do this.
    PermissionMissing,
}

/// What is left of the access after a call failed. Nothing: the error is about something else.
pub fn access_after(error: &Error) -> Option<Access> {
    if error.is_auth() {
        // Code 190 with each of its subcodes, and what else is about tokens.
        return Some(Access::TokenLost);
    }
    if error.kind() == Some(ErrorKind::ObjectNotFound) {
        // Code 100 with subcode 33: an account that was unshared looks like one that never was.
        return Some(Access::AccountGone);
    }
    error.is_permission().then_some(Access::PermissionMissing)
}

/// An account that is lost, or one of its numbers, as a webhook tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The account.
    pub waba_id: Option<String>,
    /// The number, if it is about one.
    pub number: Option<String>,
    /// Why: `PRIMARY_INACTIVITY` and the like, or the name of the event.
    pub why: String,
}

/// What parted, if an event of `account_update` tells that something did.
pub fn parting(event: &Event<'_>) -> Option<Parting> {
    let Event::AccountUpdate(update) = event else { return None };
    let what = update.event.as_ref()?;
    let of_partner = matches!(what, AccountEvent::PartnerRemoved | AccountEvent::PartnerAppUninstalled);
    if !of_partner && !matches!(what, AccountEvent::AccountDeleted | AccountEvent::AccountOffboarded) {
        return None;
    }
    let named = update.waba_info.as_ref().and_then(|info| info.waba_id.clone());
    // Of partners the entry names the partner's own business.
    let waba_id = named.or_else(|| update.account().filter(|_| !of_partner).map(ToOwned::to_owned));
    let reason = update.disconnection_info.as_ref().and_then(|info| info.reason.as_ref());
    let why = reason.map_or_else(|| what.as_str(), |reason| reason.as_str());
    Some(Parting { waba_id, number: update.phone_number.clone(), why: why.to_owned() })
}

/// Whether the webhooks of an account come to an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subscription {
    /// They do.
    Fine,
    /// The app is not subscribed.
    Missing,
    /// They go to another address.
    Elsewhere(String),
}

/// Looks whether an app is subscribed to an account, and whether the account has an address of its own other than this one.
pub async fn subscription(client: &Client, waba_id: &WabaId, app: &ApplicationId, callback: Option<&str>) -> Result<Subscription, Error> {
    let mut apps = client.whatsapp_business_account(waba_id).subscribed_apps().read().items();
    while let Some(found) = apps.next().await {
        let found = found?;
        if found.whatsapp_business_api_data.and_then(|data| data.id).as_ref() == Some(app) {
            let other = found.override_callback_uri.filter(|own| Some(own.as_str()) != callback);
            return Ok(other.map_or(Subscription::Fine, Subscription::Elsewhere));
        }
    }
    Ok(Subscription::Missing)
}

/// What a number can do.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberState {
    /// The number.
    pub id: PhoneNumberId,
    /// Whether it can send.
    pub sending: Option<HealthAvailability>,
    /// How many people the business may begin with in 24 hours, `TIER_2K`.
    pub limit: Option<String>,
    /// What limits or blocks it, each with its code where it has one.
    pub why: Vec<String>,
}

/// The state of each number of an account.
pub async fn numbers(client: &Client, waba_id: &WabaId) -> Result<Vec<NumberState>, Error> {
    let fields = [PhoneNumberField::Id, PhoneNumberField::HealthStatus, PhoneNumberField::WhatsappBusinessManagerMessagingLimit];
    let mut found = client.whatsapp_business_account(waba_id).phone_numbers().read().fields(fields).items();
    let mut states = Vec::new();
    while let Some(number) = found.next().await {
        let number = number?;
        let health = number.health_status.unwrap_or_default();
        let mut why = Vec::new();
        for entity in health.entities.unwrap_or_default() {
            why.extend(entity.additional_info.unwrap_or_default());
            for error in entity.errors.unwrap_or_default() {
                why.push(format!("{}: {}", error.error_code.unwrap_or_default(), error.error_description.unwrap_or_default()));
            }
        }
        let limit = number.whatsapp_business_manager_messaging_limit.map(|limit| limit.as_str().to_owned());
        states.push(NumberState { id: number.id, sending: health.can_send_message, limit, why });
    }
    Ok(states)
}

/// What a message is charged as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The account that pays.
    pub account: String,
    /// `MARKETING`, `AUTHENTICATION_INTERNATIONAL`, as analytics write it.
    pub category: String,
    /// `REGULAR`, or why it is free.
    pub kind: String,
    /// When, by the status that had the price first; Unix seconds.
    pub at: i64,
    /// It was delivered, which is what analytics count.
    pub delivered: bool,
}

/// A row for each message, by its identifier: statuses repeat, and two of them have the price.
pub type Charges = BTreeMap<String, Charge>;

/// Takes what an event says of the price of a message.
pub fn charge(charges: &mut Charges, event: &Event<'_>) {
    let Event::Status(status) = event else { return };
    let Some(id) = status.id.clone() else { return };
    let arrived = matches!(status.status, Some(DeliveryState::Delivered | DeliveryState::Read | DeliveryState::Played));
    if let Some(row) = charges.get_mut(&id) {
        row.delivered |= arrived;
        return;
    }
    let (Some(account), Some(pricing)) = (status.account(), &status.pricing) else { return };
    let (Some(category), Some(kind)) = (&pricing.category, &pricing.kind) else { return };
    // Webhooks write `authentication-international`, analytics AUTHENTICATION_INTERNATIONAL.
    let name = |text: &str| text.to_uppercase().replace('-', "_");
    let (category, kind) = (name(category.as_str()), name(kind.as_str()));
    let at = status.unix_time().unwrap_or_default();
    charges.insert(id, Charge { account: account.to_owned(), category, kind, at, delivered: arrived });
}

/// A category and type, how many of its messages the rows have, and how many Meta counts.
pub type Difference = (String, String, i64, i64);

/// Where the rows of an account and Meta's own count differ, for a period in Unix seconds.
pub async fn differences(client: &Client, waba_id: &WabaId, (start, end): (i64, i64), charges: &Charges) -> Result<Vec<Difference>, Error> {
    let mut counts: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    let in_period = |row: &&Charge| row.account == waba_id.as_str() && row.delivered && (start..end).contains(&row.at);
    for row in charges.values().filter(in_period) {
        counts.entry((row.category.clone(), row.kind.clone())).or_default().0 += 1;
    }
    let analytics = client.whatsapp_business_account(waba_id).pricing_analytics();
    let read = analytics
        .read(start, end, AnalyticsGranularity::Daily)
        .metric_types([PricingMetric::Volume])
        .dimensions([PricingDimension::PricingCategory, PricingDimension::PricingType]);
    let mut pages = read.items();
    while let Some(page) = pages.next().await {
        for point in page?.data_points.unwrap_or_default() {
            let (Some(category), Some(kind)) = (point.pricing_category, point.pricing_type) else { continue };
            counts.entry((category.as_str().to_owned(), kind.as_str().to_owned())).or_default().1 += point.volume.unwrap_or_default();
        }
    }
    let differ = counts.into_iter().filter(|(_, (ours, metas))| ours != metas);
    Ok(differ.map(|((category, kind), (ours, metas))| (category, kind, ours, metas)).collect())
}

#[tokio::main]
async fn main() -> ExitCode {
    match look_after().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

async fn look_after() -> Result<(), Box<dyn StdError>> {
    let mut builder = Client::builder(std::env::var("ACCESS_TOKEN")?, ApiVersion::V25_0);
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    let (client, app) = (builder.build()?, ApplicationId::from(std::env::var("APP_ID")?.as_str()));
    for waba_id in std::env::args().skip(1).map(WabaId::from) {
        match subscription(&client, &waba_id, &app, None).await {
            Ok(subscription) => println!("{waba_id}: webhooks {subscription:?}"),
            Err(error) => {
                println!("{waba_id}: {:?}, {error}", access_after(&error));
                continue;
            }
        }
        for number in numbers(&client, &waba_id).await? {
            println!("{waba_id}: {} {:?} {:?} {:?}", number.id, number.sending, number.limit, number.why);
        }
    }
    Ok(())
}
