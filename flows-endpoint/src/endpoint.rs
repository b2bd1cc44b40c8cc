//! From a request to an exchange, and from an answer to a reply.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use graph_runtime::serde_json::{self, json};
use graph_runtime::webhook::{FromBody, Receiver, ReceiverBuilder, ReceiverError, Rejection};
use graph_runtime::{Secret, Value};

use crate::answer::{Answer, Reply};
use crate::cipher::{self, Sealer};
use crate::content::Content;
use crate::private_key::{KeyError, PrivateKey};

/// Verifies and decrypts what flows ask. Clones share the keys.
#[derive(Clone)]
pub struct Endpoint(Arc<Keys>);

struct Keys {
    private: Vec<PrivateKey>,
    receiver: Option<Receiver<Unread>>,
    body_limit: usize,
}

/// The receiver of webhooks verifies here, and reads nothing.
struct Unread;

impl FromBody for Unread {
    fn from_body(_: &[u8]) -> Self {
        Self
    }
}

impl Endpoint {
    /// Begins an endpoint. It needs a private key, and the app secret.
    pub fn builder() -> EndpointBuilder {
        EndpointBuilder { private: Vec::new(), secrets: Vec::new(), unsigned: false, body_limit: 4 << 20 }
    }

    /// Verifies and decrypts the body of a POST. `signature` is the header `X-Hub-Signature-256`.
    ///
    /// # Errors
    /// The signature is not that of the app (432), the body is too large (413), or it cannot be decrypted (421: the client then fetches the public key
    /// anew and asks once more).
    pub fn open(&self, body: &[u8], signature: Option<&[u8]>) -> Result<Exchange, Refused> {
        let limit = self.0.body_limit;
        if body.len() > limit {
            return Err(Refused::TooLarge { limit });
        }
        if let Some(receiver) = &self.0.receiver {
            receiver.verify(body, signature).map_err(Refused::Signature)?;
        }
        let (payload, sealer) = self.decrypt(body).ok_or(Refused::Undecryptable)?;
        Ok(Exchange { content: Content::of(payload), sealer })
    }

    /// Whatever is wrong is one failure: who tries out ciphertexts learns nothing of how far they came.
    fn decrypt(&self, body: &[u8]) -> Option<(Value, Sealer)> {
        let envelope: Value = serde_json::from_slice(body).ok()?;
        let member = |name: &str| STANDARD.decode(envelope.get(name)?.as_str()?).ok();
        let (key, vector, text) = (member("encrypted_aes_key")?, member("initial_vector")?, member("encrypted_flow_data")?);
        self.0.private.iter().find_map(|private| {
            let (plain, sealer) = cipher::open(&private.decrypt(&key)?, &vector, &text)?;
            Some((serde_json::from_slice(&plain).ok()?, sealer))
        })
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("private_keys", &self.0.private.len())
            .field("receiver", &self.0.receiver.is_some())
            .finish_non_exhaustive()
    }
}

/// What a flow asked, and the key to answer with.
pub struct Exchange {
    content: Content,
    sealer: Sealer,
}

impl Exchange {
    /// What came in.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Answers a request.
    pub fn answer(&self, answer: &Answer) -> Reply {
        self.sealed(200, answer.value())
    }

    /// Answers a health check or an error notification. To a request it says that it was received, which shows no screen.
    pub fn acknowledge(&self) -> Reply {
        match self.content {
            Content::Ping => self.answer(&Answer::pong()),
            Content::Failure(_) | Content::Request(_) => self.answer(&Answer::acknowledged()),
        }
    }

    /// The token is no longer valid (427): the flow closes, its button is disabled, and the user reads this. The body is JSON, as Meta's page of
    /// error codes shows it.
    pub fn expired(&self, message: &str) -> Reply {
        Reply::json(427, &json!({"error_msg": message}))
    }

    /// The same, encrypted, as the code of Meta's example endpoint has it. Page and code contradict each other.
    pub fn expired_encrypted(&self, message: &str) -> Reply {
        self.sealed(427, &json!({"error_msg": message}))
    }

    fn sealed(&self, status: u16, value: &Value) -> Reply {
        match self.sealer.seal(value.to_string().as_bytes()) {
            Some(body) => Reply::encrypted(status, body),
            None => Reply::empty(500),
        }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("content", &self.content).finish_non_exhaustive()
    }
}

/// A request that is not decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The signature is not that of the app.
    Signature(Rejection),
    /// The body is too large.
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// No private key decrypts it.
    Undecryptable,
}

impl Refused {
    /// 432 for the signature, 413 for the size, 421 for what cannot be decrypted.
    pub fn status(&self) -> u16 {
        match self {
            Self::Signature(_) => 432,
            Self::TooLarge { .. } => 413,
            Self::Undecryptable => 421,
        }
    }

    /// The answer: the status alone.
    pub fn reply(&self) -> Reply {
        Reply::empty(self.status())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(rejection) => write!(f, "the signature of a flow is not right: {rejection}"),
            Self::TooLarge { limit } => write!(f, "the body of a flow is larger than {limit} bytes"),
            Self::Undecryptable => {
                f.write_str("what a flow asks cannot be decrypted: the private key is not that of the public key which the number has, or it is not Meta's")
            }
        }
    }
}

impl std::error::Error for Refused {}

/// Makes an [`Endpoint`].
#[must_use]
pub struct EndpointBuilder {
    private: Vec<Secret>,
    secrets: Vec<Secret>,
    unsigned: bool,
    body_limit: usize,
}

impl EndpointBuilder {
    /// Adds a private key, as PEM without a passphrase. While a key is replaced, both are tried.
    pub fn private_key(mut self, pem: impl Into<Secret>) -> Self {
        self.private.push(pem.into());
        self
    }

    /// Adds the secret of the app that the flow is connected to.
    pub fn app_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Takes what is not signed: anyone who knows the public key can then ask.
    pub fn without_signature(mut self) -> Self {
        self.unsigned = true;
        self
    }

    /// How many bytes a body may have; by default 4 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The endpoint.
    ///
    /// # Errors
    /// There is no private key, or one that cannot be used; an app secret is missing or blank.
    pub fn build(self) -> Result<Endpoint, EndpointError> {
        if self.private.is_empty() {
            return Err(EndpointError::NoPrivateKey);
        }
        let private: Result<_, KeyError> = self.private.iter().map(|pem| PrivateKey::from_pem(pem.expose())).collect();
        let receiver = if self.unsigned && self.secrets.is_empty() {
            None
        } else {
            let builder = self.secrets.into_iter().fold(Receiver::builder(), ReceiverBuilder::app_secret);
            Some(builder.body_limit(self.body_limit).build().map_err(EndpointError::Secret)?)
        };
        let private = private.map_err(EndpointError::PrivateKey)?;
        Ok(Endpoint(Arc::new(Keys { private, receiver, body_limit: self.body_limit })))
    }
}

impl fmt::Debug for EndpointBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointBuilder")
            .field("private_keys", &self.private.len())
            .field("app_secrets", &self.secrets.len())
            .finish_non_exhaustive()
    }
}

/// Why there is no endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// No private key was given.
    NoPrivateKey,
    /// A private key cannot be used.
    PrivateKey(KeyError),
    /// An app secret is missing or cannot be used; [`EndpointBuilder::without_signature`] does without.
    Secret(ReceiverError),
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPrivateKey => f.write_str("an endpoint needs the private key whose public one the number has"),
            Self::PrivateKey(error) => error.fmt(f),
            Self::Secret(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EndpointError {}
