//! Which operation of one version is which of the other. Method and path identify an operation; case and the names of
//! placeholders do not matter.

use std::collections::BTreeMap;

/// Two lists, set side by side.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    /// Those that both have, in the order of the second list.
    pub(super) both: Vec<(usize, usize)>,
    /// Those that only the first has.
    pub(super) removed: Vec<usize>,
    /// Those that only the second has.
    pub(super) added: Vec<usize>,
}

impl Pairs {
    /// Pairs operations, given as `GET /invoices/{invoiceId}`: first those that are spelled alike, then the others.
    pub(super) fn of(before: &[String], after: &[String]) -> Self {
        let mut pairs = Self {
            removed: (0..before.len()).collect(),
            added: (0..after.len()).collect(),
            ..Self::default()
        };
        pairs.join(|index| before[index].clone(), |index| after[index].clone());
        pairs.join(
            |index| crate::model::path_key(&before[index]),
            |index| crate::model::path_key(&after[index]),
        );
        pairs
    }

    /// Pairs what is left and has the same key.
    pub(super) fn join<K: Ord>(&mut self, before: impl Fn(usize) -> K, after: impl Fn(usize) -> K) {
        let mut left: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for index in self.removed.iter().rev() {
            left.entry(before(*index)).or_default().push(*index);
        }
        let mut found = Vec::new();
        self.added.retain(|index| {
            let partner = left.get_mut(&after(*index)).and_then(Vec::pop);
            found.extend(partner.map(|partner| (partner, *index)));
            partner.is_none()
        });
        self.removed
            .retain(|index| found.iter().all(|(partner, _)| partner != index));
        self.both.extend(found);
        self.both.sort_by_key(|(_, after)| *after);
    }
}

/// An operation without the names of its placeholders.
pub(super) fn without_names(operation: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for one in operation.chars() {
        if one == '}' {
            inside = false;
        }
        if !inside {
            text.push(one);
        }
        if one == '{' {
            inside = true;
        }
    }
    text
}

/// The place of a placeholder in a path: the first is 0.
pub(super) fn position(path: &str, placeholder: &str) -> Option<usize> {
    let mut names = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    names.position(|name| name == placeholder)
}
