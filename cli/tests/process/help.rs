//! What `--help` says at each level.

use crate::run::run;

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn help_goes_into_the_parts_of_a_request() {
    let all = run(&["call", "send-message", "--help"]).ends(0).out;
    assert!(flat(&all).contains("What members have whatsapp-graph-cli call send-message --help "), "{all}");
    let template = run(&["call", "send-message", "--help", "template"]).ends(0).out;
    assert!(template.starts_with("send-message: template\n"), "{template}");
    for text in ["name a text, required", "language an object", "components a list", "Members"] {
        assert!(flat(&template).contains(text), "{text:?} is not in\n{template}");
    }
    let components = run(&["call", "send-message", "template.components", "--help"]).ends(0).out;
    assert!(flat(&components).contains("Members of each type a text, required"), "{components}");
    // The place in a list may be named, as it is on the command line.
    let indexed = run(&["call", "send-message", "--help", "template.components.0.parameters"]).ends(0).out;
    assert_eq!(
        indexed,
        run(&["call", "send-message", "--help", "template.components.parameters"]).ends(0).out.replace("components.p", "components.0.p")
    );
    for text in [&all, &template, &components, &indexed] {
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80 && !line.contains("https://")).collect();
        assert!(wide.is_empty(), "{wide:#?}");
    }
}

#[test]
fn a_part_that_is_not_there_is_met_with_the_nearest() {
    run(&["call", "send-message", "--help", "template.langauge"])
        .ends(2)
        .says(&["there is no member `langauge`", "did you mean `language`?"]);
    run(&["call", "send-message", "--help", "text.body.more"]).ends(2).says(&["nothing is within it"]);
    // An identifier that is on the line already asks for the whole.
    let whole = run(&["call", "send-message", "106540352242922", "--help"]).ends(0).out;
    assert!(whole.starts_with("send-message\nPOST "), "{whole}");
}

#[test]
fn operations_are_found_by_area_too() {
    let found = run(&["operations", "analytics", "--json"]).ends(0).lines();
    assert!(found.iter().any(|known| known["name"] == "read-pricing-analytics"), "{found:#?}");
    assert!(run(&["operations", "groups"]).ends(0).out.contains("read-group-analytics"));
}
