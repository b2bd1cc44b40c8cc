//! Webhooks: fields, events, and what is known of them.

use super::{Scope, availability, text};
use crate::{
    ast::{CauseDecl, EventDecl, IdDecl, MemberValues, PersonDecl, Text, WebhookDecl, WebhooksDecl},
    language::pattern,
    model::{Areas, Cause, EntryWindow, Event, Identity, Path, Payload, Person, PersonId, Progress, WebhookField, Webhooks, Window},
    naming,
};

pub(super) fn webhooks(scope: &Scope<'_>) -> Option<Webhooks> {
    let decl = scope.spec.webhooks.as_ref()?;
    let ty = |text: Option<&Text>| text.map_or(crate::model::Type::Json, |text| scope.ty(text, ""));
    let mut fields: Vec<WebhookField> = scope.spec.webhook_fields.iter().map(|field| self::field(scope, field)).collect();
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    Some(Webhooks {
        doc: text(decl.docs.doc.as_ref()),
        page: text(decl.docs.page.as_ref()),
        areas: decl.area.iter().map(|area| area.value.clone()).collect::<Areas>(),
        object: decl.object.value.clone(),
        identities: decl
            .identities
            .iter()
            .map(|identity| Identity {
                name: identity.name.value.clone(),
                doc: text(identity.docs.doc.as_ref()),
                pattern: identity.pattern.as_ref().and_then(|pattern| pattern::runs(pattern).ok()),
            })
            .collect(),
        contact: ty(decl.contact.as_ref().map(|contact| &contact.ty)),
        contact_ids: decl.contact.iter().flat_map(|contact| contact.ids.iter().map(person_id)).collect(),
        error: ty(decl.error.as_ref().map(|error| &error.ty)),
        error_code: decl.error.as_ref().map(|error| path(&error.code)).unwrap_or_default(),
        error_texts: decl.error.iter().flat_map(|error| error.texts.iter().map(path)).collect(),
        events: events(scope, decl),
        fields,
        progress: decl.progress.as_ref().map(|progress| Progress {
            event: progress.event.value.clone(),
            state: path(&progress.state),
            of: progress.of.iter().map(path).collect(),
            unless: values(&progress.unless),
            after: all_before(&progress.after),
        }),
        window: decl.window.as_ref().map(|window| Window {
            doc: text(window.docs.doc.as_ref()),
            page: text(window.docs.page.as_ref()),
            lasts: window.lasts,
            opened_by: window.opened_by.iter().map(cause).collect(),
            entry: window.entry.as_ref().map(|entry| EntryWindow {
                event: entry.event.value.clone(),
                from: path(&entry.from),
                within: entry.within,
                answer: cause(&entry.answer),
                lasts: entry.lasts,
                until: entry.until.as_ref().map(path),
            }),
        }),
        guide: decl
            .guide
            .iter()
            .map(|section| (section.title.value.clone(), text(Some(&section.text)), text(section.page.as_ref())))
            .collect(),
    })
}

fn path(text: &Text) -> Path {
    text.steps().into_iter().map(String::from).collect()
}

fn strings(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

fn values(decls: &[MemberValues]) -> Vec<(Path, Vec<String>)> {
    decls.iter().map(|decl| (path(&decl.path), strings(&decl.values))).collect()
}

fn person_id(decl: &IdDecl) -> PersonId {
    PersonId { kind: decl.kind.value.clone(), path: path(&decl.path), previous: decl.previous }
}

fn cause(decl: &CauseDecl) -> Cause {
    Cause { event: decl.event.value.clone(), when: values(&decl.when), unless: values(&decl.unless) }
}

/// For each state those before it, and those before these.
fn all_before(after: &[MemberValues]) -> Vec<(String, Vec<String>)> {
    let direct = |state: &str| after.iter().find(|decl| decl.path.value == state).map(|decl| strings(&decl.values)).unwrap_or_default();
    let all = |state: &str| {
        let mut found = direct(state);
        let mut at = 0;
        while at < found.len() {
            for earlier in direct(&found[at]) {
                if !found.contains(&earlier) {
                    found.push(earlier);
                }
            }
            at += 1;
        }
        found.retain(|earlier| earlier != state);
        found
    };
    after.iter().map(|decl| (decl.path.value.clone(), all(&decl.path))).collect()
}

fn events(scope: &Scope<'_>, decl: &WebhooksDecl) -> Vec<Event> {
    let event = |own: &EventDecl| {
        // What a kind does not say it has from the one that it is instead of.
        let base = own.instead_of.as_ref().and_then(|base| decl.events.iter().find(|event| event.name.value == base.value));
        let of = |says: fn(&EventDecl) -> bool| base.filter(|_| !says(own)).unwrap_or(own);
        Event {
            name: own.name.value.clone(),
            doc: text(own.docs.doc.as_ref()),
            ty: scope.ty(&own.ty, ""),
            instead_of: own.instead_of.as_ref().map(|base| (base.value.clone(), values(&own.when))),
            answerable: own.answerable,
            key: of(|it| !it.key.is_empty()).key.iter().map(path).collect(),
            without: strings(&of(|it| !it.without.is_empty()).without),
            of_account: of(|it| it.of_account).of_account,
            time: of(|it| it.time.is_some()).time.as_ref().map(path),
            reply_to: of(|it| !it.reply_to.is_empty()).reply_to.iter().map(path).collect(),
            people: of(|it| !it.people.is_empty()).people.iter().map(person).collect(),
        }
    };
    decl.events.iter().map(event).collect()
}

fn person(decl: &PersonDecl) -> Person {
    Person {
        role: decl.role.value.clone(),
        each: decl.each.as_ref().map(path),
        ids: decl.ids.iter().map(person_id).collect(),
        newest_last: decl.newest_last,
        unless: values(&decl.unless),
    }
}

fn field(scope: &Scope<'_>, decl: &WebhookDecl) -> WebhookField {
    WebhookField {
        name: decl.field.value.clone(),
        aliases: strings(&decl.aliases),
        variant: naming::upper_camel(&decl.field),
        doc: text(decl.docs.doc.as_ref()),
        page: text(decl.docs.page.as_ref()),
        availability: availability(&decl.docs.availability),
        permission: decl.permission.as_ref().map(|permission| permission.value.clone()),
        overridden: decl.overridden,
        subscribable: decl.subscribable,
        essential: decl.essential,
        entry_id: decl.entry_id.clone(),
        value: decl.value.as_ref().map(|value| scope.ty(value, "")),
        contacts: decl.contacts.as_ref().map(path),
        number: decl.number.as_ref().map(path),
        event: decl.event.as_ref().map(|event| event.value.clone()),
        events: decl.events.iter().map(|(list, kind)| (path(list), kind.value.clone())).collect(),
        payloads: decl
            .examples
            .iter()
            .map(|example| Payload {
                title: example.title.value.clone(),
                json: example.payload.json(),
                sees: example
                    .sees
                    .iter()
                    .map(|sees| match sees.split_once(' ') {
                        Some((kind, content)) => (kind.to_owned(), Some(content.to_owned())),
                        None => (sees.value.clone(), None),
                    })
                    .collect(),
                undeclared: strings(&example.undeclared),
            })
            .collect(),
    }
}
