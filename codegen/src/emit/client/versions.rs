//! `ApiVersion`: an open number with a constant for every version of the spec.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::{
    emit::print::{
        rustdoc::docs,
        tokens::{Uses, ident},
    },
    model::Api,
    naming::version_constant,
};

/// The constants; the rest of the type is fixed text.
pub(crate) fn constants(api: &Api, uses: &Uses<'_>) -> TokenStream {
    let version = uses.runtime("Version");
    let constants = api.versions.iter().map(|info| {
        let name = ident(&version_constant(info.version.0, info.version.1));
        let (major, minor) = (Literal::u16_unsuffixed(info.version.0), Literal::u16_unsuffixed(info.version.1));
        let until = match (&info.expires, info.retired) {
            (Some(expires), true) => format!("Expired on {expires}: Graph serves the oldest usable version instead."),
            (Some(expires), false) => format!("Can be used until {expires}."),
            (None, _) => "Meta has not said until when it can be used.".into(),
        };
        let reviewed = if info.unreviewed { "\n\nNo one has compared this crate with Meta's changelog of it yet." } else { "" };
        let doc = docs(&format!("{}, released on {}. {until}{reviewed}", info.version, info.released));
        quote! { #doc pub const #name: Self = Self(#version(#major, #minor)); }
    });
    let oldest = api.window().next().unwrap_or(api.newest());
    let oldest = ident(&version_constant(oldest.0, oldest.1));
    quote! { impl ApiVersion { #(#constants)* const OLDEST: Self = Self::#oldest; } }
}
