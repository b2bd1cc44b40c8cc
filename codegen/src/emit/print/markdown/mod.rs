//! Markdown: paragraphs wrapped, everything else carried as it is written.
//!
//! [`prose`] makes a text of the spec safe: what it calls `<id>` or `[x]` stays that. [`lines`] breaks paragraphs, in lists and quotes too, and touches
//! neither code nor tables nor headings. What it gives parses to what it was given.

mod parsed;
mod plain;
mod run;

use parsed::parsed_lines;
use plain::plain_lines;
use pulldown_cmark::{Event, Tag, TagEnd};

use crate::language::markdown::events;

/// The lines of a text, no longer than `width` where a line can be broken.
pub(crate) fn lines(markdown: &str, width: usize) -> Vec<String> {
    let text = markdown.trim_end();
    // A first line that is indented stays so: four spaces are code.
    let text = text.trim_start_matches('\n');
    if text.len() <= width && !text.contains('\n') {
        return if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    }
    plain_lines(text, width).unwrap_or_else(|| parsed_lines(text, width))
}

/// Whether two texts are the same document, but for where lines end.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    flat(one) == flat(other)
}

/// The events of a text with soft breaks as spaces, and stretches of text in one piece with one space between words.
fn flat(text: &str) -> Vec<Event<'static>> {
    let mut flat: Vec<Event<'static>> = Vec::new();
    let mut in_code = false;
    for (event, _) in events(text) {
        match &event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            _ => {}
        }
        let event = if event == Event::SoftBreak { Event::Text(" ".into()) } else { event.into_static() };
        match (flat.last_mut(), &event) {
            (Some(Event::Text(last)), Event::Text(more)) if !in_code => *last = one_space(&format!("{last}{more}")).into(),
            (Some(Event::Text(last)), Event::HardBreak) => {
                *last = last.trim_end_matches(' ').to_owned().into();
                flat.push(event);
            }
            (_, Event::Text(text)) if !in_code => flat.push(Event::Text(one_space(text).into())),
            _ => flat.push(event),
        }
    }
    flat
}

fn one_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out
}

