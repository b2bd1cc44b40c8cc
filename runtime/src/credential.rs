//! A token, ready to be sent, with its proof.

use aws_lc_rs::hmac;
use reqwest::header::HeaderValue;

use crate::meta::Auth;
use crate::secret::Secret;

/// A token, the header it travels in, and its proof where an app secret is known.
pub(crate) struct Credential {
    token: Secret,
    header: Option<HeaderValue>,
    proof: Option<Secret>,
}

impl Credential {
    pub(crate) fn new(token: Secret, app_secret: Option<&Secret>) -> Self {
        let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose())).ok();
        if let Some(header) = &mut header {
            header.set_sensitive(true);
        }
        let proof = app_secret.map(|secret| proof(secret, &token));
        Self { token, header, proof }
    }

    pub(crate) fn token(&self) -> &Secret {
        &self.token
    }

    pub(crate) fn proof(&self) -> Option<&Secret> {
        self.proof.as_ref()
    }

    /// The value of `Authorization`, or why there is none.
    pub(crate) fn header(&self) -> Result<&HeaderValue, &'static str> {
        if self.token.is_empty() {
            return Err("the access token is empty, and this operation needs one");
        }
        self.header.as_ref().ok_or(UNSENDABLE)
    }

    /// The value of `Authorization` for an operation that authenticates so.
    pub(crate) fn header_for(&self, auth: Auth) -> Result<HeaderValue, &'static str> {
        let header = self.header()?;
        if auth != Auth::OAuth {
            return Ok(header.clone());
        }
        let mut header = HeaderValue::from_str(&format!("OAuth {}", self.token.expose())).map_err(|_| UNSENDABLE)?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// Why the token can never be sent, if it cannot.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        self.header.is_none().then_some(UNSENDABLE)
    }
}

const UNSENDABLE: &str = "the access token holds a character that no HTTP header may hold; often it is a line break at the end, \
     left from a file or a variable";

/// Lower-case hexadecimal HMAC-SHA256 of the token, with the app secret as key: Meta's `appsecret_proof`.
fn proof(app_secret: &Secret, token: &Secret) -> Secret {
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.expose().as_bytes());
    let tag = hmac::sign(&key, token.expose().as_bytes());
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    let hex: String = tag.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect();
    hex.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_hmac_sha256_in_lower_case_hex() {
        // RFC 4231, test case 2.
        let proof = proof(&"Jefe".into(), &"what do ya want for nothing?".into());
        assert_eq!(proof.expose(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_token_that_no_header_may_hold_is_found() {
        assert!(Credential::new("EAAG\n".into(), None).fault().is_some());
        assert!(Credential::new("".into(), None).header().is_err());
        let good = Credential::new("EAAG".into(), None);
        assert!(good.header().unwrap().is_sensitive());
    }
}
