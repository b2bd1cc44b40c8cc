//! The module of webhooks: the events, the values of fields, and the tables that the runtime reads.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    emit::{
        lines,
        print::{
            layout::RustFile,
            rustdoc::{deprecated, docs, is_deprecated, item, prose},
            tokens::{Uses, ident},
        },
    },
    language::pattern,
    model::{Alternatives, Api, Cause, Event, Field, NamedType, Object, Path, Person, PersonId, Type, TypeDef, WebhookField, Webhooks},
    naming::{Places, error_static, reserved::WEBHOOKS},
};

/// The enum of the fields of which an object has one, and the method that gives it.
pub(crate) fn alternatives(api: &Api, ty: &NamedType, object: &Object, alternatives: &Alternatives, uses: &Uses<'_>) -> Vec<TokenStream> {
    let (name, owner, method) = (ident(&alternatives.name), ident(&ty.name), ident(&alternatives.method));
    let tag = &object.fields[alternatives.tag];
    let tag_member = ident(&tag.rust);
    let tag_type = uses.ty(&tag.ty.newest);
    let mut variants = TokenStream::new();
    let mut arms = TokenStream::new();
    let mut alone = TokenStream::new();
    let mut names = Vec::new();
    for (value, variant, field) in &alternatives.variants {
        let variant = ident(variant);
        let Some(field) = field.and_then(|index| object.fields.get(index)) else {
            let doc = docs(&format!("`{value}`, which has nothing of its own."));
            variants.extend(quote!(#doc #variant,));
            alone.extend(quote!(Some(#tag_type::#variant) => #name::#variant,));
            continue;
        };
        let (doc, member) = (docs(&prose(&field.doc)), ident(&field.rust));
        let (held, taken) = held(field, &quote!(self.#member), uses);
        variants.extend(quote!(#doc #variant(&'a #held),));
        arms.extend(quote!(#value => #taken.map(#name::#variant),));
        names.push(value.clone());
    }
    let otherwise = if alone.is_empty() {
        quote!(#name::Other(self.#tag_member.as_ref()))
    } else {
        quote!(match &self.#tag_member { #alone tag => #name::Other(tag.as_ref()) })
    };
    let doc = docs(&format!("What a `{}` is about: the member that came, which `{}` confirms.", ty.name, tag.name));
    let other = docs(&format!(
        "Nothing that the spec lists came. What came is in `extra()`, and `{}`, where it came, is here: of one that the spec lists, the member of its \
         name is missing.",
        tag.name
    ));
    let method_doc = docs(&format!(
        "What it is about: of the members that came the one that `{}` names, else the first. One that came decides, whatever `{}` says.",
        tag.name, tag.name
    ));
    let tag_name = &tag.name;
    let gone = |name: &str| match &api.named(name)?.def {
        TypeDef::Enum(values) => values.iter().find(|value| is_deprecated(api, &value.availability)).map(drop),
        _ => None,
    };
    let allow = tag.ty.newest.name().and_then(gone).map(|()| quote!(#[allow(deprecated, reason = "what Meta deprecates is still read")]));
    vec![
        quote! {
            #doc
            #[derive(Clone, Copy, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #name<'a> { #variants #other Other(Option<&'a #tag_type>) }
        },
        quote! {
            impl #owner {
                #method_doc
                #allow
                pub fn #method(&self) -> #name<'_> {
                    let came = graph_runtime::notification::alternative(self, #tag_name, &[#(#names),*]);
                    let came = match came.unwrap_or_default() { #arms _ => None };
                    came.unwrap_or(#otherwise)
                }
            }
        },
    ]
}

/// What a variant refers to, and the expression that gives it if it is there.
fn held(field: &Field, member: &TokenStream, uses: &Uses<'_>) -> (TokenStream, TokenStream) {
    match &field.ty.newest {
        Type::List(inner) if field.isolated => {
            let inner = uses.ty(inner);
            (quote!([#inner]), quote!(#member.is_present().then_some(&*#member)))
        }
        ty if field.boxed => (uses.ty(ty), quote!(#member.as_deref())),
        ty => (uses.ty(ty), quote!(#member.as_ref())),
    }
}

/// `webhooks/mod.rs`, but for its modules.
pub(crate) fn module(api: &Api, webhooks: &Webhooks, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let mut items = vec![field_names(api, webhooks, &uses), field_value(api, webhooks, &uses), events_enum(webhooks, &uses)];
    items.extend(parse(&tables(api, webhooks)));
    items.extend(error_impl(api, webhooks, &uses));
    let text = include_str!("../templates/webhooks.rs").replace("{{library}}", places.library());
    let page = if webhooks.page.is_empty() { String::new() } else { format!("\n\n[Meta's page]({})", webhooks.page) };
    let docs =
        format!("{}\n\n{}{page}", prose(&webhooks.doc), include_str!("../templates/webhooks.md").replace("{{library}}", places.library()));
    // What the module's own files have is there.
    let own: Vec<String> = api.types.iter().filter(|ty| places.module(&ty.name) == WEBHOOKS).map(|ty| ty.name.clone()).collect();
    RustFile { docs: lines(docs.trim()), head: uses.lines(&own), fixed: text, items, ..RustFile::default() }
}

fn parse(text: &str) -> Option<TokenStream> {
    text.parse().ok()
}

/// The open enum of the fields' names.
fn field_names(api: &Api, webhooks: &Webhooks, uses: &Uses<'_>) -> TokenStream {
    let unlisted = uses.runtime("Unlisted");
    let variant = |field: &WebhookField| {
        let mut text = prose(&field.doc);
        if !field.subscribable {
            text.push_str("\n\nIt is not offered for subscription.");
        }
        let (doc, variant) = (docs(&item(&text, Some(&field.page), &field.availability)), ident(&field.variant));
        let deprecated = deprecated(api, &field.availability);
        quote!(#doc #deprecated #variant,)
    };
    let variants: TokenStream = webhooks.fields.iter().map(variant).collect();
    let table: TokenStream = webhooks
        .fields
        .iter()
        .map(|field| {
            let (variant, name) = (ident(&field.variant), &field.name);
            quote!(#variant = #name,)
        })
        .collect();
    let mut codec = quote!(graph_runtime::open_enum!(WebhookField { #table }););
    if webhooks.fields.iter().any(|field| is_deprecated(api, &field.availability)) {
        codec = quote! {
            #[allow(deprecated, reason = "what Meta deprecates is still read and written")]
            const _: () = { #codec };
        };
    }
    quote! {
        /// A field of webhooks, by its name: what is subscribed, and what a change is about.
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum WebhookField {
            #variants
            /// A field that the spec does not list, kept verbatim; `From<&str>` makes one.
            Unlisted(#unlisted),
        }

        #codec
    }
}

fn valued(webhooks: &Webhooks) -> impl Iterator<Item = (&WebhookField, &Type)> {
    webhooks.fields.iter().filter_map(|field| Some((field, field.value.as_ref()?)))
}

/// The enum of the values, and how the runtime reads them and finds what is in them.
fn field_value(api: &Api, webhooks: &Webhooks, uses: &Uses<'_>) -> TokenStream {
    let value = uses.runtime("Value");
    let contact = uses.ty(&webhooks.contact);
    let (mut variants, mut of, mut shown, mut read) = (TokenStream::new(), TokenStream::new(), TokenStream::new(), TokenStream::new());
    let (mut contacts, mut numbers, mut events) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for (field, ty) in valued(webhooks) {
        let (variant, held) = (ident(&field.variant), uses.ty(ty));
        let names = std::iter::once(&field.name).chain(&field.aliases);
        let doc = docs(&format!("The value of `{}`.", field.name));
        variants.extend(quote!(#doc #variant(Box<#held>),));
        of.extend(quote!(Some(#(#names)|*) => Self::#variant(Box::default()),));
        shown.extend(quote!(Self::#variant(value) => &**value,));
        read.extend(quote!(Self::#variant(value) => &mut **value,));
        if let Some(path) = &field.contacts {
            let list = slice_at(api, ty, path);
            contacts.extend(quote!(Self::#variant(value) => #list,));
        }
        if let Some(path) = &field.number {
            let text = text_at(api, ty, path);
            numbers.extend(quote!(Self::#variant(value) => #text,));
        }
        let walk = walk(api, webhooks, field, ty);
        events.extend(quote!(Self::#variant(value) => { #walk }));
    }
    quote! {
        /// The value of a change, by its field.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum FieldValue {
            #variants
            /// The value of a field that the spec does not list, or of which no page shows the value.
            Unlisted(#value),
        }

        impl Default for FieldValue {
            fn default() -> Self { Self::Unlisted(#value::Null) }
        }

        impl graph_runtime::notification::FieldValue for FieldValue {
            fn of(field: Option<&str>) -> Self {
                match field { #of _ => Self::default() }
            }

            fn value(&self) -> &dyn graph_runtime::Wire {
                match self { #shown Self::Unlisted(value) => value }
            }

            fn value_mut(&mut self) -> &mut dyn graph_runtime::Wire {
                match self { #read Self::Unlisted(value) => value }
            }
        }

        impl graph_runtime::notification::Webhooks for FieldValue {
            type Event<'a> = Event<'a>;
            type Contact = #contact;

            const INFO: &'static graph_runtime::notification::WebhookInfo = &INFO;

            fn contacts(&self) -> &[#contact] {
                match self { #contacts _ => &[] }
            }

            fn number(&self) -> Option<&str> {
                match self { #numbers _ => None }
            }

            fn events<'a>(&'a self, place: graph_runtime::notification::Place<'a, Self>, give: &mut dyn FnMut(Event<'a>)) {
                match self { #events Self::Unlisted(value) => give(Event::Other(Item::other(value, place))) }
            }

            fn plain(plain: graph_runtime::notification::Plain<'_, Self>) -> Event<'_> {
                match plain {
                    graph_runtime::notification::Plain::Unread(item) => Event::Unread(item),
                    graph_runtime::notification::Plain::Empty(placed) => Event::Empty(placed),
                    graph_runtime::notification::Plain::Changed(item) => Event::Changed(item),
                }
            }
        }
    }
}

/// The field of an object at a name.
fn field_of<'a>(api: &'a Api, ty: &Type, name: &str) -> Option<&'a Field> {
    match &api.named(ty.name()?)?.def {
        TypeDef::Object(object) => object.fields.iter().find(|field| field.name == name),
        _ => None,
    }
}

/// A list of contacts within a value.
fn slice_at(api: &Api, ty: &Type, path: &Path) -> TokenStream {
    let Some((last, before)) = path.split_last() else { return quote!(&[]) };
    let (mut ty, mut expression, mut optional) = (ty.clone(), quote!(value), false);
    for name in before {
        let Some(field) = field_of(api, &ty, name) else { return quote!(&[]) };
        let member = ident(&field.rust);
        expression = if optional { quote!(#expression.and_then(|it| it.#member.as_ref())) } else { quote!(#expression.#member.as_ref()) };
        optional = true;
        ty = field.ty.newest.clone();
    }
    let Some(field) = field_of(api, &ty, last) else { return quote!(&[]) };
    let member = ident(&field.rust);
    if optional { quote!(#expression.map_or(&[], |it| &*it.#member)) } else { quote!(&#expression.#member) }
}

/// The text of a member within a value.
fn text_at(api: &Api, ty: &Type, path: &Path) -> TokenStream {
    let (mut ty, mut expression, mut optional) = (ty.clone(), quote!(value), false);
    for name in path {
        let Some(field) = field_of(api, &ty, name) else { return quote!(None) };
        let member = ident(&field.rust);
        expression = if optional { quote!(#expression.and_then(|it| it.#member.as_ref())) } else { quote!(#expression.#member.as_ref()) };
        optional = true;
        ty = field.ty.newest.clone();
    }
    quote!(#expression.map(|it| it.as_str()))
}

/// Lists and objects that lead to events: what is at each step.
#[derive(Default)]
struct Steps<'a> {
    event: Option<&'a str>,
    below: Vec<(&'a str, Steps<'a>)>,
}

impl<'a> Steps<'a> {
    fn put(&mut self, path: &'a [String], event: &'a str) {
        let Some((first, rest)) = path.split_first() else {
            self.event = Some(event);
            return;
        };
        let at = self.below.iter().position(|(name, _)| name == first).unwrap_or_else(|| {
            self.below.push((first, Steps::default()));
            self.below.len() - 1
        });
        if let Some((_, below)) = self.below.get_mut(at) {
            below.put(rest, event);
        }
    }
}

/// The statements that give the events of a value.
fn walk(api: &Api, webhooks: &Webhooks, field: &WebhookField, ty: &Type) -> TokenStream {
    let mut steps = Steps::default();
    for (path, event) in &field.events {
        steps.put(path, event);
    }
    let mut statements = TokenStream::new();
    if let Some(event) = &field.event {
        statements.extend(given(webhooks, event, &quote!(&**value), &quote!(None)));
    }
    statements.extend(below(api, webhooks, &steps, ty, &quote!(value), &quote!(&**value), 0));
    statements
}

/// The statement that gives an event: of the kind that is instead of the usual one, if it has its values.
fn given(webhooks: &Webhooks, event: &str, item: &TokenStream, parent: &TokenStream) -> TokenStream {
    let give = |event: &str| {
        let (variant, info) = (ident(event), ident(&error_static(event)));
        quote!(give(Event::#variant(Item::of(#item, #parent, place, &#info)));)
    };
    let usual = give(event);
    let mut statement = TokenStream::new();
    for other in webhooks.instead_of(event) {
        let (info, give) = (ident(&error_static(&other.name)), give(&other.name));
        statement.extend(quote!(if graph_runtime::notification::fits(#item, #info.when) { #give } else));
    }
    if statement.is_empty() { usual } else { quote!(#statement { #usual }) }
}

fn below(
    api: &Api,
    webhooks: &Webhooks,
    steps: &Steps<'_>,
    ty: &Type,
    holder: &TokenStream,
    parent: &TokenStream,
    depth: usize,
) -> TokenStream {
    let mut statements = TokenStream::new();
    for (name, next) in &steps.below {
        let Some(field) = field_of(api, ty, name) else { continue };
        let (member, item) = (ident(&field.rust), ident(&format!("item_{depth}")));
        let inner = below(api, webhooks, next, &field.ty.newest, &quote!(#item), &quote!(#item), depth + 1);
        let given = next.event.map(|event| given(webhooks, event, &quote!(#item), &quote!(Some(#parent))));
        if field.isolated {
            statements.extend(quote! {
                for #item in &#holder.#member { #given #inner }
            });
        } else {
            let taken = if field.boxed { quote!(as_deref()) } else { quote!(as_ref()) };
            statements.extend(quote!(if let Some(#item) = #holder.#member.#taken { #given #inner }));
        }
    }
    statements
}

/// The enum of events.
fn events_enum(webhooks: &Webhooks, uses: &Uses<'_>) -> TokenStream {
    let value = uses.runtime("Value");
    let contact = uses.ty(&webhooks.contact);
    let (mut variants, mut arms) = (TokenStream::new(), TokenStream::new());
    for event in &webhooks.events {
        let said = if event.answerable { "" } else { "\n\nIt is to be answered by no one: no one did it now, to this app." };
        let fields: Vec<String> = webhooks
            .fields
            .iter()
            .filter(|field| {
                let kind = event.instead_of.as_ref().map_or(&event.name, |(base, _)| base);
                field.event.as_ref() == Some(kind) || field.events.iter().any(|(_, given)| given == kind)
            })
            .map(|field| format!("`{}`", field.name))
            .collect();
        let doc = docs(&format!("{}{said}\n\nIn {}.", prose(&event.doc), fields.join(", ")));
        let (variant, held) = (ident(&event.name), uses.ty(&event.ty));
        variants.extend(quote!(#doc #variant(Item<'a, #held>),));
        arms.extend(quote!(Self::#variant(item) => item.placed(),));
    }
    quote! {
        /// What happened, one at a time.
        ///
        /// What is not done now, or not to this app, is of kinds of its own: a match on what may be answered never gives it
        /// ([`Event::is_answerable`]).
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub enum Event<'a> {
            #variants
            /// A change of a field that the spec does not list, or of which no page shows the value: free JSON.
            Other(Item<'a, #value>),
            /// A change that holds nothing, or nothing that makes an event: what it has is in its place.
            Empty(Placed<'a>),
            /// The name of a field that changed, if the subscription leaves out the values.
            Changed(Item<'a, String>),
            /// What could not be read, alone: the reason and the JSON text.
            Unread(Item<'a, Kept>),
        }

        impl<'a> Event<'a> {
            /// The key of the event, which is the same in each repetition. See [`Placed::key`](graph_runtime::notification::Placed::key).
            pub fn key(&self) -> EventKey {
                self.placed().key()
            }

            /// Whether it may be answered: somebody did it, now, and to this app.
            pub fn is_answerable(&self) -> bool {
                self.placed().is_answerable()
            }

            /// Who it is about. See [`Placed::person`](graph_runtime::notification::Placed::person).
            pub fn person(&self) -> Option<Person<'a, #contact>> {
                self.placed().person()
            }

            /// The event without its type, in its place: everything that events of all kinds have.
            pub fn placed(&self) -> &Placed<'a> {
                match self {
                    #arms
                    Self::Other(item) => item.placed(),
                    Self::Empty(placed) => placed,
                    Self::Changed(item) => item.placed(),
                    Self::Unread(item) => item.placed(),
                }
            }
        }
    }
}

/// The tables of the spec.
fn tables(api: &Api, webhooks: &Webhooks) -> String {
    let runtime = "graph_runtime::notification";
    let identity = |identity: &crate::model::Identity| {
        let pattern = identity.pattern.as_ref().map_or_else(|| "None".to_owned(), |runs| format!("Some({})", pattern::literal(runs)));
        format!("{runtime}::IdentityInfo {{ kind: {:?}, pattern: {pattern} }}", identity.name)
    };
    let identities: Vec<String> = webhooks.identities.iter().map(identity).collect();
    let mut text = format!(
        "/// What the spec says of webhooks as a whole.\nstatic INFO: {runtime}::WebhookInfo = {runtime}::WebhookInfo {{ identities: &[{}], contact: {}, progress: {}, window: {} }};\n",
        identities.join(", "),
        ids(&webhooks.contact_ids),
        if webhooks.progress.is_some() { "Some(&PROGRESS)" } else { "None" },
        if webhooks.window.is_some() { "Some(&WINDOW)" } else { "None" },
    );
    for event in &webhooks.events {
        let _ = writeln!(text, "static {}: {runtime}::EventInfo = {};", error_static(&event.name), event_info(api, event));
    }
    if let Some(progress) = &webhooks.progress {
        let after: Vec<String> = progress.after.iter().map(|(state, before)| format!("({state:?}, &{before:?} as &[&str])")).collect();
        let _ = writeln!(
            text,
            "/// The order in which the states of a message follow each other.\npub static PROGRESS: {runtime}::ProgressInfo = {runtime}::ProgressInfo {{ event: {:?}, state: &{:?}, of: &[{}], unless: &[{}], after: &[{}] }};",
            progress.event,
            progress.state,
            paths(&progress.of),
            member_values(&progress.unless),
            after.join(", ")
        );
    }
    if let Some(window) = &webhooks.window {
        let causes: Vec<String> = window.opened_by.iter().map(cause).collect();
        let entry = window.entry.as_ref().map_or_else(
            || "None".to_owned(),
            |entry| {
                format!(
                    "Some({runtime}::EntryWindowInfo {{ event: {:?}, from: &{:?}, within: {}, answer: {}, lasts: {}, until: {} }})",
                    entry.event,
                    entry.from,
                    entry.within,
                    cause(&entry.answer),
                    entry.lasts,
                    optional(entry.until.as_ref())
                )
            },
        );
        let _ = writeln!(
            text,
            "/// How long what may be sent is free in form.\npub static WINDOW: {runtime}::WindowInfo = {runtime}::WindowInfo {{ lasts: {}, opened_by: &[{}], entry: {entry} }};",
            window.lasts,
            causes.join(", ")
        );
    }
    text
}

fn cause(cause: &Cause) -> String {
    format!(
        "graph_runtime::notification::Cause {{ event: {:?}, when: &[{}], unless: &[{}] }}",
        cause.event,
        member_values(&cause.when),
        member_values(&cause.unless)
    )
}

fn optional(path: Option<&Path>) -> String {
    path.map_or_else(|| "None".to_owned(), |path| format!("Some(&{path:?})"))
}

fn paths(paths: &[Path]) -> String {
    paths.iter().map(|path| format!("&{path:?}")).collect::<Vec<_>>().join(", ")
}

fn member_values(values: &[(Path, Vec<String>)]) -> String {
    values.iter().map(|(path, values)| format!("(&{path:?} as &[&str], &{values:?} as &[&str])")).collect::<Vec<_>>().join(", ")
}

fn ids(ids: &[PersonId]) -> String {
    let one = |id: &PersonId| {
        format!("graph_runtime::notification::IdInfo {{ kind: {:?}, path: &{:?}, previous: {} }}", id.kind, id.path, id.previous)
    };
    format!("&[{}]", ids.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn event_info(api: &Api, event: &Event) -> String {
    let person = |person: &Person| {
        format!(
            "graph_runtime::notification::PersonInfo {{ role: {:?}, each: {}, ids: {}, newest_last: {}, unless: &[{}] }}",
            person.role,
            optional(person.each.as_ref()),
            ids(&person.ids),
            person.newest_last,
            member_values(&person.unless)
        )
    };
    let people: Vec<String> = event.people.iter().map(person).collect();
    let object = event.ty.name().and_then(|name| api.named(name)).and_then(|ty| match &ty.def {
        TypeDef::Object(object) => Some(object),
        _ => None,
    });
    let alternatives = object.and_then(|object| Some((object, object.alternatives.as_ref()?))).map_or_else(
        || "None".to_owned(),
        |(object, alternatives)| {
            let names: Vec<&String> =
                alternatives.variants.iter().filter(|(_, _, field)| field.is_some()).map(|(value, ..)| value).collect();
            format!("Some(({:?}, &{names:?}))", object.fields[alternatives.tag].name)
        },
    );
    format!(
        "graph_runtime::notification::EventInfo {{ name: {:?}, when: &[{}], answerable: {}, alternatives: {alternatives}, key: &[{}], without: &{:?}, of_account: {}, time: {}, reply_to: &[{}], people: &[{}] }}",
        event.name,
        event.instead_of.as_ref().map(|(_, when)| member_values(when)).unwrap_or_default(),
        event.answerable,
        paths(&event.key),
        event.without,
        event.of_account,
        optional(event.time.as_ref()),
        paths(&event.reply_to),
        people.join(", ")
    )
}

/// What the catalog has of an error.
fn error_impl(api: &Api, webhooks: &Webhooks, uses: &Uses<'_>) -> Option<TokenStream> {
    let name = webhooks.error.name()?;
    let error = uses.own(name);
    let (kind, info) = (uses.own("ErrorKind"), uses.runtime("ErrorInfo"));
    let code = field_of(api, &webhooks.error, webhooks.error_code.first()?)?;
    let name = ident(&code.rust);
    let code = if matches!(code.ty.newest, Type::IntString) { quote!(self.#name?.get()) } else { quote!(self.#name?) };
    let texts: Vec<TokenStream> = webhooks.error_texts.iter().map(|path| text_of_error(api, &webhooks.error, path)).collect();
    Some(quote! {
        impl #error {
            /// What the error means. It goes through the same table as the errors of calls, so that one `match` serves both.
            pub fn kind(&self) -> Option<#kind> {
                let code = self.number()?;
                Some(self.info().and_then(#kind::of).unwrap_or(#kind::Other { code, subcode: None }))
            }

            /// What the spec says of it: title, cause, remedy, category. Nothing for a code that the spec does not list.
            pub fn info(&self) -> Option<&'static #info> {
                crate::error_catalog::ERROR_CATALOG.recognize(self.number()?, None, &[#(#texts),*])
            }

            fn number(&self) -> Option<u32> {
                u32::try_from(#code).ok()
            }
        }
    })
}

fn text_of_error(api: &Api, ty: &Type, path: &Path) -> TokenStream {
    let (mut ty, mut expression, mut optional) = (ty.clone(), quote!(self), false);
    for (index, name) in path.iter().enumerate() {
        let Some(field) = field_of(api, &ty, name) else { return quote!(None) };
        let member = ident(&field.rust);
        if index + 1 == path.len() && field.ty.newest == Type::String {
            return if optional {
                quote!(#expression.and_then(|it| it.#member.as_deref()))
            } else {
                quote!(#expression.#member.as_deref())
            };
        }
        expression = if optional { quote!(#expression.and_then(|it| it.#member.as_ref())) } else { quote!(#expression.#member.as_ref()) };
        optional = true;
        ty = field.ty.newest.clone();
    }
    quote!(#expression.map(|it| it.as_str()))
}
