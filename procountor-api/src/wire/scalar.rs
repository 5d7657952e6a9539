//! The plain values of JSON: text, numbers, flags, lists and maps.

use std::collections::{BTreeMap, HashSet};
use std::ops::{Deref, DerefMut};

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::{Constraints, DecodeError, Violations, Wire, deeper, elements, members};

/// Writes text as a JSON string.
pub fn encode_text(text: &str, out: &mut String) {
    // Writing a string into memory has no way to fail; `Value`'s `Display` is serde_json's own writer.
    out.push_str(&serde_json::Value::from(text).to_string());
}

impl Wire for String {
    fn empty() -> Self {
        Self::new()
    }

    fn decode(json: &str, _depth: u8) -> Result<Self, DecodeError> {
        serde_json::from_str(json).map_err(|_| DecodeError::new("text", json))
    }

    fn encode(&self, out: &mut String) {
        encode_text(self, out);
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        violations.check_text(self, rule);
    }
}

impl Wire for bool {
    fn empty() -> Self {
        false
    }

    fn decode(json: &str, _depth: u8) -> Result<Self, DecodeError> {
        serde_json::from_str(json).map_err(|_| DecodeError::new("true or false", json))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl Wire for i64 {
    fn empty() -> Self {
        0
    }

    fn decode(json: &str, _depth: u8) -> Result<Self, DecodeError> {
        let whole = || {
            json.parse::<Decimal>()
                .ok()
                .filter(Decimal::is_integer)?
                .try_into()
                .ok()
        };
        serde_json::from_str(json)
            .ok()
            .or_else(whole)
            .ok_or_else(|| DecodeError::new("a whole number", json))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        violations.check_number(Decimal::from(*self), rule);
    }
}

/// Exact, with at most 28 decimals; a number with more digits than a `Decimal` holds is an error, never rounded.
impl Wire for Decimal {
    fn empty() -> Self {
        Self::ZERO
    }

    fn decode(json: &str, _depth: u8) -> Result<Self, DecodeError> {
        let is_number = json.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        let exact = || match json.contains(['e', 'E']) {
            true => Decimal::from_scientific(json).ok(),
            false => Decimal::from_str_exact(json).ok(),
        };
        is_number
            .then(exact)
            .flatten()
            .ok_or_else(|| DecodeError::new("a decimal number of at most 28 digits", json))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        violations.check_number(*self, rule);
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn decode(json: &str, depth: u8) -> Result<Self, DecodeError> {
        let depth = deeper(depth, json)?;
        let decode = |(index, value): (usize, &RawValue)| {
            T::decode(value.get(), depth).map_err(|error| error.in_element(index))
        };
        elements(json)?
            .into_iter()
            .enumerate()
            .map(decode)
            .collect()
    }

    fn encode(&self, out: &mut String) {
        out.push('[');
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            item.encode(out);
        }
        out.push(']');
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        violations.check_count(self.len(), rule);
        let mut seen = HashSet::new();
        for (index, item) in self.iter().enumerate() {
            violations.within_element(index, |violations| {
                item.check(rule, violations);
                if rule.unique && !seen.insert(super::to_json(item)) {
                    violations.add("is there twice");
                }
            });
        }
    }

    fn empty() -> Self {
        Self::new()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    fn empty() -> Self {
        Self::new()
    }

    fn decode(json: &str, depth: u8) -> Result<Self, DecodeError> {
        let depth = deeper(depth, json)?;
        let decode =
            |(name, value): (std::borrow::Cow<'_, str>, &str)| match T::decode(value, depth) {
                Ok(value) => Ok((name.into_owned(), value)),
                Err(error) => Err(error.in_member(&name)),
            };
        members(json)?.into_iter().map(decode).collect()
    }

    fn encode(&self, out: &mut String) {
        out.push('{');
        for (index, (name, value)) in self.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            encode_text(name, out);
            out.push(':');
            value.encode(out);
        }
        out.push('}');
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        for (name, value) in self {
            violations.within_member(name, |violations| value.check(rule, violations));
        }
    }
}

/// A value on the heap: a schema that leads back to itself needs one. It is read and written like the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boxed<T>(Box<T>);

impl<T> From<T> for Boxed<T> {
    fn from(value: T) -> Self {
        Self(Box::new(value))
    }
}

impl<T> Deref for Boxed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Boxed<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Wire> Wire for Boxed<T> {
    fn empty() -> Self {
        T::empty().into()
    }

    fn decode(json: &str, depth: u8) -> Result<Self, DecodeError> {
        T::decode(json, depth).map(Self::from)
    }

    fn encode(&self, out: &mut String) {
        self.0.encode(out);
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        self.0.check(rule, violations);
    }
}
