//! JSON that keeps the text of every number, so that a decimal of 28 digits is returned digit for digit.

use std::fmt;

use indexmap::IndexMap;
use serde_json::value::RawValue;

/// The maximum depth, which protects the stack from hostile documents.
const MAX_DEPTH: usize = 64;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// The text of the number.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// The members in order. The API's objects are small, so that a linear search is faster than hashing.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses a document.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Self::read(raw, 0)
    }

    fn read(raw: &RawValue, depth: usize) -> Result<Self, String> {
        if depth > MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH} levels"));
        }
        let text = raw.get();
        let describe = |error: serde_json::Error| error.to_string();
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let members: IndexMap<String, &RawValue> =
                    serde_json::from_str(text).map_err(describe)?;
                let members = members
                    .into_iter()
                    .map(|(name, raw)| Ok((name, Self::read(raw, depth + 1)?)));
                Self::Object(members.collect::<Result<_, String>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(describe)?;
                Self::List(
                    items
                        .into_iter()
                        .map(|raw| Self::read(raw, depth + 1))
                        .collect::<Result<_, _>>()?,
                )
            }
            Some(b'"') => Self::Text(serde_json::from_str(text).map_err(describe)?),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(text.to_owned()),
        })
    }

    /// Creates an object of these members.
    pub(crate) fn object<const N: usize>(members: [(&str, Json); N]) -> Self {
        Self::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Creates a number from its text.
    pub(crate) fn number(text: impl fmt::Display) -> Self {
        Self::Number(text.to_string())
    }

    /// Returns the member with this name; `None` also if it is null.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Self::Object(members) => members
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value)
                .filter(|value| **value != Self::Null),
            _ => None,
        }
    }

    /// Returns all values at a dotted path, which passes through lists.
    pub(crate) fn all(&self, path: &str) -> Vec<&Json> {
        match (self, path) {
            (Self::List(items), _) => items.iter().flat_map(|item| item.all(path)).collect(),
            (_, "") => vec![self],
            _ => {
                let (name, rest) = path.split_once('.').unwrap_or((path, ""));
                self.get(name)
                    .map(|value| value.all(rest))
                    .unwrap_or_default()
            }
        }
    }

    /// Returns the first value at a dotted path.
    pub(crate) fn at(&self, path: &str) -> Option<&Json> {
        self.all(path).into_iter().next()
    }

    /// Returns a copy of the first value at a dotted path, or null.
    pub(crate) fn copy(&self, path: &str) -> Self {
        self.at(path).cloned().unwrap_or(Self::Null)
    }

    /// Returns the text at a dotted path.
    pub(crate) fn text_at(&self, path: &str) -> Option<&str> {
        match self.at(path) {
            Some(Self::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer at a dotted path.
    pub(crate) fn integer_at(&self, path: &str) -> Option<i64> {
        match self.at(path) {
            Some(Self::Number(text)) => text.parse().ok(),
            _ => None,
        }
    }

    /// Sets a member; has no effect on values that are not objects.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Json>) {
        if let Self::Object(members) = self {
            match members.iter_mut().find(|(known, _)| known == name) {
                Some((_, old)) => *old = value.into(),
                None => members.push((name.to_owned(), value.into())),
            }
        }
    }

    /// Removes a member.
    pub(crate) fn remove(&mut self, name: &str) {
        if let Self::Object(members) = self {
            members.retain(|(known, _)| known != name);
        }
    }

    /// Returns the members of an object, or none for other values.
    pub(crate) fn members(&self) -> &[(String, Json)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// Returns a scalar as the text of a parameter.
    pub(crate) fn plain(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text.clone()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// Removes all null members: in a stored document, null and absent mean the same.
    pub(crate) fn without_nulls(self) -> Self {
        match self {
            Self::Object(members) => Self::Object(
                members
                    .into_iter()
                    .filter(|(_, value)| *value != Self::Null)
                    .map(|(name, value)| (name, value.without_nulls()))
                    .collect(),
            ),
            Self::List(items) => Self::List(items.into_iter().map(Self::without_nulls).collect()),
            other => other,
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::List(items)
    }
}

impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), Self::from(value)))
                    .collect(),
            ),
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => write_text(f, text),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    write_text(f, name)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        let text = r#"{"a":1234567890123456789012345678.90,"b":[1e3,-0.10],"c":"ä\n","d":null}"#;
        assert_eq!(Json::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn paths_walk_through_lists() {
        let json = Json::parse(r#"{"rows":[{"id":1},{"id":2},{}]}"#).unwrap();
        assert_eq!(json.all("rows.id").len(), 2);
        assert_eq!(json.integer_at("rows.id"), Some(1));
    }

    #[test]
    fn depth_is_limited() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(Json::parse(&deep).unwrap_err().contains("nested"));
    }
}
