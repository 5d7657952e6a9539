//! Generates source from a small specification.

use procountor_codegen::{generate, inputs, load_all};

const FILES: [(&str, &str); 2] = [
    (
        "spec/policies.yaml",
        "
rules:
  - reason: a GET can be repeated
    match: { method: GET }
    set: { access: any, paging: inferred, rate_limit: queued, retry: safe }
",
    ),
    (
        "spec/26.04/openapi.json",
        r#"{
  "openapi": "3.0.3",
  "info": { "title": "Things", "version": "26.04" },
  "paths": { "/things": { "get": {
    "operationId": "countThings",
    "tags": ["Things"],
    "responses": { "204": { "description": "" } }
  } } }
}"#,
    ),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sources = inputs::collect(&["26.04"], |name| {
        let found = FILES.iter().find(|file| file.0 == name);
        Ok::<_, String>(found.map(|file| file.1.to_owned()))
    })?;
    for file in generate(&load_all(&sources)?)? {
        println!("== {}\n{}", file.path, file.text);
    }
    Ok(())
}
