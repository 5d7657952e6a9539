//! Mutates inputs, mostly according to their syntax, sometimes byte by byte.

mod bytes;
mod json;
mod lines;
mod query;

use fastrand::Rng;

use crate::case::head_length;

/// The syntax of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Json,
    Multipart,
    Query,
    /// Headers without a body.
    Headers,
}

/// Changes an input once, sometimes with a part of `other`.
pub(crate) fn once(shape: Shape, input: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    if rng.u8(..10) == 0 {
        return bytes::change(input, other, rng);
    }
    let length = head_length(input);
    let in_head = match shape {
        Shape::Headers => true,
        Shape::Multipart => rng.u8(..4) == 0,
        Shape::Json | Shape::Query => rng.u8(..8) == 0,
    };
    let other = other.get(head_length(other)..).unwrap_or_default();
    if in_head && length > 0 {
        let mut head = input[..length - 1].to_vec();
        lines::change(shape, &mut head, rng);
        head.push(b'\n');
        input.splice(..length, head);
        return;
    }
    let mut body = input.split_off(length);
    match shape {
        _ if rng.u8(..5) == 0 => bytes::change(&mut body, other, rng),
        Shape::Json => json::change(&mut body, other, rng),
        Shape::Query => query::change(&mut body, rng),
        Shape::Multipart => lines::change_parts(&mut body, rng),
        Shape::Headers => bytes::change(&mut body, other, rng),
    }
    input.append(&mut body);
}

fn one_of<'a>(all: &[&'a str], rng: &mut Rng) -> &'a str {
    all[rng.usize(..all.len())]
}

/// Returns a number of repetitions: mostly small, sometimes as many as fit into 64 KiB.
fn times(length: usize, rng: &mut Rng) -> usize {
    match rng.u8(..) {
        0 => rng.usize(1..=(64 * 1024 / length.max(1)).max(1)),
        1..16 => rng.usize(1..=64),
        _ => rng.usize(1..=4),
    }
}
