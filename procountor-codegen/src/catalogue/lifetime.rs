//! Which versions have a definition, and how that is called: as a module, as a type, and in a sentence.

use std::cmp::Ordering;

use heck::ToUpperCamelCase;

use crate::builder::version_marker;
use crate::model::Api;

/// A set of versions, by their place in the list of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lifetime(u64);

/// By the first version, then by the last.
impl Ord for Lifetime {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = |one: &Self| (one.first(), one.last(), one.0);
        order(self).cmp(&order(other))
    }
}

impl PartialOrd for Lifetime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Lifetime {
    /// These versions.
    pub(super) fn of(versions: impl IntoIterator<Item = usize>) -> Self {
        Self(versions.into_iter().fold(0, |set, index| set | 1 << index))
    }

    /// The versions of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has this version.
    pub fn has(self, index: usize) -> bool {
        self.0 & 1 << index != 0
    }

    /// The oldest of its versions.
    pub fn first(self) -> usize {
        self.0.trailing_zeros() as usize
    }

    /// The newest of its versions.
    pub fn last(self) -> usize {
        self.0.ilog2() as usize
    }

    /// Its versions, oldest first.
    pub fn versions(self) -> impl Iterator<Item = usize> {
        (self.first()..=self.last()).filter(move |index| self.has(*index))
    }

    /// The versions between its first and its last that it has not.
    fn gaps(self) -> impl Iterator<Item = usize> {
        (self.first()..=self.last()).filter(move |index| !self.has(*index))
    }

    /// The module of what lives this long: `since_v2302`, `v2302_to_v2411`, `only_v2405`.
    pub fn module(self, versions: &[Api]) -> String {
        let marker = |index: usize| version_marker(&versions[index].version).to_lowercase();
        let (first, last) = (marker(self.first()), marker(self.last()));
        let mut name = if self.last() + 1 == versions.len() {
            format!("since_{first}")
        } else if self.first() == self.last() {
            format!("only_{first}")
        } else {
            format!("{first}_to_{last}")
        };
        for (index, gap) in self.gaps().enumerate() {
            name.push_str(if index == 0 { "_but_" } else { "_" });
            name.push_str(&marker(gap));
        }
        name
    }

    /// The type that stands for it: `SinceV2302`.
    pub fn ty(self, versions: &[Api]) -> String {
        self.module(versions).to_upper_camel_case()
    }

    /// `23.02 and later`
    pub fn words(self, versions: &[Api]) -> String {
        let number = |index: usize| versions[index].version.as_str();
        let (first, last) = (number(self.first()), number(self.last()));
        let mut words = if self.last() + 1 == versions.len() {
            format!("{first} and later")
        } else if self.first() == self.last() {
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
