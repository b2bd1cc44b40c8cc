use whatsapp_graph::{Client, Error, ErrorKind, PhoneNumberId, types::CodeMethod};

async fn add_number(client: &Client, waba_id: &str) -> Result<PhoneNumberId, Error> {
    let numbers = client.whatsapp_business_account(waba_id).phone_numbers();
    let number = numbers.create().cc("1").phone_number("6315551000").verified_name("Lucky Shrub").send().await?;
    client.phone_number(&number.id).request_code(CodeMethod::Sms, "en_US").send().await?;
    Ok(number.id)
}

async fn register(client: &Client, number: &PhoneNumberId, code: &str, pin: &str) -> Result<(), Error> {
    let phone = client.phone_number(number);
    phone.verify_code(code).send().await?;
    match phone.register(pin).send().await {
        Err(error) if error.kind() == Some(ErrorKind::RegistrationLimitReached) => {
            eprintln!("blocked until {:?}", error.retry_at());
            Err(error)
        }
        other => other.map(drop),
    }
}
