//! The catalog: versions, and the table of errors from which `graph_runtime::error_kinds!` makes `ErrorKind` and its data.

use std::collections::BTreeMap;

use crate::{
    emit::print::rustdoc as docs,
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
    let categories: String = api.surface.categories.iter().map(category).collect();
    format!(
        "/// The categories of errors. The list is open: a later spec may have more.\npub mod category {{{categories}}}\n\n\
         /// What the spec knows of errors, by code, and of versions, oldest first.\n\
         pub(crate) static ERROR_CATALOG: ErrorCatalog = ErrorCatalog {{\n    errors: ERRORS,\n    nodes: &{nodes:?},\n    versions: &[\n{versions}    ],\n}};\n"
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
    let mut text = format!(
        "graph_runtime::error_kinds! {{\n    #[page = {default:?}]\n\
         \x20   /// What an error of Graph means, by its code, its subcode and, where one pair means several things, its words.\n    ///\n\
         \x20   /// The list is open: a pair that the spec does not know is [`ErrorKind::Other`], and a match needs an arm for it.\n\
         \x20   #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\n    #[non_exhaustive]\n    pub enum ErrorKind {{\n"
    );
    for error in &api.errors {
        text.push_str(&comment(&error.cause));
        text.push_str(&head(error, default));
        text.push_str(&comment(&error.remedy));
        text.push_str(&format!("        {},\n\n", error.name));
    }
    text.push_str("        Other { code: u32, subcode: Option<u32> },\n    }\n}\n");
    text
}

/// The page that most errors name.
fn usual_page(api: &Api) -> &str {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for error in &api.errors {
        *count.entry(&error.page).or_default() += 1;
    }
    count.into_iter().rev().max_by_key(|(_, count)| *count).map_or("", |(page, _)| page)
}

fn comment(text: &str) -> String {
    docs::lines(&docs::prose(text)).iter().map(|line| format!("        /// {line}\n")).collect()
}

/// Rust's usual width of a line, by which the table is set.
const WIDTH: usize = 140;

/// What is between cause and remedy, on as few lines as possible.
fn head(error: &ErrorInfo, default: &str) -> String {
    let mut code = error.code.to_string();
    code.extend(error.subcode.map(|subcode| format!(" / {subcode}")));
    code.extend(error.code_end.map(|end| format!("..={end}")));
    let mut parts = vec![format!("{} = {code}", error_static(&error.name))];
    parts.extend(error.title.as_ref().map(|title| format!("{title:?}")));
    parts.extend([error.category.clone(), upper_camel(&error.retry)]);
    parts.extend(error.backoff_base.map(|base| format!("backoff_base: {base}")));
    parts.extend(error.executed.map(|executed| format!("executed: {executed}")));
    parts.extend(error.case_of.as_ref().map(|_| "case: true".to_owned()));
    parts.extend((error.page != default).then(|| format!("page: {:?}", error.page)));
    let mut lines = vec![format!("        #[error({}", parts.remove(0))];
    let rest = parts.iter().map(|part| part.chars().count() + 2).sum::<usize>();
    let fits = |line: &str, more: usize| line.chars().count() + more + 3 <= WIDTH;
    let one = lines.iter().all(|line| fits(line, rest));
    for part in parts {
        match lines.last_mut() {
            // A page that does not fit next to everything else gets its own line, where it is easy to find.
            Some(line) if one || (fits(line, part.chars().count()) && !part.starts_with("page:")) => line.push_str(&format!(", {part}")),
            Some(line) => {
                line.push(',');
                lines.push(format!("            {part}"));
            }
            None => {}
        }
    }
    format!("{})]\n", lines.join("\n"))
}
