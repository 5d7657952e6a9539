//! Checks that a download is a document of this API, and of which version. The media type is ignored: servers return login
//! pages with status 200, and JSON with any media type.

use serde_json::Value;

use super::json::{self, Json};
use crate::diagnostic::{Diagnostics, child};
use crate::specification::check_version as check_format;

/// Properties that every version of this API has.
const TITLE: &str = "Procountor";
const PATHS: [&str; 3] = ["/invoices", "/ledgerreceipts", "/status"];

/// A document of this API, as the vendor publishes it.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its version, such as `26.04`.
    pub version: String,
    /// The content.
    pub json: Json,
}

/// Returns whether this is a version as the vendor numbers them: year and month.
pub fn is_version(text: &str) -> bool {
    let Some((year, month)) = text.split_once('.') else {
        return false;
    };
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|one| one.is_ascii_digit());
    digits(year) && digits(month) && ("01"..="12").contains(&month)
}

/// Reads a document of this API. `name` is its origin, and `version` the expected version, if any.
///
/// # Errors
///
/// Returns every reason why this is not a document of this API or of that version.
pub fn read(name: &str, bytes: &[u8], version: Option<&str>) -> Result<Incoming, Diagnostics> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let message = format!(
            "this is not valid UTF-8, from byte {} on",
            error.valid_up_to()
        );
        let help = "use the JSON of the API document, uncompressed and in UTF-8";
        Diagnostics::one(name, message, help)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let (message, help) = describe_other(text, &error);
        Diagnostics::one(name, message, help)
    })?;
    if !value.is_object() {
        let message = "this is JSON, but not an object, so it is not an API document";
        return Err(Diagnostics::one(name, message, "check the address"));
    }
    let mut diagnostics = Diagnostics::default();
    check_format(&value, name, &mut diagnostics);
    check_api(&value, name, &mut diagnostics);
    let version = check_version(&value, name, version, &mut diagnostics);
    match (version, json::parse(text)) {
        (Some(version), Ok(json)) => diagnostics.or_value(Incoming { version, json }),
        (_, parsed) => {
            if let Err(error) = parsed {
                diagnostics.file(
                    name,
                    format!("this is not JSON ({error})"),
                    "fetch it again",
                );
            }
            Err(diagnostics)
        }
    }
}

/// Returns a description of text that is not JSON, and the remedy.
fn describe_other(text: &str, error: &serde_json::Error) -> (String, &'static str) {
    let start = text.trim_start();
    let place = format!("line {}, column {}", error.line(), error.column());
    if start.is_empty() {
        return ("this is empty".to_owned(), "check the address");
    }
    if start.starts_with('<') {
        let called = title(start).map_or(String::new(), |title| format!(" titled `{title}`"));
        return (
            format!("this is a web page{called}, not an API document"),
            "open the address in a browser to see whether it is correct and whether it needs a login",
        );
    }
    if start.starts_with("openapi:") || start.starts_with("swagger:") {
        let message = "this is an API document in YAML; expected JSON";
        return (
            message.to_owned(),
            "use the address that ends in `.json`, or convert the document",
        );
    }
    if error.is_eof() {
        return (
            format!("this ends in the middle of the JSON, at {place}"),
            "fetch it again; the download or the file is incomplete",
        );
    }
    (format!("this is not JSON ({error})"), "check the address")
}

/// Returns the title of a web page, shortened and without control characters.
fn title(page: &str) -> Option<String> {
    // Only ASCII changes its case, so that the byte offsets stay the same.
    let lower = page.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = page[start..end]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let title: String = title
        .chars()
        .filter(|one| !one.is_control())
        .take(80)
        .collect();
    (!title.is_empty()).then_some(title)
}

fn check_api(value: &Value, name: &str, diagnostics: &mut Diagnostics) {
    let help = "use a document of the Procountor API";
    match value.pointer("/info/title").and_then(Value::as_str) {
        None => diagnostics.at(name, "/info/title", "the title is missing", help),
        Some(title) if title.to_lowercase().contains(&TITLE.to_lowercase()) => {}
        Some(title) => {
            let message = format!("this describes `{title}`, not the {TITLE} API");
            diagnostics.at(name, "/info/title", message, help);
        }
    }
    let Some(paths) = value.get("paths").and_then(Value::as_object) else {
        diagnostics.at(name, "/paths", "`paths` is missing", help);
        return;
    };
    if paths.is_empty() {
        diagnostics.at(name, "/paths", "`paths` is empty", help);
        return;
    }
    for missing in PATHS.iter().filter(|path| !paths.contains_key(**path)) {
        let message = format!("`{missing}` is missing, which every version of this API has");
        diagnostics.at(name, "/paths", message, help);
    }
    for (path, _) in paths
        .iter()
        .filter(|(path, item)| path.starts_with('/') && !item.is_object())
    {
        diagnostics.at(
            name,
            &child("/paths", path),
            "the path is not an object",
            help,
        );
    }
}

fn check_version(
    value: &Value,
    name: &str,
    expected: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    const POINTER: &str = "/info/version";
    let Some(found) = value.pointer(POINTER).and_then(Value::as_str) else {
        diagnostics.at(
            name,
            POINTER,
            "the version is missing",
            "use a complete API document",
        );
        return None;
    };
    match expected {
        Some(expected) if is_version(found) && found != expected => {
            diagnostics.at(
                name,
                POINTER,
                format!("this is version {found}, not {expected}"),
                format!("pull {found}, or use the address of {expected}"),
            );
            None
        }
        Some(expected) => Some(expected.to_owned()),
        None if is_version(found) => Some(found.to_owned()),
        None => {
            diagnostics.at(
                name,
                POINTER,
                format!("`{found}` is not a valid version; expected one like 26.04"),
                "state the version: `cargo xtask pull 26.04`",
            );
            None
        }
    }
}
