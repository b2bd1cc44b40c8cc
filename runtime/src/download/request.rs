//! Bytes that a read leads to: the read first, then the bytes from the address in its answer.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, LOCATION, USER_AGENT};
use serde_json::{Map, Value};

use crate::auth::credential::bearer;
use crate::client::Client;
use crate::client::reply::Reply;
use crate::description::info::{DownloadInfo, OperationInfo};
use crate::download::stream::{Downloaded, Transfer};
use crate::encoding::digest::FileDigest;
use crate::error::Error;
use crate::error::download::{DownloadFault, FaultKind};
use crate::error::transport::TransportFault;
use crate::request::context::CallContext;
use crate::request::operation::Operation;
use crate::request::options::RequestOptions;
use crate::request::parts::Outgoing;
use crate::response::info::ResponseInfo;
use crate::values::redact::Masks;
use crate::values::text::text;

/// How much of an answer that is not the bytes is kept for the error.
const EXCERPT: usize = 16 << 10;

/// A download that has not begun: a read whose answer says where the bytes are.
///
/// Addresses expire within minutes, so every download reads first. An address that is refused all the same is asked
/// for anew, once. The token of the read goes along to the hosts that the documentation names and to the client's own
/// base URL, encrypted; every other host is asked without it, and no redirect is followed.
#[must_use = "a download does nothing before `send`"]
pub struct Download<O, E = Error> {
    client: Client,
    request: O,
    error: PhantomData<fn() -> E>,
}

impl<O: Operation, E: From<Error>> Download<O, E> {
    /// The bytes that the answer of `request` leads to.
    pub fn new(client: Client, request: O) -> Self {
        Self { client, request, error: PhantomData }
    }

    /// The options of the read. Its timeout bounds the read, and after that how long the server of the bytes may be
    /// silent; it does not bound the whole download.
    pub fn options_mut(&mut self) -> &mut RequestOptions {
        self.request.options_mut()
    }

    /// The read alone.
    pub fn into_request(self) -> O {
        self.request
    }

    /// Reads the address, and begins to download.
    ///
    /// # Errors
    /// Those of [`Client::send`], and [`Error::is_download`].
    pub async fn send(&self) -> Result<Downloaded<E>, E> {
        let read = || {
            let mut outgoing = Outgoing::new(self.request.info());
            self.request.encode(&mut outgoing);
            outgoing
        };
        let transfer = self.client.download(self.request.info(), &read, self.request.options()).await?;
        Ok(Downloaded::new(transfer))
    }
}

impl<O: fmt::Debug, E> fmt::Debug for Download<O, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("request", &self.request).finish_non_exhaustive()
    }
}

impl<O: Clone, E> Clone for Download<O, E> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), request: self.request.clone(), error: PhantomData }
    }
}

impl Client {
    async fn download(
        &self,
        operation: &'static OperationInfo,
        read: &(dyn Fn() -> Outgoing + Send + Sync),
        options: &RequestOptions,
    ) -> Result<Transfer, Error> {
        let Some(info) = &operation.download else {
            return Err(Error::config(format!("the answer of {} does not lead to bytes", operation.request)));
        };
        let silence = options.timeout().unwrap_or(self.shared.timeout);
        let address = Address::of(self.execute(&mut read(), options).await?, info)?;
        match self.fetch(address, info, silence, false).await {
            Err(error) if is_expired(&error) => {
                tracing::debug!("the address of the bytes has expired and is asked for anew");
                let address = Address::of(self.execute(&mut read(), options).await?, info)?;
                self.fetch(address, info, silence, true).await
            }
            result => result,
        }
    }

