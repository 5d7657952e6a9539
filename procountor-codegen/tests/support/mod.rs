//! Small specifications, and what becomes of them.

#![allow(dead_code, reason = "each test uses a part")]

use std::fs;
use std::path::Path;

use procountor_codegen::model::Api;
use procountor_codegen::{Source, Sources, generate, layers, load, load_all};

/// Everything that is needed around `paths` and `components`, both in YAML.
pub(crate) fn specification(paths: &str, schemas: &str) -> String {
    let yaml = format!(
        "openapi: 3.0.3\ninfo: {{ title: Test, version: '26.04' }}\npaths:\n{}\ncomponents:\n  schemas:\n{}\n",
        indented(paths, "  "),
        indented(schemas, "    "),
    );
    let value: serde_json::Value = serde_yaml::from_str(&yaml).expect("the test is YAML");
    value.to_string()
}

fn indented(yaml: &str, indent: &str) -> String {
    let lines = yaml.lines().filter(|line| !line.trim().is_empty());
    let yaml: Vec<String> = lines.map(|line| format!("{indent}{line}")).collect();
    if yaml.is_empty() {
        format!("{indent}{{}}")
    } else {
        yaml.join("\n")
    }
}

/// Rules that decide everything; a rule that matches nothing would be an error.
fn policies(openapi: &str) -> String {
    let mut rules = "
rules:
  - { reason: all, match: {}, set: { access: any, paging: inferred, rate_limit: queued, retry: unsent } }
"
    .to_owned();
    if openapi.contains("\"get\"") {
        rules.push_str("  - { reason: it reads, match: { method: GET }, set: { retry: safe } }\n");
    }
    if openapi.contains("x-two-factor") {
        rules.push_str(
            "  - { reason: confirmed, match: { two_factor: true }, set: { access: two_factor } }\n",
        );
    }
    rules
}

/// A specification with nothing else.
pub(crate) fn sources(openapi: &str) -> Sources {
    Sources {
        openapi: source("openapi.json", openapi),
        inherited: Vec::new(),
        overlay: None,
        policies: vec![source("policies.yaml", &policies(openapi))],
        docs: Vec::new(),
        lifecycle: None,
        prose: None,
    }
}

/// The same with an overlay of these actions.
pub(crate) fn overlaid(openapi: &str, actions: &str) -> Sources {
    let text = overlay(&format!("actions:\n{}", indented(actions, "  ")));
    Sources {
        overlay: Some(source("overlay.yaml", &text)),
        ..sources(openapi)
    }
}

/// An overlay with nothing else.
pub(crate) fn overlay(rest: &str) -> String {
    format!("overlay: 1.0.0\ninfo: {{ title: Test, version: '1' }}\n{rest}")
}

/// The same with other policies.
pub(crate) fn ruled(openapi: &str, policies: &str) -> Sources {
    Sources {
        policies: vec![source("policies.yaml", policies)],
        ..sources(openapi)
    }
}

pub(crate) fn source(name: &str, text: &str) -> Source {
    Source {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

/// One generated file.
pub(crate) fn file(sources: &Sources, path: &str) -> String {
    let api = load(sources).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let files = generate(&[api]).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let found = files.iter().find(|file| file.path == path);
    found
        .unwrap_or_else(|| {
            panic!(
                "no {path}, only {:?}",
                files.iter().map(|file| &file.path).collect::<Vec<_>>()
            )
        })
        .text
        .clone()
}

/// The endpoints of the group `things`, without its facade.
pub(crate) fn endpoints(sources: &Sources) -> String {
    let text = file(sources, "since_v2604/operations/things.rs");
    text.split_once("\n}\n\n")
        .map(|(_, endpoints)| endpoints.to_owned())
        .expect("there is a facade")
}

/// A file of schemas, enums or ids, without its head.
pub(crate) fn items(sources: &Sources, path: &str) -> String {
    let text = file(sources, path);
    text.rsplit_once("::*;\n\n")
        .map(|(_, items)| items.to_owned())
        .expect("there is a head")
}

/// What is wrong, when this is the only version.
pub(crate) fn problems(sources: &Sources) -> String {
    all_problems(std::slice::from_ref(sources))
}

/// What is wrong with versions.
pub(crate) fn all_problems(versions: &[Sources]) -> String {
    match load_all(versions) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

/// All versions of the repository, oldest first.
pub(crate) const VERSIONS: [&str; 8] = [
    "23.02", "23.09", "24.05", "24.06", "24.08", "24.09", "24.11", "26.04",
];

/// The inputs of the first versions of the repository.
pub(crate) fn real_sources(versions: &[&str]) -> Vec<Sources> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| match fs::read_to_string(top.join(name)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        text => text.map(Some),
    };
    layers::of(versions, read).unwrap_or_else(|error| panic!("{error}"))
}

/// 26.04, from the files of the repository.
pub(crate) fn real_api() -> Api {
    let sources = real_sources(&VERSIONS).pop().expect("there are versions");
    load(&sources).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}
