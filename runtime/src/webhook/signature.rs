//! The signature of a body: HMAC-SHA256 over the bytes as they are sent.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::rejection::Rejection;
use crate::values::secret::Secret;

/// The header that has the signature.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// What the header begins with.
const SCHEME: &[u8] = b"sha256=";

/// The value of [`SIGNATURE_HEADER`] for a body: what Meta sends, for tests of a program that receives webhooks.
///
/// ```
/// // RFC 4231, test case 2.
/// let header = graph_runtime::webhook::sign("Jefe", b"what do ya want for nothing?");
/// assert_eq!(header, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
/// ```
pub fn sign(app_secret: impl Into<Secret>, body: impl AsRef<[u8]>) -> String {
    let tag = Key::of(&app_secret.into()).tag(body.as_ref()).finalize().into_bytes();
    let digits = tag.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16));
    "sha256=".chars().chain(digits).collect()
}

/// An app secret, ready to sign.
#[derive(Clone)]
pub(super) struct Key(Hmac<Sha256>);

impl Key {
    pub(super) fn of(secret: &Secret) -> Self {
        // A key of HMAC can have any length: this one is never refused.
        match Hmac::new_from_slice(secret.expose().as_bytes()) {
            Ok(mac) => Self(mac),
            Err(_) => Self(Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default())),
        }
    }

    fn tag(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(body);
        mac
    }
}

/// Which of the keys signed the body. All are tried, each in constant time.
pub(super) fn signer(keys: &[Key], body: &[u8], header: Option<&[u8]>) -> Result<usize, Rejection> {
    let signature = signature(header)?;
    let mut signer = None;
    for (index, key) in keys.iter().enumerate() {
        let signs = key.tag(body).verify_slice(&signature).is_ok();
        signer = signer.or(signs.then_some(index));
    }
    signer.ok_or(Rejection::WrongSignature { app_secrets: keys.len() })
}

/// The 32 bytes of the header.
fn signature(header: Option<&[u8]>) -> Result<[u8; 32], Rejection> {
    let text = header.map(<[u8]>::trim_ascii).filter(|text| !text.is_empty()).ok_or(Rejection::NoSignature)?;
    let (scheme, digits) = text.split_at_checked(SCHEME.len()).ok_or(Rejection::MalformedSignature)?;
    if !scheme.eq_ignore_ascii_case(SCHEME) || digits.len() != 64 {
        return Err(Rejection::MalformedSignature);
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(Rejection::MalformedSignature);
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(bytes)
}
