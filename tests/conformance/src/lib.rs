//! Sends every operation of an API version through its typed endpoint, over real HTTP: once with everything that the
//! specification knows, once with what it requires. A server is the judge of what is sent; the typed decoder, and a
//! comparison of what it wrote again with what came, are the judges of what is answered.

mod calls;
mod compare;
mod harvest;
mod plan;
mod record;
mod report;
mod run;
mod sample;

pub use compare::difference;
pub use record::Record;
pub use report::{Failure, Report, Summary};
pub use run::{Person, Target, Typed, versions};

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
