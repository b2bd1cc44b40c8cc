//! Bytes as they arrive, checked before the last of them is returned.

use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use crate::encoding::digest::FileDigest;
use crate::error::Error;
use crate::error::download::{DownloadFault, FaultKind};
use crate::error::transport::TransportFault;
use crate::request::context::CallContext;
use crate::response::info::ResponseInfo;

/// A download that has begun.
///
/// Take the bytes with [`chunk`](Self::chunk), [`bytes`](Self::bytes) or [`save`](Self::save). All check size and SHA-256
/// against what the read has promised, as far as it promises any. The last chunk is held back until they are found right:
/// a caller that stops at an error has never held a whole false file.
pub struct Downloaded<E = Error> {
    transfer: Transfer,
    error: PhantomData<fn() -> E>,
}

impl<E: From<Error>> Downloaded<E> {
    pub(crate) fn new(transfer: Transfer) -> Self {
        Self { transfer, error: PhantomData }
    }

    /// The media type that the server of the bytes names.
    pub fn content_type(&self) -> Option<&str> {
        self.transfer.answer.content_type()
    }

    /// How many bytes there are, from the read or else from the server of the bytes.
    pub fn size(&self) -> Option<u64> {
        self.transfer.size
    }

    /// The next bytes, `None` at the end, when all is found right. It can be dropped while it waits, and called again.
    ///
    /// # Errors
    /// A connection that fails or is silent for too long, and bytes that are not the file: [`Error::is_download`]. After an
    /// error every call is one.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, E> {
        Ok(self.transfer.chunk().await?)
    }

    /// All bytes, as many as the client lets an answer have.
    ///
    /// # Errors
    /// Those of [`chunk`](Self::chunk), and a file that is too large.
    pub async fn bytes(self) -> Result<Bytes, E> {
        Ok(self.transfer.bytes().await?)
    }

    /// Writes the bytes to a file, instead of what is there, and answers their number. The file appears when all is found
    /// right: until then it has another name in the same folder, `.<name>.<random>.part`.
    ///
    /// # Errors
    /// Those of [`chunk`](Self::chunk), and a file that cannot be written.
    pub async fn save(self, path: impl AsRef<Path> + Send) -> Result<u64, E> {
        Ok(self.transfer.save(path.as_ref()).await?)
    }
}

impl<E> fmt::Debug for Downloaded<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloaded")
            .field("host", &self.transfer.host)
            .field("size", &self.transfer.size)
            .field("received", &self.transfer.received)
            .finish_non_exhaustive()
    }
}

/// What a download is without its type of error.
pub(crate) struct Transfer {
    call: CallContext,
    answer: ResponseInfo,
    response: reqwest::Response,
    host: String,
    /// How long the server may send nothing.
    silence: Duration,
    /// How many bytes may be held at once.
    limit: usize,
    hash: Option<FileDigest>,
    digest: Sha256,
    size: Option<u64>,
    received: u64,
    held: Option<Bytes>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    More,
    Right,
    Failed,
}

impl Transfer {
    #[expect(clippy::too_many_arguments, reason = "it is put together in one place")]
    pub(crate) fn new(
        call: CallContext,
        answer: ResponseInfo,
        response: reqwest::Response,
        host: String,
        silence: Duration,
        limit: usize,
        hash: Option<FileDigest>,
        size: Option<u64>,
    ) -> Self {
        let (digest, state) = (Sha256::new(), State::More);
        Self { call, answer, response, host, silence, limit, hash, digest, size, received: 0, held: None, state }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            match self.state {
                State::Right => return Ok(self.held.take()),
                State::Failed => return Err(self.fault(FaultKind::Over)),
                State::More => {}
            }
            let next = match tokio::time::timeout(self.silence, self.response.chunk()).await {
                Ok(Ok(next)) => next,
                Ok(Err(error)) => {
                    let error = TransportFault::of(error);
                    return Err(self.fault(FaultKind::Cut { received: self.received, size: self.size, error }));
                }
                Err(_) => return Err(self.fault(FaultKind::Silent { received: self.received, limit: self.silence })),
            };
            let Some(chunk) = next else {
                self.verify()?;
                continue;
            };
            if chunk.is_empty() {
                continue;
            }
            self.received += chunk.len() as u64;
            if let Some(size) = self.size.filter(|size| self.received > *size) {
                return Err(self.fault(FaultKind::Size { received: self.received, size }));
            }
            self.digest.update(&chunk);
            if let Some(earlier) = self.held.replace(chunk) {
                return Ok(Some(earlier));
            }
        }
    }

    /// At the end of the bytes.
    fn verify(&mut self) -> Result<(), Error> {
        if let Some(size) = self.size.filter(|size| self.received != *size) {
            return Err(self.fault(FaultKind::Size { received: self.received, size }));
        }
        if self.hash.is_some_and(|hash| self.digest.clone().finalize().as_slice() != hash.0) {
            return Err(self.fault(FaultKind::Hash));
        }
        self.state = State::Right;
        Ok(())
    }

    fn fault(&mut self, kind: FaultKind) -> Error {
        self.state = State::Failed;
        self.held = None;
        Error::download(&self.call, Some(self.answer.clone()), None, DownloadFault { host: self.host.clone(), kind })
    }

    async fn bytes(mut self) -> Result<Bytes, Error> {
        let announced = self.size.map_or(0, |size| usize::try_from(size).unwrap_or(usize::MAX));
        if announced > self.limit {
            return Err(Error::too_large(&self.call, self.answer, self.limit));
        }
        let mut bytes = Vec::with_capacity(announced.min(1 << 20));
        while let Some(chunk) = self.chunk().await? {
            if chunk.len() > self.limit - bytes.len() {
                return Err(Error::too_large(&self.call, self.answer, self.limit));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }

    async fn save(mut self, path: &Path) -> Result<u64, Error> {
        let part = match Part::beside(path) {
            Ok(part) => part,
            Err(error) => return Err(self.unsaved(path, error)),
        };
        let mut file = match File::create_new(&part.path).await {
            Ok(file) => file,
            Err(error) => return Err(self.unsaved(path, error)),
        };
        while let Some(chunk) = self.chunk().await? {
            if let Err(error) = file.write_all(&chunk).await {
                return Err(self.unsaved(path, error));
            }
        }
        match keep(file, &part.path, path).await {
            Ok(()) => Ok(self.received),
            Err(error) => Err(self.unsaved(path, error)),
        }
    }

    fn unsaved(&mut self, path: &Path, error: std::io::Error) -> Error {
        self.fault(FaultKind::Save { path: path.to_owned(), error })
    }
}

/// Moves a whole file to its place.
async fn keep(mut file: File, part: &Path, path: &Path) -> std::io::Result<()> {
    // A write that failed late is reported by the flush and by nothing else.
    file.flush().await?;
    file.sync_all().await?;
    drop(file);
    tokio::fs::rename(part, path).await
}

/// A file that is not whole yet. It is removed when it is dropped, unless it has been moved to its place.
struct Part {
    path: PathBuf,
}

impl Part {
    fn beside(path: &Path) -> std::io::Result<Self> {
        let name = path.file_name().ok_or_else(|| std::io::Error::other("the path names no file"))?;
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|_| std::io::Error::other("the system has no random numbers"))?;
        let name = format!(".{}.{:016x}.part", name.to_string_lossy(), u64::from_ne_bytes(random));
        Ok(Self { path: path.with_file_name(name) })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Where it has been moved there is nothing to remove, and nothing left to report to.
        let _ = std::fs::remove_file(&self.path);
    }
}
