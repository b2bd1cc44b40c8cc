//! The list of what is public, a line an item.

use syn::{Fields, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, ItemTrait, TraitItem, Type, Visibility, visit_mut::VisitMut as _};

use super::{
    paths::{Paths, Target, name_of, subject},
    signature::{self, Qualify},
    source::{Crate, ModuleId, is_left_out, is_public},
};

/// Derived or handwritten makes no difference to users.
const DERIVABLE: [&str; 9] = ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// Every public item, sorted by the path of what it belongs to.
pub(super) fn lines(krate: &Crate) -> Vec<String> {
    let paths = Paths::of(krate);
    let mut listing = Listing { krate, paths: &paths, lines: Vec::new() };
    for (path, line) in paths.lines() {
        listing.add(&path, line);
    }
    for (module, content) in krate.modules.iter().enumerate() {
        for item in &content.items {
            listing.item(module, item);
        }
    }
    listing.lines.sort();
    listing.lines.dedup();
    listing.lines.into_iter().map(|(_, _, line)| line).collect()
}

struct Listing<'c> {
    krate: &'c Crate,
    paths: &'c Paths<'c>,
    /// Each with the path of what it belongs to and its rank there.
    lines: Vec<(String, u8, String)>,
}

impl Listing<'_> {
    fn add(&mut self, path: &str, line: String) {
        self.lines.push((path.into(), rank(&line), line));
    }

    fn item(&mut self, module: ModuleId, item: &Item) {
        match item {
            Item::Impl(item) => return self.implementation(module, item.clone()),
            Item::Macro(item) => return self.call(module, item),
            _ => {}
        }
        let Some(path) = name_of(item).and_then(|name| self.public(module, &name)) else { return };
        let mut item = item.clone();
        let generics = match &item {
            Item::Enum(item) => item.generics.clone(),
            Item::Struct(item) => item.generics.clone(),
            Item::Trait(item) => item.generics.clone(),
            Item::Type(item) => item.generics.clone(),
            _ => syn::Generics::default(),
        };
        let (derived, open) = (derives(&item), is_non_exhaustive(&item));
        if let Item::Trait(item) = &mut item {
            item.items.retain(|item| !is_hidden(item));
        }
        let mut qualify = Qualify::new(self.paths, module, &generics);
        match &mut item {
            Item::Struct(item) => item.fields.iter_mut().for_each(|field| field.attrs.clear()),
            Item::Enum(item) => item.variants.iter_mut().for_each(|variant| variant.attrs.clear()),
            _ => {}
        }
        qualify.visit_item_mut(&mut item);
        for name in derived {
            self.add(&path, format!("impl {name} for {path}"));
        }
        match item {
            Item::Const(item) => self.add(&path, format!("const {path}: {}", signature::ty(&item.ty))),
            Item::Static(item) => self.add(&path, format!("static {path}: {}", signature::ty(&item.ty))),
            Item::Fn(item) => self.add(&path, signature::function(&path, item.sig, None)),
            Item::Type(item) => self.declared(&path, "type", Item::Type(item), ""),
            Item::Struct(item) => self.structure(&path, item, open),
            Item::Enum(item) => self.enumeration(&path, item, open),
            Item::Trait(item) => self.contract(&path, item),
            _ => {}
        }
    }

    /// The line that declares an item, with its path in place of its name.
    fn declared(&mut self, path: &str, keyword: &str, mut item: Item, tail: &str) {
        let Some(name) = name_of(&item) else { return };
        match &mut item {
            Item::Struct(item) => item.vis = Visibility::Inherited,
            Item::Enum(item) => item.vis = Visibility::Inherited,
            Item::Trait(item) => item.vis = Visibility::Inherited,
            Item::Type(item) => item.vis = Visibility::Inherited,
            _ => {}
        }
        let line = signature::line(item).replacen(&format!("{keyword} {name}"), &format!("{keyword} {path}"), 1);
        self.add(path, format!("{line}{tail}"));
    }

    fn structure(&mut self, path: &str, mut item: ItemStruct, open: bool) {
        let closed = !open && item.fields.iter().all(|field| is_public(&field.vis));
        for (index, field) in item.fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis)) {
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            self.add(path, format!("field {path}::{name}: {}", signature::ty(&field.ty)));
        }
        item.fields = Fields::Unit;
        item.semi_token = Some(<syn::Token![;]>::default());
        self.declared(path, "struct", Item::Struct(item), if closed { "" } else { " { .. }" });
    }

    fn enumeration(&mut self, path: &str, mut item: ItemEnum, open: bool) {
        for variant in &item.variants {
            let types = |fields: &Fields| fields.iter().map(|field| signature::ty(&field.ty)).collect::<Vec<_>>();
            let payload = match &variant.fields {
                Fields::Unit => String::new(),
                Fields::Unnamed(_) => format!("({})", types(&variant.fields).join(", ")),
                Fields::Named(fields) => {
                    let named =
                        fields.named.iter().filter_map(|field| Some(format!("{}: {}", field.ident.as_ref()?, signature::ty(&field.ty))));
                    format!(" {{ {} }}", named.collect::<Vec<_>>().join(", "))
                }
            };
            self.add(path, format!("variant {path}::{}{payload}", variant.ident));
        }
        item.variants.clear();
        self.declared(path, "enum", Item::Enum(item), if open { " { .. }" } else { "" });
    }

    fn contract(&mut self, path: &str, mut item: ItemTrait) {
        for member in std::mem::take(&mut item.items) {
            let (given, line) = match member {
                TraitItem::Fn(member) => {
                    (member.default.is_some(), signature::function(&format!("{path}::{}", member.sig.ident), member.sig, None))
                }
                TraitItem::Const(member) => {
                    (member.default.is_some(), format!("const {path}::{}: {}", member.ident, signature::ty(&member.ty)))
                }
                TraitItem::Type(member) => {
                    let (name, bounds) = (&member.ident, &member.bounds);
                    let bounded: syn::ItemTrait = syn::parse_quote!(trait #name: #bounds {});
                    let text = signature::line(Item::Trait(bounded)).replacen(&format!("trait {name}"), &format!("type {path}::{name}"), 1);
                    (member.default.is_some(), text)
                }
                _ => continue,
            };
            self.add(path, format!("{} {line}", if given { "provided" } else { "required" }));
        }
        self.declared(path, "trait", Item::Trait(item), "");
    }

    /// The public path of an item.
    fn public(&self, module: ModuleId, name: &str) -> Option<String> {
        self.paths.canonical(&Target::Item(module, name.into())).map(Into::into)
    }

    fn implementation(&mut self, module: ModuleId, mut item: ItemImpl) {
        let qualify = Qualify::new(self.paths, module, &item.generics);
        let of = qualify.root(&item.self_ty);
        let implemented = item.trait_.as_ref().map(|(path, _)| qualify.target(path).map(|(target, _)| target));
        if !self.is_reachable(of.as_ref(), implemented.as_ref()) {
            return;
        }
        item.items.retain(|item| !is_hidden_in_impl(item));
        let mut qualify = qualify;
        qualify.visit_item_impl_mut(&mut item);
        let path = match &of {
            Some(target @ (Target::Item(..) | Target::Module(_))) => self.paths.shown(target),
            // An implementation for a type of another crate is listed with the trait.
            _ => implemented.flatten().map(|target| self.paths.shown(&target)).unwrap_or_default(),
        };
        if item.trait_.is_some() {
            self.trait_impl(&path, item);
        } else {
            self.inherent(&path, item);
        }
    }

    /// Whether users can see an implementation: the type is public, or another crate's and the trait is public; the trait is not private.
    fn is_reachable(&self, of: Option<&Target>, implemented: Option<&Option<Target>>) -> bool {
        let here = |target: &Target| !matches!(target, Target::External(_));
        let public = |target: &Target| self.paths.canonical(target).is_some();
        let trait_here = implemented.and_then(Option::as_ref).filter(|target| here(target));
        match of.filter(|target| here(target)) {
            Some(of) => public(of) && trait_here.is_none_or(public),
            None => trait_here.is_some_and(public),
        }
    }

    fn trait_impl(&mut self, path: &str, mut item: ItemImpl) {
        let mut types = Vec::new();
        for member in &item.items {
            if let ImplItem::Type(member) = member {
                types.push(format!("type {} = {};", member.ident, signature::ty(&member.ty)));
            }
        }
        if let Some((implemented, _)) = &mut item.trait_
            && implemented.segments.first().is_some_and(|first| first.ident == "std")
            && let Some(last) = implemented.segments.last().filter(|last| DERIVABLE.iter().any(|name| last.ident == name)).cloned()
        {
            *implemented = last.into();
        }
        let head = signature::head(item);
        let types = if types.is_empty() { String::new() } else { format!(" {{ {} }}", types.join(" ")) };
        self.add(path, format!("{head}{types}"));
    }

    fn inherent(&mut self, path: &str, item: ItemImpl) {
        let of = signature::ty(&item.self_ty);
        for member in item.items {
            match member {
                ImplItem::Fn(member) if is_public(&member.vis) => {
                    let line = signature::function(&format!("{of}::{}", member.sig.ident), member.sig, Some(&item.generics));
                    self.add(path, line);
                }
                ImplItem::Const(member) if is_public(&member.vis) => {
                    self.add(path, format!("const {of}::{}: {}", member.ident, signature::ty(&member.ty)));
                }
                _ => {}
            }
        }
    }

    /// A call of one of the runtime's macros, or a macro that is exported.
    fn call(&mut self, module: ModuleId, item: &syn::ItemMacro) {
        if let Some(name) = &item.ident {
            if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
                let path = format!("{}::{name}", self.krate.name);
                self.add(&path, format!("macro {path}!"));
            }
            return;
        }
        let Some(kind) = item.mac.path.segments.last().map(|last| last.ident.to_string()) else { return };
        let Some(name) = subject(&item.mac) else { return };
        let of: Type = match syn::parse_str(&name) {
            Ok(of) => of,
            Err(_) => return,
        };
        let target = Qualify::new(self.paths, module, &syn::Generics::default()).root(&of);
        if let Some(path) = target.as_ref().and_then(|target| self.paths.canonical(target)).map(ToOwned::to_owned) {
            self.add(&path, format!("{kind} {path}"));
        }
    }
}

