//! A Redis server for one test, on a free port and in a temporary directory.

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

/// Returns whether `redis-server` is on the PATH. If not, the test is skipped, or fails with `PROCOUNTOR_REQUIRE_REDIS=1`.
pub(crate) fn is_installed(test: &str) -> bool {
    let found = Command::new("redis-server")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        let required = std::env::var("PROCOUNTOR_REQUIRE_REDIS").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "PROCOUNTOR_REQUIRE_REDIS=1, but redis-server is not on the PATH"
        );
        eprintln!("SKIPPED {test}: redis-server is not on the PATH");
    }
    found
}

/// Returns a port outside the ephemeral range, where a socket could connect to itself while no server is running.
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
        redis.restart();
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

    /// Kills the server with SIGKILL.
    pub(crate) fn kill(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Starts the server without data.
    pub(crate) fn restart(&mut self) {
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

    /// Returns a connection to inspect the data.
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
