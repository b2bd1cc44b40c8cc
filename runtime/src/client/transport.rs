//! From a filled request to the bytes of its answer, once for all operations.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, USER_AGENT};
use tokio::time::timeout as within;

use crate::auth::credential::{Credential, Proof};
use crate::auth::token::Bearer;
use crate::client::Client;
use crate::client::admission::settle;
use crate::client::reply::Reply;
use crate::description::info::{Auth, Method, OperationInfo};
use crate::description::mask::MaskInfo;
use crate::description::version::Version;
use crate::error::Error;
use crate::error::transport::TransportFault;
use crate::limits::ledger::counted_as;
use crate::request::context::CallContext;
use crate::request::options::RequestOptions;
use crate::request::parts::Outgoing;
use crate::request::preflight::{Refusals, validate};
use crate::request::raw::RAW;
use crate::request::send_gate::send_once;
use crate::response::info::ResponseInfo;
use crate::retry::outcome::Outcome;
use crate::retry::schedule::{Before, Schedule};
use crate::values::personal::Personal;
use crate::values::redact::{Masks, is_secret_param};
use crate::values::secret::Secret;

/// What a timer cannot tell from nothing.
const TICK: Duration = Duration::from_millis(1);

/// What one attempt at a call sends, and as whom.
pub(crate) struct Attempt<'a> {
    pub(crate) outgoing: &'a Outgoing,
    /// The operation that the request is: its own, or the one that a raw request is.
    pub(crate) described: &'static OperationInfo,
    pub(crate) options: &'a RequestOptions,
    pub(crate) version: Version,
    pub(crate) credential: Credential,
    /// How often the request left this machine before.
    pub(crate) before: u32,
    /// The outcome of these attempts.
    pub(crate) earlier: Outcome,
}

impl<'a> Attempt<'a> {
    /// A first attempt.
    pub(crate) fn new(client: &Client, outgoing: &'a Outgoing, options: &'a RequestOptions, version: Version, token: Secret) -> Self {
        let described = counted_as(client.shared.limited, outgoing);
        let credential = client.credential(token);
        Self { outgoing, described, options, version, credential, before: 0, earlier: Outcome::NotSent }
    }

    /// Writes the path that is called, with its version.
    fn write_path(&self, to: &mut String) {
        if self.outgoing.info().is_versioned() {
            to.push('/');
            // Writing to a string cannot fail.
            let _ = self.version.write(to);
        }
        to.push_str(self.outgoing.path());
    }

    pub(crate) fn idempotent(&self) -> bool {
        // Of a raw request that is no described operation the verb is all that is known.
        let undescribed_read = std::ptr::eq(self.described, &raw const RAW) && self.outgoing.method() == Method::Get;
        (self.described.idempotent || undescribed_read) && self.outgoing.is_repeatable()
    }
}

impl Client {
    /// Sends a call once.
    pub(crate) async fn attempt(&self, attempt: &Attempt<'_>, schedule: &Schedule, timeout: Duration) -> Result<Reply, Error> {
        let left = || schedule.left(self.shared.clock.elapsed());
        let mut call = self.call(attempt);
        let target = &mut call.unmasked_target;
        let mut request = self.request(attempt, timeout, target).map_err(|fault| Error::config_of(&call, fault))?;
        // Before the body, which consumes a stream.
        let wait = || schedule.time_to_wait(self.shared.clock.elapsed());
        let place = self.reserve(attempt, &call, wait).await?;
        let opens_files = attempt.outgoing.has_files();
        let putting = put_body(attempt.outgoing, &mut request);
        // A disk may be slow, or that of another machine. In a box: what few calls need does not make the futures of all larger.
        let put = if opens_files { Box::pin(within(wait(), putting)).await } else { Ok(putting.await) };
        if let Some(error) = match put {
            Ok(Ok(())) => None,
            Ok(Err(fault)) => Some(Error::config_of(&call, fault)),
            Err(_) => Some(Error::too_late(&call, "its file")),
        } {
            return settle(place, Err(error), left()).await;
        }
        if place.is_counted() || opens_files {
            // The ledger or the disk has taken some of the time.
            match schedule.before(self.shared.clock.elapsed()) {
                Before::Send(left) => *request.timeout_mut() = Some(left),
                Before::Stop => {
                    let waited_for = if opens_files { "its file" } else { "the ledger" };
                    return settle(place, Err(Error::too_late(&call, waited_for)), left()).await;
                }
            }
        }
        place.watch(&mut request);
        let sending = self.sending(attempt);
        let exchange = self.exchange(request, |response| {
            call.attempts += 1;
            self.answered(response, attempt, &mut call)
        });
        let result = match exchange.await {
            Exchange::Lost(fault) => {
                let fault = if place.stopped() { fault.before_sending() } else { fault };
                call.attempts += u32::from(fault.sent);
                Err(Error::lost(&call, None, fault))
            }
            Exchange::Redirected(to) => {
                call.attempts += 1;
                Err(Error::redirected(&call, to))
            }
            Exchange::Answer(info, Ok(body)) => self.accept(attempt, call, info, body),
            Exchange::Answer(info, Err(broken)) => Err(broken.error(&call, info)),
        };
        if let Some(sending) = sending {
            sending.end(&result);
        }
        settle(place, result, left()).await
    }

