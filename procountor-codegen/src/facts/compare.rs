//! Where two documents differ.

use super::json::Json;
use crate::diagnostic::child;

/// The JSON pointers of the places where two documents differ. The order of members counts, as it is the order of what
/// is generated.
pub fn differences(old: &Json, new: &Json) -> Vec<String> {
    let mut places = Vec::new();
    walk(old, new, "", &mut places);
    places
}

fn walk(old: &Json, new: &Json, pointer: &str, places: &mut Vec<String>) {
    match (old, new) {
        (Json::Object(old), Json::Object(new)) => {
            for (key, value) in old {
                match new.get(key) {
                    Some(other) => walk(value, other, &child(pointer, key), places),
                    None => places.push(child(pointer, key)),
                }
            }
            let added = new.keys().filter(|key| !old.contains_key(*key));
            places.extend(added.map(|key| child(pointer, key)));
            let common = |one: &indexmap::IndexMap<String, Json>,
                          other: &indexmap::IndexMap<String, Json>| {
                let keys = one.keys().filter(|key| other.contains_key(*key));
                keys.cloned().collect::<Vec<_>>()
            };
            if common(old, new) != common(new, old) {
                places.push(pointer.to_owned());
            }
        }
        (Json::Array(old), Json::Array(new)) => {
            for (index, (value, other)) in old.iter().zip(new).enumerate() {
                walk(value, other, &child(pointer, index), places);
            }
            let (shorter, longer) = (old.len().min(new.len()), old.len().max(new.len()));
            places.extend((shorter..longer).map(|index| child(pointer, index)));
        }
        _ if old == new => {}
        _ => places.push(pointer.to_owned()),
    }
}
