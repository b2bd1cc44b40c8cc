//! HTTP: reads requests for the engine, and sends its answers, whole or not.

mod shaped;

use std::{
    fmt, io,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    thread,
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::{Body, Frame, Incoming, SizeHint},
    header::{HeaderName, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use self::shaped::Shaped;
use crate::{
    behavior::account,
    control, delivery,
    engine::{Answer, Ending, Engine},
    request::{Part, Received},
};

/// The largest body that is read: Graph takes files of 100 MB.
const LARGEST: usize = 128 << 20;

/// A server on a thread of its own, until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// For how long what was asked before is still answered, once it is to stop.
    stop: watch::Sender<Option<Duration>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, engine: Arc<Engine>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = watch::channel(None);
        let serve = move || runtime.block_on(serve(listener, engine, stopped));
        let thread = thread::Builder::new().name("graph-mock".into()).spawn(serve)?;
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// Takes nothing more, and ends when what was asked before is answered, or after so long.
    pub(crate) fn stop(&mut self, patience: Duration) {
        if let Some(thread) = self.thread.take() {
            // No one is left to hear it if the thread has ended.
            let _ = self.stop.send(Some(patience));
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}

async fn serve(listener: TcpListener, engine: Arc<Engine>, mut stopped: watch::Receiver<Option<Duration>>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    tokio::spawn(delivery::deliver(Arc::clone(&engine), stopped.clone()));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // There may be no file descriptor left.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (engine, mut stopped) = (Arc::clone(&engine), stopped.clone());
        connections.spawn(async move {
            let asked = AtomicBool::new(false);
            let service = service_fn(|request| {
                asked.store(true, Ordering::Relaxed);
                let engine = Arc::clone(&engine);
                async move { respond(&engine, request).await }
            });
            let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(Shaped::new(TokioIo::new(stream)), service);
            tokio::pin!(connection);
            // A connection that ends badly is one that was to.
            tokio::select! {
                _ = connection.as_mut() => {}
                _ = stopped.changed() => {
                    connection.as_mut().graceful_shutdown();
                    // One on which nothing was asked yet would wait for that.
                    if asked.load(Ordering::Relaxed) {
                        let _ = connection.await;
                    }
                }
            }
        });
    }
    drop(listener);
    let patience = stopped.borrow().unwrap_or_default();
    let _ = timeout(patience, async { while connections.join_next().await.is_some() {} }).await;
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed on purpose")
    }
}

impl std::error::Error for Closed {}

async fn respond(engine: &Engine, request: Request<Incoming>) -> Result<Response<Sent>, Closed> {
    let (head, body) = request.into_parts();
    let mut received = Received {
        method: head.method.as_str().to_owned(),
        target: head.uri.path_and_query().map_or_else(|| head.uri.path().to_owned(), |target| target.as_str().to_owned()),
        headers: headers(&head.headers),
        body: Bytes::new(),
        parts: None,
        shaken: None,
    };
    let is_control = control::is_control(received.path());
    if !is_control && let Some(hit) = engine.before(&received) {
        tokio::time::sleep(hit.delay).await;
        return Err(Closed);
    }
    match Limited::new(body, LARGEST).collect().await {
        Ok(body) => received.body = body.to_bytes(),
        Err(error) => {
            let why = if error.is::<LengthLimitError>() { "the body is too large" } else { "the body cannot be read" };
            return Ok(response(engine.refuse(&received, why), Ending::Whole));
        }
    }
    if is_control {
        return Ok(response(control::answer(engine, &received), Ending::Whole));
    }
    if let Some(boundary) = received.header("content-type").and_then(|kind| multer::parse_boundary(kind).ok()) {
        match parts(received.body.clone(), boundary).await {
            Ok(parts) => received.parts = Some(parts),
            Err(error) => return Ok(response(engine.refuse(&received, &error.to_string()), Ending::Whole)),
        }
    }
    // A callback is asked for the handshake before the call that sets it is answered.
    if let Some((url, token)) = account::callback_in(&received).filter(|(url, _)| url.starts_with("http:")) {
        let challenge = engine.lock().challenges.digits();
        received.shaken = Some(delivery::handshake(&url, &token, &challenge).await);
    }
    let outcome = engine.answer(&received);
    if !outcome.delay.is_zero() {
        tokio::time::sleep(outcome.delay).await;
    }
    match outcome.ending {
        Ending::Closed => Err(Closed),
        ending => Ok(response(outcome.answer, ending)),
    }
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter().map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

/// A body that was read already.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, Closed>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

async fn parts(body: Bytes, boundary: String) -> multer::Result<Vec<Part>> {
    let mut multipart = multer::Multipart::new(Once(Some(body)), boundary);
    let mut parts = Vec::new();
    while let Some(field) = multipart.next_field().await? {
        parts.push(Part {
            name: field.name().unwrap_or_default().to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            bytes: field.bytes().await?,
        });
    }
    Ok(parts)
}

fn response(answer: Answer, ending: Ending) -> Response<Sent> {
    let half = (ending == Ending::Half).then_some(answer.body.len() / 2);
    let mut response = Response::new(Sent { left: Some(answer.body), half });
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// A body that is sent at once, or ends in its middle.
struct Sent {
    left: Option<Bytes>,
    half: Option<usize>,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        match (self.left.take(), self.half) {
            (Some(body), None) if !body.is_empty() => Poll::Ready(Some(Ok(Frame::data(body)))),
            (Some(body), Some(half)) if half > 0 => Poll::Ready(Some(Ok(Frame::data(body.slice(..half))))),
            (_, Some(_)) => Poll::Ready(Some(Err(Closed))),
            _ => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.half.is_none() && self.left.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.as_ref().map_or(0, |body| u64::try_from(body.len()).unwrap_or(0)))
    }
}
