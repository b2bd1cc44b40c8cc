//! The source of a crate: its modules and their items.

use std::{
    fs,
    path::{Path, PathBuf},
};

use syn::{Attribute, Item, ItemEnum, Meta, Visibility};

/// A module, by its index in [`Crate::modules`]; 0 is the root.
pub(super) type ModuleId = usize;

/// A parsed crate.
pub(super) struct Crate {
    /// As Rust code names it.
    pub(super) name: String,
    /// Every module, each after the one that contains it.
    pub(super) modules: Vec<Module>,
}

/// A module with the items that users may meet: no tests, nothing hidden from the documentation.
pub(super) struct Module {
    pub(super) name: String,
    pub(super) public: bool,
    pub(super) parent: ModuleId,
    pub(super) items: Vec<Item>,
    pub(super) children: Vec<ModuleId>,
}

impl Crate {
    /// Reads `lib.rs` and every file that a `mod` leads to.
    pub(super) fn read(name: &str, lib: &Path) -> Result<Self, String> {
        let mut krate = Self { name: name.into(), modules: Vec::new() };
        let items = parse(lib)?;
        let folder = lib.parent().map(Path::to_path_buf).unwrap_or_default();
        krate.module(name, true, 0, items, &folder)?;
        Ok(krate)
    }

    fn module(&mut self, name: &str, public: bool, parent: ModuleId, items: Vec<Item>, folder: &Path) -> Result<ModuleId, String> {
        let id = self.modules.len();
        self.modules.push(Module { name: name.into(), public, parent, items: Vec::new(), children: Vec::new() });
        for item in items {
            if attributes(&item).is_some_and(is_left_out) {
                continue;
            }
            let Item::Mod(module) = item else {
                self.modules[id].items.push(item);
                continue;
            };
            let name = module.ident.to_string();
            let (items, below) = match module.content {
                Some((_, items)) => (items, folder.join(&name)),
                None => file(folder, &name)?,
            };
            let child = self.module(&name, is_public(&module.vis), id, items, &below)?;
            self.modules[id].children.push(child);
        }
        Ok(id)
    }

    /// The child module of that name.
    pub(super) fn child(&self, module: ModuleId, name: &str) -> Option<ModuleId> {
        self.modules[module].children.iter().copied().find(|&child| self.modules[child].name == name)
    }

    /// `crate_name::module::name`, as the source has it.
    pub(super) fn source_path(&self, module: ModuleId) -> String {
        let this = &self.modules[module];
        if module == 0 { self.name.clone() } else { format!("{}::{}", self.source_path(this.parent), this.name) }
    }
}

/// The file of `mod name;`, and the folder of the modules below it.
fn file(folder: &Path, name: &str) -> Result<(Vec<Item>, PathBuf), String> {
    let below = folder.join(name);
    let beside = folder.join(format!("{name}.rs"));
    let path = if beside.exists() { beside } else { below.join("mod.rs") };
    Ok((parse(&path)?, below))
}

fn parse(path: &Path) -> Result<Vec<Item>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let file = syn::parse_file(&text).map_err(|error| format!("{} is not Rust: {error}", path.display()))?;
    Ok(file.items.into_iter().map(declared).collect())
}

/// A call of a macro that is given a whole enum declares that enum: `error_kinds! { pub enum ErrorKind { … } }`.
fn declared(item: Item) -> Item {
    let Item::Macro(call) = &item else { return item };
    if call.ident.is_some() {
        return item;
    }
    call.mac.parse_body::<ItemEnum>().map_or(item, Item::Enum)
}

/// Whether the item is a test's or hidden from the documentation.
pub(super) fn is_left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("doc") => list.tokens.to_string() == "hidden",
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        _ => false,
    })
}

/// Whether the item is `pub` without a restriction.
pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn attributes(item: &Item) -> Option<&[Attribute]> {
    Some(match item {
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
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return None,
    })
}
