//! Sends every operation of an API version through its typed endpoint, over HTTP: once with everything that the
//! specification has, once with the required parameters and properties only. The server checks the requests. The typed
//! decoder checks the responses; encoding a decoded value must reproduce the JSON that was received.

mod calls;
mod compare;
mod ids;
mod plan;
mod recorder;
mod report;
mod run;
mod sample;

pub use compare::difference;
pub use recorder::Recorder;
pub use report::{Failure, Report, Summary, Totals};
pub use run::{Target, TypedVersion, UserCredential, versions};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
