//! Limits of a value: what they were, and whether less is allowed now.

use crate::model::Rule;

/// `max_len = 28`, as the attribute writes it; nothing when there is no limit.
pub(super) fn text(rule: &Rule) -> Option<String> {
    let text = crate::emit::limits(rule).join(", ");
    (!text.is_empty()).then_some(text)
}

/// Whether a value that was allowed may not be any more.
pub(super) fn tighter(before: &Rule, after: &Rule) -> bool {
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

/// The number that bounds from one side, with the one that is itself excluded. `side` is -1 for the upper bound, which
/// turns it into a lower one. The numbers are of the size of amounts of money, so that `f64` compares them well enough;
/// what it cannot read counts as tighter.
fn bound(
    before: &Rule,
    after: &Rule,
    of: impl Fn(&Rule) -> (&Option<String>, &Option<String>),
    side: f64,
) -> bool {
    let read = |rule: &Rule| {
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
