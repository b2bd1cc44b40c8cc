//! webhooks.yaml and webhooks/*.yaml.

use super::{File, docs, entries_at, is_set, items_at, name, one_or_many, text, text_at, texts_at};
use crate::{
    ast::{
        At, CauseDecl, ContactDecl, EntryWindowDecl, ErrorRoleDecl, EventDecl, IdDecl, IdentityDecl, MemberValues, PayloadDecl, PersonDecl,
        ProgressDecl, SectionDecl, Text, WebhookDecl, WebhooksDecl, WindowDecl,
    },
    language::scalar,
    parse::{Span, Tree},
};

/// What all webhooks share; what it lacks was reported.
pub(super) fn webhooks(file: &File) -> WebhooksDecl {
    let tree = &file.tree;
    let page = text_at(tree, "page");
    WebhooksDecl {
        docs: docs::docs(tree, None),
        at: Span { end: tree.span.start, ..tree.span },
        area: text_at(tree, "area"),
        object: or_missing(tree, "object"),
        identities: entries_at(tree, "identities")
            .iter()
            .map(|entry| IdentityDecl {
                name: name(entry),
                docs: docs::docs(&entry.value, page.as_ref()),
                pattern: text_at(&entry.value, "pattern"),
            })
            .collect(),
        contact: tree.get("contact").map(|tree| ContactDecl { ty: or_missing(tree, "type"), ids: ids(tree, "ids", false) }),
        error: tree.get("error").map(|tree| ErrorRoleDecl {
            ty: or_missing(tree, "type"),
            code: or_missing(tree, "code"),
            texts: texts_at(tree, "texts"),
        }),
        events: events(entries_at(tree, "events"), page.as_ref()),
        progress: tree.get("progress").map(|tree| ProgressDecl {
            event: or_missing(tree, "event"),
            state: or_missing(tree, "state"),
            of: texts_at(tree, "of"),
            unless: values(tree, "unless"),
            after: values(tree, "after"),
        }),
        window: tree.get("window").map(|tree| WindowDecl {
            docs: docs::docs(tree, page.as_ref()),
            lasts: seconds(tree, "lasts"),
            opened_by: items_at(tree, "opened_by").iter().map(cause).collect(),
            entry: tree.get("entry").map(|tree| EntryWindowDecl {
                event: or_missing(tree, "event"),
                from: or_missing(tree, "from"),
                within: seconds(tree, "within"),
                answer: tree.get("answer").map_or_else(|| cause(tree), cause),
                lasts: seconds(tree, "lasts"),
                until: text_at(tree, "until"),
            }),
        }),
        guide: items_at(tree, "guide")
            .iter()
            .map(|tree| SectionDecl {
                title: or_missing(tree, "title"),
                text: or_missing(tree, "text"),
                page: docs::page(tree, page.as_ref()),
            })
            .collect(),
    }
}

/// A missing text was reported.
fn or_missing(tree: &Tree, key: &str) -> Text {
    text_at(tree, key).unwrap_or_else(|| At { value: String::new(), span: Span { end: tree.span.start, ..tree.span } })
}

fn seconds(tree: &Tree, key: &str) -> u64 {
    text_at(tree, key).and_then(|text| scalar::seconds(&text)).unwrap_or_default()
}

fn ids(tree: &Tree, key: &str, previous: bool) -> Vec<IdDecl> {
    let of = |entry: &crate::parse::Entry| {
        let kind = name(entry);
        one_or_many(&entry.value).into_iter().map(move |path| IdDecl { kind: kind.clone(), path, previous }).collect::<Vec<_>>()
    };
    entries_at(tree, key).iter().flat_map(of).collect()
}

fn values(tree: &Tree, key: &str) -> Vec<MemberValues> {
    entries_at(tree, key).iter().map(|entry| MemberValues { path: name(entry), values: one_or_many(&entry.value) }).collect()
}

fn cause(tree: &Tree) -> CauseDecl {
    CauseDecl { event: or_missing(tree, "event"), when: values(tree, "when"), unless: values(tree, "unless") }
}

/// The kinds of events; one that is instead of another has its type.
fn events(entries: &[crate::parse::Entry], page: Option<&Text>) -> Vec<EventDecl> {
    let type_of = |kind: &str| entries.iter().find(|entry| entry.key == kind).and_then(|entry| text_at(&entry.value, "type"));
    let one = |entry: &crate::parse::Entry| {
        let mut decl = event(name(entry), &entry.value, page);
        if let (None, Some(base)) = (entry.value.get("type"), &decl.instead_of) {
            decl.ty = type_of(base).unwrap_or(decl.ty);
        }
        decl
    };
    entries.iter().map(one).collect()
}

fn event(name: Text, tree: &Tree, page: Option<&Text>) -> EventDecl {
    let person = |entry: &crate::parse::Entry| PersonDecl {
        role: super::name(entry),
        each: text_at(&entry.value, "each"),
        ids: ids(&entry.value, "ids", false).into_iter().chain(ids(&entry.value, "previous", true)).collect(),
        newest_last: is_set(&entry.value, "newest_last"),
        unless: values(&entry.value, "unless"),
    };
    EventDecl {
        docs: docs::docs(tree, page),
        ty: text_at(tree, "type").unwrap_or_else(|| At { value: "json".into(), span: name.span }),
        instead_of: text_at(tree, "instead_of"),
        when: values(tree, "when"),
        answerable: is_set(tree, "answerable"),
        key: texts_at(tree, "key"),
        without: texts_at(tree, "without"),
        of_account: is_set(tree, "account"),
        time: text_at(tree, "time"),
        reply_to: tree.get("reply_to").map(one_or_many).unwrap_or_default(),
        people: entries_at(tree, "people").iter().map(person).collect(),
        name,
    }
}

/// A field; nothing if the file does not say which.
pub(super) fn webhook(file: &File) -> Option<WebhookDecl> {
    let tree = &file.tree;
    Some(WebhookDecl {
        field: text_at(tree, "field")?,
        docs: docs::docs(tree, None),
        aliases: texts_at(tree, "aliases"),
        permission: text_at(tree, "permission"),
        overridden: is_set(tree, "override"),
        essential: is_set(tree, "essential"),
        subscribable: tree.get("subscribable").and_then(Tree::bool) != Some(false),
        entry_id: text_at(tree, "entry_id").map(|text| text.value).unwrap_or_default(),
        value: text_at(tree, "value"),
        contacts: text_at(tree, "contacts"),
        number: text_at(tree, "number"),
        event: text_at(tree, "event"),
        events: entries_at(tree, "events").iter().filter_map(|entry| Some((name(entry), text(&entry.value)?))).collect(),
        examples: items_at(tree, "examples").iter().map(payload).collect(),
    })
}

fn payload(tree: &Tree) -> PayloadDecl {
    PayloadDecl {
        title: or_missing(tree, "title"),
        payload: tree.get("payload").cloned().unwrap_or_else(|| tree.clone()),
        sees: texts_at(tree, "sees"),
        undeclared: texts_at(tree, "undeclared"),
    }
}
