//! Enums and objects: what people read of them.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    docs::{deprecated, docs, item},
    rust::{Uses, ident},
};
use crate::model::{Api, Field, NamedType, Presence, Shape, Value};

/// The items of a named type.
pub(super) fn named(api: &Api, ty: &NamedType, uses: &Uses) -> Vec<TokenStream> {
    match &ty.shape {
        Shape::Enum(values) => vec![open_enum(api, ty, values, uses)],
        Shape::Object { fields, args, sent } => {
            let about = Struct { name: &ty.name, doc: item(&ty.doc, Some(&ty.page), &Presence::default()), page: &ty.page, setters: *sent };
            let mut items = vec![object(api, &about, fields, args, uses)];
            if *sent {
                items.push(constructor(api, &ty.name, fields, args, uses));
            }
            items
        }
    }
}

fn open_enum(api: &Api, ty: &NamedType, values: &[Value], uses: &Uses) -> TokenStream {
    let name = ident(&ty.name);
    let unlisted = uses.runtime("Unlisted");
    let doc = docs(&item(&ty.doc, Some(&ty.page), &Presence::default()));
    let variants = values.iter().map(|value| {
        let variant = ident(&value.variant);
        let doc = docs(&item(&value.doc, None, &value.presence));
        let deprecated = deprecated(api, &value.presence);
        quote! { #doc #deprecated #variant, }
    });
    let unlisted_doc = docs("A value that the spec does not list. It is kept as it came; `From<&str>` makes one.");
    quote! {
        #doc
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name { #(#variants)* #unlisted_doc Unlisted(#unlisted) }
    }
}

/// What a struct is called and what is said of it.
pub(super) struct Struct<'s> {
    pub(super) name: &'s str,
    pub(super) doc: String,
    /// The page of the struct; a field whose page is another names it.
    pub(super) page: &'s str,
    /// Whether there are setters: then these carry the deprecations, and the members do not.
    pub(super) setters: bool,
}

/// A struct with a public member a field, and a private one for what the spec does not list.
pub(super) fn object(api: &Api, about: &Struct<'_>, fields: &[Field], args: &[usize], uses: &Uses) -> TokenStream {
    let name = ident(about.name);
    let doc = docs(&about.doc);
    let extra = uses.runtime("Extra");
    let members = fields.iter().enumerate().map(|(index, field)| {
        let member = ident(&field.rust);
        let doc = docs(&item(&field.doc, Some(&field.page).filter(|own| *own != about.page).map(String::as_str), &field.presence));
        let deprecated = if about.setters { TokenStream::new() } else { deprecated(api, &field.presence) };
        let ty = uses.ty(field.ty.rust());
        let ty = if field.boxed { quote!(Box<#ty>) } else { ty };
        let ty = if field.always || args.contains(&index) { ty } else { quote!(Option<#ty>) };
        quote! { #doc #deprecated pub #member: #ty, }
    });
    quote! {
        #doc
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct #name { #(#members)* pub(crate) extra: #extra }
    }
}

/// `new` and a setter a field, for objects that requests hold.
fn constructor(api: &Api, name: &str, fields: &[Field], args: &[usize], uses: &Uses) -> TokenStream {
    let name = ident(name);
    let arguments: Vec<_> = args
        .iter()
        .map(|&arg| {
            let member = ident(&fields[arg].rust);
            let (ty, value) = uses.argument(fields[arg].ty.rust(), &member, None);
            let value = if member == value.to_string() { quote!(#member) } else { quote!(#member: #value) };
            (quote!(#member: #ty), value)
        })
        .collect();
    let (parameters, values): (Vec<_>, Vec<_>) = arguments.into_iter().unzip();
    let setters = fields.iter().enumerate().filter(|(index, _)| !args.contains(index)).map(|(_, field)| {
        let member = ident(&field.rust);
        let (ty, value) = uses.argument(field.ty.rust(), &member, None);
        let value = if field.boxed { quote!(Box::new(#value)) } else { value };
        let value = if field.always { value } else { quote!(Some(#value)) };
        let doc = docs(&item(&field.doc, None, &field.presence));
        let deprecated = deprecated(api, &field.presence);
        quote! {
            #doc
            #deprecated
            #[must_use]
            pub fn #member(mut self, #member: #ty) -> Self { self.#member = #value; self }
        }
    });
    let doc = docs(if args.is_empty() { "Begins with nothing set." } else { "Begins with what is always needed." });
    quote! {
        impl #name {
            #doc
            pub fn new(#(#parameters),*) -> Self { Self { #(#values,)* ..Self::default() } }

            #(#setters)*
        }
    }
}
