//! What was returned in addition to the value.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};

use crate::description::version::Version;
use crate::encoding::http_date::retry_after;
use crate::request::context::CallContext;
use crate::response::usage::Usage;
use crate::values::redact::Masks;

/// An answer: its value and what came with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Response<T> {
    /// What the operation answers.
    pub value: T,
    /// What came with it.
    pub info: ResponseInfo,
}

/// What came with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseInfo {
    /// The HTTP status.
    pub status: u16,
    /// How often the request was sent until this answer came.
    pub attempts: u32,
    /// The version that was asked for.
    pub requested_version: Version,
    /// The version that answered, from `facebook-api-version`. Graph serves an expired version by a later one.
    pub served_version: Option<Version>,
    /// `x-fb-trace-id`, for Meta's support.
    pub trace_id: Option<String>,
    /// `x-fb-request-id`, for Meta's support.
    pub request_id: Option<String>,
    /// What the app and business objects have used of their allowances.
    pub usage: Usage,
    /// The text of `x-app-usage`.
    pub app_usage: Option<String>,
    /// The text of `x-business-use-case-usage`.
    pub business_use_case_usage: Option<String>,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) retry_after: Option<Duration>,
}

impl ResponseInfo {
    pub(crate) fn of(status: u16, headers: &HeaderMap, call: &CallContext) -> Self {
        let (mut version, mut trace_id, mut request_id, mut app, mut business, mut content_type, mut retry) =
            (None, None, None, None, None, None, None);
        // One walk: looking names up would hash each of them. Of a header that comes twice the first counts.
        for (name, value) in headers {
            let place = match name.as_str() {
                "facebook-api-version" => &mut version,
                "x-fb-trace-id" => &mut trace_id,
                "x-fb-request-id" => &mut request_id,
                "x-app-usage" => &mut app,
                "x-business-use-case-usage" => &mut business,
                "content-type" => &mut content_type,
                "retry-after" => &mut retry,
                _ => continue,
            };
            place.get_or_insert(value);
        }
        let served_version = version.and_then(|value| value.to_str().ok()?.parse().ok());
        let info = Self {
            status,
            attempts: call.attempts,
            // Where the path has no version, whichever answers is the right one.
            requested_version: served_version.filter(|_| !call.operation.is_versioned()).unwrap_or(call.version),
            served_version,
            trace_id: text(trace_id),
            request_id: text(request_id),
            usage: Usage::of(app, business),
            app_usage: text(app),
            business_use_case_usage: text(business),
            content_type: content_type.cloned(),
            retry_after: retry.and_then(|value| retry_after(value.to_str().ok()?, call.answered)),
        };
        if info.texts().any(|text| call.masks.may_be_in(text)) { info.masked(&call.masks) } else { info }
    }

    /// What the headers say in words.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.trace_id, &self.request_id, &self.app_usage, &self.business_use_case_usage];
        texts.into_iter().flatten().map(String::as_str).chain(self.content_type())
    }

    /// With what came with the whole call, where this part of its answer does not say it.
    pub(crate) fn or(mut self, call: &Self) -> Self {
        fn fill<T: Clone>(one: &mut Option<T>, other: Option<&T>) -> bool {
            let empty = one.is_none();
            if empty {
                *one = other.cloned();
            }
            empty
        }
        fill(&mut self.served_version, call.served_version.as_ref());
        fill(&mut self.trace_id, call.trace_id.as_ref());
        fill(&mut self.request_id, call.request_id.as_ref());
        fill(&mut self.retry_after, call.retry_after.as_ref());
        if fill(&mut self.app_usage, call.app_usage.as_ref()) {
            self.usage.app = call.usage.app;
        }
        if fill(&mut self.business_use_case_usage, call.business_use_case_usage.as_ref()) {
            self.usage.business.clone_from(&call.usage.business);
        }
        self
    }

    /// Without the secrets of the request, wherever a header repeats one.
    fn masked(mut self, masks: &Masks) -> Self {
        let texts = [&mut self.trace_id, &mut self.request_id, &mut self.app_usage, &mut self.business_use_case_usage];
        for text in texts.into_iter().flatten() {
            *text = masks.text(text);
        }
        self.usage.mask(masks);
        // A text without control characters is one again when parts of it are masked.
        self.content_type =
            self.content_type.and_then(|value| HeaderValue::from_bytes(&masks.bytes(&Bytes::copy_from_slice(value.as_bytes()))).ok());
        self
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.content_type.as_ref()?.to_str().ok()
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The version that answered, if it is another one than was asked for.
    pub(crate) fn other_version(&self) -> Option<Version> {
        self.served_version.filter(|served| *served != self.requested_version)
    }

    /// How long the headers say that a call to some objects must wait; `in_usage`: the usage of business objects may say it.
    pub(crate) fn pause<'i>(&self, ids: impl Iterator<Item = &'i str>, in_usage: bool) -> Option<Duration> {
        let regain = if in_usage { self.usage.regain_access(ids) } else { None };
        regain.or(self.retry_after)
    }
}

/// Not inlined: five copies of it would take more room in the cache than all else that a header needs.
#[inline(never)]
fn text(value: Option<&HeaderValue>) -> Option<String> {
    value?.to_str().ok().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::info::OperationInfo;

    #[test]
    fn of_a_header_that_comes_twice_the_first_counts() {
        let mut headers = HeaderMap::new();
        for (name, first, second) in [
            ("facebook-api-version", "v22.0", "v23.0"),
            ("x-fb-trace-id", "A", "B"),
            ("x-fb-request-id", "C", "D"),
            ("x-app-usage", r#"{"call_count":1}"#, r#"{"call_count":2}"#),
            ("x-business-use-case-usage", r#"{"102":[]}"#, r#"{"103":[]}"#),
            ("content-type", "text/html", "application/json"),
            ("retry-after", "5", "6"),
        ] {
            headers.append(name, HeaderValue::from_static(first));
            headers.append(name, HeaderValue::from_static(second));
        }
        let info = ResponseInfo::of(200, &headers, &CallContext::example(&OperationInfo::EMPTY, Version(23, 0)));
        assert_eq!(info.served_version, Some(Version(22, 0)));
        assert_eq!((info.trace_id.as_deref(), info.request_id.as_deref()), (Some("A"), Some("C")));
        assert_eq!(info.usage.app.map(|app| app.call_count), Some(1));
        assert_eq!(info.app_usage.as_deref(), Some(r#"{"call_count":1}"#));
        assert_eq!(info.usage.business.keys().collect::<Vec<_>>(), ["102"]);
        assert_eq!(info.business_use_case_usage.as_deref(), Some(r#"{"102":[]}"#));
        assert_eq!((info.content_type(), info.retry_after), (Some("text/html"), Some(Duration::from_secs(5))));
    }
}
