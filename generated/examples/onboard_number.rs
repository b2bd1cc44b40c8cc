//! Adds a number to an account, proves who owns it, and registers it for Cloud API.
//!
//! ```text
//! export ACCESS_TOKEN=...      # of a system user with whatsapp_business_management and whatsapp_business_messaging
//! export WABA_ID=...           # the WhatsApp Business Account that gets the number
//! export COUNTRY_CODE=1        # the calling code, without a plus sign
//! export NUMBER=6315551000     # the number without the calling code
//! export DISPLAY_NAME='Lucky Shrub'
//! export PIN=...               # six digits; they become the PIN of the number if it has none
//! cargo run --example onboard_number
//! ```
//!
//! `APP_SECRET` adds `appsecret_proof` to each call. `GRAPH_BASE_URL` sends the calls to another server, such as one on loopback.

use std::{error::Error as StdError, process::ExitCode, time::SystemTime};

use whatsapp_graph::{ApiVersion, Client, Error, ErrorKind, PhoneNumberId, Secret, WabaId, types::CodeMethod};

/// The number that is to be onboarded.
pub struct NewNumber {
    /// The account that gets it.
    pub waba_id: WabaId,
    /// The country calling code, without a plus sign.
    pub country_code: String,
    /// The number without the calling code.
    pub number: String,
    /// What customers see with it.
    pub display_name: String,
    /// The six digits of two-step verification.
    pub pin: Secret,
}

/// Creates the number, has a code sent to it, gives the code back, and registers the number.
///
/// `ask` waits for the code that the owner of the number received.
pub async fn run(client: &Client, new: &NewNumber, ask: impl FnOnce() -> String) -> Result<PhoneNumberId, Error> {
    let created = client
        .whatsapp_business_account(&new.waba_id)
        .phone_numbers()
        .create()
        .cc(&new.country_code)
        .phone_number(&new.number)
        .verified_name(&new.display_name)
        .send()
        .await?;
    let phone = client.phone_number(&created.id);
    phone.request_code(CodeMethod::Sms, "en_US").send().await?;
    phone.verify_code(ask()).send().await?;
    phone.register(&new.pin).send().await?;
    Ok(created.id)
}

/// What the person who ran the program should do about an error.
pub fn advice(error: &Error) -> String {
    match error.kind() {
        Some(ErrorKind::RegistrationLimitReached) => {
            // Each further attempt would fail, so the program does not try: it says when it will be worthwhile.
            let wait = error.retry_at().and_then(|time| time.duration_since(SystemTime::now()).ok());
            match wait {
                Some(wait) => format!("The number is blocked. Run this again in {} hours.", wait.as_secs().div_ceil(3600)),
                None => "The number is blocked. Run this again in three days.".to_owned(),
            }
        }
        Some(ErrorKind::PinMismatch) => "The number has a PIN already. Ask its owner for it; do not guess.".to_owned(),
        Some(ErrorKind::WrongVerificationCode) => "The code is wrong. Run this again and type the newest code.".to_owned(),
        // Whatever else Meta documents for the operation comes with its remedy.
        _ => match (error.doc(), error.info()) {
            (Some(doc), _) => doc.remedy.to_owned(),
            (None, Some(meta)) => meta.remedy.to_owned(),
            (None, None) if error.is_retryable() => "Run this again after a while.".to_owned(),
            (None, None) => "The report above is what Meta's support asks for.".to_owned(),
        },
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let (client, new) = match settings() {
        Ok(settings) => settings,
        Err(fault) => {
            eprintln!("{fault}");
            return ExitCode::from(2);
        }
    };
    match run(&client, &new, ask).await {
        Ok(id) => {
            println!("{id} is registered");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprint!("{}", error.support_report());
            eprintln!("{}", advice(&error));
            ExitCode::FAILURE
        }
    }
}

fn settings() -> Result<(Client, NewNumber), Box<dyn StdError>> {
    let mut builder = Client::builder(variable("ACCESS_TOKEN")?, ApiVersion::V27_0);
    if let Ok(secret) = std::env::var("APP_SECRET") {
        builder = builder.app_secret(secret);
    }
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    let new = NewNumber {
        waba_id: variable("WABA_ID")?.into(),
        country_code: variable("COUNTRY_CODE")?,
        number: variable("NUMBER")?,
        display_name: variable("DISPLAY_NAME")?,
        pin: variable("PIN")?.into(),
    };
    Ok((builder.build()?, new))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}

fn ask() -> String {
    println!("Which code came to the number?");
    let mut code = String::new();
    // Without an answer the code stays empty, and Graph says that it is wrong.
    let _ = std::io::stdin().read_line(&mut code);
    code.trim().to_owned()
}