    /// Sends a request once: every request to Graph passes here. `head` is asked about the answer as soon as its head is there.
    pub(crate) async fn exchange<H>(&self, mut request: reqwest::Request, head: impl FnOnce(&reqwest::Response) -> H) -> Exchange<H> {
        // A client that was given may follow redirects and repeat requests by itself.
        let origin = self.shared.http_timeout.is_none().then(|| request.url().origin());
        if origin.is_some() {
            send_once(&mut request);
        }
        let mut response = match self.shared.http.execute(request).await {
            Ok(response) => response,
            Err(error) => return Exchange::Lost(TransportFault::of(error)),
        };
        if origin.is_some_and(|origin| response.url().origin() != origin) {
            return Exchange::Redirected(response.url().host_str().unwrap_or_default().to_owned());
        }
        tracing::debug!(status = response.status().as_u16(), "answered");
        let head = head(&response);
        Exchange::Answer(head, self.read_body(&mut response).await)
    }

    /// What comes before an answer's body.
    fn answered(&self, response: &reqwest::Response, attempt: &Attempt<'_>, call: &mut CallContext) -> ResponseInfo {
        call.answered = self.shared.clock.now();
        let info = ResponseInfo::of(response.status().as_u16(), response.headers(), call);
        self.warn_of_mismatch(&info);
        self.note_usage(attempt.outgoing.ids(), &info.usage);
        info
    }

    /// Takes the answer to an attempt, or says what error it is.
    pub(crate) fn accept(&self, attempt: &Attempt<'_>, call: CallContext, info: ResponseInfo, body: Bytes) -> Result<Reply, Error> {
        let reply = Reply::accept(call, info, body, self.shared.catalog)?;
        self.shared.rates.learn(self.shared.limited, attempt.outgoing.method(), reply.bytes());
        self.of_version(reply)
    }

    /// All of an answer's body.
    async fn read_body(&self, response: &mut reqwest::Response) -> Result<Bytes, BodyError> {
        let limit = self.shared.max_response_bytes;
        let mut body = BodyBuffer::default();
        match read(response, limit, &mut body).await {
            Ok(true) => Ok(body.bytes()),
            Ok(false) => Err(BodyError::TooLarge { limit }),
            Err(error) => Err(BodyError::Interrupted { part: body.bytes(), fault: TransportFault::of(error) }),
        }
    }

    /// What errors say about the call.
    pub(crate) fn call(&self, attempt: &Attempt<'_>) -> CallContext {
        let outgoing = attempt.outgoing;
        // With room for the URL, which is written after it for a moment.
        let mut target = String::with_capacity(2 * outgoing.path().len() + 300);
        target.push_str(outgoing.method().as_str());
        target.push(' ');
        target.push_str(outgoing.info().host.map_or("", |host| host.url));
        attempt.write_path(&mut target);
        CallContext {
            operation: outgoing.info(),
            unmasked_target: target,
            idempotent: attempt.idempotent(),
            repeatable: outgoing.is_repeatable(),
            version: attempt.version,
            masks: self.masks(attempt),
            secrets: self.masked_at(attempt).flat_map(|mask| mask.secrets).copied().collect(),
            token: (outgoing.info().auth != Auth::None).then(|| attempt.credential.token().clone()),
            attempts: attempt.before,
            earlier: attempt.earlier,
            answered: SystemTime::UNIX_EPOCH,
        }
    }

