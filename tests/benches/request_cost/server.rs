//! A server on loopback that answers every request with the same page, and allocates nothing for it.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// How many numbers the page holds: with these it has 2 KB.
pub const NUMBERS: usize = 6;

/// Starts it; its URL.
pub fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers: Arc<[Vec<u8>; 2]> = Arc::new([answer(&page()), answer(SENT)]);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answers) = (stream.unwrap(), Arc::clone(&answers));
            thread::spawn(move || serve(&mut stream, &answers));
        }
    });
    url
}

/// What a message is answered with.
const SENT: &str = r#"{"messaging_product":"whatsapp","contacts":[{"input":"16505551234","wa_id":"16505551234"}],"messages":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI3"}]}"#;

/// Answers the requests of one connection until the client hangs up: reads with the first answer, messages with the other.
fn serve(stream: &mut TcpStream, answers: &[Vec<u8>; 2]) {
    stream.set_nodelay(true).unwrap();
    let mut request = [0; 8192];
    let mut held = 0;
    while let Ok(read) = stream.read(&mut request[held..]) {
        if read == 0 {
            return;
        }
        held += read;
        if is_whole(&request[..held]) {
            let answer = &answers[usize::from(request.starts_with(b"POST"))];
            held = 0;
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    }
}

/// Is the body there, as long as the head says? A read has none.
fn is_whole(request: &[u8]) -> bool {
    const LENGTH: &[u8] = b"content-length: ";
    let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let length = request[..end].windows(LENGTH.len()).position(|bytes| bytes == LENGTH).map_or(0, |at| {
        let digits = request[at + LENGTH.len()..end].iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |length, digit| 10 * length + usize::from(digit - b'0'))
    });
    request.len() == end + 4 + length
}

/// A page of numbers.
fn page() -> String {
    let mut page = String::from(r#"{"data":["#);
    for number in 0..NUMBERS {
        let comma = if number == 0 { "" } else { "," };
        write!(
            page,
            r#"{comma}{{"id":"1065403522429{number:02}","display_phone_number":"+1 631-555-55{number:02}","verified_name":"Lucky Shrub {number}","#
        )
        .unwrap();
        page.push_str(r#""status":"CONNECTED","quality_rating":"GREEN","code_verification_status":"VERIFIED","name_status":"APPROVED","#);
        page.push_str(r#""platform_type":"CLOUD_API","throughput":{"level":"STANDARD"},"is_official_business_account":false}"#);
    }
    page.push_str(r#"],"paging":{"cursors":{"before":"QVFIUmx1WTBpMGpJWXprYzVY","after":"QVFIUkhwN1Fod3FTcHZAQNmpM"}}}"#);
    assert!((1900..2300).contains(&page.len()), "a page of 2 KB, and not of {} bytes", page.len());
    page
}

/// The headers that Graph always sends, and a body.
fn answer(body: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nfacebook-api-version: v23.0\r\n\
         x-fb-request-id: A2cO3vk4ICiYZxg\r\nx-fb-trace-id: HNqVL7oMT5z\r\nx-fb-rev: 1016543210\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    head.into_bytes()
}
