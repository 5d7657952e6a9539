//! Rust values and their JSON.
//!
//! # Descriptors and dyn fields
//!
//! `#[derive(Schema)]` and `#[endpoint]` do not generate a decoder or an encoder for each type. They emit two lists:
//!
//! - A *descriptor*: one line of text for each field, such as `"comment\trequired\tmax_len=512"`.
//! - The *dyn fields*: each field of a value as a `&dyn DynField`, that is, without its type.
//!
//! One shared decoder, encoder, validator, printer, comparison and copy go through both lists (`reflect.rs`). This makes the
//! crate quick to compile: the main cost of a generated client is the type check of thousands of similar function bodies,
//! and a string literal is the cheapest constant. For users, the types have ordinary serde impls.
//!
//! # Nothing is lost
//!
//! Each value is decoded from its own JSON text (`RawValue` of `serde_json`):
//!
//! - A decimal keeps its digits without `arbitrary_precision`, a feature of `serde_json` that changes it for all users.
//! - An error can show the text that was found, and a row that cannot be decoded does not spoil its page.
//! - Members that this version does not know are kept as [`Unknown`] and sent back.
//!
//! The text is scanned once for each level of nesting.
//!
//! # Missing members and `null`
//!
//! The fields of a schema are `Option`s, so a member that the server leaves out does not make the rest unreadable. The
//! fields that a request requires are in the schema's `…Required` struct, so the compiler names a missing one.
//!
//! A `null` decodes to `None`. It is also kept with the unknown members and sent back, until the field gets a value. Only
//! the body of a PATCH sets `null` on purpose: see [`Patch`].

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
pub(crate) use dyn_field::{Decoded, DynField, Empty};
pub use file_upload::FileUpload;
pub use json::{Json, Unknown};
pub(crate) use json::{elements, members, text_of};
pub use patch::Patch;
pub(crate) use reflect::{FieldDescriptor, FieldsMut, ParamLocation, check_fields, copy_fields};
pub use reflect::{Reflect, Schema};
pub use scalar::Boxed;
pub(crate) use scalar::encode_text;
pub use secret::Secret;

/// Names that only the output of the macros uses.
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

/// A value that has a JSON form.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have a JSON form",
    note = "use `String`, `bool`, `i64`, `Decimal`, `Date`, `DateTime`, `Json`, an id, an enum, a schema, or a list of them"
)]
pub trait Wire: Clone + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// Decodes the value from its JSON text. `depth` is the number of objects and lists around it.
    ///
    /// # Errors
    ///
    /// Returns an error if the JSON has another type than this value, or is nested too deeply.
    fn decode(json: &str, depth: u8) -> Result<Self, DecodeError>;

    /// Appends the value to `out` as JSON.
    fn encode(&self, out: &mut String);

    /// Adds every violation of `constraints` to `violations`.
    fn check(&self, constraints: &Constraints, violations: &mut Violations) {
        let _ = (constraints, violations);
    }

    /// Returns a placeholder that the decoder overwrites.
    #[doc(hidden)]
    fn empty() -> Self;

    /// Returns whether a parameter with this value is left out of the request, as an empty list is.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Maximum nesting of objects and lists. The specification needs 8 levels.
const MAX_DEPTH: u8 = 64;

/// Returns the depth of the values in `json`, or an error if they are nested too deeply.
fn deeper(depth: u8, json: &str) -> Result<u8, DecodeError> {
    if depth >= MAX_DEPTH {
        return Err(DecodeError::new("at most 64 levels of nesting", json));
    }
    Ok(depth + 1)
}

/// Decodes a value from a JSON document.
///
/// # Errors
///
/// Returns an error if the text is not valid JSON, or has another type than `T`.
pub fn from_json<T: Wire>(json: &str) -> Result<T, DecodeError> {
    let text: &serde_json::value::RawValue =
        serde_json::from_str(json).map_err(|error| DecodeError::syntax(&error, json))?;
    T::decode(text.get(), 0)
}

/// Encodes a value as a JSON document.
pub fn to_json<T: Wire>(value: &T) -> String {
    let mut out = String::new();
    value.encode(&mut out);
    out
}

/// Implements `serde::Serialize` for a [`Wire`] type.
///
/// # Errors
///
/// Returns the error of the serializer.
pub fn serialize<T: Wire, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&Json::from_text_unchecked(to_json(value)), serializer)
}

/// Implements `serde::Deserialize` for a [`Wire`] type.
///
/// # Errors
///
/// Returns the error of the deserializer, or an error if the value has another type than `T`.
pub fn deserialize<'de, T: Wire, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let json: Json = serde::Deserialize::deserialize(deserializer)?;
    T::decode(json.as_str(), 0).map_err(serde::de::Error::custom)
}
