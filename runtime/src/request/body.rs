//! A body in pieces that are read while they are sent.

use std::collections::VecDeque;
use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead as _, ReadBuf};

use crate::clock::BoxFuture;

/// What a file is read in.
const CHUNK: usize = 64 << 10;

/// What the stream of a file becomes.
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, BodyFault>> + Send>>;

/// Why a body could not be sent in whole: this side failed and not the connection.
#[derive(Debug)]
pub(crate) struct BodyFault(pub(crate) String);

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BodyFault {}

/// The fault of this side, if it is the reason why a request failed.
pub(crate) fn body_fault(error: &reqwest::Error) -> Option<&BodyFault> {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(fault) = error.downcast_ref() {
            return Some(fault);
        }
        source = error.source();
    }
    None
}

/// A piece of a body.
pub(crate) enum Piece {
    Bytes(Bytes),
    Stream(StreamPiece),
    Read(Box<dyn Reading>),
}

/// A piece that is read, such as a file on disk. Behind a pointer: a program that sends none does not contain how files are read.
pub(crate) trait Reading: Send + Sync {
    /// How many bytes are left.
    fn left(&self) -> u64;

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyFault>>>;
}

impl Piece {
    /// How many bytes are left, where that is known.
    fn left(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Read(file) => Some(file.left()),
            Self::Stream(stream) => stream.left(),
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyFault>>> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::Read(file) => file.poll(context),
            Self::Stream(stream) => stream.poll(context),
        }
    }
}

/// A file on disk, as long as it was when it was opened.
pub(crate) struct FilePiece {
    file: tokio::fs::File,
    path: PathBuf,
    left: u64,
    buffer: Vec<u8>,
}

impl FilePiece {
    /// The file, without so many bytes at its beginning.
    pub(crate) async fn open(path: &Path, skipped: u64) -> Result<Self, String> {
        let path = path.to_owned();
        let opening = tokio::task::spawn_blocking(move || {
            let failed = |error: std::io::Error| format!("the file {} cannot be opened: {error}", path.display());
            // To open a pipe is to wait for someone to write to it.
            if !std::fs::metadata(&path).map_err(failed)?.is_file() {
                return Err(format!("{} is no file; what has no length can be sent with `File::stream`", path.display()));
            }
            let mut file = std::fs::File::open(&path).map_err(failed)?;
            let length = file.metadata().map_err(failed)?.len();
            let left = length.checked_sub(skipped).ok_or_else(|| {
                format!("the file {} has {length} bytes, and {skipped} of it have arrived already: it is not the same file", path.display())
            })?;
            std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(skipped)).map_err(failed)?;
            Ok(Self { file: tokio::fs::File::from_std(file), path, left, buffer: Vec::new() })
        });
        opening.await.map_err(|error| format!("a file cannot be opened: {error}"))?
    }
}

impl Reading for FilePiece {
    fn left(&self) -> u64 {
        self.left
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyFault>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let size = usize::try_from(self.left).unwrap_or(CHUNK).min(CHUNK);
        self.buffer.resize(size, 0);
        let mut read = ReadBuf::new(&mut self.buffer);
        let result = ready!(Pin::new(&mut self.file).poll_read(context, &mut read));
        let length = read.filled().len();
        let path = self.path.display();
        Poll::Ready(Some(match result {
            Err(error) => Err(BodyFault(format!("the file {path} cannot be read: {error}"))),
            Ok(()) if length == 0 => Err(BodyFault(format!("the file {path} became shorter while it was sent"))),
            Ok(()) => {
                self.left -= length as u64;
                let mut chunk = std::mem::take(&mut self.buffer);
                chunk.truncate(length);
                Ok(chunk.into())
            }
        }))
    }
}

/// Opens a file on disk.
pub(crate) type OpenFile = for<'a> fn(&'a Path, u64) -> BoxFuture<'a, Result<Piece, String>>;

pub(crate) fn open_file(path: &Path, skipped: u64) -> BoxFuture<'_, Result<Piece, String>> {
    Box::pin(async move { Ok(Piece::Read(Box::new(FilePiece::open(path, skipped).await?))) })
}

/// A stream, which must keep to the length that was said of it.
pub(crate) struct StreamPiece {
    /// Never locked: a body must be `Sync`, which a stream need not be.
    chunks: Mutex<Chunks>,
    /// How many bytes are still to come, where that was said.
    due: Option<u64>,
    /// The chunk that reaches the length. It is held back until the stream has ended, since the sender of the body asks for
    /// nothing after it, and a stream that goes on would be cut short unnoticed.
    last: Option<Bytes>,
    /// A stream that has ended is not asked again.
    ended: bool,
}

impl StreamPiece {
    pub(crate) fn new(chunks: Chunks, length: Option<u64>) -> Self {
        Self { chunks: Mutex::new(chunks), due: length, last: None, ended: false }
    }

