//! How long a token is used.

use std::time::Duration;

use serde_json::Value;

/// What is assumed of a token without `expires_in`: the shortest life that anybody has reported.
const UNSTATED: Duration = Duration::from_secs(300);
/// Longer than any token lives: what is said beyond is taken as this.
pub(crate) const LONGEST: Duration = Duration::from_secs(60 * 60 * 24 * 365);
/// A token is renewed this long before it expires, or a tenth of its life, whichever is shorter; and up to as much again
/// earlier, drawn at random, so that programs that were started together do not renew together.
const SKEW: Duration = Duration::from_secs(60);

/// The seconds in `expires_in`, which some servers write as text. Nothing, or what is no number, means that the life is not
/// stated; nothing is left of a life that is not positive, and such a token serves only those who waited for it.
pub(crate) fn stated(expires_in: Option<&Value>) -> Duration {
    let seconds =
        expires_in.and_then(|life| life.as_f64().or_else(|| life.as_str()?.trim().parse().ok()));
    match seconds.filter(|seconds| !seconds.is_nan()) {
        None => UNSTATED,
        Some(seconds) => Duration::from_secs_f64(seconds.clamp(0.0, LONGEST.as_secs_f64())),
    }
}

/// How long before its end a token with this life is renewed.
pub(crate) fn margin(life: Duration) -> Duration {
    let skew = SKEW.min(life / 10);
    skew + skew.mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_a_server_says_is_a_life() {
        for (said, seconds) in [
            (json!(3600), 3600.0),
            (json!("3600"), 3600.0),
            (json!(" 60 "), 60.0),
            (json!(1.5), 1.5),
            (json!(0), 0.0),
            (json!(-1), 0.0),
            (json!(-1e300), 0.0),
            (json!("-inf"), 0.0),
            (json!(1e300), LONGEST.as_secs_f64()),
            (json!(u64::MAX), LONGEST.as_secs_f64()),
            (json!("NaN"), 300.0),
            (json!("soon"), 300.0),
            (json!(null), 300.0),
            (json!([]), 300.0),
        ] {
            assert_eq!(stated(Some(&said)).as_secs_f64(), seconds, "{said}");
        }
        assert_eq!(stated(None).as_secs(), 300);
    }

    #[test]
    fn a_token_is_renewed_before_its_end_and_not_always_at_the_same_moment() {
        for (life, least, most) in [
            (3600, 60.0, 120.0),
            (300, 30.0, 60.0),
            (1, 0.1, 0.2),
            (0, 0.0, 0.0),
        ] {
            let margins: Vec<_> = (0..200)
                .map(|_| margin(Duration::from_secs(life)).as_secs_f64())
                .collect();
            assert!(
                margins.iter().all(|margin| (least..=most).contains(margin)),
                "{life}"
            );
            assert_eq!(
                margins.iter().all(|margin| *margin == margins[0]),
                life == 0
            );
        }
    }
}
