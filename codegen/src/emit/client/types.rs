//! Enums and objects: what people read of them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    emit::print::{
        rustdoc::{deprecated, docs, item},
        tokens::{Uses, ident},
    },
    model::{
        Api, Availability, Constructor, Field, NamedType, Narrowing, Object, Type, TypeDef, Union, UntaggedVariant, Value, Variant,
        VariantContent,
    },
    naming,
};

/// The items of a named type.
pub(crate) fn named(api: &Api, ty: &NamedType, uses: &Uses<'_>) -> Vec<TokenStream> {
    match &ty.def {
        TypeDef::Enum(values) => vec![open_enum(api, ty, values, uses)],
        TypeDef::Object(decl) => {
            let about =
                Struct { name: &ty.name, doc: item(&ty.doc, Some(&ty.page), &Availability::default()), page: &ty.page, setters: decl.sent };
            let args: Vec<_> = (0..decl.fields.len()).filter(|&index| decl.is_arg(index)).collect();
            let mut items = vec![object(api, &about, &decl.fields, &args, uses)];
            if decl.sent {
                items.push(constructors(api, &ty.name, decl, uses));
            }
            if let Some(alternatives) = &decl.alternatives {
                items.extend(super::webhooks::alternatives(api, ty, decl, alternatives, uses));
            }
            items
        }
        TypeDef::Union(decl) => vec![union(api, ty, decl, uses)],
        TypeDef::Untagged(decl) => vec![shapes(ty, decl, uses)],
    }
}

