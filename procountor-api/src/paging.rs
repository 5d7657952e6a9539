//! The rows of a search, page after page: by the key of the last row where there is one, else by number. A search ends at
//! a short page, never by a total, and a page that comes twice is an error, not a loop.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::stream;

use crate::endpoint::{Endpoint, Operation, Paged, Paging};
use crate::error::{Error, ErrorKind};
use crate::pipeline::{self, Core, Overrides, checked, unreadable};
use crate::reply::Answer;
use crate::wire::{DecodeError, FieldsMut, Record, Wire, elements, from_json, members};

/// The rows of one answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows, in the order of the server. One that cannot be read is an error with its JSON; the others are not lost.
    pub rows: Vec<Result<T, Error>>,
    /// Counts from 0.
    pub number: u64,
}

/// The pages of a search.
pub struct Pages<T>(Pin<Box<dyn Stream<Item = Result<Page<T>, Error>> + Send>>);

/// The rows of a search.
pub struct Rows<T> {
    pages: Pages<T>,
    ready: VecDeque<Result<T, Error>>,
}

impl<T: Wire> Pages<T> {
    pub(crate) fn new<E: Paged<Row = T>>(
        core: Arc<Core>,
        endpoint: E,
        overrides: Overrides,
    ) -> Self {
        let pager = Pager::new(core, E::OPERATION, E::PAGING, Box::new(endpoint), overrides);
        let pages = stream::try_unfold(pager, |mut pager| async move {
            let Some(found) = pager.next().await? else {
                return Ok(None);
            };
            let read = |json: &str| {
                T::decode(json, 0)
                    .map_err(|error| unreadable(pager.operation, found.only(json), error))
            };
            let rows = found.rows.iter().map(|row| read(row)).collect();
            let page = Page {
                rows,
                number: found.number,
            };
            Ok(Some((page, pager)))
        });
        Self(Box::pin(pages))
    }

    /// The rows of all pages.
    pub fn into_rows(self) -> Rows<T> {
        Rows {
            pages: self,
            ready: VecDeque::new(),
        }
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T: Unpin> Stream for Rows<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Poll::Ready(Some(row));
            }
            match Pin::new(&mut self.pages).poll_next(context) {
                Poll::Ready(Some(Ok(page))) => self.ready = page.rows.into(),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
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
            .finish_non_exhaustive()
    }
}

/// Fetches one page after the other; it knows nothing of the type of the rows.
struct Pager {
    core: Arc<Core>,
    operation: &'static Operation,
    paging: &'static Paging,
    endpoint: Box<dyn AnyEndpoint>,
    overrides: Overrides,
    /// Whether the next page is reached by the key of the last row.
    by_key: bool,
    size: usize,
    number: u64,
    first_row: Option<Box<str>>,
    done: bool,
}

/// An endpoint, seen without its type, that can be sent between threads.
trait AnyEndpoint: Send + Sync {
    fn record(&self) -> &dyn Record;
    fn record_mut(&mut self) -> &mut dyn Record;
}

impl<E: Endpoint> AnyEndpoint for E {
    fn record(&self) -> &dyn Record {
        self
    }

    fn record_mut(&mut self) -> &mut dyn Record {
        self
    }
}

/// The rows of a page, each with its JSON.
struct Found {
    rows: Vec<Box<str>>,
    answer: Answer,
    number: u64,
}

impl Found {
    /// The answer with nothing but this row: what an error about the row keeps.
    fn only(&self, row: &str) -> Answer {
        Answer {
            body: Bytes::copy_from_slice(row.as_bytes()),
            ..self.answer.clone()
        }
    }
}

impl Pager {
    fn new(
        core: Arc<Core>,
        operation: &'static Operation,
        paging: &'static Paging,
        mut endpoint: Box<dyn AnyEndpoint>,
        overrides: Overrides,
    ) -> Self {
        let record = endpoint.record();
        let sorted_otherwise = record.fields().iter().any(|(column, slot)| {
            let order = paging.keyset.as_ref().map(|keyset| keyset.order);
            slot.is_set() && column.name.starts_with("orderBy") && Some(column.name) != order
        });
        // What a key means under another order is not stated by the vendor, so numbers are used there.
        let by_number = paging.page && (sorted_otherwise || get(record, "page").is_some());
        let by_key = paging.keyset.is_some() && !by_number;
        let size = get(record, "size")
            .and_then(|json| json.parse().ok())
            .filter(|size| *size > 0);
        let size = size.unwrap_or(paging.max_size as usize);
        let number = get(record, "page")
            .and_then(|json| json.parse().ok())
            .unwrap_or(0);
        set(endpoint.record_mut(), "size", &size.to_string());
        if let Some(keyset) = paging
            .keyset
            .as_ref()
            .filter(|_| by_key && !sorted_otherwise)
        {
            // Rows that are added meanwhile come last, so that none is seen twice or missed.
            if get(endpoint.record(), keyset.order).is_none() {
                set(endpoint.record_mut(), keyset.order, "\"ASC\"");
            }
        }
        Self {
            core,
            operation,
            paging,
            endpoint,
            overrides,
            by_key,
            size,
            number,
            first_row: None,
            done: false,
        }
    }

