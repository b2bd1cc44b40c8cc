use graph_mock::Mock;
use whatsapp_graph::{Client, Error, ErrorKind, phone_number::SendMessage};

/// What is tested: a message that Graph throttles is kept for later.
async fn tell(client: &Client, to: &str) -> Result<&'static str, Error> {
    match client.phone_number("106540352242922").messages().create("Your table is ready.").to(to).send().await {
        Ok(_) => Ok("sent"),
        Err(error) if error.is_rate_limited() => Ok("kept for later"),
        Err(error) => Err(error),
    }
}

#[tokio::test]
async fn a_throttled_message_is_kept_for_later() -> Result<(), Box<dyn std::error::Error>> {
    let mock = Mock::start()?; // a free port, and a state of its own
    let client = mock.client()?;
    mock.on::<SendMessage>().fails(ErrorKind::ThroughputLimitReached).times(1);
    assert_eq!(tell(&client, "+1 650 555 1234").await?, "kept for later");
    assert_eq!(tell(&client, "+1 650 555 1234").await?, "sent");
    assert_eq!(mock.requests().len(), 2);
    Ok(())
}
