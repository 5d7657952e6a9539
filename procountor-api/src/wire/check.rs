//! What the specification allows a value to be, checked before anything is sent.

use std::fmt;
use std::ops::Range;

use rust_decimal::Decimal;

/// The limits of a value. Numbers are the text of the specification, so that they stay exact.
#[derive(Debug)]
pub struct Constraints {
    /// Characters, at least.
    pub min_len: Option<usize>,
    /// Characters, at most.
    pub max_len: Option<usize>,
    /// The least number.
    pub min: Option<&'static str>,
    /// The greatest number.
    pub max: Option<&'static str>,
    /// The number must be greater than this.
    pub above: Option<&'static str>,
    /// The number must be less than this.
    pub below: Option<&'static str>,
    /// Digits behind the point, at most.
    pub scale: Option<u32>,
    /// Items of a list, at least.
    pub min_items: Option<usize>,
    /// Items of a list, at most.
    pub max_items: Option<usize>,
    /// No item twice.
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

    /// Reads a limit of a table: `max_len=512`, `above=0`, `unique`. The macros have checked that its value is a number.
    pub(super) fn read(&mut self, limit: &'static str) {
        let (word, value) = limit.split_once('=').unwrap_or((limit, ""));
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

/// Something that the specification does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: `invoiceRows[3].comment`.
    pub path: String,
    /// What: `has 600 characters, at most 512 are allowed`.
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            if self.path.is_empty() {
                "the body"
            } else {
                &self.path
            },
            self.problem
        )
    }
}

/// All violations of a request, and the place that is being looked at.
#[derive(Debug, Default)]
pub struct Violations {
    path: String,
    found: Vec<Violation>,
}

impl Violations {
    /// Adds one at the present place.
    pub fn add(&mut self, problem: impl Into<String>) {
        self.found.push(Violation {
            path: self.path.clone(),
            problem: problem.into(),
        });
    }

    /// All that were found.
    pub fn into_vec(self) -> Vec<Violation> {
        self.found
    }

    pub(crate) fn within_member(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if !self.path.is_empty() && !name.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
        look(self);
        self.path.truncate(length);
    }

    pub(crate) fn within_element(&mut self, index: usize, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(&format!("[{index}]"));
        look(self);
        self.path.truncate(length);
    }

    pub(crate) fn check_text(&mut self, text: &str, rule: &Constraints) {
        let length = text.chars().count();
        if let Some(max) = rule.max_len.filter(|&max| length > max) {
            self.add(format!(
                "has {length} characters, at most {max} are allowed"
            ));
        }
        if let Some(min) = rule.min_len.filter(|&min| length < min) {
            self.add(format!(
                "has {length} characters, at least {min} are needed"
            ));
        }
        if let Some((index, odd)) = text.chars().enumerate().find(|&(_, c)| !in_windows_1252(c)) {
            let place = index + 1;
            let code = u32::from(odd);
            let shown = if odd.is_control() {
                String::new()
            } else {
                format!(" '{odd}'")
            };
            self.add(format!("has a character that Procountor does not take (Windows-1252):{shown} U+{code:04X} at {place}"));
        }
    }

    pub(crate) fn check_number(&mut self, number: Decimal, rule: &Constraints) {
        let limit = |text: Option<&'static str>| text.and_then(|text| text.parse::<Decimal>().ok());
        if let Some(min) = limit(rule.min).filter(|&min| number < min) {
            self.add(format!("is {number}, at least {min} is allowed"));
        }
        if let Some(max) = limit(rule.max).filter(|&max| number > max) {
            self.add(format!("is {number}, at most {max} is allowed"));
        }
        if let Some(above) = limit(rule.above).filter(|&above| number <= above) {
            self.add(format!("is {number}, it must be more than {above}"));
        }
        if let Some(below) = limit(rule.below).filter(|&below| number >= below) {
            self.add(format!("is {number}, it must be less than {below}"));
        }
        let digits = number.normalize().scale();
        if let Some(scale) = rule.scale.filter(|&scale| digits > scale) {
            self.add(format!("is {number}, at most {scale} decimals are allowed"));
        }
    }

    pub(crate) fn check_count(&mut self, count: usize, rule: &Constraints) {
        if let Some(min) = rule.min_items.filter(|&min| count < min) {
            self.add(format!("has {count} items, at least {min} are needed"));
        }
        if let Some(max) = rule.max_items.filter(|&max| count > max) {
            self.add(format!("has {count} items, at most {max} are allowed"));
        }
    }
}

/// Procountor takes only the characters of Windows-1252, although the transport is UTF-8. (Facts: section 4.2 of the
/// vendor's requirements.) Control characters other than tab and line breaks have no place in bookkeeping data.
fn in_windows_1252(c: char) -> bool {
    const LATIN_1: Range<char> = '\u{a0}'..'\u{100}';
    const EXTRA: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
    matches!(c, ' '..='~' | '\t' | '\n' | '\r') || LATIN_1.contains(&c) || EXTRA.contains(c)
}
