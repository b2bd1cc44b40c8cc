//! Delivers webhooks over HTTP: the handshake first, then what is due, one request after the other.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, sync::watch, time::timeout};
use whatsapp_graph::webhooks::sign;

use crate::{
    behavior::webhooks::override_of,
    engine::{Engine, Inner},
    outbox::{self, Callback, Delivered, Parcel},
    tables::SPEC,
    world::Notice,
};

/// How often it is looked for what is due.
const TICK: Duration = Duration::from_millis(20);

/// How long a callback may take. Meta publishes no figure.
const PATIENCE: Duration = Duration::from_secs(10);

/// Delivers until the server stops.
pub(crate) async fn deliver(engine: Arc<Engine>, mut stopped: watch::Receiver<Option<Duration>>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = engine.wake.notified() => {}
        }
        while engine.lock().world.listening() {
            let work = async {
                shake(&engine).await;
                round(&engine).await;
                tokio::time::sleep(TICK).await;
            };
            tokio::select! {
                _ = stopped.changed() => return,
                () = work => {}
            }
        }
    }
}

/// The handshake with those that have had none: the address answers 200 with the challenge.
async fn shake(engine: &Engine) {
    let (waiting, challenge) = {
        let mut inner = engine.lock();
        let waiting: Vec<Callback> = inner.outbox.callbacks.iter().filter(|callback| !callback.verified).cloned().collect();
        if waiting.is_empty() {
            return;
        }
        (waiting, inner.challenges.digits())
    };
    for callback in waiting {
        if handshake(&callback.url, &callback.verify_token, &challenge).await {
            for known in engine.lock().outbox.callbacks.iter_mut().filter(|known| known.url == callback.url) {
                known.verified = true;
            }
        } else {
            // The program that receives may start later.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// Whether an address answers 200 with the challenge.
pub(crate) async fn handshake(url: &str, verify_token: &str, challenge: &str) -> bool {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.challenge", challenge)
        .append_pair("hub.verify_token", verify_token)
        .finish();
    let separator = if url.contains('?') { '&' } else { '?' };
    let answer = send(&format!("{url}{separator}{query}"), None).await;
    answer.is_some_and(|(status, body)| status == 200 && body == challenge.as_bytes())
}

/// Delivers everything that is due.
async fn round(engine: &Engine) {
    loop {
        let (parcel, callbacks, now) = {
            let mut inner = engine.lock();
            inner.settle();
            let now = inner.clock.now();
            inner.keep_unheard();
            let subscribed = subscribed(&inner);
            let verified = inner.outbox.is_verified() || !subscribed.is_empty();
            if !verified && inner.world.overrides.is_empty() {
                return;
            }
            let notices = std::mem::take(&mut inner.world.outbox);
            let to = |notice: &Notice| override_of(&inner.world, notice).map(str::to_owned);
            let notices = notices.into_iter().map(|notice| (to(&notice), notice)).collect();
            inner.outbox.take(notices, now);
            let Some(parcel) = inner.outbox.due(now, verified) else { return };
            let callbacks = match &parcel.to {
                Some(url) => vec![of_call(url, inner.outbox.signing(), None)],
                None => inner.outbox.callbacks.iter().cloned().chain(subscribed).collect(),
            };
            (parcel, callbacks, now)
        };
        let taken = to_all(engine, &parcel, &callbacks, now).await;
        // Only `http:` is spoken: what goes elsewhere is written down once.
        if !taken && parcel.to.as_ref().is_none_or(|url| url.starts_with("http:")) {
            let mut inner = engine.lock();
            let now = inner.clock.now();
            inner.outbox.again(parcel, now);
        }
    }
}

/// An address that was set by a call, and answered the handshake then.
fn of_call(url: &str, secret: Option<String>, fields: Option<Vec<String>>) -> Callback {
    Callback { url: url.to_owned(), secret, verify_token: String::new(), verified: true, fields }
}

/// The addresses that apps set for themselves, with the fields that they want. Only `http:` is spoken.
fn subscribed(inner: &Inner) -> Vec<Callback> {
    let object = SPEC.webhooks.as_ref().map_or("", |webhooks| webhooks.object);
    let all = inner.world.subscriptions.iter();
    let here = all.filter(|((_, of), subscription)| of == object && subscription.url.starts_with("http:"));
    here.map(|(_, to)| of_call(&to.url, inner.outbox.signing(), Some(to.fields.clone()))).collect()
}

/// Whether all answered 200: "only 200 acknowledges".
async fn to_all(engine: &Engine, parcel: &Parcel, callbacks: &[Callback], now: i64) -> bool {
    let mut all = true;
    for callback in callbacks.iter().filter(|callback| callback.verified) {
        let notices = callback.takes(&parcel.notices);
        if notices.is_empty() {
            continue;
        }
        let body = outbox::body(&notices, now);
        let signature = callback.secret.as_ref().map(|secret| sign(secret.as_str(), &body));
        let answer = send(&callback.url, Some((body.clone(), signature.clone()))).await;
        let status = answer.map_or(0, |(status, _)| status);
        all &= status == 200;
        let (url, attempt, notices) = (callback.url.clone(), parcel.attempt, notices.into_owned());
        let delivered = Delivered { number: 0, url, attempt, body, signature, status, notices, to: parcel.to.clone() };
        engine.lock().outbox.remember(delivered);
    }
    all
}

/// Status and body; nothing if there was no answer in time. Only `http:` is known.
async fn send(url: &str, body: Option<(Bytes, Option<String>)>) -> Option<(u16, Bytes)> {
    let rest = url.strip_prefix("http://")?;
    let (host, path) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let exchange = async {
        let stream = TcpStream::connect(&address).await.ok()?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        let driver = tokio::spawn(connection);
        let mut request = Request::builder().uri(path).header(header::HOST, host);
        let sent = match body {
            Some((body, signature)) => {
                request = request
                    .method("POST")
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(header::USER_AGENT, "facebookexternalua");
                if let Some(signature) = signature {
                    request = request.header("x-hub-signature-256", signature);
                }
                body
            }
            None => Bytes::new(),
        };
        let answer = sender.send_request(request.body(Full::new(sent)).ok()?).await.ok()?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), 1 << 16).collect().await.ok()?.to_bytes();
        driver.abort();
        Some((status, body))
    };
    timeout(PATIENCE, exchange).await.ok().flatten()
}
