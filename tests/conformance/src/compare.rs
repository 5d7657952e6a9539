//! Compares JSON texts by value. The order of members does not matter; numbers are compared exactly.

use std::collections::BTreeMap;

use procountor_api::Decimal;
use serde_json::value::RawValue;

/// Describes the first difference between two JSON texts, or returns `None` if they are equal.
pub fn difference(left: &str, right: &str) -> Option<String> {
    difference_at("$", left.trim(), right.trim())
}

fn difference_at(path: &str, left: &str, right: &str) -> Option<String> {
    if left == right {
        return None;
    }
    if let (Some(left), Some(right)) = (object(left), object(right)) {
        let names = left.keys().chain(right.keys());
        return names
            .into_iter()
            .find_map(|name| match (left.get(name), right.get(name)) {
                (Some(left), Some(right)) => {
                    difference_at(&format!("{path}.{name}"), left.get(), right.get())
                }
                (Some(left), None) => Some(format!("{path}.{name}: {left} was removed")),
                (None, Some(right)) => Some(format!("{path}.{name}: {right} was added")),
                (None, None) => None,
            });
    }
    if let (Some(left), Some(right)) = (list(left), list(right))
        && left.len() == right.len()
    {
        let pairs = left.iter().zip(&right).enumerate();
        return pairs.into_iter().find_map(|(index, (left, right))| {
            difference_at(&format!("{path}[{index}]"), left.get(), right.get())
        });
    }
    let text = |json: &str| serde_json::from_str::<String>(json).ok();
    let same_text = text(left).is_some() && text(left) == text(right);
    let number = |json: &str| json.parse::<Decimal>().ok();
    let same_number = number(left).is_some() && number(left) == number(right);
    (!same_text && !same_number).then(|| format!("{path}: {left} became {right}"))
}

fn object(json: &str) -> Option<BTreeMap<String, Box<RawValue>>> {
    serde_json::from_str(json).ok()
}

fn list(json: &str) -> Option<Vec<Box<RawValue>>> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn order_and_notation_do_not_matter() {
        assert_eq!(
            difference(r#"{"a":1.50,"b":"ä"}"#, r#"{ "b":"\u00e4", "a":1.5 }"#),
            None
        );
    }

    #[test]
    fn every_other_difference_is_described() {
        let cases = [
            (r#"{"a":1}"#, r#"{}"#, "$.a: 1 was removed"),
            (r#"{}"#, r#"{"a":null}"#, "$.a: null was added"),
            (r#"[1,2]"#, r#"[1,3]"#, "$[1]: 2 became 3"),
            (
                "1234567890123456789012345678",
                "1234567890123456789012345679",
                "$: 1234567890123456789012345678 became 1234567890123456789012345679",
            ),
            ("\"1\"", "1", "$: \"1\" became 1"),
        ];
        for (left, right, expected) in cases {
            assert_eq!(difference(left, right).as_deref(), Some(expected));
        }
    }
}
