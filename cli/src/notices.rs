//! What the client warns of, on stderr.

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::text::note;

/// Prints warnings, each once, and nothing else.
struct Warnings {
    as_json: bool,
    /// Many clients, of a tenant each, warn of the same.
    said: Mutex<HashSet<String>>,
}

/// Prints the warnings of this process from now on.
pub(crate) fn print(as_json: bool) {
    // Nothing else sets one in this program.
    let _ = tracing::subscriber::set_global_default(Warnings { as_json, said: Mutex::default() });
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::WARN && metadata.target().starts_with("graph_runtime")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.insert(message.0.clone()) {
            note(self.as_json, "warning", &message.0);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The message of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // Writing to a string cannot fail.
            let _ = write!(self.0, "{value:?}");
        }
    }
}
