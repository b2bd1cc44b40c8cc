use super::xtask;

#[test]
fn help_of_the_tool_and_of_every_command() {
    let tool = xtask(&["--help"]).success();
    insta::assert_snapshot!("help", tool);
    for command in ["gen", "check", "catalog", "openapi", "drift", "evidence", "explain", "new-edge", "new-webhook", "api", "ci", "bench"] {
        assert!(tool.contains(&format!("  {command} ")), "--help does not name {command}");
        insta::assert_snapshot!(format!("help_{command}"), xtask(&[command, "--help"]).success());
    }
}

#[test]
fn a_wrong_command_line_is_distinguished_from_a_wrong_spec() {
    for args in [
        &["generate"][..],
        &["gen", "--only", "v2.0"],
        &["explain"],
        &["new-edge", "Node", "edge", "--verbs", "write"],
        &["ci", "--only", "all"],
    ] {
        let called = xtask(args);
        assert_eq!(called.code, Some(2), "{args:?}: {}", called.stderr);
    }
}
