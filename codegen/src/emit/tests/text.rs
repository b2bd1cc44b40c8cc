//! JSON and texts as literals of Rust.

use serde_json::Value;

pub(super) fn pretty(body: &Value) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// A raw string literal, with as many `#` as its text needs.
pub(super) fn raw(text: &str) -> String {
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::raw;

    #[test]
    fn raw_strings_hold_any_text() {
        assert_eq!(raw("a"), "r\"a\"");
        assert_eq!(raw("a\"#b"), "r##\"a\"#b\"##");
    }
}
