//! Why the bytes of a download are not there, or are not the file.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::report::View;
use crate::error::transport::TransportFault;
use crate::error::{Error, Kind};
use crate::retry::outcome::Outcome;

/// What went wrong, and with which server. It holds no address: an address is signed, and gives access to everyone who has it.
#[derive(Debug)]
pub(crate) struct DownloadFault {
    pub(crate) host: String,
    pub(crate) kind: FaultKind,
}

#[derive(Debug)]
pub(crate) enum FaultKind {
    /// The answer of the read does not lead to bytes, for this reason.
    Address(String),
    /// No answer.
    Unreachable(TransportFault),
    /// A redirect, to this host if it names one.
    Redirect(Option<String>),
    /// Another answer than the bytes. Was the token sent, and the address asked for anew?
    Answer { with_token: bool, renewed: bool, lasts: Duration },
    /// An answer of another length than the file, said so beforehand.
    Length { announced: u64, size: u64 },
    /// The connection ended before the bytes did.
    Cut { received: u64, size: Option<u64>, error: TransportFault },
    /// Nothing came for this long.
    Silent { received: u64, limit: Duration },
    /// As many bytes as there should be were not there at the end, or more.
    Size { received: u64, size: u64 },
    /// The bytes are not those that the read has promised.
    Hash,
    /// The bytes could not be kept.
    Save { path: PathBuf, error: std::io::Error },
    /// It has failed before.
    Over,
}

impl DownloadFault {
    /// May it go better the next time, whatever status came?
    pub(crate) fn is_passing(&self) -> bool {
        use FaultKind::{Cut, Hash, Length, Over, Silent, Size, Unreachable};
        matches!(self.kind, Unreachable(_) | Length { .. } | Cut { .. } | Silent { .. } | Size { .. } | Hash | Over)
    }

    /// The outcome of asking for the bytes.
    pub(crate) fn outcome(&self, status: Option<u16>) -> Outcome {
        match &self.kind {
            FaultKind::Address(_) => Outcome::NotSent,
            FaultKind::Unreachable(fault) if !fault.sent => Outcome::NotSent,
            FaultKind::Answer { .. } if status.is_some_and(|status| (400..500).contains(&status)) => Outcome::Rejected,
            // All bytes came.
            FaultKind::Save { .. } => Outcome::Executed,
            _ => Outcome::Unknown,
        }
    }

    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self.kind, FaultKind::Silent { .. }) || self.transport().is_some_and(TransportFault::is_timeout)
    }

    pub(crate) fn is_connect(&self) -> bool {
        matches!(&self.kind, FaultKind::Unreachable(error) if error.is_connect())
    }

    pub(crate) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            FaultKind::Save { error, .. } => Some(error),
            _ => self.transport().and_then(|fault| Some(fault.source.as_deref()? as _)),
        }
    }

    fn transport(&self) -> Option<&TransportFault> {
        match &self.kind {
            FaultKind::Unreachable(error) | FaultKind::Cut { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl Error {
    /// Did the bytes of a download not come, not come whole, or turn out to be others?
    ///
    /// # Troubleshooting
    /// Throw away what was received and download again where [`is_retryable`](Self::is_retryable) says so: addresses
    /// expire within minutes, and the next download asks for a fresh one. With `403` or `404` twice the file is gone, or
    /// the token may not read it.
    pub fn is_download(&self) -> bool {
        matches!(self.0.kind, Kind::Download(_))
    }

    pub(crate) fn download_line(&self, fault: &DownloadFault, view: View, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &fault.host;
        let answer = self.coordinates();
        match &fault.kind {
            FaultKind::Address(why) => write!(f, "nothing to download: {}", self.words(why, 500, view)),
            FaultKind::Unreachable(error) => {
                write!(f, "no bytes from {host}: {error}")
            }
            FaultKind::Redirect(to) => {
                let to = to.as_deref().unwrap_or("nowhere");
                write!(
                    f,
                    "no bytes from {host}: it sends on to {to} ({answer}), and a redirect is not followed, since a token may go with it"
                )
            }
            FaultKind::Answer { with_token, renewed, lasts } => {
                write!(f, "no bytes from {host} ({answer}): {}", self.snippet(200, view))?;
                if *renewed {
                    write!(
                        f,
                        "; the address was asked for anew and does not work either, though one lasts {}: the file is gone, or the \
                         token may not read it",
                        spoken(*lasts)
                    )?;
                }
                if !with_token {
                    f.write_str("; the token was not sent, since the documentation does not name this host")?;
                }
                Ok(())
            }
            FaultKind::Length { announced, size } => {
                write!(f, "{host} answers with {announced} bytes ({answer}), and the file has {size}: {}", self.snippet(200, view))
            }
            FaultKind::Cut { received, size, error } => {
                write!(f, "the bytes from {host} ended after {received}{}: ", of(*size))?;
                write!(f, "{error}; download it again")
            }
            FaultKind::Silent { received, limit } => {
                write!(f, "{host} sent nothing for {} after {received} bytes; give the request a longer timeout", spoken(*limit))
            }
            FaultKind::Size { received, size } => {
                write!(
                    f,
                    "the bytes from {host} are not the file: it has {size}, and {received} came; throw them away and download it again"
                )
            }
            FaultKind::Hash => {
                write!(f, "the bytes from {host} are not the file: their SHA-256 is another; throw them away and download it again")
            }
            FaultKind::Save { path, error } => write!(f, "the bytes from {host} cannot be written to {}: {error}", path.display()),
            FaultKind::Over => write!(f, "this download from {host} has failed before; begin a new one"),
        }
    }
}

fn of(size: Option<u64>) -> String {
    size.map_or_else(String::new, |size| format!(" of {size}"))
}

fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 60, seconds % 60) {
        (minutes @ 1.., 0) => format!("{minutes} min"),
        _ => format!("{} s", time.as_secs_f64()),
    }
}
