//! Text for a terminal of 80 columns, and data for the next program.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

use graph_runtime::Day;

use crate::problem::Problem;

/// Columns of a line.
const WIDTH: usize = 80;

/// Breaks `text` at spaces into lines that start with `indent`, the first with `first`. A word that is wider than a line gets its own.
pub(crate) fn wrap(text: &str, first: &str, indent: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let options = textwrap::Options::new(WIDTH).initial_indent(first).subsequent_indent(indent).break_words(false);
    textwrap::fill(&words, options.word_splitter(textwrap::WordSplitter::NoHyphenation)) + "\n"
}

/// Markdown of the spec as plain text: links keep their words.
pub(crate) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(open) = rest.find('[') {
        let link = rest.get(open + 1..).and_then(|after| {
            let (words, target) = after.split_once("](")?;
            let (_, behind) = target.split_once(')')?;
            (!words.contains(['[', ']', '\n'])).then_some((words, behind))
        });
        match link {
            Some((words, behind)) => {
                text.push_str(&rest[..open]);
                text.push_str(words);
                rest = behind;
            }
            None => {
                text.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    text + rest
}

/// The first sentence.
pub(crate) fn sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

/// Writes data to stdout.
pub(crate) fn print(text: &str) -> Result<(), Box<Problem>> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever reads has enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| Problem::usage(format!("the output cannot be written: {error}"))),
    }
}

/// Writes what is no data to stderr.
pub(crate) fn say(text: &str) {
    let mut err = io::stderr().lock();
    // There is nowhere else to say it.
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

/// Says `note: …` or `warning: …` on stderr; for programs as a line of JSON.
pub(crate) fn note(as_json: bool, kind: &str, what: &str) {
    say(&if as_json {
        format!("{}\n", serde_json::json!({ kind: what }))
    } else {
        wrap(what, &format!("{kind}: "), &" ".repeat(kind.len() + 2))
    });
}

/// Says a sentence on stderr; for programs it is a note.
pub(crate) fn remark(as_json: bool, what: &str) {
    if as_json {
        note(as_json, "note", what);
    } else {
        say(&wrap(what, "", ""));
    }
}

/// Is stderr a terminal that may have colors?
pub(crate) fn colors() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// `2026-11-28 12:00:05 UTC`.
pub(crate) fn time(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() % 86_400;
    format!("{} {:02}:{:02}:{:02} UTC", Day::of(at), seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// `72 h`, `5 min`, `30 s`.
pub(crate) fn duration(seconds: u64) -> String {
    match seconds {
        _ if seconds > 0 && seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        _ if seconds > 0 && seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

/// Up to three of the names that are similar to `wrong`, the nearest first.
pub(crate) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wrong = wrong.to_lowercase();
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 3))
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

/// ``did you mean `a` or `b`?``, or nothing if no name is near.
pub(crate) fn did_you_mean<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<_> = nearest(wrong, names).into_iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{WIDTH, did_you_mean, duration, plain, sentence, time, wrap};

    #[test]
    fn no_line_is_wider_than_the_terminal_but_for_words_that_are() {
        let address = "https://example.com/".repeat(6);
        let text = wrap(&format!("{} {address} end", "word ".repeat(40)), "- ", "  ");
        assert!(text.lines().all(|line| line.len() <= WIDTH || line.trim() == address));
        assert!(text.starts_with("- word") && text.ends_with("  end\n"));
    }

    #[test]
    fn links_keep_their_words() {
        assert_eq!(plain("See [the page](https://example.com/a) [1] and `[x]`."), "See the page [1] and `[x]`.");
        assert_eq!(sentence("One. Two."), "One.");
    }

    #[test]
    fn times_are_read_without_a_table() {
        assert_eq!(time(UNIX_EPOCH + Duration::from_secs(1_763_785_201)), "2025-11-22 04:20:01 UTC");
        assert_eq!([duration(259_200), duration(300), duration(30)], ["72 h", "5 min", "30 s"]);
    }

    #[test]
    fn the_nearest_is_meant() {
        assert_eq!(did_you_mean("pim", ["pin", "backup"]), Some("did you mean `pin`?".into()));
        assert_eq!(did_you_mean("nothing_like_it", ["pin"]), None);
    }
}
