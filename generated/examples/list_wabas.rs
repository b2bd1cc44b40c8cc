//! Lists the accounts that a business owns and that were created in the last days, newest first.
//!
//! ```text
//! export ACCESS_TOKEN=...      # of an admin system user of the business
//! export BUSINESS_ID=...
//! export DAYS=90               # how far to look back; 365 if left out
//! cargo run --example list_wabas
//! ```
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as one on loopback.

use std::{
    error::Error as StdError,
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use whatsapp_graph::{
    ApiVersion, BusinessId, Client, Error, Timestamp,
    business::{OwnedWabaFilter, OwnedWabaSort},
    whatsapp_business_account::{Waba, WabaField},
};

/// Shows each account that was created between `from` and `to`, as its page arrives.
pub async fn run(client: &Client, business: &BusinessId, from: Timestamp, to: Timestamp, mut show: impl FnMut(Waba)) -> Result<(), Error> {
    let mut accounts = client
        .business(business)
        .owned_whatsapp_business_accounts()
        .read()
        .fields([WabaField::Id, WabaField::Name, WabaField::CreationTime])
        .filter(OwnedWabaFilter::creation_time().in_range(from, to))
        .sort(OwnedWabaSort::CreationTimeDescending)
        .limit(100)
        .items();
    // The next page is asked for when the accounts of the last one are used up.
    while let Some(account) = accounts.next().await {
        show(account?);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let (client, business, from) = match settings() {
        Ok(settings) => settings,
        Err(fault) => {
            eprintln!("{fault}");
            return ExitCode::from(2);
        }
    };
    let shown = run(&client, &business, from.into(), SystemTime::now().into(), |account| {
        let created = account.creation_time.map_or_else(|| "unknown".to_owned(), |time| time.to_string());
        println!("{}  {created}  {}", account.id, account.name.unwrap_or_default());
    });
    match shown.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{}", error.support_report());
            ExitCode::FAILURE
        }
    }
}

fn settings() -> Result<(Client, BusinessId, SystemTime), Box<dyn StdError>> {
    let days: u64 = match std::env::var("DAYS") {
        Ok(days) => days.parse().map_err(|_| "DAYS is not a number of days")?,
        Err(_) => 365,
    };
    let ago = Duration::from_secs(days.saturating_mul(24 * 60 * 60));
    let from = SystemTime::now().checked_sub(ago).unwrap_or(UNIX_EPOCH);
    let mut builder = Client::builder(variable("ACCESS_TOKEN")?, ApiVersion::V27_0);
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    Ok((builder.build()?, variable("BUSINESS_ID")?.into(), from))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}
