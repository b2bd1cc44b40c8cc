//! A server on loopback that speaks HTTP by hand, so that it can do what no HTTP server does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};
use std::time::Duration;

use contract_tests::TOKEN;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// How large the body is that no client should read to its end.
pub const FLOOD: u64 = 100 << 20;

const ID: &str = "106540352242922";

/// Where the bytes of a download are.
const BYTES: &str = "/bytes";

/// What the server does to a request.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// The port is reserved, and nothing listens on it.
    Refuses,
    /// Takes no connection, and does not say so either, as a firewall does.
    Ignores,
    /// Fails the handshake, as a server does that shares no cipher with the client.
    AlertsTls,
    /// Resets the connection when the request has come, and reads nothing of it.
    CutsUnread,
    /// Resets the connection when it has read the request.
    CutsRead,
    /// Answers one request, and resets the connection when the next one has come.
    CutsKept {
        /// Does it read that one before?
        read: bool,
    },
    /// Never answers.
    IsSilent,
    /// Sends a byte of the answer now and then.
    Drips,
    /// Sends half of the body and closes the connection.
    StopsHalfway,
    /// Announces a longer body than it has, and waits for the next request.
    AnnouncesMore,
    /// Announces a shorter body than it has, and waits for the next request.
    AnnouncesLess,
    /// Gives this answer.
    Answers(Answer),
    /// Gives this answer to the first request, and the good one to the others.
    AnswersOnce(Answer),
    /// Sends to another server.
    Redirects,
    /// Answers that bytes are at this address.
    LeadsTo(&'static str),
    /// Sends a body of [`FLOOD`] bytes.
    Floods {
        /// Does the answer say how long it is?
        announced: bool,
    },
}

/// An answer, byte by byte.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub status: &'static str,
    /// Lines of headers, the length of the body excepted.
    pub headers: &'static str,
    pub body: fn() -> Vec<u8>,
}

/// What the server has seen and done.
#[derive(Debug, Default)]
struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
    written: AtomicU64,
    token_in_clear: AtomicBool,
    mended: AtomicBool,
}

/// A server with one fault.
pub struct Server {
    pub url: String,
    seen: Arc<Seen>,
    /// A port that is taken and not listened to.
    closed: Option<TcpSocket>,
    /// A listener that never accepts, and the connections that fill its queue.
    full: Option<(TcpListener, Vec<TcpStream>)>,
    /// The server that this one sends to.
    other: Option<Box<Server>>,
}

impl Server {
    pub async fn start(does: Does) -> Self {
        let other = match does {
            Does::Redirects => {
                let mut other = Box::pin(Self::start(Does::IsSilent)).await;
                other.mend();
                Some(Box::new(other))
            }
            _ => None,
        };
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let scheme = if matches!(does, Does::AlertsTls) { "https" } else { "http" };
        let url = format!("{scheme}://{}", socket.local_addr().unwrap());
        let mut server = Self { url, seen: Arc::default(), closed: None, full: None, other };
        match does {
            Does::Refuses => server.closed = Some(socket),
            Does::Ignores => server.full = Some(fill(socket.listen(0).unwrap()).await),
            _ => server.serve(socket.listen(64).unwrap(), does),
        }
        server
    }

