//! Paging strategies: by key, and by page number.

mod by_key;
mod by_number;

use super::cursor::Position;
use super::page::{Row, SearchRow};
use crate::operation::{Keyset, Paging};
use crate::wire::{FieldsMut, Reflect};

pub(super) use by_key::ByKey;
pub(super) use by_number::ByNumber;

/// The way from one page of a search to the next.
pub(super) trait Strategy: Send {
    /// Sets the parameters of the page that is `ahead` pages after the current one.
    fn set_page(&self, request: &mut dyn Reflect, ahead: u64);

    /// Returns how many pages can be requested in advance.
    fn max_ahead(&self, wanted: usize, permits_per_second: usize) -> usize;

    /// Moves past the rows of a page.
    ///
    /// # Errors
    ///
    /// Returns the reason if the rows are not in the order that was requested.
    fn accept(&mut self, page: PageRows) -> Result<Accepted, String>;

    /// Returns the position after the last accepted row.
    fn position(&self) -> Position;
}

/// The rows of a response.
pub(super) struct PageRows {
    pub(super) rows: Vec<Row>,
    /// The rows of the whole search, if the response reports them.
    pub(super) total: Option<u64>,
    /// The page has as many rows as requested, so another one may follow.
    pub(super) is_full: bool,
}

/// The rows of a page that the caller gets.
#[derive(Default)]
pub(super) struct Accepted {
    pub(super) rows: Vec<SearchRow>,
    /// Rows that are left out because the page before had them.
    pub(super) repeated: usize,
    pub(super) problem: Option<Problem>,
}

/// A problem of a search, reported after the rows of the page.
pub(super) enum Problem {
    /// Rows were removed while the search ran. The search continues.
    RowsRemoved { before: u64, now: u64 },
    /// The last row does not have the key that the next request needs.
    MissingKey { row: Box<str> },
}

/// Returns the strategy for a search that starts at its first page, and requests ascending keys where it can.
///
/// Pages are reached by key if the operation has one, unless the search sets a page number or another order: the vendor
/// does not state what a key means in another order. Ascending keys put rows that are added during the search at the end.
pub(super) fn choose(
    request: &mut dyn Reflect,
    paging: &'static Paging,
    size: usize,
) -> Box<dyn Strategy> {
    let page = parameter(request, "page");
    match &paging.keyset {
        Some(keyset) if !paging.page || (page.is_none() && !has_other_order(request, keyset)) => {
            if !has_other_order(request, keyset) && parameter(request, keyset.order).is_none() {
                set_parameter(request, keyset.order, "\"ASC\"");
            }
            let after = parameter(request, keyset.parameter).map(Into::into);
            Box::new(ByKey::new(request, keyset, after, 0))
        }
        _ => {
            let number = page.and_then(|json| json.parse().ok()).unwrap_or(0);
            Box::new(ByNumber::new(number, size, 0))
        }
    }
}

/// Returns the strategy for a search that continues at a stored position.
pub(super) fn resume(
    request: &dyn Reflect,
    paging: &'static Paging,
    position: &Position,
) -> Result<Box<dyn Strategy>, &'static str> {
    match (position, &paging.keyset) {
        (Position::Key { after, skip }, Some(keyset)) => {
            Ok(Box::new(ByKey::new(request, keyset, after.clone(), *skip)))
        }
        (Position::Key { .. }, None) => Err("a key"),
        (Position::Page { number, size, skip }, _) if paging.page => {
            Ok(Box::new(ByNumber::new(*number, *size, *skip)))
        }
        (Position::Page { .. }, _) => Err("a page number"),
    }
}

/// Returns whether the search sorts its rows by something else than the key.
fn has_other_order(request: &dyn Reflect, keyset: &Keyset) -> bool {
    request.fields().iter().any(|(field, value)| {
        value.is_set() && field.name.starts_with("orderBy") && field.name != keyset.order
    })
}

/// Returns the JSON of a parameter that is set.
pub(super) fn parameter(request: &dyn Reflect, name: &str) -> Option<String> {
    let fields = request.fields();
    let (_, value) = fields
        .iter()
        .find(|(field, value)| field.name == name && value.is_set())?;
    let mut json = String::new();
    value.encode(&mut json);
    Some(json)
}

/// Sets a parameter that paging owns. `#[endpoint]` checks that it exists; if a value does not fit its type, the parameter
/// keeps its value, which the check for repeated pages detects.
pub(super) fn set_parameter(request: &mut dyn Reflect, name: &str, json: &str) {
    let FieldsMut { table, slots } = request.fields_mut();
    if let Some(index) = table.position(name, 0) {
        slots[index].decode(json, 0).ok();
    }
}
