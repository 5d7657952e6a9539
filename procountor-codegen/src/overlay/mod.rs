//! Applies overlays (OpenAPI Overlay 1.0, in YAML) to a document: first the overlays of earlier versions, without the actions
//! that this version drops, then its own. Each action gives its reason. An action without an effect is an error, since the
//! vendor has changed the part that it was written for.

mod stale;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::diagnostic::Diagnostics;
use crate::inputs::{Source, Sources, UsageTracker};

pub use stale::{Stale, stale, without};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Overlay {
    overlay: String,
    #[serde(rename = "info")]
    _info: Info,
    /// The actions of earlier overlays that do not apply any more. This key extends the standard.
    #[serde(default)]
    drop: Vec<Value>,
    #[serde(default)]
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
struct Dropped {
    target: String,
    #[serde(default)]
    description: String,
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

/// An action that applies to the version.
struct Effective<'s> {
    file: &'s str,
    number: usize,
    action: Action,
    path: JsonPath,
    /// The action as it is written in the file.
    written: Value,
}

/// A message and its remedy.
type Problem = (String, &'static str);

/// Applies every action of the version in order, and reports those that cannot be applied.
pub(crate) fn apply(
    document: &mut Value,
    sources: &Sources,
    usage: &mut UsageTracker,
) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let effective = effective(sources, &mut diagnostics);
    let own = sources.overlay.as_ref().map(|source| source.name.as_str());
    for one in effective {
        if usage.is_stale(one.file, one.number) {
            continue;
        }
        let Err((message, help)) = apply_one(document, &one) else {
            continue;
        };
        let target = &one.action.target;
        if Some(one.file) == own {
            let message = format!("action {} ({target}): {message}", one.number);
            diagnostics.file(one.file, message, help);
        } else {
            usage.note_stale(one.file, one.number);
            diagnostics.file(
                &sources.openapi.name,
                format!(
                    "inherited action {} of {} ({target}): {message}",
                    one.number, one.file
                ),
                format!(
                    "if the action does not apply any more, drop it in the overlay.yaml beside the document: \
                     `drop: [{{ target: {}, description: the reason }}]`",
                    Value::from(target.as_str())
                ),
            );
        }
    }
    diagnostics.or_value(())
}

/// Returns the actions that apply to a version, in their order.
fn effective<'s>(sources: &'s Sources, diagnostics: &mut Diagnostics) -> Vec<Effective<'s>> {
    let mut effective: Vec<Effective> = Vec::new();
    for source in sources.inherited.iter().chain(&sources.overlay) {
        if let Some(overlay) = read(source, diagnostics) {
            drop_inherited(overlay.drop, source, &mut effective, diagnostics);
            add(overlay.actions, source, &mut effective, diagnostics);
        }
    }
    effective
}

fn read(source: &Source, diagnostics: &mut Diagnostics) -> Option<Overlay> {
    let overlay = match serde_yaml::from_str::<Overlay>(&source.text) {
        Ok(overlay) => overlay,
        Err(error) => {
            diagnostics.file(
                &source.name,
                format!("this is not an overlay ({error})"),
                "use the keys `overlay: 1.0.0`, `info` with `title` and `version`, and `drop` or `actions`",
            );
            return None;
        }
    };
    if !overlay.overlay.starts_with("1.0.") {
        let message = format!("this is Overlay {}", overlay.overlay);
        diagnostics.file(&source.name, message, "use Overlay 1.0");
        return None;
    }
    Some(overlay)
}

