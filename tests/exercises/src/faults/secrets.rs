//! Captures logs and finds secrets in texts.

use std::cell::RefCell;
use std::fmt::{Debug, Write};

use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Dispatch, Event, Metadata, Subscriber, dispatcher};

thread_local! {
    /// The log of this thread: events and spans with all their fields.
    static LOGGED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A subscriber that captures events and spans of every level.
struct LogCapture;

/// Starts to capture the logs of this process. Only the first call has an effect.
pub(crate) fn capture_logs() {
    let _ = dispatcher::set_global_default(Dispatch::new(LogCapture));
}

/// Takes the log that this thread has written since the last call.
pub(crate) fn take_log() -> String {
    LOGGED.with(|logged| std::mem::take(&mut *logged.borrow_mut()))
}

/// Returns the secrets that `text` contains.
pub(crate) fn find<'a>(text: &str, secrets: &'a [String]) -> Vec<&'a str> {
    let secrets = secrets.iter().map(String::as_str);
    secrets.filter(|secret| text.contains(secret)).collect()
}

/// Shortens a secret for a report. The sandbox's secrets are worthless, but reports should not repeat secrets.
pub(crate) fn hint(secret: &str) -> String {
    let start: String = secret.chars().take(6).collect();
    format!("{start}…")
}

impl Visit for LogCapture {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        LOGGED.with(|logged| {
            // Writing to a string cannot fail.
            let _ = write!(logged.borrow_mut(), " {field}={value:?}");
        });
    }
}

impl Subscriber for LogCapture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        write_line(span.metadata());
        span.record(&mut LogCapture);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut LogCapture);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        write_line(event.metadata());
        event.record(&mut LogCapture);
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
