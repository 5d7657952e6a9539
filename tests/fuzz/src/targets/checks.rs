//! The properties of every error and every decoded value.

use std::error::Error as _;
use std::fmt::Debug;

use procountor_api::v2604::V2604;
use procountor_api::wire::{Schema, from_json, to_json};
use procountor_api::{
    Client, Error, OnBehalf,
    operation::{CanCall, Endpoint, FromResponse, Supports},
};

/// The longest text of an error, in bytes: applications write it to logs.
const MAX_TEXT: usize = 4 * 1024;
/// The longest support report: two bodies of 16 KiB, forty headers each way, and the redactions.
const MAX_REPORT: usize = 512 * 1024;

/// Checks that the texts of an error are short and free of `secrets`.
pub(super) fn error(error: &Error, secrets: &[&str]) -> Result<(), String> {
    let text = error.to_string();
    check_texts(&[("the text of the error", &text, MAX_TEXT)], secrets)?;
    // These texts take as much time as everything else, so they are checked for one error in four, chosen by the input.
    if text.len().is_multiple_of(4) {
        long_texts(error, secrets)?;
    }
    for message in error.api().iter().flat_map(|api| &api.messages) {
        no_secret("a message", &message.message, secrets)?;
    }
    std::hint::black_box((error.is_conflict(), error.retry_after()));
    if error.is_temporary() && error.needs_person() {
        return Err("an error is both temporary and in need of a person".to_owned());
    }
    Ok(())
}

fn long_texts(error: &Error, secrets: &[&str]) -> Result<(), String> {
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    let report = error.support_report();
    let json = serde_json::to_string(&report);
    let json = json.map_err(|error| format!("the support report cannot be encoded: {error}"))?;
    check_texts(
        &[
            ("the source of the error", &source, MAX_TEXT),
            (
                "the Debug output of the error",
                &format!("{error:?}"),
                2 * MAX_TEXT,
            ),
            ("the support report", &report.to_string(), MAX_REPORT),
            ("the support report as JSON", &json, MAX_REPORT),
            (
                "the Debug output of the report",
                &format!("{report:?}"),
                MAX_TEXT,
            ),
        ],
        secrets,
    )
}

fn check_texts(texts: &[(&str, &str, usize)], secrets: &[&str]) -> Result<(), String> {
    for (name, text, max) in texts {
        max_length(name, text, *max)?;
        no_secret(name, text, secrets)?;
    }
    Ok(())
}

pub(super) fn max_length(name: &str, text: &str, max: usize) -> Result<(), String> {
    if text.len() <= max {
        return Ok(());
    }
    Err(format!("{name} has {} bytes, more than {max}", text.len()))
}

pub(super) fn no_secret(name: &str, text: &str, secrets: &[&str]) -> Result<(), String> {
    match secrets.iter().find(|secret| text.contains(**secret)) {
        Some(secret) => Err(format!("{name} contains the secret `{secret}`")),
        None => Ok(()),
    }
}

/// Sends a call and checks that a decoded value survives encoding and decoding. Returns the error of a call that fails.
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
    let response = match client.call(endpoint).send_with_meta().await {
        Ok(response) => response,
        Err(error) => return Ok(Some(error)),
    };
    std::hint::black_box(format!("{:?}", response.value));
    let Some(encoded) = response.value.to_json() else {
        return Ok(None);
    };
    let mut again = response.raw.clone();
    again.body = encoded.clone().into();
    let decoded = E::Output::read(&again).map_err(|error| {
        format!(
            "encoded JSON cannot be decoded: {error}; {}",
            start(&encoded)
        )
    })?;
    check_equal(&response.value, &decoded, &encoded)?;
    if decoded.to_json().as_ref() != Some(&encoded) {
        return Err(format!(
            "a value is encoded differently the second time: {}",
            start(&encoded)
        ));
    }
    Ok(None)
}

/// Checks that serde decodes a schema as the crate's decoder does, and that it can decode what it has encoded.
pub(super) fn serde<S: Schema>(body: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(body).ok();
    let own: Option<S> = text.and_then(|text| from_json(text).ok());
    let by_serde: Option<S> = serde_json::from_slice(body).ok();
    let (own, by_serde) = match (own, by_serde) {
        (Some(own), Some(by_serde)) => (own, by_serde),
        (None, None) => return Ok(()),
        (Some(_), None) => return Err("only the crate decodes the JSON, serde does not".to_owned()),
        (None, Some(_)) => return Err("only serde decodes the JSON, the crate does not".to_owned()),
    };
    check_equal(&own, &by_serde, &to_json(&by_serde))?;
    // serde returns an error for values that are nested too deep.
    if let Ok(encoded) = serde_json::to_string(&by_serde) {
        serde_json::from_str::<S>(&encoded)
            .map_err(|error| format!("serde cannot decode what it has encoded: {error}"))?;
    }
    if let Ok(tree) = serde_json::to_value(&by_serde) {
        std::hint::black_box(serde_json::from_value::<S>(tree).is_ok());
    }
    Ok(())
}

fn check_equal<T: PartialEq>(one: &T, other: &T, encoded: &str) -> Result<(), String> {
    if one == other {
        return Ok(());
    }
    Err(format!("two decoded values differ: {}", start(encoded)))
}

fn start(text: &str) -> String {
    text.chars().take(200).collect()
}
