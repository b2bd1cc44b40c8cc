//! A problem of the spec, explained.

use graph_codegen::diagnostic::Code;
use serde_json::{Value, json};

use crate::wrap::wrap;

/// The title and what to do, for people.
pub(super) fn text(code: Code) -> String {
    let mut text = wrap(&format!("{}: {}", code.name(), code.title()), "", "");
    text.push('\n');
    text.push_str(&wrap(code.text(), "", ""));
    if !code.is_error() {
        text.push_str("\nIt is a warning: `cargo xtask gen` still runs.\n");
    }
    text
}

/// The same for programs.
pub(super) fn json(code: Code) -> Vec<Value> {
    let severity = if code.is_error() { "error" } else { "warning" };
    vec![json!({"code": code.name(), "severity": severity, "title": code.title(), "text": code.text()})]
}
