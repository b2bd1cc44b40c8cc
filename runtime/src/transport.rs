//! From a filled request to the bytes of its answer, once for all operations.

use std::time::SystemTime;

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use tracing::Instrument as _;

use crate::client::Client;
use crate::credential::Credential;
use crate::error::{Call, Error};
use crate::mask::{Masks, is_secret_param};
use crate::meta::{Auth, BodyKind, Method};
use crate::options::RequestOptions;
use crate::outgoing::{Outgoing, text};
use crate::refusal::{Refusals, judge};
use crate::reply::Reply;
use crate::response::ResponseMeta;
use crate::version::Version;

impl Client {
    /// Sends what an operation has written. Not generic, so that it is compiled once.
    pub(crate) async fn execute(&self, outgoing: Outgoing, options: &RequestOptions) -> Result<Reply, Error> {
        let version = options.version().unwrap_or(self.version);
        let span = tracing::info_span!(
            "graph",
            operation = outgoing.meta().id,
            method = outgoing.method().as_str(),
            version = %version,
        );
        self.exchange(outgoing, options, version).instrument(span).await
    }

    async fn exchange(&self, mut outgoing: Outgoing, options: &RequestOptions, version: Version) -> Result<Reply, Error> {
        let own;
        let credential = match options.token() {
            Some(token) => {
                own = Credential::new(token.clone(), self.shared.app_secret.as_ref());
                &own
            }
            None => &*self.credential,
        };
        outgoing.merge(options.extra());
        let masks = self.masks(&outgoing, credential);
        let target = format!("{} /{version}{}", outgoing.method(), outgoing.path());
        let call = Call {
            operation: outgoing.meta(),
            target: masks.text(&target),
            idempotent: outgoing.meta().idempotent || outgoing.method() == Method::Get,
            version,
            masks,
        };
        self.judge(&outgoing, options, version, &call)?;
        self.warn_if_expired(version);

        let request = self.request(&outgoing, options, version, credential).map_err(|fault| Error::config_of(&call, fault))?;
        let refusals = options.refusals().unwrap_or(self.refusals);
        let place = self.reserve(&outgoing, refusals, &call).await?;
        let result = self.send_once(request, call, version).await;
        place.settle(result).await
    }

    async fn send_once(&self, request: reqwest::RequestBuilder, call: Call, version: Version) -> Result<Reply, Error> {
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(Error::transport(&call, None, error)),
        };
        let meta = ResponseMeta::of(response.status().as_u16(), version, response.headers());
        tracing::debug!(status = meta.status, "answered");
        let limit = self.shared.max_response_bytes;
        match read(&mut response, limit).await {
            Ok(Some(bytes)) => Reply::accept(call, meta, bytes, self.shared.catalogue),
            Ok(None) => Err(Error::too_large(&call, meta, limit)),
            Err(error) => Err(Error::transport(&call, Some(meta), error)),
        }
    }

    fn judge(&self, outgoing: &Outgoing, options: &RequestOptions, version: Version, call: &Call) -> Result<(), Error> {
        let refusals = options.refusals().unwrap_or(self.refusals);
        let served = self.shared.catalogue.effective(version, SystemTime::now());
        let verdict = judge(outgoing, options.extra(), version, served);
        if refusals != Refusals::Off {
            for remark in &verdict.remarks {
                tracing::warn!("{remark}; it is sent all the same");
            }
        }
        if verdict.refusals.is_empty() {
            return Ok(());
        }
        match refusals {
            Refusals::Refuse => return Err(Error::refused(call, verdict.refusals)),
            Refusals::Warn => {
                for refusal in &verdict.refusals {
                    tracing::warn!("would be refused: {refusal}");
                }
            }
            Refusals::Off => {}
        }
        Ok(())
    }

    fn request(
        &self,
        outgoing: &Outgoing,
        options: &RequestOptions,
        version: Version,
        credential: &Credential,
    ) -> Result<reqwest::RequestBuilder, String> {
        if let Some(fault) = outgoing.fault() {
            return Err(fault.to_owned());
        }
        if outgoing.meta().body == BodyKind::Multipart {
            return Err("bodies of several parts cannot be sent yet".to_owned());
        }
        let with_token = outgoing.meta().auth == Auth::Token;
        let proof = credential.proof().filter(|_| with_token);
        let mut url = format!("{}/{version}{}", self.shared.base, outgoing.path());
        let query = outgoing.encoded_query(proof.map(|proof| ("appsecret_proof", proof.expose())));
        if !query.is_empty() {
            url.push('?');
            url.push_str(&query);
        }
        // The error is not shown with the URL, whose query may hold secrets.
        let url = reqwest::Url::parse(&url).map_err(|error| format!("the URL of the request cannot be read: {error}"))?;

        let method = match outgoing.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self
            .shared
            .http
            .request(method, url)
            .timeout(options.timeout().unwrap_or(self.shared.timeout))
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(user_agent) = &self.shared.user_agent {
            request = request.header(USER_AGENT, user_agent.clone());
        }
        if with_token {
            request = request.header(AUTHORIZATION, credential.header()?.clone());
        }
        if let Some(body) = outgoing.body() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static(body.content_type)).body(body.bytes);
        }
        Ok(request)
    }

    /// The secrets that an answer might repeat.
    fn masks(&self, outgoing: &Outgoing, credential: &Credential) -> Masks {
        let mut masks = Masks::default();
        // A call with a token of its own may still be answered about the client's.
        masks.add(credential.token().expose());
        masks.add(self.credential.token().expose());
        for secret in credential.proof().into_iter().chain(&self.shared.app_secret) {
            masks.add(secret.expose());
        }
        let params = outgoing.meta().params;
        for (name, value) in outgoing.params() {
            let declared = params.iter().any(|param| param.secret && param.name == name);
            // `null` or `true` is no secret, and masking it would make every answer unreadable.
            let empty = value.is_null() || value.is_boolean();
            if (declared || is_secret_param(name)) && !empty {
                masks.add(&text(value));
            }
        }
        masks
    }

    /// Once for each version of a client and its views.
    pub(crate) fn warn_if_expired(&self, version: Version) {
        let Some(day) = self.shared.catalogue.expired(version, SystemTime::now()) else {
            return;
        };
        let mut warned = self.shared.expired.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !warned.contains(&version) {
            warned.push(version);
            let served = self.shared.catalogue.effective(version, SystemTime::now());
            tracing::warn!("{version} expired on {day}: Graph serves {served} instead; ask for a version that is still served");
        }
    }
}

/// The body, `None` if it is longer than `limit`.
async fn read(response: &mut reqwest::Response, limit: usize) -> Result<Option<Bytes>, reqwest::Error> {
    let announced = response.content_length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced > limit {
        return Ok(None);
    }
    let mut body = Vec::with_capacity(announced.min(1 << 20));
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - body.len() {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body.into()))
}
