use crate::run::run;

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
    assert!(found.out.contains("133016 RegistrationLimitReached"), "{}", found.out);
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
