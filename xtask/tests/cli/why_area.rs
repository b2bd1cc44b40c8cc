//! `check --why-area`, on a fixture with areas.

use std::path::{Path, PathBuf};

use super::{copy, xtask};

/// The fixture whose types are reached from several areas, in one folder with what it has from the base.
fn spec_with_areas(to: &Path) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/fixtures");
    let spec = to.join("spec");
    copy(&fixtures.join("base"), &spec);
    copy(&fixtures.join("areas_of_a_sound_spec/spec"), &spec);
    spec
}

#[test]
fn each_area_of_a_type_has_a_way_that_leads_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let spec = spec_with_areas(folder.path());
    let dir = spec.to_str().unwrap();
    let why = |name: &str| xtask(&["--spec", dir, "check", "--why-area", name]).success().replace(dir, "SPEC");
    insta::assert_snapshot!("why_area_of_a_value", why("Tone"));
    insta::assert_snapshot!("why_area_of_a_node", why("GraphNumber"));
    assert_eq!(why("Number"), why("GraphNumber"), "a node is found by either name");
}

#[test]
fn a_type_that_is_not_there_gets_what_is_near() {
    let folder = tempfile::tempdir().unwrap();
    let spec = spec_with_areas(folder.path());
    let said = xtask(&["--spec", spec.to_str().unwrap(), "check", "--why-area", "Tones"]).failure();
    assert!(said.contains("no type `Tones`; did you mean `Tone`?"), "{said}");
}

#[test]
fn a_surface_without_areas_says_so() {
    let said = xtask(&["--spec", "tests/spec", "check", "--why-area", "Success"]).success();
    assert!(said.contains("declares no areas"), "{said}");
}

#[test]
fn a_spec_with_errors_reports_them_first() {
    let folder = tempfile::tempdir().unwrap();
    let spec = spec_with_areas(folder.path());
    std::fs::write(spec.join("types/greeting.yaml"), "types: [").unwrap();
    let said = xtask(&["--spec", spec.to_str().unwrap(), "check", "--why-area", "Tone"]).failure();
    assert!(said.contains("E005"), "{said}");
}
