//! Pages on their way.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;

use super::page::{Row, rows};
use crate::client::{CallOptions, ClientInner, execute, undecodable};
use crate::error::{Error, ErrorKind};
use crate::operation::Prepared;
use crate::operation::RawResponse;
use crate::operation::{Operation, Paging};
use crate::transport::{Delivery, TransportError};

/// A page on its way.
pub(super) enum Flight {
    /// Its turn has come: whoever waits for it drives it.
    Here(Pin<Box<dyn Future<Output = Result<Fetched, Error>> + Send>>),
    /// Ahead of its turn, as a task. It must not stand still while the rows before it are worked on: it may hold the
    /// limiter, for which other calls wait.
    Task(Task),
}

pub(super) struct Task {
    pub(super) handle: JoinHandle<Result<Fetched, Error>>,
    pub(super) operation: &'static Operation,
}

impl Drop for Task {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

pub(super) struct Fetched {
    pub(super) rows: Vec<Row>,
    pub(super) total: Option<u64>,
    pub(super) answer: RawResponse,
}

impl Flight {
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Fetched, Error>> {
        let Task { handle, operation } = match self {
            Self::Here(fetch) => return fetch.as_mut().poll(context),
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
    core: Arc<ClientInner>,
    operation: &'static Operation,
    paging: &'static Paging,
    request: Prepared,
    options: CallOptions,
) -> Result<Fetched, Error> {
    let answer = execute(&core, operation, &request, options).await?;
    match rows(&answer.body, paging) {
        Ok((rows, total)) => Ok(Fetched {
            rows,
            total,
            answer,
        }),
        Err(error) => Err(undecodable(operation, answer, error)),
    }
}
