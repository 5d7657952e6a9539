//! How Rust values and JSON become each other, without losing anything on the way.
//!
//! A schema is a [`Descriptor`] of columns and a row of [`DynField`]s; one shared decoder, encoder and checker walk both, so that
//! the hundreds of types of this API cost little to compile. Each value is read from its own JSON text: an error can show
//! that text, a decimal keeps its digits, and a member that this version does not know is kept as it came.

mod check;
mod date;
mod decode_error;
mod dyn_field;
mod file_upload;
mod json;
mod open_enum;
mod patch;
pub(crate) mod redact;
mod reflect;
mod scalar;
mod secret;

use std::fmt;

pub use check::{Constraints, Violation, Violations};
pub use date::{Date, DateTime};
pub use decode_error::DecodeError;
pub(crate) use decode_error::{shortened, snippet};
pub(crate) use dyn_field::{Decoded, DynField, Empty, copy, equal};
pub use file_upload::FileUpload;
pub use json::{Json, Unknown};
pub(crate) use json::{elements, members, text_of};
pub use patch::Patch;
pub(crate) use reflect::{FieldsMut, ParamLocation, check_fields, copy_fields};
pub use reflect::{Reflect, Schema};
pub use scalar::Boxed;
pub(crate) use scalar::encode_text;
pub use secret::Secret;

/// The part of this module that only the output of the macros uses.
#[doc(hidden)]
pub mod __private {
    pub use super::dyn_field::{Decoded, DynField, Empty};
    pub use super::open_enum::{OpenEnum, decode_enum, encode_enum};
    pub use super::reflect::{
        Descriptor, DynFields, DynFieldsMut, FieldDescriptor, Fields, FieldsMut, ParamLocation,
        Reflect, Schema, check_fields, copy_schema, debug_fields, dyn_fields_mut, equal_fields,
    };
    pub use super::scalar::{Boxed, encode_text};
    pub use super::{
        Constraints, Date, DateTime, DecodeError, Json, Patch, Secret, Unknown, Violation,
        Violations, Wire, deserialize, from_json, serialize, to_json,
    };
}

/// A value that JSON can carry.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be on the wire",
    note = "there are `String`, `bool`, `i64`, `Decimal`, `Date`, `DateTime`, `Json`, ids, enums, schemas, and lists of them"
)]
pub trait Wire: Clone + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// Reads the value from its JSON text. `depth` counts the objects and lists around it.
    ///
    /// # Errors
    /// The JSON is of another type than this value, or nested too deeply.
    fn decode(json: &str, depth: u8) -> Result<Self, DecodeError>;

    /// Writes the value as JSON.
    fn encode(&self, out: &mut String);

    /// Adds what is wrong with the value to `violations`.
    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        let _ = (rule, violations);
    }

    /// A value to be filled by the decoder. It means nothing before.
    #[doc(hidden)]
    fn empty() -> Self;

    /// Whether the value, as a parameter, is the same as none.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Objects and lists may be nested this deep; the specification needs 8.
const MAX_DEPTH: u8 = 64;

/// One level deeper, or an error.
fn deeper(depth: u8, json: &str) -> Result<u8, DecodeError> {
    if depth >= MAX_DEPTH {
        return Err(DecodeError::new("at most 64 levels of nesting", json));
    }
    Ok(depth + 1)
}

/// Reads a value from a whole JSON document.
///
/// # Errors
/// The text is no JSON, or not of this type.
pub fn from_json<T: Wire>(json: &str) -> Result<T, DecodeError> {
    let text: &serde_json::value::RawValue =
        serde_json::from_str(json).map_err(|error| DecodeError::syntax(&error, json))?;
    T::decode(text.get(), 0)
}

/// Writes a value as a JSON document.
pub fn to_json<T: Wire>(value: &T) -> String {
    let mut out = String::new();
    value.encode(&mut out);
    out
}

/// Implements `serde::Serialize` for a type of this crate.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<T: Wire, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&Json::from_text_unchecked(to_json(value)), serializer)
}

/// Implements `serde::Deserialize` for a type of this crate.
///
/// # Errors
/// Those of the deserializer, and a value of another type.
pub fn deserialize<'de, T: Wire, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let json: Json = serde::Deserialize::deserialize(deserializer)?;
    T::decode(json.as_str(), 0).map_err(serde::de::Error::custom)
}
