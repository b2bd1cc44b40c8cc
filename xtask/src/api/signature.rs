//! Items in one line, with every path as users write it, so that neither layout nor imports make a difference.

use std::collections::BTreeSet;

use syn::{
    FnArg, GenericParam, Generics, Item, ItemImpl, Pat, Path, Type, TypePath, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{
    paths::{Paths, Target},
    source::ModuleId,
};

/// Replaces paths by those that users know.
pub(super) struct Qualify<'p> {
    paths: &'p Paths<'p>,
    module: ModuleId,
    /// Names that mean a generic parameter.
    parameters: BTreeSet<String>,
}

impl<'p> Qualify<'p> {
    pub(super) fn new(paths: &'p Paths<'p>, module: ModuleId, generics: &Generics) -> Self {
        let mut qualify = Self { paths, module, parameters: BTreeSet::from(["Self".into()]) };
        qualify.add(generics);
        qualify
    }

    fn add(&mut self, generics: &Generics) {
        for parameter in &generics.params {
            match parameter {
                GenericParam::Type(parameter) => self.parameters.insert(parameter.ident.to_string()),
                GenericParam::Const(parameter) => self.parameters.insert(parameter.ident.to_string()),
                GenericParam::Lifetime(_) => false,
            };
        }
    }

    /// What the type is at its root.
    pub(super) fn root(&self, ty: &Type) -> Option<Target> {
        match ty {
            Type::Path(ty) if ty.qself.is_none() => self.target(&ty.path).map(|(target, _)| target),
            Type::Reference(ty) => self.root(&ty.elem),
            _ => None,
        }
    }

    /// What a path means, and how many of its segments say so.
    pub(super) fn target(&self, path: &Path) -> Option<(Target, usize)> {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if self.parameters.contains(segments.first()?) {
            return None;
        }
        if path.leading_colon.is_some() && !matches!(segments[0].as_str(), "core" | "alloc" | "std") {
            return None;
        }
        self.paths.resolve(self.module, &segments)
    }

    fn rewrite(&self, path: &mut Path) {
        let Some((target, taken)) = self.target(path) else { return };
        let shown = self.paths.shown(&target);
        let mut segments: Vec<syn::PathSegment> =
            shown.split("::").filter_map(|segment| syn::parse_str::<syn::Ident>(segment).ok()).map(syn::PathSegment::from).collect();
        if let (Some(last), Some(meant)) = (segments.last_mut(), path.segments.get(taken - 1)) {
            last.arguments = meant.arguments.clone();
        }
        segments.extend(path.segments.iter().skip(taken).cloned());
        path.leading_colon = None;
        path.segments = segments.into_iter().collect();
    }
}

impl VisitMut for Qualify<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        self.rewrite(path);
    }

    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        // `<Self as Operation>::META`: the position counts the segments of the trait, which may become more.
        let before = ty.path.segments.len();
        visit_mut::visit_type_path_mut(self, ty);
        let grown = ty.path.segments.len().saturating_sub(before);
        if let Some(qself) = ty.qself.as_mut().filter(|qself| qself.position > 0) {
            qself.position += grown;
        }
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        attributes.clear();
    }

    fn visit_block_mut(&mut self, _: &mut syn::Block) {}

    fn visit_signature_mut(&mut self, signature: &mut syn::Signature) {
        let outside = self.parameters.clone();
        self.add(&signature.generics);
        for input in &mut signature.inputs {
            // Whether a function changes its argument is its own business.
            match input {
                FnArg::Receiver(receiver) => receiver.mutability = None,
                FnArg::Typed(typed) => {
                    if let Pat::Ident(pattern) = typed.pat.as_mut() {
                        pattern.mutability = None;
                    }
                }
            }
        }
        visit_mut::visit_signature_mut(self, signature);
        self.parameters = outside;
    }
}

/// An item in one line, without its body.
pub(super) fn line(item: Item) -> String {
    let mut file: syn::File = parse_quote!();
    file.items.push(item);
    let text = prettyplease::unparse(&file).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = text.replace("( ", "(").replace(", )", ")").replace("< ", "<").replace(", >", ">").replace(", {", " {");
    for body in [" {}", ";"] {
        if let Some(bare) = text.strip_suffix(body) {
            text.truncate(bare.len());
        }
    }
    text.trim_end_matches(',').to_owned()
}

/// A signature in one line, of the function `path`.
pub(super) fn function(path: &str, mut signature: syn::Signature, of: Option<&Generics>) -> String {
    if let Some(generics) = of {
        bounds(generics, signature.generics.make_where_clause());
    }
    if signature.generics.where_clause.as_ref().is_some_and(|clause| clause.predicates.is_empty()) {
        signature.generics.where_clause = None;
    }
    let name = signature.ident.to_string();
    let mut item: syn::ItemFn = parse_quote!(
        fn f() {}
    );
    item.sig = signature;
    let text = line(Item::Fn(item));
    text.replacen(&format!("fn {name}"), &format!("fn {path}"), 1)
}

/// A type in one line.
pub(super) fn ty(ty: &Type) -> String {
    let text = line(parse_quote!(type T = #ty;));
    text.trim_start_matches("type T = ").to_owned()
}

/// The head of an `impl`.
pub(super) fn head(mut item: ItemImpl) -> String {
    item.items.clear();
    line(Item::Impl(item))
}

/// Adds the bounds of an `impl`'s parameters to those of a method in it.
fn bounds(generics: &Generics, clause: &mut syn::WhereClause) {
    for parameter in generics.type_params().filter(|parameter| !parameter.bounds.is_empty()) {
        let (name, bounds) = (&parameter.ident, &parameter.bounds);
        clause.predicates.push(parse_quote!(#name: #bounds));
    }
    if let Some(own) = &generics.where_clause {
        clause.predicates.extend(own.predicates.iter().cloned());
    }
}
