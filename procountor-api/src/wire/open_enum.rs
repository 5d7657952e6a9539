//! Enums that may grow: a value that this version does not know is kept and written back as it came.

use super::DecodeError;

/// An enum of the specification. Implemented by `#[open_enum]`.
pub trait OpenEnum: Clone + 'static {
    /// The known values.
    const KNOWN: &'static [Self];

    /// A value that this version does not know.
    fn unrecognized(value: String) -> Self;

    /// The value on the wire.
    fn as_str(&self) -> &str;

    /// The variant of this value; an unknown value is kept.
    fn from_value(value: &str) -> Self {
        let known = Self::KNOWN.iter().find(|known| known.as_str() == value);
        known.map_or_else(|| Self::unrecognized(value.to_owned()), Self::clone)
    }
}

/// Reads an enum from a JSON string.
///
/// # Errors
/// The JSON is no string.
pub fn decode_enum<T: OpenEnum>(json: &str) -> Result<T, DecodeError> {
    let value: String = serde_json::from_str(json).map_err(|_| DecodeError::new("text", json))?;
    Ok(T::from_value(&value))
}

/// Writes an enum as a JSON string.
pub fn encode_enum<T: OpenEnum>(value: &T, out: &mut String) {
    super::encode_text(value.as_str(), out);
}
