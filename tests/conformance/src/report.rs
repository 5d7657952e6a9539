//! What a run came to.

use serde_json::{Value, json};

/// A request that failed, or an answer that was not what the specification says.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The operation.
    pub operation: String,
    /// `every property` or `required only`.
    pub extent: &'static str,
    /// What happened.
    pub problem: String,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// The API version.
    pub version: String,
    /// How many operations the specification has.
    pub operations: usize,
    /// How many were sent and answered at least once in each extent.
    pub exercised: usize,
    /// How many requests were sent for their own sake; requests that prepare others are not counted.
    pub requests: usize,
    /// What failed.
    pub failures: Vec<Failure>,
}

impl Report {
    /// For machines.
    pub fn to_json(&self) -> Value {
        let failures = self.failures.iter().map(|failure| {
            json!({"operation": failure.operation, "extent": failure.extent, "problem": failure.problem})
        });
        json!({
            "version": self.version,
            "operations": self.operations,
            "exercised": self.exercised,
            "requests": self.requests,
            "failed": self.failures.len(),
            "failures": failures.collect::<Value>(),
        })
    }
}
