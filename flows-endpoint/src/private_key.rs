//! The private key of a number, in the forms in which OpenSSL writes it.

use std::fmt;

use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;

/// `SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL } …`: what PKCS#8 has before a key in PKCS#1.
const RSA: [u8; 18] = [0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// A key that decrypts what was encrypted with the public key of a number.
pub(crate) struct PrivateKey(OaepPrivateDecryptingKey);

/// Why a text is no private key that an endpoint can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// It is not PEM.
    NotPem,
    /// It is the public key.
    Public,
    /// It is encrypted with a passphrase.
    Encrypted,
    /// It is no RSA key of 2048 bits or more.
    NotRsa,
}

impl PrivateKey {
    /// From `BEGIN PRIVATE KEY` or `BEGIN RSA PRIVATE KEY`. Line breaks may be written as `\n`, as in variables of an environment.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let pem = Zeroizing::new(pem.replace("\\n", "\n"));
        let (_, from) = pem.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
        let (label, from) = from.split_once("-----").ok_or(KeyError::NotPem)?;
        let (text, _) = from.split_once("-----END ").ok_or(KeyError::NotPem)?;
        if label.contains("PUBLIC") {
            return Err(KeyError::Public);
        }
        // The old form has a header line that says so.
        if label.contains("ENCRYPTED") || text.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let text: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
        let der = Zeroizing::new(STANDARD.decode(text.as_bytes()).map_err(|_| KeyError::NotPem)?);
        let der = match label {
            "PRIVATE KEY" => der,
            "RSA PRIVATE KEY" => tagged(0x30, &Zeroizing::new([&RSA, tagged(0x04, &der).as_slice()].concat())),
            _ => return Err(KeyError::NotRsa),
        };
        let key = PrivateDecryptingKey::from_pkcs8(&der).map_err(|_| KeyError::NotRsa)?;
        Ok(Self(OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::NotRsa)?))
    }

    /// RSA-OAEP with SHA-256, in a time that says nothing of the key.
    pub(crate) fn decrypt(&self, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut plain = Zeroizing::new(vec![0; self.0.min_output_size()]);
        let length = self.0.decrypt(&OAEP_SHA256_MGF1SHA256, text, &mut plain, None).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

/// DER: tag, length, content.
fn tagged(tag: u8, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = content.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut der = Zeroizing::new(Vec::with_capacity(content.len() + 10));
    der.push(tag);
    if content.len() >= 0x80 {
        // A length has 8 bytes at most.
        der.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
        der.extend_from_slice(significant);
    } else {
        der.push(length[length.len() - 1]);
    }
    der.extend_from_slice(content);
    der
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPem => "the private key is not PEM: `-----BEGIN PRIVATE KEY-----`, base64, `-----END PRIVATE KEY-----`",
            Self::Public => "this is the public key, which Meta has; the endpoint needs the private one",
            Self::Encrypted => {
                "the private key is encrypted with a passphrase; `openssl pkcs8 -topk8 -nocrypt -in private.pem -out key.pem` writes it without"
            }
            Self::NotRsa => "the private key is no RSA key of 2048 bits or more",
        })
    }
}

impl std::error::Error for KeyError {}
