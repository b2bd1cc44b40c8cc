//! A bot on axum: receives messages, answers each once, and loses none.
//!
//! ```text
//! export APP_SECRET=...        # of the app that receives the webhooks
//! export VERIFY_TOKEN=...      # a text of your own, which the dashboard is given too
//! export ACCESS_TOKEN=...      # of a system user that may send messages
//! export ADDRESS=127.0.0.1:8080
//! cargo run --example receive_with_axum --features axum
//! ```
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as one on loopback.

use std::{error::Error as StdError, time::Duration};

use axum::Router;
use whatsapp_graph::{
    ApiVersion, Client, Error,
    webhooks::{Event, Inbox, MemoryClaims, Notification, Received, Receiver, WebhookMessageContent, axum::route},
};

/// Where Meta sends webhooks: `/webhook`.
pub fn app(client: Client, receiver: Receiver) -> Router {
    // Longer than answering can take: the client gives up after 30 seconds.
    let inbox = Inbox::new(MemoryClaims::new()).lease(Duration::from_secs(90));
    let webhook = route(receiver, move |received: Received<Notification>| {
        let (client, inbox) = (client.clone(), inbox.clone());
        // What is not handled is an error, which is answered with 503, and Graph repeats the webhook.
        async move { inbox.each(received.events(), |event| answer(&client, event)).await.map(drop) }
    });
    Router::new().route("/webhook", webhook)
}

/// Marks a message as read and answers it. In this order: if the answer fails, marking it again does no harm.
async fn answer(client: &Client, event: Event<'_>) -> Result<(), Error> {
    // Echoes, history and what another responder has are kinds of their own, and no messages.
    let Event::Message(message) = event else { return Ok(()) };
    let (Some(number), Some(id)) = (message.number(), &message.id) else { return Ok(()) };
    let WebhookMessageContent::Text(text) = message.content() else { return Ok(()) };
    let messages = client.phone_number(number).messages();
    messages.mark_as_read(id).send().await?;
    let echo = format!("You wrote: {}", text.body.as_deref().unwrap_or_default());
    let reply = messages.create(echo).context(id.as_str());
    let reply = match (&message.from, &message.from_user_id) {
        (Some(phone), _) => reply.to(phone.as_str()),
        // Who shows no number is reached by user ID.
        (None, Some(user)) => reply.recipient(user),
        (None, None) => return Ok(()),
    };
    match reply.send().await {
        // Nothing was sent, and it may be tried again.
        Err(error) if error.is_retryable() => Err(error),
        // It cannot be sent, or it may have been: a repetition would not help, or answer twice.
        Err(error) => {
            eprintln!("{}", error.support_report());
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let receiver = Receiver::builder().app_secret(variable("APP_SECRET")?).verify_token(variable("VERIFY_TOKEN")?).build()?;
    let mut builder = Client::builder(variable("ACCESS_TOKEN")?, ApiVersion::V27_0).timeout(Duration::from_secs(30));
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    let listener = tokio::net::TcpListener::bind(variable("ADDRESS")?).await?;
    Ok(axum::serve(listener, app(builder.build()?, receiver)).await?)
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}
