//! Types and names as Rust tokens, and the `use` lines that they need.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::{
    model::{Api, Type, TypeDef},
    naming::{self, Places},
};

/// An identifier. Names were checked, so none is a keyword.
pub(crate) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// What a file uses of the crate and of the runtime, gathered while its items are made.
pub(crate) struct Uses<'a> {
    pub(crate) api: &'a Api,
    /// Where the crate's names are.
    pub(crate) places: &'a Places,
    own: RefCell<BTreeSet<String>>,
    runtime: RefCell<BTreeSet<String>>,
    std: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Uses<'a> {
    /// For a file of this API.
    pub(crate) fn of(api: &'a Api, places: &'a Places) -> Self {
        Self { api, places, own: RefCell::default(), runtime: RefCell::default(), std: RefCell::default() }
    }

    /// Whether arguments are turned into the type: a union, a shape, or an object that a plain text makes.
    fn is_made(&self, name: &str) -> bool {
        self.api.named(name).is_some_and(|ty| match &ty.def {
            TypeDef::Object(object) => object.from_text && object.sent,
            TypeDef::Union(union) => union.sent,
            TypeDef::Untagged(_) => true,
            TypeDef::Enum(_) => false,
        })
    }

    /// A name of the emitted crate.
    pub(crate) fn own(&self, name: &str) -> Ident {
        self.own.borrow_mut().insert(name.to_owned());
        ident(name)
    }

    /// A name of the runtime.
    pub(crate) fn runtime(&self, name: &str) -> Ident {
        self.runtime.borrow_mut().insert(name.to_owned());
        ident(name)
    }

    /// The type as written in a struct.
    pub(crate) fn ty(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::String | Type::Digits => quote!(String),
            Type::Bool => quote!(bool),
            Type::Int => quote!(i64),
            Type::Float => quote!(f64),
            Type::Secret { .. } => self.simple("Secret"),
            Type::Timestamp { .. } => self.simple("Timestamp"),
            Type::Json => self.simple("Value"),
            Type::IntString => self.simple("IntString"),
            Type::File => self.simple("File"),
            Type::Cursor => self.simple("Cursor"),
            Type::Id(short) => {
                let name = self.own(&naming::id_type(short));
                quote!(#name)
            }
            Type::Enum(name) | Type::Object(name) | Type::Union(name) | Type::Untagged(name) => {
                let name = self.own(name);
                quote!(#name)
            }
            Type::List(inner) => {
                let inner = self.ty(inner);
                quote!(Vec<#inner>)
            }
            Type::Map(inner) => {
                self.std.borrow_mut().insert("std::collections::BTreeMap");
                let inner = self.ty(inner);
                quote!(BTreeMap<String, #inner>)
            }
            Type::Page(inner) => {
                let (page, inner) = (self.runtime("Page"), self.ty(inner));
                quote!(#page<#inner>)
            }
            Type::Fields(name) => {
                let (fields, name) = (self.runtime("Fields"), self.own(name));
                quote!(#fields<#name>)
            }
            Type::Filters(name) => {
                let name = self.own(name);
                quote!(Vec<#name>)
            }
        }
    }

    /// `Duration` of the standard library.
    pub(crate) fn duration(&self) -> Ident {
        self.std.borrow_mut().insert("std::time::Duration");
        ident("Duration")
    }

    fn simple(&self, name: &str) -> TokenStream {
        let name = self.runtime(name);
        quote!(#name)
    }

    /// The type of a method's argument and the expression that turns the argument into the field's value.
    pub(crate) fn argument(&self, ty: &Type, name: &Ident, strip: Option<&str>) -> (TokenStream, TokenStream) {
        let field = self.ty(ty);
        match ty {
            Type::Object(object) if !self.is_made(object) => (field, quote!(#name)),
            Type::Bool | Type::Int | Type::Float | Type::File | Type::Page(_) | Type::Filters(_) => (field, quote!(#name)),
            Type::String | Type::Digits => match strip {
                None => (quote!(impl Into<String>), quote!(#name.into())),
                Some(strip) => {
                    let characters: Vec<char> = strip.chars().collect();
                    (quote!(impl Into<String>), quote!(#name.into().replace([#(#characters),*], "")))
                }
            },
            Type::Secret { .. } => match strip {
                None => (quote!(impl Into<#field>), quote!(#name.into())),
                Some(strip) => {
                    let characters: Vec<char> = strip.chars().collect();
                    (quote!(impl Into<#field>), quote!(#field::from(#name.into().expose().replace([#(#characters),*], ""))))
                }
            },
            Type::Timestamp { text: true } => (quote!(impl Into<#field>), quote!(#name.into().text())),
            Type::Object(_) | Type::Union(_) | Type::Untagged(_) | Type::IntString => (quote!(impl Into<#field>), quote!(#name.into())),
            Type::Id(_) | Type::Enum(_) | Type::Timestamp { .. } | Type::Json | Type::Cursor => {
                (quote!(impl Into<#field>), quote!(#name.into()))
            }
            Type::List(inner) => {
                let (item, convert) = self.item(inner);
                let convert = convert.map_or_else(TokenStream::new, |convert| quote!(.map(#convert)));
                (quote!(impl IntoIterator<Item = #item>), quote!(#name.into_iter()#convert.collect()))
            }
            Type::Fields(fields) => {
                let fields = self.own(fields);
                (quote!(impl IntoIterator<Item = impl Into<#fields>>), quote!(#name.into_iter().map(Into::into).collect()))
            }
            Type::Map(inner) => {
                let value = ident("value");
                let (item, value) = match (inner.as_ref(), self.item(inner)) {
                    // A closure that is called in place would not know the type of the list.
                    (Type::List(_), _) => self.argument(inner, &value, None),
                    (_, (item, None)) => (item, quote!(value)),
                    (_, (item, Some(_))) => (item, quote!(value.into())),
                };
                let argument = quote!(impl IntoIterator<Item = (impl Into<String>, #item)>);
                (argument, quote!(#name.into_iter().map(|(key, value)| (key.into(), #value)).collect()))
            }
        }
    }

    /// What a list or map takes for an item, and the function that turns it into one, where it has to be turned.
    fn item(&self, ty: &Type) -> (TokenStream, Option<TokenStream>) {
        let own = self.ty(ty);
        match ty {
            Type::Object(name) if !self.is_made(name) => (own, None),
            Type::String
            | Type::Digits
            | Type::Id(_)
            | Type::Json
            | Type::Object(_)
            | Type::Union(_)
            | Type::Untagged(_)
            | Type::IntString => (quote!(impl Into<#own>), Some(quote!(Into::into))),
            Type::List(inner) => {
                let (item, convert) = self.item(inner);
                let convert = convert.map_or_else(TokenStream::new, |convert| quote!(.map(#convert)));
                (quote!(impl IntoIterator<Item = #item>), Some(quote!(|items| items.into_iter()#convert.collect())))
            }
            _ => (own, None),
        }
    }

    /// The `use` lines, without the names that the file defines itself.
    pub(crate) fn lines(&self, defined: &[String]) -> Vec<TokenStream> {
        let mut lines = Vec::new();
        for path in self.std.borrow().iter() {
            lines.extend(path.parse::<TokenStream>().map(|path| quote!(use #path;)));
        }
        let runtime = self.runtime.borrow();
        lines.extend(use_line("graph_runtime", runtime.iter().cloned().collect()));
        let mut modules: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let own = self.own.borrow();
        for name in own.iter().filter(|name| !defined.contains(name)) {
            modules.entry(self.places.module(name)).or_default().push(name.clone());
        }
        let mut names = modules.remove("").unwrap_or_default();
        let at = names.iter().position(|name| name.starts_with(|first: char| first.is_lowercase())).unwrap_or(names.len());
        names.splice(at..at, modules.into_iter().filter_map(|(module, names)| Some(format!("{module}::{}", braced(names)?))));
        lines.extend(use_line("crate", names));
        lines
    }
}

/// `use path::{One, Two};`, or nothing for no name.
fn use_line(path: &str, names: Vec<String>) -> Option<TokenStream> {
    format!("use {path}::{};", braced(names)?).parse().ok()
}

/// One name, or several in braces.
pub(crate) fn braced(mut names: Vec<String>) -> Option<String> {
    match names.len() {
        0 => None,
        1 => names.pop(),
        _ => Some(format!("{{{}}}", names.join(", "))),
    }
}
