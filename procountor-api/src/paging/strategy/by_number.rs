//! Paging by page number.

use super::{Accepted, PageRows, Problem, Strategy, set_parameter};
use crate::paging::cursor::Position;
use crate::paging::page::{Row, SearchRow};
use crate::wire::Reflect;

/// A search whose pages are numbered.
///
/// Page numbers are offsets, so rows that are added or removed during the search move the others. A row that was moved to
/// the next page is recognized and left out; rows that were moved out of reach are reported if the total falls.
pub(in crate::paging) struct ByNumber {
    number: u64,
    size: usize,
    /// Rows of this page before the position.
    skip: usize,
    /// The rows of the page before.
    previous: Vec<Row>,
    total: Option<u64>,
}

impl ByNumber {
    pub(super) fn new(number: u64, size: usize, skip: usize) -> Self {
        Self {
            number,
            size,
            skip,
            previous: Vec::new(),
            total: None,
        }
    }

    /// Returns whether the page before had this very row. Without a key, two equal rows are not known to be the same.
    fn is_repeated(&self, row: &Row) -> bool {
        row.key.is_some() && self.previous.contains(row)
    }

    /// Reports a total that has fallen: the rows after the removed ones have moved up, some of them out of reach.
    fn removed(&mut self, total: Option<u64>) -> Option<Problem> {
        let before = std::mem::replace(&mut self.total, total)?;
        let now = total.filter(|now| *now < before)?;
        Some(Problem::RowsRemoved { before, now })
    }
}

impl Strategy for ByNumber {
    fn set_page(&self, request: &mut dyn Reflect, ahead: u64) {
        set_parameter(request, "page", &(self.number + ahead).to_string());
    }

    fn max_ahead(&self, wanted: usize, permits_per_second: usize) -> usize {
        wanted.min(permits_per_second)
    }

    fn accept(&mut self, page: PageRows) -> Result<Accepted, String> {
        let mut accepted = Accepted::default();
        let skip = std::mem::take(&mut self.skip);
        for (index, row) in page.rows.iter().enumerate() {
            self.skip += 1;
            let is_repeated = self.is_repeated(row);
            accepted.repeated += usize::from(is_repeated && index >= skip);
            if index >= skip && !is_repeated {
                accepted.rows.push(SearchRow {
                    json: row.json.clone(),
                    after: self.position(),
                });
            } else if let Some(last) = accepted.rows.last_mut() {
                last.after = self.position();
            }
        }
        accepted.problem = self.removed(page.total);
        if page.is_full {
            self.number += 1;
            self.skip = 0;
            if let Some(last) = accepted.rows.last_mut() {
                last.after = self.position();
            }
        }
        self.previous = page.rows;
        Ok(accepted)
    }

    fn position(&self) -> Position {
        Position::Page {
            number: self.number,
            size: self.size,
            skip: self.skip,
        }
    }
}
