//! The differences of two documents.

use super::json::Json;
use crate::diagnostic::child;

/// Returns the JSON pointers at which two documents differ. The order of members matters, since it is the order of the
/// generated source.
pub fn differences(old: &Json, new: &Json) -> Vec<String> {
    let mut pointers = Vec::new();
    walk(old, new, "", &mut pointers);
    pointers
}

fn walk(old: &Json, new: &Json, pointer: &str, pointers: &mut Vec<String>) {
    match (old, new) {
        (Json::Object(old), Json::Object(new)) => {
            for (key, value) in old {
                match new.get(key) {
                    Some(other) => walk(value, other, &child(pointer, key), pointers),
                    None => pointers.push(child(pointer, key)),
                }
            }
            let added = new.keys().filter(|key| !old.contains_key(*key));
            pointers.extend(added.map(|key| child(pointer, key)));
            let common = |one: &indexmap::IndexMap<String, Json>,
                          other: &indexmap::IndexMap<String, Json>| {
                let keys = one.keys().filter(|key| other.contains_key(*key));
                keys.cloned().collect::<Vec<_>>()
            };
            if common(old, new) != common(new, old) {
                pointers.push(pointer.to_owned());
            }
        }
        (Json::Array(old), Json::Array(new)) => {
            for (index, (value, other)) in old.iter().zip(new).enumerate() {
                walk(value, other, &child(pointer, index), pointers);
            }
            let (shorter, longer) = (old.len().min(new.len()), old.len().max(new.len()));
            pointers.extend((shorter..longer).map(|index| child(pointer, index)));
        }
        _ if old == new => {}
        _ => pointers.push(pointer.to_owned()),
    }
}
