//! Compiles a release.

use std::process::Command;

use crate::checkout::Checkout;

/// Checks that the crate compiles with the new version alone and with all of them.
pub(super) fn compiles(checkout: &Checkout) -> Result<(), String> {
    for features in [&[][..], &["--all-features"]] {
        let status = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--package", "procountor-api"])
            .args(features)
            .current_dir(&checkout.0)
            .status()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !status.success() {
            return Err("the generated source does not compile".to_owned());
        }
    }
    Ok(())
}
