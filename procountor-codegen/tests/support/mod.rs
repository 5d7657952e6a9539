//! Small specifications, and what becomes of them.

#![allow(dead_code, reason = "each test uses a part")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use procountor_codegen::model::Api;
use procountor_codegen::{Source, Sources, generate, inputs, load, load_all};

/// Returns everything that is needed around `paths` and `components`, both in YAML.
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
  - { reason: all, match: {}, set: { access: any, paging: inferred, rate_limit: queued, retry: only_if_unsent } }
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

/// Returns a specification with nothing else.
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

/// Returns the same with an overlay of these actions.
pub(crate) fn overlaid(openapi: &str, actions: &str) -> Sources {
    let text = overlay(&format!("actions:\n{}", indented(actions, "  ")));
    Sources {
        overlay: Some(source("overlay.yaml", &text)),
        ..sources(openapi)
    }
}

/// Returns an overlay with nothing else.
pub(crate) fn overlay(rest: &str) -> String {
    format!("overlay: 1.0.0\ninfo: {{ title: Test, version: '1' }}\n{rest}")
}

/// Returns the same with other policies.
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

/// Returns a formatted generated file.
pub(crate) fn file(sources: &Sources, path: &str) -> String {
    let api = load(sources).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    file_of(&[api], path)
}

/// Returns a formatted generated file of these versions.
pub(crate) fn file_of(versions: &[Api], path: &str) -> String {
    let files = generate(versions).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let found = files.iter().find(|file| file.path == path);
    let found = found.unwrap_or_else(|| {
        let paths: Vec<&String> = files.iter().map(|file| &file.path).collect();
        panic!("no {path}, only {paths:?}")
    });
    formatted(&found.text)
}

/// Formats source with rustfmt.
fn formatted(source: &str) -> String {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt runs");
    let mut input = rustfmt.stdin.take().expect("its input is piped");
    input
        .write_all(source.as_bytes())
        .expect("rustfmt reads its input");
    drop(input);
    let output = rustfmt.wait_with_output().expect("rustfmt exits");
    assert!(output.status.success(), "rustfmt rejected:\n{source}");
    String::from_utf8(output.stdout).expect("the output is text")
}

/// Returns the endpoints of the group `things`.
pub(crate) fn endpoints(sources: &Sources) -> String {
    let text = file(sources, "new_in_v2604/things.rs");
    blocks(&text, |block| block.contains("#[endpoint("))
}

/// Returns the definitions of a file, without its head and without endpoints.
pub(crate) fn items(sources: &Sources, path: &str) -> String {
    let text = file(sources, &format!("new_in_v2604/{path}"));
    let head = |block: &str| block.starts_with("// @generated") || block.starts_with("use ");
    blocks(&text, |block| {
        !head(block) && !block.contains("#[endpoint(")
    })
}

/// Returns the wanted blocks of a file. Blank lines separate blocks.
fn blocks(text: &str, wanted: impl Fn(&str) -> bool) -> String {
    let blocks: Vec<&str> = text.split("\n\n").filter(|block| wanted(block)).collect();
    let blocks = blocks.join("\n\n");
    format!("{}\n", blocks.trim_end())
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

/// Returns the inputs of the first versions of the repository.
pub(crate) fn real_sources(versions: &[&str]) -> Vec<Sources> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| match fs::read_to_string(top.join(name)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        text => text.map(Some),
    };
    inputs::collect(versions, read).unwrap_or_else(|error| panic!("{error}"))
}

/// 26.04, from the files of the repository.
pub(crate) fn real_api() -> Api {
    let sources = real_sources(&VERSIONS).pop().expect("there are versions");
    load(&sources).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}