/// A description of the spec as Markdown that rustdoc takes as it is meant: no accidental links, tags or bare addresses.
///
/// What Markdown reads as a link, as code or as a list is that; a `<name>` and a `[name]` that lead nowhere are texts.
pub(crate) fn prose(text: &str) -> String {
    let text = text.trim();
    // Nothing else is changed, and most descriptions have none of it.
    if !text.contains(['[', ']', '<']) && !text.contains("http") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let (mut code, mut links) = (0_usize, 0_usize);
    for (event, range) in events(text) {
        match &event {
            Event::Start(Tag::CodeBlock(_)) => code += 1,
            Event::End(TagEnd::CodeBlock) => code -= 1,
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => links += 1,
            Event::End(TagEnd::Link | TagEnd::Image) => links -= 1,
            Event::Text(_) | Event::InlineHtml(_) | Event::Html(_) if code == 0 && links == 0 && range.start >= at => {
                out.push_str(&text[at..range.start]);
                let escaped = text[..range.start].ends_with('\\');
                out.push_str(&plain(&text[range.clone()], escaped));
                at = range.end;
            }
            _ => {}
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Whether a text begins with a paragraph, which can continue a sentence, and not with a list, a quote or code.
pub(crate) fn begins_with_a_paragraph(text: &str) -> bool {
    events(text.trim()).next().is_none_or(|(event, _)| matches!(event, Event::Start(Tag::Paragraph)))
}

/// Whether a text ends with a paragraph, to which a sentence can be added.
pub(crate) fn ends_with_a_paragraph(text: &str) -> bool {
    events(text.trim()).last().is_none_or(|(event, _)| matches!(event, Event::End(TagEnd::Paragraph)))
}

/// A piece of text, word by word. The first character is escaped already if a backslash precedes it.
fn plain(text: &str, escaped: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, word) in text.split_inclusive(char::is_whitespace).enumerate() {
        let bare = word.trim_end();
        let address = bare.trim_start_matches('(').trim_end_matches(['.', ',', ';', ')']);
        if address.starts_with("https://") || address.starts_with("http://") {
            out.push_str(&word.replacen(address, &format!("<{address}>"), 1));
            continue;
        }
        for (position, c) in word.chars().enumerate() {
            let is_escaped = escaped && index == 0 && position == 0;
            if matches!(c, '[' | ']' | '<') && !is_escaped {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        is_same, lines,
        parsed::{parsed_lines, runs},
        plain::plain_lines,
        prose,
        run::begins_a_block,
    };

    /// The lines of a text that is the same document afterwards.
    fn wrapped(text: &str, width: usize) -> Vec<String> {
        let lines = lines(text, width);
        assert!(is_same(text, &lines.join("\n")), "{text:?} became {lines:#?}");
        lines
    }

    #[test]
    fn prose_makes_no_accidental_links_or_tags() {
        assert_eq!(
            prose("a list [x] of <id>, see https://a.b/c. `[kept] <as> is`"),
            "a list \\[x\\] of \\<id>, see <https://a.b/c>. `[kept] <as> is`"
        );
        assert_eq!(prose("\\[x\\] and \\<id>"), "\\[x\\] and \\<id>", "what is escaped stays so");
        assert_eq!(prose("(https://a.b/c), twice"), "(<https://a.b/c>), twice");
    }

    #[test]
    fn what_is_markdown_stays_markdown() {
        for text in [
            "see [the page](https://a.b/c_d) and <https://a.b/>",
            "```json\n{\"a\": [<b>, \"https://a.b\"]}\n```",
            "~~~text\n[x] <id>\n~~~",
            "1. one\n   - two\n2. three",
            "> quoted\n> text",
            "| a | b |\n| --- | --- |\n| `[x]` | 2 |",
        ] {
            assert_eq!(prose(text), text);
        }
    }

    #[test]
    fn paragraphs_wrap_and_tables_do_not() {
        let long = "word ".repeat(40);
        let lines = wrapped(&format!("{long}\n\n| {long} |\n| --- |\n| {long} |\n\n- {long}"), 100);
        assert!(lines[0].len() <= 100 && lines[1].len() <= 100);
        assert!(lines.iter().any(|line| line.starts_with('|') && line.len() > 200));
        assert!(lines.iter().any(|line| line.starts_with("  word")));
    }

    #[test]
    fn lists_and_quotes_wrap_below_their_text() {
        assert_eq!(wrapped("- a b c\n  1. d e f\n\n     g h i", 8), ["- a b c", "  1. d e", "     f", "", "     g h", "     i"]);
        assert_eq!(wrapped("> a b c\n> - d e f", 6), ["> a b", "> c", "> - d", ">   e", ">   f"]);
        assert_eq!(wrapped("> a\nb c", 20), ["> a b c"], "a lazy line is one of the quote");
    }

    #[test]
    fn a_line_never_begins_a_block_by_accident() {
        for word in
            ["+", "-", "*", "#", "###", "1.", "2)", ">", "> b", "=", "===", "---", "```", "~~~", "|", "[^a]", "<div>", "***", "|-|", ":-:"]
        {
            for text in [format!("aaa {word} bbb ccc"), format!("aaa `{word} bbb` ccc"), format!("- aaa {word} bbb ccc\n\n  d")] {
                for width in 1..20 {
                    wrapped(&text, width);
                }
            }
        }
    }

    #[test]
    fn hard_breaks_stay_and_backslashes_make_none() {
        assert_eq!(wrapped("a b  \nc", 20), ["a b\\", "c"]);
        assert_eq!(wrapped("a b\\\nc", 20), ["a b\\", "c"]);
        assert_eq!(wrapped("aaa\\ bbb", 4), ["aaa\\ bbb"]);
        assert_eq!(wrapped("a\nb", 20), ["a b"]);
    }

    #[test]
    fn links_stay_on_one_line() {
        assert_eq!(wrapped("aa [`B c`](d) [`E f`]: g", 8), ["aa", "[`B c`](d)", "[`E f`]:", "g"]);
    }

    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            8 => "[a-z]{1,9}".prop_map(|word| word),
            1 => prop::sample::select(vec![
                "+", "-", "*", "#", "##", "1.", "12)", ">", "=", "==", "---", "|", "<id>", "[x]", "[^1]", "_", "a_b", "\\", "\\[", "&", "~", "~~~", ":",
            ]).prop_map(str::to_owned),
            1 => "[a-z]{1,5}( [a-z+#>-]{1,4}){0,3}".prop_map(|code| format!("`{code}`")),
            1 => "[a-z]{1,5}( [a-z]{1,4}){0,2}".prop_map(|text| format!("[{text}](https://a.b/{})", text.len())),
            1 => "[a-z]{1,5}( [a-z]{1,4}){0,2}".prop_map(|text| format!("**{text}**")),
        ]
    }

    fn sentence() -> impl Strategy<Value = String> {
        // A line may end softly, or in one of the two hard ways.
        let end = prop_oneof![12 => Just(" "), 2 => Just("\n"), 1 => Just("  \n"), 1 => Just("\\\n")];
        ("[a-z]{1,9}", prop::collection::vec((end, word()), 0..25))
            .prop_map(|(first, words)| words.into_iter().fold(first, |text, (end, word)| text + end + &word))
    }

    /// What descriptions are made of, now and then with what the parser must see.
    fn plain_block() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            12 => "[a-z]{1,9}[.,:;)]?".prop_map(|word| word),
            2 => "[`\\[(*_\"'<0-9.)>#-]{1,2}[a-z]{1,3}[`*_\\])>]{0,2}".prop_map(|word| word),
            2 => "[a-zA-Z_<>\\[|*\\\\.]{1,5}( [a-z+#>*<-]{1,4}){0,3}".prop_map(|code| format!("`{code}`")),
            2 => "`?[a-z]{1,5}( [a-z`*]{1,4}){0,2}`?".prop_map(|text| format!("[{text}](https://a.b/{})", text.len())),
            1 => "[a-z]{1,5}( [a-z]{1,4}){0,2}".prop_map(|text| format!("[{text}]")),
            1 => "https://a.b/[a-z_*?=]{1,9}".prop_map(|address| format!("<{address}>")),
            1 => word(),
        ];
        let end = prop_oneof![12 => Just(" "), 3 => Just("\n")];
        let paragraph = ("[A-Za-z]{1,9}", prop::collection::vec((end, word), 0..25))
            .prop_map(|(first, words)| words.into_iter().fold(first, |text, (end, word)| text + end + &word));
        prop_oneof![6 => paragraph, 1 => block()]
    }

    fn block() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            4 => sentence(),
            1 => "[a-z <>#+.-]{0,20}".prop_map(|code| format!("```text\n{code}\n\n  {code}\n```")),
            1 => "[a-z <>#+.-]{0,20}".prop_map(|code| format!("~~~\n{code}\n~~~")),
            1 => Just("| a | b |\n| --- | --- |\n| c d e f g h i j k l | m |".to_owned()),
            1 => Just("# head".to_owned()),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let below = |text: &str, first: &str, next: &str| {
                let mut lines = text.lines();
                let head = format!("{first}{}", lines.next().unwrap_or_default());
                lines.fold(head, |text, line| if line.is_empty() { text + "\n" + next.trim_end() } else { text + "\n" + next + line })
            };
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..3).prop_map(move |items| items
                    .iter()
                    .map(|item| below(item, "- ", "  "))
                    .collect::<Vec<_>>()
                    .join("\n")),
                prop::collection::vec(inner.clone(), 1..3).prop_map(move |items| items
                    .iter()
                    .map(|item| below(item, "1. ", "   "))
                    .collect::<Vec<_>>()
                    .join("\n\n")),
                prop::collection::vec(inner, 1..3).prop_map(move |items| below(&items.join("\n\n"), "> ", "> ")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_document_stays_what_it_is(blocks in prop::collection::vec(block(), 1..4), width in 10_usize..60) {
            let text = blocks.join("\n\n");
            let lines = lines(&text, width);
            prop_assert!(is_same(&text, &lines.join("\n")), "{text:?} became {lines:#?}");
            prop_assert_eq!(super::lines(&lines.join("\n"), width), lines, "wrapped twice");
        }

        #[test]
        fn what_needs_no_parser_is_broken_as_the_parser_has_it(blocks in prop::collection::vec(plain_block(), 1..4), width in 10_usize..60) {
            let text = blocks.join("\n\n");
            if let Some(lines) = plain_lines(&text, width) {
                prop_assert_eq!(lines, parsed_lines(&text, width), "{:?}", text);
            }
        }

        #[test]
        fn a_paragraph_fits_where_it_can_be_broken(words in prop::collection::vec("[a-z]{1,9}", 1..40), width in 10_usize..60) {
            for lead in ["", "- ", "> ", "- > 1. "] {
                let lines = lines(&format!("{lead}{}", words.join(" ")), width + lead.len());
                prop_assert!(lines.iter().all(|line| line.len() <= width + lead.len()), "{lines:#?}");
                prop_assert!(lines.windows(2).all(|two| two[0].len() + two[1].trim_start_matches([' ', '>']).split(' ').next().unwrap_or_default().len() >= width + lead.len()));
            }
        }

        #[test]
        fn a_line_is_too_long_only_where_it_cannot_be_broken(first in "[a-z]{1,9}", words in prop::collection::vec(word(), 1..30), width in 20_usize..60) {
            let lines = lines(&format!("{first} {}", words.join(" ")), width);
            for line in lines.iter().filter(|line| line.chars().count() > width) {
                for run in runs(line) {
                    let ends = run.gaps.iter().skip(1).map(|(gap, _)| gap.start).chain([run.end]);
                    for ((gap, _), end) in run.gaps.iter().zip(ends) {
                        prop_assert!(begins_a_block(&line[gap.end..end]), "{line:?} can be broken: {lines:#?}");
                    }
                }
            }
        }

        #[test]
        fn prose_is_text_that_no_longer_links(words in prop::collection::vec(word(), 1..20)) {
            let once = prose(&words.join(" "));
            prop_assert_eq!(prose(&once), once.clone(), "escaped twice");
        }
    }
}
