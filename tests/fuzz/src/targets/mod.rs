//! The fuzz targets. Each one drives the public API over a transport that responds with the input.

mod checks;
mod error_response;
mod login;
mod multipart;
mod response;
mod retry_after;
mod server;
mod token;
mod trap;
mod webhook;

use crate::mutate::Shape;

/// A fuzz target.
pub(crate) trait Target {
    /// Runs one input.
    ///
    /// # Errors
    ///
    /// Returns an error if a property is violated.
    fn run(&mut self, input: &[u8]) -> Result<(), String>;

    /// Returns the memory that the input can use, in bytes.
    fn memory_limit(&self, input: &[u8]) -> usize {
        memory_limit(input, 0)
    }
}

/// Returns a limit with a fixed part, a part for each byte, and a part for each JSON object.
fn memory_limit(input: &[u8], per_object: usize) -> usize {
    let objects = input.iter().filter(|byte| **byte == b'{').count();
    1024 * 1024 + 64 * input.len() + objects * per_object
}

/// The static properties of a target.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) shape: Shape,
    /// The name of its folder in `corpus/`.
    pub(crate) corpus: &'static str,
    pub(crate) start: fn() -> Result<Box<dyn Target>, String>,
    /// Whether it fails on purpose, to test the command.
    pub(crate) is_trap: bool,
}

impl Kind {
    const fn new(
        name: &'static str,
        about: &'static str,
        shape: Shape,
        start: fn() -> Result<Box<dyn Target>, String>,
    ) -> Self {
        Self {
            name,
            about,
            shape,
            corpus: name,
            start,
            is_trap: false,
        }
    }

    const fn trap(name: &'static str, start: fn() -> Result<Box<dyn Target>, String>) -> Self {
        Self {
            corpus: "login",
            is_trap: true,
            ..Self::new(name, "fails on purpose", Shape::Query, start)
        }
    }
}

pub(crate) static ALL: [Kind; 12] = [
    Kind::new(
        "response",
        "typed responses, rows of pages, batches, untyped JSON, serde",
        Shape::Json,
        response::start,
    ),
    Kind::new(
        "error-response",
        "error responses: the error, its texts, the support report",
        Shape::Json,
        error_response::start,
    ),
    Kind::new(
        "token",
        "responses of the token endpoint",
        Shape::Json,
        token::start,
    ),
    Kind::new(
        "retry-after",
        "Retry-After in seconds and as a date",
        Shape::Headers,
        retry_after::start,
    ),
    Kind::new(
        "multipart",
        "multipart/mixed responses and uploads",
        Shape::Multipart,
        multipart::start,
    ),
    Kind::new(
        "login",
        "login callbacks and stored logins",
        Shape::Query,
        login::start,
    ),
    Kind::new(
        "webhook",
        "the schemas of webhooks",
        Shape::Json,
        webhook::start,
    ),
    Kind::trap("trap-panic", trap::panic),
    Kind::trap("trap-memory", trap::memory),
    Kind::trap("trap-stack", trap::stack),
    Kind::trap("trap-task", trap::task),
    Kind::trap("trap-property", trap::property),
];
