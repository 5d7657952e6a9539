//! What the compiler says of a release.

use std::process::Command;

use crate::tree::Tree;

/// Checks that the crate compiles with the new version alone and with all of them.
pub(super) fn compiles(tree: &Tree) -> Result<(), String> {
    for features in [&[][..], &["--all-features"]] {
        let status = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--package", "procountor-api"])
            .args(features)
            .current_dir(&tree.0)
            .status()
            .map_err(|error| format!("cargo cannot be run: {error}"))?;
        if !status.success() {
            return Err("the generated source does not compile".to_owned());
        }
    }
    Ok(())
}
