use std::collections::BTreeSet;

use serde_json::Value;

use super::Copy;

const KINDS: &[&str] = &[
    "operation_added",
    "operation_removed",
    "operation_deprecated",
    "parameter_added",
    "parameter_removed",
    "parameter_deprecated",
    "parameter_type_changed",
    "required_changed",
    "default_changed",
    "filter_added",
    "filter_removed",
    "filter_deprecated",
    "value_added",
    "value_removed",
    "value_deprecated",
    "field_added",
    "field_removed",
    "field_deprecated",
    "field_type_changed",
    "returns_changed",
    "permissions_changed",
];

#[test]
fn every_kind_of_change_in_every_format() {
    let spec = Copy::every_kind();
    for format in ["text", "markdown", "json"] {
        insta::assert_snapshot!(format!("forward_{format}"), spec.success(&["diff", "v1.0", "v2.0", "--format", format]));
    }
    let json: Value = serde_json::from_str(&spec.success(&["diff", "v1.0", "v2.0", "--format", "json"])).unwrap();
    let found: BTreeSet<&str> = json["changes"].as_array().unwrap().iter().map(|change| change["kind"].as_str().unwrap()).collect();
    assert_eq!(found, KINDS.iter().copied().collect());
}

#[test]
fn the_other_way_round() {
    insta::assert_snapshot!("backward_text", Copy::every_kind().success(&["diff", "v2.0", "v1.0"]));
}

#[test]
fn no_line_of_text_is_wider_than_a_terminal() {
    let text = Copy::every_kind().success(&["diff", "v1.0", "v2.0"]);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_version_and_itself_do_not_differ() {
    let text = Copy::every_kind().success(&["diff", "v2.0", "v2.0"]);
    assert!(text.starts_with("From v2.0 to v2.0: the spec knows no difference."), "{text}");
}

#[test]
fn the_real_spec() {
    let spec = Copy::real();
    let text = spec.success(&["diff", "v22.0", "v23.0"]);
    assert!(
        text.contains("  whatsapp_graph::whatsapp_business_account::Waba.is_shared_with_partners\n    field added: first in v23.0"),
        "{text}"
    );
    let back = spec.success(&["diff", "v23.0", "v22.0"]);
    assert!(
        back.contains(
            "  whatsapp_graph::whatsapp_business_account::Waba.is_shared_with_partners\n    field removed: first in v23.0, so v22.0"
        ),
        "{back}"
    );
    let text = spec.success(&["diff", "v21.0", "v22.0"]);
    let instead = "  Call::<MigrateFlows>::source_flow_ids\n    parameter removed: gone since v22.0\n    instead: `Call::<MigrateFlows>::source_flow_names`";
    assert!(text.contains(instead), "{text}");
}

#[test]
fn what_is_true_of_all_changes_is_said_once() {
    let spec = Copy::every_kind();
    let text = spec.success(&["diff", "v1.0", "v2.0"]);
    assert_eq!(text.matches("only seen").count(), 1, "{text}");
    assert!(text.contains("  v1.0: released on 2023-02-01, can be used until 2026-02-01\n"), "{text}");
    assert!(!text.contains("No one has compared"), "{text}");
    let versions = spec.text().replace("released: 2024-02-01", "released: 2024-02-01, unreviewed: true");
    let spec = spec.with_versions(&versions);
    for (args, said) in [(["diff", "v1.0", "v2.0"], true), (["diff", "v2.0", "v1.0"], true), (["diff", "v2.0", "v2.0"], false)] {
        let text = spec.success(&args).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(text.contains("No one has compared the spec with Meta's changelog of v2.0 yet"), said, "{text}");
    }
}

/// Values and errors that differ in nothing else are one entry; one that Meta says the server enforces is another.
#[test]
fn values_and_errors_are_grouped() {
    let spec = Copy::every_kind();
    spec.edit("types/greeting.yaml", "      CLEAR: {doc: Clear., since: v2.0}\n", "      CLEAR: {doc: Clear., since: v2.0}\n      BRIGHT: {doc: Bright., since: v2.0}\n      PURE: {doc: Pure., since: v2.0, gated: true}\n");
    spec.edit("errors.yaml", "errors:\n", "errors:\n  TooLoud: {code: 9001, unverified: true, category: parameter, since: v2.0}\n  TooLow: {code: 9002, unverified: true, category: parameter, since: v2.0}\n");
    let text = spec.success(&["diff", "v1.0", "v2.0"]);
    let one = "  graph_numbers::types::Tone::{Bright, Clear}\n    values added: `BRIGHT`, `CLEAR`, first in v2.0,";
    assert!(text.contains(one) && text.contains("  graph_numbers::types::Tone::Pure\n    value added"), "{text}");
    let errors = "\nERRORS\n\n  graph_numbers::ErrorKind::{TooLoud, TooLow}\n    errors added: 9001, 9002, first in v2.0\n";
    assert!(text.contains(errors), "{text}");
}

#[test]
fn what_is_no_version_of_the_window_is_said_with_the_window() {
    let spec = Copy::every_kind();
    let said: String = [["v1.0", "v3.0"], ["v0.9", "v2.0"], ["2.0", "v1.0"], ["newest", "v1.0"]]
        .iter()
        .map(|[from, to]| format!("$ diff {from} {to}\n{}", spec.refusal(&["diff", from, to])))
        .collect();
    insta::assert_snapshot!("unknown", said);
}

#[test]
fn what_changed_between_two_days() {
    let spec = Copy::of(&["codegen/tests/fixtures/base", "codegen/tests/fixtures/days_beside_versions/spec"]);
    let days = ["diff", "--from-day", "2024-05-01", "--to-day", "2024-11-27"];
    insta::assert_snapshot!("days_text", spec.success(&days));
    let json: Value = serde_json::from_str(&spec.success(&[&days[..], &["--format", "json"]].concat())).unwrap();
    assert_eq!((&json["from"], json["from_day"].as_str(), json["to_day"].as_str()), (&Value::Null, Some("2024-05-01"), Some("2024-11-27")));
    let of = |name: &str| json["changes"].as_array().unwrap().iter().find(|change| change["at"].as_str().unwrap().ends_with(name)).unwrap();
    assert_eq!(of("params.drum")["versions"], serde_json::json!(["v1.0"]), "v2.0 lacked it before");
    assert_eq!(of("returns")["versions"], serde_json::json!([]));
    let one = spec.success(&["diff", "v1.0", "--from-day", "2024-10-26", "--to-day", "2024-10-27"]);
    assert!(one.starts_with("From v1.0 on 2024-10-26 to v1.0 on 2024-10-27: 1 breaking change, 0\ndeprecations, 0 others."), "{one}");
}

#[test]
fn days_come_in_pairs_and_are_those_of_the_calendar() {
    let spec = Copy::every_kind();
    for (args, part) in [
        (&["diff", "--from-day", "2024-05-01"][..], "--to-day"),
        (&["diff", "v1.0"], "<TO>"),
        (&["diff", "--from-day", "2024-05-01", "--to-day", "2024-6-31"], "`2024-6-31` is not a day of the calendar"),
    ] {
        let (code, _, said) = spec.call(args);
        assert!(code != Some(0) && said.contains(part), "{args:?}: {said}");
    }
}
