//! Retry-After: whatever it says, the call ends, and the error tells what was said.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use procountor_api::v2604::{InvoiceId, operations::GetInvoice};
use procountor_api::{client::Clock, retry::RetryPolicy, v2604};

use super::server::{Paused, Server, TOKEN};
use super::{Target, checks};
use crate::case::Case;

struct RetryAfter(Paused);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(RetryAfter(Paused::new()?)))
}

/// The time that the case says.
#[derive(Debug)]
struct Now(SystemTime);

impl Clock for Now {
    fn now(&self) -> SystemTime {
        self.0
    }
}

impl Target for RetryAfter {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        let answer = case.answer();
        if answer.status().is_success() {
            return Ok(());
        }
        // Behind a 401 stands what the client says of its token.
        let by_server = answer.status() != 401;
        let expected = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| seconds(value.as_bytes()));
        let policy = match case.setting("retry") {
            Some("default") => RetryPolicy::default(),
            Some("patient") => RetryPolicy::default().longest_retry_after(Duration::MAX),
            _ => RetryPolicy::none(),
        };
        let server = Server::saying(answer);
        let builder = server.builder(v2604::Client::builder()).access_token(TOKEN);
        let builder = builder.retry(policy).clock(Now(now(&case)));
        let builder = match case.setting("timeout") {
            Some("never") => builder.timeout(Duration::MAX),
            _ => builder,
        };
        let client = builder.build().map_err(|error| error.to_string())?;
        let sending = client.call(GetInvoice::new(InvoiceId(1))).send();
        let ended = self.0.block_on(async { Ok(sending.await) })?;
        let Err(error) = ended else {
            return Err("a refusal was taken for a success".to_owned());
        };
        checks::error(&error, &[TOKEN])?;
        match (expected, error.retry_after()) {
            (Some(expected), told) if by_server && told != Some(expected) => Err(format!(
                "the server said {expected:?}, the error says {told:?}"
            )),
            _ => Ok(()),
        }
    }
}

/// Seconds in plain digits, as many as there may be.
fn seconds(value: &[u8]) -> Option<Duration> {
    let value = value.trim_ascii();
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let sum = |sum: u64, digit: &u8| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    };
    digits.then(|| Duration::from_secs(value.iter().fold(0, sum)))
}

/// In seconds since 1970, some thousand years around it.
fn now(case: &Case<'_>) -> SystemTime {
    const FAR: i64 = 400_000_000_000;
    let seconds: i64 = case
        .setting("now")
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_776_245_400);
    let distance = Duration::from_secs(seconds.clamp(-FAR, FAR).unsigned_abs());
    match seconds < 0 {
        true => SystemTime::UNIX_EPOCH - distance,
        false => SystemTime::UNIX_EPOCH + distance,
    }
}
