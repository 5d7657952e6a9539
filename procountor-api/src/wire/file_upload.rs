//! Files to upload.

use std::fmt;

use bytes::Bytes;

use super::{Constraints, DecodeError, Decoded, DynField, Empty, Violations, encode_text};

/// A file to upload, of at most 10,000,000 bytes.
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

/// Maximum size of a file in bytes. The vendor accepts 10 MB, not 10 MiB.
const MAX_FILE_SIZE: usize = 10_000_000;

impl FileUpload {
    /// Creates a file from its name, with the extension, and its content.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self {
            name: name.into(),
            content_type: "application/octet-stream".to_owned(),
            bytes: bytes.into(),
        }
    }

    /// Sets the media type (default: `application/octet-stream`).
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the content.
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
    /// Creates a text file from a JSON string.
    fn decode(&mut self, json: &str, _depth: u8) -> Result<Decoded, DecodeError> {
        let text: String = serde_json::from_str(json)
            .map_err(|_| DecodeError::new("the content of a file as text", json))?;
        *self = Self::new("file.txt", text.into_bytes()).content_type("text/plain");
        Ok(Decoded::Value)
    }

    fn encode(&self, out: &mut String) {
        encode_text(&self.name, out);
    }

    fn check(&self, _constraints: &Constraints, violations: &mut Violations) {
        if self.name.is_empty() {
            violations.add("has no file name");
        }
        if self.bytes.len() > MAX_FILE_SIZE {
            violations.add(format!(
                "has {} bytes, at most {MAX_FILE_SIZE} are allowed",
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
}

impl Empty for FileUpload {
    fn empty() -> Self {
        Self::new("", Bytes::new())
    }
}
