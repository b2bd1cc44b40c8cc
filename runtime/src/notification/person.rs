//! Who an event is about: the identifiers that it proves to be one person's.

use crate::description::info::matches;
use crate::notification::facts::{IdInfo, IdentityInfo, Path, PersonInfo, WebhookInfo};
use crate::notification::look_up::{at, str_at};
use crate::values::view::{View, elements};
use crate::values::wire::Wire;

/// An identifier of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity<'a> {
    /// The kind, by its name in the spec.
    pub kind: &'static str,
    /// The identifier.
    pub value: &'a str,
    /// Whether it was the person's before, and another one of the kind is now.
    pub previous: bool,
}

/// A person, by the identifiers that one event proves to be theirs, and the contact that it has of them.
///
/// The contact is found by identifiers and never by its place in the list: an event of which nothing says whose it is has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Person<'a, C> {
    role: &'static str,
    ids: Vec<Identity<'a>>,
    contact: Option<&'a C>,
}

impl<'a, C> Person<'a, C> {
    /// What the person is to the event: `sender`.
    pub fn role(&self) -> &'static str {
        self.role
    }

    /// Every identifier, each once; those that were the person's before as well.
    pub fn ids(&self) -> &[Identity<'a>] {
        &self.ids
    }

    /// The identifier of a kind that is the person's now; of several the last, which is the newest.
    pub fn id(&self, kind: &str) -> Option<&'a str> {
        self.ids.iter().rfind(|id| id.kind == kind && !id.previous).map(|id| id.value)
    }

    /// What the notification says of them.
    pub fn contact(&self) -> Option<&'a C> {
        self.contact
    }
}

/// The item of an event, and what holds its list.
#[derive(Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub(crate) item: &'a dyn Wire,
    pub(crate) parent: Option<&'a dyn Wire>,
}

impl<'a> Holder<'a> {
    fn text(self, path: Path) -> Option<&'a str> {
        match path.split_first() {
            Some((&"..", rest)) => str_at(self.parent?, rest),
            _ => str_at(self.item, path),
        }
        .filter(|text| !text.is_empty())
    }
}

/// Everyone an event is about, in the order of the spec.
pub(crate) fn people<'a, C: Wire>(facts: &WebhookInfo, people: &[PersonInfo], holder: Holder<'a>, contacts: &'a [C]) -> Vec<Person<'a, C>> {
    let mut found = Vec::new();
    for info in people {
        let excluded = |(path, values): &(Path, &[&str])| holder.text(path).is_some_and(|text| values.contains(&text));
        if info.unless.iter().any(excluded) {
            continue;
        }
        match info.each {
            None => found.extend(person(facts, info, holder, contacts)),
            Some(path) => {
                if let Some(View::Array(list)) = at(holder.item, path).map(Wire::view) {
                    let each = elements(list).filter_map(|item| person(facts, info, Holder { item, parent: Some(holder.item) }, contacts));
                    found.extend(each);
                }
            }
        }
    }
    found
}

fn person<'a, C: Wire>(facts: &WebhookInfo, info: &PersonInfo, holder: Holder<'a>, contacts: &'a [C]) -> Option<Person<'a, C>> {
    let mut ids = identities(facts.identities, info.ids, holder);
    if ids.is_empty() {
        return None;
    }
    if info.newest_last {
        supersede(&mut ids);
    }
    let contact = joined(facts, &ids, contacts);
    if let Some(contact) = contact {
        for id in identities(facts.identities, facts.contact, Holder { item: contact, parent: None }) {
            if !ids.iter().any(|known| (known.kind, known.value) == (id.kind, id.value)) {
                // Before those of the event, which may be newer: a contact has the person as it was known.
                ids.insert(0, id);
            }
        }
    }
    Some(Person { role: info.role, ids, contact })
}

fn identities<'a>(kinds: &[IdentityInfo], ids: &[IdInfo], holder: Holder<'a>) -> Vec<Identity<'a>> {
    let mut found: Vec<Identity<'a>> = Vec::new();
    for info in ids {
        let Some(value) = holder.text(info.path) else { continue };
        let kind = kind_of(kinds, info.kind, value);
        match found.iter_mut().find(|known| known.kind == kind && known.value == value) {
            // What is the person's still is so, whatever else says that it was.
            Some(known) => known.previous &= info.previous,
            None => found.push(Identity { kind, value, previous: info.previous }),
        }
    }
    found
}

/// Of the identifiers of a kind that the person has now, all but the last were before.
fn supersede(ids: &mut [Identity<'_>]) {
    let mut newest: Vec<&str> = Vec::new();
    for id in ids.iter_mut().rev().filter(|id| !id.previous) {
        if newest.contains(&id.kind) {
            id.previous = true;
        } else {
            newest.push(id.kind);
        }
    }
}

/// The kind that a member is said to have, unless it only looks like another one: some members have had several.
pub(crate) fn kind_of(kinds: &[IdentityInfo], stated: &'static str, value: &str) -> &'static str {
    let looks = |info: &IdentityInfo| info.pattern.is_some_and(|runs| matches(runs, value));
    let fits_its_own = kinds.iter().any(|info| info.kind == stated && (info.pattern.is_none() || looks(info)));
    let other = || kinds.iter().find(|info| looks(info)).map(|info| info.kind);
    if fits_its_own { stated } else { other().unwrap_or(stated) }
}

/// The one contact that shares an identifier with the person and contradicts none. Where several do and differ, nothing says which it is.
fn joined<'a, C: Wire>(facts: &WebhookInfo, ids: &[Identity<'_>], contacts: &'a [C]) -> Option<&'a C> {
    let of = |contact: &'a C| identities(facts.identities, facts.contact, Holder { item: contact, parent: None });
    let fits = |contact: &&'a C| {
        let theirs = of(contact);
        let shares = theirs.iter().any(|their| ids.iter().any(|id| (id.kind, id.value) == (their.kind, their.value)));
        let contradicts = theirs.iter().any(|their| {
            ids.iter().any(|id| id.kind == their.kind) && !ids.iter().any(|id| (id.kind, id.value) == (their.kind, their.value))
        });
        shares && !contradicts
    };
    let mut found = contacts.iter().filter(fits);
    let first = found.next()?;
    found.all(|other| of(other) == of(first)).then_some(first)
}