    pub(crate) fn validate(&self, attempt: &Attempt<'_>) -> Result<(), Error> {
        let (options, version) = (attempt.options, attempt.version);
        let refusals = self.refusals_of(attempt);
        let findings = validate(attempt.outgoing, options.extra(), version, self.answering(version), self.today());
        if refusals != Refusals::Off {
            for warning in &findings.warnings {
                tracing::warn!("{warning}; it is sent all the same");
            }
        }
        if findings.refusals.is_empty() {
            return Ok(());
        }
        match refusals {
            Refusals::Refuse => return Err(Error::refused(&self.call(attempt), findings.refusals)),
            Refusals::Warn => {
                for refusal in &findings.refusals {
                    tracing::warn!("would be refused: {refusal}");
                }
            }
            Refusals::Off => {}
        }
        Ok(())
    }

    /// The request of an attempt. Its URL is written at the end of `text`, and taken off again.
    pub(crate) fn request(&self, attempt: &Attempt<'_>, timeout: Duration, text: &mut String) -> Result<reqwest::Request, String> {
        let (outgoing, credential) = (attempt.outgoing, &attempt.credential);
        if let Some(fault) = outgoing.fault() {
            return Err(fault.to_owned());
        }
        let with_token = outgoing.info().auth != Auth::None;
        let proof = credential.proof().filter(|_| with_token);
        let start = text.len();
        // Below the base URL, whatever the path begins with.
        text.push('.');
        attempt.write_path(text);
        outgoing.write_query(&proof.map(Proof::params).unwrap_or_default(), text);
        let url = self.base_of(outgoing.info())?.join(text.get(start..).unwrap_or_default());
        text.truncate(start);
        // The error is not shown with the URL, whose query may hold secrets.
        let url = url.map_err(|error| format!("the URL of the request cannot be read: {error}"))?;

        let method = match outgoing.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = reqwest::Request::new(method, url);
        if self.shared.http_timeout.is_none_or(|limit| limit.abs_diff(timeout) > TICK) {
            *request.timeout_mut() = Some(timeout);
        }
        let headers = request.headers_mut();
        *headers = outgoing.header_map()?;
        headers.append(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(user_agent) = &self.shared.user_agent {
            headers.append(USER_AGENT, user_agent.clone());
        }
        if with_token {
            headers.append(AUTHORIZATION, credential.header(outgoing.info().auth)?);
        }
        Ok(request)
    }

    /// The URL that the path of an operation is joined to: the base URL, or that of a host of this API.
    fn base_of(&self, operation: &OperationInfo) -> Result<Cow<'_, Url>, String> {
        let Some(host) = operation.host else { return Ok(Cow::Borrowed(&self.shared.base)) };
        if !self.shared.hosts.contains(&host) {
            return Err(format!("{} is not a host of this API, so nothing is sent there, least of all a token", host.url));
        }
        if self.shared.redirected {
            return Ok(Cow::Borrowed(&self.shared.base));
        }
        Url::parse(host.url).map(Cow::Owned).map_err(|error| format!("{} is not the URL of a host: {error}", host.url))
    }

