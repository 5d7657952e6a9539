//! What is in a page: its rows with their keys, and whether they are in order.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;

use super::cursor::Position;
use crate::operation::RawResponse;
use crate::operation::{Operation, Paging};
use crate::wire::{DecodeError, elements, from_json, members};

/// What identifies a row of a search that does not say so.
const KEYS: [&str; 2] = ["id", "uuid"];

/// A row as it came.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub(super) json: Box<str>,
    /// The JSON of its key, where it has one.
    pub(super) key: Option<Box<str>>,
}

/// A page whose turn has come.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) operation: &'static Operation,
    pub(super) rows: Vec<FoundRow>,
    pub(super) answer: RawResponse,
    pub(super) number: u64,
    pub(super) repeated: usize,
}

/// A row to hand out.
#[derive(Debug)]
pub(super) struct FoundRow {
    pub(super) json: Box<str>,
    /// Where a search stands that has handed it out.
    pub(super) behind: Position,
}

impl Found {
    /// The answer with nothing but this row: what an error about the row keeps.
    pub(super) fn only(&self, row: &str) -> RawResponse {
        RawResponse {
            body: Bytes::copy_from_slice(row.as_bytes()),
            ..self.answer.clone()
        }
    }
}

/// The rows of an answer, and how many the whole search has, if the answer tells.
pub(super) fn rows(body: &Bytes, paging: &Paging) -> Result<(Vec<Row>, Option<u64>), DecodeError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| DecodeError::new("text in UTF-8", &String::from_utf8_lossy(body)))?;
    let json: crate::wire::Json = from_json(text)?;
    let members = members(json.as_str())?;
    let member = |name: &str| members.iter().find(|(member, _)| member == name);
    let Some((_, list)) = member(paging.rows) else {
        return Err(DecodeError::new("a list of rows", text).in_member(paging.rows));
    };
    let rows = elements(list).map_err(|error| error.in_member(paging.rows))?;
    let read = |json: &str| Row {
        json: json.into(),
        key: key(json, paging),
    };
    let rows = rows.into_iter().map(|row| read(row.get())).collect();
    Ok((rows, member("meta").and_then(|(_, meta)| total(meta))))
}

fn total(meta: &str) -> Option<u64> {
    let members = members(meta).ok()?;
    let (_, total) = members.iter().find(|(name, _)| name == "totalCount")?;
    total.parse().ok()
}

fn key(row: &str, paging: &Paging) -> Option<Box<str>> {
    let members = members(row).ok()?;
    let is_key = |name: &str| match &paging.keyset {
        Some(keyset) => name == keyset.key,
        None => KEYS.contains(&name),
    };
    let (_, json) = members.into_iter().find(|(name, _)| is_key(name))?;
    (json != "null").then(|| json.into())
}

/// The same for two pages with the same rows, also when these have changed in between.
pub(super) fn identity(rows: &[Row]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for row in rows {
        row.key.as_ref().unwrap_or(&row.json).hash(&mut hasher);
    }
    hasher.finish()
}

/// How the keys of a search follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
    /// The rows are sorted by something else.
    Unknown,
}

impl Order {
    /// The first row whose key does not follow the one before it, with that one. Keys that are no numbers have an order that
    /// only the server knows; they must differ.
    pub(super) fn broken<'a>(
        self,
        last: Option<&'a str>,
        rows: &'a [Row],
    ) -> Option<(&'a str, &'a str)> {
        let mut last = last;
        for key in rows.iter().filter_map(|row| row.key.as_deref()) {
            if let Some(last) = last.filter(|last| !self.follows(last, key)) {
                return Some((last, key));
            }
            last = Some(key);
        }
        None
    }

    fn follows(self, last: &str, key: &str) -> bool {
        match (self, last.parse::<i128>(), key.parse::<i128>()) {
            (Self::Ascending, Ok(last), Ok(key)) => key > last,
            (Self::Descending, Ok(last), Ok(key)) => key < last,
            _ => key != last,
        }
    }
}
