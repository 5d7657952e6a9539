//! The characters that the API accepts: those of Windows-1252.

/// The characters that Windows-1252 has between 0x80 and 0x9F.
const UPPER: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

/// Returns the first character that the API does not accept.
pub(super) fn first_unsupported(text: &str) -> Option<char> {
    text.chars()
        .find(|c| !matches!(*c, '\0'..='\x7f' | '\u{a0}'..='\u{ff}') && !UPPER.contains(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finnish_and_euro_pass_others_do_not() {
        assert_eq!(first_unsupported("Päijät-Häme Öljy, 5 € – “ok”\n"), None);
        assert_eq!(first_unsupported("aŔb"), Some('Ŕ'));
        assert_eq!(first_unsupported("Москва"), Some('М'));
        assert_eq!(first_unsupported("😀"), Some('😀'));
    }
}