    /// The answer to a read of media whose bytes this server has. It lives as long as the tests, as there are few.
    pub fn media(&self) -> &'static str {
        let size = body(BYTES).len();
        let media = format!(
            r#"{{"messaging_product":"whatsapp","id":"{ID}","mime_type":"text/plain","file_size":{size},"url":"{}{BYTES}"}}"#,
            self.url
        );
        Box::leak(media.into_boxed_str())
    }

    fn serve(&self, listener: TcpListener, does: Does) {
        let location = self.other.as_ref().map_or_else(String::new, |other| other.url.clone());
        tokio::spawn(accept(listener, does, location, Arc::clone(&self.seen)));
    }

    /// From now on each request gets a good answer.
    pub fn mend(&mut self) {
        self.seen.mended.store(true, Ordering::SeqCst);
        let listener = self.closed.take().map(|socket| socket.listen(64).unwrap());
        if let Some(listener) = listener.or(self.full.take().map(|(listener, _)| listener)) {
            self.serve(listener, Does::IsSilent);
        }
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How many requests it has read to their end.
    pub fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::SeqCst)
    }

    /// How many bytes of a body without end it got rid of.
    pub fn written(&self) -> u64 {
        self.seen.written.load(Ordering::SeqCst)
    }

    /// Has the token reached someone it is not meant for?
    pub fn leaked(&self) -> bool {
        self.seen.token_in_clear.load(Ordering::SeqCst) || self.other.as_ref().is_some_and(|other| other.connections() > 0)
    }
}

/// Fills the queue of a listener, until the system leaves the next connection without an answer.
async fn fill(listener: TcpListener) -> (TcpListener, Vec<TcpStream>) {
    let address = listener.local_addr().unwrap();
    let mut connections = Vec::new();
    while let Ok(connection) = tokio::time::timeout(Duration::from_millis(500), TcpStream::connect(address)).await {
        connections.push(connection.unwrap());
    }
    (listener, connections)
}

async fn accept(listener: TcpListener, does: Does, location: String, seen: Arc<Seen>) {
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        seen.connections.fetch_add(1, Ordering::SeqCst);
        let (location, seen) = (location.clone(), Arc::clone(&seen));
        // Whatever goes wrong here is a client that hangs up.
        tokio::spawn(async move { serve(stream, does, &location, &seen).await.ok() });
    }
}

/// Serves the requests of one connection.
async fn serve(mut stream: TcpStream, does: Does, location: &str, seen: &Seen) -> std::io::Result<()> {
    loop {
        let mended = seen.mended.load(Ordering::SeqCst);
        match does {
            Does::AlertsTls => return alert(&mut stream, seen).await,
            Does::CutsUnread if !mended => return cut_unread(&stream).await,
            Does::CutsKept { read: false } if !mended && seen.requests.load(Ordering::SeqCst) > 0 => return cut_unread(&stream).await,
            _ => {}
        }
        let Some(path) = request(&mut stream).await? else { return Ok(()) };
        if seen.mended.load(Ordering::SeqCst) {
            stream.write_all(&good(&path)).await?;
            continue;
        }
        let before = seen.requests.fetch_add(1, Ordering::SeqCst);
        match does {
            Does::CutsRead => return stream.set_zero_linger(),
            Does::CutsKept { .. } if before == 0 => stream.write_all(&good(&path)).await?,
            Does::CutsKept { .. } => return stream.set_zero_linger(),
            Does::IsSilent => return wait_for_the_end(&mut stream).await,
            Does::Drips => return drip(&mut stream, &good(&path)).await,
            Does::StopsHalfway => {
                let whole = good(&path);
                return stream.write_all(&whole[..whole.len() - body(&path).len() / 2]).await;
            }
            Does::AnnouncesMore => stream.write_all(&answer("200 OK", JSON, body(&path).len() + 7, body(&path).as_bytes())).await?,
            Does::AnnouncesLess => stream.write_all(&answer("200 OK", JSON, body(&path).len() - 7, body(&path).as_bytes())).await?,
            Does::AnswersOnce(_) if before > 0 => stream.write_all(&good(&path)).await?,
            Does::Answers(given) | Does::AnswersOnce(given) => {
                let body = (given.body)();
                stream.write_all(&answer(given.status, given.headers, body.len(), &body)).await?;
            }
            Does::Redirects => {
                let headers = format!("Location: {location}{path}\r\n");
                stream.write_all(&answer("302 Found", &headers, 0, b"")).await?;
            }
            Does::LeadsTo(media) => stream.write_all(&answer("200 OK", JSON, media.len(), media.as_bytes())).await?,
            Does::Floods { announced } => return flood(&mut stream, announced, seen).await,
            Does::Refuses | Does::Ignores | Does::AlertsTls | Does::CutsUnread => unreachable!("{does:?} reads no request"),
        }
    }
}

