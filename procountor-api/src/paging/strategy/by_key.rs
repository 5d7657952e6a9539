//! Paging by the key of the last row.

use super::{Accepted, PageRows, Problem, Strategy, has_other_order, parameter, set_parameter};
use crate::operation::Keyset;
use crate::paging::cursor::Position;
use crate::paging::page::{Row, SearchRow};
use crate::wire::Reflect;

/// A search whose next page starts after the key of the last row.
pub(in crate::paging) struct ByKey {
    keyset: &'static Keyset,
    order: Order,
    after: Option<Box<str>>,
    /// Rows without a key after that row.
    skip: usize,
}

impl ByKey {
    pub(super) fn new(
        request: &dyn Reflect,
        keyset: &'static Keyset,
        after: Option<Box<str>>,
        skip: usize,
    ) -> Self {
        let order = match parameter(request, keyset.order).as_deref() {
            _ if has_other_order(request, keyset) => Order::Unknown,
            Some("\"ASC\"") => Order::Ascending,
            Some("\"DESC\"") => Order::Descending,
            _ => Order::Unknown,
        };
        Self {
            keyset,
            order,
            after,
            skip,
        }
    }

    fn pass(&mut self, row: &Row) {
        match &row.key {
            Some(key) => {
                self.after = Some(key.clone());
                self.skip = 0;
            }
            None => self.skip += 1,
        }
    }
}

impl Strategy for ByKey {
    fn set_page(&self, request: &mut dyn Reflect, _ahead: u64) {
        if let Some(after) = &self.after {
            set_parameter(request, self.keyset.parameter, after);
        }
    }

    /// One page at most: the key of the page after it is not known yet.
    fn max_ahead(&self, wanted: usize, _permits_per_second: usize) -> usize {
        wanted.min(1)
    }

    fn accept(&mut self, page: PageRows) -> Result<Accepted, String> {
        if let Some((last, key)) = self.order.violation(self.after.as_deref(), &page.rows) {
            return Err(format!(
                "the server sent a row with the key {key} after one with {last}"
            ));
        }
        let mut accepted = Accepted::default();
        let skip = std::mem::take(&mut self.skip);
        for (index, row) in page.rows.iter().enumerate() {
            self.pass(row);
            if index >= skip {
                accepted.rows.push(SearchRow {
                    json: row.json.clone(),
                    after: self.position(),
                });
            }
        }
        if page.is_full && page.rows.iter().all(|row| row.key.is_none()) {
            let row = page.rows.last().map(|row| row.json.clone());
            accepted.problem = row.map(|row| Problem::MissingKey { row });
        }
        Ok(accepted)
    }

    fn position(&self) -> Position {
        Position::Key {
            after: self.after.clone(),
            skip: self.skip,
        }
    }
}

/// The order of the keys in a search.
#[derive(Clone, Copy)]
enum Order {
    Ascending,
    Descending,
    /// The rows are sorted by something else.
    Unknown,
}

impl Order {
    /// Returns the first pair of keys that is out of order. The order of keys that are not numbers is the server's, so
    /// these must only differ.
    fn violation<'a>(self, after: Option<&'a str>, rows: &'a [Row]) -> Option<(&'a str, &'a str)> {
        let mut last = after;
        for key in rows.iter().filter_map(|row| row.key.as_deref()) {
            if let Some(last) = last.filter(|last| !self.allows(last, key)) {
                return Some((last, key));
            }
            last = Some(key);
        }
        None
    }

    fn allows(self, last: &str, key: &str) -> bool {
        match (self, last.parse::<i128>(), key.parse::<i128>()) {
            (Self::Ascending, Ok(last), Ok(key)) => key > last,
            (Self::Descending, Ok(last), Ok(key)) => key < last,
            _ => key != last,
        }
    }
}
