//! Figures and their table.

use std::fmt;

use super::command::Run;

/// A measured figure.
pub(super) struct Figure {
    what: String,
    median: String,
    spread: String,
    command: String,
}

impl Figure {
    /// The median and the spread of several runs.
    pub(super) fn of(what: &str, mut values: Vec<u64>, unit: &str, command: &str) -> Self {
        values.sort_unstable();
        let at = |index: usize| values.get(index).map_or_else(String::new, |value| format!("{value} {unit}"));
        let least = values.first().copied().unwrap_or_default();
        let spread = format!("{least}–{} of {}", at(values.len().saturating_sub(1)), values.len());
        Self { what: what.into(), median: at(values.len() / 2), spread, command: command.into() }
    }

    /// A figure that does not vary.
    pub(super) fn text(what: &str, value: &str, command: &str) -> Self {
        Self::printed(what, value, "", command)
    }

    /// A figure whose command has worked out its median and spread itself.
    pub(super) fn printed(what: &str, median: &str, spread: &str, command: &str) -> Self {
        Self { what: what.into(), median: median.into(), spread: spread.into(), command: command.into() }
    }
}

impl Figure {
    /// The processor time of several runs.
    pub(super) fn processor(what: &str, runs: &[Run], command: &str) -> Self {
        let (median, spread) = middle(runs.iter().map(Run::processor_seconds).collect());
        Self::printed(what, &format!("{median:.2} s"), &spread, command)
    }
}

/// The median and the spread of ratios of pairs.
pub(super) fn ratio(what: &str, pairs: Vec<f64>, command: &str) -> Figure {
    let (median, spread) = middle(pairs);
    Figure::printed(what, &format!("{median:.3}"), &spread, command)
}

fn middle(mut values: Vec<f64>) -> (f64, String) {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (at(values.len() / 2), format!("{:.3}–{:.3} of {}", at(0), at(values.len().saturating_sub(1)), values.len()))
}

/// A row of the table.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} | {} | {} | `{}` |", self.what, self.median, self.spread, self.command)
    }
}

/// The figures as a table in Markdown.
pub(super) fn table(figures: &[Figure]) -> String {
    let mut text = String::from("| figure | median | min–max of runs | how |\n| --- | --- | --- | --- |\n");
    for figure in figures {
        text.push_str(&format!("{figure}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Figure, table};

    #[test]
    fn the_median_is_the_middle_one() {
        let text = table(&[Figure::of("gen", vec![9, 1, 5], "ms", "cargo xtask gen")]);
        assert!(text.ends_with("| gen | 5 ms | 1–9 ms of 3 | `cargo xtask gen` |\n"), "{text}");
    }
}
