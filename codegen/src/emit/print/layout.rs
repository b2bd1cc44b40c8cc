//! From token streams to text: item by item, with blank lines where people put them.

use proc_macro2::TokenStream;

use crate::write::MARK;

/// A Rust file before it is text.
#[derive(Default)]
pub struct RustFile {
    /// The lines of the file's own documentation.
    pub docs: Vec<String>,
    /// Inner attributes.
    pub attributes: Vec<String>,
    /// `use` lines and modules, printed without blank lines between them.
    pub head: Vec<TokenStream>,
    /// Verbatim text, before the items.
    pub fixed: String,
    /// Everything else.
    pub items: Vec<TokenStream>,
}

/// Prints a file. An item that is no Rust, which only a defect of the emitter can make, becomes a `compile_error!` that shows it.
pub fn rust(file: &RustFile) -> String {
    let mut text = format!("{MARK}\n");
    for line in &file.docs {
        text.push_str(if line.is_empty() { "//!" } else { "//! " });
        text.push_str(line);
        text.push('\n');
    }
    for attribute in &file.attributes {
        text.push_str(attribute);
        text.push('\n');
    }
    if !file.head.is_empty() {
        text.push('\n');
        text.push_str(&grouped(&print(&file.head.iter().cloned().collect())));
    }
    if !file.fixed.is_empty() {
        text.push('\n');
        text.push_str(file.fixed.trim_end());
        text.push('\n');
    }
    for item in &file.items {
        text.push('\n');
        text.push_str(&spaced(&print(item)));
    }
    text
}

/// Prints a file that was put together as text; its leading comments stay.
pub fn tidy(head: &str, body: &str) -> String {
    let mut file = match syn::parse_file(body) {
        Ok(file) => file,
        Err(error) => return format!("{head}\ncompile_error!(\"not Rust\");\n\n{}", print(&error.to_compile_error())),
    };
    let is_use = |item: &syn::Item| matches!(item, syn::Item::Use(_) | syn::Item::Mod(_));
    let (uses, items): (Vec<_>, Vec<_>) = std::mem::take(&mut file.items).into_iter().partition(is_use);
    let mut text = head.to_owned();
    file.items = uses;
    text.push_str(&grouped(&laid_out(&file)));
    for item in items {
        text.push('\n');
        file.items = vec![item];
        text.push_str(&laid_out(&file));
    }
    text
}

/// Prints statements, without the function that they need around them.
pub fn statements(text: &str) -> String {
    let tokens: Result<TokenStream, _> = format!("async fn example() {{ {text} }}").parse();
    let printed = tokens.map(|tokens| print(&tokens)).unwrap_or_default();
    let lines: Vec<&str> = printed.lines().collect();
    let body = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    body.iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Ends a line within a documentation comment until it is printed: one attribute for all its lines is a third less for the printer to do.
pub const LINE: &str = "\u{1}";

fn print(tokens: &TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => laid_out(&file),
        Err(error) => format!("compile_error!({:?});\n", format!("{error} in {tokens}")),
    }
}

fn laid_out(file: &syn::File) -> String {
    joined(&lined(&prettyplease::unparse(file)))
}

/// How wide a line gets that is put together again, and how wide what it content: the printer breaks earlier than the project's own style does.
const WIDTH: usize = 120;