    async fn next(&mut self) -> Result<Option<Found>, Error> {
        if self.done {
            return Ok(None);
        }
        // Until this page has come, there is no next one: an error ends the search.
        self.done = true;
        if !self.by_key {
            set(self.endpoint.record_mut(), "page", &self.number.to_string());
        }
        let request = checked(&self.core, self.operation, self.endpoint.record())?;
        let answer =
            pipeline::execute(&self.core, self.operation, &request, self.overrides).await?;
        let rows = match rows(&answer.body, self.paging.rows) {
            Ok(rows) => rows,
            Err(error) => return Err(unreadable(self.operation, answer, error)),
        };
        if !rows.is_empty() && rows.first() == self.first_row.as_ref() {
            return Err(self.endless(&answer, "the server sent the same page twice"));
        }
        if rows.len() >= self.size {
            self.advance(&rows, &answer)?;
        }
        self.first_row = rows.first().cloned();
        let number = self.number;
        self.number += 1;
        Ok((!rows.is_empty()).then_some(Found {
            rows,
            answer,
            number,
        }))
    }

    /// Prepares for the page behind this one.
    fn advance(&mut self, rows: &[Box<str>], answer: &Answer) -> Result<(), Error> {
        self.done = false;
        let (Some(keyset), Some(last), true) = (&self.paging.keyset, rows.last(), self.by_key)
        else {
            return Ok(());
        };
        let missing = || {
            DecodeError::new(
                format!("a row with `{}`, to ask for the next page", keyset.key),
                last,
            )
        };
        let members =
            members(last).map_err(|error| unreadable(self.operation, answer.clone(), error))?;
        let key = members
            .iter()
            .find(|(name, _)| name == keyset.key)
            .map(|(_, json)| *json);
        let key = key.ok_or_else(|| unreadable(self.operation, answer.clone(), missing()))?;
        if get(self.endpoint.record(), keyset.parameter).as_deref() == Some(key) {
            return Err(self.endless(
                answer,
                "the server sent a page that ends where the one before it ended",
            ));
        }
        set(self.endpoint.record_mut(), keyset.parameter, key);
        Ok(())
    }

    fn endless(&self, answer: &Answer, what: &str) -> Error {
        let problem = format!(
            "{what} (page {}): the rows do not come to an end",
            self.number
        );
        Error::new(self.operation, answer.attempts, ErrorKind::Paging(problem))
            .in_circumstances(Some(Arc::clone(&answer.circumstances)))
    }
}

fn rows(body: &Bytes, name: &str) -> Result<Vec<Box<str>>, DecodeError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| DecodeError::new("text in UTF-8", &String::from_utf8_lossy(body)))?;
    let json: crate::wire::Json = from_json(text)?;
    let members = members(json.as_str())?;
    let Some((_, list)) = members.into_iter().find(|(member, _)| member == name) else {
        return Err(DecodeError::new("a list of rows", text).in_member(name));
    };
    let rows = elements(list).map_err(|error| error.in_member(name))?;
    Ok(rows.into_iter().map(|row| row.get().into()).collect())
}

/// The JSON of a parameter that is set.
fn get(record: &dyn Record, name: &str) -> Option<String> {
    let fields = record.fields();
    let (_, slot) = fields
        .iter()
        .find(|(column, slot)| column.name == name && slot.is_set())?;
    let mut json = String::new();
    slot.encode(&mut json);
    Some(json)
}

/// Sets a parameter that paging owns. The macro has checked that it is there; a value that does not fit its type leaves it
/// as it was, which the check for repeated pages finds.
fn set(record: &mut dyn Record, name: &str, json: &str) {
    let FieldsMut { table, slots } = record.fields_mut();
    if let Some(index) = table.position(name, 0) {
        slots[index].decode(json, 0).ok();
    }
}
