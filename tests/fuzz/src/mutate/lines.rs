//! Mutations of headers and of multipart bodies.

use fastrand::Rng;

use super::{Shape, bytes, one_of, times};

const WAITS: &[&str] = &[
    "0",
    "1",
    "00",
    "+1",
    "-1",
    "1.5",
    "1e3",
    "120",
    "121",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
    " 7 ",
    "7 seconds",
    "７",
    "",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Wed, 31 Dec 1969 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Sat, 01 Jan 0000 00:00:00 GMT",
    "Mon, 00 Foo 0000 99:99:99 GMT",
    "Sun, 31 Feb 2026 12:00:00 GMT",
    "Wed, 15 Apr 2026 09:30:07 GMT",
    "Wednesday, 15-Apr-26 09:30:07 GMT",
    "Wed Apr 15 09:30:07 2026",
    "Wed Apr  5 09:30:07 2026",
    "Wed, 15 Apr 2026 09:30:07 +0200",
    "Tue, 15 Nov 1994 08:12:31",
    "Sun, 29 Feb 2025 00:00:00 GMT",
    "Thu, 31 Dec 1600 23:59:60 GMT",
];

const STATUSES: &[&str] = &[
    "200", "201", "202", "204", "206", "299", "301", "302", "304", "400", "401", "403", "404",
    "406", "408", "409", "410", "415", "418", "425", "429", "500", "502", "503", "504", "599",
    "100", "999",
];

const MEDIA: &[&str] = &[
    "application/json",
    "application/json; charset=utf-8",
    "text/html",
    "multipart/mixed",
    "multipart/mixed;boundary",
    "multipart/mixed; boundary=",
    "multipart/mixed; boundary=\"\"",
    "multipart/mixed; boundary=\"",
    "multipart/mixed; boundary=-",
    "MULTIPART/MIXED ; a=b ; BOUNDARY = \"part\"",
    "multipart/mixed; boundary=part; boundary=other",
    "multipart/mixed; boundary=\"a;b\"",
    "multipart/related; boundary=part",
    "multipart/mixed; boundary==",
    ";",
    "",
    "multipart/mixed; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "multipart/mixed; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// Changes, adds or removes one line.
pub(super) fn change(shape: Shape, head: &mut Vec<u8>, rng: &mut Rng) {
    let mut lines: Vec<Vec<u8>> = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    // The text after the last line feed is not a line.
    lines.retain(|line| !line.is_empty());
    if lines.is_empty() {
        return;
    }
    let at = rng.usize(..lines.len());
    match rng.u8(..10) {
        0 => drop(lines.remove(at)),
        1 => {
            let line = lines[at].clone();
            lines.insert(rng.usize(..=lines.len()), line);
        }
        2 if shape != Shape::Headers => {
            let status = one_of(STATUSES, rng);
            lines.insert(0, format!("@status {status}").into_bytes());
        }
        3 => {
            let media = one_of(MEDIA, rng);
            lines.insert(0, format!("content-type: {media}").into_bytes());
        }
        4 => {
            let wait = one_of(WAITS, rng);
            lines.insert(0, format!("retry-after: {wait}").into_bytes());
        }
        _ => {
            let start = value_start(&lines[at]);
            let mut value = lines[at].split_off(start);
            match (lines[at].as_slice(), rng.bool()) {
                (b"retry-after: ", true) => value = one_of(WAITS, rng).into(),
                (b"@status ", true) => value = one_of(STATUSES, rng).into(),
                (b"content-type: ", true) => value = one_of(MEDIA, rng).into(),
                _ => bytes::change(&mut value, b"", rng),
            }
            // A line feed would start another line.
            value.retain(|byte| *byte != b'\n');
            lines[at].append(&mut value);
        }
    }
    lines.iter_mut().for_each(|line| line.push(b'\n'));
    *head = lines.concat();
}

/// Returns the position after the name.
fn value_start(line: &[u8]) -> usize {
    let space = line.iter().position(|byte| *byte == b' ');
    space.map_or(0, |space| space + 1)
}

const PARTS: &[&str] = &[
    "\r\n",
    "\n",
    "\r\n\r\n",
    "\r\n--part\r\n",
    "\r\n--part--",
    "\r\n--part--\r\n",
    "--part",
    "--part\r\n\r\n",
    "\r\n--part \t\r\n",
    "\r\n--partial\r\n",
    "--",
    "\r\n--",
    "Content-Type: application/json\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "{}",
    "{\"id\":1}",
    "preamble\r\n",
];

/// Changes, adds, repeats or removes a line or boundary of a multipart body.
pub(super) fn change_parts(body: &mut Vec<u8>, rng: &mut Rng) {
    let ends: Vec<_> = body
        .windows(2)
        .enumerate()
        .filter(|(_, two)| two == b"\r\n")
        .map(|(at, _)| at)
        .collect();
    let at = if ends.is_empty() {
        rng.usize(..=body.len())
    } else {
        ends[rng.usize(..ends.len())]
    };
    let next = ends
        .iter()
        .find(|next| **next > at)
        .copied()
        .unwrap_or(body.len());
    match rng.u8(..6) {
        0 => drop(body.drain(at..(at + 2).min(body.len()))),
        1 => {
            let end = body.len().min(at + 2);
            body.splice(at..end, *b"\n");
        }
        2 => drop(body.drain(at..next)),
        3 => {
            let line = body[at..next].to_vec();
            let times = times(line.len(), rng);
            body.splice(at..at, line.repeat(times));
        }
        4 => bytes::change(body, b"", rng),
        _ => {
            let piece = one_of(PARTS, rng);
            let times = if rng.u8(..16) == 0 {
                times(piece.len(), rng)
            } else {
                1
            };
            body.splice(at..at, piece.repeat(times).bytes());
        }
    }
}
