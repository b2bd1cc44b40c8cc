//! Requests: the plain value, the records it sends, and the setters of its call.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{choices, filters, page, summary, types};
use crate::{
    emit::print::{
        rustdoc::{deprecated, docs, ends_with_a_paragraph, item, prose, window},
        tokens::{Uses, ident},
    },
    model::{Api, Download, Field, Node, Operation, Param, ParamLocation, Segment, Type},
    naming::{self, Part},
};

/// One of the records of a request: what travels in the query, in headers, or in the body.
pub(crate) struct Sent<'o> {
    /// The struct's name.
    pub(crate) name: String,
    /// The request's member.
    pub(crate) member: &'static str,
    /// Where it travels, for people.
    pub(crate) place_text: &'static str,
    /// Where it is sent.
    pub(crate) location: ParamLocation,
    /// What it holds.
    pub(crate) params: Vec<&'o Param>,
}

/// The records that a request has; none for a call without parameters.
pub(crate) fn sent(operation: &Operation) -> Vec<Sent<'_>> {
    let mut sent = Vec::new();
    for part in Part::ALL {
        let travels = |param: &&Param| match param.location {
            ParamLocation::Query => part == Part::Query,
            ParamLocation::Header => part == Part::Headers,
            ParamLocation::Json | ParamLocation::Form | ParamLocation::Multipart | ParamLocation::Bytes => part == Part::Body,
        };
        let place_text = match part {
            Part::Query => "in the query",
            Part::Headers => "in headers",
            Part::Body => "in the body",
        };
        let params: Vec<&Param> = operation.params.iter().filter(travels).collect();
        if let Some(first) = params.first() {
            let location = if part == Part::Body { operation.body.unwrap_or(ParamLocation::Json) } else { first.location };
            sent.push(Sent { name: part.of(&operation.request), member: part.member(), place_text, location, params });
        }
    }
    sent
}

/// The parameters as fields of their record.
pub(crate) fn record_fields(operation: &Operation, sent: &Sent<'_>) -> Vec<Field> {
    sent.params
        .iter()
        .map(|param| Field {
            name: param.name.clone(),
            rust: param.rust.clone(),
            doc: param_doc(param),
            page: param.page.clone(),
            ty: param.ty.clone(),
            only: None,
            aliases: Vec::new(),
            personal: param.personal,
            always: operation.is_arg(param),
            boxed: false,
            isolated: false,
            selectable: false,
            spread: param.spread,
            expands: None,
            constant: param.constant.clone(),
            availability: param.availability.clone(),
        })
        .collect()
}

/// Every item of an operation, in the order in which people read them.
pub(crate) fn operation(api: &Api, operation: &Operation, uses: &Uses<'_>) -> Vec<TokenStream> {
    let sent = sent(operation);
    let mut items = vec![request(api, operation, &sent, uses), constructor(operation, &sent, uses)];
    items.extend(setters(api, operation, &sent, uses));
    items.extend(downloading(operation, uses));
    for record in &sent {
        let fields = record_fields(operation, record);
        let doc = format!("What [`{}`] sends {}.", operation.request, record.place_text);
        let about = types::Struct { name: &record.name, doc, page: &operation.page, setters: true };
        items.push(types::object(api, &about, &fields, &[], uses));
    }
    items.extend(operation.choices.iter().flat_map(|choice| choices::choice(operation, choice, uses)));
    if let Some(filter) = &operation.filter {
        items.extend(filters::filters(&operation.request, &operation.page, filter, uses));
    }
    items
}

