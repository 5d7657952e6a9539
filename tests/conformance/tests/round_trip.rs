//! Properties of the wire types: whatever the specification allows, and what it does not know yet, is read and written
//! without loss. Values are made from the model, for every schema.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::collections::BTreeMap;

use fastrand::Rng;
use procountor_api::v2604::V2604;
use procountor_api::wire::{DecodeError, Schema, from_json, to_json};
use procountor_api::{Version, Visitor};
use procountor_codegen::layers;
use procountor_codegen::model::{Api, Type};
use procountor_conformance::difference;
use proptest::prelude::*;

/// Reads a value, writes it, reads it again: what was written, and whether both values are equal.
type RoundTrip = fn(&str) -> Result<(String, bool), DecodeError>;

struct Schemas(BTreeMap<&'static str, RoundTrip>);

impl Visitor<V2604> for Schemas {
    fn schema<S: Schema>(&mut self, name: &'static str) {
        self.0.insert(name, |json| {
            let value: S = from_json(json)?;
            let written = to_json(&value);
            let again: S = from_json(&written)?;
            let serde: S = serde_json::from_str(&written).unwrap();
            assert_eq!(value, serde, "serde reads the same");
            let differs = difference(&written, &serde_json::to_string(&value).unwrap());
            assert_eq!(differs, None, "serde writes the same");
            assert_eq!(value, value.clone(), "a clone is equal");
            Ok((written, value == again))
        });
    }
}

fn specification() -> Api {
    let top = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let read = |name: &str| match std::fs::read_to_string(format!("{top}/{name}")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        text => text.map(Some),
    };
    let folders = std::fs::read_dir(format!("{top}/spec")).unwrap();
    let mut versions: Vec<String> = folders
        .map(Result::unwrap)
        .filter(|entry| entry.path().join("openapi.json").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    versions.sort();
    let sources = layers::of(&versions, read).unwrap().pop().unwrap();
    procountor_codegen::load(&sources).unwrap()
}

fn schemas() -> BTreeMap<&'static str, RoundTrip> {
    let mut schemas = Schemas(BTreeMap::new());
    V2604::visit(&mut schemas);
    schemas.0
}

#[test]
fn the_visitor_sees_every_schema() {
    let api = specification();
    let schemas = schemas();
    let missing: Vec<_> = api
        .schemas
        .iter()
        .filter(|schema| !schemas.contains_key(&*schema.name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(seed: u64) {
        thread_local! {
            static API: Api = specification();
        }
        API.with(|api| {
            for (name, round_trip) in schemas() {
                let mut maker = Maker { api, rng: Rng::with_seed(seed) };
                let json = maker.schema(name, 0);
                let (written, equal) = round_trip(&json).unwrap_or_else(|error| panic!("{name}: {error}\n{json}"));
                prop_assert!(equal, "{} is not itself after a round trip: {}", name, json);
                let lost = difference(&json, &written);
                prop_assert!(lost.is_none(), "{}: {}\n{}\n{}", name, lost.unwrap_or_default(), json, written);
            }
            Ok(())
        })?;
    }
}

/// Makes JSON that a server may send.
struct Maker<'a> {
    api: &'a Api,
    rng: Rng,
}

impl Maker<'_> {
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
            let value = self.anything(0);
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
            Type::Json => self.anything(0),
            Type::Id(name) if self.api.id(name).is_some_and(|id| id.text) => self.text(),
            Type::Id(_) => self.rng.i64(..).to_string(),
            Type::Enum(name) => {
                let values = &self
                    .api
                    .enumeration(name)
                    .expect("the enum is in the model")
                    .values;
                let known = self.rng.choice(values).map_or("", |value| &value.wire);
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

    /// Up to 28 digits, the point anywhere.
    fn decimal(&mut self) -> String {
        let digits = self.rng.usize(1..=28);
        let mut text: String = (0..digits)
            .map(|_| char::from(b'0' + self.rng.u8(..10)))
            .collect();
        let scale = self.rng.usize(..=digits);
        let whole = text[..digits - scale].trim_start_matches('0').to_owned();
        text = if scale == 0 {
            whole
        } else {
            format!(
                "{}.{}",
                if whole.is_empty() { "0" } else { &whole },
                &text[digits - scale..]
            )
        };
        let text = if text.is_empty() {
            "0".to_owned()
        } else {
            text
        };
        if self.rng.bool() {
            format!("-{text}")
        } else {
            text
        }
    }

    fn date(&mut self) -> String {
        format!(
            "{:04}-{:02}-{:02}",
            self.rng.u16(1900..2100),
            self.rng.u8(1..=12),
            self.rng.u8(1..=28)
        )
    }

    /// Every form that the API is known to use, and those that a server is likely to come up with.
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

    fn anything(&mut self, depth: usize) -> String {
        match self.rng.u8(..if depth > 2 { 5 } else { 7 }) {
            0 => "null".to_owned(),
            1 => self.rng.bool().to_string(),
            2 => self.decimal(),
            3 => self.text(),
            4 => self.rng.i64(..).to_string(),
            5 => format!(
                "[{},{}]",
                self.anything(depth + 1),
                self.anything(depth + 1)
            ),
            _ => format!("{{\"sisä\":{}}}", self.anything(depth + 1)),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
