//! Where a search stands, as a value that can be stored.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a search stands: behind the last row that it handed out. Made by [`Rows::cursor`](super::Rows::cursor), used by
/// [`Call::rows_from`](crate::Call::rows_from).
///
/// It is a short text, also in serde's formats, and is read again by `parse`:
/// `1:searchInvoice:26.04:5c12a3578c5710c4:key:1042:0`. It names the operation and the version, and holds a fingerprint of
/// what is searched for, but no value of it; it does not know the company. It belongs to that search alone: another one
/// refuses it.
///
/// **By key** (`key`, the key of the row, and how many rows without a key came behind it) no row is lost and none comes
/// twice, whatever was added or removed meanwhile, and whether the search stopped within a page or behind one; it holds in
/// other versions of the API too. A search by key that has ended can be gone on with: it then finds what was added.
///
/// **By page number** (`page`, number, size, rows of that page that were handed out) the rows that were handed out are
/// counted, not known. What was added or removed before them in between shifts the others: rows come twice, or are missed.
/// Where that matters, search again, or by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) operation: Box<str>,
    pub(super) version: Box<str>,
    pub(super) search: u64,
    pub(super) position: Position,
}

/// A place between two rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Position {
    Key {
        /// The JSON of the key; none at the beginning.
        after: Option<Box<str>>,
        /// Rows without a key behind it.
        skip: usize,
    },
    Page {
        number: u64,
        size: usize,
        /// Rows of this page.
        skip: usize,
    },
}

/// The form of the text. A later one gets another number, so that old cursors are told apart.
const FORM: &str = "1";

impl Cursor {
    /// The operation that searches: `searchInvoice`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The API version of the client: `26.04`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether it stands behind a key, so that no row is lost and none comes twice.
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
        write!(f, "{FORM}:{operation}:{version}:{search:016x}:")?;
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

/// A text that is no cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorError(String);

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not a cursor: {}; take the text as `Rows::cursor` gave it",
            self.0
        )
    }
}

impl std::error::Error for CursorError {}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let parts: Vec<&str> = text.split(':').collect();
        let [form, operation, version, search, position @ ..] = &parts[..] else {
            let found = crate::wire::snippet(text);
            return Err(CursorError(format!(
                "expected parts between colons, found `{found}`"
            )));
        };
        if *form != FORM {
            return Err(CursorError(format!(
                "its form is `{}`, and this version of the crate knows `{FORM}`",
                crate::wire::snippet(form)
            )));
        }
        let position = match position {
            ["key", after, skip] => Position::Key {
                after: key(after)?,
                skip: number("the count of rows", skip)?,
            },
            ["page", page, size, skip] => Position::Page {
                number: number("the page", page)?,
                size: match number("the size of a page", size)? {
                    0 => return Err(CursorError("the size of a page is 0".to_owned())),
                    size => size,
                },
                skip: number("the count of rows", skip)?,
            },
            other => {
                return Err(CursorError(format!(
                    "expected `key` and 2 parts, or `page` and 3 parts, found `{}`",
                    crate::wire::snippet(&other.join(":"))
                )));
            }
        };
        let search = u64::from_str_radix(search, 16).map_err(|_| {
            CursorError(format!(
                "the fingerprint is 16 hexadecimal digits, found `{}`",
                crate::wire::snippet(search)
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
    text.parse().map_err(|_| {
        CursorError(format!(
            "{what} is a number, found `{}`",
            crate::wire::snippet(text)
        ))
    })
}

/// The key goes into a request, so it must be a number or a text.
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
            "the key is a number or a text in JSON, found `{}`",
            crate::wire::snippet(&json)
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

/// A hash that is the same tomorrow and on another machine (FNV-1a), unlike that of the standard library.
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(super) fn add(&mut self, text: &str) {
        // A byte that is not in UTF-8 ends each text.
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(super) fn finish(self) -> u64 {
        self.0
    }
}