    fn left(&self) -> Option<u64> {
        let held = self.last.as_ref().map_or(0, Bytes::len) as u64;
        self.due.map(|due| due + held)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyFault>>> {
        let chunks = self.chunks.get_mut().unwrap_or_else(PoisonError::into_inner);
        while !self.ended {
            let chunk = match ready!(chunks.as_mut().poll_next(context)) {
                Some(Ok(chunk)) => chunk,
                Some(Err(fault)) => return Poll::Ready(Some(Err(fault))),
                None => {
                    self.ended = true;
                    match self.due {
                        Some(due @ 1..) => {
                            let why = format!("the stream ended {due} bytes before the length it was given");
                            return Poll::Ready(Some(Err(BodyFault(why))));
                        }
                        _ => break,
                    }
                }
            };
            let Some(due) = self.due else {
                return Poll::Ready(Some(Ok(chunk)));
            };
            let Some(due) = due.checked_sub(chunk.len() as u64) else {
                return Poll::Ready(Some(Err(BodyFault("the stream yielded more bytes than the length it was given".to_owned()))));
            };
            self.due = Some(due);
            if due > 0 {
                return Poll::Ready(Some(Ok(chunk)));
            }
            if !chunk.is_empty() {
                self.last = Some(chunk);
            }
        }
        Poll::Ready(self.last.take().map(Ok))
    }
}

/// A body of pieces, one after the other.
pub(crate) struct Pieces(VecDeque<Piece>);

impl Pieces {
    pub(crate) fn new(pieces: impl IntoIterator<Item = Piece>) -> Self {
        Self(pieces.into_iter().collect())
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        while let Some(piece) = self.0.front_mut() {
            match ready!(piece.poll(context)) {
                // An empty chunk would end a body that is sent in chunks.
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => return Poll::Ready(Some(Ok(Frame::data(chunk)))),
                Some(Err(fault)) => {
                    self.0.clear();
                    return Poll::Ready(Some(Err(fault)));
                }
                None => {
                    self.0.pop_front();
                }
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.iter().map(Piece::left).sum::<Option<u64>>().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use http_body::Body as _;

    use super::*;

    async fn send(body: &mut Pieces) -> Result<Vec<u8>, String> {
        let mut sent = Vec::new();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            let frame = frame.map_err(|fault| fault.to_string())?;
            sent.extend_from_slice(&frame.into_data().unwrap());
        }
        Ok(sent)
    }

    /// Yields these chunks, and then nothing comes.
    struct Stalling(VecDeque<&'static str>);

    impl Stream for Stalling {
        type Item = Result<Bytes, BodyFault>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.0.pop_front().map_or(Poll::Pending, |chunk| Poll::Ready(Some(Ok(chunk.into()))))
        }
    }

    fn stalling(chunks: impl IntoIterator<Item = &'static str>, length: Option<u64>) -> Pieces {
        Pieces::new([Piece::Stream(StreamPiece::new(Box::pin(Stalling(chunks.into_iter().collect())), length))])
    }

    /// The next bytes, if they are there.
    fn next(body: &mut Pieces) -> Poll<Option<Bytes>> {
        let context = &mut Context::from_waker(std::task::Waker::noop());
        Pin::new(body).poll_frame(context).map(|frame| frame.map(|frame| frame.unwrap().into_data().unwrap()))
    }

    #[test]
    fn what_is_held_back_is_still_to_come() {
        let mut body = stalling(["ab", "cde"], Some(5));
        assert_eq!(body.size_hint().exact(), Some(5));
        assert_eq!(next(&mut body), Poll::Ready(Some("ab".into())));
        assert_eq!((next(&mut body), body.size_hint().exact()), (Poll::Pending, Some(3)), "until it has ended");
    }

    #[test]
    fn an_empty_chunk_is_passed_over() {
        let mut body = stalling(["", "ab", "", "c"], None);
        assert_eq!([next(&mut body), next(&mut body)], ["ab", "c"].map(|chunk| Poll::Ready(Some(chunk.into()))));
        assert_eq!(next(&mut body), Poll::Pending);
    }

    #[tokio::test]
    async fn a_file_is_as_long_as_it_was_when_it_was_opened() {
        let directory = std::env::temp_dir().join(format!("graph-runtime-body-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("file");
        for (then, expected) in [("abcdef", Ok(b"-abc".to_vec())), ("ab", Err("became shorter"))] {
            std::fs::write(&path, "abc").unwrap();
            let file = FilePiece::open(&path, 0).await.unwrap();
            std::fs::write(&path, then).unwrap();
            let mut body = Pieces::new([Piece::Bytes(Bytes::from_static(b"-")), Piece::Read(Box::new(file))]);
            assert_eq!(body.size_hint().exact(), Some(4));
            match (send(&mut body).await, expected) {
                (Ok(sent), Ok(expected)) => assert_eq!(sent, expected),
                (Err(fault), Err(why)) => assert!(fault.contains(why) && fault.contains(path.to_str().unwrap()), "{fault}"),
                (result, expected) => panic!("{result:?}, not {expected:?}"),
            }
            assert!(body.is_end_stream());
        }
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
