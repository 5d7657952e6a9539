//! The pager: requests one page after another, some in advance, until the search ends.

use std::collections::{HashSet, VecDeque};
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;

use super::cursor::{Cursor, Position};
use super::page::{SearchPage, hash_of, with_row};
use super::prefetch::{FetchedPage, PageRequest, PageTask};
use super::search::Search;
use super::strategy::{self, PageRows, Problem, Strategy, parameter};
use crate::client::unreadable;
use crate::error::Error;
use crate::operation::RawResponse;
use crate::wire::DecodeError;

/// Pages that are requested in advance, unless set.
const AHEAD: usize = 2;

pub(super) struct Pager {
    search: Search,
    strategy: Box<dyn Strategy>,
    /// Rows of a page.
    size: usize,
    /// The number of the current page.
    number: u64,
    ahead: usize,
    /// Full pages so far.
    full_pages: usize,
    /// The requests that were sent, in the order of the pages; the first is for the current page.
    requests: VecDeque<PageRequest>,
    /// Hashes of the pages so far.
    seen: HashSet<u64>,
    /// The error to report after the rows of the current page.
    error: Option<Error>,
    is_done: bool,
}

impl Pager {
    pub(super) fn new(mut search: Search) -> Self {
        let fields = search.endpoint.fields();
        let size = parameter(fields, "size")
            .and_then(|json| json.parse().ok())
            .filter(|size| *size > 0)
            .unwrap_or(search.paging.max_size as usize);
        let number = parameter(fields, "page")
            .and_then(|json| json.parse().ok())
            .unwrap_or(0);
        let strategy = strategy::choose(search.endpoint.fields_mut(), search.paging, size);
        Self {
            search,
            strategy,
            size,
            number,
            ahead: AHEAD,
            full_pages: 0,
            requests: VecDeque::new(),
            seen: HashSet::new(),
            error: None,
            is_done: false,
        }
    }

    /// Moves to the position of a cursor.
    pub(super) fn resume(mut self, cursor: &Cursor) -> Result<Self, Error> {
        let mut problems = self.search.check(cursor);
        let fields = self.search.endpoint.fields();
        match strategy::resume(fields, self.search.paging, &cursor.position) {
            Ok(strategy) if problems.is_empty() => self.strategy = strategy,
            Ok(_) => {}
            Err(kind) => problems.push(format!("it holds {kind}, which this search does not have")),
        }
        if !problems.is_empty() {
            return Err(self.search.wrong_cursor(cursor, &problems));
        }
        if let Position::Page { number, size, .. } = cursor.position {
            self.number = number;
            self.size = size;
        }
        Ok(self)
    }

    pub(super) fn set_ahead(&mut self, pages: usize) {
        self.ahead = pages;
    }

    /// Returns the position before the next page.
    pub(super) fn cursor(&self) -> Cursor {
        self.search.cursor(self.strategy.position())
    }

    pub(super) fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<SearchPage, Error>>> {
        loop {
            if let Some(error) = self.error.take() {
                return Poll::Ready(Some(Err(error)));
            }
            if self.is_done {
                return Poll::Ready(None);
            }
            let Some(request) = self.requests.front_mut() else {
                match self.search.request(&*self.strategy, self.size, 0) {
                    Ok(fetch) => self
                        .requests
                        .push_back(PageRequest::Inline(Box::pin(fetch))),
                    Err(error) => self.fail(error),
                }
                continue;
            };
            let fetched = ready!(request.poll(context));
            self.requests.pop_front();
            match fetched.and_then(|page| self.accept(page)) {
                Ok(page) if page.rows.is_empty() => {}
                Ok(page) => return Poll::Ready(Some(Ok(page))),
                Err(error) => self.fail(error),
            }
        }
    }

    /// Ends the search with an error.
    fn fail(&mut self, error: Error) {
        self.error = Some(error);
        self.end();
    }

    fn end(&mut self) {
        self.is_done = true;
        self.requests.clear();
    }

    /// Moves past a page, and requests the pages after it.
    fn accept(&mut self, page: FetchedPage) -> Result<SearchPage, Error> {
        let FetchedPage {
            rows,
            total,
            response,
        } = page;
        if !rows.is_empty() && !self.seen.insert(hash_of(&rows)) {
            return Err(self.loop_error(&response, "the server sent the same page twice"));
        }
        let is_full = rows.len() >= self.size;
        let accepted = self
            .strategy
            .accept(PageRows {
                rows,
                total,
                is_full,
            })
            .map_err(|problem| self.loop_error(&response, &problem))?;
        self.full_pages += usize::from(is_full);
        if !is_full {
            self.end();
        }
        if let Some(problem) = accepted.problem {
            self.report(problem, &response);
        }
        let number = self.number;
        self.number += 1;
        self.request_ahead();
        Ok(SearchPage {
            operation: self.search.operation,
            rows: accepted.rows,
            response,
            number,
            repeated: accepted.repeated,
        })
    }

    fn report(&mut self, problem: Problem, response: &RawResponse) {
        match problem {
            Problem::RowsRemoved { before, now } => {
                let problem = format!(
                    "before page {} the total fell from {before} to {now}: rows were removed during the search, and as many others may be missing here; search again, or by key",
                    self.number
                );
                self.error = Some(self.search.page_error(response, problem));
            }
            Problem::MissingKey { row } => {
                let keyset = self.search.paging.keyset.as_ref();
                let key = keyset.map_or("id", |keyset| keyset.key);
                let expected = format!("a row with `{key}`, to request the next page");
                let error = DecodeError::new(expected, &row);
                let response = with_row(response, &row);
                self.fail(unreadable(self.search.operation, response, error));
            }
        }
    }

    /// Requests pages in advance once two full pages have come, so that a short search costs one request.
    fn request_ahead(&mut self) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let permits = self.search.client.limiter.in_a_second();
        let most = self.strategy.max_ahead(self.ahead, permits);
        let wanted = most.min(self.full_pages.saturating_sub(1));
        while !self.is_done && self.requests.len() < wanted {
            let ahead = self.requests.len();
            // An error is reported when the page is the current one.
            let Ok(fetch) = self.search.request(&*self.strategy, self.size, ahead) else {
                return;
            };
            self.requests.push_back(PageRequest::Task(PageTask {
                handle: runtime.spawn(fetch),
                operation: self.search.operation,
            }));
        }
    }

    fn loop_error(&self, response: &RawResponse, problem: &str) -> Error {
        let problem = format!("{problem} (page {}): the search would not end", self.number);
        self.search.page_error(response, problem)
    }
}
