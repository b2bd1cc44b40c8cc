//! Counts the numbers of many businesses in one process: one client, a view of it for each business.
//!
//! ```text
//! cargo run --example many_tenants < tenants.txt
//! ```
//!
//! The file has one business a line: its account, the Graph version to call, the access token.
//!
//! ```text
//! 102290129340398 v23.0 EAAJB...
//! 102289599326934 v21.0 EAAKC...
//! ```
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as one on loopback.

use std::{collections::BTreeMap, error::Error as StdError, io::Read as _, process::ExitCode};

use tokio::task::JoinSet;
use whatsapp_graph::{ApiVersion, Client, Error, Secret, WabaId, phone_number::PhoneNumberField};

/// A business that the process works for.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its account.
    pub waba_id: WabaId,
    /// The version that it was tested with.
    pub version: ApiVersion,
    /// Its access token.
    pub token: Secret,
}

/// How many businesses are asked about at the same time.
const AT_ONCE: usize = 16;

/// How many numbers each account has. What fails for one business fails for no other.
pub async fn run(client: &Client, tenants: &[Tenant]) -> BTreeMap<WabaId, Result<usize, Error>> {
    let mut counts = BTreeMap::new();
    let mut running = JoinSet::new();
    for tenant in tenants {
        if running.len() == AT_ONCE
            && let Some(Ok((waba_id, count))) = running.join_next().await
        {
            counts.insert(waba_id, count);
        }
        // A view costs no connection: all of them share the pool of the client.
        let view = client.at_version(tenant.version).with_token(&tenant.token);
        let waba_id = tenant.waba_id.clone();
        running.spawn(async move {
            let count = count(&view, &waba_id).await;
            (waba_id, count)
        });
    }
    while let Some(joined) = running.join_next().await {
        if let Ok((waba_id, count)) = joined {
            counts.insert(waba_id, count);
        }
    }
    counts
}

async fn count(client: &Client, waba_id: &WabaId) -> Result<usize, Error> {
    let mut pages = client.whatsapp_business_account(waba_id).phone_numbers().read().fields([PhoneNumberField::Id]).pages();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        count += page?.data.len();
    }
    Ok(count)
}

#[tokio::main]
async fn main() -> ExitCode {
    let (client, tenants) = match settings() {
        Ok(settings) => settings,
        Err(fault) => {
            eprintln!("{fault}");
            return ExitCode::from(2);
        }
    };
    let mut failed = false;
    for (waba_id, count) in run(&client, &tenants).await {
        match count {
            Ok(count) => println!("{waba_id}: {count}"),
            Err(error) => {
                failed = true;
                eprintln!("{waba_id}: {error}");
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn settings() -> Result<(Client, Vec<Tenant>), Box<dyn StdError>> {
    // The client's own token is empty, since each business brings its own.
    let mut builder = Client::builder("", ApiVersion::V27_0);
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let tenants: Result<_, Box<dyn StdError>> =
        lines.map(|(at, line)| tenant(line).map_err(|fault| format!("line {}: {fault}", at + 1).into())).collect();
    Ok((builder.build()?, tenants?))
}

/// Reads a line. Its faults never quote it: there is a token in it.
pub fn tenant(line: &str) -> Result<Tenant, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [waba_id, version, token] = words[..] else {
        return Err("a line is account, version and token".to_owned());
    };
    let version = version.parse().map_err(|_| "the second word is no version such as v23.0".to_owned())?;
    Ok(Tenant { waba_id: waba_id.into(), version, token: token.into() })
}
