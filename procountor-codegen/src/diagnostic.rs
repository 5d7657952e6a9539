//! Problems of an input, each with its position and its remedy.

use std::collections::HashSet;
use std::error::Error;
use std::fmt;

/// A problem of an input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// The name of the file.
    pub file: String,
    /// The JSON pointer of the problem, if it has one.
    pub pointer: Option<String>,
    /// A description of the problem.
    pub message: String,
    /// The remedy.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(pointer) = &self.pointer {
            write!(f, "#{pointer}")?;
        }
        write!(f, ": {}. help: {}", self.message, self.help)
    }
}

/// All problems that were found in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Returns a single problem without a JSON pointer.
    pub(crate) fn one(file: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        let mut diagnostics = Self::default();
        diagnostics.file(file, message, help);
        diagnostics
    }

    /// Adds a problem without a JSON pointer.
    pub(crate) fn file(&mut self, file: &str, message: impl Into<String>, help: impl Into<String>) {
        self.0.push(Diagnostic {
            file: file.to_owned(),
            pointer: None,
            message: message.into(),
            help: help.into(),
        });
    }

    /// Adds a problem at a JSON pointer.
    pub(crate) fn at(
        &mut self,
        file: &str,
        pointer: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.0.push(Diagnostic {
            file: file.to_owned(),
            pointer: Some(pointer.to_owned()),
            message: message.into(),
            help: help.into(),
        });
    }

    /// Returns the value, or adds the problems of the error.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        result
            .map_err(|mut diagnostics| self.0.append(&mut diagnostics.0))
            .ok()
    }

    /// Removes repeated problems.
    pub(crate) fn without_duplicates(mut self) -> Self {
        let mut seen = HashSet::new();
        self.0.retain(|diagnostic| seen.insert(diagnostic.clone()));
        self
    }

    /// Returns `value` if there are no problems.
    pub(crate) fn or_value<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl Error for Diagnostics {}

/// Returns the JSON pointer of a member of the value at `pointer`.
pub(crate) fn child(pointer: &str, key: impl fmt::Display) -> String {
    format!(
        "{pointer}/{}",
        key.to_string().replace('~', "~0").replace('/', "~1")
    )
}
