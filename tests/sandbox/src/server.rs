//! The sandbox's connections: accepting them, reading requests off them, writing answers to them. What a request means is
//! none of this module's business.

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
use hyper::body::{Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::elsewhere::Strayed;
use crate::faults::{Delivery, Pace, pass};
use crate::reply::{Problem, Reply};
use crate::service::Service;

/// The largest body that is read.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// What answers the requests of a connection.
type Respond = fn(Arc<Service>, Request<Incoming>) -> Answering;
type Answering = Pin<Box<dyn Future<Output = Result<Response<Body>, Broken>> + Send>>;
type Body = UnsyncBoxBody<Bytes, Broken>;

/// Why a connection ends before its answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    /// As if a machine on the way had forgotten it.
    Reset,
    /// As if the server had closed it.
    Cut,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the fault that was asked for")
    }
}

impl std::error::Error for Broken {}

/// Accepts connections until the task is aborted; its connections go with it.
pub(crate) async fn run(listener: TcpListener, service: Arc<Service>) {
    accept(listener, service, |service, request| {
        Box::pin(async move { respond(&service, request).await })
    })
    .await;
}

/// The same for the other host.
pub(crate) async fn run_elsewhere(listener: TcpListener, service: Arc<Service>) {
    accept(listener, service, |service, request| {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = read(body).await.unwrap_or_default();
            service.state().strayed.push(Strayed::new(&head, &body));
            Ok(response(Reply::empty(204), Pace::Whole))
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
                // A connection that died before it was taken, or too many open files: the next one may be better.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, service: Arc<Service>, respond: Respond) {
    // Small answers must not wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| respond(Arc::clone(&service), request)),
        );
    // A connection that breaks is the client's affair, unless a fault is to break it.
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    if ended.is_err_and(|error| is_reset(&error)) {
        // A socket that does not linger is reset when it is dropped.
        let _: io::Result<()> = stream.set_zero_linger();
    }
}

fn is_reset(error: &hyper::Error) -> bool {
    let source = std::error::Error::source(error);
    source.and_then(|source| source.downcast_ref()) == Some(&Broken::Reset)
}

async fn respond(service: &Service, request: Request<Incoming>) -> Result<Response<Body>, Broken> {
    let (head, body) = request.into_parts();
    match pass(service, head, read(body)).await {
        Delivery::Reply(reply, pace) => Ok(response(reply, pace)),
        Delivery::Reset => Err(Broken::Reset),
    }
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

fn response(reply: Reply, pace: Pace) -> Response<Body> {
    let length = reply.body.len();
    let mut response = Response::new(body(reply.body, pace));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response
                .headers_mut()
                .append(HeaderName::from_static(name), value);
        }
    }
    if pace != Pace::Whole {
        // What is streamed has no length of its own.
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    response
}

/// How long what was written needs to leave before the connection ends.
const FLUSH: Duration = Duration::from_millis(20);

fn body(bytes: Bytes, pace: Pace) -> Body {
    let (at, wait, rest) = match pace {
        Pace::Whole => {
            return Full::new(bytes)
                .map_err(|error: Infallible| match error {})
                .boxed_unsync();
        }
        Pace::Stalled(at, time) => (at, time, Ok(bytes.slice(at..))),
        Pace::Cut(at) => (at, FLUSH, Err(Broken::Cut)),
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
