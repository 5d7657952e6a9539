//! Enums that accept unknown values and send them back unchanged.

use super::DecodeError;

/// An enum of the specification. Implemented by `#[open_enum]`.
pub trait OpenEnum: Clone + 'static {
    /// The values of the specification.
    const KNOWN: &'static [Self];

    /// Returns the variant that holds an unknown value.
    fn unrecognized(value: String) -> Self;

    /// Returns the value on the wire.
    fn as_str(&self) -> &str;

    /// Returns the variant of a value on the wire.
    fn from_value(value: &str) -> Self {
        let known = Self::KNOWN.iter().find(|known| known.as_str() == value);
        known.map_or_else(|| Self::unrecognized(value.to_owned()), Self::clone)
    }
}

/// Decodes an enum from a JSON string.
///
/// # Errors
///
/// Returns an error if the JSON is not a string.
pub fn decode_enum<T: OpenEnum>(json: &str) -> Result<T, DecodeError> {
    let value: String =
        serde_json::from_str(json).map_err(|_| DecodeError::new("a string", json))?;
    Ok(T::from_value(&value))
}

/// Appends an enum to `out` as a JSON string.
pub fn encode_enum<T: OpenEnum>(value: &T, out: &mut String) {
    super::encode_text(value.as_str(), out);
}
