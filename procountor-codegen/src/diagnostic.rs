//! What is wrong with an input: where it is, what it is, and what to do about it.

use std::collections::HashSet;
use std::error::Error;
use std::fmt;

/// One thing that the generator cannot take.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// The name of the input.
    pub file: String,
    /// The JSON pointer of the place, where there is one.
    pub pointer: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
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

/// Everything that is wrong, found in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Notes something wrong with a file as a whole, or with a place that has no JSON pointer.
    pub(crate) fn file(&mut self, file: &str, message: impl Into<String>, help: impl Into<String>) {
        self.0.push(Diagnostic {
            file: file.to_owned(),
            pointer: None,
            message: message.into(),
            help: help.into(),
        });
    }

    /// Notes something wrong at a JSON pointer.
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

    /// The value; what is wrong instead is kept here.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        result
            .map_err(|mut diagnostics| self.0.append(&mut diagnostics.0))
            .ok()
    }

    /// The same, each said once.
    pub(crate) fn without_repetitions(mut self) -> Self {
        let mut said = HashSet::new();
        self.0.retain(|diagnostic| said.insert(diagnostic.clone()));
        self
    }

    /// The value, when nothing is wrong.
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

/// The JSON pointer of a member of what `pointer` points at.
pub(crate) fn child(pointer: &str, key: impl fmt::Display) -> String {
    format!(
        "{pointer}/{}",
        key.to_string().replace('~', "~0").replace('/', "~1")
    )
}
