//! Names: what a path in the source means, and by which paths users reach it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenTree;
use syn::{Item, UseTree};

use super::source::{Crate, ModuleId, is_public};

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A module of the crate.
    Module(ModuleId),
    /// The item of that name in a module of the crate.
    Item(ModuleId, String),
    /// Something of another crate, by its path.
    External(Vec<String>),
}

/// A name that a `use` brings into a module.
struct Import {
    /// `None` for a glob.
    name: Option<String>,
    path: Vec<String>,
    public: bool,
}

/// The names of a crate.
pub(super) struct Paths<'c> {
    krate: &'c Crate,
    imports: Vec<Vec<Import>>,
    /// Public paths of items and modules of the crate.
    public: BTreeMap<Target, BTreeSet<String>>,
    /// Public paths of what other crates own.
    external: BTreeSet<(String, String)>,
}

/// Far deeper than any chain of re-exports; only a cycle gets there.
const MAX_DEPTH: usize = 32;

impl<'c> Paths<'c> {
    pub(super) fn of(krate: &'c Crate) -> Self {
        let imports = krate.modules.iter().map(|module| module.items.iter().flat_map(imports).collect()).collect();
        let mut paths = Self { krate, imports, public: BTreeMap::new(), external: BTreeSet::new() };
        paths.visit(0, &krate.name);
        paths
    }

    /// The path that users know the item by: the shortest.
    pub(super) fn canonical(&self, target: &Target) -> Option<&str> {
        self.public.get(target)?.iter().map(String::as_str).min_by_key(|path| (path.matches("::").count(), *path))
    }

    /// The path of the item, for users or, if they cannot reach it, in the source.
    pub(super) fn shown(&self, target: &Target) -> String {
        match target {
            Target::External(path) => external(path),
            Target::Module(module) => self.canonical(target).map_or_else(|| self.krate.source_path(*module), Into::into),
            Target::Item(module, name) => {
                self.canonical(target).map_or_else(|| format!("{}::{name}", self.krate.source_path(*module)), Into::into)
            }
        }
    }

    /// Public modules, other public paths of what has more than one, and public paths of what other crates own.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for (target, paths) in &self.public {
            let shown = self.shown(target);
            if matches!(target, Target::Module(module) if *module != 0) {
                lines.push((shown.clone(), format!("mod {shown}")));
            }
            for path in paths.iter().filter(|path| **path != shown) {
                lines.push((path.clone(), format!("use {path} = {shown}")));
            }
        }
        lines.extend(self.external.iter().map(|(path, meant)| (path.clone(), format!("use {path} = {meant}"))));
        lines
    }

    /// What a path in a module means; the second value is how many segments it took.
    pub(super) fn resolve(&self, module: ModuleId, path: &[String]) -> Option<(Target, usize)> {
        self.resolve_within(module, path, 0)
    }

    fn resolve_within(&self, module: ModuleId, path: &[String], depth: usize) -> Option<(Target, usize)> {
        let first = path.first()?;
        let mut taken = 1;
        let mut target = match first.as_str() {
            "crate" => Target::Module(0),
            "self" => Target::Module(module),
            "super" => Target::Module(self.krate.modules[module].parent),
            "core" | "alloc" | "std" => Target::External(vec!["std".into()]),
            name => self.lookup(module, name, path.len() > 1, depth)?,
        };
        while let Some(next) = path.get(taken) {
            target = match target {
                Target::Item(..) => return Some((target, taken)),
                Target::Module(module) if next == "super" => Target::Module(self.krate.modules[module].parent),
                Target::Module(module) => self.lookup(module, next, path.len() > taken + 1, depth)?,
                Target::External(mut path) => {
                    // What follows a type is its own: `Formatter::alternate`.
                    if path.last().is_some_and(|last| last.starts_with(char::is_uppercase)) {
                        return Some((Target::External(path), taken));
                    }
                    path.push(next.clone());
                    Target::External(path)
                }
            };
            taken += 1;
        }
        Some((target, taken))
    }

    /// What a name means in a module. `leads_on`: more of a path follows, so a module is meant where there is one.
    fn lookup(&self, module: ModuleId, name: &str, leads_on: bool, depth: usize) -> Option<Target> {
        if depth > MAX_DEPTH {
            return None;
        }
        let child = self.krate.child(module, name).map(Target::Module);
        if leads_on && child.is_some() {
            return child;
        }
        if self.krate.modules[module].items.iter().any(|item| name_of(item).is_some_and(|own| own == name)) {
            return Some(Target::Item(module, name.into()));
        }
        let imports = || self.imports[module].iter();
        let named =
            imports().filter(|import| import.name.as_deref() == Some(name)).find_map(|import| self.imported(module, &import.path, depth));
        child.or(named).or_else(|| {
            imports().filter(|import| import.name.is_none()).find_map(|import| match self.imported(module, &import.path, depth) {
                Some(Target::Module(from)) if from != module => self.lookup(from, name, leads_on, depth + 1),
                _ => None,
            })
        })
    }

    /// What a `use` leads to. A path whose first name is nothing here is another crate's.
    fn imported(&self, module: ModuleId, path: &[String], depth: usize) -> Option<Target> {
        let known = match path {
            // `use serde_json::Value` in a module that imports a `serde_json` would ask for itself.
            [first, ..] if self.is_here(module, first) => self.resolve_within(module, path, depth + 1)?.0,
            _ => Target::External(path.to_vec()),
        };
        Some(known)
    }

    fn is_here(&self, module: ModuleId, name: &str) -> bool {
        matches!(name, "crate" | "self" | "super" | "core" | "alloc")
            || self.krate.child(module, name).is_some()
            || self.krate.modules[module].items.iter().any(|item| name_of(item).is_some_and(|own| own == name))
            || self.imports[module]
                .iter()
                .any(|import| import.name.as_deref() == Some(name) && import.path.first().is_some_and(|first| first != name))
    }

    /// Notes what users reach through a module that they know by `path`.
    fn visit(&mut self, module: ModuleId, path: &str) {
        if path.matches("::").count() > MAX_DEPTH || !self.public.entry(Target::Module(module)).or_default().insert(path.into()) {
            return;
        }
        self.visit_content(module, path, 0);
    }

    fn visit_content(&mut self, module: ModuleId, path: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let krate = self.krate;
        for item in &krate.modules[module].items {
            if let (Some(name), true) = (name_of(item), is_public_item(item)) {
                let path = format!("{path}::{name}");
                self.public.entry(Target::Item(module, name)).or_default().insert(path);
            }
        }
        for &child in &krate.modules[module].children {
            if krate.modules[child].public {
                self.visit(child, &format!("{path}::{}", krate.modules[child].name));
            }
        }
        let exports: Vec<_> =
            self.imports[module].iter().filter(|import| import.public).map(|import| (import.name.clone(), import.path.clone())).collect();
        for (name, from) in exports {
            match (name, self.imported(module, &from, 0)) {
                (None, Some(Target::Module(from))) => self.visit_content(from, path, depth + 1),
                (None, Some(Target::External(from))) => {
                    self.external.insert((format!("{path}::*"), format!("{}::*", from.join("::"))));
                }
                (Some(name), Some(Target::Module(from))) => self.visit(from, &format!("{path}::{name}")),
                (Some(name), Some(Target::External(from))) => {
                    self.external.insert((format!("{path}::{name}"), from.join("::")));
                }
                (Some(name), Some(item)) => {
                    self.public.entry(item).or_default().insert(format!("{path}::{name}"));
                }
                _ => {}
            }
        }
    }
}

