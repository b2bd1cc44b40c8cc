//! Patterns that are compared without an engine: characters, sets of them and counts, one after the other.

use std::fmt::Write;

/// Some characters of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The set, as ranges.
    pub of: Vec<(char, char)>,
    /// The fewest.
    pub least: usize,
    /// The most.
    pub most: usize,
}

impl Run {
    fn has(&self, c: char) -> bool {
        self.of.iter().any(|(first, last)| (*first..=*last).contains(&c))
    }

    fn shares_with(&self, other: &Self) -> bool {
        self.of.iter().any(|(first, last)| other.has(*first) || other.has(*last)) || other.of.iter().any(|(first, _)| self.has(*first))
    }
}

/// The runs of a pattern such as `^[A-Z]{2}\.[A-Za-z0-9.]{1,140}$`, or why it is none.
pub(crate) fn runs(pattern: &str) -> Result<Vec<Run>, String> {
    let whole = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
    let mut rest = whole.ok_or("it must be about the whole value, from `^` to `$`")?;
    let mut runs: Vec<Run> = Vec::new();
    while !rest.is_empty() {
        let (of, after) = set(rest)?;
        let (least, most, after) = count(after)?;
        rest = after;
        runs.push(Run { of, least, most });
    }
    for pair in runs.windows(2) {
        // The first takes all it can, and gives nothing back.
        if pair[0].least != pair[0].most && pair[0].shares_with(&pair[1]) {
            return Err("a run of no fixed length and the one after it have characters in common".into());
        }
    }
    if runs.is_empty() { Err("it has no characters".into()) } else { Ok(runs) }
}

/// Whether a value is what the runs describe, from start to end.
pub(crate) fn matches(runs: &[Run], value: &str) -> bool {
    let mut rest = value.chars().peekable();
    let fits = runs.iter().all(|run| {
        let mut count = 0;
        while count < run.most && rest.next_if(|c| run.has(*c)).is_some() {
            count += 1;
        }
        count >= run.least
    });
    fits && rest.peek().is_none()
}

/// Characters, from the first to the last of each range.
type Ranges = Vec<(char, char)>;

/// The characters at the start, and what follows them.
fn set(text: &str) -> Result<(Ranges, &str), String> {
    let mut chars = text.chars();
    match chars.next() {
        Some('[') => {
            let (inner, rest) = chars.as_str().split_once(']').ok_or("a set is not closed")?;
            let inner: Vec<char> = inner.chars().collect();
            let mut ranges = Vec::new();
            let mut at = 0;
            while let Some(first) = inner.get(at) {
                if matches!(first, '^' | '\\') {
                    return Err(format!("`{first}` is not understood in a set"));
                }
                let end = inner.get(at + 1).filter(|dash| **dash == '-').and_then(|_| inner.get(at + 2));
                ranges.push((*first, *end.unwrap_or(first)));
                at += if end.is_some() { 3 } else { 1 };
            }
            if ranges.is_empty() { Err("a set is empty".into()) } else { Ok((ranges, rest)) }
        }
        Some('\\') => match chars.next() {
            Some(escaped) if escaped.is_ascii_punctuation() => Ok((vec![(escaped, escaped)], chars.as_str())),
            _ => Err("a backslash is only for signs of punctuation; write `[0-9]` for digits".into()),
        },
        Some(c @ ('(' | ')' | '|' | '.' | '*' | '+' | '?' | '{' | '}' | ']' | '^' | '$')) => Err(format!("`{c}` is not understood here")),
        Some(c) => Ok((vec![(c, c)], chars.as_str())),
        None => Err("it ends too soon".into()),
    }
}

/// How many, and what follows.
fn count(text: &str) -> Result<(usize, usize, &str), String> {
    let Some(inner) = text.strip_prefix('{') else { return Ok((1, 1, text)) };
    let (inner, rest) = inner.split_once('}').ok_or("a count is not closed")?;
    let number = |text: &str| text.parse().map_err(|_| format!("`{text}` is not a count"));
    let (least, most) = match inner.split_once(',') {
        Some((least, most)) => (number(least)?, number(most)?),
        None => (number(inner)?, number(inner)?),
    };
    if least > most || most == 0 { Err(format!("`{{{inner}}}` counts nothing")) } else { Ok((least, most, rest)) }
}

/// The runs as the literal of a pattern of the runtime.
pub(crate) fn literal(runs: &[Run]) -> String {
    let mut text = String::from("&[");
    for (index, run) in runs.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}(&{:?}, {}, {})", run.of, run.least, run.most);
    }
    text + "]"
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails should panic")]
mod tests {
    use super::*;

    #[test]
    fn characters_sets_and_counts_are_runs() {
        let found = runs(r"^[A-Z]{2}\.[A-Za-z0-9.]{1,140}$").unwrap();
        let run = |of: &[(char, char)], least, most| Run { of: of.to_vec(), least, most };
        assert_eq!(
            found,
            [run(&[('A', 'Z')], 2, 2), run(&[('.', '.')], 1, 1), run(&[('A', 'Z'), ('a', 'z'), ('0', '9'), ('.', '.')], 1, 140)]
        );
        assert_eq!(literal(&found[..2]), "&[(&[('A', 'Z')], 2, 2), (&[('.', '.')], 1, 1)]");
        assert_eq!(runs("^ab-c[-x]$").unwrap().len(), 5);
        let matching = ["BR.1", "BR.ENT.1", "BR", "BR.", "br.1", "BRA.1", "BR.1 "].map(|value| matches(&found, value));
        assert_eq!(matching, [true, true, false, false, false, false, false]);
    }

    #[test]
    fn what_needs_an_engine_is_refused_with_a_reason() {
        for (pattern, why) in [
            ("a", "whole value"),
            ("^$", "no characters"),
            ("^(a)$", "`(` is not understood"),
            ("^a+$", "`+` is not understood"),
            ("^[^a]$", "`^` is not understood in a set"),
            ("^[a$", "a set is not closed"),
            ("^[]$", "a set is empty"),
            (r"^\d$", "write `[0-9]`"),
            ("^a{2$", "a count is not closed"),
            ("^a{x}$", "`x` is not a count"),
            ("^a{3,2}$", "`{3,2}` counts nothing"),
            ("^[a-z]{1,3}b$", "characters in common"),
            ("^[c-d]{1,3}[a-z]$", "characters in common"),
        ] {
            let found = runs(pattern).unwrap_err();
            assert!(found.contains(why), "{pattern}: {found}");
        }
    }
}
