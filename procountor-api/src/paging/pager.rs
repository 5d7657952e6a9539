//! Fetches the pages of a search, by the key of the last row where there is one, else by number. It knows nothing of the
//! type of the rows. A search ends at a short page, never by a total, and a page that comes twice is an error, not a loop.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;

use super::cursor::{Cursor, Fingerprint, Position};
use super::page::{Found, FoundRow, Order, Row, identity};
use super::prefetch::{Fetched, Flight, Task, fetch};
use crate::client::{CallOptions, ClientInner, check, undecodable};
use crate::error::{Error, ErrorKind};
use crate::operation::RawResponse;
use crate::operation::{Endpoint, Keyset, Operation, Paging};
use crate::wire::{DecodeError, FieldsMut, Reflect};

/// How many pages are asked for before their turn, unless set.
const AHEAD: usize = 2;

pub(crate) struct Pager {
    core: Arc<ClientInner>,
    operation: &'static Operation,
    paging: &'static Paging,
    endpoint: Box<dyn AnyEndpoint>,
    options: CallOptions,
    fingerprint: u64,
    /// Where the next page begins whose turn it is.
    position: Position,
    order: Order,
    size: usize,
    /// Counts the pages that came.
    number: u64,
    /// How many rows the search has, as the last page told.
    total: Option<u64>,
    /// How many of them were full.
    full: usize,
    ahead: usize,
    /// The pages that have been asked for, in their order; the first is the one whose turn it is.
    flight: VecDeque<Flight>,
    before: Vec<Row>,
    /// The pages that have come.
    seen: HashSet<u64>,
    /// What ends the search behind the rows that came.
    failed: Option<Error>,
    done: bool,
}

/// An endpoint, seen without its type, that can be sent between threads.
pub(crate) trait AnyEndpoint: Send + Sync {
    fn record(&self) -> &dyn Reflect;
    fn record_mut(&mut self) -> &mut dyn Reflect;
}

impl<E: Endpoint> AnyEndpoint for E {
    fn record(&self) -> &dyn Reflect {
        self
    }

    fn record_mut(&mut self) -> &mut dyn Reflect {
        self
    }
}

impl Pager {
    pub(crate) fn new(
        core: Arc<ClientInner>,
        operation: &'static Operation,
        paging: &'static Paging,
        mut endpoint: Box<dyn AnyEndpoint>,
        options: CallOptions,
    ) -> Self {
        let record = endpoint.record();
        let sorted_otherwise = record.fields().iter().any(|(column, slot)| {
            let order = paging.keyset.as_ref().map(|keyset| keyset.order);
            slot.is_set() && column.name.starts_with("orderBy") && Some(column.name) != order
        });
        // What a key means under another order is not stated by the vendor, so numbers are used there.
        let by_number = paging.page && (sorted_otherwise || get(record, "page").is_some());
        let keyset = paging.keyset.as_ref().filter(|_| !by_number);
        let size = get(record, "size")
            .and_then(|json| json.parse().ok())
            .filter(|size| *size > 0)
            .unwrap_or(paging.max_size as usize);
        let number = get(record, "page")
            .and_then(|json| json.parse().ok())
            .unwrap_or(0);
        let mut order = Order::Unknown;
        if let Some(keyset) = keyset.filter(|_| !sorted_otherwise) {
            order = match get(record, keyset.order).as_deref() {
                // Rows that are added meanwhile come last, so that none is seen twice or missed.
                None => {
                    set(endpoint.record_mut(), keyset.order, "\"ASC\"");
                    Order::Ascending
                }
                Some("\"ASC\"") => Order::Ascending,
                Some("\"DESC\"") => Order::Descending,
                Some(_) => Order::Unknown,
            };
        }
        let record = endpoint.record();
        let position = match keyset {
            Some(keyset) => Position::Key {
                after: get(record, keyset.parameter).map(Into::into),
                skip: 0,
            },
            None => Position::Page {
                number,
                size,
                skip: 0,
            },
        };
        Self {
            fingerprint: fingerprint(record, paging),
            core,
            operation,
            paging,
            endpoint,
            options,
            position,
            order,
            size,
            number,
            total: None,
            full: 0,
            ahead: AHEAD,
            flight: VecDeque::new(),
            before: Vec::new(),
            seen: HashSet::new(),
            failed: None,
            done: false,
        }
    }

