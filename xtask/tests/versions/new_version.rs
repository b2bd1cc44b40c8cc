use std::{collections::BTreeSet, fs, path::PathBuf};

use super::{Copy, overlay, workspace};

/// The newest version of the real window, whichever that is.
fn newest(spec: &Copy) -> u16 {
    let text = spec.text();
    let window = text.lines().skip_while(|line| *line != "versions:").skip(1).take_while(|line| line.starts_with(' '));
    window.filter_map(|line| line.trim().strip_prefix('v')?.split_once(".0:")?.0.parse().ok()).max().unwrap()
}

#[test]
fn one_line_is_added_and_nothing_else_is_touched() {
    let spec = Copy::real();
    let before = spec.text();
    let next = format!("v{}.0", newest(&spec) + 1);
    let said = spec.success(&["--today", "2099-10-08", "new-version", &next, "--released", "2099-10-08"]);
    let line = format!("  {next}: {{released: 2099-10-08, unreviewed: true}}\n");
    assert!(spec.text().contains(&format!("{line}retired:\n")), "{}", spec.text());
    assert_eq!(spec.text().replace(&line, ""), before);
    assert!(said.contains("Three steps in all:") && said.contains("cargo xtask gen"), "{said}");
    let again = spec.refusal(&["new-version", &next, "--released", "2099-10-08"]);
    assert!(again.contains(&format!("{next} already exists")), "{again}");
    // All that is missing is what the spec is held against, or that there is nothing.
    let checked = spec.refusal(&["check"]);
    assert!(checked.contains(&format!("nothing in evidence/ is about {next}")) && checked.contains("1 error and 0 warnings"), "{checked}");
    let text = spec.text().replace("released: 2099-10-08", "released: 2099-10-08, evidence: none published");
    let spec = spec.with_versions(&text);
    spec.success(&["check"]);
}

/// The files of the workspace that name versions, beside the spec.
fn with_prose(spec: Copy) -> Copy {
    for file in ["README.md", "CHANGELOG.md"] {
        fs::copy(workspace().join(file), spec.folder.path().join(file)).unwrap();
    }
    spec
}

/// What `gen` changes, by path.
fn changed(spec: &Copy, change: impl FnOnce()) -> BTreeSet<PathBuf> {
    let files = || {
        let mut found = Vec::new();
        super::files(spec.folder.path(), &mut found);
        found
    };
    spec.success(&["gen"]);
    let before = files();
    change();
    spec.success(&["gen"]);
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (before.into_iter().collect(), files().into_iter().collect());
    before.symmetric_difference(&after).map(|(path, _)| path.strip_prefix(spec.folder.path()).unwrap().to_owned()).collect()
}

/// The files that the recipe lists, without the one that `cargo xtask api` writes.
fn of_the_recipe() -> BTreeSet<PathBuf> {
    let text = fs::read_to_string(workspace().join("CONTRIBUTING.md")).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("| file that a bare version changes")).skip(2);
    let rows: BTreeSet<PathBuf> =
        rows.take_while(|line| line.starts_with("| `")).map(|line| line.split('`').nth(1).unwrap().into()).collect();
    assert!(rows.len() <= 8, "a version that changes nothing is a small diff: {rows:?}");
    rows.into_iter().filter(|path| !path.starts_with("docs/public-api")).collect()
}

#[test]
fn a_version_that_changes_nothing_changes_the_files_of_the_recipe() {
    let spec = with_prose(Copy::real());
    let next = format!("v{}.0", newest(&spec) + 1);
    let found = changed(&spec, || {
        spec.success(&["--today", "2099-10-08", "new-version", &next, "--released", "2099-10-08"]);
        let text = spec.text().replace("released: 2099-10-08", "released: 2099-10-08, evidence: none published");
        fs::write(spec.versions(), text).unwrap();
    });
    assert_eq!(found, of_the_recipe());
}

