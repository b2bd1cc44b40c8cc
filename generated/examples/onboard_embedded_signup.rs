//! Onboards a business that went through Embedded Signup, as a Solution Partner does it.
//!
//! ```text
//! export ACCESS_TOKEN=...      # of a system user of your own portfolio, the one that owns the credit line
//! export BUSINESS_ID=...       # of that portfolio
//! export APP_ID=...            # of the app that Embedded Signup ran in
//! export APP_SECRET=...
//! export CODE=...              # what Embedded Signup gave to the web page; it holds for a short time and once
//! export TOKEN_FILE=...        # where the token of the business is kept; if it is there already, the code is not used
//! export PHONE_NUMBER_ID=...   # from the event of the page
//! export WABA_ID=...           # likewise; without it the account is looked for by its number
//! export CREDIT_LINE_ID=...    # what the account is going to be charged to
//! export CURRENCY=USD
//! export PIN=...               # six digits; they become the PIN of the number if it has none
//! cargo run --example onboard_embedded_signup
//! ```
//!
//! The code can be exchanged once. So the token that it gave is kept before anything else is done with it, and whatever fails afterwards is
//! continued by running the program again.
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as one on loopback.

use std::{
    error::Error as StdError,
    fmt,
    fs::{File, OpenOptions},
    io::{self, Write as _},
    process::ExitCode,
};

use whatsapp_graph::{
    ApiVersion, ApplicationId, BusinessId, Client, Error, ExtendedCreditId, Outcome, PhoneNumberId, Secret, WabaId,
    phone_number::{PhoneNumber, PhoneNumberField},
    types::{NameStatus, PlatformType},
    whatsapp_business_account::WabaField,
};

/// What the app knows when a business has completed Embedded Signup.
pub struct Signup {
    /// The app that Embedded Signup ran in.
    pub app_id: ApplicationId,
    /// The secret of that app.
    pub app_secret: Secret,
    /// The portfolio of the partner, which the accounts of its clients are shared with.
    pub business_id: BusinessId,
    /// The account that the event of the page named. It went through a browser, so it is checked.
    pub waba_id: Option<WabaId>,
    /// The number that the event of the page named.
    pub phone_number_id: PhoneNumberId,
    /// The credit line that pays for the account.
    pub credit_line: ExtendedCreditId,
    /// The currency of the invoices.
    pub currency: String,
    /// The six digits of two-step verification.
    pub pin: Secret,
}

/// What has come of it.
#[derive(Debug)]
pub struct Onboarded {
    /// The account that the business shared.
    pub waba_id: WabaId,
    /// Names the sharing of the credit line; whoever takes the line back needs it. Nothing if the account was paid for already.
    pub allocation: Option<String>,
    /// What was done about the number.
    pub registration: Registration,
}

/// Whether a number was registered for Cloud API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// By this run.
    Done,
    /// It was registered before. To register it again would only count against its ten attempts in 72 hours.
    DoneBefore,
    /// It is used with the WhatsApp Business app, which registered it; Graph refuses to do it again.
    ByTheApp,
    /// Its display name is not ready. Run the program again when it is.
    NameNotReady(Option<NameStatus>),
}

/// Why a business was not onboarded. The token of the business is good in any case, and the next run continues with it.
#[derive(Debug)]
pub enum Failure {
    /// A call failed.
    Call(Box<Error>),
    /// The business did not grant this permission.
    NotGranted(&'static str),
    /// No account that is shared with the partner holds the number.
    NoAccount,
    /// The account that the page named does not hold the number.
    OtherAccount,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => f.write_str(&error.support_report()),
            Self::NotGranted(permission) => {
                write!(f, "The business did not grant {permission}. Let it go through Embedded Signup again.")
            }
            Self::NoAccount => {
                f.write_str("No account that was shared with the portfolio holds the number. Set WABA_ID to the account of the event.")
            }
            Self::OtherAccount => f.write_str("WABA_ID is an account without that number. Compare both with the event of the page."),
        }
    }
}

/// Exchanges the code for a token of the business, once.
///
/// Keep the token before you do anything else with it: if it is lost, the business has to go through Embedded Signup again.
pub async fn exchange(client: &Client, signup: &Signup, code: &Secret) -> Result<Secret, Error> {
    Ok(client.exchange_code(&signup.app_id, &signup.app_secret, code).send().await?.access_token)
}

/// Finds the account, subscribes to its webhooks, attaches the credit line, and registers the number. What was done before is not done again.
///
/// `client` calls with the token of the partner; a view of it calls with the token of the business.
pub async fn onboard(client: &Client, signup: &Signup, token: &Secret) -> Result<Onboarded, Failure> {
    let scopes = client.debug_token(token).send().await?.data.scopes.unwrap_or_default();
    for permission in ["whatsapp_business_management", "whatsapp_business_messaging"] {
        // Not `granular_scopes`: it lacks some permissions that the token has.
        if !scopes.iter().any(|scope| scope == permission) {
            return Err(Failure::NotGranted(permission));
        }
    }

    let business = client.with_token(token);
    let waba_id = match &signup.waba_id {
        Some(named) => named.clone(),
        None => shared_account(client, signup).await?.ok_or(Failure::NoAccount)?,
    };
    let number = number_of(&business, &waba_id, &signup.phone_number_id).await?.ok_or(Failure::OtherAccount)?;

    let account = client.whatsapp_business_account(&waba_id);
    business.whatsapp_business_account(&waba_id).subscribed_apps().subscribe().send().await?;
    let paid_for = account.read().fields([WabaField::PrimaryFundingId]).send().await?.primary_funding_id.is_some();
    let allocation = if paid_for {
        None
    } else {
        client.extended_credit(&signup.credit_line).share_and_attach(&waba_id, &signup.currency).send().await?.allocation_config_id
    };
    let registration = register(&business, &number, &signup.pin).await?;
    Ok(Onboarded { waba_id, allocation, registration })
}