fn request(api: &Api, operation: &Operation, sent: &[Sent<'_>], uses: &Uses<'_>) -> TokenStream {
    let name = ident(&operation.request);
    let doc = docs(&page::operation(api, operation, uses.places));
    let deprecated = deprecated(api, &operation.availability);
    let options = uses.runtime("RequestOptions");
    let placeholders = operation.path.iter().filter_map(|segment| placeholder(segment, uses)).map(|(member, ty, doc)| {
        let member = ident(&member);
        let doc = docs(&doc);
        quote! { #doc pub #member: #ty, }
    });
    let records = sent.iter().map(|record| {
        let (member, ty) = (ident(record.member), ident(&record.name));
        let doc = docs(&format!("What travels {}.", record.place_text));
        quote! { #doc pub #member: #ty, }
    });
    quote! {
        #doc
        #deprecated
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct #name { #(#placeholders)* #(#records)* pub(crate) options: #options }
    }
}

/// The member of a placeholder, its type, its description.
pub(crate) fn placeholder(segment: &Segment, uses: &Uses<'_>) -> Option<(String, TokenStream, String)> {
    match segment {
        Segment::Literal(_) => None,
        Segment::Id { name, ty } => Some((name.clone(), uses.ty(ty), format!("`{{{name}}}` in the path."))),
        Segment::Text { name, ty } => Some((name.clone(), uses.ty(ty), format!("`{{{name}}}` in the path, as Graph wrote it."))),
        Segment::Value { name, ty } => {
            Some((name.clone(), uses.ty(ty), format!("`{{{name}}}` in the path; percent-encoded when it is sent.")))
        }
    }
}

fn constructor(operation: &Operation, sent: &[Sent<'_>], uses: &Uses<'_>) -> TokenStream {
    let name = ident(&operation.request);
    let (info, availability) = (uses.runtime("ErrorDoc"), uses.own("Availability"));
    let operation_trait = uses.runtime("Operation");
    let mut parameters = Vec::new();
    let mut members = Vec::new();
    for segment in &operation.path {
        if let Some((member, ty, _)) = placeholder(segment, uses) {
            let member = ident(&member);
            parameters.push(quote!(#member: impl Into<#ty>));
            members.push(quote!(#member: #member.into()));
        }
    }
    for &arg in &operation.args {
        let param = &operation.params[arg];
        let (ty, _) = uses.argument(param.ty.rust(), &ident(&param.rust), param.strip.as_deref());
        let rust = ident(&param.rust);
        parameters.push(quote!(#rust: #ty));
    }
    for record in sent {
        let (member, ty) = (ident(record.member), ident(&record.name));
        let args = record.params.iter().filter(|param| operation.is_arg(param)).map(|param| {
            let rust = ident(&param.rust);
            let (_, value) = uses.argument(param.ty.rust(), &rust, param.strip.as_deref());
            if rust == value.to_string() { quote!(#rust,) } else { quote!(#rust: #value,) }
        });
        let args: Vec<_> = args.collect();
        members.push(if args.is_empty() { quote!(#member: #ty::default()) } else { quote!(#member: #ty { #(#args)* ..#ty::default() }) });
    }
    let options = uses.runtime("RequestOptions");
    let nothing = if operation.args.is_empty() { " with nothing set" } else { "" };
    let doc = docs(&format!("Creates {}{nothing}.", types::a(&operation.request)));
    quote! {
        impl #name {
            /// The errors that Meta documents for this operation, with their cause and remedy here.
            pub const ERRORS: &'static [#info] = <Self as #operation_trait>::INFO.errors;

            /// The versions that have this operation.
            pub const AVAILABILITY: #availability = #availability(<Self as #operation_trait>::INFO.availability);

            #doc
            pub fn new(#(#parameters),*) -> Self { Self { #(#members,)* options: #options::default() } }
        }
    }
}

/// The setters of the call: every parameter that is neither an argument nor a constant.
fn setters(api: &Api, operation: &Operation, sent: &[Sent<'_>], uses: &Uses<'_>) -> Option<TokenStream> {
    let setters: Vec<_> = sent
        .iter()
        .flat_map(|record| record.params.iter().map(move |param| (record.member, *param)))
        .filter(|(_, param)| param.constant.is_none() && !operation.is_arg(param))
        .map(|(member, param)| match operation.choices.iter().find(|choice| choice.param == param.name) {
            Some(choice) => choices::setter(uses, operation, choice, &ident(member), param, param_doc(param)),
            None => setter(api, &ident(member), param, uses),
        })
        .collect();
    if setters.is_empty() {
        return None;
    }
    let (call, name) = (uses.own("Call"), ident(&operation.request));
    // The parameters of a read are the arguments of a field that expands to it.
    Some(if api.expands_to(operation) {
        quote! { impl<C> #call<#name, C> { #(#setters)* } }
    } else {
        quote! { impl #call<#name> { #(#setters)* } }
    })
}

/// The fields that expand to an edge, as functions of the enum of fields; nothing if there are none.
pub(crate) fn expansions(node: &Node, uses: &Uses<'_>) -> Option<TokenStream> {
    let functions: Vec<_> = node
        .expanded()
        .map(|(field, read)| {
            let (call, request, nested) = (uses.own("Call"), uses.own(&read.request), uses.own("Nested"));
            let (function, name) = (ident(&field.rust), &field.name);
            let (parameters, arguments) = arguments(read, uses);
            let placeholders = read.path.iter().filter(|segment| !matches!(segment, Segment::Literal(_)));
            let own = placeholders.map(|_| quote!("")).collect::<Vec<_>>();
            let doc = docs(&format!(
                "`{name}` with arguments: what `with` sets on the read of the edge, [`{}`], and the fields asked for within it.",
                read.request
            ));
            quote! {
                #doc
                pub fn #function(#(#parameters,)* with: impl FnOnce(#call<#request, #nested>) -> #call<#request, #nested>) -> Self {
                    Self::from(with(#call::nested(#request::new(#(#own,)* #(#arguments),*))).expand(#name))
                }
            }
        })
        .collect();
    let name = ident(&naming::field_enum(&node.rust_name));
    (!functions.is_empty()).then(|| quote! { impl #name { #(#functions)* } })
}

fn setter(api: &Api, record: &Ident, param: &Param, uses: &Uses<'_>) -> TokenStream {
    let doc = docs(&item(&param_doc(param), None, &param.availability));
    let deprecated = deprecated(api, &param.availability);
    let rust = ident(&param.rust);
    if let Type::Filters(name) = param.ty.rust() {
        let name = uses.own(name);
        return quote! {
            #doc
            #deprecated
            pub fn filter(mut self, filter: #name) -> Self { self.request.#record.#rust.get_or_insert_default().push(filter); self }
        };
    }
    let (ty, value) = uses.argument(param.ty.rust(), &rust, param.strip.as_deref());
    quote! {
        #doc
        #deprecated
        pub fn #rust(mut self, #rust: #ty) -> Self { self.request.#record.#rust = Some(#value); self }
    }
}

/// A parameter's description with what else the page says of it.
pub(crate) fn param_doc(param: &Param) -> String {
    let mut doc = param.doc.trim().to_owned();
    let mut say = |sentence: String| {
        if !ends_with_a_paragraph(&doc) {
            doc.push_str("\n\n");
        } else if !doc.is_empty() {
            doc.push_str(if doc.ends_with(['.', '!', '?', ':']) { " " } else { ". " });
        }
        doc.push_str(&sentence);
    };
    match (param.required.newest, param.contested) {
        (true, true) => say("Meta's page requires it; other sources of Meta's disagree, so the client does not insist.".into()),
        (true, false) => say("Required.".into()),
        (false, _) => {}
    }
    for (until, required) in param.required.earlier.iter().rev() {
        say(format!("Before {until}: {}.", if *required { "required" } else { "optional" }));
    }
    if let Some(only) = &param.only {
        types::narrowed(only).into_iter().for_each(&mut say);
    }
    if let Some(length) = param.length {
        say(format!("{length} digits."));
    }
    if let Some(default) = &param.default.newest {
        say(format!("Graph assumes `{default}`."));
    }
    for (until, default) in param.default.earlier.iter().rev() {
        say(match default {
            Some(default) => format!("Before {until}: `{default}`."),
            None => format!("Before {until}: nothing."),
        });
    }
    if let Some(strip) = &param.strip {
        say(format!("Any {} is removed.", strip.chars().map(|character| format!("`{character}`")).collect::<Vec<_>>().join(" or ")));
    }
    if let Some(dropped) = &param.dropped {
        say(format!("A value that Graph accepts and then drops is refused: {}", prose(&dropped.doc)));
    }
    if let Some(warned) = &param.warned {
        say(format!("A warning is logged for a value that is not what it seems: {}", prose(&warned.doc)));
    }
    if let Some(pattern) = &param.pattern {
        say(format!("Meta gives the pattern `{pattern}`."));
    }
    doc
}

/// What a method takes for the constructor arguments of a request, and how it passes them on.
pub(crate) fn arguments(operation: &Operation, uses: &Uses<'_>) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let argument = |&arg: &usize| {
        let param = &operation.params[arg];
        let rust = ident(&param.rust);
        let (ty, _) = uses.argument(param.ty.rust(), &rust, None);
        (quote!(#rust: #ty), quote!(#rust))
    };
    operation.args.iter().map(argument).unzip()
}

/// The documentation of a download: its result, and what is checked.
pub(crate) fn download_doc(operation: &Operation, download: &Download) -> String {
    let mut doc = prose(&download.doc);
    doc.push_str(&format!(
        "\n\nReads first ([`{}`]), then fetches the bytes from the address in `{}`, which lasts {}; an address that has expired is asked for \
         once more. The token goes along to {} only.",
        operation.request,
        download.url,
        window(download.lasts),
        download.hosts.iter().map(|host| format!("`{host}`")).collect::<Vec<_>>().join(" and ")
    ));
    if let Some(hash) = &download.hash {
        doc.push_str(&format!(" The bytes are checked against `{hash}` before the last of them is given out."));
    }
    doc
}

/// The method of the call that downloads instead of reading.
fn downloading(operation: &Operation, uses: &Uses<'_>) -> Option<TokenStream> {
    let download = operation.download.as_ref()?;
    let (call, name, ty, error) = (uses.own("Call"), ident(&operation.request), uses.runtime("Download"), uses.own("Error"));
    let (method, doc) = (ident(&download.rust_name), docs(&download_doc(operation, download)));
    Some(quote! { impl #call<#name> { #doc pub fn #method(self) -> #ty<#name, #error> { self.download_bytes() } } })
}

/// The handle's method that makes the call.
pub(crate) fn method(operation: &Operation, path: &[TokenStream], client: &TokenStream, uses: &Uses<'_>) -> TokenStream {
    let (method, request, call) = (ident(&operation.rust_name), uses.own(&operation.request), uses.own("Call"));
    let (parameters, given) = self::arguments(operation, uses);
    let arguments = path.iter().cloned().chain(given);
    let doc = docs(&format!("{}\n\nSee [`{}`] for parameters, permissions, limits and errors.", summary(operation), operation.request));
    let deprecated = deprecated(uses.api, &operation.availability);
    quote! {
        #doc
        #deprecated
        pub fn #method(&self, #(#parameters),*) -> #call<#request> { #call::new(#client, #request::new(#(#arguments),*)) }
    }
}
