//! A drift as Markdown, for an issue.

use graph_codegen::drift::{Drift, Finding};

use super::{lacked, summary};

pub(super) fn markdown(root: &str, drift: &Drift) -> String {
    let mut text = format!("## {}\n", summary(drift));
    drift.findings.iter().for_each(|finding| text.push_str(&of(root, finding)));
    if let Some(known) = lacked(drift) {
        text.push_str(&format!("\n<details><summary>{known}</summary>\n\n"));
        drift.lacked.iter().for_each(|operation| text.push_str(&format!("- `{operation}`\n")));
        text.push_str("\n</details>\n");
    }
    text
}

fn of(root: &str, finding: &Finding) -> String {
    let Finding { what, file, line, .. } = finding;
    let mut text = format!("\n- {what}: `{root}/{file}:{line}`\n");
    if let Some(why) = &finding.by_hand {
        text.push_str(&format!("  By hand: {why}.\n"));
    }
    if let Some((into, yaml)) = &finding.write {
        let done = if finding.written { "Written into" } else { "Into" };
        text.push_str(&format!("  {done} `{root}/{into}`:\n\n  ```yaml\n"));
        yaml.lines().for_each(|line| text.push_str(&format!("  {line}\n")));
        text.push_str("  ```\n");
    }
    text
}
