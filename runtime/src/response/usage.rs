//! How much of its allowance an app or a business has used, as the headers of an answer say.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HeaderValue;
use serde_json::{Map, Value};

use crate::values::redact::Masks;

/// No throttling lasts longer: Graph counts within an hour or a day. What a header says beyond it would stop a client for good.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Percentages of what an app may do in a rolling hour, from `X-App-Usage`. At 100 Graph throttles it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppUsage {
    /// Of the calls, in percent.
    pub call_count: u32,
    /// Of the total time, in percent.
    pub total_time: u32,
    /// Of the CPU time, in percent.
    pub total_cputime: u32,
}

impl AppUsage {
    /// The percentage that is nearest to being throttled.
    pub fn highest(&self) -> u32 {
        self.call_count.max(self.total_time).max(self.total_cputime)
    }
}

/// What a business object has used for one kind of call, from `X-Business-Use-Case-Usage`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UseCaseUsage {
    /// The kind of call, Graph's `type`. The list is open; it is empty where Graph names none.
    pub kind: String,
    /// Of the calls, in percent.
    pub call_count: u32,
    /// Of the total time, in percent.
    pub total_time: u32,
    /// Of the CPU time, in percent.
    pub total_cputime: u32,
    /// How long Graph will throttle such calls, `estimated_time_to_regain_access`, which it gives in minutes. `None` if it
    /// does not throttle them.
    pub regain_access: Option<Duration>,
}

impl UseCaseUsage {
    /// The percentage that is nearest to being throttled.
    pub fn highest(&self) -> u32 {
        self.call_count.max(self.total_time).max(self.total_cputime)
    }
}

/// What an app and business objects have used, as far as it was said. What cannot be read is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// What the app has used.
    pub app: Option<AppUsage>,
    /// What business objects have used, by their ids.
    pub business: BTreeMap<String, Vec<UseCaseUsage>>,
}

impl Usage {
    /// From the values of the two headers.
    pub(crate) fn of(app: Option<&HeaderValue>, business: Option<&HeaderValue>) -> Self {
        let object = |value: Option<&HeaderValue>| -> Option<Map<String, Value>> {
            serde_json::from_str(std::str::from_utf8(value?.as_bytes()).ok()?).ok()
        };
        let business = object(business).unwrap_or_default();
        Self {
            app: object(app).map(|app| {
                let percent = |name| percent(app.get(name));
                AppUsage { call_count: percent("call_count"), total_time: percent("total_time"), total_cputime: percent("total_cputime") }
            }),
            business: business.iter().filter_map(|(id, cases)| Some((id.clone(), use_cases(cases)?))).collect(),
        }
    }

    /// Masks what a server might have put where ids and types belong.
    pub(crate) fn mask(&mut self, masks: &Masks) {
        let business = std::mem::take(&mut self.business);
        self.business = business.into_iter().map(|(id, cases)| (masks.text(&id), cases)).collect();
        for case in self.business.values_mut().flatten() {
            case.kind = masks.text(&case.kind);
        }
    }

    /// How long the throttling lasts that a call to some objects met: that of those among them that Graph reports, else of all, and there of what is used
    /// up, if anything is.
    pub(crate) fn regain_access<'i>(&self, ids: impl Iterator<Item = &'i str>) -> Option<Duration> {
        let own: Vec<&UseCaseUsage> = ids.filter_map(|id| self.business.get(id)).flatten().collect();
        let cases = if own.is_empty() { self.business.values().flatten().collect() } else { own };
        let throttled = |is_over: bool| {
            let cases = cases.iter().filter(move |case| !is_over || case.highest() >= 100);
            cases.filter_map(|case| case.regain_access).max()
        };
        throttled(true).or_else(|| throttled(false))
    }
}

fn use_cases(cases: &Value) -> Option<Vec<UseCaseUsage>> {
    Some(cases.as_array()?.iter().filter_map(Value::as_object).map(use_case).collect())
}

fn use_case(case: &Map<String, Value>) -> UseCaseUsage {
    let percent = |name| percent(case.get(name));
    let minutes = case.get("estimated_time_to_regain_access").and_then(number).filter(|minutes| *minutes > 0);
    UseCaseUsage {
        kind: case.get("type").and_then(Value::as_str).unwrap_or_default().to_owned(),
        call_count: percent("call_count"),
        total_time: percent("total_time"),
        total_cputime: percent("total_cputime"),
        regain_access: minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)).min(LONGEST)),
    }
}

