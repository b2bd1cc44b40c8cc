use super::Copy;

/// The oldest version of the real window, whichever that is, and its line.
pub(crate) fn oldest(spec: &Copy) -> (String, String) {
    let text = spec.text();
    let line = text.lines().skip_while(|line| *line != "versions:").nth(1).unwrap();
    (line.trim().split_once(':').unwrap().0.to_owned(), format!("{line}\n"))
}

#[test]
fn the_line_moves_and_the_real_spec_stays_sound() {
    let spec = Copy::real();
    let before = spec.text();
    let (version, line) = oldest(&spec);
    let said = spec.success(&["retire", &version, "--force"]);
    let described = if before.contains("described_from:") { String::new() } else { format!("described_from: {version}\n") };
    assert_eq!(spec.text().replacen(&described, "", 1), format!("{}{line}", before.replace(&line, "")));
    assert!(spec.text().contains("described_from: "), "{}", spec.text());
    assert!(said.contains("cargo xtask gen"), "{said}");
    spec.success(&["check"]);
    let again = spec.refusal(&["retire", &version]);
    assert!(again.contains(&format!("{version} is already retired")), "{again}");
}

#[test]
fn a_dry_run_changes_nothing() {
    let spec = Copy::real();
    let before = spec.text();
    let said = spec.success(&["retire", &oldest(&spec).0, "--dry-run"]);
    assert!(said.ends_with("Nothing was changed.\n"), "{said}");
    assert_eq!(spec.text(), before);
}

#[test]
fn what_happened_is_said_with_the_days_since_then() {
    let spec = Copy::every_kind();
    let dry = spec.success(&["--today", "2026-04-06", "retire", "v1.0", "--dry-run"]);
    let said = spec.success(&["--today", "2026-04-06", "retire", "v1.0"]);
    assert_eq!(dry.replace("would move", "moved").split("\n\n").collect::<Vec<_>>().len(), said.split("\n\n").collect::<Vec<_>>().len());
    insta::assert_snapshot!("retire_said", said);
    insta::assert_snapshot!("retire_file", spec.text());
    spec.success(&["check"]);
}

/// What tells two described versions apart is history that `diff` shows; what is only about older ones can go.
#[test]
fn what_can_go_is_listed_with_file_and_line() {
    let text = "# yaml-language-server: $schema=schema/versions.json\npage: https://example.com/versions\ndescribed_from: v2.0\nversions:\n  \
                v2.0: {released: 2024-02-01, expires: 2027-02-01}\n  v3.0: {released: 2025-02-01}\nretired:\n  v1.0: {released: 2023-02-01, expires: 2026-02-01}\n";
    let spec = Copy::every_kind().with_versions(text).with_a_list_of_versions();
    insta::assert_snapshot!("retire_leftovers", spec.success(&["--today", "2027-02-02", "retire", "v2.0"]));
    spec.success(&["check"]);
}

#[test]
fn who_still_calls_a_retired_version_is_served_by_diff() {
    let spec = Copy::every_kind();
    let before = spec.success(&["diff", "v1.0", "v2.0", "--format", "json"]);
    let said = spec.success(&["--today", "2026-04-06", "retire", "v1.0"]);
    assert!(!said.contains("remove"), "nothing that tells v1.0 and v2.0 apart is listed: {said}");
    let after = spec.success(&["diff", "v1.0", "v2.0", "--format", "json"]);
    assert_eq!(after, before.replacen("\"retired\": false", "\"retired\": true", 1));
}

#[test]
fn a_version_that_is_served_is_retired_by_force_alone() {
    let spec = Copy::every_kind();
    let said: String = ["2026-01-31", "2026-01-01"]
        .iter()
        .map(|today| format!("$ retire v1.0 on {today}\n{}", spec.refusal(&["--today", today, "retire", "v1.0"])))
        .collect();
    insta::assert_snapshot!("retire_served", said);
    let said = spec.success(&["--today", "2026-01-01", "retire", "v1.0", "--force"]);
    assert!(said.contains("v1.0\nexpires in 31 days (2026-02-01)."), "{said}");
}

#[test]
fn a_file_without_retired_versions_gets_the_key() {
    let text = "# yaml-language-server: $schema=schema/versions.json\npage: https://example.com/versions\nversions:\n  v1.0:\n    released: 2023-02-01\n    expires: 2026-02-01 # or so\n  v2.0: {released: 2024-02-01}";
    let spec = Copy::of(&["codegen/tests/fixtures/base"]).with_versions(text);
    spec.success(&["--today", "2026-04-06", "retire", "v1.0"]);
    let after = "described_from: v1.0\nversions:\n  v2.0: {released: 2024-02-01}\nretired:\n  v1.0:\n    released: 2023-02-01\n    expires: 2026-02-01 # or so\n";
    assert!(spec.text().ends_with(after), "{}", spec.text());
    spec.success(&["check"]);
}

#[test]
fn what_cannot_be() {
    let spec = Copy::every_kind();
    let mut said: String = ["v2.0", "v0.9", "v9.0", "1.0"]
        .iter()
        .map(|version| format!("$ retire {version}\n{}", spec.refusal(&["retire", version])))
        .collect();
    let text = spec.text().replace(", expires: 2026-02-01", "");
    let spec = spec.with_versions(&text);
    said.push_str(&format!("$ retire v1.0 without a day\n{}", spec.refusal(&["retire", "v1.0"])));
    let text = spec.text().replace("  v1.0: {released: 2023-02-01}\n", "").replace("v0.9", "v1.0");
    let spec = Copy::of(&["codegen/tests/fixtures/base"]).with_versions(&text);
    said.push_str(&format!("$ retire v2.0, the only one\n{}", spec.refusal(&["retire", "v2.0"])));
    insta::assert_snapshot!("retire_refused", said);
}
