//! Parameters of an operation that both versions have.

use super::{Wire, change, items, limits, name, types};
use crate::diff::change::{Breaks, Change, Place};
use crate::diff::kind::Kind;
use crate::diff::pairs::position;
use crate::model::{Api, ListStyle, Location, Operation, Parameter, Type};

/// `query`
pub(super) fn word(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
    }
}

/// Whether they are the same: in a path by position, elsewhere by name.
fn same(old: &Operation, one: &Parameter, new: &Operation, other: &Parameter) -> bool {
    match (one.location, other.location) {
        (Location::Path, Location::Path) => {
            position(&old.path, &one.wire) == position(&new.path, &other.wire)
        }
        (Location::Path, _) | (_, Location::Path) => false,
        _ => one.wire == other.wire,
    }
}

/// Those that both have. One of the same name in the same place goes first: a header may be called like a query parameter.
pub(super) fn both<'a>(
    old: &'a Operation,
    new: &'a Operation,
) -> Vec<(&'a Parameter, &'a Parameter)> {
    let mut left: Vec<&Parameter> = old.parameters.iter().collect();
    let mut pairs: Vec<(&Parameter, &Parameter)> = Vec::new();
    for exact in [true, false] {
        for other in &new.parameters {
            if pairs.iter().any(|(_, taken)| std::ptr::eq(*taken, other)) {
                continue;
            }
            let fits = |one: &&Parameter| {
                same(old, one, new, other) && (!exact || one.location == other.location)
            };
            if let Some(index) = left.iter().position(fits) {
                pairs.push((left.remove(index), other));
            }
        }
    }
    pairs
}

impl Wire<'_> {
    /// What changed but types, which are compared where all types are.
    pub(super) fn parameter_changes(
        &self,
        old: &Operation,
        new: &Operation,
        changes: &mut Vec<Change>,
    ) {
        let operation = name(new);
        let place = |one: &Parameter| Place::parameter(&operation, word(one.location), &one.wire);
        let pairs = both(old, new);
        for one in &old.parameters {
            if !pairs.iter().any(|(kept, _)| std::ptr::eq(*kept, one)) {
                let said = Some(said(self.before, one));
                let rust = items::taken(self.before, old, &one.rust, one.required);
                let change = change(Kind::ParameterRemoved, place(one), said, None);
                changes.push(change.breaks(Breaks::WRITES).rust(rust));
            }
        }
        for one in &new.parameters {
            if !pairs.iter().any(|(_, kept)| std::ptr::eq(*kept, one)) {
                let said = said(self.after, one);
                let rust = items::taken(self.after, new, &one.rust, one.required);
                let change = change(Kind::ParameterAdded, place(one), None, Some(said));
                changes.push(change.breaks(Breaks::of(false, one.required)).rust(rust));
            }
        }
        for (one, other) in pairs {
            let mut rust = items::taken(self.after, new, &other.rust, other.required);
            if one.required != other.required {
                rust.extend(items::taken(self.after, new, &one.rust, true));
                rust.extend(items::taken(self.before, old, &one.rust, one.required));
            }
            for (kind, before, after, breaks) in differences(one, other) {
                let change = change(kind, place(other), before, after);
                changes.push(change.breaks(Breaks::of(false, breaks)).rust(rust.clone()));
            }
        }
    }
}

/// `date, required`
fn said(api: &Api, one: &Parameter) -> String {
    let required = if one.required { ", required" } else { "" };
    format!("{}{required}", types::word(api, &one.ty))
}

/// What differs, with what it was, what it is, and whether it breaks who sends it.
fn differences(
    one: &Parameter,
    other: &Parameter,
) -> Vec<(Kind, Option<String>, Option<String>, bool)> {
    let mut found = Vec::new();
    let mut note = |kind, before: Option<String>, after: Option<String>, breaks| {
        found.push((kind, before, after, breaks));
    };
    let location = |one: &Parameter| Some(word(one.location).to_owned());
    if one.location != other.location {
        note(
            Kind::ParameterLocation,
            location(one),
            location(other),
            true,
        );
    }
    if one.required != other.required {
        let kind = if other.required {
            Kind::ParameterRequired
        } else {
            Kind::ParameterOptional
        };
        note(kind, None, None, other.required);
    }
    let lists = matches!((&one.ty, &other.ty), (Type::List(_), Type::List(_)));
    if lists && one.list != other.list {
        let style = |one: &Parameter| {
            let style = match one.list {
                ListStyle::Comma => "comma",
                ListStyle::Repeated => "repeated",
            };
            Some(style.to_owned())
        };
        note(Kind::ParameterList, style(one), style(other), true);
    }
    if one.rule != other.rule {
        let tighter = limits::tighter(&one.rule, &other.rule);
        note(
            Kind::ParameterLimits,
            limits::text(&one.rule),
            limits::text(&other.rule),
            tighter,
        );
    }
    let default = |one: &Parameter| one.default.as_ref().map(ToString::to_string);
    if one.default != other.default {
        note(Kind::ParameterDefault, default(one), default(other), false);
    }
    found
}