    /// Goes to where an earlier search of the same rows stopped.
    pub(crate) fn resume(mut self, cursor: &Cursor) -> Result<Self, Error> {
        let mut problems = Vec::new();
        if *cursor.operation != *self.operation.id {
            problems.push(format!("it belongs to {}", cursor.operation));
        } else if cursor.search != self.fingerprint {
            problems.push("it belongs to a search for something else: every parameter but the size of a page must be as it was".to_owned());
        }
        let by_number = match &cursor.position {
            Position::Key { .. } => self.paging.keyset.is_none().then_some("a key"),
            Position::Page { .. } => (!self.paging.page).then_some("a page number"),
        };
        if let Some(kind) = by_number {
            problems.push(format!(
                "it holds {kind}, by which this search has no pages"
            ));
        }
        if let (Position::Page { number, size, .. }, true) =
            (&cursor.position, *cursor.version != *self.core.info.version)
        {
            problems.push(format!(
                "it counts pages (page {number} of {size} rows) of API version {}, and another version may sort otherwise",
                cursor.version
            ));
        }
        if !problems.is_empty() {
            let problem = format!(
                "nothing was sent, the cursor `{cursor}` does not fit: {}; search from the beginning",
                problems.join("; ")
            );
            return Err(Error::new(self.operation, 0, ErrorKind::Cursor(problem)));
        }
        self.position = cursor.position.clone();
        if let Position::Page { number, size, .. } = self.position {
            self.number = number;
            self.size = size;
        }
        Ok(self)
    }

    pub(super) fn set_ahead(&mut self, pages: usize) {
        self.ahead = pages;
    }

