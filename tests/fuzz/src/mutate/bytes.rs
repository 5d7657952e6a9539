//! Mutations that ignore the syntax.

use std::ops::Range;

use fastrand::Rng;

use super::times;

/// Byte sequences that are special in a syntax, or invalid or unusual in UTF-8.
const SPECIAL: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\r",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"=",
    b"&",
    b"%",
    b";",
    b"-",
    b"--",
    b"\xff",
    b"\xc3",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x98\x80",
    b"\xe2\x80\xa8",
    b"\x1b[31m",
    b"\x7f",
    b"\t",
    b"  ",
];

pub(super) fn change(input: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    let range = range(input.len(), rng);
    match rng.u8(..9) {
        0 if !input.is_empty() => {
            let at = rng.usize(..input.len());
            input[at] ^= 1 << rng.u8(..8);
        }
        1 if !input.is_empty() => {
            let at = rng.usize(..input.len());
            input[at] = rng.u8(..);
        }
        2 => drop(input.drain(range)),
        3 => input.truncate(range.start),
        4 => {
            let run = input[range.clone()].to_vec();
            let times = times(run.len(), rng);
            input.splice(range.start..range.start, run.repeat(times));
        }
        5 => {
            let from = self::range(other.len(), rng);
            input.splice(range, other[from].iter().copied());
        }
        6 => {
            input.truncate(range.start);
            input.extend_from_slice(&other[rng.usize(..=other.len())..]);
        }
        _ => {
            let special = SPECIAL[rng.usize(..SPECIAL.len())];
            let times = if rng.u8(..8) == 0 {
                times(special.len(), rng)
            } else {
                1
            };
            input.splice(range.start..range.start, special.repeat(times));
        }
    }
}

/// Returns a random range within `length`, often a short one.
fn range(length: usize, rng: &mut Rng) -> Range<usize> {
    let start = rng.usize(..=length);
    let max = length - start;
    let max = if rng.bool() { max.min(16) } else { max };
    start..start + rng.usize(..=max)
}
