//! Removes the sentences from an API document. A table of the structure of OpenAPI tells the keyword `description` from a
//! property that has this name.

use super::FACTS;
use super::json::Json;

/// A kind of object in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Document,
    Info,
    Server,
    Variable,
    Tag,
    Components,
    PathItem,
    Operation,
    Parameter,
    Body,
    Media,
    Encoding,
    Response,
    Link,
    Example,
    Schema,
    Security,
    Flows,
    Flow,
    /// An object whose keys are names. Its members are of this kind.
    Named(&'static Kind),
    /// An object whose keys are paths or status codes, which cannot start with `x-`.
    Coded(&'static Kind),
    /// The scopes of a flow, each with its description.
    Scopes,
    /// Data without keywords.
    Data,
}

/// The kinds of the members of each kind. Other members are data.
const MEMBERS: &[(Kind, &[&str], Kind)] = {
    use Kind::*;
    &[
        (Document, &["info"], Info),
        (Document, &["servers"], Server),
        (Document, &["tags"], Tag),
        (Document, &["paths"], Coded(&PathItem)),
        (Document, &["components"], Components),
        (Server, &["variables"], Named(&Variable)),
        (Components, &["schemas"], Named(&Schema)),
        (Components, &["responses"], Named(&Response)),
        (Components, &["parameters", "headers"], Named(&Parameter)),
        (Components, &["examples"], Named(&Example)),
        (Components, &["requestBodies"], Named(&Body)),
        (Components, &["securitySchemes"], Named(&Security)),
        (Components, &["links"], Named(&Link)),
        (Components, &["callbacks"], Named(&Coded(&PathItem))),
        (
            PathItem,
            &[
                "get", "put", "post", "delete", "options", "head", "patch", "trace",
            ],
            Operation,
        ),
        (PathItem, &["servers"], Server),
        (PathItem, &["parameters"], Parameter),
        (Operation, &["servers"], Server),
        (Operation, &["parameters"], Parameter),
        (Operation, &["requestBody"], Body),
        (Operation, &["responses"], Coded(&Response)),
        (Operation, &["callbacks"], Named(&Coded(&PathItem))),
        (Parameter, &["schema"], Schema),
        (Parameter, &["content"], Named(&Media)),
        (Parameter, &["examples"], Named(&Example)),
        (Body, &["content"], Named(&Media)),
        (Media, &["schema"], Schema),
        (Media, &["examples"], Named(&Example)),
        (Media, &["encoding"], Named(&Encoding)),
        (Encoding, &["headers"], Named(&Parameter)),
        (Response, &["headers"], Named(&Parameter)),
        (Response, &["content"], Named(&Media)),
        (Response, &["links"], Named(&Link)),
        (Link, &["server"], Server),
        (Schema, &["properties", "patternProperties"], Named(&Schema)),
        (
            Schema,
            &[
                "items",
                "additionalProperties",
                "allOf",
                "anyOf",
                "oneOf",
                "not",
            ],
            Schema,
        ),
        (Security, &["flows"], Flows),
        (
            Flows,
            &[
                "implicit",
                "password",
                "clientCredentials",
                "authorizationCode",
            ],
            Flow,
        ),
        (Flow, &["scopes"], Scopes),
    ]
};

/// Removes the sentences of a document and sets its version. A second call has no effect.
pub fn strip_prose(document: Json, version: &str) -> Json {
    let mut document = strip(document, Kind::Document);
    if let Some(found) = document
        .get_mut("info")
        .and_then(|info| info.get_mut("version"))
    {
        *found = Json::Text(version.to_owned());
    }
    document
}

fn strip(value: Json, kind: Kind) -> Json {
    match (value, kind) {
        (value, Kind::Data) => value,
        (Json::Array(items), kind) => {
            Json::Array(items.into_iter().map(|item| strip(item, kind)).collect())
        }
        (Json::Object(members), kind) => {
            let members = members.into_iter().filter(|(key, _)| !is_prose(kind, key));
            let mut members: indexmap::IndexMap<_, _> = members
                .map(|(key, value)| {
                    let value = strip(value, kind_of(kind, &key));
                    (key, value)
                })
                .collect();
            if kind == Kind::Response && !members.contains_key("$ref") {
                // OpenAPI requires the key.
                let empty = Json::Text(String::new());
                match members.get_mut("description") {
                    Some(description) => *description = empty,
                    None => {
                        members.shift_insert(0, "description".to_owned(), empty);
                    }
                }
            }
            Json::Object(members)
        }
        (Json::Text(_), Kind::Scopes) => Json::Text(String::new()),
        (value, _) => value,
    }
}

fn kind_of(parent: Kind, key: &str) -> Kind {
    match parent {
        Kind::Named(kind) | Kind::Coded(kind) => *kind,
        Kind::Scopes => Kind::Scopes,
        _ => MEMBERS
            .iter()
            .find(|(kind, keys, _)| *kind == parent && keys.contains(&key))
            .map_or(Kind::Data, |(_, _, member)| *member),
    }
}

/// Returns whether a member is prose, belongs to prose, or is an extension for another tool.
fn is_prose(parent: Kind, key: &str) -> bool {
    if key.starts_with("x-") && !matches!(parent, Kind::Named(_) | Kind::Scopes) {
        return !FACTS.contains(&key);
    }
    match parent {
        Kind::Named(_) | Kind::Coded(_) | Kind::Scopes => false,
        Kind::Response => key == "summary",
        Kind::Info => matches!(
            key,
            "summary" | "description" | "termsOfService" | "contact" | "license"
        ),
        Kind::Schema => matches!(key, "title" | "summary" | "description" | "externalDocs"),
        _ => matches!(key, "summary" | "description" | "externalDocs"),
    }
}
