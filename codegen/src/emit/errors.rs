//! The error catalogue and the open `ErrorKind` over it.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{
    docs::{code, docs, prose},
    rust::{Uses, ident},
};
use crate::{
    model::{Api, ErrorInfo},
    names::{camel, snake},
};

/// `ErrorKind` and its methods.
pub(super) fn kind(api: &Api, uses: &Uses) -> Vec<TokenStream> {
    let meta = uses.runtime("ErrorMeta");
    let catalogue = uses.own("catalogue");
    let variants = api.errors.iter().map(|error| {
        let (variant, doc) = (ident(&error.name), docs(&variant_doc(error)));
        quote! { #doc #variant, }
    });
    let names: Vec<_> = api.errors.iter().map(|error| ident(&error.name)).collect();
    let doc = docs(
        "What an error of Graph means, by its code, its subcode and, where one pair means several things, its title.\n\nThe list is open: a pair that the spec does not know is [`ErrorKind::Other`], and a match needs an arm for it.",
    );
    let other = docs("A code and subcode that the spec does not list.");
    vec![
        quote! {
            #doc
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum ErrorKind {
                #(#variants)*
                #other
                Other {
                    /// Graph's `code`.
                    code: u32,
                    /// Graph's `error_subcode`.
                    subcode: Option<u32>,
                },
            }
        },
        quote! {
            impl ErrorKind {
                /// The kind of a code and subcode: the pair, else the code alone, else the range that the code lies in, else [`ErrorKind::Other`].
                pub fn lookup(code: u32, subcode: Option<u32>) -> Self {
                    #catalogue::CATALOGUE.lookup(code, subcode, None, None).and_then(Self::of).unwrap_or(Self::Other { code, subcode })
                }

                /// What the spec says of the kind: title, cause, remedy, family; nothing for [`ErrorKind::Other`].
                pub fn meta(self) -> Option<&'static #meta> {
                    KINDS.iter().position(|kind| *kind == self).and_then(|index| #catalogue::CATALOGUE.errors.get(index)).copied()
                }

                pub(crate) fn of(meta: &#meta) -> Option<Self> {
                    #catalogue::CATALOGUE.errors.iter().position(|known| known.name == meta.name).and_then(|index| KINDS.get(index)).copied()
                }
            }
        },
        quote! {
            /// The kinds in the order of the catalogue.
            static KINDS: &[ErrorKind] = &[#(ErrorKind::#names),*];
        },
    ]
}

fn variant_doc(error: &ErrorInfo) -> String {
    let title = error.title.as_deref().map_or_else(|| "wording unknown".to_owned(), prose);
    let mut doc = format!("`{}` {title}.", code(error)).replace("..", ".");
    if let Some(case) = &error.case {
        doc.push_str(&format!(" Told apart from others of this pair by the user title \"{}\".", prose(case)));
    }
    format!("{doc}\n\n{} {}\n\n[Source]({})", prose(&error.cause), prose(&error.remedy), error.page)
}

/// One static an error, and the table of all.
pub(super) fn catalogue(api: &Api, uses: &Uses) -> Vec<TokenStream> {
    let (catalogue, versions) = (uses.runtime("Catalogue"), uses.runtime("VersionMeta"));
    let mut items = Vec::new();
    let statics: Vec<_> = api.errors.iter().map(|error| ident(&snake(&error.name).to_uppercase())).collect();
    let rows = api.versions.iter().map(|info| {
        let (version, released) = (uses.runtime("Version"), &info.released);
        let (major, minor) = (Literal::u16_unsuffixed(info.version.0), Literal::u16_unsuffixed(info.version.1));
        let expires = option(info.expires.as_ref());
        quote! { #versions { version: #version(#major, #minor), released: #released, expires: #expires } }
    });
    let doc = docs("What the spec knows of errors, by code, and of versions, oldest first.");
    items.push(quote! {
        #doc
        pub(crate) static CATALOGUE: #catalogue = #catalogue { errors: &[#(&#statics),*], versions: &[#(#rows),*] };
    });
    items.extend(api.errors.iter().zip(&statics).map(|(error, name)| entry(error, name, uses)));
    items
}

/// One error; what is as usual is left to `EMPTY`.
fn entry(error: &ErrorInfo, name: &Ident, uses: &Uses) -> TokenStream {
    let (meta, family, retry) = (uses.runtime("ErrorMeta"), uses.runtime("Family"), uses.runtime("RetryClass"));
    let (family_variant, retry_variant) = (ident(&camel(&error.family)), ident(&camel(&error.retry)));
    let (wire_name, cause, remedy, page) = (&error.name, &error.cause, &error.remedy, &error.page);
    let code = Literal::u32_unsuffixed(error.code);
    let mut members = vec![quote!(name: #wire_name), quote!(code: #code)];
    for (member, number) in [("code_end", error.code_end), ("subcode", error.subcode)] {
        members.extend(number.map(Literal::u32_unsuffixed).map(|number| some(member, number)));
    }
    for (member, text) in [("case", &error.case), ("title", &error.title)] {
        members.extend(text.as_ref().map(|text| some(member, text)));
    }
    members.extend(error.executed.map(|executed| some("executed", executed)));
    quote! {
        pub(crate) static #name: #meta = #meta {
            #(#members,)*
            family: #family::#family_variant,
            retry: #retry::#retry_variant,
            cause: #cause,
            remedy: #remedy,
            page: #page,
            ..#meta::EMPTY
        };
    }
}

fn some(member: &str, value: impl ToTokens) -> TokenStream {
    let member = ident(member);
    quote!(#member: Some(#value))
}

fn option<T: ToTokens>(value: Option<T>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}
