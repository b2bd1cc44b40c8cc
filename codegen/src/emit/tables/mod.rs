//! Rust sources that hold the spec as static data, for crates that are written by hand over it.

mod layout;
pub(super) mod values;

use super::print::table::filled;
use crate::write::{MARK, Output};

/// What tables are made of, by where it comes from.
pub(super) type Parts = [(&'static str, &'static [&'static str]); 2];

/// A file of the tables, which imports what it uses.
pub(super) fn table(path: String, docs: &str, parts: &Parts, body: &str) -> Output {
    let (items, words) = layout::laid_out(body);
    let uses: String = parts
        .iter()
        .map(|(from, names)| (from, names.iter().copied().filter(|name| words.contains(name)).map(str::to_owned).collect::<Vec<_>>()))
        .filter(|(_, names)| !names.is_empty())
        .map(|(from, names)| match names.as_slice() {
            [only] => format!("use {from}::{only};\n"),
            names => format!("use {from}::{{{}}};\n", filled(names, 1).trim_matches(' ')),
        })
        .collect();
    let between = if uses.is_empty() { "" } else { "\n" };
    Output { path, text: format!("{MARK}\n//! {docs}\n\n{uses}{between}{}", items.trim_start()) }
}
