//! A stretch of text between two blocks, broken into lines.

use std::ops::Range;

/// A stretch of text in a paragraph or in the item of a list, with the places at which it may be broken.
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    /// White space: between words, and where the writer broke a line for good.
    pub(super) gaps: Vec<(Range<usize>, Gap)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// A space or the end of a line, which mean the same.
    Soft,
    /// The end of a line that is one in the output too.
    Hard,
}

impl Run {
    /// The lines of the run; `first` is where its first line begins.
    pub(super) fn wrapped(&self, text: &str, first: usize, width: usize) -> Vec<String> {
        let lead = &text[first..self.start];
        // Lines after the first stand below the text of the first: within the same quotes and items.
        let next: String = lead.chars().map(|c| if c == '>' || c == '\t' { c } else { ' ' }).collect();
        let next = if lead.trim().is_empty() && first == 0 { String::new() } else { next };
        let mut lines = Vec::new();
        let mut line = lead.to_owned();
        let mut is_empty = true;
        let mut at = self.start;
        let ends = self.gaps.iter().map(|(gap, kind)| (gap.clone(), *kind)).chain([(self.end..self.end, Gap::Soft)]);
        let mut words: Vec<(String, Gap)> = Vec::new();
        for (gap, kind) in ends {
            let word = &text[at..gap.start];
            match words.last_mut() {
                // A line that ends twice ends once.
                Some((_, last)) if word.is_empty() => *last = kind,
                // What would begin a block stays with the word before it.
                Some((before, last @ Gap::Soft)) if begins_a_block(word) => {
                    *before = format!("{before} {word}");
                    *last = kind;
                }
                _ => words.push((word.to_owned(), kind)),
            }
            at = gap.end;
        }
        for (word, gap) in words {
            if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::replace(&mut line, next.clone()));
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(&word);
            is_empty = false;
            if gap == Gap::Hard {
                line.push('\\');
                lines.push(std::mem::replace(&mut line, next.clone()));
                is_empty = true;
            }
        }
        lines.push(line);
        lines
    }
}

/// Whether a line that begins with the word may be something else than the next line of a paragraph.
pub(super) fn begins_a_block(word: &str) -> bool {
    let first = word.split_whitespace().next().unwrap_or_default();
    let digits = first.trim_start_matches(|c: char| c.is_ascii_digit());
    first.starts_with('>')
        || first.starts_with("```")
        || first.starts_with("~~~")
        || first.starts_with("[^")
        || (first.starts_with('<') && !first.starts_with("<http"))
        || first.chars().all(|c| "#+-*=_|:~".contains(c))
        || first.starts_with('|')
        || (digits.len() < first.len() && matches!(digits, "." | ")"))
}
