//! Reads the rows of a long search in order, is killed now and then, and goes on where it was.

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

/// Memory is looked at each time that so many rows have come; the first look is the measure.
const LOOK: u64 = 10_000;
/// What a process needs to start again.
const RESTART: Duration = Duration::from_secs(1);

/// How far the reading has come.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The rows that came, which have the ids from 1 on.
    pub(super) rows: u64,
    pub(super) pages: u64,
    /// How often it was killed and went on.
    pub(super) resumed: u32,
    pub(super) memory: Memory,
    /// All that outlives a stretch: where it stood, as text.
    cursor: Option<String>,
    /// The requests between the first and the last of each stretch, and how long they took.
    paced: u64,
    time: Duration,
}

/// When a stretch of reading is killed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    /// When there are so many rows.
    Rows(u64),
    /// At this moment.
    Moment(Instant),
}

impl Reading {
    /// Reads on with a client of its own, as a new process would, until it is killed or all rows have come.
    ///
    /// # Errors
    /// A request failed, or a row came that should not come now.
    pub(super) async fn stretch(
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
        // A request before the first row of a stretch has no time of its own yet.
        let (mut first, mut last, mut pages) = (None, Instant::now(), 0);
        let mut rows = self.resume(client, size)?;
        let mut in_page = 0;
        loop {
            let is_over = match until {
                Until::Rows(rows) => self.rows >= rows,
                Until::Moment(moment) => Instant::now() >= moment,
            };
            if is_over {
                break;
            }
            let row = rows
                .try_next()
                .await
                .map_err(|error: Error| format!("after {} rows: {error}", self.rows))?;
            let Some(row) = row else { break };
            if in_page == 0 {
                last = Instant::now();
                first.get_or_insert(last);
                pages += 1;
            }
            in_page = (in_page + 1) % size;
            self.take(&row, progress)?;
        }
        self.cursor = Some(rows.cursor().to_string());
        self.pages += pages;
        if let Some(first) = first {
            self.paced += pages - 1;
            self.time += last - first;
        }
        Ok(())
    }

    /// The rows behind those that have come.
    fn resume(&self, client: &Client, size: i64) -> Result<Rows<InvoiceBasicInfo>, String> {
        let search = client.invoices().search_invoice().size(size);
        let Some(cursor) = &self.cursor else {
            return Ok(search.rows());
        };
        let cursor: Cursor = cursor.parse().map_err(|error| format!("{error}"))?;
        search
            .rows_from(&cursor)
            .map_err(|error| format!("it cannot go on: {error}"))
    }

    fn take(&mut self, row: &InvoiceBasicInfo, progress: &Progress) -> Result<(), String> {
        let expected = i64::try_from(self.rows + 1).map(InvoiceId).ok();
        if row.id != expected {
            return Err(format!(
                "behind the row {} came {:?}: a row was lost, or came twice",
                self.rows, row.id
            ));
        }
        self.rows += 1;
        if self.rows.is_multiple_of(LOOK) {
            self.memory.look();
            progress.advance(LOOK);
        }
        Ok(())
    }

    /// Requests a second, while it was reading.
    pub(super) fn rate(&self) -> f64 {
        self.paced as f64 / self.time.as_secs_f64()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.time.as_secs_f64()
    }
}
