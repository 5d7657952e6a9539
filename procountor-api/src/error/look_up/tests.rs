//! The table, held against every version.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::operation::{CanCall, OnBehalf, Supports, Version, VersionVisitor, Visitor};
use crate::operation::{Endpoint, Retry};

/// What the versions have: the parameters of each GET, and everything that changes something.
#[derive(Default)]
struct Seen {
    reads: BTreeMap<(&'static str, String), BTreeSet<&'static str>>,
    changes: Vec<(&'static str, &'static Operation)>,
}

struct Of<'a>(&'a mut Seen, &'static str);

impl VersionVisitor for Seen {
    fn version<V: Version>(&mut self) {
        V::visit(&mut Of(self, V::NUMBER));
    }
}

impl<V> Visitor<V> for Of<'_> {
    fn endpoint<E: Endpoint>(&mut self)
    where
        V: Supports<E, E::Versions>,
        OnBehalf: CanCall<E, E::Access>,
    {
        let operation = E::OPERATION;
        if operation.method == Method::GET {
            let empty = E::empty();
            let names = empty
                .fields()
                .iter()
                .map(|(column, _)| column.name)
                .collect();
            self.0
                .reads
                .insert((self.1, anonymous(operation.path)), names);
        } else if operation.retry != Retry::Safe && !operation.path.ends_with("/confirm") {
            self.0.changes.push((self.1, operation));
        }
    }
}

fn seen() -> Seen {
    let mut seen = Seen::default();
    crate::__private::visit_versions(&mut seen);
    assert!(seen.changes.len() > 100);
    seen
}

#[test]
fn what_is_to_be_read_is_there_in_every_version() {
    let seen = seen();
    let missing: Vec<_> = seen
        .changes
        .iter()
        .filter_map(|(version, operation)| {
            let path = anonymous(operation.path);
            let rule = Constraints::of(operation);
            let read = first_segments(&path, rule.read);
            let Some(parameters) = seen.reads.get(&(*version, read.clone())) else {
                return Some(format!("{version} {operation}: there is no GET {read}"));
            };
            let lacks = rule
                .query
                .iter()
                .find(|(name, _)| !parameters.contains(name));
            lacks.map(|(name, _)| format!("{version} {operation}: GET {read} has no {name}"))
        })
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_line_is_of_use() {
    let seen = seen();
    let idle: Vec<_> = RULES
        .iter()
        .map(|(path, ..)| *path)
        .filter(|path| {
            !seen
                .changes
                .iter()
                .any(|(_, operation)| anonymous(operation.path) == *path)
        })
        .collect();
    assert_eq!(idle, [""; 0]);
}

#[test]
fn a_path_is_taken_from_behind_whatever_the_api_stands_below() {
    let operation = crate::v2604::operations::ApproveInvoice::OPERATION;
    let sent = |uri: &str| {
        let request = Request::put(uri).body(Vec::new()).unwrap();
        let found = LookUp::new(
            operation,
            &request,
            (SystemTime::UNIX_EPOCH, SystemTime::now()),
        );
        (found.path().to_owned(), found.read().to_owned())
    };
    let expected = ("/invoices/42/approve".to_owned(), "/invoices/42".to_owned());
    assert_eq!(sent("https://a.b/v2604/api/invoices/42/approve"), expected);
    assert_eq!(
        sent("https://a.b/invoices/42/approve?updateInventory=true"),
        expected
    );
}
