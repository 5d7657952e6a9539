//! Sets of API versions, and how they are written: as a Rust type and in a sentence.

use std::collections::BTreeSet;

use crate::builder::version_marker;
use crate::model::Api;

/// A set of versions, by their positions in the list of all versions. It is never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionSet(BTreeSet<usize>);

impl VersionSet {
    /// Returns the set of these versions.
    pub(crate) fn of(versions: impl IntoIterator<Item = usize>) -> Self {
        Self(versions.into_iter().collect())
    }

    /// Returns the versions that are in either set.
    pub(crate) fn union(&self, other: &Self) -> Self {
        Self(&self.0 | &other.0)
    }

    /// Returns whether the version is in the set.
    pub fn contains(&self, index: usize) -> bool {
        self.0.contains(&index)
    }

    /// Returns the oldest version.
    pub fn first(&self) -> usize {
        self.0.first().copied().unwrap_or_default()
    }

    /// Returns the newest version.
    pub fn last(&self) -> usize {
        self.0.last().copied().unwrap_or_default()
    }

    /// Returns the versions, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().copied()
    }

    /// Returns whether the newest of all versions is in the set.
    pub(crate) fn is_current(&self, versions: &[Api]) -> bool {
        self.last() + 1 == versions.len()
    }

    /// Returns the versions between the first and the last that are not in the set.
    fn gaps(&self) -> impl Iterator<Item = usize> {
        (self.first()..self.last()).filter(|index| !self.contains(*index))
    }

    /// Returns the Rust type that stands for the set: `Since<V2302>`, `Except<Between<V2302, V2411>, V2406>`.
    pub(crate) fn range(&self, versions: &[Api]) -> String {
        let marker = |index: usize| version_marker(&versions[index].version);
        let (first, last) = (marker(self.first()), marker(self.last()));
        let range = if self.is_current(versions) {
            format!("Since<{first}>")
        } else if first == last {
            format!("Only<{first}>")
        } else {
            format!("Between<{first}, {last}>")
        };
        self.gaps().fold(range, |range, gap| {
            format!("Except<{range}, {}>", marker(gap))
        })
    }

    /// Returns the set in a sentence: `23.02 and later`, `23.02 to 24.11, but not 24.06`.
    pub(crate) fn words(&self, versions: &[Api]) -> String {
        let number = |index: usize| versions[index].version.as_str();
        let (first, last) = (number(self.first()), number(self.last()));
        let mut words = if self.is_current(versions) {
            format!("{first} and later")
        } else if first == last {
            format!("{first} only")
        } else {
            format!("{first} to {last}")
        };
        let gaps: Vec<&str> = self.gaps().map(number).collect();
        if let [before @ .., end] = &gaps[..] {
            words.push_str(", but not ");
            if !before.is_empty() {
                words.push_str(&format!("{} and ", before.join(", ")));
            }
            words.push_str(end);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::VersionSet;
    use crate::model::{Api, Lifecycle};

    /// Returns the versions 20.00 to 20.99.
    fn versions() -> Vec<Api> {
        (0..100)
            .map(|month| Api {
                version: format!("20.{month:02}"),
                lifecycle: Lifecycle::default(),
                groups: Vec::new(),
                operations: Vec::new(),
                schemas: Vec::new(),
                enums: Vec::new(),
                ids: Vec::new(),
            })
            .collect()
    }

    fn written(set: impl IntoIterator<Item = usize>) -> (String, String) {
        let (set, versions) = (VersionSet::of(set), versions());
        (set.range(&versions), set.words(&versions))
    }

    #[test]
    fn sets_are_written_as_ranges() {
        let pair = |range: &str, words: &str| (range.to_owned(), words.to_owned());
        assert_eq!(written(3..100), pair("Since<V2003>", "20.03 and later"));
        assert_eq!(written([99]), pair("Since<V2099>", "20.99 and later"));
        assert_eq!(written([70]), pair("Only<V2070>", "20.70 only"));
        assert_eq!(
            written(2..5),
            pair("Between<V2002, V2004>", "20.02 to 20.04")
        );
        assert_eq!(
            written([2, 5]),
            pair(
                "Except<Except<Between<V2002, V2005>, V2003>, V2004>",
                "20.02 to 20.05, but not 20.03 and 20.04"
            )
        );
    }

    #[test]
    fn a_union_has_the_versions_of_both() {
        let union = VersionSet::of([80, 1]).union(&VersionSet::of([2]));
        assert_eq!(union.iter().collect::<Vec<_>>(), [1, 2, 80]);
        assert_eq!((union.first(), union.last()), (1, 80));
        assert!(union.contains(80) && !union.contains(64));
    }
}