/// Removes the actions that a version drops.
fn drop_inherited(
    drops: Vec<Value>,
    source: &Source,
    effective: &mut Vec<Effective>,
    diagnostics: &mut Diagnostics,
) {
    for (index, drop) in drops.into_iter().enumerate() {
        let name = format!("drop {} ({})", index + 1, target(&drop));
        let drop: Dropped = match parse(drop, "a drop has `target` and `description`") {
            Ok(drop) => drop,
            Err((message, help)) => {
                diagnostics.file(&source.name, format!("{name}: {message}"), help);
                continue;
            }
        };
        if drop.description.trim().is_empty() {
            diagnostics.file(
                &source.name,
                format!("{name}: `description` is missing or empty"),
                "explain in `description` why the action does not apply any more",
            );
        }
        let before = effective.len();
        effective.retain(|one| one.action.target != drop.target);
        if effective.len() == before {
            diagnostics.file(
                &source.name,
                format!("{name}: no inherited action has this target"),
                "copy the target exactly from the action of the earlier version, or remove the drop",
            );
        }
    }
}

fn add<'s>(
    actions: Vec<Value>,
    source: &'s Source,
    effective: &mut Vec<Effective<'s>>,
    diagnostics: &mut Diagnostics,
) {
    for (index, action) in actions.into_iter().enumerate() {
        let name = format!("action {} ({})", index + 1, target(&action));
        match checked(action.clone()) {
            Ok((checked, path)) => effective.push(Effective {
                file: &source.name,
                number: index + 1,
                action: checked,
                path,
                written: action,
            }),
            Err(problems) => {
                for (message, help) in problems {
                    diagnostics.file(&source.name, format!("{name}: {message}"), help);
                }
            }
        }
    }
}

fn target(value: &Value) -> &str {
    value
        .get("target")
        .and_then(Value::as_str)
        .unwrap_or("no target")
}

fn parse<T: DeserializeOwned>(value: Value, help: &'static str) -> Result<T, Problem> {
    serde_json::from_value(value).map_err(|error| (error.to_string(), help))
}

fn checked(action: Value) -> Result<(Action, JsonPath), Vec<Problem>> {
    let help = "an action has `target`, `description` and `update` or `remove`";
    let action: Action = parse(action, help).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    if action.description.trim().is_empty() {
        problems.push((
            "`description` is missing or empty".to_owned(),
            "explain in `description` why the document is wrong",
        ));
    }
    if action.remove == action.update.is_some() {
        problems.push((
            "exactly one of `update` and `remove: true` is required".to_owned(),
            "write two actions to do both",
        ));
    }
    let path = JsonPath::parse(&action.target).map_err(|error| {
        problems.push((
            format!("the target is not a valid JSONPath ({error})"),
            "use the syntax of RFC 9535",
        ))
    });
    match path {
        Ok(path) if problems.is_empty() => Ok((action, path)),
        _ => Err(problems),
    }
}

fn apply_one(document: &mut Value, one: &Effective) -> Result<(), Problem> {
    let pointers: Vec<String> = one
        .path
        .query_located(document)
        .locations()
        .map(|location| location.to_json_pointer())
        .collect();
    if pointers.is_empty() {
        return Err((
            "the target matches nothing".to_owned(),
            "remove the action if the vendor has repaired the document; otherwise correct the target",
        ));
    }
    match &one.action.update {
        Some(update) => update_all(document, &pointers, update),
        None => {
            remove_all(document, &pointers);
            Ok(())
        }
    }
}

fn update_all(document: &mut Value, pointers: &[String], update: &Value) -> Result<(), Problem> {
    let mut changed = false;
    for node in pointers {
        let Some(node) = document.pointer_mut(node) else {
            continue;
        };
        let before = node.clone();
        match node {
            // The standard appends the update to an array.
            Value::Array(items) => items.push(update.clone()),
            Value::Object(_) if update.is_object() => merge(node, update),
            _ => {
                return Err((
                    "`update` applies to objects and arrays only".to_owned(),
                    "select the object or array that contains the value",
                ));
            }
        }
        changed |= *node != before;
    }
    if changed {
        Ok(())
    } else {
        Err((
            "the update changes nothing".to_owned(),
            "remove the action; the document already has these values",
        ))
    }
}

/// Merges objects, joins arrays, and replaces any other value.
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

/// Removes the last item first, so that the other indices stay valid.
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
