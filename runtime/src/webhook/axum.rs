//! A route of axum that receives webhooks.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;

use axum::body::Body;
use axum::extract::{RawQuery, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use http_body::Body as _;

use super::received::{FromBody, Received};
use super::receiver::Receiver;
use super::rejection::Rejection;
use super::signature::SIGNATURE_HEADER;

/// The route of a webhook: GET answers the handshake, POST verifies, reads and hands over.
///
/// | what comes | answer |
/// | --- | --- |
/// | a handshake that is right | 200 with the challenge |
/// | another handshake | 403 |
/// | a body without the right signature | 401; nothing of it is read |
/// | a body over the limit of the receiver | 413 |
/// | a connection that breaks off | 400 |
/// | `handle` succeeds | 200: Graph forgets the webhook |
/// | `handle` fails or panics | 503: Graph repeats the webhook |
///
/// What is signed always reaches `handle`: what cannot be read is kept in the notification, and answering anything but 200 for it would only have
/// Graph repeat it.
///
/// `handle` runs as a task of its own, to its end, even if Graph closes the connection meanwhile. How long it may take, and how
/// slowly a body may arrive, is for the server to limit.
pub fn route<N, H, F, E, S>(receiver: Receiver<N>, handle: H) -> MethodRouter<S>
where
    N: FromBody + Send + 'static,
    H: Fn(Received<N>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: fmt::Display + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    let shaken = receiver.clone();
    get(move |RawQuery(query): RawQuery| async move { handshake(&shaken, query.as_deref().unwrap_or_default()) }).post(
        move |request: Request| async move {
            match receive(&receiver, request).await {
                Ok(received) => answered(tokio::spawn(handle(received)).await),
                Err(response) => response,
            }
        },
    )
}

fn handshake<N>(receiver: &Receiver<N>, query: &str) -> Response {
    match receiver.handshake(query) {
        // As text: whoever knows the verify token could otherwise have a browser run what it sent.
        Ok(challenge) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], challenge).into_response()
        }
        Err(rejection) => rejected(rejection),
    }
}

async fn receive<N: FromBody>(receiver: &Receiver<N>, request: Request) -> Result<Received<N>, Response> {
    let (head, body) = request.into_parts();
    let body = bytes(&head.headers, body, receiver.body_limit()).await?;
    let signature = head.headers.get(SIGNATURE_HEADER).map(HeaderValue::as_bytes);
    receiver.receive(body, signature).map_err(rejected)
}

/// The body, unless it is larger than the limit: no more than that is held.
async fn bytes(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Response> {
    let too_large = || rejected(Rejection::TooLarge { limit });
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = pin!(body);
    let mut bytes = Vec::with_capacity(length.unwrap_or_default());
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(frame) = frame else { return Err(StatusCode::BAD_REQUEST.into_response()) };
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > limit.saturating_sub(bytes.len()) {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.into())
}

fn rejected(rejection: Rejection) -> Response {
    tracing::info!(status = rejection.status(), "{rejection}");
    StatusCode::from_u16(rejection.status()).unwrap_or(StatusCode::FORBIDDEN).into_response()
}

fn answered<E: fmt::Display>(ended: Result<Result<(), E>, tokio::task::JoinError>) -> Response {
    match ended {
        Ok(Ok(())) => return StatusCode::OK.into_response(),
        Ok(Err(error)) => tracing::warn!("a webhook was not handled, and Graph will repeat it: {error}"),
        Err(panic) => tracing::error!("the handler of a webhook ended early, and Graph will repeat the webhook: {panic}"),
    }
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
