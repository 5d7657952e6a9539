//! A checkout to try on, and a server that answers as it is told.

#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tempfile::TempDir;

/// A copy of the parts of the repository that the command reads and writes.
pub(crate) struct Checkout(TempDir);

impl Checkout {
    pub(crate) fn new() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let copy = Self(TempDir::new().unwrap());
        for path in files(&here.join("spec")) {
            let name = path.strip_prefix(here).unwrap();
            // What git ignores is not part of a clone.
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

    /// The versions in it.
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

    /// Every file, without what only keeps two commands apart.
    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(self.0.path())
            .into_iter()
            .filter(|path| !path.ends_with(".pull.lock"))
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect()
    }

    /// The same, to be compared with another checkout.
    pub(crate) fn named(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let top = self.0.path();
        let named =
            |(path, bytes): (PathBuf, Vec<u8>)| (path.strip_prefix(top).unwrap().to_owned(), bytes);
        self.snapshot().into_iter().map(named).collect()
    }

    pub(crate) fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg(name).args(arguments);
        command.arg("--root").arg(self.0.path());
        command
    }

    pub(crate) fn pull(&self, arguments: &[&str]) -> Output {
        self.command("pull", arguments).output().unwrap()
    }

    /// Pulls, which must succeed: what it said.
    pub(crate) fn does(&self, arguments: &[&str]) -> String {
        let output = self.pull(arguments);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Pulls, which must fail with these words and leave everything as it was.
    pub(crate) fn refuses(&self, arguments: &[&str], expected: &[&str]) {
        let before = self.snapshot();
        let output = self.pull(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(output.stdout, b"");
        for words in expected {
            assert!(said.contains(words), "`{words}` is not in:\n{said}");
        }
        assert!(!said.contains("secret"), "{said}");
        assert!(before == self.snapshot(), "something was written");
    }

    /// Runs codegen, which must fail: what it said.
    pub(crate) fn codegen(&self, arguments: &[&str]) -> String {
        let output = self.command("codegen", arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    }

    /// Runs codegen, which must succeed, and be content with what it wrote.
    pub(crate) fn generate(&self) {
        for arguments in [&[][..], &["--check"]] {
            let output = self.command("codegen", arguments).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(0), "{said}");
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        })
        .collect()
}

/// A server on this machine. It answers each request with the bytes that a function gives for its path, and hangs up.
pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn new(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let (answer, count) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (answer, count) = (Arc::clone(&answer), Arc::clone(&count));
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
                    // The other side may have hung up.
                    let _ = stream.write_all(&answer(path));
                });
            }
        });
        Self { address, asked }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many requests there were.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// An address where nobody listens.
    pub(crate) fn closed() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    }
}

pub(crate) fn ok(body: &[u8]) -> Vec<u8> {
    page("200 OK", "", body)
}

/// An answer with this status and these further lines in its head.
pub(crate) fn page(status: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n");
    [head.into_bytes(), body.to_vec()].concat()
}
