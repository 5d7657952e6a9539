//! Reads the rows of a long search in order, stopping now and then and resuming from a cursor.

use std::time::Duration;

use futures_util::TryStreamExt;
use procountor_api::v2604::{Client, InvoiceBasicInfo, InvoiceId};
use procountor_api::{
    Error,
    paging::{Cursor, Rows},
};
use procountor_progress::Progress;
use tokio::time::{Instant, sleep};

use super::memory::Memory;

/// The number of rows between two memory samples.
const SAMPLE_INTERVAL: u64 = 10_000;
/// The time that a new process takes to start.
const RESTART: Duration = Duration::from_secs(1);

/// The state of a reader that runs in several sessions.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The rows read so far. Their ids count up from 1.
    pub(super) rows: u64,
    pub(super) pages: u64,
    /// The number of sessions after the first.
    pub(super) resumed: u32,
    pub(super) memory: Memory,
    /// The only state of the search that outlives a session.
    cursor: Option<String>,
    /// The requests of each session after its first, and the time they took.
    timed_requests: u64,
    time: Duration,
}

/// The point at which a session stops.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    /// After this many rows in total.
    Rows(u64),
    Deadline(Instant),
}

impl Reader {
    /// Reads until `until` or until no rows are left. Each session needs its own client, as a new process would have.
    ///
    /// # Errors
    ///
    /// Returns an error if a request fails or a row is missing, repeated, or out of order.
    pub(super) async fn run_session(
        &mut self,
        client: &Client,
        size: i64,
        until: Until,
        progress: &Progress,
    ) -> Result<(), String> {
        if self.rows > 0 {
            self.resumed += 1;
            sleep(RESTART).await;
        }
        // Timing starts at the first row: the requests before it include the start of the session.
        let (mut first, mut last, mut pages) = (None, Instant::now(), 0);
        let mut rows = self.resume(client, size)?;
        let mut in_page = 0;
        loop {
            let is_over = match until {
                Until::Rows(rows) => self.rows >= rows,
                Until::Deadline(deadline) => Instant::now() >= deadline,
            };
            if is_over {
                break;
            }
            let row = rows.try_next().await;
            let row = row.map_err(|error: Error| format!("after {} rows: {error}", self.rows))?;
            let Some(row) = row else { break };
            if in_page == 0 {
                last = Instant::now();
                first.get_or_insert(last);
                pages += 1;
            }
            in_page = (in_page + 1) % size;
            self.accept(&row, progress)?;
        }
        self.cursor = Some(rows.cursor().to_string());
        self.pages += pages;
        if let Some(first) = first {
            self.timed_requests += pages - 1;
            self.time += last - first;
        }
        Ok(())
    }

    /// Returns the rows that follow those already read.
    fn resume(&self, client: &Client, size: i64) -> Result<Rows<InvoiceBasicInfo>, String> {
        let search = client.invoices().search_invoice().size(size);
        let Some(cursor) = &self.cursor else {
            return Ok(search.rows());
        };
        let cursor: Cursor = cursor.parse().map_err(|error| format!("{error}"))?;
        let rows = search.rows_from(&cursor);
        rows.map_err(|error| format!("cannot resume the search: {error}"))
    }

    fn accept(&mut self, row: &InvoiceBasicInfo, progress: &Progress) -> Result<(), String> {
        let expected = i64::try_from(self.rows + 1).map(InvoiceId).ok();
        if row.id != expected {
            return Err(format!(
                "expected row {} next, found {:?}: a row is missing or repeated",
                self.rows + 1,
                row.id
            ));
        }
        self.rows += 1;
        if self.rows.is_multiple_of(SAMPLE_INTERVAL) {
            self.memory.sample();
            progress.advance(SAMPLE_INTERVAL);
        }
        Ok(())
    }

    /// Returns the requests per second; not a number if no session had a second request.
    pub(super) fn rate(&self) -> f64 {
        self.timed_requests as f64 / self.time.as_secs_f64()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.time.as_secs_f64()
    }
}
