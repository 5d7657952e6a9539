//! A temporary checkout, and a scripted server.

#![allow(dead_code, reason = "each test uses only a part")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tempfile::TempDir;

/// A temporary copy of parts of the repository.
pub(crate) struct Checkout(TempDir);

impl Checkout {
    /// Copies the `spec` folder.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// Copies the `spec` folder, and these files and folders.
    pub(crate) fn with(names: &[&str]) -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let copy = Self(TempDir::new().unwrap());
        let names = names.iter().chain(&["spec"]);
        for path in names.flat_map(|name| files(&repository.join(name))) {
            let name = path.strip_prefix(repository).unwrap();
            // A clone does not contain files that git ignores.
            if name.ends_with("prose.yaml") || name.ends_with(".pull.lock") {
                continue;
            }
            let to = copy.0.path().join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(&path, to).unwrap();
        }
        copy
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Returns the versions, oldest first.
    pub(crate) fn versions(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("spec")).unwrap();
        let folders = entries.map(|entry| entry.unwrap().path());
        let mut versions: Vec<String> = folders
            .filter(|path| path.join("openapi.json").exists())
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        versions.sort();
        versions
    }

    /// Returns every file except the lock.
    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(self.0.path())
            .into_iter()
            .filter(|path| !path.ends_with(".pull.lock"))
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect()
    }

    /// Returns every file by its relative path, to compare two checkouts.
    pub(crate) fn relative_snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let top = self.0.path();
        let relative =
            |(path, bytes): (PathBuf, Vec<u8>)| (path.strip_prefix(top).unwrap().to_owned(), bytes);
        self.snapshot().into_iter().map(relative).collect()
    }

    pub(crate) fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg(name).args(arguments);
        command.arg("--root").arg(self.0.path());
        command
    }

    /// Runs a command, asserts success, and returns its output.
    pub(crate) fn succeeds(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.command(name, arguments).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command, and asserts that it fails with these texts and changes nothing.
    pub(crate) fn fails(&self, name: &str, arguments: &[&str], expected: &[&str]) {
        let before = self.snapshot();
        let output = self.command(name, arguments).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert_eq!(output.stdout, b"");
        for text in expected {
            assert!(errors.contains(text), "`{text}` is not in:\n{errors}");
        }
        assert!(!errors.contains("secret"), "{errors}");
        assert!(before == self.snapshot(), "something was written");
    }

    /// Runs `pull`; see [`Checkout::succeeds`].
    pub(crate) fn pulls(&self, arguments: &[&str]) -> String {
        self.succeeds("pull", arguments)
    }

    /// Runs `pull`; see [`Checkout::fails`].
    pub(crate) fn pull_fails(&self, arguments: &[&str], expected: &[&str]) {
        self.fails("pull", arguments, expected);
    }

    /// Runs `codegen` and `codegen --check`, and asserts success.
    pub(crate) fn generate(&self) {
        self.succeeds("codegen", &[]);
        self.succeeds("codegen", &["--check"]);
    }
}

/// Returns a file itself, or all files below a folder.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap();
    entries
        .flat_map(|entry| files(&entry.unwrap().path()))
        .collect()
}

/// A local server that sends the bytes that a function returns for the path of a request, and closes the connection.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn new(respond: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let (respond, count) = (Arc::new(respond), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (respond, count) = (Arc::clone(&respond), Arc::clone(&count));
                thread::spawn(move || {
                    let mut request = Vec::new();
                    let mut part = [0; 1024];
                    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                        match stream.read(&mut part) {
                            Ok(read) if read > 0 => request.extend_from_slice(&part[..read]),
                            _ => return,
                        }
                    }
                    count.fetch_add(1, Ordering::SeqCst);
                    let request = String::from_utf8(request).unwrap();
                    let path = request.split(' ').nth(1).unwrap();
                    // The client may have closed the connection.
                    let _ = stream.write_all(&respond(path));
                });
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns the number of requests.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Returns a URL whose port is closed.
    pub(crate) fn closed() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    }
}

pub(crate) fn ok(body: &[u8]) -> Vec<u8> {
    response("200 OK", "", body)
}

/// Returns a response with this status and these additional headers.
pub(crate) fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.into_bytes(), body.to_vec()].concat()
}
