//! What a webhook delivers: entries of changes, each part of which is read on its own, and the events in them.

pub(crate) mod alternatives;
pub(crate) mod envelope;
pub(crate) mod event;
pub(crate) mod facts;
pub(crate) mod key;
pub(crate) mod look_up;
pub(crate) mod person;
pub(crate) mod progress;
pub(crate) mod undeclared;
pub(crate) mod window;

#[cfg(test)]
mod tests;

pub use crate::values::kept::Kept;
pub use crate::values::list::List;

pub use self::alternatives::alternative;
pub use self::envelope::{Change, Entry, FieldValue, Notification};
pub use self::event::{Item, Place, Placed, Plain, Webhooks};
pub use self::facts::{Cause, EntryWindowInfo, EventInfo, IdInfo, IdentityInfo, Path, PersonInfo, ProgressInfo, WebhookInfo, WindowInfo};
pub use self::look_up::fits;
pub use self::person::{Identity, Person};
pub use self::progress::{Progress, State, Step};
pub use self::window::Window;
