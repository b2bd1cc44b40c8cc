//! Whether a request has begun to leave, for the few calls of which that must be known exactly.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const CLOSED: u8 = 2;

/// What the HTTP client passes when it begins to write a request. Closed before, nothing passes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SendGate(Arc<AtomicU8>);

impl SendGate {
    /// Puts the gate before the body of a request: the HTTP client asks for it when it has a connection, right before it writes the head.
    /// The body is then one that no one can send twice, neither after a redirect nor because a server refused the stream.
    pub(crate) fn put_before(&self, request: &mut reqwest::Request) {
        match request.body_mut().take() {
            Some(body) => *request.body_mut() = Some(GatedBody::wrap(body, Some(self.clone()))),
            // Without a body there is nothing to watch.
            None => self.0.store(BEGUN, Ordering::Release),
        }
    }

    /// Closes the gate; `true`: nothing has passed it, nor will.
    pub(crate) fn close(&self) -> bool {
        match self.0.compare_exchange(WAITING, CLOSED, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(state) => state == CLOSED,
        }
    }

    fn pass(&self) -> bool {
        match self.0.compare_exchange(WAITING, BEGUN, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(state) => state == BEGUN,
        }
    }
}

/// A body that is sent once, through a gate if there is one.
struct GatedBody {
    body: reqwest::Body,
    gate: Option<SendGate>,
}

impl GatedBody {
    fn wrap(body: reqwest::Body, gate: Option<SendGate>) -> reqwest::Body {
        reqwest::Body::wrap(Self { body, gate })
    }
}

/// Gives the request a body that cannot be sent a second time, so that no redirect takes it elsewhere.
pub(crate) fn send_once(request: &mut reqwest::Request) {
    if let Some(body) = request.body_mut().take() {
        *request.body_mut() = Some(GatedBody::wrap(body, None));
    }
}

/// The call has ended while the connection was made.
#[derive(Debug)]
struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the call ended before it was sent")
    }
}

impl std::error::Error for Closed {}

impl Body for GatedBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.gate.as_ref().is_some_and(|gate| !gate.pass()) {
            return Poll::Ready(Some(Err(Closed.into())));
        }
        Pin::new(&mut self.body).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    async fn first(gate: &SendGate) -> Result<Bytes, String> {
        let mut body = GatedBody { body: "pin".into(), gate: Some(gate.clone()) };
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(3), false));
        let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.unwrap();
        frame.map(|frame| frame.into_data().unwrap()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn nothing_passes_a_gate_that_was_closed_before() {
        let gate = SendGate::default();
        assert!(gate.close() && gate.close());
        assert!(first(&gate).await.unwrap_err().contains("before it was sent"));
    }

    #[tokio::test]
    async fn a_gate_that_was_passed_cannot_be_closed() {
        let gate = SendGate::default();
        assert_eq!(first(&gate).await.unwrap(), "pin");
        assert!(!gate.close());
    }

    #[test]
    fn what_has_no_body_counts_as_begun() {
        let gate = SendGate::default();
        let mut request = reqwest::Request::new(reqwest::Method::POST, "http://127.0.0.1:1".parse().unwrap());
        gate.put_before(&mut request);
        assert!(!gate.close() && request.body().is_none());
    }
}
