//! `Retry-After`: the call ends with any value, and the error has the server's value.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use procountor_api::v2604::{InvoiceId, operations::GetInvoice};
use procountor_api::{client::Clock, retry::RetryPolicy, v2604};

use super::server::{PausedRuntime, Server, TOKEN};
use super::{Target, checks};
use crate::case::Case;

struct RetryAfter(PausedRuntime);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(RetryAfter(PausedRuntime::new()?)))
}

/// A clock that shows the time of the case.
#[derive(Debug)]
struct CaseClock(SystemTime);

impl Clock for CaseClock {
    fn now(&self) -> SystemTime {
        self.0
    }
}

impl Target for RetryAfter {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let response = case.response();
        if response.status().is_success() {
            return Ok(());
        }
        // For a 401 the client returns its own error about the token.
        let has_own_error = response.status() == 401;
        let expected = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| seconds(value.as_bytes()));
        let policy = match case.setting("retry") {
            Some("default") => RetryPolicy::default(),
            Some("unlimited") => RetryPolicy::default().longest_retry_after(Duration::MAX),
            _ => RetryPolicy::none(),
        };
        let server = Server::responding(response);
        let builder = server.builder(v2604::Client::builder()).access_token(TOKEN);
        let mut builder = builder.retry(policy).clock(CaseClock(now(&case)));
        if case.setting("timeout") == Some("never") {
            builder = builder.timeout(Duration::MAX);
        }
        let client = builder.build().map_err(|error| error.to_string())?;
        let call = client.call(GetInvoice::new(InvoiceId(1))).send();
        let Err(error) = self.0.block_on(async { Ok(call.await) })? else {
            return Err("the call succeeded despite an error response".to_owned());
        };
        checks::error(&error, &[TOKEN])?;
        match error.retry_after() {
            found if has_own_error || expected.is_none() || found == expected => Ok(()),
            found => Err(format!(
                "expected a Retry-After of {expected:?}, found {found:?}"
            )),
        }
    }
}

/// Reads a number of seconds with any number of digits.
fn seconds(value: &[u8]) -> Option<Duration> {
    let value = value.trim_ascii();
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let sum = |sum: u64, digit: &u8| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    };
    digits.then(|| Duration::from_secs(value.iter().fold(0, sum)))
}

/// Returns the time of the case, within some thousand years of 1970.
fn now(case: &Case<'_>) -> SystemTime {
    const MAX_SECONDS: i64 = 400_000_000_000;
    let seconds: i64 = case
        .setting("now")
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_776_245_400);
    let distance = Duration::from_secs(seconds.clamp(-MAX_SECONDS, MAX_SECONDS).unsigned_abs());
    if seconds < 0 {
        SystemTime::UNIX_EPOCH - distance
    } else {
        SystemTime::UNIX_EPOCH + distance
    }
}
