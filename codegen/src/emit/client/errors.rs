//! The catalog: versions, and the table of errors from which `graph_runtime::error_kinds!` makes `ErrorKind` and its data.

use std::collections::BTreeMap;

use crate::{
    emit::{
        client::page::code,
        print::{rustdoc as docs, table::packed},
    },
    model::{Api, ErrorCategory, ErrorInfo, VersionInfo},
    naming::{error_static, upper_camel},
};

/// The versions, and the errors of the table.
pub(crate) fn catalog(api: &Api) -> String {
    let version = |info: &VersionInfo| {
        let (major, minor, released, expires) = (info.version.0, info.version.1, &info.released, &info.expires);
        format!("        VersionInfo {{ version: Version({major}, {minor}), released: {released:?}, expires: {expires:?} }},\n")
    };
    let nodes = api.nodes.iter().filter(|node| !node.root).map(|node| node.name.as_str()).collect::<Vec<_>>();
    let versions: String = api.versions.iter().map(version).collect();
    let newest_day =
        api.newest_day.map_or_else(|| "None".into(), |day| format!("Some(graph_runtime::Day({}, {}, {}))", day.year, day.month, day.day));
    let categories: String = api.surface.categories.iter().map(category).collect();
    format!(
        "/// The categories of errors. The list is open: a later spec may have more.\npub mod category {{{categories}}}\n\n\
         /// What the spec knows of errors, by code, and of versions, oldest first.\n\
         pub(crate) static ERROR_CATALOG: ErrorCatalog = ErrorCatalog {{\n    errors: ERRORS,\n    nodes: &{nodes:?},\n    versions: &[\n{versions}    ],\n    newest_day: {newest_day},\n    codes_as_subcodes: {:?},\n}};\n",
        api.codes_as_subcodes
    )
}

fn category(category: &ErrorCategory) -> String {
    let (doc, name) = (docs::lines(&docs::prose(&category.doc)), &category.name);
    let doc: String = doc.iter().map(|line| format!("    /// {line}\n")).collect();
    format!("\n{doc}    pub const {}: graph_runtime::ErrorCategory = graph_runtime::ErrorCategory::new({name:?});\n", name.to_uppercase())
}

/// The table of errors, as people write an enum: printed here, because a printer of Rust leaves the content of macros unchanged.
pub(crate) fn table(api: &Api) -> String {
    let default = usual_page(api);
    let localized = docs::lines(&localized(api)).iter().map(|line| format!("    /// {line}\n")).collect::<String>();
    let mut text = format!(
        "graph_runtime::error_kinds! {{\n\
         \x20   /// What an error of Graph means, by its code, its subcode and, where one pair means several things, its words.\n    ///\n{localized}    ///\n\
         \x20   /// The list is open: a pair that the spec does not know is [`ErrorKind::Other`], and a match needs an arm for it.\n\
         \x20   #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\n    #[non_exhaustive]\n    pub enum ErrorKind, documented at {default:?} {{\n"
    );
    for error in &api.errors {
        text.push_str(&entry(api, error, default));
    }
    text.push_str("        .. Other { code: u32, subcode: Option<u32> },\n    }\n}\n");
    text
}

/// Which kinds words alone tell apart, and what follows for answers in another language.
fn localized(api: &Api) -> String {
    let mut by_words: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for error in &api.errors {
        if let Some(of) = &error.case_of {
            by_words.entry(of).or_default().push(&error.name);
        }
    }
    if by_words.is_empty() {
        return "Each is distinguished by its numbers.".into();
    }
    let link = |name: &&str| format!("[`{name}`](Self::{name})");
    let groups: Vec<String> =
        by_words.iter().map(|(of, cases)| format!("{} for {}", link(of), cases.iter().map(link).collect::<Vec<_>>().join(", "))).collect();
    format!(
        "All are distinguished by their numbers, whatever the language of the answer, but for those that share their numbers and are distinguished by Meta's words in \
         English. Where Graph writes titles in another language, as it does for some accounts, these come as the general kind of their numbers: {}.",
        groups.join("; ")
    )
}

/// An error: what rustdoc finds it by, its numbers and classes on a line, and what is said of it.
fn entry(api: &Api, error: &ErrorInfo, default: &str) -> String {
    let mut text: String = aliases(error).iter().map(|alias| format!("        #[doc(alias = {alias:?})]\n")).collect();
    if let Some(note) = docs::deprecation(api, &error.availability) {
        text.push_str(&format!("        #[deprecated(note = {note:?})]\n"));
    }
    text.push_str(&format!("        {} = {} {{\n", error.name, error_static(&error.name)));
    let mut code = error.code.to_string();
    code.extend(error.subcode.map(|subcode| format!(" / {subcode}")));
    code.extend(error.code_end.map(|end| format!("..={end}")));
    let mut facts = vec![format!("code: {code}")];
    facts.extend(error.title.as_ref().map(|title| format!("title: {title:?}")));
    facts.push(format!("category: {}", error.category));
    facts.push(format!("retry: {}", upper_camel(&error.retry)));
    facts.extend(error.backoff_base.map(|base| format!("backoff_base: {base}")));
    facts.extend(error.executed.map(|executed| format!("executed: {executed}")));
    if error.arrives != "answer" {
        facts.push(format!("arrives: {}", upper_camel(&error.arrives)));
    }
    if !error.in_usage {
        facts.push("in_usage: false".to_owned());
    }
    facts.extend(error.case_of.as_ref().map(|_| "case: true".to_owned()));
    for line in packed(&facts, 3) {
        text.push_str(&format!("            {line}\n"));
    }
    text.push_str(&literal("cause", &error.cause));
    text.push_str(&literal("remedy", &error.remedy));
    if let Some(presence) = docs::versions(&error.availability) {
        text.push_str(&literal("presence", &presence));
    }
    if error.page != default {
        text.push_str(&format!("            page: {:?},\n", error.page));
    }
    text + "        },\n\n"
}

/// What people type into rustdoc's search: the numbers, Meta's title, and other words.
fn aliases(error: &ErrorInfo) -> Vec<String> {
    let mut aliases = vec![code(error)];
    aliases.extend(error.subcode.map(|subcode| subcode.to_string()));
    let words = error.title.iter().chain(&error.aliases).map(|words| words.trim_end_matches('.').to_owned());
    // Rustdoc takes no quotation marks.
    aliases.extend(words.filter(|words| !words.contains(['"', '\'']) && *words != error.name));
    aliases
}

/// A text in lines that fit, as one literal.
fn literal(name: &str, text: &str) -> String {
    let text = docs::prose(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let escaped = format!("{text:?}");
    let indent = " ".repeat(12 + name.len() + 3);
    let mut lines: Vec<String> = vec![format!("            {name}: ")];
    for word in escaped.split_inclusive(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < 120 => line.push_str(word),
            Some(line) => {
                line.push('\\');
                lines.push(format!("{indent}{word}"));
            }
            None => {}
        }
    }
    format!("{},\n", lines.join("\n"))
}

/// The page that most errors name.
fn usual_page(api: &Api) -> &str {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for error in &api.errors {
        *count.entry(&error.page).or_default() += 1;
    }
    count.into_iter().rev().max_by_key(|(_, count)| *count).map_or("", |(page, _)| page)
}
