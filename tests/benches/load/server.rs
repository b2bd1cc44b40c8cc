//! A server on loopback, as a process of its own, that fails one request in twenty and keeps a book of what it saw.

use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::io::Read as _;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::book::Book;

/// One in this many requests fails.
const ONE_IN: u64 = 20;

/// The outcome of a request.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    Answers,
    /// The only failure that proves that nothing was done.
    Throttles,
    Fails,
    SaysHtml,
    Cuts,
    StopsHalfway,
}

const FAILURES: [Does; 5] = [Does::Throttles, Does::Fails, Does::SaysHtml, Does::Cuts, Does::StopsHalfway];

/// Serves until standard input ends, then writes the book.
pub fn run() {
    let book = Arc::new(Mutex::new(Book::default()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(accept(listener, Arc::clone(&book)));
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
    });
    print!("{}", book.lock().unwrap().text());
}

async fn accept(listener: TcpListener, book: Arc<Mutex<Book>>) {
    let mut connections = 0;
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        connections += 1;
        let book = Arc::clone(&book);
        // Whatever goes wrong here is a client that hangs up.
        tokio::spawn(async move { serve(stream, connections, &book).await.ok() });
    }
}

/// Serves the requests of one connection until one of them is cut short.
async fn serve(mut stream: TcpStream, connection: u64, book: &Mutex<Book>) -> std::io::Result<()> {
    let mut request = Vec::with_capacity(4096);
    for turn in 0_u64.. {
        if stream.peek(&mut [0]).await? == 0 {
            return Ok(());
        }
        // A sixth of the failures: the others are dealt by call and attempt.
        if dice(&("unread", connection, turn)).is_multiple_of(ONE_IN * 6) {
            book.lock().unwrap().note_unread();
            return stream.set_zero_linger();
        }
        request.clear();
        let text = read(&mut stream, &mut request).await?;
        let call = call(text);
        let does = {
            let mut book = book.lock().unwrap();
            let does = fate(call, book.seen(call));
            book.note(call, does != Does::Answers, does != Does::Throttles);
            does
        };
        let answer = answer(text, call);
        match does {
            Does::Answers => stream.write_all(&respond("200 OK", "application/json", &answer)).await?,
            Does::Throttles => stream.write_all(&respond("429 Too Many Requests", "application/json", &envelope(130_429))).await?,
            Does::Fails => stream.write_all(&respond("503 Service Unavailable", "application/json", &envelope(2))).await?,
            Does::SaysHtml => stream.write_all(&respond("502 Bad Gateway", "text/html", "<h1>502 Bad Gateway</h1>")).await?,
            Does::Cuts => return stream.set_zero_linger(),
            Does::StopsHalfway => {
                let whole = respond("200 OK", "application/json", &answer);
                return stream.write_all(&whole[..whole.len() - answer.len() / 2]).await;
            }
        }
    }
    Ok(())
}

/// The same for the same, in each run.
fn dice(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// The outcome of a call's request, after this many earlier ones.
fn fate(call: usize, before: u32) -> Does {
    let roll = dice(&("fate", call, before));
    // Five of the six kinds of failure.
    let failures = roll % (ONE_IN * 6);
    usize::try_from(failures).ok().and_then(|kind| FAILURES.get(kind)).copied().unwrap_or(Does::Answers)
}

/// Reads one request to its end.
async fn read<'a>(stream: &mut TcpStream, request: &'a mut Vec<u8>) -> std::io::Result<&'a str> {
    let whole = |request: &[u8]| {
        let head = request.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
        let text = std::str::from_utf8(&request[..head]).unwrap().to_ascii_lowercase();
        let length = text.split("content-length:").nth(1).map_or(0, |rest| rest.lines().next().unwrap().trim().parse().unwrap());
        (request.len() >= head + length).then_some(())
    };
    while whole(request).is_none() {
        if stream.read_buf(request).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(std::str::from_utf8(request).unwrap())
}

/// Which call a request is of: `?call=7`, or `"call":7` in the body.
fn call(request: &str) -> usize {
    let rest = request.split_once("call=").or_else(|| request.split_once(r#""call":"#)).expect("every request has its call").1;
    rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().unwrap()
}

fn answer(request: &str, call: usize) -> String {
    if request.starts_with("GET ") {
        format!(r#"{{"id":"106540352242922","verified_name":"5550{call:06}"}}"#)
    } else if request.contains("/messages ") {
        format!(
            r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"16505551234","wa_id":"16505551234"}}],"messages":[{{"id":"5550{call:06}"}}]}}"#
        )
    } else {
        format!(r#"{{"id":"5550{call:06}"}}"#)
    }
}

fn envelope(code: u32) -> String {
    format!(r#"{{"error":{{"message":"(#{code}) No","type":"OAuthException","code":{code},"fbtrace_id":"A"}}}}"#)
}

fn respond(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nfacebook-api-version: v23.0\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}
