//! The events of a notification, each with the place that it has in it.

use std::fmt;
use std::ops::Deref;

use crate::notification::alternatives::alternative;
use crate::notification::envelope::{Change, Entry, FieldValue, Notification};
use crate::notification::facts::{CHANGED, EventInfo, NOTHING, OTHER, UNREAD, WebhookInfo};
use crate::notification::key::{Around, key};
use crate::notification::look_up::{seconds_at, str_at};
use crate::notification::person::{Holder, Person, people};
use crate::values::kept::Kept;
use crate::values::view::View;
use crate::values::wire::Wire;
use crate::webhook::{EventKey, FromBody};

/// What the emitted crate says of events: their type, and how the value of a change gives them.
pub trait Webhooks: FieldValue {
    /// The event of a kind.
    type Event<'a>;

    /// What a notification says of a person.
    type Contact: Wire;

    /// The tables of the spec.
    const INFO: &'static WebhookInfo;

    /// The contacts of a value.
    fn contacts(&self) -> &[Self::Contact];

    /// The number of the business that a value is about.
    fn number(&self) -> Option<&str>;

    /// The events of a value, one after the other.
    fn events<'a>(&'a self, place: Place<'a, Self>, give: &mut dyn FnMut(Self::Event<'a>));

    /// An event that is the same whatever the field.
    fn plain(plain: Plain<'_, Self>) -> Self::Event<'_>;
}

/// An event that is the same whatever the field.
pub enum Plain<'a, F> {
    /// What could not be read.
    Unread(Item<'a, Kept, F>),
    /// A change, an entry or a notification that holds nothing.
    Empty(Placed<'a, F>),
    /// The name of a field whose values are left out.
    Changed(Item<'a, String, F>),
}

/// Where in a notification something is.
pub struct Place<'a, F> {
    entry: Option<&'a Entry<F>>,
    change: Option<&'a Change<F>>,
}

impl<F> Clone for Place<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Place<'_, F> {}

/// Something in its place, and what the spec says of its kind.
pub struct Placed<'a, F> {
    item: &'a dyn Wire,
    parent: Option<&'a dyn Wire>,
    place: Place<'a, F>,
    info: &'static EventInfo,
}

impl<F> Clone for Placed<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Placed<'_, F> {}

impl<'a, F: Webhooks> Placed<'a, F> {
    /// The entry that it is in. A body that could not be read has none.
    pub fn entry(&self) -> Option<&'a Entry<F>> {
        self.place.entry
    }

    /// The change that it is in.
    pub fn change(&self) -> Option<&'a Change<F>> {
        self.place.change
    }

    /// What the change says as a whole.
    pub fn value(&self) -> Option<&'a F> {
        self.change()?.value()
    }

    /// The field of the change.
    pub fn field(&self) -> Option<&'a str> {
        self.change()?.field.as_deref()
    }

    /// The account of the entry; of some fields it is the business portfolio.
    pub fn account(&self) -> Option<&'a str> {
        self.entry()?.id.as_deref()
    }

    /// The number of the business that it is about.
    pub fn number(&self) -> Option<&'a str> {
        self.value()?.number()
    }

    /// The kind of event: the name of its variant.
    pub fn kind(&self) -> &'static str {
        self.info.name
    }

    /// Whether it may be answered: it is something that somebody did, now, and to this app.
    pub fn is_answerable(&self) -> bool {
        self.info.answerable
    }

    /// What kind of content it has, of those that the spec lists.
    pub fn content_kind(&self) -> Option<&'a str> {
        let (tag, names) = self.info.alternatives?;
        let View::Record(record) = self.item.view() else { return None };
        alternative(record, tag, names).or_else(|| str_at(self.item, &[tag]))
    }

    /// The key of the event, which is the same in each repetition: it is made of the event alone, without the time of the notification, its batch, or the
    /// order of its members.
    pub fn key(&self) -> EventKey {
        let is_name = std::ptr::eq(self.info, &raw const CHANGED);
        // Nothing else tells two changes apart whose values are left out.
        let time = self.entry().and_then(|entry| entry.time.as_ref()).filter(|_| is_name).map(ToString::to_string);
        key(self.info, self.item, self.content_kind(), &Around { account: self.account(), field: self.field(), time: time.as_deref() })
    }

    /// When it happened, in Unix seconds, where it says so.
    pub fn unix_time(&self) -> Option<i64> {
        seconds_at(self.item, self.info.time?)
    }

    /// What it answers or is about: an earlier message.
    pub fn reply_to(&self) -> Option<&'a str> {
        self.info.reply_to.iter().find_map(|path| str_at(self.item, path))
    }

    /// What it has, as JSON: what came, whether it is declared or not.
    pub fn json(&self) -> serde_json::Value {
        self.item.view().into_json()
    }

    pub(crate) fn item(&self) -> &'a dyn Wire {
        self.item
    }

    /// Whether it is about somebody with this identifier.
    pub fn is_about(&self, identifier: &str) -> bool {
        self.people().iter().any(|person| person.ids().iter().any(|id| id.value == identifier))
    }

    /// Who it is about. No one, where it does not say.
    pub fn person(&self) -> Option<Person<'a, F::Contact>> {
        self.people().into_iter().next()
    }

    /// Everyone it is about.
    pub fn people(&self) -> Vec<Person<'a, F::Contact>> {
        let contacts = self.value().map(F::contacts).unwrap_or_default();
        people(F::INFO, self.info.people, Holder { item: self.item, parent: self.parent }, contacts)
    }
}

