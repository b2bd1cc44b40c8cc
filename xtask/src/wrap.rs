//! Text for a terminal of 80 columns.

/// Columns of a line.
pub(crate) const WIDTH: usize = 80;

/// Breaks `text` at spaces into lines that start with `indent`, the first with `first`, which should be as wide. A word that is wider than
/// a line, such as a URL, gets its own line.
pub(crate) fn wrap(text: &str, first: &str, indent: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let options = textwrap::Options::new(WIDTH).initial_indent(first).subsequent_indent(indent).break_words(false);
    textwrap::fill(&words, options.word_splitter(textwrap::WordSplitter::NoHyphenation)) + "\n"
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, wrap};

    #[test]
    fn no_line_is_wider_than_the_terminal_but_for_words_that_are() {
        let address = "https://example.com/".repeat(6);
        let text = wrap(&format!("{} {address} end", "word ".repeat(40)), "- ", "  ");
        assert!(text.lines().all(|line| line.len() <= WIDTH || line.trim() == address));
        assert!(text.starts_with("- word") && text.ends_with("  end\n"));
    }
}
