//! Compares decimal numbers by their text, without loss of digits.

use std::cmp::Ordering;

/// The largest number of decimal places, far above what accounting needs.
const MAX_PLACES: i64 = 400;

/// A decimal number: sign, digits without leading zeros, and number of decimal places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    scale: usize,
}

impl Decimal {
    /// Parses a number such as `-12.50` or `1.5e3`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || unsigned.ends_with('.') || !is_number(whole) || !is_number(fraction)
        {
            return None;
        }
        let mut digits: Vec<u8> = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|byte| byte - b'0')
            .collect();
        let mut scale = i64::try_from(fraction.len()).ok()? - exponent;
        if scale.abs() > MAX_PLACES {
            return None;
        }
        while scale < 0 {
            digits.push(0);
            scale += 1;
        }
        let mut scale = usize::try_from(scale).ok()?;
        while scale > 0 && digits.last() == Some(&0) {
            digits.pop();
            scale -= 1;
        }
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..zeros);
        Some(Self {
            negative: mantissa.starts_with('-') && !digits.is_empty(),
            digits,
            scale,
        })
    }

    /// Returns the number of decimal places without trailing zeros.
    pub(super) fn scale(&self) -> usize {
        self.scale
    }

    /// Returns the digits for a given number of decimal places.
    fn scaled(&self, scale: usize) -> Vec<u8> {
        let mut digits = self.digits.clone();
        digits.resize(digits.len() + scale - self.scale, 0);
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..zeros);
        digits
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        let (left, right) = (self.scaled(scale), other.scaled(scale));
        let sizes = left.len().cmp(&right.len()).then_with(|| left.cmp(&right));
        match (self.negative, other.negative) {
            (false, false) => sizes,
            (true, true) => sizes.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn order_is_that_of_the_numbers() {
        let ordered = [
            "-100", "-2.5", "-0.001", "0", "0.01", "0.1", "1", "1.05", "9.99", "10", "1.5e3",
        ];
        for pair in ordered.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        assert_eq!(decimal("-0.00"), decimal("0"));
        assert_eq!(decimal("1.500").scale(), 1);
        assert_eq!(decimal("12e-3").scale(), 3);
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "-", ".5", "1.", "1,5", "0x1", "1e999999999", "NaN"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
