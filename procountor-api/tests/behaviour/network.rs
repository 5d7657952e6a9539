//! The network, against sockets on this machine: what it waits for, and what it says when it gives up. The times are real,
//! and short.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Delivery, Network, NetworkLimits, Transport, TransportError};

const SHORT: Duration = Duration::from_millis(80);

/// Takes one request, and then does this.
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
async fn nobody_is_there() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (delivery, is_timeout, text) = fails(address, NetworkLimits::default()).await;
    assert_eq!((delivery, is_timeout), (Delivery::NotConnected, false));
    assert!(text.starts_with("no connection: "), "{text}");
}

#[tokio::test]
async fn no_headers_come() {
    let address = server(|_| std::thread::sleep(Duration::from_secs(6)));
    let limits = NetworkLimits {
        connect: SHORT,
        headers: SHORT,
        ..NetworkLimits::default()
    };
    let text = "no answer: nothing came for 160ms".to_owned();
    assert_eq!(
        fails(address, limits).await,
        (Delivery::Possible, true, text)
    );
}

#[tokio::test]
async fn the_body_stalls() {
    let address = server(|stream| {
        let start = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"a\":";
        stream.write_all(start).unwrap();
        std::thread::sleep(Duration::from_secs(6));
    });
    let limits = NetworkLimits {
        stall: SHORT,
        ..NetworkLimits::default()
    };
    let text = "the answer broke off: nothing came for 80ms".to_owned();
    assert_eq!(
        fails(address, limits).await,
        (Delivery::Possible, true, text)
    );
}

#[tokio::test]
async fn a_slow_body_is_no_stalled_one() {
    let address = server(|stream| {
        let start = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n";
        stream.write_all(start).unwrap();
        for _ in 0..8 {
            std::thread::sleep(SHORT);
            stream.write_all(b"x").unwrap();
        }
    });
    // All of it takes longer than any pause in it may.
    let limits = NetworkLimits {
        stall: SHORT * 6,
        ..NetworkLimits::default()
    };
    let answer = exchange(address, limits).await.unwrap();
    assert_eq!(answer.body(), "xxxxxxxx");
}

#[tokio::test]
async fn the_connection_breaks() {
    let address = server(|_| {});
    let (delivery, is_timeout, _) = fails(address, NetworkLimits::default()).await;
    assert_eq!((delivery, is_timeout), (Delivery::Possible, false));

    let address = server(|stream| {
        let start = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"a\":";
        stream.write_all(start).unwrap();
    });
    let (delivery, is_timeout, text) = fails(address, NetworkLimits::default()).await;
    assert_eq!((delivery, is_timeout), (Delivery::Possible, false));
    assert!(text.starts_with("the answer broke off: "), "{text}");
}

#[tokio::test]
async fn the_answer_is_too_long() {
    let address = server(|stream| {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789";
        stream.write_all(answer).unwrap();
        std::thread::sleep(SHORT);
    });
    let limits = NetworkLimits {
        max_response_size: 8,
        ..NetworkLimits::default()
    };
    let text = "the answer is longer than 8 bytes, the limit set by `max_response_size`".to_owned();
    assert_eq!(
        fails(address, limits).await,
        (Delivery::Responded, false, text)
    );
}