/// The path of another crate's item, the same whichever of its two homes in serde an import took it from.
fn external(path: &[String]) -> String {
    match path {
        [serde, home, name]
            if serde == "serde_core"
                && matches!(
                    (home.as_str(), name.as_str()),
                    ("de", "Deserialize" | "Deserializer") | ("ser", "Serialize" | "Serializer")
                ) =>
        {
            format!("{serde}::{name}")
        }
        path => path.join("::"),
    }
}

/// The name that an item declares in its module.
pub(super) fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        Item::Macro(item) if item.mac.path.segments.last().is_some_and(|last| last.ident == "id") => subject(&item.mac)?,
        _ => return None,
    })
}

/// The type that a call of one of the runtime's macros is about: its first name that belongs to no attribute.
pub(super) fn subject(call: &syn::Macro) -> Option<String> {
    call.tokens.clone().into_iter().find_map(|token| if let TokenTree::Ident(name) = token { Some(name.to_string()) } else { None })
}

fn is_public_item(item: &Item) -> bool {
    match item {
        Item::Const(item) => is_public(&item.vis),
        Item::Enum(item) => is_public(&item.vis),
        Item::Fn(item) => is_public(&item.vis),
        Item::Static(item) => is_public(&item.vis),
        Item::Struct(item) => is_public(&item.vis),
        Item::Trait(item) => is_public(&item.vis),
        Item::Type(item) => is_public(&item.vis),
        Item::Union(item) => is_public(&item.vis),
        Item::Macro(_) => true,
        _ => false,
    }
}

fn imports(item: &Item) -> Vec<Import> {
    let mut found = Vec::new();
    if let Item::Use(item) = item {
        spread(&item.tree, &mut Vec::new(), is_public(&item.vis), &mut found);
    }
    found
}

fn spread(tree: &UseTree, path: &mut Vec<String>, public: bool, found: &mut Vec<Import>) {
    let mut add = |name: Option<String>, last: Option<&syn::Ident>| {
        let mut path = path.clone();
        path.extend(last.filter(|last| **last != "self").map(ToString::to_string));
        let name = name.map(|name| if name == "self" { path.last().cloned().unwrap_or(name) } else { name });
        found.push(Import { name, path, public });
    };
    match tree {
        UseTree::Name(leaf) => add(Some(leaf.ident.to_string()), Some(&leaf.ident)),
        UseTree::Rename(leaf) => add(Some(leaf.rename.to_string()), Some(&leaf.ident)),
        UseTree::Glob(_) => add(None, None),
        UseTree::Path(branch) => {
            path.push(branch.ident.to_string());
            spread(&branch.tree, path, public, found);
            path.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                spread(tree, path, public, found);
            }
        }
    }
}
