//! Property tests of the wire types: decoding and encoding preserve all values, even those that are not in the
//! specification. The values are generated from the model, for every schema of every version.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::any::type_name;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use fastrand::Rng;
use procountor_api::wire::{DecodeError, Schema, from_json, to_json};
use procountor_api::{
    __private::{VersionVisitor, Visitor, visit_versions},
    operation::Version,
};
use procountor_codegen::model::{Api, Type};
use procountor_conformance::difference;
use procountor_sandbox::Sandbox;
use proptest::prelude::*;

/// Decodes a value, encodes it and decodes it again. Returns the encoded JSON, and whether both values are equal.
type RoundTrip = fn(&str) -> Result<(String, bool), DecodeError>;

/// A schema type and the first version that has it.
struct SchemaType {
    api: Arc<Api>,
    name: &'static str,
    round_trip: RoundTrip,
}

/// Every schema of every version by its type name, so that a type that versions share occurs once.
static SCHEMAS: LazyLock<BTreeMap<&'static str, SchemaType>> = LazyLock::new(|| {
    let mut schemas = Schemas::default();
    visit_versions(&mut schemas);
    schemas.found
});

#[derive(Default)]
struct Schemas {
    found: BTreeMap<&'static str, SchemaType>,
    /// The version that is being visited, and its schemas.
    api: Option<Arc<Api>>,
    names: Vec<&'static str>,
}

impl VersionVisitor for Schemas {
    fn version<V: Version>(&mut self) {
        let api = Sandbox::model(V::NUMBER).unwrap();
        self.api = Some(Arc::clone(&api));
        self.names.clear();
        V::visit(self);
        let missing: Vec<_> = api
            .schemas
            .iter()
            .map(|schema| &schema.name)
            .filter(|name| !self.names.contains(&name.as_str()))
            .collect();
        assert!(missing.is_empty(), "{}: {missing:?}", V::NUMBER);
        assert_eq!(self.names.len(), api.schemas.len(), "{}", V::NUMBER);
    }
}

impl<V> Visitor<V> for Schemas {
    fn schema<S: Schema>(&mut self, name: &'static str) {
        self.names.push(name);
        let api = self.api.as_ref().unwrap();
        let schema = || SchemaType {
            api: Arc::clone(api),
            name,
            round_trip: round_trip::<S>,
        };
        self.found.entry(type_name::<S>()).or_insert_with(schema);
    }
}

fn round_trip<S: Schema>(json: &str) -> Result<(String, bool), DecodeError> {
    let value: S = from_json(json)?;
    let encoded = to_json(&value);
    let again: S = from_json(&encoded)?;
    let by_serde: S = serde_json::from_str(&encoded).unwrap();
    assert_eq!(value, by_serde, "serde decodes the same value");
    let difference = difference(&encoded, &serde_json::to_string(&value).unwrap());
    assert_eq!(difference, None, "serde encodes the same JSON");
    assert_eq!(value, value.clone(), "a clone is equal");
    Ok((encoded, value == again))
}

#[test]
fn the_visitors_see_every_version_and_every_schema() {
    let newest = Sandbox::versions().last().unwrap();
    let api = Sandbox::model(newest).unwrap();
    let count = |version| Sandbox::model(version).unwrap().schemas.len();
    let (distinct, all) = (SCHEMAS.len(), Sandbox::versions().map(count).sum());
    println!("{distinct} distinct schemas of {all}");
    assert!(api.schemas.len() < distinct && distinct < all);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(seed: u64) {
        for (path, SchemaType { api, name, round_trip }) in &*SCHEMAS {
            let mut generator = Generator { api, rng: Rng::with_seed(seed) };
            let json = generator.schema(name, 0);
            let (encoded, equal) = round_trip(&json).unwrap_or_else(|error| panic!("{path}: {error}\n{json}"));
            prop_assert!(equal, "{} differs after a round trip: {}", path, json);
            let difference = difference(&json, &encoded);
            prop_assert!(difference.is_none(), "{}: {}\n{}\n{}", path, difference.unwrap_or_default(), json, encoded);
        }
    }
}

/// Generates JSON that a server can send.
struct Generator<'a> {
    api: &'a Api,
    rng: Rng,
}

