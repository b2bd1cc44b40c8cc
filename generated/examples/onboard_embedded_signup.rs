//! Onboards a business that went through Embedded Signup, as a Solution Partner does it.
//!
//! ```text
//! export ACCESS_TOKEN=...      # of a system user of your own portfolio, the one that owns the credit line
//! export APP_ID=...            # of the app that Embedded Signup ran in
//! export APP_SECRET=...
//! export CODE=...              # what Embedded Signup gave to the web page; it holds for a short time and once
//! export PHONE_NUMBER_ID=...   # likewise
//! export CREDIT_LINE_ID=...    # what the account is going to be charged to
//! export CURRENCY=USD
//! export PIN=...               # six digits; they become the PIN of the number if it has none
//! cargo run --example onboard_embedded_signup
//! ```
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as one on loopback.

use std::{error::Error as StdError, process::ExitCode};

use whatsapp_graph::{ApiVersion, ApplicationId, Client, Error, ExtendedCreditId, PhoneNumberId, Secret, WabaId, types::TokenInfo};

/// What the app knows when a business has completed Embedded Signup.
pub struct Signup {
    /// The app that Embedded Signup ran in.
    pub app_id: ApplicationId,
    /// The secret of that app.
    pub app_secret: Secret,
    /// The code that is exchanged for a token of the business.
    pub code: Secret,
    /// The number of the business.
    pub phone_number_id: PhoneNumberId,
    /// The credit line that pays for the account.
    pub credit_line: ExtendedCreditId,
    /// The currency of the invoices.
    pub currency: String,
    /// The six digits of two-step verification.
    pub pin: Secret,
}

/// What has come of it.
pub struct Onboarded {
    /// The account that the business shared.
    pub waba_id: WabaId,
    /// The token to call with on behalf of the business.
    pub token: Secret,
    /// Names the sharing of the credit line; whoever takes the line back needs it.
    pub allocation: Option<String>,
}

/// Why a business was not onboarded.
#[derive(Debug)]
pub enum Failure {
    /// A call failed.
    Call(Error),
    /// The token of the business holds for no account: Embedded Signup was not completed.
    NoAccount,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

/// Exchanges the code, finds the account, subscribes to its webhooks, attaches the credit line, and registers the number.
///
/// `client` calls with the token of the partner; a view of it calls with the token of the business.
pub async fn run(client: &Client, signup: &Signup) -> Result<Onboarded, Failure> {
    let exchanged = client.exchange_code(&signup.app_id, &signup.app_secret, &signup.code).send().await?;
    let token = exchanged.access_token;
    let info = client.debug_token(&token).send().await?.data;
    let waba_id = shared_account(&info).ok_or(Failure::NoAccount)?;

    let business = client.with_token(&token);
    business.whatsapp_business_account(&waba_id).subscribed_apps().create().send().await?;
    let credit = client.extended_credit(&signup.credit_line).share_and_attach(&waba_id, &signup.currency).send().await?;
    business.phone_number(&signup.phone_number_id).register(&signup.pin).send().await?;
    Ok(Onboarded { waba_id, token, allocation: credit.allocation_config_id })
}

/// The account that was shared last, which is first.
fn shared_account(info: &TokenInfo) -> Option<WabaId> {
    let scopes = info.granular_scopes.as_deref()?;
    let management = scopes.iter().find(|scope| scope.scope.as_deref() == Some("whatsapp_business_management"))?;
    management.target_ids.as_deref()?.first().map(WabaId::from)
}

#[tokio::main]
async fn main() -> ExitCode {
    let (client, signup) = match settings() {
        Ok(settings) => settings,
        Err(fault) => {
            eprintln!("{fault}");
            return ExitCode::from(2);
        }
    };
    match run(&client, &signup).await {
        Ok(onboarded) => {
            // Store the token where secrets are kept. It is not printed: `Secret` has no `Display`.
            let allocation = onboarded.allocation.unwrap_or_else(|| "unknown".to_owned());
            println!(
                "{} is onboarded with a token of {} bytes; credit allocation {allocation}",
                onboarded.waba_id,
                onboarded.token.expose().len()
            );
            ExitCode::SUCCESS
        }
        Err(Failure::NoAccount) => {
            eprintln!("The token holds for no account. Let the business go through Embedded Signup again.");
            ExitCode::FAILURE
        }
        Err(Failure::Call(error)) => {
            eprint!("{}", error.support_report());
            ExitCode::FAILURE
        }
    }
}

fn settings() -> Result<(Client, Signup), Box<dyn StdError>> {
    let signup = Signup {
        app_id: variable("APP_ID")?.into(),
        app_secret: variable("APP_SECRET")?.into(),
        code: variable("CODE")?.into(),
        phone_number_id: variable("PHONE_NUMBER_ID")?.into(),
        credit_line: variable("CREDIT_LINE_ID")?.into(),
        currency: variable("CURRENCY")?,
        pin: variable("PIN")?.into(),
    };
    // Both tokens belong to the app, so its secret proves both.
    let mut builder = Client::builder(variable("ACCESS_TOKEN")?, ApiVersion::V23_0).app_secret(&signup.app_secret);
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    Ok((builder.build()?, signup))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}
