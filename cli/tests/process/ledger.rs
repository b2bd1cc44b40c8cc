use tempfile::tempdir;

use crate::run::{NUMBER, run};

#[test]
fn counts_are_looked_at_added_to_and_forgotten() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("ledger");
    let ledger = ["--ledger", file.to_str().unwrap()];
    let with = |arguments: &[&str]| run(&[arguments, &ledger[..]].concat());
    let shown = with(&["ledger", "show", "register", NUMBER]).ends(0).out;
    assert!(shown.contains("0 of 10 calls in 72 h") && shown.contains("open"), "{shown}");
    assert!(!file.exists(), "looking makes no file");
    with(&["ledger", "count", "register", NUMBER, "--calls", "3"]).ends(0);
    let json = with(&["ledger", "show", "register", NUMBER, "--json"]).ends(0).json();
    assert_eq!((&json["counted"], &json["max"], &json["open"]), (&3.into(), &10.into(), &true.into()));
    let closed = with(&["ledger", "count", "register", NUMBER, "--limit-reached"]).ends(0).out;
    assert!(closed.contains("closed until") && closed.contains("Graph said so"), "{closed}");
    with(&["ledger", "clear", "register", NUMBER]).ends(2).says(&["clearing the count here does not clear it at Graph", "--yes"]);
    let cleared = with(&["ledger", "clear", "register", NUMBER, "--yes"]).ends(0).out;
    assert!(cleared.contains("0 of 10 calls"), "{cleared}");
}

#[test]
fn an_operation_without_a_limit_that_blocks_has_no_count() {
    run(&["ledger", "show", "read-phone-number", NUMBER]).ends(2).says(&["has no limit that blocks", "register-phone-number"]);
}
