//! Finnish numbers with check digits: business ids, account numbers, references, personal identity codes.

/// Returns a business id (Y-tunnus) for seven digits, or `None` if the check digit would be 10.
pub(crate) fn business_id(number: u32) -> Option<String> {
    let digits = format!("{number:07}");
    let weights = [7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    match sum % 11 {
        0 => Some(format!("{digits}-0")),
        1 => None,
        rest => Some(format!("{digits}-{}", 11 - rest)),
    }
}

/// Returns an IBAN for a bank's six digits and an account's seven.
pub(crate) fn iban(bank: u32, account: u32) -> String {
    let digits = format!("{bank:06}{account:07}");
    let bban = format!("{digits}{}", luhn(&digits));
    format!("FI{:02}{bban}", 98 - mod97(&format!("{bban}151800")))
}

/// Returns a national reference number.
pub(crate) fn reference(base: i64) -> String {
    let digits = base.to_string();
    let weights = [7, 3, 1].into_iter().cycle();
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Returns an international reference for a national one.
pub(crate) fn rf_reference(base: i64) -> String {
    let national = reference(base);
    format!(
        "RF{:02}{national}",
        98 - mod97(&format!("{national}271500"))
    )
}

/// Returns a personal identity code from the range that is reserved for tests.
pub(crate) fn personal_code(day: u32, month: u32, year: u32, number: u32) -> String {
    const CHECKS: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let number = 900 + number % 100;
    let digits = day * 10_000_000 + month * 100_000 + (year % 100) * 1000 + number;
    let check = char::from(CHECKS[digits as usize % CHECKS.len()]);
    format!("{day:02}{month:02}{:02}-{number}{check}", year % 100)
}

fn luhn(digits: &str) -> u32 {
    let doubled = digits.bytes().rev().enumerate().map(|(place, digit)| {
        let value = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
        value / 10 + value % 10
    });
    (10 - doubled.sum::<u32>() % 10) % 10
}

fn mod97(digits: &str) -> u32 {
    digits
        .bytes()
        .fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_published_examples() {
        assert_eq!(business_id(737_546), Some("0737546-2".to_owned()));
        assert_eq!(iban(123_456, 78), "FI2112345600000785");
        assert_eq!(reference(2601), "26013");
        assert_eq!(rf_reference(234_823), "RF332348236");
        assert_eq!(personal_code(13, 10, 1952, 8), "131052-9085");
    }
}