impl Generator<'_> {
    fn schema(&mut self, name: &str, depth: usize) -> String {
        let schema = self.api.schema(name).expect("the schema is in the model");
        let mut members = Vec::new();
        for field in &schema.fields {
            let value = match self.rng.u8(..10) {
                0..3 => continue,
                3 => "null".to_owned(),
                _ if depth > 3 => continue,
                _ => self.value(&field.ty, depth),
            };
            members.push(format!("{}:{value}", quoted(&field.wire)));
        }
        for number in 0..self.rng.usize(..3) {
            let value = self.json(0);
            members.push(format!("\"uusi{number}\":{value}"));
        }
        self.rng.shuffle(&mut members);
        format!("{{{}}}", members.join(","))
    }

    fn value(&mut self, ty: &Type, depth: usize) -> String {
        match ty {
            Type::String | Type::Secret | Type::Binary => self.text(),
            Type::Integer => self.rng.i64(..).to_string(),
            Type::Decimal => self.decimal(),
            Type::Boolean => self.rng.bool().to_string(),
            Type::Date => format!("\"{}\"", self.date()),
            Type::DateTime => self.date_time(),
            Type::Json => self.json(0),
            Type::Id(name) if self.api.id(name).is_some_and(|id| id.text) => self.text(),
            Type::Id(_) => self.rng.i64(..).to_string(),
            Type::Enum(name) => {
                let known = self
                    .api
                    .enumeration(name)
                    .expect("the enum is in the model");
                let known = self
                    .rng
                    .choice(&known.values)
                    .map_or("", |value| &value.wire);
                quoted(if self.rng.u8(..4) == 0 {
                    "TULEVA_ARVO"
                } else {
                    known
                })
            }
            Type::Schema(name) => self.schema(name, depth + 1),
            Type::List(item) => {
                let items: Vec<_> = (0..self.rng.usize(..3))
                    .map(|_| self.value(item, depth + 1))
                    .collect();
                format!("[{}]", items.join(","))
            }
            Type::Map(item) => {
                let items: Vec<_> = (0..self.rng.usize(..3))
                    .map(|n| format!("\"avain{n}\":{}", self.value(item, depth + 1)))
                    .collect();
                format!("{{{}}}", items.join(","))
            }
        }
    }

    fn text(&mut self) -> String {
        let letters = ['a', 'Ä', '€', '"', '\\', '\n', '\u{1}', '漢', '😀', ' '];
        let text: String = (0..self.rng.usize(..12))
            .map(|_| letters[self.rng.usize(..letters.len())])
            .collect();
        quoted(&text)
    }

    /// Generates up to 28 digits with the decimal point anywhere.
    fn decimal(&mut self) -> String {
        let count = self.rng.usize(1..=28);
        let digits: String = (0..count).map(|_| self.rng.digit(10)).collect();
        let scale = self.rng.usize(..=count);
        let (integer, fraction) = digits.split_at(count - scale);
        let integer = match integer.trim_start_matches('0') {
            "" => "0",
            integer => integer,
        };
        let sign = if self.rng.bool() { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{integer}{point}{fraction}")
    }

    fn date(&mut self) -> String {
        format!(
            "{:04}-{:02}-{:02}",
            self.rng.u16(1900..2100),
            self.rng.u8(1..=12),
            self.rng.u8(1..=28)
        )
    }

    /// Generates every format that the API is known to use, and others that are likely.
    fn date_time(&mut self) -> String {
        let time = [
            "09:30",
            "09:30:00",
            "09:30:59",
            "09:30:00.123",
            "09:30:00Z",
            "09:30:00+02:00",
            "09:30:00.5-0330",
        ];
        format!("\"{}T{}\"", self.date(), time[self.rng.usize(..time.len())])
    }

    fn json(&mut self, depth: usize) -> String {
        match self.rng.u8(..if depth > 2 { 5 } else { 7 }) {
            0 => "null".to_owned(),
            1 => self.rng.bool().to_string(),
            2 => self.decimal(),
            3 => self.text(),
            4 => self.rng.i64(..).to_string(),
            5 => format!("[{},{}]", self.json(depth + 1), self.json(depth + 1)),
            _ => format!("{{\"sisä\":{}}}", self.json(depth + 1)),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
