//! Text that nobody can guess, and its comparison.

use crate::wire::Secret;

/// 32 bytes from the operating system, as hexadecimal digits.
pub(crate) fn unguessable() -> Result<Secret, String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("the operating system gives no random bytes: {error}"))?;
    Ok(Secret::new(hex(&bytes)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares in a time that depends on the lengths only, so that an answer's delay tells nothing of the secret.
pub(crate) fn same(secret: &str, given: &str) -> bool {
    let (secret, given) = (secret.as_bytes(), given.as_bytes());
    let differing = secret
        .iter()
        .zip(given)
        .fold(0, |differing, (a, b)| differing | (a ^ b));
    // The compiler must not end the walk at the first difference.
    std::hint::black_box(differing) == 0 && secret.len() == given.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_another_one() {
        let texts: Vec<_> = (0..100).map(|_| unguessable().unwrap()).collect();
        for (index, text) in texts.iter().enumerate() {
            assert_eq!(text.expose().len(), 64);
            assert!(!texts[..index].contains(text));
        }
    }

    #[test]
    fn only_equal_texts_are_the_same() {
        assert!(same("abc", "abc"));
        for other in ["", "ab", "abd", "abcd", "ABC", "xbc"] {
            assert!(!same("abc", other), "{other}");
        }
    }
}