    async fn fetch(&self, address: Address, info: &DownloadInfo, silence: Duration, renewed: bool) -> Result<Transfer, Error> {
        let Address { mut call, url, hash, size } = address;
        let host = url.host_str().unwrap_or_default().to_owned();
        let fault = |kind| DownloadFault { host: host.clone(), kind };
        let trust = Trust::of(&url, &self.shared.base, info.hosts);
        if let Err(why) = &trust {
            return Err(Error::download(&call, None, None, fault(FaultKind::Address(why.clone()))));
        }
        let token = call.token.as_ref().and_then(|token| bearer(token).ok()).filter(|_| trust == Ok(Trust::Token));
        let mut request = self.shared.http.get(url.clone()).header(ACCEPT, HeaderValue::from_static("*/*"));
        if self.shared.http_timeout.is_some() {
            // That limit is of calls: a file takes as long as it takes, while the server is not silent.
            request = request.timeout(Duration::MAX);
        }
        if let Some(user_agent) = &self.shared.user_agent {
            request = request.header(USER_AGENT, user_agent.clone());
        }
        let with_token = token.is_some();
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        let mut response = match tokio::time::timeout(silence, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Error::download(&call, None, None, fault(FaultKind::Unreachable(TransportFault::of(error))))),
            Err(_) => return Err(Error::download(&call, None, None, fault(FaultKind::Silent { received: 0, limit: silence }))),
        };
        call.answered = self.shared.clock.now();
        let answer = ResponseInfo::of(response.status().as_u16(), response.headers(), &call);
        // A client of somebody's own may follow redirects.
        if response.status().is_redirection() || response.url().host_str() != Some(&host) {
            let location = response.headers().get(LOCATION).and_then(|location| url.join(location.to_str().ok()?).ok());
            let to = location.as_ref().unwrap_or(response.url()).host_str().map(ToOwned::to_owned);
            return Err(Error::download(&call, Some(answer), None, fault(FaultKind::Redirect(to))));
        }
        let announced = response.content_length();
        let kind = match (response.status().as_u16(), announced, size) {
            (200, Some(announced), Some(size)) if announced != size => FaultKind::Length { announced, size },
            (200, ..) => {
                let size = size.or(announced);
                return Ok(Transfer::new(call, answer, response, host, silence, self.shared.max_response_bytes, hash, size));
            }
            _ => FaultKind::Answer { with_token, renewed, lasts: info.lasts },
        };
        let mut excerpt = Vec::new();
        while excerpt.len() < EXCERPT {
            match tokio::time::timeout(silence, response.chunk()).await {
                Ok(Ok(Some(chunk))) => excerpt.extend_from_slice(&chunk[..chunk.len().min(EXCERPT)]),
                _ => break,
            }
        }
        Err(Error::download(&call, Some(answer), Some(&excerpt.into()), fault(kind)))
    }
}

/// Has the address ceased to work, where a fresh one may?
fn is_expired(error: &Error) -> bool {
    error.is_download() && matches!(error.status(), Some(403 | 404 | 410))
}

/// Where the bytes are and what they must be.
struct Address {
    call: CallContext,
    url: Url,
    hash: Option<FileDigest>,
    size: Option<u64>,
}

impl Address {
    /// From the answer of the read. What is wrong with it is reported without the answer, which holds a signed address.
    fn of(reply: Reply, info: &DownloadInfo) -> Result<Self, Error> {
        let (mut call, answer, bytes) = reply.into_parts();
        let members: Map<String, Value> = serde_json::from_slice(&bytes).unwrap_or_default();
        let member = |name: &str| members.get(name).filter(|value| !value.is_null()).map(text);
        let read = || -> Result<(Url, Option<FileDigest>), String> {
            let url = member(info.url).ok_or_else(|| format!("the answer has no member `{}`", info.url))?;
            let url = Url::parse(&url).map_err(|error| format!("the answer's `{}` is no address: {error}", info.url))?;
            let Some((name, hash)) = info.hash.and_then(|name| Some((name, member(name)?))) else {
                return Ok((url, None));
            };
            let hash =
                FileDigest::of(&hash).ok_or_else(|| format!("the answer's `{name}` is no SHA-256, so the bytes could not be checked"))?;
            Ok((url, Some(hash)))
        };
        match read() {
            Ok((url, hash)) => {
                if hash.is_none() && info.hash.is_some() {
                    tracing::warn!("the answer names no hash: the bytes cannot be checked");
                }
                mask(&url, &mut call.masks);
                call.unmasked_target = format!("GET {}", url.host_str().unwrap_or_default());
                let size = info.size.and_then(member).and_then(|size| size.parse().ok());
                Ok(Self { call, url, hash, size })
            }
            Err(why) => {
                let fault = DownloadFault { host: String::new(), kind: FaultKind::Address(why) };
                Err(Error::download(&call, Some(answer), None, fault))
            }
        }
    }
}

