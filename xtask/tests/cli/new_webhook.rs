use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{copy, files, xtask};

fn real_spec(folder: &Path) -> PathBuf {
    let spec = folder.join("spec");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"), &spec);
    spec
}

#[test]
fn a_new_webhook_is_a_file_whose_gaps_the_check_names() {
    let folder = tempfile::tempdir().unwrap();
    let spec = real_spec(folder.path());
    let dir = spec.to_str().unwrap();
    let said = xtask(&["--spec", dir, "new-webhook", "parcel_update"]).success();
    assert!(said.contains("webhooks/parcel_update.yaml") && said.contains("marked TODO"), "{said}");
    let text = fs::read_to_string(spec.join("webhooks/parcel_update.yaml")).unwrap();

    let checked = xtask(&["--spec", dir, "check", "--format", "json"]);
    assert_eq!(checked.code, Some(1));
    let problems: Vec<Value> = serde_json::from_str(&checked.stdout).unwrap();
    assert!(problems.iter().all(|problem| problem["file"] == "webhooks/parcel_update.yaml"), "{problems:#?}");
    let gaps = text.lines().enumerate().filter(|(_, line)| line.contains(":  # TODO"));
    let silent: Vec<&str> = gaps
        .filter(|(index, line)| {
            let key = line.trim().trim_start_matches("- ").split(':').next().unwrap();
            !problems
                .iter()
                .any(|problem| problem["line"] == index + 1 || problem["message"].as_str().unwrap().contains(&format!("`{key}`")))
        })
        .map(|(_, line)| line)
        .collect();
    assert!(
        silent.iter().all(|line| line.trim_start().starts_with("doc:") || line.starts_with("event:")),
        "the check is silent about {silent:#?}"
    );
    let lacking = |code: &str| problems.iter().filter(|problem| problem["code"] == code).count();
    assert_eq!((lacking("E014") >= 1, lacking("E081")), (true, 1), "{problems:#?}");
}

#[test]
fn a_field_that_is_there_and_what_is_no_field_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let spec = real_spec(folder.path());
    fs::write(spec.join("webhooks/taken.yaml"), "# something else").unwrap();
    let before = files(&spec);
    for (field, reason) in [
        ("messages", "already has the webhook `messages`"),
        ("ParcelUpdate", "is not the name of a field"),
        ("../../errors", "is not the name of a field"),
        ("", "is not the name of a field"),
        ("taken", "cannot write"),
    ] {
        let said = xtask(&["--spec", spec.to_str().unwrap(), "new-webhook", field]).failure();
        assert!(said.contains(reason), "{field}: {said}");
    }
    assert_eq!(files(&spec), before);
}
