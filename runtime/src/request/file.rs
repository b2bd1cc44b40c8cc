//! What is uploaded: bytes, a file on disk, or a stream.

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use crate::request::body::{BodyFault, Chunks, OpenFile, Piece, StreamPiece, open_file};

/// A file to upload, with its media type.
///
/// ```
/// # use graph_runtime::File;
/// let photo = File::path("holiday/photo.png", "image/png");
/// let note = File::bytes("hello", "text/plain").named("note.txt");
/// # let _ = (photo, note);
/// ```
///
/// Files on disk and streams are read while they are sent and never held in memory. Everything but a stream can be sent
/// again, and so be repeated after a failure. A large file on a slow line needs a longer timeout than the client's: give
/// the request one.
#[derive(Clone)]
pub struct File {
    source: Source,
    content_type: String,
    name: Option<String>,
    /// How many bytes of bytes, or of a file on disk, come before what is sent.
    skipped: u64,
}

#[derive(Clone)]
enum Source {
    Bytes(Bytes),
    /// A file on disk, and what opens it.
    Path(PathBuf, OpenFile),
    Stream {
        once: Arc<Mutex<Option<Chunks>>>,
        length: Option<u64>,
    },
}

impl File {
    /// These bytes.
    pub fn bytes(bytes: impl Into<Bytes>, content_type: impl Into<String>) -> Self {
        Self::of(Source::Bytes(bytes.into()), content_type)
    }

    /// The file at this path. It is opened when it is sent, anew each time; if it cannot be, nothing is sent.
    pub fn path(path: impl Into<PathBuf>, content_type: impl Into<String>) -> Self {
        Self::of(Source::Path(path.into(), open_file), content_type)
    }

    /// What this stream yields. It can be sent once: a request that holds it is never repeated, and sending a copy of it
    /// is an error.
    ///
    /// Without [`sized`](Self::sized) the length of the body is not known beforehand, and it is sent in chunks.
    pub fn stream<S, E>(stream: S, content_type: impl Into<String>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let chunks: Chunks = Box::pin(Readable(Box::pin(stream)));
        Self::of(Source::Stream { once: Arc::new(Mutex::new(Some(chunks))), length: None }, content_type)
    }

    fn of(source: Source, content_type: impl Into<String>) -> Self {
        Self { source, content_type: content_type.into(), name: None, skipped: 0 }
    }

    /// The name under which it is uploaded. Without it, a file on disk has its own, everything else is `file`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How many bytes a stream will yield. A stream that yields more or fewer fails while it is sent. Does nothing for
    /// bytes and paths, whose length is known.
    #[must_use]
    pub fn sized(mut self, bytes: u64) -> Self {
        if let Source::Stream { length, .. } = &mut self.source {
            *length = Some(bytes);
        }
        self
    }

    /// The media type: `image/png`.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The name under which it is uploaded.
    pub fn name(&self) -> &str {
        let own = match &self.source {
            Source::Path(path, _) => path.file_name().and_then(|name| name.to_str()),
            _ => None,
        };
        self.name.as_deref().or(own).unwrap_or("file")
    }

    /// Can it be sent more than once? A stream cannot.
    pub fn is_repeatable(&self) -> bool {
        !matches!(self.source, Source::Stream { .. })
    }

    /// The same without so many bytes at its beginning, which have arrived already. Nothing for a stream, and beyond the end of bytes; a file on
    /// disk that is shorter is an error when it is sent.
    pub(crate) fn after(&self, bytes: u64) -> Option<Self> {
        let skipped = self.skipped.checked_add(bytes)?;
        match &self.source {
            Source::Bytes(all) if u64::try_from(all.len()).is_ok_and(|length| skipped <= length) => {}
            Source::Path(..) => {}
            Source::Bytes(_) | Source::Stream { .. } => return None,
        }
        Some(Self { skipped, ..self.clone() })
    }

    /// The content, ready to be sent as the parameter `param`, or why it is not.
    pub(crate) async fn open(&self, param: &str) -> Result<Piece, String> {
        match &self.source {
            Source::Bytes(bytes) => {
                let skipped = usize::try_from(self.skipped).unwrap_or(usize::MAX).min(bytes.len());
                Ok(Piece::Bytes(bytes.slice(skipped..)))
            }
            Source::Path(path, open) => open(path, self.skipped).await.map_err(|why| format!("`{param}`: {why}")),
            Source::Stream { once, length } => {
                let chunks = once.lock().unwrap_or_else(PoisonError::into_inner).take();
                chunks.map(|chunks| Piece::Stream(StreamPiece::new(chunks, *length))).ok_or_else(|| {
                    format!(
                        "the stream of `{param}` has been sent, and a stream can be sent once: make a new one for each request, \
                         or give `File::path` or `File::bytes`, which can be sent again"
                    )
                })
            }
        }
    }
}

/// No bytes, of no particular type.
impl Default for File {
    fn default() -> Self {
        Self::bytes(Bytes::new(), "application/octet-stream")
    }
}

/// Streams are equal if they are the same one.
impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.source, &other.source) {
            (Source::Bytes(one), Source::Bytes(two)) => one == two,
            (Source::Path(one, _), Source::Path(two, _)) => one == two,
            (Source::Stream { once: one, length: a }, Source::Stream { once: two, length: b }) => Arc::ptr_eq(one, two) && a == b,
            _ => false,
        };
        same && self.skipped == other.skipped && self.content_type == other.content_type && self.name == other.name
    }
}

/// Where it comes from, never what is in it.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("File");
        match &self.source {
            Source::Bytes(bytes) => shown.field("bytes", &bytes.len()),
            Source::Path(path, _) => shown.field("path", path),
            Source::Stream { length, .. } => shown.field("stream", length),
        };
        if self.skipped > 0 {
            shown.field("skipped", &self.skipped);
        }
        shown.field("content_type", &self.content_type).field("name", &self.name()).finish()
    }
}

/// A stream whose errors say that they are its own.
struct Readable<S>(Pin<Box<S>>);

impl<S, E> Stream for Readable<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Item = Result<Bytes, BodyFault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let failed = |error: E| BodyFault(format!("the stream failed: {}", error.into()));
        self.0.as_mut().poll_next(context).map(|next| next.map(|chunk| chunk.map_err(failed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_shows_where_it_comes_from_and_not_what_is_in_it() {
        let shown = format!("{:?} {:?}", File::bytes("secret", "text/plain"), File::path("a/b.png", "image/png"));
        assert_eq!(
            shown,
            r#"File { bytes: 6, content_type: "text/plain", name: "file" } File { path: "a/b.png", content_type: "image/png", name: "b.png" }"#
        );
    }

    #[test]
    fn a_file_shows_how_much_of_it_has_arrived_already() {
        let rest = File::bytes("secret", "text/plain").after(2).unwrap();
        assert_eq!(format!("{rest:?}"), r#"File { bytes: 6, skipped: 2, content_type: "text/plain", name: "file" }"#);
    }

    #[test]
    fn files_compare_by_where_they_come_from() {
        struct Nothing;
        impl Stream for Nothing {
            type Item = Result<Bytes, std::io::Error>;
            fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                Poll::Ready(None)
            }
        }
        let stream = File::stream(Nothing, "a/b");
        assert_eq!(stream.clone(), stream);
        assert_ne!(File::stream(Nothing, "a/b"), stream);
        assert!(!stream.is_repeatable() && File::default().is_repeatable());
        assert_eq!(File::default(), File::bytes("", "application/octet-stream"));
        assert_ne!(File::default().named("x"), File::default());
        assert_ne!(File::path("a", "a/b"), File::bytes("a", "a/b"));
    }
}