/// An enum whose variants contain what is next to their tag.
fn union(api: &Api, ty: &NamedType, union: &Union, uses: &Uses<'_>) -> TokenStream {
    let (name, extra) = (ident(&ty.name), uses.runtime("Extra"));
    let doc = docs(&item(&ty.doc, Some(&ty.page), &Availability::default()));
    let variants = union.variants.iter().map(|variant| {
        let (doc, deprecated) = (docs(&item(&variant.doc, None, &variant.availability)), deprecated(api, &variant.availability));
        let (variant, held) = (ident(&variant.variant), variant.content.ty().map(|held| uses.ty(held)));
        let held = held.map(|held| quote!((#held)));
        quote! { #doc #deprecated #variant #held, }
    });
    let unlisted = docs(&format!(
        "An object whose `{}` the spec does not list, or which does not match its tag: tag and members unchanged.",
        union.tag
    ));
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name { #(#variants)* #unlisted Unlisted(#extra) }
    }
}

/// An enum of kinds of JSON.
fn shapes(ty: &NamedType, shapes: &[UntaggedVariant], uses: &Uses<'_>) -> TokenStream {
    let (name, value) = (ident(&ty.name), uses.runtime("Value"));
    let doc = docs(&item(&ty.doc, Some(&ty.page), &Availability::default()));
    let variants = shapes.iter().map(|shape| {
        let (doc, variant, held) = (docs(&item(&shape.doc, None, &Availability::default())), ident(&shape.variant), uses.ty(&shape.ty));
        quote! { #doc #variant(#held), }
    });
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// Another kind of value, unchanged.
            Unlisted(#value)
        }
    }
}

fn open_enum(api: &Api, ty: &NamedType, values: &[Value], uses: &Uses<'_>) -> TokenStream {
    let name = ident(&ty.name);
    let unlisted = uses.runtime("Unlisted");
    let doc = docs(&item(&ty.doc, Some(&ty.page), &Availability::default()));
    let variants = values.iter().map(|value| {
        let variant = ident(&value.variant);
        let doc = docs(&item(&value.doc, None, &value.availability));
        let deprecated = deprecated(api, &value.availability);
        quote! { #doc #deprecated #variant, }
    });
    let unlisted_doc = docs("A value that the spec does not list, kept verbatim; `From<&str>` makes one.");
    quote! {
        #doc
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name { #(#variants)* #unlisted_doc Unlisted(#unlisted) }
    }
}

/// What a struct is called and what is said of it.
pub(crate) struct Struct<'s> {
    pub(crate) name: &'s str,
    pub(crate) doc: String,
    /// The page of the struct; a field whose page is another names it.
    pub(crate) page: &'s str,
    /// Whether there are setters: then these carry the deprecations, and the members do not.
    pub(crate) setters: bool,
}

/// A field's description with its values and its other names.
fn field_doc(field: &Field) -> String {
    let mut more: Vec<String> = field.only.iter().flat_map(narrowed).collect();
    if !field.aliases.is_empty() {
        let names: Vec<String> = field.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        more.push(format!("Graph also calls it {}; it is encoded under the name it came with.", names.join(", ")));
    }
    if more.is_empty() {
        return field.doc.clone();
    }
    let doc = field.doc.trim();
    let stop = if doc.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{doc}{stop} {}", more.join(" "))
}

/// A struct with a public member a field, and a private one for what the spec does not list.
pub(crate) fn object(api: &Api, about: &Struct<'_>, fields: &[Field], args: &[usize], uses: &Uses<'_>) -> TokenStream {
    let name = ident(about.name);
    let doc = docs(&about.doc);
    let extra = uses.runtime("Extra");
    let members = fields.iter().enumerate().filter(|(_, field)| field.constant.is_none()).map(|(index, field)| {
        let member = ident(&field.rust);
        let doc =
            docs(&item(&field_doc(field), Some(&field.page).filter(|own| *own != about.page).map(String::as_str), &field.availability));
        let deprecated = if about.setters { TokenStream::new() } else { deprecated(api, &field.availability) };
        let ty = match (&field.ty.newest, field.isolated) {
            (Type::List(inner), true) => {
                let inner = uses.ty(inner);
                quote!(graph_runtime::List<#inner>)
            }
            _ => uses.ty(field.ty.rust()),
        };
        let ty = if field.boxed { quote!(Box<#ty>) } else { ty };
        let ty = if field.always || field.isolated || args.contains(&index) { ty } else { quote!(Option<#ty>) };
        quote! { #doc #deprecated pub #member: #ty, }
    });
    quote! {
        #doc
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct #name { #(#members)* pub(crate) extra: #extra }
    }
}

/// Constructors, and a setter for each field that none of them sets, for objects that requests hold.
fn constructors(api: &Api, name: &str, object: &Object, uses: &Uses<'_>) -> TokenStream {
    let name = ident(name);
    let fields = &object.fields;
    let bare = [Constructor { name: "new".into(), args: Vec::new() }];
    let made = if object.constructors.is_empty() { bare.as_slice() } else { object.constructors.as_slice() };
    let made = made.iter().map(|made| {
        let arguments = made.args.iter().map(|&arg| {
            let member = ident(&fields[arg].rust);
            let (ty, value) = uses.argument(fields[arg].ty.rust(), &member, None);
            let plain = object.is_arg(arg) || fields[arg].always;
            let value = if fields[arg].boxed { quote!(Box::new(#value)) } else { value };
            let value = if plain { value } else { quote!(Some(#value)) };
            let value = if member == value.to_string() { quote!(#member) } else { quote!(#member: #value) };
            (quote!(#member: #ty), value)
        });
        let (parameters, values): (Vec<_>, Vec<_>) = arguments.unzip();
        let doc = docs(&creates(&name.to_string(), made, fields));
        let function = ident(&made.name);
        let made = if values.is_empty() { quote!(Self::default()) } else { quote!(Self { #(#values,)* ..Self::default() }) };
        quote! { #doc pub fn #function(#(#parameters),*) -> Self { #made } }
    });
    let of_variants = of_variants(api, &name.to_string(), object, uses);
    let is_set = |(index, field): &(usize, &Field)| object.has_setter(*index) && field.constant.is_none();
    let setters = fields.iter().enumerate().filter(is_set).map(|(_, field)| {
        let member = ident(&field.rust);
        let (ty, value) = uses.argument(field.ty.rust(), &member, None);
        let value = if field.boxed { quote!(Box::new(#value)) } else { value };
        let value = if field.always { value } else { quote!(Some(#value)) };
        let doc = docs(&item(&field_doc(field), None, &field.availability));
        let deprecated = deprecated(api, &field.availability);
        quote! {
            #doc
            #deprecated
            #[must_use]
            pub fn #member(mut self, #member: #ty) -> Self { self.#member = #value; self }
        }
    });
    quote! {
        impl #name {
            #(#made)*

            #(#of_variants)*

            #(#setters)*
        }
    }
}

/// A constructor for each variant of the union that the object is made of, or its one item is: `InteractiveHeader::image(picture)`.
/// A name that something else of the object has is left to that.
fn of_variants(api: &Api, name: &str, object: &Object, uses: &Uses<'_>) -> Vec<TokenStream> {
    let Some((held, union, item)) = made_of(api, object) else { return Vec::new() };
    let setters: Vec<_> =
        object.fields.iter().enumerate().filter(|(index, _)| object.has_setter(*index)).map(|(_, field)| &field.rust).collect();
    let function = |variant: &Variant| {
        let function = naming::variant_constructor(&variant.variant);
        let free =
            !naming::is_keyword(&function) && !naming::reserved::OBJECT.contains(&function.as_str()) && !setters.contains(&&function);
        free.then(|| ident(&function))
    };
    let made = union.variants.iter().filter_map(|variant| {
        let VariantContent::Payload(_, payload) = &variant.content else { return None };
        let function = function(variant)?;
        let (ty, value) = uses.argument(payload, &function, None);
        let (held, tag) = (uses.own(held), ident(&variant.variant));
        let value = match item {
            None => quote!(#held::#tag(#value)),
            Some(item) => {
                let item = uses.own(item);
                quote!([#item::new(#held::#tag(#value))])
            }
        };
        let more = item.map_or("", |_| "one ");
        let says = format!("Creates {} of {more}`{}`: {}", a(name), variant.tag, variant.doc);
        let (doc, deprecated) = (docs(&self::item(&says, None, &variant.availability)), deprecated(api, &variant.availability));
        Some(quote! { #doc #deprecated pub fn #function(#function: #ty) -> Self { Self::new(#value) } })
    });
    made.collect()
}

/// The union that an object is made of, by `new` alone; and the object between the two, if it is made of a list of those.
fn made_of<'a>(api: &'a Api, object: &'a Object) -> Option<(&'a str, &'a Union, Option<&'a str>)> {
    let [Constructor { name, args }] = object.constructors.as_slice() else { return None };
    let [arg] = args.as_slice() else { return None };
    let field = object.fields.get(*arg).filter(|field| name == "new" && !field.boxed)?;
    match field.ty.rust() {
        Type::Union(held) if field.spread => match &api.named(held)?.def {
            TypeDef::Union(union) => Some((held, union, None)),
            _ => None,
        },
        Type::List(item) => match &**item {
            Type::Object(item) => match &api.named(item)?.def {
                TypeDef::Object(of) => {
                    made_of(api, of).filter(|(.., between)| between.is_none()).map(|(held, union, _)| (held, union, Some(item.as_str())))
                }
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// What a constructor creates, and of what.
fn creates(name: &str, made: &Constructor, fields: &[Field]) -> String {
    let names: Vec<_> = made.args.iter().map(|&arg| format!("`{}`", fields[arg].rust)).collect();
    let from = match names.as_slice() {
        [] => " with nothing set".into(),
        _ if made.name == "new" => String::new(),
        [one] => format!(" from {one}"),
        [first @ .., last] => format!(" from {} and {last}", first.join(", ")),
    };
    format!("Creates {}{from}.", a(name))
}

/// A name with its article: "an `ImageHeader`".
pub(crate) fn a(name: &str) -> String {
    let article = if name.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} `{name}`")
}

/// "Takes `A`, `B` only." and what it was before.
pub(crate) fn narrowed(narrowing: &Narrowing) -> Vec<String> {
    let list = |values: &[String]| match values {
        [] => "none".to_owned(),
        values => values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
    };
    let mut sentences = vec![format!("Takes {} only.", list(&narrowing.values.newest))];
    sentences.extend(narrowing.values.earlier.iter().rev().map(|(until, values)| format!("Before {until}: {}.", list(values))));
    sentences
}
