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
    let answer: Arc<[u8]> = answer().into_bytes().into();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answer) = (stream.unwrap(), Arc::clone(&answer));
            thread::spawn(move || serve(&mut stream, &answer));
        }
    });
    url
}

/// Answers the requests of one connection, which have no bodies, until the client hangs up.
fn serve(stream: &mut TcpStream, answer: &[u8]) {
    const END: &[u8] = b"\r\n\r\n";
    stream.set_nodelay(true).unwrap();
    let mut request = [0; 4096];
    let mut held = 0;
    while let Ok(read) = stream.read(&mut request[held..]) {
        if read == 0 {
            return;
        }
        held += read;
        if request[..held].ends_with(END) {
            held = 0;
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    }
}

/// The headers that Graph always sends, and a page of numbers.
fn answer() -> String {
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
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nfacebook-api-version: v23.0\r\n\
         x-fb-request-id: A2cO3vk4ICiYZxg\r\nx-fb-trace-id: HNqVL7oMT5z\r\nx-fb-rev: 1016543210\r\nContent-Length: {}\r\n\r\n{page}",
        page.len()
    )
}
