//! Checks the table against every version.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::operation::{
    CanCall, Endpoint, OnBehalf, Retry, Supports, Version, VersionVisitor, Visitor,
};

/// The parameters of each GET, and all operations that change data, in every version.
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
            let names = empty.fields().iter().map(|(field, _)| field.name).collect();
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
fn every_version_has_the_path_to_get() {
    let seen = seen();
    let missing: Vec<_> = seen
        .changes
        .iter()
        .filter_map(|(version, operation)| {
            let path = anonymous(operation.path);
            let (_, read, query, _) = rule(operation);
            let read = first_segments(&path, read);
            let Some(parameters) = seen.reads.get(&(*version, read.clone())) else {
                return Some(format!("{version} {operation}: no operation is GET {read}"));
            };
            let missing = query.iter().find(|(name, _)| !parameters.contains(name));
            missing.map(|(name, _)| {
                format!("{version} {operation}: GET {read} does not have the parameter {name}")
            })
        })
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_line_is_used() {
    let seen = seen();
    let unused: Vec<_> = RULES
        .iter()
        .map(|(path, ..)| *path)
        .filter(|path| {
            !seen
                .changes
                .iter()
                .any(|(_, operation)| anonymous(operation.path) == *path)
        })
        .collect();
    assert_eq!(unused, [""; 0]);
}

#[test]
fn the_path_of_the_api_is_removed() {
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
