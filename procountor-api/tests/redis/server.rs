//! A Redis of the test's own: on a free port, in a directory of its own, gone with the test.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) struct Redis {
    port: u16,
    password: Option<&'static str>,
    directory: TempDir,
    process: Option<Child>,
}

/// Whether there is a `redis-server`. It must be there where `PROCOUNTOR_REQUIRE_REDIS` is 1; else the test says that it did
/// nothing.
pub(crate) fn is_there(test: &str) -> bool {
    let found = Command::new("redis-server")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        let required = std::env::var("PROCOUNTOR_REQUIRE_REDIS").is_ok_and(|value| value == "1");
        assert!(!required, "redis-server is not there, and is required");
        eprintln!("SKIPPED {test}: redis-server is not on the PATH");
    }
    found
}

/// Not one of those that systems give to outgoing connections: such a one can be connected to itself, while no server is
/// there.
fn free_port() -> u16 {
    let mut ports = std::iter::repeat_with(|| fastrand::Rng::new().u16(15_000..32_000));
    ports
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

impl Redis {
    pub(crate) fn start() -> Self {
        Self::start_with(None)
    }

    pub(crate) fn start_with(password: Option<&'static str>) -> Self {
        let port = free_port();
        let directory = tempfile::tempdir().unwrap();
        let mut redis = Self {
            port,
            password,
            directory,
            process: None,
        };
        redis.again();
        redis
    }

    pub(crate) fn url(&self) -> String {
        match self.password {
            Some(password) => format!("redis://:{password}@127.0.0.1:{}/0", self.port),
            None => format!("redis://127.0.0.1:{}/0", self.port),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// As `kill -9`.
    pub(crate) fn kill(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Starts it, empty.
    pub(crate) fn again(&mut self) {
        let mut command = Command::new("redis-server");
        let port = self.port.to_string();
        command.args(["--port", &port, "--bind", "127.0.0.1", "--save", ""]);
        command.args(["--appendonly", "no"]);
        if let Some(password) = self.password {
            command.args(["--requirepass", password]);
        }
        command.arg("--dir").arg(self.directory.path());
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.process = Some(process.unwrap());
        let until = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until, "redis-server did not start");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// To look at what is there.
    pub(crate) fn connection(&self) -> redis::Connection {
        let client = redis::Client::open(self.url()).unwrap();
        client.get_connection().unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
