//! What is no HTTP is answered in Graph's shape too: the HTTP library answers it by itself, and without a body.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};

use crate::engine;

/// A connection whose answers without a body that the library gave get one.
pub(super) struct Shaped<T> {
    io: T,
    /// What is to be written before anything else.
    left: Vec<u8>,
    /// Nothing was read yet.
    begins: bool,
}

/// How a connection of HTTP/2 begins. The library closes it, and answers another version that it does not know.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0";
const UNKNOWN: &[u8] = b"PRI * HTTP/9.9";

impl<T> Shaped<T> {
    pub(super) fn new(io: T) -> Self {
        Self { io, left: Vec::new(), begins: true }
    }
}

impl<T: Write + Unpin> Shaped<T> {
    fn poll_left(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.left.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(context, &self.left))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.left.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

/// The answer with a body, if it is one of the library. What the engine answers says which version it is of.
fn shaped(answer: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(answer).ok()?;
    let line = text.lines().next()?.strip_prefix("HTTP/1.1 ").or_else(|| text.lines().next()?.strip_prefix("HTTP/1.0 "))?;
    let by_library = ["400", "414", "431", "505"].iter().any(|status| line.starts_with(status));
    if !by_library || !text.contains("content-length: 0\r\n") || text.contains("facebook-api-version") || !text.ends_with("\r\n\r\n") {
        return None;
    }
    let body = engine::unreadable("the request is no HTTP").body("AbCdEfGhIjKlMnOpQrStUvW").to_string();
    let head = format!("content-type: application/json; charset=UTF-8\r\ncontent-length: {}\r\n", body.len());
    Some((text.replacen("content-length: 0\r\n", &head, 1) + &body).into_bytes())
}

impl<T: Read + Unpin> Read for Shaped<T> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, mut buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        if !self.begins || buffer.remaining() < HTTP_2.len() {
            return Pin::new(&mut self.io).poll_read(context, buffer);
        }
        let mut bytes = [0; HTTP_2.len()];
        let mut read = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.io).poll_read(context, read.unfilled()))?;
        self.begins = false;
        buffer.put_slice(if read.filled() == HTTP_2 { UNKNOWN } else { read.filled() });
        Poll::Ready(Ok(()))
    }
}

impl<T: Write + Unpin> Write for Shaped<T> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_left(context))?;
        let Some(shaped) = shaped(bytes) else { return Pin::new(&mut self.io).poll_write(context, bytes) };
        self.left = shaped;
        // What could not be written now is written when the connection is flushed.
        if let Poll::Ready(Err(error)) = self.poll_left(context) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_left(context))?;
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_left(context))?;
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_library_answers_gets_a_body() {
        let own = b"HTTP/1.1 400 Bad Request\r\nfacebook-api-version: v23.0\r\ncontent-length: 0\r\n\r\n";
        let library = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: x\r\n\r\n";
        assert!(shaped(own).is_none() && shaped(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").is_none());
        let answer = String::from_utf8(shaped(library).unwrap_or_default()).unwrap_or_default();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        assert!(head.contains(&format!("content-length: {}", body.len())) && body.starts_with("{\"error\":{\"message\":"), "{answer}");
    }
}
