//! A drift as text.

use graph_codegen::drift::{Drift, Finding};

use super::{lacked, summary};

pub(super) fn text(root: &str, drift: &Drift) -> String {
    let mut text: String = drift.findings.iter().map(|finding| of(root, finding)).collect();
    if let Some(known) = lacked(drift) {
        text.push_str(&format!("{known}\n"));
        drift.lacked.iter().for_each(|operation| text.push_str(&format!("  {operation}\n")));
        text.push('\n');
    }
    text.push_str(&format!("{}\n", summary(drift)));
    text
}

fn of(root: &str, finding: &Finding) -> String {
    let Finding { what, file, line, column, .. } = finding;
    let mut text = format!("{root}/{file}:{line}:{column}: {what}\n");
    if let Some((into, yaml)) = &finding.write {
        let done = if finding.written { "written into" } else { "write into" };
        text.push_str(&format!("  {done} {root}/{into}:\n"));
        for line in yaml.lines() {
            text.push_str(&format!("    {line}\n"));
        }
    }
    if let Some(why) = &finding.by_hand {
        text.push_str(&format!("  by hand: {why}\n"));
    }
    text.push('\n');
    text
}
