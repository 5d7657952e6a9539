//! The rows of a response.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;

use super::cursor::Position;
use crate::operation::{Operation, Paging, RawResponse};
use crate::wire::{DecodeError, Json, elements, from_json, members};

/// The members that identify a row if the operation does not name one.
const KEYS: [&str; 2] = ["id", "uuid"];

/// A row of a response.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub(super) json: Box<str>,
    /// The JSON of its key, if it has one.
    pub(super) key: Option<Box<str>>,
}

/// A row for the caller.
#[derive(Debug)]
pub(super) struct SearchRow {
    pub(super) json: Box<str>,
    /// The position of the search after this row.
    pub(super) after: Position,
}

/// A page for the caller.
#[derive(Debug)]
pub(super) struct SearchPage {
    pub(super) operation: &'static Operation,
    pub(super) rows: Vec<SearchRow>,
    pub(super) response: RawResponse,
    pub(super) number: u64,
    pub(super) repeated: usize,
}

/// Returns the response with one row as its body, for an error about that row.
pub(super) fn with_row(response: &RawResponse, row: &str) -> RawResponse {
    RawResponse {
        body: Bytes::copy_from_slice(row.as_bytes()),
        ..response.clone()
    }
}

/// Reads the rows of a response, and the total of the search if the response reports it.
pub(super) fn read_rows(
    body: &Bytes,
    paging: &Paging,
) -> Result<(Vec<Row>, Option<u64>), DecodeError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| DecodeError::new("text in UTF-8", &String::from_utf8_lossy(body)))?;
    let json: Json = from_json(text)?;
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

/// Returns a hash of the keys of a page, which does not change when its rows are edited.
pub(super) fn hash_of(rows: &[Row]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for row in rows {
        row.key.as_ref().unwrap_or(&row.json).hash(&mut hasher);
    }
    hasher.finish()
}
