//! Why a request is not answered as Meta would be.

use std::fmt;

/// A request that is refused before anything of it is read: it does not come from Meta, or the app is set up otherwise than Meta's
/// dashboard says. The text is a line for the log; nothing that the request said is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// There is no signature.
    NoSignature,
    /// The header with the signature is in another form.
    MalformedSignature,
    /// The body was signed with none of the app secrets, or is not the one that was signed.
    WrongSignature {
        /// How many were tried.
        app_secrets: usize,
    },
    /// The body is larger than the receiver allows.
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The handshake failed.
    Handshake(HandshakeFault),
}

/// What is wrong with a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandshakeFault {
    /// The receiver was given no verify token.
    NotExpected,
    /// `hub.mode` is not `subscribe`.
    NoSubscription,
    /// `hub.verify_token` is not the verify token of the receiver.
    WrongVerifyToken,
    /// `hub.challenge` is missing.
    NoChallenge,
}

impl Rejection {
    /// The HTTP status to answer with: 401 for a signature, 403 for a handshake, 413 for a body that is too large.
    pub fn status(&self) -> u16 {
        match self {
            Self::NoSignature | Self::MalformedSignature | Self::WrongSignature { .. } => 401,
            Self::Handshake(_) => 403,
            Self::TooLarge { .. } => 413,
        }
    }
}

impl From<HandshakeFault> for Rejection {
    fn from(fault: HandshakeFault) -> Self {
        Self::Handshake(fault)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSignature => {
                f.write_str("the webhook has no header X-Hub-Signature-256: it is not Meta's, or something on the way removed the header")
            }
            Self::MalformedSignature => f.write_str("the header X-Hub-Signature-256 is not `sha256=` and 64 hexadecimal digits"),
            Self::WrongSignature { app_secrets } => write!(
                f,
                "the webhook was signed with none of the {app_secrets} app secrets: either the secret is that of another app, or the body is not the bytes that came in, or it is not Meta's"
            ),
            Self::TooLarge { limit } => write!(f, "the body of the webhook is larger than {limit} bytes"),
            Self::Handshake(fault) => write!(f, "the handshake failed: {fault}"),
        }
    }
}

impl fmt::Display for HandshakeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotExpected => "the receiver was given no verify token",
            Self::NoSubscription => "hub.mode is not `subscribe`",
            Self::WrongVerifyToken => "hub.verify_token is not the verify token of this receiver",
            Self::NoChallenge => "hub.challenge is missing",
        })
    }
}

impl std::error::Error for Rejection {}

impl std::error::Error for HandshakeFault {}