/// Reads one request to its end; its path, or nothing where the client has hung up.
async fn request(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut request = Vec::new();
    let head = loop {
        if let Some(at) = request.windows(4).position(|end| end == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(None);
        }
    };
    let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")).map_or(0, |length| length.trim().parse().unwrap());
    while request.len() < head + length {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(None);
        }
    }
    Ok(text.split(' ').nth(1).map(ToOwned::to_owned))
}

const JSON: &str = "Content-Type: application/json; charset=UTF-8\r\nfacebook-api-version: v23.0\r\n";

fn answer(status: &str, headers: &str, length: usize, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n").as_bytes(), body].concat()
}

/// What Graph answers when all is well.
fn good(path: &str) -> Vec<u8> {
    answer("200 OK", JSON, body(path).len(), body(path).as_bytes())
}

fn body(path: &str) -> String {
    match path.split('?').next().unwrap_or_default().rsplit('/').next() {
        Some("messages") => String::from(
            r#"{"messaging_product":"whatsapp","contacts":[{"input":"16505551234","wa_id":"16505551234"}],"messages":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQ"}]}"#,
        ),
        // A batch with one request.
        Some("") => {
            let part = serde_json::json!({"code": 200, "body": body("/messages")});
            serde_json::json!([part]).to_string()
        }
        Some("register") => String::from(r#"{"success":true}"#),
        _ => format!(r#"{{"id":"{ID}","verified_name":"Lucky Shrub"}}"#),
    }
}

/// Waits until something has come, and closes with a reset when the stream is dropped.
async fn cut_unread(stream: &TcpStream) -> std::io::Result<()> {
    if stream.peek(&mut [0]).await? > 0 { stream.set_zero_linger() } else { Ok(()) }
}

async fn wait_for_the_end(stream: &mut TcpStream) -> std::io::Result<()> {
    while stream.read(&mut [0; 64]).await? > 0 {}
    Ok(())
}

async fn drip(stream: &mut TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    stream.write_all(&answer[..body]).await?;
    for byte in &answer[body..answer.len() - 1] {
        stream.write_all(&[*byte]).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    wait_for_the_end(stream).await
}

/// Answers the first message of a TLS handshake with the alert `handshake_failure`.
async fn alert(stream: &mut TcpStream, seen: &Seen) -> std::io::Result<()> {
    let mut heard = vec![0; 5];
    stream.read_exact(&mut heard).await?;
    stream.write_all(&[21, 3, 3, 0, 2, 2, 40]).await?;
    stream.shutdown().await?;
    // A client that sends anyway should be heard.
    stream.read_to_end(&mut heard).await?;
    let handshake = heard.first() == Some(&22);
    let token = heard.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes());
    seen.token_in_clear.fetch_or(token || !handshake, Ordering::SeqCst);
    Ok(())
}

async fn flood(stream: &mut TcpStream, announced: bool, seen: &Seen) -> std::io::Result<()> {
    const PIECE: usize = 64 << 10;
    let framing = if announced { format!("Content-Length: {FLOOD}") } else { String::from("Transfer-Encoding: chunked") };
    stream.write_all(format!("HTTP/1.1 200 OK\r\n{JSON}{framing}\r\n\r\n").as_bytes()).await?;
    let piece = [b" ".repeat(PIECE), if announced { Vec::new() } else { b"\r\n".to_vec() }].concat();
    while seen.written.load(Ordering::SeqCst) < FLOOD {
        if !announced {
            stream.write_all(format!("{PIECE:x}\r\n").as_bytes()).await?;
        }
        stream.write_all(&piece).await?;
        seen.written.fetch_add(PIECE as u64, Ordering::SeqCst);
    }
    Ok(())
}
