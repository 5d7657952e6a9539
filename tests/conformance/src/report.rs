//! The results of the runs.

use std::fmt;
use std::iter::Sum;

use serde_json::{Value, json};

/// A request that failed, or a response that differs from the specification.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The operation id.
    pub operation: String,
    /// `every property` or `required only`.
    pub extent: &'static str,
    /// The error message.
    pub problem: String,
}

/// The numbers of one or several runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The operations in the specification.
    pub operations: usize,
    /// The operations whose requests all succeeded.
    pub exercised: usize,
    /// The requests under test; requests that prepare others are not counted.
    pub requests: usize,
    /// The requests that failed.
    pub failed: usize,
}

/// The result of the run of one version.
#[derive(Clone, Debug)]
pub struct Report {
    /// The API version.
    pub version: String,
    /// The numbers of the run.
    pub totals: Totals,
    /// The failures, in the order of the requests.
    pub failures: Vec<Failure>,
}

/// The results of the runs of several versions.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// One report for each version.
    pub reports: Vec<Report>,
}

impl Report {
    /// Returns the report as JSON.
    pub fn to_json(&self) -> Value {
        let failures = self.failures.iter().map(|failure| {
            json!({"operation": failure.operation, "extent": failure.extent, "problem": failure.problem})
        });
        let mut json = self.totals.to_json();
        json["version"] = self.version.as_str().into();
        json["failures"] = failures.collect();
        json
    }
}

impl Summary {
    /// Returns the sums over all versions.
    pub fn totals(&self) -> Totals {
        self.reports.iter().map(|report| report.totals).sum()
    }

    /// Returns the summary as JSON.
    pub fn to_json(&self) -> Value {
        let mut json = self.totals().to_json();
        json["versions"] = self.reports.iter().map(Report::to_json).collect();
        json
    }
}

impl Totals {
    fn to_json(self) -> Value {
        json!({
            "operations": self.operations,
            "exercised": self.exercised,
            "requests": self.requests,
            "failed": self.failed,
        })
    }
}

impl Sum for Totals {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, next| Self {
            operations: sum.operations + next.operations,
            exercised: sum.exercised + next.exercised,
            requests: sum.requests + next.requests,
            failed: sum.failed + next.failed,
        })
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operations,
            exercised,
            requests,
            failed,
        } = self;
        write!(
            f,
            "{exercised} of {operations} operations exercised, {requests} requests, {failed} failed"
        )
    }
}
