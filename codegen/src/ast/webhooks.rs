//! webhooks.yaml and webhooks/*.yaml.

use super::{At, Docs, Spec, Text};
use crate::parse::{Span, Tree};

/// What all webhooks share.
#[derive(Debug)]
pub struct WebhooksDecl {
    /// Description and page.
    pub docs: Docs,
    /// Where the file begins.
    pub at: Span,
    /// The area.
    pub area: Option<Text>,
    /// What a notification says in `object`.
    pub object: Text,
    /// The kinds of identifiers.
    pub identities: Vec<IdentityDecl>,
    /// What a notification says of a person.
    pub contact: Option<ContactDecl>,
    /// What tells of an error.
    pub error: Option<ErrorRoleDecl>,
    /// The kinds of events.
    pub events: Vec<EventDecl>,
    /// The order of states.
    pub progress: Option<ProgressDecl>,
    /// The window.
    pub window: Option<WindowDecl>,
    /// The sections of the page.
    pub guide: Vec<SectionDecl>,
}

/// A kind of identifier.
#[derive(Debug)]
pub struct IdentityDecl {
    /// Its name.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// What it looks like.
    pub pattern: Option<Text>,
}

/// A member that identifies a person.
#[derive(Debug)]
pub struct IdDecl {
    /// The kind of identifier.
    pub kind: Text,
    /// The member.
    pub path: Text,
    /// It was the person's before.
    pub previous: bool,
}

/// What a notification says of a person.
#[derive(Debug)]
pub struct ContactDecl {
    /// The type.
    pub ty: Text,
    /// The members.
    pub ids: Vec<IdDecl>,
}

/// What tells of an error.
#[derive(Debug)]
pub struct ErrorRoleDecl {
    /// The type.
    pub ty: Text,
    /// The member with the code.
    pub code: Text,
    /// The members with texts.
    pub texts: Vec<Text>,
}

/// Values of a member.
#[derive(Debug)]
pub struct MemberValues {
    /// The member.
    pub path: Text,
    /// The values.
    pub values: Vec<Text>,
}

/// Who an event is about.
#[derive(Debug)]
pub struct PersonDecl {
    /// The role.
    pub role: Text,
    /// The list of which each element is one.
    pub each: Option<Text>,
    /// The members.
    pub ids: Vec<IdDecl>,
    /// Of several identifiers of one kind the last is the person's now.
    pub newest_last: bool,
    /// Values with which the members say nothing.
    pub unless: Vec<MemberValues>,
}

/// A kind of event.
#[derive(Debug)]
pub struct EventDecl {
    /// The Rust variant.
    pub name: Text,
    /// Description and page.
    pub docs: Docs,
    /// The type expression of what it has.
    pub ty: Text,
    /// The kind that it would be without `when`.
    pub instead_of: Option<Text>,
    /// With which values it is of this kind.
    pub when: Vec<MemberValues>,
    /// It may be answered.
    pub answerable: bool,
    /// The members of the key.
    pub key: Vec<Text>,
    /// Members that are no part of the key.
    pub without: Vec<Text>,
    /// The key says which account it is about.
    pub of_account: bool,
    /// When it happened.
    pub time: Option<Text>,
    /// What it answers.
    pub reply_to: Vec<Text>,
    /// Who it is about.
    pub people: Vec<PersonDecl>,
}

/// The order of states.
#[derive(Debug)]
pub struct ProgressDecl {
    /// The kind of event.
    pub event: Text,
    /// The member with the state.
    pub state: Text,
    /// What has the state.
    pub of: Vec<Text>,
    /// Values with which it is a state of another order.
    pub unless: Vec<MemberValues>,
    /// For each state those before it.
    pub after: Vec<MemberValues>,
}

/// The window.
#[derive(Debug)]
pub struct WindowDecl {
    /// Description and page.
    pub docs: Docs,
    /// How long, in seconds.
    pub lasts: u64,
    /// What opens it.
    pub opened_by: Vec<CauseDecl>,
    /// The longer one.
    pub entry: Option<EntryWindowDecl>,
}

/// What opens a window.
#[derive(Debug)]
pub struct CauseDecl {
    /// The kind of event.
    pub event: Text,
    /// What it needs.
    pub when: Vec<MemberValues>,
    /// What it must not have.
    pub unless: Vec<MemberValues>,
}

/// A longer window.
#[derive(Debug)]
pub struct EntryWindowDecl {
    /// The kind of event.
    pub event: Text,
    /// Where from.
    pub from: Text,
    /// How soon there must be an answer, in seconds.
    pub within: u64,
    /// The answer.
    pub answer: CauseDecl,
    /// How long, in seconds.
    pub lasts: u64,
    /// Until when.
    pub until: Option<Text>,
}

/// A section of the page.
#[derive(Debug)]
pub struct SectionDecl {
    /// Its heading.
    pub title: Text,
    /// Markdown.
    pub text: Text,
    /// The page that it is from.
    pub page: Option<Text>,
}

/// A field of webhooks.
#[derive(Debug)]
pub struct WebhookDecl {
    /// The field.
    pub field: Text,
    /// Description, page, presence.
    pub docs: Docs,
    /// Its other names.
    pub aliases: Vec<Text>,
    /// The permission.
    pub permission: Option<Text>,
    /// Whether a callback override moves it.
    pub overridden: bool,
    /// Whether it can be subscribed.
    pub subscribable: bool,
    /// Whether hardly a program does without it.
    pub essential: bool,
    /// What `id` of the entry names.
    pub entry_id: String,
    /// The type expression of the value.
    pub value: Option<Text>,
    /// The list of contacts.
    pub contacts: Option<Text>,
    /// The number.
    pub number: Option<Text>,
    /// The kind of event that the whole is.
    pub event: Option<Text>,
    /// The kinds of events in lists: the path, the kind.
    pub events: Vec<(Text, Text)>,
    /// Payloads.
    pub examples: Vec<PayloadDecl>,
}

/// A payload.
#[derive(Debug)]
pub struct PayloadDecl {
    /// What it shows.
    pub title: Text,
    /// The notification.
    pub payload: Tree,
    /// The events.
    pub sees: Vec<Text>,
    /// The paths of what nothing declares.
    pub undeclared: Vec<Text>,
}

/// The fields of an object of which one is there.
#[derive(Debug)]
pub struct AlternativesDecl {
    /// The Rust enum.
    pub name: Text,
    /// The Rust method.
    pub method: Text,
    /// The field whose values name the others.
    pub tag: Text,
}

impl Spec {
    /// The type expressions that webhooks name.
    pub fn webhook_types(&self) -> impl Iterator<Item = &Text> {
        let shared = self.webhooks.iter().flat_map(|decl| {
            let roles = decl.contact.iter().map(|contact| &contact.ty).chain(decl.error.iter().map(|error| &error.ty));
            roles.chain(decl.events.iter().map(|event| &event.ty))
        });
        shared.chain(self.webhook_fields.iter().filter_map(|field| field.value.as_ref()))
    }
}

impl At<String> {
    /// The names of a path: `context.id`. One that begins in what holds the list, `../id`, begins with `..`.
    pub fn steps(&self) -> Vec<&str> {
        match self.above() {
            Some(below) => std::iter::once("..").chain(below.split('.')).collect(),
            None => self.value.split('.').collect(),
        }
    }

    /// What follows `../`, if the path begins in what holds the list.
    pub fn above(&self) -> Option<&str> {
        self.value.strip_prefix("../")
    }
}
