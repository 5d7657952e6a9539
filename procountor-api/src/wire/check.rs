//! The checks of values before a request is sent.

use std::fmt;
use std::ops::Range;

use rust_decimal::Decimal;

/// The limits of a value. Numbers are kept as text, so that they are exact.
#[derive(Debug)]
pub struct Constraints {
    /// Minimum number of characters.
    pub min_len: Option<usize>,
    /// Maximum number of characters.
    pub max_len: Option<usize>,
    /// Minimum of a number.
    pub min: Option<&'static str>,
    /// Maximum of a number.
    pub max: Option<&'static str>,
    /// Exclusive minimum of a number.
    pub above: Option<&'static str>,
    /// Exclusive maximum of a number.
    pub below: Option<&'static str>,
    /// Maximum number of decimals.
    pub scale: Option<u32>,
    /// Minimum number of items of a list.
    pub min_items: Option<usize>,
    /// Maximum number of items of a list.
    pub max_items: Option<usize>,
    /// Whether the items of a list must be distinct.
    pub unique: bool,
}

impl Constraints {
    /// No limits.
    pub const NONE: Self = Self {
        min_len: None,
        max_len: None,
        min: None,
        max: None,
        above: None,
        below: None,
        scale: None,
        min_items: None,
        max_items: None,
        unique: false,
    };

    /// Sets a constraint from its text in a descriptor: `max_len=512`, `above=0`, `unique`. The macros check the value.
    pub(super) fn parse(&mut self, constraint: &'static str) {
        let (word, value) = constraint.split_once('=').unwrap_or((constraint, ""));
        let count = || value.parse().ok();
        match word {
            "min_len" => self.min_len = count(),
            "max_len" => self.max_len = count(),
            "min" => self.min = Some(value),
            "max" => self.max = Some(value),
            "above" => self.above = Some(value),
            "below" => self.below = Some(value),
            "scale" => self.scale = value.parse().ok(),
            "min_items" => self.min_items = count(),
            "max_items" => self.max_items = count(),
            "unique" => self.unique = true,
            _ => {}
        }
    }
}

/// A part of a request that the specification does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the value: `invoiceRows[3].comment`, or empty for the whole body.
    pub path: String,
    /// The problem: `has 600 characters, at most 512 are allowed`.
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "the body"
        } else {
            &self.path
        };
        write!(f, "{path} {}", self.problem)
    }
}

/// The violations of a request, and the path of the value that is being checked.
#[derive(Debug, Default)]
pub struct Violations {
    path: String,
    found: Vec<Violation>,
}

impl Violations {
    /// Adds a violation at the current path.
    pub fn add(&mut self, problem: impl Into<String>) {
        self.found.push(Violation {
            path: self.path.clone(),
            problem: problem.into(),
        });
    }

    /// Returns the violations.
    pub fn into_vec(self) -> Vec<Violation> {
        self.found
    }

    pub(crate) fn within_member(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if !self.path.is_empty() && !name.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
        check(self);
        self.path.truncate(length);
    }

    pub(crate) fn within_element(&mut self, index: usize, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(&format!("[{index}]"));
        check(self);
        self.path.truncate(length);
    }

    pub(crate) fn check_text(&mut self, text: &str, constraints: &Constraints) {
        let length = text.chars().count();
        if let Some(max) = constraints.max_len.filter(|&max| length > max) {
            self.add(format!(
                "has {length} characters, at most {max} are allowed"
            ));
        }
        if let Some(min) = constraints.min_len.filter(|&min| length < min) {
            self.add(format!(
                "has {length} characters, at least {min} are needed"
            ));
        }
        let mut characters = text.chars().enumerate();
        if let Some((index, c)) = characters.find(|&(_, c)| !in_windows_1252(c)) {
            let (position, code) = (index + 1, u32::from(c));
            let shown = if c.is_control() {
                String::new()
            } else {
                format!(" '{c}'")
            };
            self.add(format!(
                "has a character that Procountor does not accept (only Windows-1252):{shown} U+{code:04X} at position {position}"
            ));
        }
    }

    pub(crate) fn check_number(&mut self, number: Decimal, constraints: &Constraints) {
        let limit = |text: Option<&'static str>| text.and_then(|text| text.parse::<Decimal>().ok());
        if let Some(min) = limit(constraints.min).filter(|&min| number < min) {
            self.add(format!("is {number}, it must be at least {min}"));
        }
        if let Some(max) = limit(constraints.max).filter(|&max| number > max) {
            self.add(format!("is {number}, it must be at most {max}"));
        }
        if let Some(above) = limit(constraints.above).filter(|&above| number <= above) {
            self.add(format!("is {number}, it must be more than {above}"));
        }
        if let Some(below) = limit(constraints.below).filter(|&below| number >= below) {
            self.add(format!("is {number}, it must be less than {below}"));
        }
        let digits = number.normalize().scale();
        if let Some(scale) = constraints.scale.filter(|&scale| digits > scale) {
            self.add(format!("is {number}, at most {scale} decimals are allowed"));
        }
    }

    pub(crate) fn check_count(&mut self, count: usize, constraints: &Constraints) {
        if let Some(min) = constraints.min_items.filter(|&min| count < min) {
            self.add(format!("has {count} items, at least {min} are needed"));
        }
        if let Some(max) = constraints.max_items.filter(|&max| count > max) {
            self.add(format!("has {count} items, at most {max} are allowed"));
        }
    }
}

/// Returns whether Procountor accepts a character: only those of Windows-1252, although requests are UTF-8 (section 4.2 of
/// the vendor's requirements). Control characters other than tabs and line breaks are refused as well.
fn in_windows_1252(c: char) -> bool {
    const LATIN_1: Range<char> = '\u{a0}'..'\u{100}';
    const EXTRA: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
    matches!(c, ' '..='~' | '\t' | '\n' | '\r') || LATIN_1.contains(&c) || EXTRA.contains(c)
}
