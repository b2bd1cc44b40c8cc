//! Plumbing: how records are read and written, and what an operation is on the wire. Kept apart from what people read.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    operations::{self, Sent, is_arg},
    rust::{Uses, ident},
};
use crate::{
    model::{Api, Field, In, Method, NamedType, Node, Operation, Param, Permissions, Presence, RuleKind, Segment, Shape, Type},
    names::snake,
};

/// The plumbing of a named type.
pub(super) fn named(ty: &NamedType, uses: &Uses) -> TokenStream {
    let name = uses.own(&ty.name);
    match &ty.shape {
        Shape::Enum(values) => {
            let pairs = values.iter().map(|value| {
                let (variant, wire) = (ident(&value.variant), &value.value);
                quote!(#variant = #wire)
            });
            quote! { graph_runtime::open_enum!(#name { #(#pairs),* }); }
        }
        Shape::Object { fields, args, .. } => {
            let fields: Vec<_> = fields.iter().enumerate().map(|(index, field)| (field, field.always || args.contains(&index))).collect();
            record(&ty.name, &fields, &[], uses)
        }
    }
}

/// The plumbing of a node's struct.
pub(super) fn node(node: &Node, uses: &Uses) -> TokenStream {
    let fields: Vec<_> = node.fields.iter().map(|field| (field, field.always)).collect();
    record(&node.short, &fields, &[], uses)
}

/// `Record` for a struct: every field, then the constants.
fn record(name: &str, fields: &[(&Field, bool)], constants: &[(&str, &str)], uses: &Uses) -> TokenStream {
    let name_text = name;
    let name = uses.own(name);
    for used in ["Record", "Taken", "Extra", "MapAccess", "SerializeMap"] {
        uses.runtime(used);
    }
    let always = fields.iter().filter(|(_, always)| *always).map(|(field, _)| &field.name);
    let reads = fields.iter().map(|(field, always)| {
        let (wire, member, take) = (&field.name, ident(&field.rust), uses.runtime(if *always { "take_always" } else { "take" }));
        quote! { #wire => #take(&mut self.#member, map), }
    });
    let const_reads = constants.iter().map(|(wire, value)| {
        let take = uses.runtime("take_const");
        quote! { #wire => #take(#value, map), }
    });
    let writes = fields.iter().map(|(field, always)| {
        let (wire, member, put) = (&field.name, ident(&field.rust), uses.runtime(if *always { "put_always" } else { "put" }));
        quote! { #put(map, #wire, &self.#member)?; }
    });
    let const_writes = constants.iter().map(|(wire, value)| {
        let put = uses.runtime("put_const");
        quote! { #put(map, #wire, #value)?; }
    });
    let unused = if fields.is_empty() && constants.is_empty() {
        quote! { let _ = map; }
    } else {
        TokenStream::new()
    };
    let read_body = if fields.is_empty() && constants.is_empty() {
        quote! { let _ = (key, map); Ok(Taken::Unknown) }
    } else {
        quote! { match key { #(#const_reads)* #(#reads)* _ => Ok(Taken::Unknown) } }
    };
    quote! {
        impl Record for #name {
            const NAME: &'static str = #name_text;
            const ALWAYS: &'static [&'static str] = &[#(#always),*];

            fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Taken, A::Error> { #read_body }

            fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> { #unused #(#const_writes)* #(#writes)* Ok(()) }

            fn extra(&self) -> &Extra { &self.extra }

            fn extra_mut(&mut self) -> &mut Extra { &mut self.extra }
        }

        graph_runtime::record!(#name);
    }
}

/// The plumbing of an operation: its records, what it is, how it is sent.
pub(super) fn operation(api: &Api, operation: &Operation, uses: &Uses) -> Vec<TokenStream> {
    let sent = operations::sent(operation);
    let mut items: Vec<TokenStream> = sent.iter().map(|sent| sent_record(operation, sent, uses)).collect();
    if let Some(filter) = &operation.filter {
        let name = uses.own(&filter.name);
        items.push(quote! { graph_runtime::filter!(#name); });
    }
    items.push(operation_impl(api, operation, &sent, uses));
    if let (Some(item), true) =
        (operation.page_of(), operation.params.iter().any(|param| param.name == "after" && *param.ty == Type::Cursor))
    {
        let (name, paged, cursor, item) =
            (uses.own(&operation.request), uses.runtime("PagedOperation"), uses.runtime("Cursor"), uses.ty(item));
        items.push(quote! {
            impl #paged for #name {
                type Item = #item;

                fn resume(&mut self, after: #cursor) { self.query.after = Some(after); }
            }
        });
    }
    items
}

fn sent_record(operation: &Operation, sent: &Sent<'_>, uses: &Uses) -> TokenStream {
    let fields = operations::record_fields(operation, sent);
    let fields: Vec<_> = fields.iter().map(|field| (field, field.always)).collect();
    let constants: Vec<_> =
        sent.params.iter().filter_map(|param| param.constant.as_deref().map(|constant| (param.name.as_str(), constant))).collect();
    record(&sent.name, &fields, &constants, uses)
}

fn operation_impl(api: &Api, operation: &Operation, sent: &[Sent<'_>], uses: &Uses) -> TokenStream {
    let name = uses.own(&operation.request);
    for used in ["Operation", "OperationMeta", "Outgoing", "RequestOptions"] {
        uses.runtime(used);
    }
    let meta = meta(api, operation, uses);
    let response = uses.ty(operation.returns.rust());
    let path = operation.path.iter().map(|segment| match segment {
        Segment::Literal(text) => quote! { to.segment(#text); },
        Segment::Id { name, .. } => {
            let member = ident(name);
            quote! { to.id(&self.#member); }
        }
        Segment::Value { name, ty } => {
            let member = ident(name);
            if matches!(ty, Type::Enum(_)) {
                quote! { to.value(self.#member.as_str()); }
            } else {
                quote! { to.value(&self.#member); }
            }
        }
    });
    let records = sent.iter().map(|record| {
        let member = ident(record.member);
        match record.place {
            In::Query => quote! { to.query(&self.#member); },
            In::Json => quote! { to.json(&self.#member); },
            In::Form | In::Multipart => quote! { to.form(&self.#member); },
        }
    });
    quote! {
        impl Operation for #name {
            const META: &'static OperationMeta = &#meta;

            type Response = #response;

            fn options(&self) -> &RequestOptions { &self.options }

            fn options_mut(&mut self) -> &mut RequestOptions { &mut self.options }

            fn encode(&self, to: &mut Outgoing) { #(#path)* #(#records)* }
        }
    }
}

/// What the runtime needs to know of an operation. What is as usual is left to `EMPTY`.
fn meta(api: &Api, operation: &Operation, uses: &Uses) -> TokenStream {
    let (id, request, path, page) = (&operation.id, &operation.request, operation.path_text(), &operation.page);
    let method_type = uses.runtime("Method");
    let method = match operation.method {
        Method::Get => quote!(#method_type::Get),
        Method::Post => quote!(#method_type::Post),
        Method::Delete => quote!(#method_type::Delete),
    };
    let mut members = vec![quote!(id: #id), quote!(request: #request), quote!(method: #method), quote!(path: #path), quote!(page: #page)];
    if operation.presence != Presence::default() {
        let availability = availability(&operation.presence, uses);
        members.push(quote!(availability: #availability));
    }
    match &*operation.permissions {
        Permissions::None => {}
        Permissions::All(names) => {
            let permissions = uses.runtime("Permissions");
            members.push(quote!(permissions: #permissions::All(&[#(#names),*])));
        }
        Permissions::Any(names) => {
            let permissions = uses.runtime("Permissions");
            members.push(quote!(permissions: #permissions::Any(&[#(#names),*])));
        }
    }
    if operation.no_auth {
        let auth = uses.runtime("Auth");
        members.push(quote!(auth: #auth::None));
    }
    if let Some(body) = operation.body {
        let kind = uses.runtime("BodyKind");
        let body = ident(match body {
            In::Form => "Form",
            In::Multipart => "Multipart",
            In::Json | In::Query => "Json",
        });
        members.push(quote!(body: #kind::#body));
    }
    if operation.idempotent {
        members.push(quote!(idempotent: true));
    }
    if let Some(paced) = &operation.paced {
        let (name, id) = (uses.runtime("Paced"), &paced.id);
        let pair = paced.pair.as_ref().map_or_else(|| quote!(None), |pair| quote!(Some(#pair)));
        members.push(quote!(paced: Some(#name { id: #id, pair: #pair })));
    }
    if operation.never_repeated {
        members.push(quote!(never_repeated: true));
    }
    let params: Vec<_> = operation.params.iter().filter_map(|param| param_meta(api, operation, param, uses)).collect();
    if !params.is_empty() {
        members.push(quote!(params: &[#(#params),*]));
    }
    let rules: Vec<_> = operation.rules.iter().map(|rule| rule_meta(rule, uses)).collect();
    if !rules.is_empty() {
        members.push(quote!(rules: &[#(#rules),*]));
    }
    let in_newest = operation.limits.iter().filter(|limit| limit.presence.contains(api.newest()));
    let limits: Vec<_> = in_newest.map(|limit| limit_meta(limit, uses)).collect();
    if !limits.is_empty() {
        members.push(quote!(limits: &[#(#limits),*]));
    }
    let errors: Vec<_> = operation.errors.iter().map(|here| error_doc(api, here, uses)).collect();
    if !errors.is_empty() {
        members.push(quote!(errors: &[#(#errors),*]));
    }
    quote! { OperationMeta { #(#members,)* ..OperationMeta::EMPTY } }
}

/// A parameter, if anything about it can be judged before it is sent.
fn param_meta(api: &Api, operation: &Operation, param: &Param, uses: &Uses) -> Option<TokenStream> {
    let (name, page) = (&param.name, &param.page);
    let mut members = vec![quote!(name: #name)];
    // A constructor argument cannot be left out.
    // A requirement that came or went was first seen in a version, which is no word of Meta's that the server enforces it.
    let enforced = *param.required && param.required.earlier.is_empty() && !param.contested;
    if enforced && param.constant.is_none() && !is_arg(operation, param) {
        let availability = uses.runtime("Availability");
        members.push(quote!(required: Some(#availability::ALWAYS)));
    }
    if param.secret {
        members.push(quote!(secret: true));
    }
    if param.strict {
        let digits = uses.runtime("Digits");
        let length = match param.length {
            Some(length) => {
                let length = Literal::u32_unsuffixed(length);
                quote!(Some(#length))
            }
            None => quote!(None),
        };
        members.push(quote!(digits: Some(#digits { length: #length })));
    }
    if param.presence != Presence::default() {
        let availability = availability(&param.presence, uses);
        members.push(quote!(availability: #availability));
    }
    let mut parts = Vec::new();
    parts_of(api, param.ty.rust(), &mut Vec::new(), &mut parts, uses);
    if !parts.is_empty() {
        members.push(quote!(parts: &[#(#parts),*]));
    }
    if members.len() == 1 {
        return None;
    }
    let meta = uses.runtime("ParamMeta");
    Some(quote! { #meta { #(#members,)* page: #page, ..#meta::EMPTY } })
}

/// What lies within a type and is not in every version: values of enums, fields of objects, each with the members that lead to it.
fn parts_of(api: &Api, ty: &Type, path: &mut Vec<String>, parts: &mut Vec<TokenStream>, uses: &Uses) {
    let (Type::Enum(name) | Type::Object(name)) = ty else {
        if let Type::List(inner) = ty {
            parts_of(api, inner, path, parts, uses);
        }
        return;
    };
    let Some(named) = api.named(name) else { return };
    let part = |presence: &Presence, value: Option<&String>, path: &[String], page: &String| {
        let (meta, availability) = (uses.runtime("PartMeta"), availability(presence, uses));
        let value = value.map_or_else(|| quote!(None), |value| quote!(Some(#value)));
        quote! { #meta { path: &[#(#path),*], value: #value, availability: #availability, page: #page } }
    };
    match &named.shape {
        Shape::Enum(values) => {
            let changed = values.iter().filter(|value| value.presence != Presence::default());
            parts.extend(changed.map(|value| part(&value.presence, Some(&value.value), path, &named.page)));
        }
        Shape::Object { fields, .. } => {
            for field in fields {
                // A type that contains itself is walked once.
                if path.contains(&field.name) {
                    continue;
                }
                path.push(field.name.clone());
                if field.presence != Presence::default() {
                    parts.push(part(&field.presence, None, path, &field.page));
                }
                parts_of(api, field.ty.rust(), path, parts, uses);
                path.pop();
            }
        }
    }
}

fn availability(presence: &Presence, uses: &Uses) -> TokenStream {
    let name = uses.runtime("Availability");
    if *presence == Presence::default() {
        return quote!(#name::ALWAYS);
    }
    let mut members = Vec::new();
    for (member, version) in
        [("since", presence.since), ("deprecated", presence.deprecated), ("removed", presence.removed), ("back", presence.back)]
    {
        if let Some(version) = version {
            let (member, ty) = (ident(member), uses.runtime("Version"));
            let (major, minor) = (Literal::u16_unsuffixed(version.0), Literal::u16_unsuffixed(version.1));
            members.push(quote!(#member: Some(#ty(#major, #minor))));
        }
    }
    if presence.gated {
        members.push(quote!(gated: true));
    }
    if let Some(instead) = &presence.instead {
        members.push(quote!(instead: Some(#instead)));
    }
    quote! { #name { #(#members,)* ..#name::ALWAYS } }
}

fn rule_meta(rule: &crate::model::Rule, uses: &Uses) -> TokenStream {
    let (name, doc, page) = (uses.runtime("RuleMeta"), &rule.doc, &rule.page);
    match &rule.kind {
        RuleKind::OneOf(params) => quote! { #name::OneOf { params: &[#(#params),*], doc: #doc, page: #page } },
        RuleKind::Requires(param, needs) => quote! { #name::Requires { param: #param, needs: &[#(#needs),*], doc: #doc, page: #page } },
        RuleKind::Excludes(params) => quote! { #name::Excludes { params: &[#(#params),*], doc: #doc, page: #page } },
    }
}

fn limit_meta(limit: &crate::model::Limit, uses: &Uses) -> TokenStream {
    let (name, max, per) = (uses.runtime("LimitMeta"), Literal::u32_unsuffixed(limit.max), &limit.per);
    let error = error_static(&limit.error, uses);
    let duration = uses.duration();
    let seconds = |seconds: u64| {
        let seconds = Literal::u64_unsuffixed(seconds);
        quote!(#duration::from_secs(#seconds))
    };
    let window = seconds(limit.window);
    let block = match limit.block {
        Some(block) => {
            let block = seconds(block);
            quote!(Some(#block))
        }
        None => quote!(None),
    };
    quote! { #name { max: #max, window: #window, per: #per, block: #block, error: &#error } }
}

fn error_doc(api: &Api, here: &crate::model::ErrorHere, uses: &Uses) -> TokenStream {
    let (name, error) = (uses.runtime("ErrorDoc"), error_static(&here.name, uses));
    let (cause, remedy) = (&here.cause, &here.remedy);
    // What the catalogue says is not written again.
    if api.error(&here.name).is_some_and(|general| general.cause == *cause && general.remedy == *remedy) {
        return quote! { #name::of(&#error) };
    }
    quote! { #name { error: &#error, cause: #cause, remedy: #remedy } }
}

/// The catalogue's entry of an error.
fn error_static(name: &str, uses: &Uses) -> TokenStream {
    let (module, name) = (uses.own("catalogue"), ident(&snake(name).to_uppercase()));
    quote!(#module::#name)
}