/// The account among those of the partner's clients that holds the number.
async fn shared_account(client: &Client, signup: &Signup) -> Result<Option<WabaId>, Error> {
    let numbers = WabaField::phone_numbers(|numbers| numbers.limit(50).fields([PhoneNumberField::Id]));
    let shared = client.business(&signup.business_id).client_whatsapp_business_accounts();
    let mut accounts = shared.read().fields([WabaField::Id, numbers]).items();
    while let Some(account) = accounts.next().await {
        let account = account?;
        let edge = client.whatsapp_business_account(&account.id).phone_numbers();
        let mut numbers = edge.read().fields([PhoneNumberField::Id]).items().begin_with(account.phone_numbers.unwrap_or_default());
        while let Some(number) = numbers.next().await {
            if number?.id == signup.phone_number_id {
                return Ok(Some(account.id));
            }
        }
    }
    Ok(None)
}

/// The number, if the account holds it.
async fn number_of(business: &Client, waba_id: &WabaId, id: &PhoneNumberId) -> Result<Option<PhoneNumber>, Error> {
    let fields = [PhoneNumberField::Id, PhoneNumberField::NameStatus, PhoneNumberField::PlatformType, PhoneNumberField::IsOnBizApp];
    let mut numbers = business.whatsapp_business_account(waba_id).phone_numbers().read().fields(fields).items();
    while let Some(number) = numbers.next().await {
        let number = number?;
        if number.id == *id {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// Registers a number that has to be registered and can be.
async fn register(business: &Client, number: &PhoneNumber, pin: &Secret) -> Result<Registration, Error> {
    if number.is_on_biz_app == Some(true) {
        return Ok(Registration::ByTheApp);
    }
    if number.platform_type == Some(PlatformType::CloudApi) {
        return Ok(Registration::DoneBefore);
    }
    if !matches!(number.name_status, Some(NameStatus::Approved | NameStatus::AvailableWithoutReview)) {
        return Ok(Registration::NameNotReady(number.name_status.clone()));
    }
    business.phone_number(&number.id).register(pin).send().await?;
    Ok(Registration::Done)
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match settings() {
        Ok((client, signup)) => kept_token(&client, &signup).await.map(|token| (client, signup, token)),
        Err(fault) => Err(fault),
    };
    let (client, signup, token) = match outcome {
        Ok(ready) => ready,
        Err(fault) => {
            eprintln!("{fault}");
            return ExitCode::from(2);
        }
    };
    match onboard(&client, &signup, &token).await {
        Ok(onboarded) => {
            println!("{onboarded:?}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// The token of an earlier run, or the one that the code is exchanged for now.
async fn kept_token(client: &Client, signup: &Signup) -> Result<Secret, Box<dyn StdError>> {
    let path = variable("TOKEN_FILE")?;
    match std::fs::read_to_string(&path) {
        Ok(kept) if !kept.trim().is_empty() => return Ok(kept.trim().into()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(format!("TOKEN_FILE {path}: {error}").into()),
    }
    // The file is opened before the code is used up, so that the token has a place.
    let mut file = private_file(&path).map_err(|error| format!("TOKEN_FILE {path}: {error}"))?;
    let token = match exchange(client, signup, &variable("CODE")?.into()).await {
        Ok(token) => token,
        Err(error) if matches!(error.outcome(), Outcome::NotSent) => return Err(error.into()),
        Err(error) => {
            let report = error.support_report();
            return Err(format!("{report}The code may be used up. Let the business go through Embedded Signup again.").into());
        }
    };
    file.write_all(token.expose().as_bytes())?;
    file.sync_all()?;
    Ok(token)
}

/// A file for its owner alone, where the system knows that.
fn private_file(path: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create(true).truncate(true).open(path)
}

fn settings() -> Result<(Client, Signup), Box<dyn StdError>> {
    let signup = Signup {
        app_id: variable("APP_ID")?.into(),
        app_secret: variable("APP_SECRET")?.into(),
        business_id: variable("BUSINESS_ID")?.into(),
        waba_id: std::env::var("WABA_ID").ok().map(WabaId::from),
        phone_number_id: variable("PHONE_NUMBER_ID")?.into(),
        credit_line: variable("CREDIT_LINE_ID")?.into(),
        currency: variable("CURRENCY")?,
        pin: variable("PIN")?.into(),
    };
    // Both tokens belong to the app, so its secret proves both.
    let mut builder = Client::builder(variable("ACCESS_TOKEN")?, ApiVersion::V27_0).app_secret(&signup.app_secret);
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    Ok((builder.build()?, signup))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}
