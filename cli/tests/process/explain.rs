use crate::run::{run, run_fed};

#[test]
fn a_code_is_explained_with_its_operations() {
    let out = run(&["explain", "133016"]).ends(0).out;
    for text in [
        "133016: RegistrationLimitReached",
        "Cause\n",
        "Remedy\n",
        "once the limit has room again",
        "in the answer",
        "register-phone-number",
        "Source\n  https://",
    ] {
        assert!(out.contains(text), "{text:?} is not in\n{out}");
    }
    assert!(out.lines().all(|line| line.chars().count() <= 80 || line.contains("https://")), "{out}");
}

#[test]
fn a_code_with_subcodes_names_them_and_a_subcode_is_one() {
    let all = run(&["explain", "100"]).ends(0).out;
    assert!(all.contains("100/33: ObjectNotFound") && all.contains("100: InvalidParameter"), "{all}");
    let one = run(&["explain", "100/33"]).ends(0).out;
    assert!(one.starts_with("100/33: ObjectNotFound") && !one.contains("InvalidParameter\n"), "{one}");
    let status = run(&["explain", "131026"]).ends(0).out;
    assert!(status.contains("in a webhook about a status") || status.contains("or in a webhook"), "{status}");
}

#[test]
fn words_find_errors_and_json_is_a_line_each() {
    let found = run(&["explain", "rate", "limit"]).ends(0);
    assert!(found.out.contains("133016: RegistrationLimitReached\n"), "{}", found.out);
    found.says(&["`whatsapp-graph-cli explain CODE` says all of one"]);
    assert!(run(&["explain", "pinmismatch"]).ends(0).out.starts_with("133005: PinMismatch"));
    let json = run(&["explain", "133016", "--json"]).ends(0).json();
    assert_eq!(json["code"], 133_016);
    assert_eq!(json["retry"], "after_window");
    assert!(json["operations"].as_array().unwrap().iter().any(|operation| operation["name"] == "register-phone-number"));
}

#[test]
fn an_unknown_code_is_met_with_the_nearest() {
    run(&["explain", "133017"]).ends(5).says(&["no documented error has the code 133017", "did you mean"]);
    run(&["explain", "PinMissmatch"]).ends(5).says(&["did you mean `PinMismatch`?"]);
    run(&["explain"]).ends(2);
}

/// People paste what they have: a line of a log, an answer, a webhook.
#[test]
fn what_graph_answered_is_explained() {
    for pasted in [
        "(#131047) Re-engagement message",
        "SendMessage: ReEngagementMessage: (#131047) Re-engagement message (code 131047, HTTP 400, trace AXsgn)",
        r#"{"error":{"message":"(#131047) Re-engagement message","type":"OAuthException","code":131047}}"#,
    ] {
        let out = run(&["explain", pasted]).ends(0).out;
        assert!(out.starts_with("131047: ReEngagementMessage\n"), "{pasted}\n{out}");
    }
    assert!(run(&["explain", "Re-engagement", "message"]).ends(0).out.contains("\n131047: ReEngagementMessage\n"));
    let answer = r#"{"error":{"message":"Error validating access token","code":190,"error_subcode":463,"fbtrace_id":"AXsgn"}}"#;
    let out = run_fed(&["explain", "-"], &[], answer).ends(0).out;
    assert!(out.starts_with("190/463: "), "{out}");
    let one = run(&["explain", "(#100) Register endpoint is not available for SMB businesses"]).ends(0).out;
    assert!(one.starts_with("100: NumberOfAppNotRegistrable\n"), "{one}");
    let webhook = r#"{"entry":[{"changes":[{"value":{"statuses":[{"errors":[{"code":131047}]},{"errors":[{"code":131026}]}]}}]}]}"#;
    let out = run_fed(&["explain", "-"], &[], webhook).ends(0).out;
    assert!(out.contains("131047: ") && out.contains("131026: "), "{out}");
    run(&["explain", "(#999999) Something new"]).ends(5).says(&["no documented error has the code 999999"]);
}

#[test]
fn what_people_call_an_error_finds_it() {
    for (words, name) in [("opted out", "MarketingStopped"), ("opt-out", "MarketingStopped"), ("coexistence", "NumberOfAppNotRegistrable")]
    {
        let out = run(&["explain", words]).ends(0).out;
        assert!(out.contains(&format!(": {name}\n")), "{words}\n{out}");
    }
    let run = run(&["explain", "template paused because unicorns"]);
    assert!(run.out.contains("TemplatePaused") || run.code == 5, "{run:?}");
}

/// Code 100 has dozens of meanings: one in full, and the others in two lines each.
#[test]
fn a_code_with_many_meanings_is_a_list() {
    let out = run(&["explain", "100"]).ends(0).out;
    assert!(out.starts_with("100: InvalidParameter\n") && out.contains("\nWith the same code\n  100: "), "{out}");
    assert_eq!(out.matches("Cause\n").count(), 1, "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80 || line.contains("https://")), "{out}");
}