/// Puts calls, lists and struct literals that the printer broke on one line where they fit, as rustfmt does with the project's settings.
fn joined(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    // Where a bracket opened that nothing has kept from being joined, innermost last.
    let mut open: Vec<usize> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        lines.push(line.to_owned());
        if let Some(&start) = open.last() {
            let begun = lines[start].len() - lines[start].trim_start().len();
            if indent == begun && line.trim_start().starts_with([')', ']', '}']) {
                open.pop();
                if let Some(one) = one_line(&lines[start..]).filter(|one| one.len() <= WIDTH) {
                    lines.truncate(start);
                    lines.push(one);
                }
            } else if indent <= begun || line.trim_start().starts_with("//") || line.ends_with(';') {
                open.clear();
            }
        }
        if opens(lines.last().map_or("", String::as_str)) {
            open.push(lines.len() - 1);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Whether a line ends with a bracket that an expression or a list of parameters opens.
fn opens(line: &str) -> bool {
    let text = line.trim_start();
    let literal = text.strip_suffix(" {").is_some_and(|path| {
        let last = path.rsplit([' ', '(']).next().unwrap_or_default();
        last.starts_with(|c: char| c.is_ascii_uppercase())
            && !["struct ", "enum ", "impl", "pub ", "fn ", "for ", "trait "].iter().any(|word| path.contains(word))
            && !path.contains("->")
    });
    !text.starts_with("//") && (text.ends_with(['(', '[']) || text.ends_with("::{") || literal)
}

/// The lines of a bracket as one; nothing if something in it is broken further.
fn one_line(lines: &[String]) -> Option<String> {
    let [first, inner @ .., last] = lines else { return None };
    let indent = first.len() - first.trim_start().len();
    let plain = |line: &&String| {
        line.len() - line.trim_start().len() == indent + 4
            && !opens(line)
            && !line.trim_start().starts_with(['#', '|', '"'])
            && !is_chained(line)
    };
    if inner.is_empty() || !inner.iter().all(|line| plain(&line)) || is_chained(last) {
        return None;
    }
    let within: Vec<&str> = inner.iter().map(|line| line.trim()).collect();
    let within = within.join(" ");
    let within = within.strip_suffix(',').unwrap_or(&within);
    let pad = if first.ends_with(" {") { " " } else { "" };
    Some(format!("{first}{pad}{within}{pad}{}", last.trim_start()))
}

/// Whether a line continues with a call on what precedes it.
fn is_chained(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with('.') && !text.starts_with("..")
}

/// Puts each line of a documentation comment on a line of its own.
fn lined(text: &str) -> String {
    if !text.contains(LINE) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split_inclusive('\n') {
        let indent = &line[..line.len() - line.trim_start().len()];
        let mut parts = line.split(LINE);
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            out.push('\n');
            out.push_str(indent);
            out.push_str("///");
            out.push_str(part);
        }
    }
    out
}

/// Keeps rustfmt from laying out what is laid out already.
const SKIP: &str = "#[rustfmt::skip]";

/// Sets modules, imports from the standard library, from other crates, from the crate itself, and exports apart from each other.
fn grouped(text: &str) -> String {
    let group = |line: &str| {
        ["mod ", "pub mod ", "use std", "use crate", "use ", "pub use "]
            .iter()
            .position(|start| line.starts_with(start))
            .map(|index| if index < 2 { 0 } else { index })
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    let mut last = None;
    for (index, &line) in lines.iter().enumerate() {
        let own = line.starts_with("///") || (line.starts_with("#[") && !line.starts_with("#[cfg") && line != SKIP);
        // A condition belongs to the line that it is about.
        let this = if line.starts_with("#[cfg") { lines[index..].iter().find_map(|line| group(line)) } else { group(line) }.or(last);
        if (this != last || own) && last.is_some() && !out.ends_with("]\n") && !out.ends_with("\n\n") {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        last = this;
    }
    out
}

/// Puts a blank line between the methods of a block, and between items that were printed together.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let next = lines.peek().copied().unwrap_or_default();
        let ends_block =
            |indent: &str| line.strip_prefix(indent).is_some_and(|rest| rest == "}" || rest == ");") && next.starts_with(indent);
        let ends_method = ends_block("    ") && !next.starts_with("    }") && !next.starts_with("     ");
        let ends_const = line.starts_with("    const ") || line.starts_with("    pub const ") || line.starts_with("    type ");
        let begins_method = ["    fn ", "    pub fn ", "    ///", "    #[", "    type "].iter().any(|start| next.starts_with(start));
        let ends_item = matches!(line, "}" | ");") && !next.is_empty();
        if (ends_method || (ends_const && line.ends_with(';'))) && begins_method || ends_item {
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{RustFile, rust};

    #[test]
    fn items_and_methods_are_set_apart() {
        let file = RustFile {
            docs: vec!["A file.".into()],
            head: vec![
                quote!(
                    use a::b;
                ),
                quote!(
                    use c::d;
                ),
            ],
            items: vec![
                quote! { #[doc = " One."] pub struct One; },
                quote! { impl One { const A: u8 = 1; #[doc = " First."] pub fn first(&self) { if true { go(); } stop(); } pub fn second(&self) {} } },
            ],
            ..RustFile::default()
        };
        let printed = rust(&file);
        assert!(printed.contains("use a::b;\nuse c::d;\n\n/// One.\npub struct One;\n\nimpl One {"), "{printed}");
        assert!(printed.contains("    }\n\n    pub fn second"), "{printed}");
        assert!(printed.contains("const A: u8 = 1;\n\n    /// First."), "{printed}");
    }
}
