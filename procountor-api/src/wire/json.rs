//! JSON kept as its text: what this version does not know, and what the specification leaves open.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{DecodeError, Wire};

/// Any JSON value, kept as its text, so that no digit and no member is lost.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json(Box<str>);

impl Json {
    /// Takes a JSON text.
    ///
    /// # Errors
    /// The text is no JSON.
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        super::from_json(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value, with numbers as far as `serde_json` holds them.
    pub fn to_value(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or(Value::Null)
    }

    pub(super) fn from_text_unchecked(text: String) -> Self {
        Self(text.into_boxed_str())
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::from_text_unchecked(value.to_string())
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Wire for Json {
    fn empty() -> Self {
        Self("null".into())
    }

    fn decode(json: &str, _depth: u8) -> Result<Self, DecodeError> {
        Ok(Self(json.into()))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

/// The members of an object that this version does not know, in the order in which they came. They go back with a PUT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown(Vec<(Box<str>, Box<str>)>);

impl Unknown {
    /// None.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Name and JSON text of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, json)| (&**name, &**json))
    }

    /// Sets a member that this version does not know.
    pub fn set(&mut self, name: &str, json: &Json) {
        self.0.retain(|(known, _)| **known != *name);
        self.0.push((name.into(), json.0.clone()));
    }

    pub(super) fn extend<'a>(&mut self, members: Vec<(Cow<'a, str>, &'a str)>) {
        self.0.extend(
            members
                .into_iter()
                .map(|(name, json)| (name.into(), json.into())),
        );
    }
}

/// The members of a JSON object, each with its text.
pub(crate) fn members(json: &str) -> Result<Vec<(Cow<'_, str>, &str)>, DecodeError> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(Cow<'de, str>, &'de str)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(name) = map.next_key_seed(Name)? {
                members.push((name, map.next_value::<&RawValue>()?.get()));
            }
            Ok(members)
        }
    }
    serde_json::Deserializer::from_str(json)
        .deserialize_map(Members)
        .map_err(|_| DecodeError::new("an object", json))
}

/// The name of a member, borrowed where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// The elements of a JSON list, each with its text.
pub(crate) fn elements(json: &str) -> Result<Vec<&RawValue>, DecodeError> {
    serde_json::from_str(json).map_err(|_| DecodeError::new("a list", json))
}

/// A JSON scalar as it is written in a path, a query or a header: text without its quotes.
pub(crate) fn text_of(json: &str) -> Cow<'_, str> {
    match serde_json::from_str::<String>(json) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(json),
    }
}

/// As a value of whatever format is being written, so that it can stand in a user's own type.
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (json, depth) = (&*self.0, 0);
        Text { json, depth }.serialize(serializer)
    }
}

/// A serializer is called within itself for each level, so the levels are bounded, lest the stack ends. `serde_json` reads
/// 127 of them.
const MAX_NESTING: usize = 100;

/// A piece of JSON text on its way into a serializer, and how many levels are around it.
struct Text<'a> {
    json: &'a str,
    depth: usize,
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let broken = |error: DecodeError| serde::ser::Error::custom(error);
        let Self { json, depth } = *self;
        let inner = |json| Text {
            json,
            depth: depth + 1,
        };
        match json.as_bytes().first() {
            Some(b'{' | b'[') if depth >= MAX_NESTING => {
                let expected = format!("at most {MAX_NESTING} levels of nesting to serialize");
                Err(broken(DecodeError::new(expected, json)))
            }
            Some(b'{') => {
                let members = members(json).map_err(broken)?;
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, json) in members {
                    map.serialize_entry(&name, &inner(json))?;
                }
                map.end()
            }
            Some(b'[') => {
                let elements = elements(json).map_err(broken)?;
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    list.serialize_element(&inner(element.get()))?;
                }
                list.end()
            }
            Some(b'-' | b'0'..=b'9') => serialize_number(json, serializer),
            _ => serde_json::from_str::<Value>(json)
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}

/// As an ordinary number where that is exact; else as raw JSON, which keeps every digit.
fn serialize_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(whole) = text.parse::<i64>() {
        return serializer.serialize_i64(whole);
    }
    let float: f64 = text.parse().map_err(serde::ser::Error::custom)?;
    // As serde_json writes it: where two texts are equally near, other writers choose otherwise.
    let written = serde_json::Number::from_f64(float).map(|number| number.to_string());
    let same = |written: String| {
        text.parse::<Decimal>()
            .is_ok_and(|exact| written.parse() == Ok(exact))
    };
    if written.is_some_and(same) {
        return serializer.serialize_f64(float);
    }
    RawValue::from_string(text.to_owned())
        .map_err(serde::ser::Error::custom)?
        .serialize(serializer)
}

/// From the raw text where the format is JSON; else from whatever value the format has.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(AnyFormat(deserializer)).map(|raw| Self(Box::<str>::from(raw)))
    }
}

/// `RawValue` can be read from `serde_json` only. This stands between the two: when another format (or serde's buffer for
/// untagged and flattened types) offers the value itself, it is turned into JSON text first.
struct AnyFormat<T>(T);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for AnyFormat<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0
            .deserialize_newtype_struct(name, RawVisitor { name, visitor })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct RawVisitor<V> {
    name: &'static str,
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for RawVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(list)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<V::Value, D::Error> {
        let text = Value::deserialize(deserializer)?.to_string();
        let as_raw =
            MapDeserializer::<_, de::value::Error>::new(std::iter::once((self.name, text)));
        self.visitor.visit_map(as_raw).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serializer_does_not_meet_the_end_of_the_stack() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let most = Json::parse(&nested(MAX_NESTING)).unwrap();
        assert_eq!(serde_json::to_string(&most).unwrap(), most.as_str());
        for levels in [MAX_NESTING + 1, 100_000] {
            let deeper = Json::parse(&nested(levels)).unwrap();
            let error = serde_json::to_string(&deeper).unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains("at most 100 levels of nesting to serialize"),
                "{error}"
            );
        }
    }
}
