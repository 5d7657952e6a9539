//! Applies an overlay (OpenAPI Overlay 1.0, in YAML) to a document. Each action gives its reason, and one that has
//! nothing left to do is an error: the vendor has changed what it was written for.

use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::Source;
use crate::diagnostic::Diagnostics;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Overlay {
    overlay: String,
    #[serde(rename = "info")]
    _info: Info,
    actions: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Info {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "version")]
    _version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    target: String,
    #[serde(default)]
    description: String,
    update: Option<Value>,
    #[serde(default)]
    remove: bool,
}

/// Applies every action, in order, and notes all that cannot be.
pub fn apply(document: &mut Value, source: &Source) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let overlay = match serde_yaml::from_str::<Overlay>(&source.text) {
        Ok(overlay) => overlay,
        Err(error) => {
            diagnostics.file(
                &source.name,
                format!("this is not an overlay ({error})"),
                "write `overlay: 1.0.0`, `info` with `title` and `version`, and `actions`",
            );
            return Err(diagnostics);
        }
    };
    if !overlay.overlay.starts_with("1.0.") {
        let message = format!("this is Overlay {}", overlay.overlay);
        diagnostics.file(&source.name, message, "write an Overlay 1.0 document");
        return Err(diagnostics);
    }
    for (index, action) in overlay.actions.into_iter().enumerate() {
        let target = action
            .get("target")
            .and_then(Value::as_str)
            .unwrap_or("no target")
            .to_owned();
        for (message, help) in apply_one(document, action).err().into_iter().flatten() {
            diagnostics.file(
                &source.name,
                format!("action {} ({target}): {message}", index + 1),
                help,
            );
        }
    }
    diagnostics.or_value(())
}

/// What is wrong, and what to do.
type Problem = (String, &'static str);

fn apply_one(document: &mut Value, action: Value) -> Result<(), Vec<Problem>> {
    let action: Action = serde_json::from_value(action).map_err(|error| {
        vec![(
            error.to_string(),
            "an action has `target`, `description` and `update` or `remove`",
        )]
    })?;
    let mut problems = Vec::new();
    if action.description.trim().is_empty() {
        problems.push((
            "no reason is given".to_owned(),
            "say in `description` why the document is wrong",
        ));
    }
    if action.remove == action.update.is_some() {
        problems.push((
            "exactly one of `update` and `remove: true` is needed".to_owned(),
            "make it two actions",
        ));
    }
    let path = JsonPath::parse(&action.target).map_err(|error| {
        problems.push((
            format!("the target is no JSONPath ({error})"),
            "write it as in RFC 9535",
        ))
    });
    let (Ok(path), true) = (path, problems.is_empty()) else {
        return Err(problems);
    };

    let pointers: Vec<String> = path
        .query_located(document)
        .locations()
        .map(|place| place.to_json_pointer())
        .collect();
    if pointers.is_empty() {
        return Err(vec![(
            "the target matches nothing".to_owned(),
            "remove the action if the vendor has repaired the document, else correct the target",
        )]);
    }
    match action.update {
        Some(update) => update_all(document, &pointers, &update),
        None => {
            remove_all(document, &pointers);
            Ok(())
        }
    }
}

fn update_all(
    document: &mut Value,
    pointers: &[String],
    update: &Value,
) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut changed = false;
    for node in pointers {
        let Some(node) = document.pointer_mut(node) else {
            continue;
        };
        let before = node.clone();
        match node {
            // An array takes the update as one more entry.
            Value::Array(items) => items.push(update.clone()),
            Value::Object(_) if update.is_object() => merge(node, update),
            _ => problems.push((
                "an update needs an object or an array".to_owned(),
                "let the target be what contains it",
            )),
        }
        changed |= *node != before;
    }
    if !changed && problems.is_empty() {
        problems.push((
            "the update changes nothing".to_owned(),
            "remove the action: the document says so already",
        ));
    }
    problems.dedup();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Objects are merged, arrays joined, everything else replaced.
fn merge(node: &mut Value, update: &Value) {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => {
            for (key, value) in update {
                match node.get_mut(key) {
                    Some(member) => merge(member, value),
                    None => {
                        node.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(node), Value::Array(update)) => node.extend(update.iter().cloned()),
        (node, update) => *node = update.clone(),
    }
}

/// Removes from the back, so that the places in front keep their index.
fn remove_all(document: &mut Value, pointers: &[String]) {
    for pointer in pointers.iter().rev() {
        let Some((parent, key)) = pointer.rsplit_once('/') else {
            continue;
        };
        match document.pointer_mut(parent) {
            Some(Value::Object(object)) => {
                object.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
            }
            Some(Value::Array(items)) => {
                if let Some(index) = key.parse().ok().filter(|index| *index < items.len()) {
                    items.remove(index);
                }
            }
            _ => {}
        }
    }
}
