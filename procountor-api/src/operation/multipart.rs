//! Files: what is uploaded as `multipart/form-data`, and what comes back as `multipart/mixed`.

use std::fmt;

use bytes::Bytes;
use memchr::memmem::find;

use crate::wire::DecodeError;

/// A file as the server sent it, with what the server says about it.
#[derive(Clone, PartialEq)]
pub struct Mixed<T> {
    /// What the server says about the file.
    pub meta: T,
    /// The file, byte for byte.
    pub bytes: Bytes,
}

impl<T: fmt::Debug> fmt::Debug for Mixed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mixed")
            .field("meta", &self.meta)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// The bytes of an answer that is no JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Binary {
    /// The media type that the server gave, if it gave one.
    pub content_type: Option<String>,
    /// The content, byte for byte.
    pub bytes: Bytes,
}

impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binary")
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// A part of a multipart body.
pub(crate) struct Part<'a> {
    pub(crate) name: &'a str,
    pub(crate) file_name: Option<&'a str>,
    pub(crate) content_type: &'a str,
    pub(crate) bytes: &'a [u8],
}

/// Writes a `multipart/form-data` body and its content type. The boundary is one that no part contains.
pub(crate) fn form_data(parts: &[Part<'_>]) -> (String, Bytes) {
    let boundary = unused_boundary(parts);
    let mut body = Vec::new();
    for part in parts {
        let file_name = part
            .file_name
            .map(|name| format!("; filename=\"{}\"", quoted(name)))
            .unwrap_or_default();
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{file_name}\r\nContent-Type: {}\r\n\r\n",
            quoted(part.name),
            part.content_type,
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (
        format!("multipart/form-data; boundary={boundary}"),
        body.into(),
    )
}

fn unused_boundary(parts: &[Part<'_>]) -> String {
    loop {
        let boundary = format!("procountor-{:016x}", fastrand::u64(..));
        if parts
            .iter()
            .all(|part| find(part.bytes, boundary.as_bytes()).is_none())
        {
            return boundary;
        }
    }
}

/// As browsers write it: what would end the quoted text is percent-encoded.
fn quoted(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Reads a `multipart/mixed` body: the text of its JSON part, and the bytes of the part after it.
pub(crate) fn read_mixed(content_type: &str, body: &Bytes) -> Result<(String, Bytes), DecodeError> {
    let start = || String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
    let wrong = |expected: &str| DecodeError::new(expected, &start());
    let boundary = boundary(content_type).ok_or_else(|| {
        DecodeError::new(
            "multipart/mixed with a boundary",
            if content_type.is_empty() {
                "no content type"
            } else {
                content_type
            },
        )
    })?;
    let mut parts = split(body, &boundary)
        .ok_or_else(|| wrong("parts that end with the boundary"))?
        .into_iter();
    let (Some(meta), Some(file), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong("two parts, JSON and a file"));
    };
    let meta = String::from_utf8(meta.to_vec()).map_err(|_| wrong("JSON in UTF-8"))?;
    Ok((meta, file))
}

fn boundary(content_type: &str) -> Option<String> {
    let (media, parameters) = content_type.split_once(';')?;
    if !media.trim().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"').to_owned())
    })?;
    (!value.is_empty() && value.len() <= 70).then_some(value)
}

/// The contents of the parts, without their headers; `None` when the closing boundary is missing.
fn split(body: &Bytes, boundary: &str) -> Option<Vec<Bytes>> {
    let delimiter = format!("\r\n--{boundary}");
    let first = format!("--{boundary}");
    let mut at = match body.starts_with(first.as_bytes()) {
        true => first.len(),
        false => find(body, delimiter.as_bytes())? + delimiter.len(),
    };
    let mut parts = Vec::new();
    while !body[at..].starts_with(b"--") {
        let line = at + find(&body[at..], b"\r\n")?;
        let content = match body[line..].starts_with(b"\r\n\r\n") {
            true => line + 4,
            false => line + find(&body[line..], b"\r\n\r\n")? + 4,
        };
        let end = content + find(&body[content..], delimiter.as_bytes())?;
        parts.push(body.slice(content..end));
        at = end + delimiter.len();
    }
    Some(parts)
}
