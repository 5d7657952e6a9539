//! Dates and times without a time zone, as this API has them.

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
    /// Creates a date from its year, month (1–12) and day (1–31).
    ///
    /// # Errors
    ///
    /// Returns an error if the calendar does not have this day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, jiff::Error> {
        civil::Date::new(year, month, day).map(Self)
    }

    /// Returns the date as a type of `jiff`, for calculations.
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
        // `jiff` accepts signed years. The API has years of four digits only.
        if text.starts_with(['-', '+']) {
            let problem = format_args!("expected a year of four digits, found {text}");
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
/// All forms that the API is known to use are accepted: without seconds, with a fraction, with an offset. A value from the
/// server is sent back unchanged, so that it can serve as the `version` of a resource. A new value is sent in the documented
/// form.
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
    /// The text of the server, if it differs from the documented form.
    as_written: Option<Box<str>>,
}

impl DateTime {
    /// Returns the time as a type of `jiff`, for calculations, without the offset that the server may have sent.
    pub fn civil(&self) -> civil::DateTime {
        self.civil
    }
}

/// Truncates to seconds: the documented form does not have a fraction.
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

/// Returns the text before `Z`, `+02:00` or `-0500`.
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
