pub use graph_runtime::notification::{Identity, Kept, List, Person, Progress, State, Step, Window};
pub use graph_runtime::webhook::*;

/// What was delivered: everything of it, whatever came.
pub type Notification = graph_runtime::notification::Notification<FieldValue>;

/// What happened to one account.
pub type Entry = graph_runtime::notification::Entry<FieldValue>;

/// One change.
pub type Change = graph_runtime::notification::Change<FieldValue>;

/// What an event has, in its place.
pub type Item<'a, T> = graph_runtime::notification::Item<'a, T, FieldValue>;

/// An event without its type, in its place.
pub type Placed<'a> = graph_runtime::notification::Placed<'a, FieldValue>;

/// Receives notifications: verifies their signature, and reads them.
pub type Receiver = graph_runtime::webhook::Receiver<Notification>;

impl Keyed for Event<'_> {
    fn key(&self) -> EventKey {
        self.placed().key()
    }
}
