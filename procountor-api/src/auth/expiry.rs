//! The lifetime of an access token, and the time of its renewal.

use std::time::Duration;

use serde_json::Value;

/// The assumed lifetime of a token without `expires_in`: the shortest one that has been reported.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);
/// The upper bound of a lifetime. No token lives that long.
pub(super) const MAX_LIFETIME: Duration = Duration::from_secs(60 * 60 * 24 * 365);
/// The longest time before the expiry at which a token is renewed, without the random part.
const MAX_MARGIN: Duration = Duration::from_secs(60);

/// Returns the lifetime in `expires_in`, which some servers write as text. Negative numbers count as zero; a value that
/// is not a number counts as missing.
pub(super) fn lifetime(expires_in: Option<&Value>) -> Duration {
    let seconds = expires_in.and_then(|value| {
        value
            .as_f64()
            .or_else(|| value.as_str()?.trim().parse().ok())
    });
    match seconds.filter(|seconds| !seconds.is_nan()) {
        None => DEFAULT_LIFETIME,
        Some(seconds) => Duration::from_secs_f64(seconds.clamp(0.0, MAX_LIFETIME.as_secs_f64())),
    }
}

/// Returns how long before its expiry a token is renewed: a tenth of its lifetime, at most [`MAX_MARGIN`], plus up to
/// the same again at random, so that programs that started together do not renew together.
pub(super) fn renewal_margin(lifetime: Duration) -> Duration {
    let margin = MAX_MARGIN.min(lifetime / 10);
    margin + margin.mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_of_expires_in_is_a_lifetime() {
        for (expires_in, seconds) in [
            (json!(3600), 3600.0),
            (json!("3600"), 3600.0),
            (json!(" 60 "), 60.0),
            (json!(1.5), 1.5),
            (json!(0), 0.0),
            (json!(-1), 0.0),
            (json!(-1e300), 0.0),
            (json!("-inf"), 0.0),
            (json!(1e300), MAX_LIFETIME.as_secs_f64()),
            (json!(u64::MAX), MAX_LIFETIME.as_secs_f64()),
            (json!("NaN"), 300.0),
            (json!("soon"), 300.0),
            (json!(null), 300.0),
            (json!([]), 300.0),
        ] {
            let found = lifetime(Some(&expires_in)).as_secs_f64();
            assert_eq!(found, seconds, "{expires_in}");
        }
        assert_eq!(lifetime(None).as_secs(), 300);
    }

    #[test]
    fn a_token_is_renewed_before_its_expiry_at_a_random_time() {
        for (lifetime, least, most) in [
            (3600, 60.0, 120.0),
            (300, 30.0, 60.0),
            (1, 0.1, 0.2),
            (0, 0.0, 0.0),
        ] {
            let margins: Vec<_> = (0..200)
                .map(|_| renewal_margin(Duration::from_secs(lifetime)).as_secs_f64())
                .collect();
            let in_range = |margin: &f64| (least..=most).contains(margin);
            assert!(margins.iter().all(in_range), "{lifetime}");
            let equal = margins.iter().all(|margin| *margin == margins[0]);
            assert_eq!(equal, lifetime == 0);
        }
    }
}