    /// Where the search stands before its next page.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor {
            operation: self.operation.id.into(),
            version: self.core.info.version.into(),
            search: self.fingerprint,
            position: self.position.clone(),
        }
    }

    pub(super) fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Found, Error>>> {
        loop {
            if let Some(error) = self.failed.take() {
                return Poll::Ready(Some(Err(error)));
            }
            if self.done {
                return Poll::Ready(None);
            }
            if self.flight.is_empty() {
                match self.request(0) {
                    Ok(fetch) => self.flight.push_back(Flight::Here(Box::pin(fetch))),
                    Err(error) => self.failed = Some(self.stop(error)),
                }
                continue;
            }
            let fetched = ready!(self.flight[0].poll(context));
            self.flight.pop_front();
            match fetched.and_then(|fetched| self.take(fetched)) {
                Ok(found) => {
                    match self.done {
                        true => self.flight.clear(),
                        false => self.run_ahead(),
                    }
                    if !found.rows.is_empty() {
                        return Poll::Ready(Some(Ok(found)));
                    }
                }
                Err(error) => self.failed = Some(self.stop(error)),
            }
        }
    }

    fn stop(&mut self, error: Error) -> Error {
        self.done = true;
        self.flight.clear();
        error
    }

    /// The fetch of the page whose turn it is, or of one behind it.
    fn request(
        &mut self,
        behind: usize,
    ) -> Result<impl Future<Output = Result<Fetched, Error>> + Send + use<>, Error> {
        let record = self.endpoint.record_mut();
        set(record, "size", &self.size.to_string());
        match (&self.position, &self.paging.keyset) {
            (Position::Page { number, .. }, _) => {
                set(record, "page", &(number + behind as u64).to_string());
            }
            (Position::Key { after, .. }, Some(Keyset { parameter, .. })) => {
                if let Some(after) = after {
                    set(record, parameter, after);
                }
            }
            (Position::Key { .. }, None) => {}
        }
        let request = check(&self.core, self.operation, self.endpoint.record())?;
        Ok(fetch(
            Arc::clone(&self.core),
            self.operation,
            self.paging,
            request,
            self.options,
        ))
    }

    /// Asks for pages before their turn, once the search has shown that it is a long one.
    fn run_ahead(&mut self) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let most = match self.position {
            // The key of the one behind it is not known yet.
            Position::Key { .. } => self.ahead.min(1),
            Position::Page { .. } => self.ahead.min(self.core.limiter.in_a_second()),
        };
        let wanted = most.min(self.full.saturating_sub(1));
        while self.flight.len() < wanted {
            // An error is told when its turn has come.
            let Ok(fetch) = self.request(self.flight.len()) else {
                return;
            };
            self.flight.push_back(Flight::Task(Task {
                handle: runtime.spawn(fetch),
                operation: self.operation,
            }));
        }
    }

    /// Looks at the page whose turn has come, and goes on to the next one.
    fn take(&mut self, fetched: Fetched) -> Result<Found, Error> {
        let Fetched {
            rows,
            total,
            answer,
        } = fetched;
        if !rows.is_empty() && !self.seen.insert(identity(&rows)) {
            return Err(self.endless(&answer, "the server sent the same page twice".to_owned()));
        }
        if let Position::Key { after, .. } = &self.position
            && let Some((last, key)) = self.order.broken(after.as_deref(), &rows)
        {
            let what = format!("the server sent a row with the key {key} behind that with {last}");
            return Err(self.endless(&answer, what));
        }
        let is_full = rows.len() >= self.size;
        self.done = !is_full;
        self.full += usize::from(is_full);
        let mut found = Found {
            operation: self.operation,
            rows: Vec::with_capacity(rows.len()),
            answer,
            number: self.number,
            repeated: 0,
        };
        let keyed = rows.iter().any(|row| row.key.is_some());
        let start = self.position.clone();
        let skip = match &mut self.position {
            Position::Key { skip, .. } | Position::Page { skip, .. } => std::mem::take(skip),
        };
        for (index, row) in rows.iter().enumerate() {
            self.step(row);
            // Only a row with a key is known to be the same one.
            let again = matches!(start, Position::Page { .. })
                && row.key.is_some()
                && self.before.contains(row);
            found.repeated += usize::from(again && index >= skip);
            if index >= skip && !again {
                found.rows.push(FoundRow {
                    json: row.json.clone(),
                    behind: self.position.clone(),
                });
            } else if let Some(last) = found.rows.last_mut() {
                last.behind = self.position.clone();
            }
        }
        self.failed = self.removed(total, &found.answer);
        self.number += 1;
        match (&mut self.position, is_full) {
            (Position::Page { number, skip, .. }, true) => {
                *number += 1;
                *skip = 0;
                if let Some(last) = found.rows.last_mut() {
                    last.behind = self.position.clone();
                }
            }
            (Position::Key { .. }, true) if !keyed => {
                let key = self
                    .paging
                    .keyset
                    .as_ref()
                    .map_or("id", |keyset| keyset.key);
                let last = rows.last().map_or("", |row| &row.json);
                let error = DecodeError::new(
                    format!("a row with `{key}`, to ask for the next page"),
                    last,
                );
                let error = undecodable(self.operation, found.only(last), error);
                self.failed = Some(self.stop(error));
            }
            _ => {}
        }
        self.before = rows;
        Ok(found)
    }

    /// Over one row.
    fn step(&mut self, row: &Row) {
        match (&mut self.position, &row.key) {
            (Position::Key { after, skip }, Some(key)) => {
                *after = Some(key.clone());
                *skip = 0;
            }
            (Position::Key { skip, .. } | Position::Page { skip, .. }, _) => *skip += 1,
        }
    }

    /// Says so when the total of a search by number has fallen: the rows behind those that were removed have moved up, and
    /// some may have moved past the search. A key is not moved by that.
    fn removed(&mut self, total: Option<u64>, answer: &RawResponse) -> Option<Error> {
        let before = std::mem::replace(&mut self.total, total);
        let by_number = matches!(self.position, Position::Page { .. });
        let (before, now) = before.zip(total)?;
        (by_number && now < before).then(|| {
            let problem = format!(
                "before page {} the total fell from {before} to {now}: rows were removed meanwhile, and as many others may be missing here; search again, or by key",
                self.number
            );
            Error::new(self.operation, answer.attempts, ErrorKind::Paging(problem))
                .with_context(Some(Arc::clone(&answer.context)))
        })
    }

    fn endless(&self, answer: &RawResponse, what: String) -> Error {
        let problem = format!(
            "{what} (page {}): the rows do not come to an end",
            self.number
        );
        Error::new(self.operation, answer.attempts, ErrorKind::Paging(problem))
            .with_context(Some(Arc::clone(&answer.context)))
    }
}

/// What is searched for, without what paging sets.
fn fingerprint(record: &dyn Reflect, paging: &Paging) -> u64 {
    let key = paging.keyset.as_ref().map(|keyset| keyset.parameter);
    let mut fingerprint = Fingerprint::new();
    for (column, slot) in record.fields().iter().filter(|(_, slot)| slot.is_set()) {
        if !["page", "size"].contains(&column.name) && Some(column.name) != key {
            let mut json = String::new();
            slot.encode(&mut json);
            fingerprint.add(column.name);
            fingerprint.add(&json);
        }
    }
    fingerprint.finish()
}

/// The JSON of a parameter that is set.
fn get(record: &dyn Reflect, name: &str) -> Option<String> {
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
fn set(record: &mut dyn Reflect, name: &str, json: &str) {
    let FieldsMut { table, slots } = record.fields_mut();
    if let Some(index) = table.position(name, 0) {
        slots[index].decode(json, 0).ok();
    }
}
