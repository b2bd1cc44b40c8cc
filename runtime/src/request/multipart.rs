//! `multipart/form-data`: texts first, then files.

use bytes::Bytes;
use reqwest::header::HeaderValue;
use serde_json::Value;

use crate::request::body::{Piece, Pieces};
use crate::request::file::File;
use crate::values::text::text;

/// The content type and the body, or why it cannot be sent.
pub(crate) async fn multipart<'a>(
    texts: impl Iterator<Item = (&'a str, &'a Value)>,
    files: &[(&'static str, File)],
) -> Result<(HeaderValue, Pieces), String> {
    let boundary = boundary()?;
    let mut head = String::new();
    for (name, value) in texts.filter(|(_, value)| !value.is_null()) {
        let (name, text) = (quoted(name), text(value));
        head.push_str(&format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"));
    }
    let mut pieces = Vec::with_capacity(2 * files.len() + 1);
    for (name, file) in files {
        content_type(name, file)?;
        head.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            quoted(name),
            quoted(file.name()),
            file.content_type(),
        ));
        pieces.push(Piece::Bytes(Bytes::from(std::mem::take(&mut head))));
        pieces.push(file.open(name).await?);
        head.push_str("\r\n");
    }
    head.push_str(&format!("--{boundary}--\r\n"));
    pieces.push(Piece::Bytes(head.into()));
    let content_type = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"));
    let content_type = content_type.map_err(|error| format!("the boundary of the parts cannot be sent: {error}"))?;
    Ok((content_type, Pieces::new(pieces)))
}

/// The media type of a file, or why it is none.
pub(crate) fn content_type(param: &str, file: &File) -> Result<HeaderValue, String> {
    match HeaderValue::from_str(file.content_type()) {
        Ok(value) if !value.is_empty() => Ok(value),
        _ => Err(format!("the media type of `{param}` is {:?}; it must be one like \"image/png\"", file.content_type())),
    }
}

/// It cannot be guessed by those who choose the content of a file.
fn boundary() -> Result<String, String> {
    let mut random = [0; 20];
    getrandom::fill(&mut random).map_err(|_| "the system has no random numbers for the boundary between parts")?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A name within quotes, escaped as browsers do it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"; b=\"\r\n\r\nc\u{e9}.png"), "a%22; b=%22%0D%0A%0D%0Ac\u{e9}.png");
    }

    #[test]
    fn boundaries_differ() {
        let boundary = boundary().unwrap();
        assert_eq!(boundary.len(), 40);
        assert_ne!(super::boundary().unwrap(), boundary);
    }

    #[test]
    fn a_media_type_is_a_header() {
        assert!(content_type("file", &File::bytes("", "")).is_err());
        let why = content_type("file", &File::bytes("", "a/b\r\nX: y")).unwrap_err();
        assert!(why.contains("`file`") && why.contains(r#""a/b\r\nX: y""#), "{why}");
        assert_eq!(content_type("file", &File::default()).unwrap(), "application/octet-stream");
    }
}
