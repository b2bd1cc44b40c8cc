//! What the modules of a crate import from one another, read from its source.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, ImplItem, Item, Macro, Meta, UseTree, Visibility,
    spanned::Spanned as _,
    visit::{self, Visit},
};

/// One module names something of another.
#[derive(Debug, Clone)]
pub struct Import {
    /// The module that names it, as the path from the crate's root.
    pub from: Vec<String>,
    /// The path that it names, from the crate's root.
    pub to: Vec<String>,
    pub file: String,
    pub line: usize,
}

/// The modules of a crate and what they import.
#[derive(Debug, Default)]
pub struct Crate {
    pub modules: BTreeSet<Vec<String>>,
    pub imports: Vec<Import>,
    /// Paths that lead nowhere known, each with its place.
    pub unknown: Vec<String>,
}

/// Macros whose tokens are text for another crate.
const QUOTES: [&str; 5] = ["macro_rules", "quote", "quote_spanned", "parse_quote", "parse_quote_spanned"];

impl Crate {
    /// Reads the crate whose root is `lib`, such as `src/lib.rs`. Modules for tests alone are left out.
    pub fn read(lib: &str, text_of: &dyn Fn(&str) -> Option<String>) -> Self {
        let folder = lib.strip_suffix("lib.rs").unwrap_or_else(|| panic!("{lib} is the root of no library"));
        let mut files = Vec::new();
        load(Vec::new(), lib.into(), folder.into(), text_of, &mut files);
        let modules: BTreeSet<Vec<String>> = files.iter().map(|file| file.module.clone()).collect();
        let root = Root::of(&files);
        let mut this = Self { modules, ..Self::default() };
        for file in files.iter().filter(|file| !file.module.is_empty()) {
            let mut reader = Reader { module: file.module.clone(), found: Vec::new(), macros: &root.macros };
            reader.visit_file(&file.content);
            for (path, line) in reader.found {
                this.add(&root, file, path, line);
            }
        }
        this
    }

    /// Follows a path through the names that the crate's root gives to what is in its modules.
    fn add(&mut self, root: &Root, file: &File, mut to: Vec<String>, line: usize) {
        let first = to.first().cloned().unwrap_or_default();
        if !self.modules.contains(&vec![first.clone()]) {
            match root.names.get(&first).or_else(|| root.macros.get(&first)) {
                Some(Some(target)) => to.splice(..1, target.iter().cloned()).for_each(drop),
                // Another crate's.
                Some(None) => return,
                None => {
                    self.unknown.push(format!("{}:{line}: crate::{}", file.name, to.join("::")));
                    return;
                }
            }
        }
        self.imports.push(Import { from: file.module.clone(), to, file: file.name.clone(), line });
    }
}

struct File {
    module: Vec<String>,
    name: String,
    content: syn::File,
}

/// Reads a file and those of its modules.
fn load(module: Vec<String>, name: String, folder: String, text_of: &dyn Fn(&str) -> Option<String>, files: &mut Vec<File>) {
    let text = text_of(&name).unwrap_or_else(|| panic!("{name} cannot be read"));
    let content = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    for item in &content.items {
        let Item::Mod(item) = item else { continue };
        if item.content.is_some() || for_tests(&item.attrs) {
            continue;
        }
        let child = item.ident.to_string();
        let path = [module.as_slice(), std::slice::from_ref(&child)].concat();
        let (flat, below) = (format!("{folder}{child}.rs"), format!("{folder}{child}/"));
        let name = if text_of(&flat).is_some() { flat } else { format!("{below}mod.rs") };
        load(path, name, below, text_of, files);
    }
    files.push(File { module, name, content });
}

/// Names in the crate's root, and macros, which are in the root wherever they are written; `None` for what is another crate's.
#[derive(Default)]
struct Root {
    names: BTreeMap<String, Option<Vec<String>>>,
    macros: BTreeMap<String, Option<Vec<String>>>,
}

