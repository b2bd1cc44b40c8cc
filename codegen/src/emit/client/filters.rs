//! The filters of an edge: what can be filtered on, and with which operators.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    emit::print::{
        rustdoc::{docs, introduced, item},
        tokens::{Uses, ident},
    },
    model::{Filter, FilterType, Type},
    naming::{filter_builder, operator_method},
};

/// The filter type and one type a filter, whose methods are the operators.
pub(crate) fn filters(request: &str, page: &str, filter: &FilterType, uses: &Uses<'_>) -> Vec<TokenStream> {
    let name = ident(&filter.name);
    let runtime = quote!(graph_runtime::Filter);
    let doc = docs(&format!("A condition on the items of [`{request}`]; several have to hold all together.\n\n[Source]({page})"));
    let entries = filter.filters.iter().map(|entry| {
        let (method, builder) = (ident(&entry.rust), ident(&filter_builder(&filter.name, &entry.field)));
        let doc = docs(&item(&entry.doc, None, &entry.availability));
        quote! { #doc pub fn #method() -> #builder { #builder } }
    });
    let mut items = vec![
        quote! { #doc #[derive(Clone, Debug, PartialEq)] pub struct #name(pub(crate) #runtime); },
        quote! {
            impl #name {
                #(#entries)*

                /// Any condition, for a field or an operator that the spec does not list.
                pub fn raw(field: impl Into<String>, operator: impl Into<String>, value: impl Into<graph_runtime::Value>) -> Self {
                    Self(graph_runtime::Filter::new(field.into(), operator.into(), value.into()))
                }
            }
        },
    ];
    for entry in &filter.filters {
        items.extend(builder_items(filter, entry, uses));
    }
    items
}

fn builder_items(filter: &FilterType, entry: &Filter, uses: &Uses<'_>) -> [TokenStream; 2] {
    let (name, builder, field) = (ident(&filter.name), ident(&filter_builder(&filter.name, &entry.field)), &entry.field);
    let doc = docs(&introduced(&format!("Conditions on `{field}`:"), &entry.doc));
    let json = uses.runtime("json");
    let operators = entry.operators.iter().map(|operator| {
        let method = ident(&operator_method(operator));
        let doc = docs(meaning(operator));
        let value = ident("value");
        let (ty, of_value) = uses.argument(&entry.ty, &value, None);
        let made = uses.ty(&entry.ty);
        let (parameters, value) = match operator.as_str() {
            "IN_RANGE" => {
                let (from, to) = (ident("from"), ident("to"));
                let ((ty, of_from), (_, of_to)) = (uses.argument(&entry.ty, &from, None), uses.argument(&entry.ty, &to, None));
                (quote!(#from: #ty, #to: #ty), quote! { let range: [#made; 2] = [#of_from, #of_to]; #json(&range) })
            }
            "IN" | "NOT_IN" => {
                let values = ident("values");
                let (ty, of_values) = uses.argument(&Type::List(Box::new(entry.ty.clone())), &values, None);
                (quote!(#values: #ty), quote! { let values: Vec<#made> = #of_values; #json(&values) })
            }
            _ => (quote!(value: #ty), quote! { let value: #made = #of_value; #json(&value) }),
        };
        quote! { #doc pub fn #method(self, #parameters) -> #name { let value = { #value }; #name(graph_runtime::Filter::new(#field, #operator, value)) } }
    });
    [quote! { #doc #[derive(Clone, Copy, Debug)] pub struct #builder; }, quote! { impl #builder { #(#operators)* } }]
}

fn meaning(operator: &str) -> &'static str {
    match operator {
        "EQUAL" => "Is this value.",
        "NOT_EQUAL" => "Is not this value.",
        "IN" => "Is one of these values.",
        "NOT_IN" => "Is none of these values.",
        "GREATER_THAN" => "Is greater, or later, than this value.",
        "LESS_THAN" => "Is less, or earlier, than this value.",
        "IN_RANGE" => "Lies between these values.",
        _ => "Contains this value.",
    }
}
