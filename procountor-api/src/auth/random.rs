//! Random secrets and their comparison.

use crate::wire::Secret;

/// Returns 32 random bytes of the operating system as hexadecimal digits.
pub(super) fn random_token() -> Result<Secret, String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("the operating system did not provide random bytes: {error}"))?;
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    Ok(Secret::new(digits.collect::<String>()))
}

/// Compares in a time that depends on the lengths only, so that timing does not reveal the secret.
pub(super) fn constant_time_eq(secret: &str, given: &str) -> bool {
    let (secret, given) = (secret.as_bytes(), given.as_bytes());
    let differing = secret
        .iter()
        .zip(given)
        .fold(0, |differing, (a, b)| differing | (a ^ b));
    // Keeps the compiler from ending the loop at the first difference.
    std::hint::black_box(differing) == 0 && secret.len() == given.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_tokens_differ() {
        let tokens: Vec<_> = (0..100).map(|_| random_token().unwrap()).collect();
        for (index, token) in tokens.iter().enumerate() {
            assert_eq!(token.expose().len(), 64);
            assert!(!tokens[..index].contains(token));
        }
    }

    #[test]
    fn only_equal_texts_compare_equal() {
        assert!(constant_time_eq("abc", "abc"));
        for other in ["", "ab", "abd", "abcd", "ABC", "xbc"] {
            assert!(!constant_time_eq("abc", other), "{other}");
        }
    }
}
