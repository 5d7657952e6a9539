//! The network transport against loopback sockets, in real time: its limits, and the errors when they are exceeded.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Delivery, Network, NetworkLimits, Transport, TransportError};

const SHORT: Duration = Duration::from_millis(80);

/// Accepts one request and then calls `act`.
fn server(act: impl FnOnce(&mut TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).unwrap() > 0);
        act(&mut stream);
    });
    address
}

async fn exchange(
    address: SocketAddr,
    limits: NetworkLimits,
) -> Result<Response<Bytes>, TransportError> {
    let request = Request::builder()
        .uri(format!("http://{address}/api/status"))
        .body(Bytes::new());
    Network::new(limits).unwrap().send(request.unwrap()).await
}

async fn fails(address: SocketAddr, limits: NetworkLimits) -> (Delivery, bool, String) {
    let start = Instant::now();
    let error = exchange(address, limits).await.unwrap_err();
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    (error.delivery(), error.is_timeout(), error.to_string())
}

#[tokio::test]
async fn a_refused_connection_is_not_connected() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (delivery, is_timeout, text) = fails(address, NetworkLimits::default()).await;
    assert_eq!((delivery, is_timeout), (Delivery::NotConnected, false));
    assert!(text.starts_with("no connection: "), "{text}");
}

#[tokio::test]
async fn missing_headers_time_out() {
    let address = server(|_| std::thread::sleep(Duration::from_secs(6)));
    let limits = NetworkLimits {
        connect: SHORT,
        headers: SHORT,
        ..NetworkLimits::default()
    };
    let text = "no response: nothing was received for 160ms".to_owned();
    assert_eq!(
        fails(address, limits).await,
        (Delivery::Possible, true, text)
    );
}

#[tokio::test]
async fn a_stalled_body_times_out() {
    let address = server(|stream| {
        let start = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"a\":";
        stream.write_all(start).unwrap();
        std::thread::sleep(Duration::from_secs(6));
    });
    let limits = NetworkLimits {
        stall: SHORT,
        ..NetworkLimits::default()
    };
    let text = "the response is incomplete: nothing was received for 80ms".to_owned();
    assert_eq!(
        fails(address, limits).await,
        (Delivery::Possible, true, text)
    );
}

#[tokio::test]
async fn a_slow_body_does_not_time_out() {
    let address = server(|stream| {
        let start = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n";
        stream.write_all(start).unwrap();
        for _ in 0..8 {
            std::thread::sleep(SHORT);
            stream.write_all(b"x").unwrap();
        }
    });
    // The whole body takes longer than `stall`, but no pause does.
    let limits = NetworkLimits {
        stall: SHORT * 6,
        ..NetworkLimits::default()
    };
    let response = exchange(address, limits).await.unwrap();
    assert_eq!(response.body(), "xxxxxxxx");
}

#[tokio::test]
async fn a_closed_connection_may_have_delivered_the_request() {
    let address = server(|_| {});
    let (delivery, is_timeout, _) = fails(address, NetworkLimits::default()).await;
    assert_eq!((delivery, is_timeout), (Delivery::Possible, false));

    let address = server(|stream| {
        let start = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"a\":";
        stream.write_all(start).unwrap();
    });
    let (delivery, is_timeout, text) = fails(address, NetworkLimits::default()).await;
    assert_eq!((delivery, is_timeout), (Delivery::Possible, false));
    assert!(text.starts_with("the response is incomplete: "), "{text}");
}

#[tokio::test]
async fn a_response_that_is_too_large_is_refused() {
    let address = server(|stream| {
        let response = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789";
        stream.write_all(response).unwrap();
        std::thread::sleep(SHORT);
    });
    let limits = NetworkLimits {
        max_response_size: 8,
        ..NetworkLimits::default()
    };
    let text =
        "the response is larger than 8 bytes, the limit set by `max_response_size`".to_owned();
    assert_eq!(
        fails(address, limits).await,
        (Delivery::Responded, false, text)
    );
}
