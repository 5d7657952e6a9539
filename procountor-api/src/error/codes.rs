//! What the server says in codes. The vendor's list is not published as data, so the set is open: these are seen in the
//! programs and help pages of others.

use crate::error::ApiMessage;

/// A validation code, as far as it is known what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownCode {
    /// As the server writes it.
    pub code: &'static str,
    /// What is wrong with the request.
    pub meaning: &'static str,
}

const fn code(code: &'static str, meaning: &'static str) -> KnownCode {
    KnownCode { code, meaning }
}

/// The validation codes that are known. There are more: an unknown one is as good a refusal.
pub static CODES: [KnownCode; 6] = [
    code(
        "CLOSED_FISCAL_PERIOD",
        "the date is in a financial year or a tracking period that is closed",
    ),
    code(
        "DIMENSION_OR_DIMENSION_ITEM_IDENTIFIERS_DOES_NOT_MATCH_THOSE_STORED_IN_DATABASE",
        "a dimension or an item of it is unknown, closed or deleted: read the dimensions again",
    ),
    code(
        "DUE_DATE_BEFORE_BILL_DATE",
        "the due date is earlier than the date of the invoice",
    ),
    code(
        "ERROR_BRN_CODE",
        "the business id or VAT number is missing or malformed",
    ),
    code(
        "ERROR_LEDGERACCOUNT_VATPERCENTAGE_COMBINATION",
        "the account is not in the chart of accounts, or does not allow this VAT percentage",
    ),
    code(
        "ERROR_VATSTATUS_VATPERC",
        "the VAT status and the VAT percentage do not fit together",
    ),
];

impl ApiMessage {
    /// The code, where the message is one and no sentence.
    ///
    /// ```
    /// # async fn example(error: procountor_api::Error) {
    /// for message in error.api().into_iter().flat_map(|answer| &answer.messages) {
    ///     match message.code() {
    ///         Some("CLOSED_FISCAL_PERIOD") => println!("that month is closed"),
    ///         _ => println!("{message}: {}", message.meaning().unwrap_or("see the vendor's list")),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn code(&self) -> Option<&str> {
        let of_a_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let text = self.message.as_str();
        (text.len() > 2
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(of_a_code))
        .then_some(text)
    }

    /// What the code means, where that is known: see [`CODES`].
    pub fn meaning(&self) -> Option<&'static str> {
        let known = CODES.iter().find(|known| known.code == self.message);
        known.map(|known| known.meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_told_from_a_sentence() {
        let of = |text: &str| ApiMessage {
            field: None,
            message: text.to_owned(),
        };
        assert_eq!(of("ERROR_BRN_CODE").code(), Some("ERROR_BRN_CODE"));
        assert_eq!(of("A_NEW_1").code(), Some("A_NEW_1"));
        assert_eq!(of("A_NEW_1").meaning(), None);
        assert_eq!(of("File size too big").code(), None);
        assert_eq!(of("").code(), None);
        assert!(CODES.is_sorted_by_key(|known| known.code));
        for known in &CODES {
            assert_eq!(of(known.code).code(), Some(known.code));
            assert_eq!(of(known.code).meaning(), Some(known.meaning));
        }
    }
}
