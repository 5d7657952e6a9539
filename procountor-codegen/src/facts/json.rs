//! JSON that keeps the order of members and the digits of numbers. `serde_json::Value` reads numbers as doubles and would
//! change `1e-05` and numbers of seventeen digits.

use indexmap::IndexMap;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// An object, with its members in order.
    Object(IndexMap<String, Json>),
    /// An array.
    Array(Vec<Json>),
    /// A string, unescaped.
    Text(String),
    /// A number, `true`, `false` or `null`, as it is written.
    Other(String),
}

impl Json {
    /// Returns a member of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.get(key)
    }

    /// Returns a member of an object.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.get_mut(key),
            _ => None,
        }
    }

    /// Returns the value at a path of keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Returns the value at a JSON pointer.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut segments = pointer.split('/').skip(1);
        segments.try_fold(self, |value, segment| match value {
            Self::Object(members) => members.get(&unescaped(segment)),
            Self::Array(items) => items.get(segment.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Returns the value at a JSON pointer.
    pub fn pointer_mut(&mut self, pointer: &str) -> Option<&mut Self> {
        let mut segments = pointer.split('/').skip(1);
        segments.try_fold(self, |value, segment| match value {
            Self::Object(members) => members.get_mut(&unescaped(segment)),
            Self::Array(items) => items.get_mut(segment.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Returns the members if this is an object.
    pub fn as_object(&self) -> Option<&IndexMap<String, Self>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Returns the items if this is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the text if this is a string.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the members of an object, or nothing for other values.
    pub(super) fn members(&self) -> impl Iterator<Item = (&String, &Self)> {
        self.as_object().into_iter().flatten()
    }

    /// Returns the text as it is committed: indented by two spaces, with a final newline.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// Parses JSON. Each level restarts the recursion limit of `serde_json`, so the caller must have checked the depth.
pub(super) fn parse(text: &str) -> Result<Json, serde_json::Error> {
    serde_json::from_str(text)
}

/// Returns the key that a segment of a JSON pointer stands for.
pub(super) fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        match raw.as_bytes().first() {
            Some(b'{') => serde_json::from_str(raw).map(Self::Object),
            Some(b'[') => serde_json::from_str(raw).map(Self::Array),
            Some(b'"') => serde_json::from_str(raw).map(Self::Text),
            _ => Ok(Self::Other(raw.to_owned())),
        }
        .map_err(D::Error::custom)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(members) => serializer.collect_map(members),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Other(raw) => RawValue::from_string(raw.clone())
                .map_err(S::Error::custom)?
                .serialize(serializer),
        }
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(key, value)| (key.clone(), Self::from(value)))
                    .collect(),
            ),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::String(text) => Self::Text(text.clone()),
            other => Self::Other(other.to_string()),
        }
    }
}
