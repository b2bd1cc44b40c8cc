//! A way out for operations that have no type yet.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde_core::de::DeserializeOwned;
use serde_json::Value;

use crate::description::info::{BodyKind, Method, OperationInfo};
use crate::description::version::Version;
use crate::request::operation::{Operation, PagedOperation};
use crate::request::options::RequestOptions;
use crate::request::parts::Outgoing;
use crate::retry::policy::RetryPolicy;
use crate::values::page::{Cursor, Page};
use crate::values::secret::Secret;
use crate::values::wire::Wire;

pub(crate) static RAW: OperationInfo =
    OperationInfo { id: "raw", request: "RawRequest", path: "/…", method: Method::Post, body: BodyKind::Json, ..OperationInfo::EMPTY };

/// A request for any path, with the same token, errors and paging as every other. It answers a `T`, by default any JSON.
///
/// Parameters are given with [`with_param`](Self::with_param); they travel in a JSON body for a POST, else in the query.
///
/// ```
/// # use graph_runtime::{Client, Error, Method, RawRequest, serde_json::Value};
/// # async fn example(client: &Client) -> Result<(), Error> {
/// let request = RawRequest::<Value>::new(Method::Get, "/106540352242922/settings")
///     .with_param("fields", "name,email");
/// let profile = client.send(&request).await?;
/// # Ok(()) }
/// ```
pub struct RawRequest<T = Value> {
    method: Method,
    path: String,
    options: RequestOptions,
    response: PhantomData<fn() -> T>,
}

impl<T> RawRequest<T> {
    /// A request for `path`, without version and query: `/106540352242922/register`.
    ///
    /// A path with a version, a `?` or a `#` makes sending fail.
    pub fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), options: RequestOptions::default(), response: PhantomData }
    }

    /// Adds a parameter, or replaces the one of that name.
    #[must_use]
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.options.set_param(name, value);
        self
    }

    /// Asks for `version` instead of the client's.
    #[must_use]
    pub fn with_version(mut self, version: Version) -> Self {
        self.options.set_version(version);
        self
    }

    /// Sends `token` instead of the client's.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<Secret>) -> Self {
        self.options.set_token(token);
        self
    }

    /// Repeats the request in this way instead of the client's.
    #[must_use]
    pub fn with_retries(mut self, policy: RetryPolicy) -> Self {
        self.options.set_retries(policy);
        self
    }

    /// Bounds the time of the whole call, repetitions and pauses included.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.options.set_timeout(timeout);
        self
    }

    /// Replaces the options of the request, its parameters included.
    #[must_use]
    pub fn with_options(mut self, options: RequestOptions) -> Self {
        self.options = options;
        self
    }
}

impl<T> Clone for RawRequest<T> {
    fn clone(&self) -> Self {
        Self { method: self.method, path: self.path.clone(), options: self.options.clone(), response: PhantomData }
    }
}

impl<T> fmt::Debug for RawRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Up to the query, which should not be there and may hold a token.
        let path = self.path.split(['?', '#']).next();
        f.debug_struct("RawRequest")
            .field("method", &self.method)
            .field("path", &path.unwrap_or_default())
            .field("options", &self.options)
            .finish()
    }
}

impl<T: DeserializeOwned + Send + 'static> Operation for RawRequest<T> {
    const INFO: &'static OperationInfo = &RAW;
    type Response = T;

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn encode(&self, to: &mut Outgoing) {
        to.set_method(self.method);
        write_path(&self.path, to);
    }
}

fn write_path(path: &str, to: &mut Outgoing) {
    if path.contains(['?', '#']) {
        to.set_fault("the path of a raw request has no query: give parameters with `with_param`".to_owned());
        return;
    }
    for (at, segment) in path.split('/').filter(|part| !part.is_empty()).enumerate() {
        let version = segment.starts_with('v') && segment.parse::<Version>().is_ok();
        if at == 0 && version {
            to.set_fault(format!(
                "the path of a raw request has no version: leave out {segment:?} and choose the version on the client or in the options"
            ));
        }
        to.segment(segment);
    }
}

impl<T: Wire + Default + Send> PagedOperation for RawRequest<Page<T>> {
    type Item = T;

    fn resume(&mut self, after: Cursor) {
        self.options.set_param("after", after.as_str());
    }
}
