//! Requests for pages, some of them sent in advance.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;

use super::page::{Row, read_rows};
use crate::client::{CallOptions, ClientInner, execute, unreadable};
use crate::error::{Delivery, Error, ErrorKind, TransportError};
use crate::operation::{Operation, Paging, Prepared, RawResponse};

/// A request for a page.
pub(super) enum PageRequest {
    /// The current page, driven by the caller that waits for it.
    Inline(Pin<Box<dyn Future<Output = Result<FetchedPage, Error>> + Send>>),
    /// A page in advance, as a task. It must run while the caller works on earlier rows: it may hold the permit for which
    /// the caller's other calls wait.
    Task(PageTask),
}

/// A task that is cancelled when it is dropped.
pub(super) struct PageTask {
    pub(super) handle: JoinHandle<Result<FetchedPage, Error>>,
    pub(super) operation: &'static Operation,
}

impl Drop for PageTask {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

/// A response with its rows.
pub(super) struct FetchedPage {
    pub(super) rows: Vec<Row>,
    pub(super) total: Option<u64>,
    pub(super) response: RawResponse,
}

impl PageRequest {
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<FetchedPage, Error>> {
        let PageTask { handle, operation } = match self {
            Self::Inline(fetch) => return fetch.as_mut().poll(context),
            Self::Task(task) => task,
        };
        Poll::Ready(match ready!(Pin::new(handle).poll(context)) {
            Ok(fetched) => fetched,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => {
                    let error =
                        TransportError::new(Delivery::Possible, "the runtime is shutting down");
                    Err(Error::new(operation, 1, ErrorKind::Transport(error)))
                }
            },
        })
    }
}

pub(super) async fn fetch(
    client: Arc<ClientInner>,
    operation: &'static Operation,
    paging: &'static Paging,
    request: Prepared,
    options: CallOptions,
) -> Result<FetchedPage, Error> {
    let response = execute(&client, operation, &request, options).await?;
    match read_rows(&response.body, paging) {
        Ok((rows, total)) => Ok(FetchedPage {
            rows,
            total,
            response,
        }),
        Err(error) => Err(unreadable(operation, response, error)),
    }
}
