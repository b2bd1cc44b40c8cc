//! Everything that is logged on a thread, at every level, as text.

use std::{
    cell::RefCell,
    fmt::{Debug, Write as _},
    sync::{
        Arc, Mutex, Once,
        atomic::{AtomicU64, Ordering},
    },
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// What was logged so far.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<String>>);

thread_local! {
    /// Whose log the thread writes to.
    static TAKEN: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// Gives the thread's log back to its previous owner.
pub struct Taking(Option<Log>);

impl Drop for Taking {
    fn drop(&mut self) {
        TAKEN.set(self.0.take());
    }
}

impl Log {
    /// Begins to take what is logged on this thread, by `tracing` and by `log`; ends with the guard.
    ///
    /// One subscriber serves all threads: with one for each, whether an event is of interest is remembered for the thread that met it first.
    pub fn take() -> (Self, Taking) {
        static ONCE: Once = Once::new();
        static TAKER: Taker = Taker { spans: AtomicU64::new(1) };
        ONCE.call_once(|| {
            tracing::subscriber::set_global_default(&TAKER).expect("there is no other listener");
            log::set_logger(&TAKER).expect("there is no other logger");
            log::set_max_level(log::LevelFilter::Trace);
        });
        let log = Self::default();
        let before = TAKEN.replace(Some(log.clone()));
        (log, Taking(before))
    }

    fn write(line: &str) {
        TAKEN.with_borrow(|taken| {
            if let Some(Log(text)) = taken {
                let mut text = text.lock().unwrap();
                text.push_str(line);
                text.push('\n');
            }
        });
    }

    /// All of it.
    pub fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    /// The lines that contain a text.
    pub fn lines_with(&self, text: &str) -> usize {
        self.text().lines().filter(|line| line.contains(text)).count()
    }
}

/// Writes to the log of the thread.
struct Taker {
    spans: AtomicU64,
}

fn line(metadata: &Metadata<'_>, fields: impl FnOnce(&mut Line)) {
    let mut line = Line(format!("{} {} {}", metadata.level(), metadata.target(), metadata.name()));
    fields(&mut line);
    Log::write(&line.0);
}

impl log::Log for Taker {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        Log::write(&format!("{} {} {}", record.level(), record.target(), record.args()));
    }

    fn flush(&self) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for &'static Taker {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        line(span.metadata(), |line| span.record(line));
        span::Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut line = Line(String::from("recorded"));
        values.record(&mut line);
        Log::write(&line.0);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        line(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
