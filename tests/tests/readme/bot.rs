use whatsapp_graph::webhooks::{Event, Inbox, MemoryClaims, Notification, Received, Receiver, axum::route};
use whatsapp_graph::{Client, Error};

fn bot(client: Client, receiver: Receiver) -> axum::Router {
    let inbox = Inbox::new(MemoryClaims::new());
    axum::Router::new().route("/webhook", route(receiver, move |received: Received<Notification>| {
        let (client, inbox) = (client.clone(), inbox.clone());
        async move { inbox.each(received.events(), |event| answer(&client, event)).await.map(drop) }
    }))
}

async fn answer(client: &Client, event: Event<'_>) -> Result<(), Error> {
    let Event::Message(message) = event else { return Ok(()) };
    let (Some(number), Some(id)) = (message.number(), &message.id) else { return Ok(()) };
    let messages = client.phone_number(number).messages();
    messages.mark_as_read(id).send().await?;
    let reply = messages.create("We are on our way.").context(id.as_str());
    match (&message.from, &message.from_user_id) {
        (Some(phone), _) => reply.to(phone.as_str()).send().await.map(drop),
        (None, Some(user)) => reply.recipient(user).send().await.map(drop),
        (None, None) => Ok(()),
    }
}
