//! Searches as streams of pages or rows.
//!
//! [`Call::rows`] yields every row of a search, [`Call::pages`] its pages. A [`Cursor`] stores the position of a search.

mod cursor;
mod page;
mod pager;
mod prefetch;
mod search;
mod strategy;

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::client::{Call, undecodable};
use crate::error::Error;
use crate::operation::{CanCall, Endpoint, Paged, Supports};
use crate::wire::Wire;
pub use cursor::{Cursor, CursorError};
use page::{SearchPage, SearchRow, with_row};
use pager::Pager;
use search::Search;

/// The rows of one response.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows, in the order of the server. A row that cannot be decoded is an error with its JSON.
    pub rows: Vec<Result<T, Error>>,
    /// The number of the page, counted from 0 or from where the search began.
    pub number: u64,
    /// The number of rows that are left out because the page before had the very same rows. Rows that were added during a
    /// search by page number have moved them here.
    pub repeated: usize,
}

/// A stream of the pages of a search, made by [`Call::pages`].
///
/// It ends after the first page that is not full. See [`Rows`] for how pages are reached and which errors end the stream.
pub struct Pages<T> {
    pager: Pager,
    row: PhantomData<fn() -> T>,
}

/// A stream of the rows of a search, made by [`Call::rows`] or [`Call::rows_from`].
///
/// # How pages are reached
///
/// **By key.** If the operation has a key (`previousId`), each request asks for the rows after the key of the last row, in
/// ascending order unless the search sets another. Rows that are added during the search come last, and rows that are
/// removed do not move others: every row that exists from beginning to end is yielded exactly once.
///
/// **By page number.** If the operation does not have a key, or the search is sorted by something else or sets a page
/// number, pages are numbered. Page numbers are offsets, so inserts and deletes move later rows:
///
/// - A row that an insert has moved to the next page is left out if it has an id and has not changed. If it has changed,
///   it is yielded again.
/// - A row that a delete has moved to the page before is missed. If the server reports a total (`meta.totalCount`, which
///   the vendor does not promise) and the total falls, an [`ErrorKind::Paging`](crate::ErrorKind::Paging) states how many
///   rows may be missing, and the stream continues.
///
/// # When it ends
///
/// The stream ends after the first page that is not full; reported totals are ignored. A page that comes twice, and keys
/// that are out of order, are an [`ErrorKind::Paging`](crate::ErrorKind::Paging) instead of an endless loop.
///
/// Dropping the stream cancels its requests.
///
/// # Errors
///
/// If a row cannot be decoded, the stream yields an error with [the row's JSON](Error::json) and continues. It also
/// continues after it reports removed rows. Any other error is yielded after the rows before it and ends the stream;
/// [`cursor`](Self::cursor) returns the position.
pub struct Rows<T> {
    pages: Pages<T>,
    ready: VecDeque<SearchRow>,
    /// The page of the rows in `ready`.
    page: Option<SearchPage>,
    /// The position after the last row that was yielded.
    cursor: Cursor,
}

impl<V, A, E: Endpoint> Call<V, A, E> {
    /// Returns every row of the search, as a stream.
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
    ///
    /// let mut rows = client.invoices().search_invoice().rows();
    /// while let Some(row) = rows.try_next().await? {
    ///     println!("{:?} is due on {:?}", row.id, row.due_date);
    /// #   break;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn rows<Row: Wire>(self) -> Rows<Row>
    where
        E: Paged<Row = Row>,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.pages().into_rows()
    }

    /// Returns the pages of the search, as a stream.
    pub fn pages<Row: Wire>(self) -> Pages<Row>
    where
        E: Paged<Row = Row>,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        Pages::new(self.pager())
    }

    /// Returns the rows of the search after the position of a [cursor](Rows::cursor).
    ///
    /// The search must have the same parameters as the one that the cursor comes from, except for its page and size.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Cursor`](crate::ErrorKind::Cursor) if the cursor belongs to another search. Nothing was sent.
    pub fn rows_from<Row: Wire>(self, cursor: &Cursor) -> Result<Rows<Row>, Error>
    where
        E: Paged<Row = Row>,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        Ok(Pages::new(self.pager().resume(cursor)?).into_rows())
    }

    fn pager(self) -> Pager
    where
        E: Paged,
    {
        Pager::new(Search {
            client: self.client.inner,
            operation: E::OPERATION,
            paging: E::PAGING,
            endpoint: Box::new(self.endpoint),
            options: self.options,
        })
    }
}

impl<T> Pages<T> {
    fn new(pager: Pager) -> Self {
        Self {
            pager,
            row: PhantomData,
        }
    }

    /// Sets the number of pages to request in advance (default: 2; 0 disables it).
    ///
    /// A search by key requests at most one page in advance. Requests in advance start after two full pages, so a short
    /// search costs one request; a long search can send up to this many requests past its last page. They count against
    /// the rate limit, and at most one second's worth of them is sent.
    ///
    /// The requests are tasks of the tokio runtime. Dropping the stream cancels them.
    #[must_use]
    pub fn ahead(mut self, pages: usize) -> Self {
        self.pager.set_ahead(pages);
        self
    }

    /// Returns the rows of all pages, as a stream.
    pub fn into_rows(self) -> Rows<T> {
        Rows {
            cursor: self.pager.cursor(),
            pages: self,
            ready: VecDeque::new(),
            page: None,
        }
    }
}

impl<T> Rows<T> {
    /// Sets the number of pages to request in advance: see [`Pages::ahead`].
    #[must_use]
    pub fn ahead(mut self, pages: usize) -> Self {
        self.pages.pager.set_ahead(pages);
        self
    }

    /// Returns the position after the last row that was yielded.
    ///
    /// A cursor can be stored; [`Call::rows_from`] continues from it.
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
        self.cursor.clone()
    }
}

impl<T: Wire> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(page) = ready!(self.pager.poll_page(context)).transpose()? else {
            return Poll::Ready(None);
        };
        Poll::Ready(Some(Ok(Page {
            rows: page.rows.iter().map(|row| decode(&page, row)).collect(),
            number: page.number,
            repeated: page.repeated,
        })))
    }
}

impl<T: Wire> Stream for Rows<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let (Some(row), Some(page)) = (self.ready.pop_front(), &self.page) {
                let item = decode(page, &row);
                self.cursor.position = row.after;
                return Poll::Ready(Some(item));
            }
            let Some(mut page) = ready!(self.pages.pager.poll_page(context)).transpose()? else {
                return Poll::Ready(None);
            };
            self.ready = std::mem::take(&mut page.rows).into();
            self.page = Some(page);
        }
    }
}

fn decode<T: Wire>(page: &SearchPage, row: &SearchRow) -> Result<T, Error> {
    T::decode(&row.json, 0)
        .map_err(|error| undecodable(page.operation, with_row(&page.response, &row.json), error))
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
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}