fn percent(value: Option<&Value>) -> u32 {
    value.and_then(number).map_or(0, |number| u32::try_from(number).unwrap_or(u32::MAX))
}

/// A number that is not negative, or a text that holds one; of a fraction what lies before the point.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| whole(&number.to_string())),
        Value::String(text) => whole(text.trim()),
        _ => None,
    }
}

fn whole(text: &str) -> Option<u64> {
    text.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(app: &[u8], business: &[u8]) -> Usage {
        let [app, business] = [app, business].map(|value| HeaderValue::from_bytes(value).ok());
        Usage::of(app.as_ref(), business.as_ref())
    }

    #[test]
    fn both_headers_are_read() {
        let usage = usage(
            br#"{"call_count":28,"total_time":25,"total_cputime":31.7}"#,
            r#"{"102":[{"type":"pages","call_count":"7","total_cputime":1,"total_time":2,"estimated_time_to_regain_access":0},
                {"type":"new","estimated_time_to_regain_access":19}],"103":[]}"#
                .replace('\n', "")
                .as_bytes(),
        );
        assert_eq!(usage.app, Some(AppUsage { call_count: 28, total_time: 25, total_cputime: 31 }));
        assert_eq!(usage.app.unwrap().highest(), 31);
        let [first, second] = usage.business["102"].as_slice() else { panic!("two use cases") };
        assert_eq!((first.kind.as_str(), first.highest(), first.regain_access), ("pages", 7, None));
        assert_eq!((second.kind.as_str(), second.highest(), second.regain_access), ("new", 0, Some(Duration::from_mins(19))));
        assert_eq!(usage.regain_access([].into_iter()), Some(Duration::from_mins(19)));
        assert!(usage.business["103"].is_empty());
    }

    #[test]
    fn the_wait_is_that_of_the_account_and_the_limit_that_refused() {
        let usage = usage(
            b"{}",
            r#"{"102":[{"type":"a","call_count":100,"estimated_time_to_regain_access":3},
                {"type":"b","call_count":40,"estimated_time_to_regain_access":600}],
              "103":[{"type":"a","call_count":100,"estimated_time_to_regain_access":900}]}"#
                .replace('\n', "")
                .as_bytes(),
        );
        let regain = |ids: &[&'static str]| usage.regain_access(ids.iter().copied()).unwrap();
        assert_eq!(regain(&["102", "message_templates"]), Duration::from_mins(3));
        assert_eq!(regain(&["103"]), Duration::from_mins(900));
        assert_eq!(regain(&["106", "messages"]), Duration::from_mins(900), "any of them may be that of the number");
    }

    #[test]
    fn a_wait_without_end_ends() {
        for minutes in ["18446744073709551615", "9999999", "1441"] {
            let business = format!(r#"{{"102":[{{"estimated_time_to_regain_access":{minutes}}}]}}"#);
            assert_eq!(usage(b"{}", business.as_bytes()).regain_access([].into_iter()), Some(Duration::from_hours(24)), "{minutes}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let usage = usage(b"busy", br#"{"1":null,"2":[7,{"call_count":-1,"total_time":1e99,"total_cputime":99999999999}]}"#);
        assert_eq!(usage.app, None);
        assert_eq!(usage.business.len(), 1);
        let [case] = usage.business["2"].as_slice() else { panic!("one use case") };
        assert_eq!((case.call_count, case.total_cputime), (0, u32::MAX));
    }

    proptest::proptest! {
        #[test]
        fn no_header_panics(app: Vec<u8>, business: Vec<u8>) {
            let _ = usage(&app, &business);
        }

        #[test]
        fn no_json_panics(app in r#"\{"(call_count|total_time)":[-0-9.eE"]{0,30}\}"#, minutes in "-?[0-9]{1,40}(\\.[0-9]{0,3})?(e[0-9]{1,3})?") {
            let business = format!(r#"{{"1":[{{"estimated_time_to_regain_access":{minutes},"call_count":{minutes}}}]}}"#);
            let _ = usage(app.as_bytes(), business.as_bytes());
        }
    }
}
