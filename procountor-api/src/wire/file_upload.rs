//! Files of an upload.

use std::fmt;

use bytes::Bytes;

use super::{
    Constraints, DecodeError, Decoded, DynField, Empty, Violations, copy, encode_text, equal,
};

/// A file to be uploaded.
///
/// ```
/// use procountor_api::FileUpload;
///
/// let receipt = FileUpload::new("receipt.pdf", b"%PDF-1.7 ...".to_vec()).content_type("application/pdf");
/// assert_eq!(receipt.name(), "receipt.pdf");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct FileUpload {
    name: String,
    content_type: String,
    bytes: Bytes,
}

/// The vendor takes files of at most this many bytes (10,000,000, not 10 MiB).
const MAX_FILE: usize = 10_000_000;

impl FileUpload {
    /// A file of this name, with its extension.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self {
            name: name.into(),
            content_type: "application/octet-stream".to_owned(),
            bytes: bytes.into(),
        }
    }

    /// Its media type; `application/octet-stream` unless set.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its content.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn media_type(&self) -> &str {
        &self.content_type
    }
}

impl fmt::Debug for FileUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, {} bytes)",
            self.name,
            self.content_type,
            self.bytes.len()
        )
    }
}

impl DynField for FileUpload {
    /// From JSON, a file is its text.
    fn decode(&mut self, json: &str, _depth: u8) -> Result<Decoded, DecodeError> {
        let text: String =
            serde_json::from_str(json).map_err(|_| DecodeError::new("the text of a file", json))?;
        *self = Self::new("file.txt", text.into_bytes()).content_type("text/plain");
        Ok(Decoded::Value)
    }

    fn encode(&self, out: &mut String) {
        encode_text(&self.name, out);
    }

    fn check(&self, _rule: &Constraints, violations: &mut Violations) {
        if self.name.is_empty() {
            violations.add("has no file name");
        }
        if self.bytes.len() > MAX_FILE {
            violations.add(format!(
                "has {} bytes, at most {MAX_FILE} are allowed",
                self.bytes.len()
            ));
        }
        if self.content_type.chars().any(|c| !(' '..='~').contains(&c)) {
            violations.add("has a content type that is not plain ASCII");
        }
    }

    fn is_set(&self) -> bool {
        true
    }

    fn as_debug(&self) -> &dyn fmt::Debug {
        self
    }

    fn equals(&self, other: &dyn DynField) -> bool {
        equal(self, other)
    }

    fn copy_to(&self, other: &mut dyn DynField) {
        copy(self, other);
    }

    fn file(&self) -> Option<&FileUpload> {
        Some(self)
    }
}

impl Empty for FileUpload {
    fn empty() -> Self {
        Self::new("", Bytes::new())
    }
}
