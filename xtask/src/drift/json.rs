//! A drift for programs.

use graph_codegen::drift::{Drift, Finding};
use serde_json::{Value, json};

pub(super) fn json(root: &str, drift: &Drift) -> Value {
    json!({
        "source": drift.title,
        "version": drift.version.to_string(),
        "differences": drift.findings.iter().map(|finding| of(root, finding)).collect::<Vec<_>>(),
        "lacked": drift.lacked,
    })
}

fn of(root: &str, finding: &Finding) -> Value {
    json!({
        "what": finding.what,
        "facts": finding.facts,
        "file": format!("{root}/{}", finding.file),
        "line": finding.line,
        "column": finding.column,
        "since": finding.since.map(|since| since.to_string()),
        "write": finding.write.as_ref().map(|(file, yaml)| json!({"file": format!("{root}/{file}"), "yaml": yaml})),
        "written": finding.written,
        "by_hand": finding.by_hand,
    })
}
