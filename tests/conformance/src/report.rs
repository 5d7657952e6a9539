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

/// What the runs of several versions came to.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// One of each version.
    pub reports: Vec<Report>,
}

impl Summary {
    /// How many operations the versions have.
    pub fn operations(&self) -> usize {
        self.reports.iter().map(|report| report.operations).sum()
    }

    /// How many were sent and answered at least once in each extent.
    pub fn exercised(&self) -> usize {
        self.reports.iter().map(|report| report.exercised).sum()
    }

    /// How many requests were sent for their own sake.
    pub fn requests(&self) -> usize {
        self.reports.iter().map(|report| report.requests).sum()
    }

    /// How many of them failed.
    pub fn failed(&self) -> usize {
        let failures = self.reports.iter().map(|report| report.failures.len());
        failures.sum()
    }

    /// For machines.
    pub fn to_json(&self) -> Value {
        json!({
            "versions": self.reports.iter().map(Report::to_json).collect::<Value>(),
            "operations": self.operations(),
            "exercised": self.exercised(),
            "requests": self.requests(),
            "failed": self.failed(),
        })
    }
}