    /// What is not shown of calls to this path, where the request's type does not say it: of raw requests, and of parameters added by name.
    fn masked_at<'a>(&self, attempt: &Attempt<'a>) -> impl Iterator<Item = &'static MaskInfo> + use<'a> {
        let outgoing = attempt.outgoing;
        let untyped = std::ptr::eq(outgoing.info(), &raw const RAW) || !attempt.options.extra().is_empty();
        let masks: &'static [MaskInfo] = if untyped { self.shared.masked } else { &[] };
        masks.iter().filter(|mask| outgoing.is_at(mask.method, mask.path))
    }

    /// What its errors do not show: what was sent that is personal.
    pub(crate) fn personal(&self, outgoing: &Outgoing) -> Personal {
        let mut personal = Personal::default();
        for mask in self.shared.masked.iter().filter(|mask| outgoing.is_at(mask.method, mask.path)) {
            outgoing.params().for_each(|(name, value)| personal.within("", name, value, mask.personal));
        }
        personal
    }

    /// The secrets that an answer might repeat.
    pub(crate) fn masks(&self, attempt: &Attempt<'_>) -> Masks {
        let mut masks = Masks::default();
        self.add_masks(attempt, &mut masks);
        masks
    }

    pub(crate) fn add_masks(&self, attempt: &Attempt<'_>, masks: &mut Masks) {
        let (outgoing, credential) = (attempt.outgoing, &attempt.credential);
        masks.add(credential.token());
        // A call with a token of its own may still be answered about the client's.
        let known = [Some(&self.bearer), attempt.options.bearer()].into_iter().flatten().filter_map(Bearer::known);
        known.for_each(|token| masks.add(token));
        if let Some(proof) = credential.proof() {
            masks.add(&proof.proof);
        }
        if let Some(app) = &self.shared.app_secret {
            masks.add(&app.secret);
        }
        outgoing.signatures().for_each(|signature| masks.add(signature));
        let params = outgoing.info().params;
        for (name, value) in outgoing.given() {
            let param = params.iter().find(|param| param.name == name);
            if param.is_some_and(|param| param.secret) || is_secret_param(name) {
                masks.value(value.json());
            }
            if let Some(param) = param.filter(|param| !param.secrets.is_empty()) {
                masks.within(value.json(), param.secrets);
            }
        }
        for mask in self.masked_at(attempt) {
            for (name, value) in outgoing.params() {
                if mask.secrets.contains(&name) {
                    masks.value(value);
                }
                masks.within(value, mask.secrets);
            }
        }
    }
}

/// Gives the request its body, or says why there is none.
pub(crate) async fn put_body(outgoing: &Outgoing, request: &mut reqwest::Request) -> Result<(), String> {
    if let Some(body) = outgoing.body().await? {
        body.put(request);
    }
    Ok(())
}

/// The outcome of sending a request once.
pub(crate) enum Exchange<H> {
    /// No answer.
    Lost(TransportFault),
    /// The HTTP client has followed a redirect to this host. What came from there is not Graph's.
    Redirected(String),
    /// An answer: what was made of its head, and its body, whole or not.
    Answer(H, Result<Bytes, BodyError>),
}

/// Why an answer's body is not there in whole.
pub(crate) enum BodyError {
    TooLarge { limit: usize },
    Interrupted { part: Bytes, fault: TransportFault },
}

impl BodyError {
    /// The error of a call that was answered so.
    pub(crate) fn error(&self, call: &CallContext, info: ResponseInfo) -> Error {
        match self {
            Self::TooLarge { limit } => Error::too_large(call, info, *limit),
            Self::Interrupted { part, fault } => Error::interrupted(call, info, part, fault.clone()),
        }
    }
}

/// As much of an answer's body as has come. A short one comes in one piece, which is not copied.
#[derive(Default)]
struct BodyBuffer {
    first: Bytes,
    whole: Vec<u8>,
}

impl BodyBuffer {
    fn len(&self) -> usize {
        self.first.len().max(self.whole.len())
    }

    fn push(&mut self, chunk: Bytes, announced: usize) {
        if self.len() == 0 {
            self.first = chunk;
            return;
        }
        if self.whole.is_empty() {
            self.whole.reserve(announced.min(1 << 20));
            self.whole.extend_from_slice(&self.first);
        }
        self.whole.extend_from_slice(&chunk);
    }

    fn bytes(self) -> Bytes {
        if self.whole.is_empty() { self.first } else { self.whole.into() }
    }
}

/// Reads the body, as far as it arrives; `false` if it is longer than `limit`.
async fn read(response: &mut reqwest::Response, limit: usize, body: &mut BodyBuffer) -> Result<bool, reqwest::Error> {
    let announced = response.content_length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced > limit {
        return Ok(false);
    }
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - body.len() {
            return Ok(false);
        }
        body.push(chunk, announced);
    }
    Ok(true)
}
