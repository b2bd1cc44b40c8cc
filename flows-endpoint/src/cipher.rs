//! AES-128-GCM as Flows use it: an initial vector of 16 bytes, and the answer under the same one with every bit flipped.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U16;
use aes_gcm::aead::{Aead as _, KeyInit as _, Nonce};
use aes_gcm::aes::Aes128;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Both vectors have 16 bytes, where most libraries take 12 alone.
type Cipher = AesGcm<Aes128, U16>;

/// What encrypts the answer to one exchange.
#[derive(Clone)]
pub(crate) struct Sealer {
    cipher: Cipher,
    vector: [u8; 16],
}

/// The plain text, and what encrypts the answer; nothing if the key, the vector or the text is not what was sent.
pub(crate) fn open(key: &[u8], vector: &[u8], text: &[u8]) -> Option<(Vec<u8>, Sealer)> {
    let vector = <[u8; 16]>::try_from(vector).ok()?;
    let cipher = Cipher::new_from_slice(key).ok()?;
    let plain = cipher.decrypt(&Nonce::<Cipher>::from(vector), text).ok()?;
    Some((plain, Sealer { cipher, vector: vector.map(|byte| !byte) }))
}

impl Sealer {
    /// The answer in base64, as it is sent; nothing if it is longer than AES-GCM can encrypt, 64 GB.
    pub(crate) fn seal(&self, plain: &[u8]) -> Option<String> {
        Some(STANDARD.encode(self.cipher.encrypt(&Nonce::<Cipher>::from(self.vector), plain).ok()?))
    }
}
