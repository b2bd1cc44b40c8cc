use super::Copy;

#[test]
fn one_line_is_added_and_nothing_else_is_touched() {
    let spec = Copy::real();
    let before = spec.text();
    let said = spec.success(&["new-version", "v99.0", "--released", "2099-10-08"]);
    let line = "  v99.0: {released: 2099-10-08}\n";
    assert!(spec.text().contains(&format!("{line}retired:\n")), "{}", spec.text());
    assert_eq!(spec.text().replace(line, ""), before);
    assert!(said.contains("Three steps in all:") && said.contains("cargo xtask gen"), "{said}");
    let again = spec.refusal(&["new-version", "v99.0", "--released", "2099-10-08"]);
    assert!(again.contains("v99.0 already exists"), "{again}");
    // All that is missing is what the spec is held against, or that there is nothing.
    let checked = spec.refusal(&["check"]);
    assert!(checked.contains("nothing in evidence/ is about v99.0") && checked.contains("1 error and 0 warnings"), "{checked}");
    let text = spec.text().replace("released: 2099-10-08", "released: 2099-10-08, evidence: none published");
    let spec = spec.with_versions(&text);
    spec.success(&["check"]);
}

#[test]
fn with_the_day_on_which_it_expires() {
    let spec = Copy::every_kind();
    insta::assert_snapshot!(
        "new_version_said",
        spec.success(&["new-version", "v3.0", "--released", "2025-02-01", "--expires", "2027-02-01"])
    );
    insta::assert_snapshot!("new_version_file", spec.text());
    spec.success(&["check"]);
}

/// Comments, blank lines, block style, CRLF, no end of the last line: as the author wrote it.
#[test]
fn the_layout_stays() {
    let head = "# yaml-language-server: $schema=schema/versions.json\n# Dates are of the table.\npage: https://example.com/versions\n\nversions:\n";
    let oldest_first = format!(
        "{head}    v1.0: {{released: 2023-02-01}}  # the first\n    v2.0:\n      released: 2024-02-01\n\n    # Nothing is retired."
    );
    for text in [oldest_first.clone(), oldest_first.replace('\n', "\r\n")] {
        let spec = Copy::of(&["codegen/tests/fixtures/base"]).with_versions(&text);
        spec.success(&["new-version", "v3.0", "--released", "2025-02-01"]);
        let newline = if text.contains('\r') { "\r\n" } else { "\n" };
        let line = format!("    v3.0: {{released: 2025-02-01}}{newline}");
        assert!(spec.text().contains(&format!("released: 2024-02-01{newline}{line}")), "{}", spec.text());
        assert_eq!(spec.text().replace(&line, ""), text);
    }
}

#[test]
fn a_version_between_others_fits_if_its_day_does() {
    let spec = Copy::every_kind();
    spec.success(&["new-version", "v1.1", "--released", "2023-06-01"]);
    let order: Vec<String> = spec.text().lines().filter_map(|line| line.trim().split_once(':').map(|(key, _)| key.to_owned())).collect();
    assert_eq!(order[2..], ["versions", "v2.0", "v1.1", "v1.0", "retired", "v0.9"]);
}

#[test]
fn what_cannot_be() {
    let spec = Copy::every_kind();
    let said: String = [
        &["v3", "--released", "2025-10-08"][..],
        &["v3.0", "--released", "8 October 2025"],
        &["v3.0", "--released", "2025-02-29"],
        &["v3.0", "--released", "2025-10-08", "--expires", "soon"],
        &["v3.0", "--released", "2025-10-08", "--expires", "2025-10-08"],
        &["v2.0", "--released", "2025-10-08"],
        &["v0.9", "--released", "2025-10-08"],
        &["v0.8", "--released", "2021-10-08"],
        &["v3.0", "--released", "2024-02-01"],
        &["v1.5", "--released", "2024-06-01"],
    ]
    .iter()
    .map(|args| format!("$ new-version {}\n{}", args.join(" "), spec.refusal(&[&["new-version"], *args].concat())))
    .collect();
    insta::assert_snapshot!("new_version_refused", said);
}

#[test]
fn a_broken_file_is_reported_and_left() {
    let spec = Copy::every_kind().with_versions("versions: {v1.0\n");
    assert!(spec.refusal(&["new-version", "v3.0", "--released", "2025-10-08"]).contains("versions.yaml"));
    let flow = "# yaml-language-server: $schema=schema/versions.json\npage: https://example.com/versions\nversions: {v1.0: {released: 2023-02-01}}\n";
    let said = Copy::of(&["codegen/tests/fixtures/base"]).with_versions(flow).refusal(&["new-version", "v3.0", "--released", "2025-10-08"]);
    assert!(said.contains("give every version its own line"), "{said}");
}
