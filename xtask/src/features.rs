//! The Cargo features of `procountor-api`.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::checkout::project_root;

/// The crate that applications depend on.
pub(crate) const PACKAGE: &str = "procountor-api";

/// The feature that every program needs to reach a server.
pub(crate) const TLS: &str = "rustls";

/// Returns the features that are API versions, such as `v2604`, oldest first.
pub(crate) fn versions() -> Result<Vec<String>, String> {
    let names = all()?.into_iter();
    Ok(names.filter(|name| is_version(name)).collect())
}

/// Returns the feature sets that CI compiles the crate with: none, each version alone, and every other feature alone.
pub(crate) fn sets() -> Result<Vec<String>, String> {
    let names = all()?.into_iter().map(|name| {
        if is_version(&name) {
            format!("{name},{TLS}")
        } else {
            name
        }
    });
    Ok([String::new()].into_iter().chain(names).collect())
}

fn is_version(name: &str) -> bool {
    name.strip_prefix('v')
        .is_some_and(|rest| rest.len() == 4 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns all features of the crate, from `cargo metadata`.
fn all() -> Result<BTreeSet<String>, String> {
    let mut command = Command::new(env!("CARGO"));
    let output = command
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(project_root())
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`cargo metadata` failed: {errors}"));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cannot parse the output of `cargo metadata`: {error}"))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut features = packages
        .filter(|package| package["name"] == PACKAGE)
        .map(|package| &package["features"]);
    let features = features.next().and_then(Value::as_object);
    let features = features.ok_or_else(|| format!("the workspace does not contain {PACKAGE}"))?;
    Ok(features.keys().cloned().collect())
}
