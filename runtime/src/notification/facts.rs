//! What is known about events before any comes: emitted tables.

use crate::description::info::CharRun;

/// Names that lead to a member: `["context", "id"]`. `[".."]` begins in what holds the list that the item is an element of.
pub type Path = &'static [&'static str];

/// What the spec says of a kind of event.
#[derive(Debug)]
pub struct EventInfo {
    /// The kind, as its variant is called.
    pub name: &'static str,
    /// Values of members, one of each of which it has, where another kind would do without them.
    pub when: &'static [(Path, &'static [&'static str])],
    /// What the event says of itself, where it can be a reaction to what somebody did: such events may be answered, others must not be.
    pub answerable: bool,
    /// The member that says what the event has, and the members that can be it.
    pub alternatives: Option<(&'static str, &'static [&'static str])>,
    /// The members that make the key; none: all that it has.
    pub key: &'static [Path],
    /// Members that are no part of a key of all that it has.
    pub without: &'static [&'static str],
    /// Whether the key says which account it is about.
    pub of_account: bool,
    /// When it happened, in Unix seconds.
    pub time: Option<Path>,
    /// What it answers or is about: the first that is there.
    pub reply_to: &'static [Path],
    /// Who it is about.
    pub people: &'static [PersonInfo],
}

impl EventInfo {
    /// A kind of which nothing is known.
    pub const EMPTY: Self = Self {
        name: "",
        when: &[],
        answerable: false,
        alternatives: None,
        key: &[],
        without: &[],
        of_account: true,
        time: None,
        reply_to: &[],
        people: &[],
    };
}

/// Who an event is about: the members that identify one person.
#[derive(Debug)]
pub struct PersonInfo {
    /// What the person is to the event: `sender`.
    pub role: &'static str,
    /// The list of which each element is such a person; nothing: the event itself says it.
    pub each: Option<Path>,
    /// The members.
    pub ids: &'static [IdInfo],
    /// Whether of several identifiers of one kind the last is the person's now, and the others were before.
    pub newest_last: bool,
    /// Values of members with which the others say nothing of this person.
    pub unless: &'static [(Path, &'static [&'static str])],
}

/// A member that identifies a person.
#[derive(Debug)]
pub struct IdInfo {
    /// The kind of identifier, by its name in the spec.
    pub kind: &'static str,
    /// Where it is.
    pub path: Path,
    /// Whether it was the person's before, and another one is now.
    pub previous: bool,
}

/// A kind of identifier.
#[derive(Debug)]
pub struct IdentityInfo {
    /// Its name in the spec.
    pub kind: &'static str,
    /// What identifiers of this kind look like, if that tells them from others.
    pub pattern: Option<&'static [CharRun]>,
}

/// What the spec says of webhooks as a whole.
#[derive(Debug)]
pub struct WebhookInfo {
    /// The kinds of identifiers.
    pub identities: &'static [IdentityInfo],
    /// The members of a contact that identify a person.
    pub contact: &'static [IdInfo],
    /// The order of states.
    pub progress: Option<&'static ProgressInfo>,
    /// The window.
    pub window: Option<&'static WindowInfo>,
}

/// What could not be read.
pub(crate) static UNREAD: EventInfo = EventInfo { name: "Unread", of_account: false, ..EventInfo::EMPTY };

/// What holds nothing that makes an event.
pub(crate) static NOTHING: EventInfo = EventInfo { name: "Empty", ..EventInfo::EMPTY };

/// The name of a field that changed, without the values.
pub(crate) static CHANGED: EventInfo = EventInfo { name: "Changed", ..EventInfo::EMPTY };

/// A change whose field the spec does not describe.
pub(crate) static OTHER: EventInfo = EventInfo { name: "Other", ..EventInfo::EMPTY };

/// The order in which something goes through its states.
#[derive(Debug)]
pub struct ProgressInfo {
    /// The kind of event that tells of a state.
    pub event: &'static str,
    /// The member with the state.
    pub state: Path,
    /// The members that say what has the state.
    pub of: &'static [Path],
    /// Values of members with which the state is one of another order.
    pub unless: &'static [(Path, &'static [&'static str])],
    /// For each state all those before it.
    pub after: &'static [(&'static str, &'static [&'static str])],
}

/// How long what may be sent is free in form after what somebody did.
#[derive(Debug)]
pub struct WindowInfo {
    /// In seconds.
    pub lasts: u64,
    /// What opens it, or opens it anew.
    pub opened_by: &'static [Cause],
    /// A longer one, for what somebody came from.
    pub entry: Option<EntryWindowInfo>,
}

/// What opens a window.
#[derive(Debug)]
pub struct Cause {
    /// The kind of event.
    pub event: &'static str,
    /// Values of members, one of each of which it needs.
    pub when: &'static [(Path, &'static [&'static str])],
    /// Values of members with which it does not; `*` is any value.
    pub unless: &'static [(Path, &'static [&'static str])],
}

/// A longer window, for what somebody came from.
#[derive(Debug)]
pub struct EntryWindowInfo {
    /// The kind of event with which somebody comes.
    pub event: &'static str,
    /// The member that says where from.
    pub from: Path,
    /// How soon there must be an answer, in seconds.
    pub within: u64,
    /// The event that tells of an answer.
    pub answer: Cause,
    /// How long it lasts from the answer on, in seconds.
    pub lasts: u64,
    /// The member of the answer that says until when, where it does.
    pub until: Option<Path>,
}