#[test]
fn a_version_that_is_retired_changes_no_more() {
    let spec = with_prose(Copy::real());
    let oldest = super::retire::oldest(&spec).0;
    let found = changed(&spec, || {
        spec.success(&["retire", &oldest, "--force"]);
    });
    let edges: Vec<_> = found.iter().filter(|path| path.starts_with("generated/src") && path.components().count() > 3).collect();
    assert!(edges.is_empty() && found.len() <= of_the_recipe().len(), "{found:?}");
}

#[test]
fn with_the_day_on_which_it_expires() {
    let spec = Copy::every_kind();
    let args = ["--today", "2025-03-01", "new-version", "v3.0", "--released", "2025-02-01", "--expires", "2027-02-01"];
    insta::assert_snapshot!("new_version_said", spec.success(&args));
    insta::assert_snapshot!("new_version_file", spec.text());
    spec.success(&["check"]);
}

/// A workspace in which people wrote the name of the newest version, and an example that lists versions up to it.
#[test]
fn what_names_the_newest_version_is_listed_with_file_and_line() {
    let spec = Copy::every_kind().with_a_list_of_versions();
    overlay(&workspace().join("xtask/tests/versions/prose"), spec.folder.path());
    let said = spec.success(&["--today", "2025-03-01", "new-version", "v3.0", "--released", "2025-02-01"]);
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    insta::assert_snapshot!("new_version_mentions", said.split_once("\n\nExamples").unwrap().1);
    let said = spec.success(&["--today", "2026-04-06", "retire", "v1.0", "--dry-run"]);
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    insta::assert_snapshot!("retire_mentions", said.split_once("\n\nSentences").unwrap().1);
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
        spec.success(&["--today", "2025-03-01", "new-version", "v3.0", "--released", "2025-02-01"]);
        let newline = if text.contains('\r') { "\r\n" } else { "\n" };
        let line = format!("    v3.0: {{released: 2025-02-01, unreviewed: true}}{newline}");
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
        &["v4.0", "--released", "2025-02-01"],
        &["v2.2", "--released", "2025-02-01"],
        &["v1.7", "--released", "2023-06-01"],
        &["v3.0", "--released", "2025-03-02"],
        &["v3.0", "--released", "2025-02-01", "--expires", "2025-02-28"],
    ]
    .iter()
    .map(|args| format!("$ new-version {}\n{}", args.join(" "), spec.refusal(&[&["--today", "2025-03-01", "new-version"], *args].concat())))
    .collect();
    insta::assert_snapshot!("new_version_refused", said);
}

#[test]
fn days_that_do_not_fit_today_can_be_forced() {
    for args in [&["v3.0", "--released", "2099-02-01"][..], &["v3.0", "--released", "2025-02-01", "--expires", "2025-02-28"]] {
        let spec = Copy::every_kind();
        spec.success(&[&["--today", "2025-03-01", "new-version", "--force"], args].concat());
        assert!(spec.text().contains("v3.0: {released"));
    }
}

/// `check` reports the hole; the command fills it.
#[test]
fn a_hole_can_be_filled() {
    let spec = Copy::every_kind();
    spec.edit("versions.yaml", "  v2.0: {released: 2024-02-01}\n", "  v3.0: {released: 2025-02-01}\n");
    spec.success(&["new-version", "v2.0", "--released", "2024-02-01"]);
    spec.success(&["check"]);
}

#[test]
fn a_version_between_others_is_compared_with_the_one_before_it() {
    let spec = Copy::every_kind();
    let said = spec.success(&["new-version", "v1.1", "--released", "2023-06-01"]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("`cargo xtask diff v1.0 v1.1`") && !said.contains("v2.0"), "{said}");
}

#[test]
fn a_broken_file_is_reported_and_left() {
    let spec = Copy::every_kind().with_versions("versions: {v1.0\n");
    assert!(spec.refusal(&["new-version", "v3.0", "--released", "2025-10-08"]).contains("versions.yaml"));
    let flow = "# yaml-language-server: $schema=schema/versions.json\npage: https://example.com/versions\nversions: {v1.0: {released: 2023-02-01}}\n";
    let said = Copy::of(&["codegen/tests/fixtures/base"]).with_versions(flow).refusal(&["new-version", "v3.0", "--released", "2025-10-08"]);
    assert!(said.contains("give every version its own"), "{said}");
}
