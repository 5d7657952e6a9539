//! Dates and datetimes as this API has them: without a time zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil;

use super::{DecodeError, Wire};

/// A calendar date, `2026-04-15` on the wire.
///
/// ```
/// use procountor_api::Date;
///
/// let date = Date::new(2026, 4, 15)?;
/// assert_eq!(date.to_string(), "2026-04-15");
/// assert_eq!("2026-04-15".parse::<Date>()?, date);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// The date of this year, month (1–12) and day (1–31).
    ///
    /// # Errors
    /// There is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, jiff::Error> {
        civil::Date::new(year, month, day).map(Self)
    }

    /// The date as `jiff` has it, to calculate with.
    pub fn civil(self) -> civil::Date {
        self.0
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl FromStr for Date {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        // `jiff` takes signs, and writes a year before 0 with six digits: nobody keeps books of such.
        if text.starts_with(['-', '+']) {
            let problem = format_args!("a date begins with the four digits of its year: {text}");
            return Err(jiff::Error::from_args(problem));
        }
        civil::Date::strptime("%Y-%m-%d", text).map(Self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Wire for Date {
    fn empty() -> Self {
        Self(civil::Date::ZERO)
    }

    fn decode(json: &str, _depth: u8) -> Result<Self, DecodeError> {
        let text: Option<String> = serde_json::from_str(json).ok();
        text.and_then(|text| text.parse().ok())
            .ok_or_else(|| DecodeError::new("a date such as 2026-04-15", json))
    }

    fn encode(&self, out: &mut String) {
        super::encode_text(&self.to_string(), out);
    }
}

/// A date and time without a zone, `2026-04-15T09:30:00` on the wire. The vendor does not state which zone it is in.
///
/// It reads every form that the API is known to use (without seconds, with a fraction, with an offset) and writes
/// the documented one. A value that the server sent goes back exactly as it came, so that it still serves as the `version`
/// of a resource.
///
/// ```
/// use procountor_api::DateTime;
///
/// let version: DateTime = "2026-04-15T09:30".parse()?;
/// assert_eq!(version.to_string(), "2026-04-15T09:30");
/// assert_eq!(DateTime::from(version.civil()).to_string(), "2026-04-15T09:30:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    civil: civil::DateTime,
    /// What the server wrote, where that is not the documented form.
    as_written: Option<Box<str>>,
}

impl DateTime {
    /// The time as `jiff` has it, to calculate with; an offset that the server wrote is left out.
    pub fn civil(&self) -> civil::DateTime {
        self.civil
    }
}

/// To the second: the documented form has no fraction.
impl From<civil::DateTime> for DateTime {
    fn from(time: civil::DateTime) -> Self {
        Self {
            civil: time.date().at(time.hour(), time.minute(), time.second(), 0),
            as_written: None,
        }
    }
}

impl FromStr for DateTime {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        let civil: civil::DateTime = without_offset(text).parse()?;
        let as_written = (Self::from(civil).to_string() != text).then(|| text.into());
        Ok(Self { civil, as_written })
    }
}

/// The text before `Z`, `+02:00` or `-0500`.
fn without_offset(text: &str) -> &str {
    let time = text
        .find(['T', 't', ' '])
        .map_or(text.len(), |index| index + 1);
    let end = text[time..]
        .find(['Z', 'z', '+', '-'])
        .map_or(text.len(), |index| time + index);
    &text[..end]
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.as_written {
            Some(text) => f.write_str(text),
            None => write!(f, "{}", self.civil.strftime("%Y-%m-%dT%H:%M:%S")),
        }
    }
}

impl Wire for DateTime {
    fn empty() -> Self {
        Self::from(civil::DateTime::ZERO)
    }

    fn decode(json: &str, _depth: u8) -> Result<Self, DecodeError> {
        let text: Option<String> = serde_json::from_str(json).ok();
        text.and_then(|text| text.parse().ok())
            .ok_or_else(|| DecodeError::new("a date and time such as 2026-04-15T09:30:00", json))
    }

    fn encode(&self, out: &mut String) {
        super::encode_text(&self.to_string(), out);
    }
}
