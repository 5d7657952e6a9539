//! Decides the policies of each operation by the rules in `spec/policies.yaml` and in the `policies.yaml` of each version.
//! A rule that matches no operation of any version is an error.

mod rules;

use crate::diagnostic::Diagnostics;
use crate::inputs::{Source, UsageTracker};
use crate::model::Api;

/// Sets the policies of every operation. An operation that the rules leave undecided is an error.
pub(crate) fn apply(
    api: &mut Api,
    sources: &[Source],
    usage: &mut UsageTracker,
) -> Result<(), Diagnostics> {
    let Some(base) = sources.first() else {
        let help = "create it with a list of `rules`";
        return Err(Diagnostics::one(
            "spec/policies.yaml",
            "the file does not exist",
            help,
        ));
    };
    let mut diagnostics = Diagnostics::default();
    let mut rules = Vec::new();
    for source in sources {
        rules.extend(rules::read(source, &mut diagnostics));
    }
    // An invalid rule leaves operations undecided. Reporting them too would hide the cause.
    if diagnostics.0.is_empty() {
        rules::apply(api, &rules, &base.name, usage, &mut diagnostics);
    }
    diagnostics.or_value(())
}
