//! Mutations of a URL query: repeated names, invalid percent-encoding, unusual characters.

use fastrand::Rng;

use super::{bytes, one_of, times};

const PAIRS: &[&str] = &[
    "code=hush-code",
    "code=",
    "code",
    "code=%00",
    "code=%C3%28",
    "code=a+b%2Bc",
    "%63ode=x",
    "state=",
    "state=other",
    "error=access_denied",
    "error=",
    "error_description=no",
    "error_description=%ED%A0%80",
    "=",
    "=x",
    "a=b=c",
    "%",
    "%zz",
    "%%%",
    "code[]=x",
    "CODE=x",
    "state%00=x",
];

const SIGNS: &[&str] = &[
    "&", "&&", "?", "#", ";", "=", "%", "%2", "%u0041", "+", "%26", "%3D", "%3F", "%23", "\0", "ä",
    "%ff",
];

pub(super) fn change(body: &mut Vec<u8>, rng: &mut Rng) {
    let mut pairs: Vec<Vec<u8>> = body
        .split(|byte| *byte == b'&')
        .map(<[u8]>::to_vec)
        .collect();
    let at = rng.usize(..pairs.len());
    match rng.u8(..8) {
        0 => drop(pairs.remove(at)),
        1 => {
            let pair = pairs[at].clone();
            let times = times(pair.len() + 1, rng);
            pairs.extend(std::iter::repeat_n(pair, times));
        }
        2 | 3 => pairs.insert(at, one_of(PAIRS, rng).into()),
        4 => rng.shuffle(&mut pairs),
        5 => {
            let pair = &mut pairs[at];
            if !pair.is_empty() {
                let index = rng.usize(..pair.len());
                let encoded = format!("%{:02x}", pair[index]);
                pair.splice(index..=index, encoded.into_bytes());
            }
        }
        6 => {
            let sign = one_of(SIGNS, rng).repeat(if rng.u8(..16) == 0 { times(1, rng) } else { 1 });
            let index = rng.usize(..=pairs[at].len());
            pairs[at].splice(index..index, sign.into_bytes());
        }
        _ => bytes::change(&mut pairs[at], b"", rng),
    }
    *body = pairs.join(&b'&');
}