impl<F> fmt::Debug for Placed<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.info.name)?;
        self.item.show(f)?;
        f.write_str(")")
    }
}

/// What an event has, in its place. It is what it has where that is expected.
pub struct Item<'a, T, F> {
    item: &'a T,
    placed: Placed<'a, F>,
}

impl<T, F> Clone for Item<'_, T, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, F> Copy for Item<'_, T, F> {}

impl<T, F> Deref for Item<'_, T, F> {
    type Target = T;

    fn deref(&self) -> &T {
        self.item
    }
}

impl<'a, T: Wire, F: Webhooks> Item<'a, T, F> {
    /// An element of a list, or a whole value.
    #[doc(hidden)]
    pub fn of(item: &'a T, parent: Option<&'a dyn Wire>, place: Place<'a, F>, info: &'static EventInfo) -> Self {
        Self { item, placed: Placed { item, parent, place, info } }
    }

    /// What the event has, for as long as the notification is there.
    pub fn get(&self) -> &'a T {
        self.item
    }

    /// The same without its type.
    pub fn placed(&self) -> &Placed<'a, F> {
        &self.placed
    }

    /// See [`Placed::entry`].
    pub fn entry(&self) -> Option<&'a Entry<F>> {
        self.placed.entry()
    }

    /// See [`Placed::change`].
    pub fn change(&self) -> Option<&'a Change<F>> {
        self.placed.change()
    }

    /// See [`Placed::account`].
    pub fn account(&self) -> Option<&'a str> {
        self.placed.account()
    }

    /// See [`Placed::number`].
    pub fn number(&self) -> Option<&'a str> {
        self.placed.number()
    }

    /// See [`Placed::key`].
    pub fn key(&self) -> EventKey {
        self.placed.key()
    }

    /// See [`Placed::unix_time`].
    pub fn unix_time(&self) -> Option<i64> {
        self.placed.unix_time()
    }

    /// See [`Placed::reply_to`].
    pub fn reply_to(&self) -> Option<&'a str> {
        self.placed.reply_to()
    }

    /// See [`Placed::person`].
    pub fn person(&self) -> Option<Person<'a, F::Contact>> {
        self.placed.person()
    }

    /// See [`Placed::people`].
    pub fn people(&self) -> Vec<Person<'a, F::Contact>> {
        self.placed.people()
    }
}

impl<'a, F: Webhooks> Item<'a, serde_json::Value, F> {
    /// The value of a change whose field is not described.
    #[doc(hidden)]
    pub fn other(value: &'a serde_json::Value, place: Place<'a, F>) -> Self {
        Self::of(value, None, place, &OTHER)
    }
}

impl<T: Wire, F> fmt::Debug for Item<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.placed, f)
    }
}

fn unread<'a, F: Webhooks>(kept: &'a Kept, place: Place<'a, F>) -> F::Event<'a> {
    F::plain(Plain::Unread(Item::of(kept, None, place, &UNREAD)))
}

fn empty<'a, F: Webhooks>(item: &'a dyn Wire, place: Place<'a, F>) -> F::Event<'a> {
    F::plain(Plain::Empty(Placed { item, parent: None, place, info: &NOTHING }))
}

impl<F: Webhooks> Notification<F> {
    /// Every event, in the order in which they are there: of each change at least one, whatever came.
    pub fn events(&self) -> impl Iterator<Item = F::Event<'_>> {
        let nowhere: Place<'_, F> = Place { entry: None, change: None };
        let whole = self.kept().map(|kept| unread(kept, nowhere));
        let misfits = self.entries.kept().map(move |kept| unread(kept, nowhere));
        let bare = (self.kept().is_none() && self.entries.is_empty() && self.entries.kept().next().is_none()).then(|| empty(self, nowhere));
        whole.into_iter().chain(self.entries.iter().flat_map(entry_events)).chain(misfits).chain(bare)
    }
}

fn entry_events<F: Webhooks>(entry: &Entry<F>) -> impl Iterator<Item = F::Event<'_>> {
    let place = Place { entry: Some(entry), change: None };
    let names = entry.changed_fields.iter().flatten();
    let changed = names.map(move |name| F::plain(Plain::Changed(Item::of(name, Some(entry), place, &CHANGED))));
    let misfits = entry.changes.kept().map(move |kept| unread(kept, place));
    let nothing =
        entry.changes.is_empty() && entry.changes.kept().next().is_none() && entry.changed_fields.iter().flatten().next().is_none();
    let bare = nothing.then(|| empty(entry, place));
    entry.changes.iter().flat_map(move |change| change_events(entry, change)).chain(changed).chain(misfits).chain(bare)
}

fn change_events<'a, F: Webhooks>(entry: &'a Entry<F>, change: &'a Change<F>) -> std::vec::IntoIter<F::Event<'a>> {
    let place = Place { entry: Some(entry), change: Some(change) };
    let mut events = Vec::new();
    match (change.value(), change.kept()) {
        (Some(value), _) => {
            value.events(place, &mut |event| events.push(event));
            value.value().each_kept(&mut |kept| events.push(unread(kept, place)));
        }
        (None, Some(kept)) => events.push(unread(kept, place)),
        (None, None) => {}
    }
    if events.is_empty() {
        events.push(empty(change, place));
    }
    events.into_iter()
}

impl<F: Webhooks> FromBody for Notification<F> {
    fn from_body(body: &[u8]) -> Self {
        Self::from_slice(body)
    }
}
