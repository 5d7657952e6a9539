//! What is fuzzed. Each target drives the public interface, over a transport that answers what the input says.

mod answer;
mod checks;
mod login;
mod multipart;
mod refusal;
mod retry_after;
mod server;
mod token;
mod trap;
mod webhook;

use crate::mutate::Shape;

/// Something that reads what comes from outside.
pub(crate) trait Target {
    /// Tries one input; what is not as promised is an error.
    fn run(&mut self, input: &[u8]) -> Result<(), String>;

    /// How much memory the input may take, in bytes.
    fn allowance(&self, input: &[u8]) -> usize {
        allowed(input, 0)
    }
}

/// A fixed amount, so much for each byte, and so much for each object in it.
fn allowed(input: &[u8], each_object: usize) -> usize {
    let objects = input.iter().filter(|byte| **byte == b'{').count();
    1024 * 1024 + 64 * input.len() + objects * each_object
}

/// What is known of a target before it runs.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) shape: Shape,
    /// The folder of its corpus.
    pub(crate) corpus: &'static str,
    pub(crate) start: fn() -> Result<Box<dyn Target>, String>,
    /// It breaks on purpose: a test of the command itself.
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

    /// A target that breaks, beside the inputs of one that does not.
    const fn trap(name: &'static str, start: fn() -> Result<Box<dyn Target>, String>) -> Self {
        Self {
            name,
            about: "breaks on purpose",
            shape: Shape::Query,
            corpus: "login",
            start,
            is_trap: true,
        }
    }
}

pub(crate) static ALL: [Kind; 12] = [
    Kind::new(
        "answer",
        "the typed decoder, rows of pages, `Batch`, `Json`, serde",
        Shape::Json,
        answer::start,
    ),
    Kind::new(
        "refusal",
        "answers that say no: error, texts, support report",
        Shape::Json,
        refusal::start,
    ),
    Kind::new(
        "token",
        "what the token endpoint answers",
        Shape::Json,
        token::start,
    ),
    Kind::new(
        "retry-after",
        "Retry-After, in seconds and as a date",
        Shape::Headers,
        retry_after::start,
    ),
    Kind::new(
        "multipart",
        "multipart/mixed, and what an upload builds",
        Shape::Multipart,
        multipart::start,
    ),
    Kind::new(
        "login",
        "the query with which a browser comes back; a login that was kept",
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
    Kind::trap("trap-promise", trap::promise),
];
