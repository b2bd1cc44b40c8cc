//! Webhooks: fields, and the events in them.

use super::{Areas, Availability, Run, Type};

/// Names that lead to a member.
pub type Path = Vec<String>;

/// A member, and values of it.
pub type MemberValues = (Path, Vec<String>);

/// What the spec says of webhooks.
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// What a notification is.
    pub doc: String,
    /// Meta's page.
    pub page: String,
    /// The areas that webhooks belong to.
    pub areas: Areas,
    /// What a notification says in `object`.
    pub object: String,
    /// The kinds of identifiers.
    pub identities: Vec<Identity>,
    /// The type of what a notification says of a person.
    pub contact: Type,
    /// The members of a contact that identify the person.
    pub contact_ids: Vec<PersonId>,
    /// The type of what tells of an error.
    pub error: Type,
    /// Its member with the code.
    pub error_code: Path,
    /// Its members with texts, the surest first.
    pub error_texts: Vec<Path>,
    /// The kinds of events, in the order of the file.
    pub events: Vec<Event>,
    /// The fields, by name.
    pub fields: Vec<WebhookField>,
    /// The order of states.
    pub progress: Option<Progress>,
    /// The window.
    pub window: Option<Window>,
    /// The sections of the page: heading, Markdown, page.
    pub guide: Vec<(String, String, String)>,
}

/// A kind of identifier.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// What it is.
    pub doc: String,
    /// What it looks like.
    pub pattern: Option<Vec<Run>>,
}

/// A member that identifies a person.
#[derive(Clone, Debug)]
pub struct PersonId {
    /// The kind of identifier.
    pub kind: String,
    /// The member.
    pub path: Path,
    /// It was the person's before.
    pub previous: bool,
}

/// Who an event is about.
#[derive(Clone, Debug)]
pub struct Person {
    /// The role.
    pub role: String,
    /// The list of which each element is one.
    pub each: Option<Path>,
    /// The members.
    pub ids: Vec<PersonId>,
    /// Of several identifiers of one kind the last is the person's now.
    pub newest_last: bool,
    /// Values with which the members say nothing.
    pub unless: Vec<(Path, Vec<String>)>,
}

impl Webhooks {
    /// The kinds that an event can be of instead of another, the first that fits.
    pub fn instead_of<'a>(&'a self, base: &str) -> impl Iterator<Item = &'a Event> {
        self.events.iter().filter(move |event| event.instead_of.as_ref().is_some_and(|(kind, _)| kind == base))
    }
}

/// A kind of event.
#[derive(Clone, Debug)]
pub struct Event {
    /// The Rust variant.
    pub name: String,
    /// What happened.
    pub doc: String,
    /// What it has.
    pub ty: Type,
    /// The kind that it would be, were it not for these values.
    pub instead_of: Option<(String, Vec<MemberValues>)>,
    /// It may be answered.
    pub answerable: bool,
    /// The members of the key.
    pub key: Vec<Path>,
    /// Members that are no part of the key.
    pub without: Vec<String>,
    /// The key says which account it is about.
    pub of_account: bool,
    /// When it happened.
    pub time: Option<Path>,
    /// What it answers: the first that is there.
    pub reply_to: Vec<Path>,
    /// Who it is about.
    pub people: Vec<Person>,
}

/// A field.
#[derive(Clone, Debug)]
pub struct WebhookField {
    /// Its name.
    pub name: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// In Rust.
    pub variant: String,
    /// What it tells of.
    pub doc: String,
    /// Its page.
    pub page: String,
    /// Its presence.
    pub availability: Availability,
    /// The permission.
    pub permission: Option<String>,
    /// Whether a callback override moves it.
    pub overridden: bool,
    /// Whether it can be subscribed.
    pub subscribable: bool,
    /// Whether hardly a program does without it.
    pub essential: bool,
    /// What `id` of the entry names.
    pub entry_id: String,
    /// The type of the value.
    pub value: Option<Type>,
    /// The list of contacts.
    pub contacts: Option<Path>,
    /// The number.
    pub number: Option<Path>,
    /// The kind of event that the whole is.
    pub event: Option<String>,
    /// The kinds of events in lists.
    pub events: Vec<(Path, String)>,
    /// Payloads.
    pub payloads: Vec<Payload>,
}

/// A payload.
#[derive(Clone, Debug)]
pub struct Payload {
    /// What it shows.
    pub title: String,
    /// The notification.
    pub json: serde_json::Value,
    /// The events: the kind, and the kind of content.
    pub sees: Vec<(String, Option<String>)>,
    /// The paths of what nothing declares.
    pub undeclared: Vec<String>,
}

/// The order of states.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The kind of event.
    pub event: String,
    /// The member with the state.
    pub state: Path,
    /// What has the state.
    pub of: Vec<Path>,
    /// Values with which it is a state of another order.
    pub unless: Vec<(Path, Vec<String>)>,
    /// For each state all those before it.
    pub after: Vec<(String, Vec<String>)>,
}

/// The window.
#[derive(Clone, Debug)]
pub struct Window {
    /// What is free within it.
    pub doc: String,
    /// The page.
    pub page: String,
    /// How long, in seconds.
    pub lasts: u64,
    /// What opens it.
    pub opened_by: Vec<Cause>,
    /// The longer one.
    pub entry: Option<EntryWindow>,
}

/// What opens a window.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The kind of event.
    pub event: String,
    /// What it needs.
    pub when: Vec<(Path, Vec<String>)>,
    /// What it must not have.
    pub unless: Vec<(Path, Vec<String>)>,
}

/// A longer window.
#[derive(Clone, Debug)]
pub struct EntryWindow {
    /// The kind of event.
    pub event: String,
    /// Where from.
    pub from: Path,
    /// How soon there must be an answer, in seconds.
    pub within: u64,
    /// The answer.
    pub answer: Cause,
    /// How long, in seconds.
    pub lasts: u64,
    /// Until when.
    pub until: Option<Path>,
}

/// The fields of an object of which one is there.
#[derive(Clone, Debug)]
pub struct Alternatives {
    /// The Rust enum.
    pub name: String,
    /// The Rust method.
    pub method: String,
    /// The index of the field whose values name the others.
    pub tag: usize,
    /// The values of the tag: what they are on the wire, in Rust, and the index of the field that is named like them.
    pub variants: Vec<(String, String, Option<usize>)>,
}
