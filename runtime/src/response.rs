//! What came back besides the value.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::Value;

use crate::error::Call;
use crate::http_date::retry_after;
use crate::version::Version;

/// An answer: its value and what came with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Response<T> {
    /// What the operation answers.
    pub value: T,
    /// What came with it.
    pub meta: ResponseMeta,
}

/// What came with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseMeta {
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
    /// `x-app-usage`: JSON with percentages of the app's rolling hour.
    pub app_usage: Option<String>,
    /// `x-business-use-case-usage`: JSON with percentages and waiting times in minutes, by business or account.
    pub business_use_case_usage: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

impl ResponseMeta {
    pub(crate) fn of(response: &reqwest::Response, call: &Call) -> Self {
        let text = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        Self {
            status: response.status().as_u16(),
            attempts: call.attempts,
            requested_version: call.version,
            served_version: text("facebook-api-version").and_then(|text| text.parse().ok()),
            trace_id: text("x-fb-trace-id"),
            request_id: text("x-fb-request-id"),
            app_usage: text("x-app-usage"),
            business_use_case_usage: text("x-business-use-case-usage"),
            content_type: text(CONTENT_TYPE.as_str()),
            retry_after: text(RETRY_AFTER.as_str()).and_then(|text| retry_after(&text, call.answered)),
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How long the headers say to wait.
    pub(crate) fn pause(&self) -> Option<Duration> {
        self.business_use_case_usage.as_deref().and_then(regain).or(self.retry_after)
    }
}

/// The longest `estimated_time_to_regain_access`, which Graph gives in minutes; `None` if there is none to wait for.
fn regain(usage: &str) -> Option<Duration> {
    let usage: Value = serde_json::from_str(usage).ok()?;
    let minutes = usage
        .as_object()?
        .values()
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|entry| entry.get("estimated_time_to_regain_access")?.as_u64())
        .max()?;
    (minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_counts() {
        let usage = r#"{"1":[{"type":"whatsapp","estimated_time_to_regain_access":0}],
            "2":[{"estimated_time_to_regain_access":7},{"estimated_time_to_regain_access":3},{}],"3":null}"#;
        assert_eq!(regain(usage), Some(Duration::from_mins(7)));
        assert_eq!(regain(r#"{"1":[{"estimated_time_to_regain_access":0}]}"#), None);
        assert_eq!(regain("busy"), None);
    }
}
