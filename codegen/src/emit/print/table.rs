//! Tables within macros, which a printer of Rust leaves unchanged.

/// How wide a line of several short entries gets.
pub(crate) const WIDTH: usize = 120;

/// Entries of a table, as many on a line as fit; a few of them stay on the line of the table.
pub(crate) fn filled(entries: &[String], depth: usize) -> String {
    let one = entries.join(", ");
    if one.len() <= 60 {
        return if one.is_empty() { one } else { format!(" {one} ") };
    }
    let indent = "    ".repeat(depth);
    format!("\n{indent}{}\n{}", packed(entries, depth).join(&format!("\n{indent}")), "    ".repeat(depth - 1))
}

/// Lines of as many entries as fit; one that itself has several lines is alone.
pub(crate) fn packed(entries: &[String], depth: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for entry in entries {
        let fits = |line: &str| depth * 4 + line.len() + entry.len() + 3 <= WIDTH && !line.contains('\n') && !entry.contains('\n');
        match lines.last_mut() {
            Some(line) if fits(line) => line.push_str(&format!(" {entry},")),
            _ => lines.push(format!("{entry},")),
        }
    }
    lines
}

/// Text whose further lines are indented.
pub(crate) fn indented(text: &str, depth: usize) -> String {
    text.replace('\n', &format!("\n{}", "    ".repeat(depth)))
}
