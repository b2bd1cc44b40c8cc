//! Texts of others on one line, where a log or a terminal shows them.

use std::iter;

/// Does a terminal or an editor obey it instead of showing it? The last are the characters that turn the direction of what follows.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Text on one line: whatever a terminal would obey becomes a space, and what is too long is cut.
pub(crate) fn line(text: &str, length: usize) -> String {
    let words = text.split(|c: char| is_obeyed(c) || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut chars = words.flat_map(|word| iter::once(' ').chain(word.chars())).skip(1);
    let mut line: String = chars.by_ref().take(length).collect();
    if chars.next().is_some() {
        line.truncate(line.trim_end().len());
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_is_cut_wherever_it_is_too_long() {
        for (length, cut) in [(5, "ab cd"), (4, "ab c…"), (3, "ab…"), (2, "ab…"), (1, "a…"), (0, "…")] {
            assert_eq!(line(" ab\r\n\u{1b}  cd ", length), cut, "{length}");
        }
        assert_eq!(line(" \n", 0), "");
        assert_eq!(line("\u{202e}drac\u{2066} ab\u{200f}\u{feff}", 9), "drac ab");
    }
}
