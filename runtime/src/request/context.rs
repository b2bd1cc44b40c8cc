//! What is known of a call once its request is sent.

use std::time::SystemTime;

use crate::description::info::OperationInfo;
use crate::description::version::Version;
use crate::retry::outcome::Outcome;
use crate::values::redact::Masks;
use crate::values::secret::Secret;

/// What answers and errors need to know about the call that they belong to.
pub(crate) struct CallContext {
    pub(crate) operation: &'static OperationInfo,
    /// Verb and path, which may hold a secret: [`target`](Self::target) holds none.
    pub(crate) unmasked_target: String,
    pub(crate) idempotent: bool,
    /// Can the request be sent more than once? One that holds a stream cannot.
    pub(crate) repeatable: bool,
    pub(crate) version: Version,
    pub(crate) masks: Masks,
    /// The members of the answer that are secret, where the operation itself does not say so.
    pub(crate) secrets: Vec<&'static str>,
    /// How often the request left this machine.
    pub(crate) attempts: u32,
    /// The outcome of the attempts before this one.
    pub(crate) earlier: Outcome,
    /// When the answer came, once there is one.
    pub(crate) answered: SystemTime,
    /// The token that it was sent with, for what its answer leads to.
    pub(crate) token: Option<Secret>,
}

impl CallContext {
    /// Verb and path as they may be shown.
    pub(crate) fn target(&self) -> String {
        self.masks.text(&self.unmasked_target)
    }
}

#[cfg(test)]
impl CallContext {
    /// A call of `/106/…` for tests.
    pub(crate) fn example(operation: &'static OperationInfo, version: Version) -> Self {
        let target = format!("{} /{version}{}", operation.method, operation.path.replace("{phone_number_id}", "106"));
        Self {
            operation,
            unmasked_target: target,
            idempotent: true,
            repeatable: true,
            version,
            masks: Masks::default(),
            secrets: Vec::new(),
            attempts: 1,
            earlier: Outcome::NotSent,
            answered: SystemTime::UNIX_EPOCH,
            token: None,
        }
    }
}