/// What an item is comes before what it contains, what it can do, and what it implements.
fn rank(line: &str) -> u8 {
    match line.split([' ', '<']).next() {
        Some("struct" | "enum" | "trait" | "type" | "mod" | "use" | "macro" | "static") => 0,
        Some("field" | "variant" | "required" | "provided") => 1,
        Some("impl") => 3,
        _ => 2,
    }
}

fn is_non_exhaustive(item: &Item) -> bool {
    let attributes = match item {
        Item::Enum(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

/// The traits that an item derives.
fn derives(item: &Item) -> Vec<String> {
    let attributes = match item {
        Item::Enum(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => return Vec::new(),
    };
    let mut names = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // What is not a list of paths is not a derive that compiles.
        let _ = attribute.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|last| last.ident.to_string()));
            Ok(())
        });
    }
    names
}

fn is_hidden(item: &TraitItem) -> bool {
    match item {
        TraitItem::Const(item) => is_left_out(&item.attrs),
        TraitItem::Fn(item) => is_left_out(&item.attrs),
        TraitItem::Type(item) => is_left_out(&item.attrs),
        _ => false,
    }
}

fn is_hidden_in_impl(item: &ImplItem) -> bool {
    match item {
        ImplItem::Const(item) => is_left_out(&item.attrs),
        ImplItem::Fn(item) => is_left_out(&item.attrs),
        ImplItem::Type(item) => is_left_out(&item.attrs),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails should panic")]
mod tests {
    use std::fs;

    use super::{Crate, lines};

    fn listed(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        lines(&Crate::read("c", &folder.path().join("lib.rs")).unwrap())
    }

    #[test]
    fn items_are_listed_under_the_path_that_users_know() {
        let lib = "mod deep; pub mod open; pub use deep::*; pub use open::Shown as Other; pub use elsewhere::Thing; mod secret { pub struct Unseen; }";
        let deep = "mod inner; pub use self::inner::Found;";
        let inner = "pub struct Found { pub a: Option<super::super::open::Shown>, b: u8 } struct Private;";
        let open = "#[derive(Clone)] #[non_exhaustive] pub enum Shown { A, B(u8) }";
        assert_eq!(
            listed(&[("lib.rs", lib), ("deep.rs", deep), ("deep/inner.rs", inner), ("open/mod.rs", open)]),
            [
                "struct c::Found { .. }",
                "field c::Found::a: Option<c::Other>",
                "enum c::Other { .. }",
                "variant c::Other::A",
                "variant c::Other::B(u8)",
                "impl Clone for c::Other",
                "use c::Thing = elsewhere::Thing",
                "mod c::open",
                "use c::open::Shown = c::Other",
            ]
        );
    }

    #[test]
    fn what_users_cannot_reach_is_left_out() {
        let lib = "
            #[doc(hidden)] pub mod hidden { pub struct H; }
            #[cfg(test)] mod tests { pub fn t() {} }
            pub(crate) fn internal() {}
            pub struct S(u8);
            impl S { pub(crate) fn a(&self) {} #[doc(hidden)] pub fn b(&self) {} pub fn c(mut self, mut n: u8) -> Self { self } }
            trait Sealed {}
            impl Sealed for S {}
            struct P;
            impl Clone for P { fn clone(&self) -> Self { P } }
        ";
        assert_eq!(listed(&[("lib.rs", lib)]), ["struct c::S { .. }", "fn c::S::c(self, n: u8) -> Self"]);
    }

    #[test]
    fn neither_layout_nor_imports_make_a_difference() {
        let one = "use std::fmt; pub struct S<T>(pub T); impl<T: Send> S<T> { pub fn f(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
            impl<T> fmt::Debug for S<T> { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }";
        let two = "use std::fmt::{Debug, Formatter}; pub struct S<T>(pub T); impl<T> S<T> where T: Send { pub fn f(&self, f: &mut Formatter<'_>,)
            -> core::fmt::Result { Ok(()) } } impl<T> Debug for S<T> { fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result { Ok(()) } }";
        let listed_one = listed(&[("lib.rs", one)]);
        assert_eq!(listed_one, listed(&[("lib.rs", two)]));
        assert_eq!(
            listed_one,
            [
                "struct c::S<T>",
                "field c::S::0: T",
                "fn c::S<T>::f(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result where T: Send",
                "impl<T> Debug for c::S<T>",
            ]
        );
    }

    #[test]
    fn traits_say_what_an_implementation_must_have() {
        let lib = "pub trait T: Sized { const C: u8; type O: Clone; fn must(&self); fn may(&self) {} } pub struct S;
            impl T for S { const C: u8 = 1; type O = S; fn must(&self) {} } impl<X: Copy> T for Vec<X> { const C: u8 = 1; type O = S; fn must(&self) {} }";
        assert_eq!(
            listed(&[("lib.rs", lib)]),
            [
                "struct c::S",
                "impl c::T for c::S { type O = c::S; }",
                "trait c::T: Sized",
                "provided fn c::T::may(&self)",
                "required const c::T::C: u8",
                "required fn c::T::must(&self)",
                "required type c::T::O: Clone",
                "impl<X: Copy> c::T for Vec<X> { type O = c::S; }",
            ]
        );
    }

    #[test]
    fn calls_of_the_macros_of_the_runtime_are_listed() {
        let lib =
            "mod wire; runtime::id!(#[doc = \"A number.\"] NumberId); pub struct Number; pub enum Rank { High } pub use self::wire::*;
            #[macro_export] macro_rules! mine { () => {} }";
        let wire = "use crate::{Number, Rank}; runtime::record!(Number); runtime::open_enum!(Rank { High = \"HIGH\" });";
        assert_eq!(
            listed(&[("lib.rs", lib), ("wire.rs", wire)]),
            [
                "struct c::Number",
                "record c::Number",
                "id c::NumberId",
                "enum c::Rank",
                "variant c::Rank::High",
                "open_enum c::Rank",
                "macro c::mine!",
            ]
        );
    }
}
