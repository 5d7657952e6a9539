//! Properties of the wire types: whatever the specification allows, and what it does not know yet, is read and written
//! without loss. Values are made from the model, for every schema of every version.

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

/// Reads a value, writes it, reads it again: what was written, and whether both values are equal.
type RoundTrip = fn(&str) -> Result<(String, bool), DecodeError>;

/// A type, and the first version that has it.
struct Known {
    api: Arc<Api>,
    name: &'static str,
    round_trip: RoundTrip,
}

/// Every schema of every version. One that several versions share is there once, since it is one type.
static SCHEMAS: LazyLock<BTreeMap<&'static str, Known>> = LazyLock::new(|| {
    let mut schemas = Schemas::default();
    visit_versions(&mut schemas);
    schemas.found
});

#[derive(Default)]
struct Schemas {
    found: BTreeMap<&'static str, Known>,
    /// The version that is being visited, and what it has.
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
        self.found.entry(type_name::<S>()).or_insert_with(|| Known {
            api: Arc::clone(api),
            name,
            round_trip: round_trip::<S>,
        });
    }
}

fn round_trip<S: Schema>(json: &str) -> Result<(String, bool), DecodeError> {
    let value: S = from_json(json)?;
    let written = to_json(&value);
    let again: S = from_json(&written)?;
    let serde: S = serde_json::from_str(&written).unwrap();
    assert_eq!(value, serde, "serde reads the same");
    let differs = difference(&written, &serde_json::to_string(&value).unwrap());
    assert_eq!(differs, None, "serde writes the same");
    assert_eq!(value, value.clone(), "a clone is equal");
    Ok((written, value == again))
}

#[test]
fn the_visitors_see_every_version_and_every_schema() {
    let newest = Sandbox::versions().last().unwrap();
    let api = Sandbox::model(newest).unwrap();
    let (distinct, all) = (
        SCHEMAS.len(),
        Sandbox::versions()
            .map(|version| Sandbox::model(version).unwrap().schemas.len())
            .sum(),
    );
    println!("{distinct} distinct schemas of {all}");
    assert!(api.schemas.len() < distinct && distinct < all);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(seed: u64) {
        for (path, Known { api, name, round_trip }) in &*SCHEMAS {
            let mut maker = Maker { api, rng: Rng::with_seed(seed) };
            let json = maker.schema(name, 0);
            let (written, equal) = round_trip(&json).unwrap_or_else(|error| panic!("{path}: {error}\n{json}"));
            prop_assert!(equal, "{} is not itself after a round trip: {}", path, json);
            let lost = difference(&json, &written);
            prop_assert!(lost.is_none(), "{}: {}\n{}\n{}", path, lost.unwrap_or_default(), json, written);
        }
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
