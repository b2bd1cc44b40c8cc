//! What holds for any usage header: it is read or left out, and what is read is read again when it is written.

use std::sync::LazyLock;
use std::time::Duration;

use graph_runtime::{Client, ClientBuilder, Method, RawRequest, Usage, Value, Version, offline};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::json;

use crate::server::TOKEN;

static CLIENT: LazyLock<Client> = LazyLock::new(|| ClientBuilder::new(TOKEN, Version(23, 0)).build().unwrap());

/// The usage that an answer with these headers reports.
fn read(app: &[u8], business: &[u8]) -> Usage {
    let headers = [("x-app-usage", app), ("x-business-use-case-usage", business)];
    offline::answered(&CLIENT, &RawRequest::<Value>::new(Method::Get, "/106"), 200, &headers, b"{}").unwrap().info.usage
}

/// Writes the usage as Graph does.
fn written(usage: &Usage) -> (String, String) {
    let app = usage.app.map(|app| json!({"call_count": app.call_count, "total_time": app.total_time, "total_cputime": app.total_cputime}));
    let minutes = |time: Duration| time.as_secs() / 60;
    let business: serde_json::Map<String, Value> = usage
        .business
        .iter()
        .map(|(id, cases)| {
            let cases = cases.iter().map(|case| {
                json!({
                    "type": case.kind, "call_count": case.call_count, "total_time": case.total_time, "total_cputime": case.total_cputime,
                    "estimated_time_to_regain_access": case.regain_access.map_or(0, minutes),
                })
            });
            (id.clone(), cases.collect())
        })
        .collect();
    (app.map_or_else(String::new, |app| app.to_string()), Value::Object(business).to_string())
}

/// A percentage in the shapes that Graph sends, and some that it does not.
fn percent() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0_u32..200).prop_map(Value::from),
        (0_f64..200.0).prop_map(Value::from),
        (0_u32..200).prop_map(|number| number.to_string().into()),
        Just(Value::Null),
        Just(json!([1])),
        any::<i64>().prop_map(Value::from),
    ]
}

fn use_case() -> impl Strategy<Value = Value> {
    ("[a-z_]{0,12}", percent(), percent(), percent(), 0_u64..100_000).prop_map(|(kind, calls, time, cpu, minutes)| {
        json!({"type": kind, "call_count": calls, "total_time": time, "total_cputime": cpu, "estimated_time_to_regain_access": minutes})
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_left_out(app: Vec<u8>, business: Vec<u8>) {
        let usage = read(&app, &business);
        let (app, business) = written(&usage);
        prop_assert_eq!(read(app.as_bytes(), business.as_bytes()), usage);
    }

    #[test]
    fn what_is_read_is_read_again(
        app in (percent(), percent(), percent()), business in btree_map("[0-9]{1,17}", vec(use_case(), 0..4), 0..4)
    ) {
        let header = json!({"call_count": app.0, "total_time": app.1, "total_cputime": app.2}).to_string();
        let usage = read(header.as_bytes(), json!(business).to_string().as_bytes());
        prop_assert!(usage.app.is_some());
        prop_assert_eq!(usage.business.len(), business.len(), "an object is missing");
        for (id, cases) in &business {
            let read = &usage.business[id];
            prop_assert_eq!(read.len(), cases.len());
            for (read, case) in read.iter().zip(cases) {
                prop_assert_eq!(Some(read.kind.as_str()), case["type"].as_str());
                if let Some(calls) = case["call_count"].as_u64() {
                    prop_assert_eq!(u64::from(read.call_count), calls.min(u64::from(u32::MAX)));
                }
                let minutes = case["estimated_time_to_regain_access"].as_u64().filter(|minutes| *minutes > 0);
                prop_assert_eq!(read.regain_access, minutes.map(|minutes| Duration::from_secs(minutes * 60).min(Duration::from_hours(24))), "a day at most");
            }
        }
        let (app, business) = written(&usage);
        prop_assert_eq!(read(app.as_bytes(), business.as_bytes()), usage);
    }
}
