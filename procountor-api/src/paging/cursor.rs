//! Cursors: stored positions of searches.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::snippet;

/// The position of a search after a row, returned by [`Rows::cursor`](super::Rows::cursor) and continued by
/// [`Call::rows_from`](crate::Call::rows_from).
///
/// A cursor is a short text, also in serde's formats, and can be parsed again:
/// `1:searchInvoice:26.04:5c12a3578c5710c4:key:1042:0`. It contains the operation, the API version and a fingerprint of the
/// search parameters, but not their values. It does not identify the company. A search with other parameters refuses it.
///
/// **By key** (`key`, the key of the row, and the number of rows without a key after it): rows are neither lost nor
/// repeated, whatever is added or removed in between and wherever in a page the search stopped. The cursor is valid in
/// other API versions too. A finished search can be continued; it then finds the rows that were added.
///
/// **By page number** (`page`, the number, the page size, and the rows of that page that were yielded): rows are counted,
/// not identified. If earlier rows are added or removed in between, later rows are repeated or missed. It is valid in one
/// API version only, since the order of rows is not documented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) operation: Box<str>,
    pub(super) version: Box<str>,
    pub(super) search: u64,
    pub(super) position: Position,
}

/// A position between two rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Position {
    Key {
        /// The JSON of the key, or `None` at the beginning.
        after: Option<Box<str>>,
        /// Rows without a key after it.
        skip: usize,
    },
    Page {
        number: u64,
        size: usize,
        /// Rows of this page before the position.
        skip: usize,
    },
}

/// The version of the text format.
const FORMAT: &str = "1";

impl Cursor {
    /// Returns the operation of the search, such as `searchInvoice`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the API version of the client, such as `26.04`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns whether the search is by key, so that rows are neither lost nor repeated.
    pub fn is_by_key(&self) -> bool {
        matches!(self.position, Position::Key { .. })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            version,
            search,
            position,
        } = self;
        write!(f, "{FORMAT}:{operation}:{version}:{search:016x}:")?;
        match position {
            Position::Key { after, skip } => {
                let after = after.as_deref().unwrap_or_default();
                let after = utf8_percent_encode(after, NON_ALPHANUMERIC);
                write!(f, "key:{after}:{skip}")
            }
            Position::Page { number, size, skip } => write!(f, "page:{number}:{size}:{skip}"),
        }
    }
}

/// The error of a text that is not a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorError(String);

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not a cursor: {}; use the text that `Rows::cursor` returned",
            self.0
        )
    }
}

impl std::error::Error for CursorError {}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let parts: Vec<&str> = text.split(':').collect();
        let [format, operation, version, search, position @ ..] = &parts[..] else {
            let found = snippet(text);
            return Err(CursorError(format!(
                "expected parts between colons, found `{found}`"
            )));
        };
        if *format != FORMAT {
            return Err(CursorError(format!(
                "its format is `{}`, and this version of the crate reads format `{FORMAT}`",
                snippet(format)
            )));
        }
        let position = match position {
            ["key", after, skip] => Position::Key {
                after: key(after)?,
                skip: number("the number of rows", skip)?,
            },
            ["page", page, size, skip] => Position::Page {
                number: number("the page number", page)?,
                size: match number("the page size", size)? {
                    0 => return Err(CursorError("the page size is 0".to_owned())),
                    size => size,
                },
                skip: number("the number of rows", skip)?,
            },
            other => {
                return Err(CursorError(format!(
                    "expected `key` and 2 parts, or `page` and 3 parts, found `{}`",
                    snippet(&other.join(":"))
                )));
            }
        };
        let search = u64::from_str_radix(search, 16).map_err(|_| {
            CursorError(format!(
                "expected a fingerprint of 16 hexadecimal digits, found `{}`",
                snippet(search)
            ))
        })?;
        Ok(Self {
            operation: (*operation).into(),
            version: (*version).into(),
            search,
            position,
        })
    }
}

fn number<T: FromStr>(what: &str, text: &str) -> Result<T, CursorError> {
    text.parse()
        .map_err(|_| CursorError(format!("{what} is not a number: `{}`", snippet(text))))
}

/// Parses the key. It becomes part of a request, so it must be a number or a string.
fn key(text: &str) -> Result<Option<Box<str>>, CursorError> {
    let json = percent_decode_str(text).decode_utf8_lossy();
    if json.is_empty() {
        return Ok(None);
    }
    let value: Option<serde_json::Value> = serde_json::from_str(&json).ok();
    match value {
        Some(serde_json::Value::Number(_) | serde_json::Value::String(_)) => {
            Ok(Some(json.as_ref().into()))
        }
        _ => Err(CursorError(format!(
            "expected a number or a string in JSON as the key, found `{}`",
            snippet(&json)
        ))),
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A hash that is stable between releases and machines (FNV-1a), unlike that of the standard library.
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(super) fn add(&mut self, text: &str) {
        // A byte that does not occur in UTF-8 separates the texts.
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(super) fn finish(self) -> u64 {
        self.0
    }
}
