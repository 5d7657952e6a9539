//! The rows of a search, page after page, as streams. How a page is reached is in `pager`, those on their way are in
//! `flight`, what is in one in `page`, where a stream stands in `cursor`.

mod call;
mod cursor;
mod page;
mod pager;
mod prefetch;

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

pub use cursor::{Cursor, CursorError};
use page::{Found, FoundRow};
use pager::Pager;

use crate::client::undecodable;
use crate::error::Error;
use crate::wire::Wire;

/// The rows of one answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows, in the order of the server. One that cannot be read is an error with its JSON; the others are not lost.
    pub rows: Vec<Result<T, Error>>,
    /// Counts from 0, or from where the search began.
    pub number: u64,
    /// How many rows of the answer are left out, because the page before this one had the very same: rows that were added
    /// while a search by page number ran have pushed them behind its end.
    pub repeated: usize,
}

/// The pages of a search: a stream that ends behind a page that is not full. Made by [`Call::pages`](crate::Call::pages).
pub struct Pages<T> {
    pager: Pager,
    row: PhantomData<fn() -> T>,
}

/// The rows of a search: a stream. Made by [`Call::rows`](crate::Call::rows), or by
/// [`Call::rows_from`](crate::Call::rows_from) where an earlier one stopped.
///
/// # How pages are reached
///
/// By the key of the last row (`previousId`) where the search has that, in ascending order unless the search says
/// otherwise: what is added meanwhile comes last, what is removed shifts nothing, so that every row that is there from
/// beginning to end comes exactly once. By page number where there is no key, and where the search is sorted by something
/// else than the key, since the vendor does not say what a key means there.
///
/// Numbers count rows, and rows shift. When one is added before the current place, the last row of a page is the first of
/// the next one: such a row is left out if its page comes right behind and it has not changed (it has an id, and the same
/// JSON). One that has changed comes again, as it is now. When a row is removed, the row behind it takes its place and is
/// not seen by this search; only searching again finds it. That is told where it shows: when the pages tell a total
/// (`meta.totalCount`, which the vendor does not promise) and it falls, an [error](crate::ErrorKind::Paging) says how many
/// rows may be missing, and the stream goes on.
///
/// # When it ends
///
/// Behind a page that is not full; totals are not believed. A page that comes twice, and keys that do not go the way they
/// were asked for, are an [error](crate::ErrorKind::Paging), not a loop.
///
/// # Errors
///
/// A row that cannot be read is an error of its own, [with its JSON](Error::json), and the stream goes on behind it; so it
/// does behind the error that rows were removed. Every other error ends the stream, behind all rows that came before it; [`cursor`](Self::cursor) tells where it stands.
///
/// Dropping the stream cancels what is under way.
pub struct Rows<T> {
    pages: Pages<T>,
    ready: VecDeque<FoundRow>,
    /// The answer that `ready` came with.
    found: Option<Found>,
    /// Behind the last row that was handed out.
    at: Cursor,
}

impl<T> Pages<T> {
    pub(crate) fn new(pager: Pager) -> Self {
        Self {
            pager,
            row: PhantomData,
        }
    }

    /// How many pages are asked for before their turn; 2 unless set, 0 for none.
    ///
    /// A search by key asks for one at most, since a key is known when the page before it has come: that one is under way
    /// while the rows before it are worked on. It starts when two full pages have come, so that a short search asks for
    /// nothing in vain; a long one asks for at most this many pages behind its end. Pages ahead wait for the rate limit like every other request, and there are never more of them than it lets
    /// through in a second.
    ///
    /// They are tasks of the tokio runtime, so that they go on while rows are worked on, and are cancelled with the stream.
    #[must_use]
    pub fn ahead(mut self, pages: usize) -> Self {
        self.pager.set_ahead(pages);
        self
    }

    /// The rows of all pages.
    pub fn into_rows(self) -> Rows<T> {
        Rows {
            at: self.pager.cursor(),
            pages: self,
            ready: VecDeque::new(),
            found: None,
        }
    }
}

impl<T> Rows<T> {
    /// How many pages are asked for before their turn: see [`Pages::ahead`].
    #[must_use]
    pub fn ahead(mut self, pages: usize) -> Self {
        self.pages.pager.set_ahead(pages);
        self
    }

    /// Where the stream stands: behind the last row that it has handed out. It can be stored, and
    /// [`Call::rows_from`](crate::Call::rows_from) goes on from there.
    ///
    /// ```
    /// # use procountor_api::{Environment, M2mCredentials, v2604};
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
    /// # let client = v2604::Client::builder()
    /// #     .environment(Environment::Custom(sandbox.base_url()))
    /// #     .m2m(M2mCredentials::new(sandbox.client_id(), sandbox.client_secret(), sandbox.api_key()))
    /// #     .build()?;
    /// use futures_util::TryStreamExt;
    /// use procountor_api::paging::Cursor;
    ///
    /// let mut rows = client.invoices().search_invoice().rows();
    /// let first = rows.try_next().await?.and_then(|row| row.id);
    /// let stored = rows.cursor().to_string();
    ///
    /// let cursor: Cursor = stored.parse()?;
    /// let mut rows = client.invoices().search_invoice().rows_from(&cursor)?;
    /// let second = rows.try_next().await?.and_then(|row| row.id);
    /// assert!(first < second);
    /// # Ok(()) }
    /// ```
    pub fn cursor(&self) -> Cursor {
        self.at.clone()
    }
}

impl<T: Wire> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(mut found) = ready!(self.pager.poll_page(context)).transpose()? else {
            return Poll::Ready(None);
        };
        let rows = std::mem::take(&mut found.rows);
        Poll::Ready(Some(Ok(Page {
            rows: rows.iter().map(|row| read(&found, &row.json)).collect(),
            number: found.number,
            repeated: found.repeated,
        })))
    }
}

impl<T: Wire> Stream for Rows<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let (Some(row), Some(found)) = (self.ready.pop_front(), &self.found) {
                let item = read(found, &row.json);
                self.at.position = row.behind;
                return Poll::Ready(Some(item));
            }
            match ready!(self.pages.pager.poll_page(context)).transpose()? {
                None => return Poll::Ready(None),
                Some(mut found) => {
                    self.ready = std::mem::take(&mut found.rows).into();
                    self.found = Some(found);
                }
            }
        }
    }
}

fn read<T: Wire>(found: &Found, json: &str) -> Result<T, Error> {
    T::decode(json, 0).map_err(|error| undecodable(found.operation, found.only(json), error))
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("ready", &self.ready.len())
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
