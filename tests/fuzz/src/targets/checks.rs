//! What holds of every error and of every value, whatever came.

use std::error::Error as _;
use std::fmt::Debug;

use procountor_api::v2604::V2604;
use procountor_api::wire::{Schema, from_json, to_json};
use procountor_api::{
    Client, Error, OnBehalf,
    operation::{CanCall, Endpoint, FromResponse, Supports},
};

/// The longest text of an error, in characters. It goes into logs.
const TEXT: usize = 4 * 1024;
/// The longest support report: two bodies of 16 KiB, forty headers each way, and what redacting adds.
const REPORT: usize = 512 * 1024;

/// The texts of an error are short, and hold none of these.
pub(super) fn error(error: &Error, secrets: &[&str]) -> Result<(), String> {
    let text = error.to_string();
    fit(&[("the text of the error", &text, TEXT)], secrets)?;
    // The other texts take as long as all the rest, so one error in four has them looked at; which, the input decides.
    if text.len().is_multiple_of(4) {
        others(error, secrets)?;
    }
    for message in error.api().iter().flat_map(|api| &api.messages) {
        hushed("a message", &message.message, secrets)?;
    }
    let told = (
        error.is_temporary(),
        error.needs_person(),
        error.is_conflict(),
        error.retry_after(),
    );
    std::hint::black_box(told);
    match told {
        (true, true, ..) => Err("both a person and time would help".to_owned()),
        _ => Ok(()),
    }
}

fn others(error: &Error, secrets: &[&str]) -> Result<(), String> {
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    let report = error.support_report();
    let json = serde_json::to_string(&report).map_err(|error| format!("no report: {error}"))?;
    fit(
        &[
            ("the source of the error", &source, TEXT),
            ("Debug of the error", &format!("{error:?}"), 2 * TEXT),
            ("the support report", &report.to_string(), REPORT),
            ("the support report as JSON", &json, REPORT),
            ("Debug of the support report", &format!("{report:?}"), TEXT),
        ],
        secrets,
    )
}

fn fit(texts: &[(&str, &str, usize)], secrets: &[&str]) -> Result<(), String> {
    for (what, text, most) in texts {
        short(what, text, *most)?;
        hushed(what, text, secrets)?;
    }
    Ok(())
}

pub(super) fn short(what: &str, text: &str, most: usize) -> Result<(), String> {
    match text.len() > most {
        true => Err(format!(
            "{what} has {} bytes, {most} are enough",
            text.len()
        )),
        false => Ok(()),
    }
}

pub(super) fn hushed(what: &str, text: &str, secrets: &[&str]) -> Result<(), String> {
    match secrets.iter().find(|secret| text.contains(**secret)) {
        Some(secret) => Err(format!("{what} holds the secret `{secret}`")),
        None => Ok(()),
    }
}

/// Sends a call; what comes reads the same after it was written. Gives back whether it was an error.
pub(super) async fn call<E>(
    client: &Client<V2604, OnBehalf>,
    endpoint: E,
) -> Result<Option<Error>, String>
where
    E: Endpoint,
    E::Output: PartialEq + Debug,
    V2604: Supports<E, E::Versions>,
    OnBehalf: CanCall<E, E::Access>,
{
    let answer = match client.call(endpoint).send_with_meta().await {
        Ok(answer) => answer,
        Err(error) => return Ok(Some(error)),
    };
    std::hint::black_box(format!("{:?}", answer.value));
    let Some(written) = answer.value.to_json() else {
        return Ok(None);
    };
    let mut again = answer.answer.clone();
    again.body = written.clone().into();
    let read = E::Output::read(&again).map_err(|error| {
        format!(
            "what was written cannot be read: {error}; {}",
            start(&written)
        )
    })?;
    same(&answer.value, &read, &written)?;
    match read.to_json() {
        Some(twice) if twice == written => Ok(None),
        _ => Err(format!(
            "it is written otherwise the second time: {}",
            start(&written)
        )),
    }
}

/// What `serde_json` reads into a schema: the same as the crate's own reader, and written again by serde without harm.
pub(super) fn serde<S: Schema>(body: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(body).ok();
    let own: Option<S> = text.and_then(|text| from_json(text).ok());
    let value: Option<S> = serde_json::from_slice(body).ok();
    let (own, value) = match (own, value) {
        (Some(own), Some(value)) => (own, value),
        (None, None) => return Ok(()),
        (own, _) => {
            return Err(format!(
                "serde and the crate differ; the crate can read it: {}",
                own.is_some()
            ));
        }
    };
    let written = to_json(&value);
    same(&own, &value, &written)?;
    // serde has no room for what is nested too deep; to say so is enough.
    if let Ok(by_serde) = serde_json::to_string(&value) {
        serde_json::from_str::<S>(&by_serde)
            .map_err(|error| format!("what serde wrote cannot be read: {error}"))?;
    }
    if let Ok(tree) = serde_json::to_value(&value) {
        std::hint::black_box(serde_json::from_value::<S>(tree).is_ok());
    }
    Ok(())
}

fn same<T: PartialEq>(one: &T, other: &T, written: &str) -> Result<(), String> {
    match one == other {
        true => Ok(()),
        false => Err(format!(
            "it is another value after it was written and read: {}",
            start(written)
        )),
    }
}

fn start(text: &str) -> String {
    text.chars().take(200).collect()
}
