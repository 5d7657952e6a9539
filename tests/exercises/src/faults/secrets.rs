//! Looks for secrets where none may be: in whatever is logged, and in whatever a test prints.

use std::cell::RefCell;
use std::fmt::{Debug, Write};

use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Dispatch, Event, Metadata, Subscriber, dispatcher};

thread_local! {
    /// What this thread has logged: events and spans with all their fields.
    static LOGGED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Takes down every event and span of any level.
struct TakesDown;

/// Lets everything that this process logs be taken down. Only the first call has an effect.
pub(crate) fn take_down_logs() {
    // It fails when it was done before.
    let _ = dispatcher::set_global_default(Dispatch::new(TakesDown));
}

/// What this thread has logged since it was last asked.
pub(crate) fn logged() -> String {
    LOGGED.with(|logged| std::mem::take(&mut *logged.borrow_mut()))
}

/// Those of the secrets that stand in the text.
pub(crate) fn found<'a>(text: &str, secrets: &'a [String]) -> Vec<&'a str> {
    let found = secrets
        .iter()
        .filter(|secret| text.contains(secret.as_str()));
    found.map(String::as_str).collect()
}

/// A secret, short enough to be printed: the sandbox's open nothing, but a report may be copied anywhere.
pub(crate) fn hint(secret: &str) -> String {
    let start: String = secret.chars().take(6).collect();
    format!("{start}…")
}

impl Visit for TakesDown {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        LOGGED.with(|logged| {
            // Writing to a text cannot fail.
            let _ = write!(logged.borrow_mut(), " {field}={value:?}");
        });
    }
}

impl Subscriber for TakesDown {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        write_line(span.metadata());
        span.record(&mut TakesDown);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut TakesDown);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        write_line(event.metadata());
        event.record(&mut TakesDown);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn write_line(metadata: &Metadata<'_>) {
    LOGGED.with(|logged| {
        let mut logged = logged.borrow_mut();
        let _ = write!(logged, "\n{} {}", metadata.target(), metadata.name());
    });
}
