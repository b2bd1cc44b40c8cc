//! The Markdown of descriptions: `CommonMark` with the extensions that rustdoc reads.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

/// What rustdoc reads besides `CommonMark`.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// The events of a text with their places.
pub(crate) fn events(markdown: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(markdown, options()).into_offset_iter()
}
