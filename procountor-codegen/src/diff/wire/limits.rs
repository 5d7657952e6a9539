//! Limits of a value.

use crate::model::Constraints;

/// Returns the limits as the attribute writes them: `max_len = 28`.
pub(super) fn text(rule: &Constraints) -> Option<String> {
    let text = crate::emit::limits(rule).join(", ");
    (!text.is_empty()).then_some(text)
}

/// Returns whether a value that was allowed can be forbidden now.
pub(super) fn tighter(before: &Constraints, after: &Constraints) -> bool {
    let least = |one: &Option<u32>, other: &Option<u32>| {
        other.unwrap_or_default() > one.unwrap_or_default()
    };
    let most = |one: &Option<u32>, other: &Option<u32>| match (one, other) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(other)) => other < one,
    };
    least(&before.min_len, &after.min_len)
        || most(&before.max_len, &after.max_len)
        || most(&before.scale, &after.scale)
        || least(&before.min_items, &after.min_items)
        || most(&before.max_items, &after.max_items)
        || (after.unique && !before.unique)
        || bound(before, after, |rule| (&rule.min, &rule.above), 1.0)
        || bound(before, after, |rule| (&rule.max, &rule.below), -1.0)
}

/// Returns whether the bound on one side became tighter. `side` is -1 for the upper bound, which makes it a lower one. The
/// numbers are small enough for `f64`; a bound that cannot be parsed counts as tighter.
fn bound(
    before: &Constraints,
    after: &Constraints,
    of: impl Fn(&Constraints) -> (&Option<String>, &Option<String>),
    side: f64,
) -> bool {
    let read = |rule: &Constraints| {
        let (included, excluded) = of(rule);
        let number = |text: &Option<String>| {
            let text = text.as_ref()?;
            Some(text.parse::<f64>().map_or(f64::INFINITY, |one| one * side))
        };
        let (included, excluded) = (number(included), number(excluded));
        match (included, excluded) {
            (None, None) => None,
            (Some(one), Some(other)) if one > other => Some((one, false)),
            (_, Some(one)) => Some((one, true)),
            (Some(one), None) => Some((one, false)),
        }
    };
    match (read(before), read(after)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some((one, excludes)), Some((other, excludes_now))) => {
            other > one || (other.total_cmp(&one).is_eq() && excludes_now && !excludes)
        }
    }
}
