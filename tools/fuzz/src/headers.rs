//! Headers with any text: they are read or ignored, and none prevents the answer from being returned.
//!
//! The first line of an input is the status, each line after it a header, `name: value`.

use std::time::Duration;

use graph_runtime::{ResponseInfo, Usage, UseCaseUsage, Value, offline};
use serde_json::{Map, json};

use super::{client, head, read, reads_well, status};

/// Usage that is read and written again is the same usage, and an error comes with what its headers said.
pub fn holds(input: &[u8]) {
    let (line, rest) = head(input);
    let status = status(line);
    let headers: Vec<(&str, &[u8])> = rest.split(|byte| *byte == b'\n').filter_map(header).collect();
    let body: &[u8] = if status < 300 { b"{}" } else { br#"{"error":{"code":80007,"message":"(#80007) Rate limit"}}"# };
    match offline::answered(client(), &read(), status, &headers, body) {
        Ok(answer) => is_read(&answer.info, status),
        Err(error) => {
            reads_well(&error, status);
            is_read(error.response().expect("there was an answer"), status);
        }
    }
}

fn header(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    Some((std::str::from_utf8(&line[..colon]).ok()?, line[colon + 1..].trim_ascii()))
}

fn is_read(meta: &ResponseInfo, status: u16) {
    assert_eq!((meta.status, meta.attempts), (status, 1));
    if let Some(served) = meta.served_version {
        assert_eq!(served.to_string().parse(), Ok(served));
    }
    let (app, business) = written(&meta.usage);
    let headers: Vec<(&str, &[u8])> =
        [app.as_deref().map(|text| ("x-app-usage", text.as_bytes())), Some(("x-business-use-case-usage", business.as_bytes()))]
            .into_iter()
            .flatten()
            .collect();
    let again = offline::answered(client(), &read(), 200, &headers, b"{}").expect("an answer").info.usage;
    assert_eq!(again, meta.usage, "usage is not read as it was written");
}

/// The two headers that say this usage.
fn written(usage: &Usage) -> (Option<String>, String) {
    let app = usage.app.map(|app| json!({"call_count": app.call_count, "total_time": app.total_time, "total_cputime": app.total_cputime}));
    let business: Map<String, Value> =
        usage.business.iter().map(|(id, cases)| (id.clone(), cases.iter().map(use_case).collect())).collect();
    (app.map(|app| app.to_string()), Value::Object(business).to_string())
}

fn use_case(case: &UseCaseUsage) -> Value {
    // Graph counts in minutes; what is longer than a clock can count is written as the longest that is not.
    let minutes = |time: Duration| if time == Duration::from_secs(u64::MAX) { u64::MAX } else { time.as_secs() / 60 };
    json!({
        "type": case.kind,
        "call_count": case.call_count,
        "total_time": case.total_time,
        "total_cputime": case.total_cputime,
        "estimated_time_to_regain_access": case.regain_access.map(minutes),
    })
}
