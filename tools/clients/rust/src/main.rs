//! A session of whatsapp-business-rs 0.5.0. Its feature `test-mode` takes the base URL from `API_BASE_URL_FOR_TESTING`.

use std::{
    env,
    error::Error,
    future::Future,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use futures::TryStreamExt as _;
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::timeout};
use whatsapp_business_rs::{
    Business, Client, Server, WebhookHandler,
    message::{Content, Draft, ImageExtension, Media, MediaSource, MediaType},
    server::{EventContext, IncomingMessage},
};

const TOKEN: &str = "EAAJBforeign0client";
const APP: &str = "670843887433847";
const SECRET: &str = "an app secret";
const VERIFY: &str = "a verify token";
const ACCOUNT: &str = "102290129340398";
const NUMBER: &str = "106540352242922";
const USER: &str = "16505551234";

/// A PNG image of one pixel.
const PICTURE: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90,
    0x77, 0x53, 0xde, 0, 0, 0, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x50, 0xbd, 0x9c, 6, 0, 2, 0x7f, 1, 0x5f, 0x57, 0xdc, 0x2a,
    0x72, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

type Failed = Box<dyn Error>;

/// A call of the stand-in's control API.
fn control(path: &str, body: Value) -> Result<Value, Failed> {
    let url = format!("{}/_mock/{path}", env::var("GRAPH")?);
    Ok(ureq::post(&url).send_json(body)?.body_mut().read_json()?)
}

fn must(held: bool, what: &str) -> Result<(), Failed> {
    if held { Ok(()) } else { Err(what.into()) }
}

/// Says on a line whether a step worked.
async fn step<T>(name: &str, action: impl Future<Output = Result<T, Failed>>) -> Option<T> {
    match action.await {
        Ok(value) => {
            println!("{}", json!({"step": name, "how": "own", "ok": true}));
            Some(value)
        }
        Err(error) => {
            println!("{}", json!({"step": name, "how": "own", "ok": false, "why": format!("{error}"), "trace": format!("{error:?}")}));
            None
        }
    }
}

fn lacks(name: &str) {
    println!("{}", json!({"step": name, "how": "none", "ok": null}));
}

#[derive(Clone)]
struct Heard(mpsc::Sender<IncomingMessage>);

impl WebhookHandler for Heard {
    async fn handle_message(&self, _: EventContext, message: IncomingMessage) {
        let _ = self.0.send(message).await;
    }
}

async fn webhook() -> Result<IncomingMessage, Failed> {
    let (heard, mut messages) = mpsc::channel(8);
    let address: SocketAddr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let server = Server::builder().endpoint(address).route("/hook").verify_token(VERIFY).verify_payload(SECRET).build();
    tokio::spawn(server.serve(Heard(heard)).execute());
    tokio::time::sleep(Duration::from_millis(500)).await;
    control("webhooks", json!({"url": format!("http://{address}/hook"), "app_secret": SECRET, "verify_token": VERIFY}))?;
    let said = json!({"type": "text", "text": {"body": "is it open?"}, "to": NUMBER, "name": "Sheena Nelson"});
    control(&format!("users/{USER}/messages"), said)?;
    let message = timeout(Duration::from_secs(10), messages.recv()).await?.ok_or("the server has ended")?;
    must(message.message.content.text_body() == Some("is it open?"), "another text came")?;
    Ok(message)
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let client = Client::new(TOKEN).await?;
    let messages = client.message(NUMBER);

    lacks("number");
    step("numbers", async {
        let numbers: Vec<_> = client.waba(ACCOUNT).list_phone_numbers().into_stream().try_collect().await?;
        must(!numbers.is_empty(), "the list is empty")
    })
    .await;
    step("text", async { must(messages.send(USER, Draft::text("Hello from Rust")).await?.message_id().starts_with("wamid."), "no wamid") })
        .await;
    for name in ["create template", "list templates", "one template", "template"] {
        lacks(name);
    }
    let media =
        step("upload", async { Ok(messages.upload_media(PICTURE.to_vec(), MediaType::Image(ImageExtension::Png), "dot.png").await?) })
            .await;
    let media = media.unwrap_or_default();
    step("media URL", async { must(messages.get_media_info(&media).await?.url().starts_with("http"), "no URL") }).await;
    step("download", async {
        let mut bytes = Vec::new();
        let content = Content::Media(Media::png(MediaSource::id(media.clone())));
        content.download_media(&mut bytes, &client).ok_or("it has nothing to download")?.await?;
        must(bytes == PICTURE, "other bytes came")
    })
    .await;
    step("image", async {
        must(!messages.send(USER, Media::png(MediaSource::id(media.clone())).caption("a dot")).await?.message_id().is_empty(), "")
    })
    .await;
    step("delete media", async { Ok(messages.delete_media(&media).await?) }).await;
    step("subscribe", async {
        let app = client.app(APP);
        let flow = app.start_onboarding(Business::new(ACCOUNT, NUMBER));
        let _subscribed = flow.get_access_token("a code", SECRET).await?.subscribe().await?;
        Ok(())
    })
    .await;
    for name in ["QR code", "profile", "block"] {
        lacks(name);
    }
    step("error", async {
        control("faults", json!({"operation": "messages", "error": "130429", "next": 1}))?;
        let answer = messages.send(USER, Draft::text("too fast")).await;
        let error = answer.err().ok_or("it was sent")?;
        must(format!("{error:?}").contains("130429"), "the error has another code")
    })
    .await;
    let message = step("webhook", webhook()).await;
    step("read", async { Ok(messages.set_read(message.ok_or("no message came")?.message.as_ref()).await?) }).await;
    lacks("delete template");
    Ok(())
}