/// An answer may quote the address, or what signs it.
fn mask(url: &Url, masks: &mut Masks) {
    masks.add(url.as_str());
    masks.add(&url.as_str()[url.origin().ascii_serialization().len()..]);
    for (_, value) in url.query_pairs().filter(|(_, value)| value.len() > 7 && value.bytes().any(|byte| !byte.is_ascii_digit())) {
        masks.add(&*value);
    }
}

/// What a host is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Token,
    Nothing,
}

impl Trust {
    /// The token goes where every call of the client goes, and encrypted to a host that is named by its whole name. A host
    /// that the spec does not name is asked without it: what it sends is checked all the same. Without encryption nothing is asked,
    /// unless the client itself was allowed to go without.
    fn of(url: &Url, base: &Url, hosts: &[&str]) -> Result<Self, String> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the address holds a user name or password".to_owned());
        }
        if !matches!(url.scheme(), "https" | "http") || (url.scheme() == "http" && base.scheme() != "http") {
            return Err(format!("the address begins with {:?}, not with https", url.scheme()));
        }
        let host = url.host_str().unwrap_or_default();
        let named = url.scheme() == "https" && url.port().is_none() && hosts.contains(&host);
        Ok(if named || url.origin() == base.origin() { Self::Token } else { Self::Nothing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: [&str; 1] = ["lookaside.example.com"];

    fn trust(url: &str, base: &str) -> Result<Trust, String> {
        Trust::of(&Url::parse(url).unwrap(), &Url::parse(base).unwrap(), &HOSTS)
    }

    #[test]
    fn what_signs_an_address_is_masked_and_a_plain_number_is_not() {
        let mut masks = Masks::default();
        mask(&Url::parse("https://host.example/get?mid=2621233374848975&short=abcdefg&hash=abcdefgh").unwrap(), &mut masks);
        assert_eq!(masks.text("mid 2621233374848975, abcdefg and abcdefgh"), "mid 2621233374848975, abcdefg and [masked]");
        assert_eq!(masks.text("see /get?mid=2621233374848975&short=abcdefg&hash=abcdefgh"), "see [masked]");
    }

    #[test]
    fn the_token_goes_to_named_hosts_and_to_the_client_s_own() {
        let base = "https://graph.example.com/proxy";
        for url in ["https://lookaside.example.com/x?mid=1", "https://LOOKASIDE.example.com:443/x", "https://graph.example.com/x"] {
            assert_eq!(trust(url, base), Ok(Trust::Token), "{url}");
        }
        for url in [
            "https://x.lookaside.example.com/",
            "https://lookaside.example.com.evil.example/",
            "https://lookaside.example.com./",
            "https://lookaside.example.com:8443/",
            "https://evil.example/lookaside.example.com",
            "https://evil.example/?https://lookaside.example.com",
            "https://graph.example.com:444/",
        ] {
            assert_eq!(trust(url, base), Ok(Trust::Nothing), "{url}");
        }
    }

    #[test]
    fn nothing_is_asked_without_encryption_unless_the_client_goes_without() {
        for url in ["http://lookaside.example.com/", "http://graph.example.com/", "http://127.0.0.1/", "ftp://lookaside.example.com/"] {
            assert!(trust(url, "https://graph.example.com").unwrap_err().contains("not with https"), "{url}");
        }
        assert!(trust("https://lookaside.example.com@evil.example/", "https://graph.example.com").is_err());
        assert_eq!(trust("http://127.0.0.1:80/x", "http://127.0.0.1:80"), Ok(Trust::Token));
        assert_eq!(trust("http://127.0.0.1:81/x", "http://127.0.0.1:80"), Ok(Trust::Nothing));
        assert_eq!(trust("http://lookaside.example.com/x", "http://127.0.0.1:80"), Ok(Trust::Nothing));
        assert_eq!(trust("https://lookaside.example.com/x", "http://127.0.0.1:80"), Ok(Trust::Token));
    }
}
