//! The methods that a version lacks and other versions have. They do not compile, and the compiler's message names the
//! versions that have them.

use std::collections::BTreeSet;

use heck::ToSnakeCase;

use super::endpoints::type_name;
use super::text::{SourceFile, Text, lines};
use super::types::{cfg, folder, ident, module};
use crate::builder::version_marker;
use crate::catalogue::{Catalogue, VersionSet};

/// `unavailable.rs`
pub(super) fn file(catalogue: &Catalogue) -> SourceFile {
    let mut names = BTreeSet::new();
    let versions: Vec<String> = (0..catalogue.versions.len())
        .map(|index| version(catalogue, index, &mut names))
        .collect();
    let mut text = Text::new("Groups, operations and parameters that some versions lack.");
    text.item("use crate::generated_prelude::*;");
    text.item(invocation(
        "unavailable_names",
        "",
        &lines("    ", names, ","),
    ));
    for item in versions.into_iter().chain(parameters(catalogue)) {
        text.item(item);
    }
    text.file("unavailable.rs")
}

/// Returns the methods that a version lacks. Their names are added to `names`.
fn version(catalogue: &Catalogue, index: usize, names: &mut BTreeSet<String>) -> String {
    let (api, marker) = (
        &catalogue.versions[index],
        version_marker(&catalogue.versions[index].version),
    );
    let groups = catalogue.missing_groups(index).into_iter();
    let groups: String = groups
        .map(|(name, versions)| line(catalogue, names, name, "", &versions))
        .collect();
    let mut invocations = vec![invocation("unavailable_groups", &marker, &groups)];
    for group in &api.groups {
        let missing = catalogue.missing_operations(index, &group.name).into_iter();
        let methods: String = missing
            .map(|one| {
                let name = one.id.to_snake_case();
                let arguments = one.arguments.iter().map(|name| ident(name).to_string());
                let arguments = arguments.collect::<Vec<_>>().join(", ");
                line(
                    catalogue,
                    names,
                    &name,
                    &format!("({arguments})"),
                    &one.versions,
                )
            })
            .collect();
        let head = format!("{marker} {}", group.facade);
        invocations.push(invocation("unavailable", &head, &methods));
    }
    invocations.retain(|one| !one.is_empty());
    if invocations.is_empty() {
        return String::new();
    }
    let module = module(api);
    format!(
        "{}mod {module} {{\nuse crate::generated::{module}::*;\nuse crate::generated_prelude::*;\n\n{}}}",
        cfg(catalogue, &VersionSet::of([index])),
        invocations.join("\n")
    )
}

/// Returns the parameters that only other forms of an endpoint have.
fn parameters<'a>(catalogue: &'a Catalogue) -> impl Iterator<Item = String> + 'a {
    catalogue.endpoints.iter().filter_map(|endpoint| {
        let missing = catalogue.missing_parameters(endpoint);
        let lines = missing.iter().map(|(name, versions)| {
            let range = versions.range(catalogue.versions);
            format!("    {} in {range};\n", ident(name))
        });
        let lines: String = lines.collect();
        let folder = folder(&catalogue.versions[endpoint.versions.first()]);
        let head = format!("{folder} {}", type_name(endpoint.item.id()));
        (!lines.is_empty()).then(|| {
            cfg(catalogue, &endpoint.versions)
                + &invocation("unavailable_parameters", &head, &lines)
        })
    })
}

/// A line of a macro: a method, and the versions that have it.
fn line(
    catalogue: &Catalogue,
    names: &mut BTreeSet<String>,
    name: &str,
    arguments: &str,
    versions: &VersionSet,
) -> String {
    let name = ident(name).to_string();
    let line = format!(
        "    {name}{arguments} in {};\n",
        versions.range(catalogue.versions)
    );
    names.insert(name);
    line
}

/// Returns the invocation of a macro, or nothing without lines.
fn invocation(name: &str, head: &str, lines: &str) -> String {
    match (head, lines) {
        (_, "") => String::new(),
        ("", _) => format!("{name}! {{\n{lines}}}\n"),
        _ => format!("{name}! {{\n    {head}:\n{lines}}}\n"),
    }
}
