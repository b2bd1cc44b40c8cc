//! Whether a body from elsewhere is one of an operation: what does not fit is said in words, place by place.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use graph_codegen::{
    ast::{OperationDecl, Spec},
    check::{self, meta_example},
    parse::Sources,
};
use serde_json::{Value, json};

/// The base of the fixtures, checked.
fn base() -> Spec {
    let (spec, problems) = check::check(&Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/base")));
    assert!(problems.is_empty());
    spec
}

fn register(spec: &Spec) -> &OperationDecl {
    spec.operations().map(|(_, operation)| operation).find(|operation| operation.id.ends_with("register.create")).unwrap()
}

#[test]
fn a_body_of_the_operation_has_no_problem() {
    let spec = base();
    let request = |body: Value| meta_example::request(&spec, register(&spec), &body);
    assert_eq!(request(json!({"product": "graph", "pin": "123456"})), Vec::<String>::new());
    assert_eq!(meta_example::answer(&spec, register(&spec), &json!({"success": true})), Vec::<String>::new());
}

#[test]
fn every_place_that_does_not_fit_is_named() {
    let spec = base();
    let only = |body: Value| {
        let problems = meta_example::request(&spec, register(&spec), &body);
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].clone()
    };
    assert_eq!(only(json!([1])), "the body must be an object");
    assert!(only(json!({"product": "graph", "pin": true})).contains("pin"));
    assert!(only(json!({"product": "graph", "pin": "123456", "code": 1})).contains("code"));
    assert!(only(json!({"product": "graph"})).contains("pin"));
    assert_eq!(only(json!({"product": "paper", "pin": "123456"})), "`product` is always `graph`");
    let answers = meta_example::answer(&spec, register(&spec), &json!({"success": "yes"}));
    assert!(answers.len() == 1 && answers[0].contains("success"), "{answers:?}");
}
