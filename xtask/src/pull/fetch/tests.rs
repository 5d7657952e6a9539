//! The limits of a download, with a scripted server.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::*;

/// Starts a server that handles its first connection with `respond`, and returns its URL.
fn server(respond: impl FnOnce(&mut TcpStream) + Send + 'static) -> Origin {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        respond(&mut stream);
    });
    Origin::parse(&format!(
        "http://user:pass@{address}/openapi.json?key=secret"
    ))
    .unwrap()
}

fn small() -> Limits {
    Limits {
        bytes: 1000,
        stall: Duration::from_millis(200),
        total: Duration::from_millis(1500),
        ..Limits::default()
    }
}

fn fails(origin: &Origin, expected: &str) {
    let message = origin.fetch(&small()).unwrap_err();
    assert!(message.contains(expected), "{message}");
    assert!(
        !message.contains("secret") && !message.contains("pass"),
        "{message}"
    );
}

#[test]
fn a_response_that_never_starts() {
    fails(
        &server(|_| thread::sleep(Duration::from_secs(3))),
        "no response within 200ms",
    );
}

#[test]
fn a_response_that_stalls() {
    let origin = server(|stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"a\"")
            .unwrap();
        thread::sleep(Duration::from_secs(3));
    });
    fails(
        &origin,
        "interrupted after 4 of 10 bytes (no data for 200ms)",
    );
}

#[test]
fn a_response_that_trickles_for_ever() {
    let origin = server(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    fails(&origin, "took longer than 1.5s");
}

#[test]
fn a_response_that_is_too_large_with_or_without_its_length() {
    let declared = server(|stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n")
            .unwrap();
    });
    fails(&declared, "is larger than 1000 bytes");
    let undeclared = server(|stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
            .unwrap();
        let _ = stream.write_all(&[b' '; 1001]);
    });
    fails(&undeclared, "is larger than 1000 bytes");
}

#[test]
fn a_response_of_exactly_the_maximum_size() {
    let origin = server(|stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
            .unwrap();
        stream.write_all(&[b' '; 1000]).unwrap();
    });
    assert_eq!(origin.fetch(&small()).unwrap().len(), 1000);
}

#[test]
fn a_file_that_is_too_large_or_missing() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("large.json");
    std::fs::write(&file, [b' '; 1001]).unwrap();
    fails(&Origin::File(file), "is larger than 1000 bytes");
    fails(&Origin::File(folder.path().to_owned()), "cannot read");
    fails(&Origin::File(folder.path().join("none")), "cannot read");
}

#[test]
fn addresses() {
    let refused = |from: &str| Origin::parse(from).unwrap_err();
    assert!(refused("http://example.com/a?key=secret").contains("http://example.com/a is refused"));
    assert!(refused("ftp://example.com/a").contains("`ftp` URLs are not supported"));
    assert!(refused("https://").contains("`https://` is not a valid URL"));
    let name = |from: &str| Origin::parse(from).unwrap().name();
    assert_eq!(
        name("https://u:p@example.com/a.json?k=v#f"),
        "https://example.com/a.json"
    );
    assert_eq!(name("http://[::1]:80/a"), "http://[::1]/a");
    assert_eq!(name("some/folder/a.json"), "file a.json");
    assert_eq!(name("file:///some/folder/a.json"), "file a.json");
}
