//! Rust sources that hold the spec as static data, for crates that are written by hand over it.

pub(super) mod values;

use std::collections::BTreeSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};

use super::print::layout;
use crate::write::{MARK, Output};

/// What tables are made of, by where it comes from.
pub(super) type Parts = [(&'static str, &'static [&'static str]); 2];

/// A file of the tables, which imports what it uses.
pub(super) fn table(path: String, docs: &str, parts: &Parts, body: &str) -> Output {
    let tokens: TokenStream = body.parse().unwrap_or_default();
    let mut words = BTreeSet::new();
    collect(tokens, &mut words);
    let uses: String = parts
        .iter()
        .map(|(from, names)| (from, names.iter().copied().filter(|name| words.contains(*name)).collect::<Vec<_>>()))
        .filter(|(_, names)| !names.is_empty())
        .map(|(from, names)| format!("use {from}::{{{}}};\n", names.join(", ")))
        .collect();
    Output { path, text: layout::tidy(&format!("{MARK}\n//! {docs}\n\n"), &format!("{uses}\n{body}")) }
}

/// Every word of the source that is no part of a text and does not follow another: `Option` of `Option::Some`.
fn collect(tokens: TokenStream, words: &mut BTreeSet<String>) {
    let mut follows = false;
    for tree in tokens {
        match &tree {
            TokenTree::Ident(word) if !follows => {
                words.insert(word.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), words),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        follows = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ':' && (follows || punct.spacing() == Spacing::Joint));
    }
}
