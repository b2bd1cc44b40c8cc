use std::fs;

use serde_json::Value;

use super::{spec_copy, xtask};

#[test]
fn a_new_edge_is_a_file_whose_gaps_the_check_names() {
    let folder = tempfile::tempdir().unwrap();
    let spec = spec_copy(folder.path());
    let dir = spec.to_str().unwrap();
    let said = xtask(&["--spec", dir, "new-edge", "GraphNumber", "message_qrdls", "--verbs", "read,create"]).success();
    insta::assert_snapshot!("new_edge_said", said.replace(dir, "SPEC"));
    let file = spec.join("nodes/number/message_qrdls.yaml");
    let text = fs::read_to_string(&file).unwrap();
    insta::assert_snapshot!("new_edge_file", text);

    let checked = xtask(&["--spec", dir, "check", "--format", "json"]);
    assert_eq!(checked.code, Some(1));
    let problems: Vec<Value> = serde_json::from_str(&checked.stdout).unwrap();
    assert!(problems.iter().all(|problem| problem["file"] == "nodes/number/message_qrdls.yaml"), "{problems:#?}");
    let named = |line: usize, key: &str| {
        problems.iter().any(|problem| {
            problem["line"] == line || problem["message"].as_str().is_some_and(|message| message.contains(&format!("`{key}`")))
        })
    };
    for (index, line) in text.lines().enumerate().filter(|(_, line)| line.contains("TODO") && !line.starts_with('#')) {
        let key = line.trim().trim_start_matches("- ").split(':').next().unwrap();
        let reported = named(index + 1, key) || key == "doc" && problems.iter().filter(|problem| problem["code"] == "E014").count() == 3;
        assert!(reported, "the check is silent about line {}: {line}", index + 1);
    }

    let again = xtask(&["--spec", dir, "new-edge", "GraphNumber", "message_qrdls"]).failure();
    assert!(again.contains("already has the edge `message_qrdls`"), "{again}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text, "the file was written anew");
}

#[test]
fn a_spec_with_errors_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let spec = spec_copy(folder.path());
    fs::write(spec.join("errors.yaml"), "not: [yaml").unwrap();
    xtask(&["--spec", spec.to_str().unwrap(), "new-edge", "GraphNumber", "labels"]).success();
    assert!(spec.join("nodes/number/labels.yaml").exists());
}

#[test]
fn what_cannot_be_begun_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let spec = spec_copy(folder.path());
    fs::write(spec.join("nodes/number/taken.yaml"), "# something else").unwrap();
    let before = super::files(&spec);
    for (node, edge, reason) in [
        ("GraphNumbr", "labels", "did you mean `GraphNumber`?"),
        ("Nothing", "labels", "the spec has GraphNumber"),
        ("GraphNumber", "register", "already has the edge `register`"),
        ("GraphNumber", "MessageQrdls", "did you mean `message_qrdls`?"),
        ("GraphNumber", "../../errors", "is not the name of an edge"),
        ("GraphNumber", "", "is not the name of an edge"),
        ("GraphNumber", "taken", "cannot write"),
    ] {
        let said = xtask(&["--spec", spec.to_str().unwrap(), "new-edge", node, edge]).failure();
        assert!(said.contains(reason), "{node} {edge}: {said}");
    }
    assert_eq!(super::files(&spec), before);
}