impl Root {
    fn of(files: &[File]) -> Self {
        let mut root = Self::default();
        for file in files {
            for item in &file.content.items {
                match item {
                    Item::Use(item) if file.module.is_empty() => {
                        for (mut path, name, _) in flat(&item.tree) {
                            if path.first().is_some_and(|first| first == "crate") {
                                path.remove(0);
                            }
                            let ours = path.first().is_some_and(|first| files.iter().any(|file| file.module == [first.clone()]));
                            root.names.insert(name, ours.then_some(path));
                        }
                    }
                    Item::Macro(item) if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) => {
                        let name = item.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                        root.macros.insert(name.clone(), Some([file.module.as_slice(), &[name]].concat()));
                    }
                    _ => {}
                }
            }
        }
        root
    }
}

/// Finds paths that begin with `crate`, `self` or `super`. The rest is another crate's, or has been imported by one of these.
struct Reader<'r> {
    module: Vec<String>,
    found: Vec<(Vec<String>, usize)>,
    macros: &'r BTreeMap<String, Option<Vec<String>>>,
}

impl Reader<'_> {
    fn found(&mut self, segments: &[String], line: usize) {
        let mut at = self.module.clone();
        let mut rest = segments;
        match rest.first().map(String::as_str) {
            Some("crate") => (at, rest) = (Vec::new(), &rest[1..]),
            Some("self") => rest = &rest[1..],
            Some("super") => {}
            _ => return,
        }
        while let Some("super") = rest.first().map(String::as_str) {
            at.pop();
            rest = &rest[1..];
        }
        at.extend_from_slice(rest);
        self.found.push((at, line));
    }

    /// Paths in the tokens of a macro's call; `$crate` is a path of whoever calls.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(name) if QUOTES.iter().any(|quote| name == quote) && is_call(&tokens[at + 1..]) => at += 2,
                TokenTree::Ident(first) if first == "crate" || first == "super" => {
                    let dollar = at > 0 && matches!(&tokens[at - 1], TokenTree::Punct(punct) if punct.as_char() == '$');
                    let mut segments = vec![first.to_string()];
                    while let [TokenTree::Punct(one), TokenTree::Punct(two), TokenTree::Ident(next), ..] = &tokens[at + 1..] {
                        if one.as_char() != ':' || two.as_char() != ':' {
                            break;
                        }
                        segments.push(next.to_string());
                        at += 3;
                    }
                    if !dollar && segments.len() > 1 {
                        self.found(&segments, first.span().start().line);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Const(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Macro(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Trait(item) => &item.attrs,
            Item::Type(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &[],
        };
        if !for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            _ => &[],
        };
        if !for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_some() {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for (path, _, line) in flat(&item.tree) {
            self.found(&path, line);
        }
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.found(&segments, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if call.path.segments.len() == 1 && self.macros.contains_key(&name) {
            self.found(&["crate".into(), name.clone()], call.path.span().start().line);
        }
        if !QUOTES.contains(&name.as_str()) {
            self.tokens(call.tokens.clone());
        }
        visit::visit_macro(self, call);
    }
}

/// Whether a macro's name comes before these tokens.
fn is_call(after: &[TokenTree]) -> bool {
    matches!(after, [TokenTree::Punct(punct), TokenTree::Group(_), ..] if punct.as_char() == '!')
}

/// Each path of a `use`, the name that it gets here, and its line.
fn flat(tree: &UseTree) -> Vec<(Vec<String>, String, usize)> {
    let line = tree.span().start().line;
    match tree {
        UseTree::Path(path) => {
            let first = path.ident.to_string();
            let paths = flat(&path.tree).into_iter();
            paths
                .map(|(mut rest, name, line)| {
                    // `a::{self}` is `a`.
                    let (rest, name) = if rest == ["self"] { (Vec::new(), first.clone()) } else { (std::mem::take(&mut rest), name) };
                    ([vec![first.clone()], rest].concat(), name, line)
                })
                .collect()
        }
        UseTree::Name(name) => vec![(vec![name.ident.to_string()], name.ident.to_string(), line)],
        UseTree::Rename(rename) => vec![(vec![rename.ident.to_string()], rename.rename.to_string(), line)],
        UseTree::Glob(_) => vec![(vec!["*".into()], "*".into(), line)],
        UseTree::Group(group) => group.items.iter().flat_map(flat).collect(),
    }
}

/// Whether the attributes hold `#[cfg(test)]`.
fn for_tests(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg") && list.tokens.to_string() == "test"))
}
