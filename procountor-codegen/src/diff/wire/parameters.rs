//! Parameters of an operation that both versions have.

use super::{Wire, change, items, limits, name, types};
use crate::diff::change::{Breaks, Change, Subject};
use crate::diff::kind::Kind;
use crate::diff::pairs::position;
use crate::model::{Api, ListStyle, Location, Operation, Parameter, Type};

/// Returns the name of a location: `query`.
pub(super) fn location_name(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
    }
}

/// Returns whether two parameters are the same: by position in a path, by name elsewhere.
fn same(old: &Operation, one: &Parameter, new: &Operation, other: &Parameter) -> bool {
    match (one.location, other.location) {
        (Location::Path, Location::Path) => {
            position(&old.path, &one.wire) == position(&new.path, &other.wire)
        }
        (Location::Path, _) | (_, Location::Path) => false,
        _ => one.wire == other.wire,
    }
}

/// Returns the common parameters. Equal locations are paired first, since a header can have the name of a query parameter.
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
    /// Compares everything but the types.
    pub(super) fn parameter_changes(
        &self,
        old: &Operation,
        new: &Operation,
        changes: &mut Vec<Change>,
    ) {
        let operation = name(new);
        let subject = |one: &Parameter| {
            Subject::parameter(&operation, location_name(one.location), &one.wire)
        };
        let pairs = both(old, new);
        for one in &old.parameters {
            if !pairs.iter().any(|(kept, _)| std::ptr::eq(*kept, one)) {
                let before = Some(summary(self.before, one));
                let rust = items::parameter(self.before, old, &one.rust, one.required);
                let change = change(Kind::ParameterRemoved, subject(one), before, None);
                changes.push(change.breaks(Breaks::WRITES).rust(rust));
            }
        }
        for one in &new.parameters {
            if !pairs.iter().any(|(_, kept)| std::ptr::eq(*kept, one)) {
                let after = Some(summary(self.after, one));
                let rust = items::parameter(self.after, new, &one.rust, one.required);
                let change = change(Kind::ParameterAdded, subject(one), None, after);
                changes.push(change.breaks(Breaks::of(false, one.required)).rust(rust));
            }
        }
        for (one, other) in pairs {
            let mut rust = items::parameter(self.after, new, &other.rust, other.required);
            if one.required != other.required {
                rust.extend(items::parameter(self.after, new, &one.rust, true));
                rust.extend(items::parameter(self.before, old, &one.rust, one.required));
            }
            for (kind, before, after, breaks) in differences(one, other) {
                let change = change(kind, subject(other), before, after);
                changes.push(change.breaks(Breaks::of(false, breaks)).rust(rust.clone()));
            }
        }
    }
}

/// Returns type and requirement: `date, required`.
fn summary(api: &Api, one: &Parameter) -> String {
    let required = if one.required { ", required" } else { "" };
    format!("{}{required}", types::name(api, &one.ty))
}

/// Returns the differences: the kind, the old and new value, and whether programs that send the parameter break.
fn differences(
    one: &Parameter,
    other: &Parameter,
) -> Vec<(Kind, Option<String>, Option<String>, bool)> {
    let mut found = Vec::new();
    let mut note = |kind, before: Option<String>, after: Option<String>, breaks| {
        found.push((kind, before, after, breaks));
    };
    let location = |one: &Parameter| Some(location_name(one.location).to_owned());
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
    if one.constraints != other.constraints {
        let tighter = limits::tighter(&one.constraints, &other.constraints);
        note(
            Kind::ParameterLimits,
            limits::text(&one.constraints),
            limits::text(&other.constraints),
            tighter,
        );
    }
    let default = |one: &Parameter| one.default.as_ref().map(ToString::to_string);
    if one.default != other.default {
        note(Kind::ParameterDefault, default(one), default(other), false);
    }
    found
}
