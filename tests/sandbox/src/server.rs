//! Connections: accepts them, reads requests and writes responses.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, StreamBody};
use hyper::Request;
use hyper::body::{Frame, Incoming};
use hyper::header::CONTENT_LENGTH;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::exchange::ConnectionError;
use crate::faults::{Delivery, Pace, pass};
use crate::redirect_target::MisdirectedRequest;
use crate::response::{Problem, Response};
use crate::service::Service;

/// The largest request body, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// The time for written bytes to leave before the connection is closed.
const FLUSH: Duration = Duration::from_millis(20);

/// The function that handles the requests of a connection.
type Respond = fn(Arc<Service>, Request<Incoming>) -> RespondFuture;
type RespondFuture = Pin<Box<dyn Future<Output = HttpResult> + Send>>;
type HttpResult = Result<hyper::Response<Body>, ConnectionError>;
type Body = UnsyncBoxBody<Bytes, ConnectionError>;

/// Serves the sandbox until the task is aborted, which also ends its connections.
pub(crate) async fn run(listener: TcpListener, service: Arc<Service>) {
    accept(listener, service, |service, request| {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            match pass(&service, head, read(body)).await {
                Delivery::Respond(response, pace) => Ok(into_http(response, pace)),
                Delivery::Reset => Err(ConnectionError::Reset),
            }
        })
    })
    .await;
}

/// Serves the redirect target until the task is aborted.
pub(crate) async fn run_redirect_target(listener: TcpListener, service: Arc<Service>) {
    accept(listener, service, |service, request| {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = read(body).await.unwrap_or_default();
            let misdirected = MisdirectedRequest::new(&head, &body);
            service.state().misdirected.push(misdirected);
            Ok(into_http(Response::empty(204), Pace::Whole))
        })
    })
    .await;
}

async fn accept(listener: TcpListener, service: Arc<Service>, respond: Respond) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, Arc::clone(&service), respond));
                }
                // The connection ended before it was accepted, or too many files are open: both can pass.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, service: Arc<Service>, respond: Respond) {
    // Without this, small responses wait until the previous one is acknowledged.
    let _ = stream.set_nodelay(true);
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| respond(Arc::clone(&service), request)),
        );
    // Errors matter only if a fault asked for a reset; the others are the client's.
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    if ended.is_err_and(|error| is_reset(&error)) {
        // A socket with zero linger sends a reset when it is dropped.
        let _: io::Result<()> = stream.set_zero_linger();
    }
}

fn is_reset(error: &hyper::Error) -> bool {
    let source = std::error::Error::source(error);
    source.and_then(|source| source.downcast_ref()) == Some(&ConnectionError::Reset)
}

async fn read(body: Incoming) -> Result<Bytes, Problem> {
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::new(
            413,
            format!("the body is larger than {MAX_BODY} bytes"),
        )),
        Err(error) => Err(Problem::new(
            400,
            format!("the body cannot be read: {error}"),
        )),
    }
}

fn into_http(response: Response, pace: Pace) -> hyper::Response<Body> {
    let length = response.body.len();
    let mut response = response.into_http(|bytes| body(bytes, pace));
    if pace != Pace::Whole {
        // hyper does not know the length of a streamed body.
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    response
}

fn body(bytes: Bytes, pace: Pace) -> Body {
    let (at, wait, rest) = match pace {
        Pace::Whole => {
            return Full::new(bytes)
                .map_err(|error: Infallible| match error {})
                .boxed_unsync();
        }
        Pace::Stalled(at, time) => (at, time, Ok(bytes.slice(at..))),
        Pace::Cut(at) => (at, FLUSH, Err(ConnectionError::ClosedEarly)),
    };
    let start = Ok(bytes.slice(..at));
    let steps = vec![(Duration::ZERO, start), (wait, rest)];
    let frames = stream::unfold(steps.into_iter(), |mut steps| async move {
        let (wait, step) = steps.next()?;
        tokio::time::sleep(wait).await;
        Some((step.map(Frame::data), steps))
    });
    StreamBody::new(frames).boxed_unsync()
}
