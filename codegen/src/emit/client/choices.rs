//! What a setter takes that sends one of several kinds of identifier, each in its parameter.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::{
    emit::print::{
        rustdoc::{deprecated, docs, item},
        tokens::{Uses, ident},
    },
    model::{Availability, Choice, Operation, Param},
};

/// The type, with a function for each kind, and what a string converts to.
pub(crate) fn choice(operation: &Operation, choice: &Choice, uses: &Uses<'_>) -> Vec<TokenStream> {
    let name = ident(&choice.name);
    let params = params(operation, choice);
    let has_companions = choice.companions().next().is_some();
    let example = choice.kinds.iter().find(|kind| kind.param != choice.param).or(choice.kinds.first());
    let example = example.map_or_else(String::new, |kind| format!("`{}::{}(…)`", choice.name, kind.rust));
    let doc = docs(&format!(
        "{}\n\nEach kind is made by name, as in {example}, and is sent in the parameter that takes it. A plain string is sent in `{}`, as it is.",
        item(&choice.doc, Some(&choice.page), &Availability::default()),
        choice.param
    ));
    let members = params.iter().map(|param| {
        let (member, ty) = (ident(&param.rust), uses.ty(param.ty.rust()));
        quote! { #member: Option<#ty>, }
    });
    // A string says nothing of what is sent along with it.
    let named = has_companions.then(|| quote! { is_named: bool, });
    let kinds = choice.kinds.iter().map(|kind| {
        let (function, page) = (ident(&kind.rust), Some(&kind.page).filter(|page| **page != choice.page).map(String::as_str));
        let sent = params.iter().find(|param| param.name == kind.param).map(|param| ident(&param.rust));
        let with = kind.with.iter().filter_map(|(name, value)| {
            let member = ident(&params.iter().find(|param| param.name == *name)?.rust);
            Some(quote! { #member: Some(#value.into()), })
        });
        let doc = docs(&item(&kind.doc, page, &Availability::default()));
        let named = has_companions.then(|| quote! { is_named: true, });
        let sent = sent.map(|sent| quote! { #sent: Some(text.into()), });
        quote! { #doc pub fn #function(text: impl Into<String>) -> Self { Self { #sent #(#with)* #named ..Self::default() } } }
    });
    let plain = ident(params.iter().find(|param| param.name == choice.param).map_or(&choice.param, |param| &param.rust));
    let strings = [(quote!(&str), quote!(text.into())), (quote!(String), quote!(text)), (quote!(&String), quote!(text.into()))].map(
        |(from, text)| quote! { impl From<#from> for #name { fn from(text: #from) -> Self { Self { #plain: Some(#text), ..Self::default() } } } },
    );
    let mut items = vec![
        quote! { #doc #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)] pub struct #name { #(#members)* #named } },
        quote! { impl #name { #(#kinds)* } },
    ];
    items.extend(strings);
    items
}

/// The setter: what it takes replaces what was chosen before.
pub(crate) fn setter(
    uses: &Uses<'_>,
    operation: &Operation,
    choice: &Choice,
    record: &Ident,
    param: &Param,
    mut text: String,
) -> TokenStream {
    let place = uses.places.within(&choice.name);
    text.push_str(&format!("\n\nTakes a string, or a [`{}`]({place}), which replaces what was chosen before.", choice.name));
    let (doc, deprecated) = (docs(&item(&text, None, &param.availability)), deprecated(uses.api, &param.availability));
    let (rust, ty) = (ident(&param.rust), uses.own(&choice.name));
    let companions: Vec<&str> = choice.companions().collect();
    let (along, chosen): (Vec<_>, Vec<_>) =
        params(operation, choice).into_iter().partition(|param| companions.contains(&param.name.as_str()));
    let set = |param: &Param| {
        let member = ident(&param.rust);
        quote! { self.request.#record.#member = chosen.#member; }
    };
    let chosen = chosen.into_iter().map(set);
    let along: Vec<_> = along.into_iter().map(set).collect();
    let along = (!along.is_empty()).then(|| quote! { if chosen.is_named { #(#along)* } });
    quote! {
        #doc
        #deprecated
        pub fn #rust(mut self, #rust: impl Into<#ty>) -> Self { let chosen = #rust.into(); #(#chosen)* #along self }
    }
}

fn params<'o>(operation: &'o Operation, choice: &Choice) -> Vec<&'o Param> {
    let names = choice.params();
    names.into_iter().filter_map(|name| operation.params.iter().find(|param| param.name == name)).collect()
}
