//! Receives webhooks on plain hyper, and prints each event once: what any server has to do.
//!
//! ```text
//! export APP_SECRET=...        # of the app that receives the webhooks
//! export VERIFY_TOKEN=...      # a text of your own, which the dashboard is given too
//! export ADDRESS=127.0.0.1:8080
//! cargo run --example receive_with_hyper
//! ```

use std::{convert::Infallible, error::Error as StdError, sync::Arc};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::HeaderValue,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use whatsapp_graph::webhooks::{Event, Inbox, MemoryClaims, Notification, Received, Receiver, SIGNATURE_HEADER};

/// What is done with an event.
pub type Handler = Arc<dyn Fn(&Event<'_>) -> Result<(), String> + Send + Sync>;

/// Answers a request of Meta, or of anyone.
async fn respond(receiver: Receiver, inbox: Inbox, handler: Handler, request: Request<Incoming>) -> Response<Full<Bytes>> {
    match *request.method() {
        Method::GET => match receiver.handshake(request.uri().query().unwrap_or_default()) {
            Ok(challenge) => Response::new(challenge.into()),
            Err(rejection) => status(rejection.status()),
        },
        Method::POST => {
            let signature = request.headers().get(SIGNATURE_HEADER).cloned();
            // No more than the limit is read, whoever sends it.
            let body = match Limited::new(request.into_body(), receiver.body_limit()).collect().await {
                Ok(body) => body.to_bytes(),
                Err(error) if error.is::<LengthLimitError>() => return status(413),
                Err(_) => return status(400),
            };
            match receiver.receive(body, signature.as_ref().map(HeaderValue::as_bytes)) {
                // As a task of its own: hyper drops this one if Graph closes the connection.
                Ok(received) => match tokio::spawn(handle(received, inbox, handler)).await {
                    Ok(Ok(())) => status(200),
                    // Graph repeats the webhook.
                    Ok(Err(_)) | Err(_) => status(503),
                },
                Err(rejection) => status(rejection.status()),
            }
        }
        _ => status(405),
    }
}

async fn handle(received: Received<Notification>, inbox: Inbox, handler: Handler) -> Result<(), String> {
    let all = inbox.each(received.events(), |event| {
        let handled = handler(&event);
        async move { handled }
    });
    all.await.map(drop).map_err(|not_all| not_all.to_string())
}

/// Serves whoever connects.
pub async fn listen(listener: TcpListener, receiver: Receiver, handler: Handler) -> std::io::Result<()> {
    let inbox = Inbox::new(MemoryClaims::new());
    loop {
        let (stream, _) = listener.accept().await?;
        let (receiver, inbox, handler) = (receiver.clone(), inbox.clone(), Arc::clone(&handler));
        let service = service_fn(move |request| {
            let answer = respond(receiver.clone(), inbox.clone(), Arc::clone(&handler), request);
            async move { Ok::<_, Infallible>(answer.await) }
        });
        tokio::spawn(async move {
            // A connection that breaks off is Graph's to open again.
            let _ =
                hyper::server::conn::http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn status(code: u16) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let receiver = Receiver::builder().app_secret(variable("APP_SECRET")?).verify_token(variable("VERIFY_TOKEN")?).build()?;
    let listener = TcpListener::bind(variable("ADDRESS")?).await?;
    let print: Handler = Arc::new(|event| {
        println!("{} {event:?}", event.key());
        Ok(())
    });
    Ok(listen(listener, receiver, print).await?)
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}
