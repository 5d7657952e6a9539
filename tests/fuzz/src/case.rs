//! The format of an input: settings and headers of a response, an empty line, and the body.
//!
//! ```text
//! @call get_invoice
//! @status 200
//! content-type: application/json
//!
//! {"id":1}
//! ```

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

/// A parsed input. Any bytes are valid: lines that cannot be parsed are ignored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    head: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl<'a> Case<'a> {
    pub(crate) fn read(input: &'a [u8]) -> Self {
        let (head, body) = input.split_at(head_length(input));
        Self { head, body }
    }

    /// Returns the value of the line `@name value`.
    pub(crate) fn setting(&self, name: &str) -> Option<&'a str> {
        self.head.split(|byte| *byte == b'\n').find_map(|line| {
            let (found, value) = std::str::from_utf8(line)
                .ok()?
                .strip_prefix('@')?
                .split_once(' ')?;
            (found == name).then_some(value)
        })
    }

    /// Returns the headers that are valid in HTTP.
    pub(crate) fn headers(&self) -> HeaderMap {
        let lines = self.head.split(|byte| *byte == b'\n');
        lines
            .filter(|line| !line.starts_with(b"@"))
            .filter_map(|line| {
                let colon = line.iter().position(|byte| *byte == b':')?;
                let name = HeaderName::from_bytes(&line[..colon]).ok()?;
                let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
                Some((name, value))
            })
            .collect()
    }

    /// Returns the response of the server.
    pub(crate) fn response(&self) -> Response<Bytes> {
        let status = self.setting("status").and_then(|text| text.parse().ok());
        let mut response = Response::new(Bytes::copy_from_slice(self.body));
        *response.status_mut() = status.unwrap_or(StatusCode::OK);
        *response.headers_mut() = self.headers();
        response
    }
}

/// Returns the length of the head, including the empty line.
pub(crate) fn head_length(input: &[u8]) -> usize {
    let end = input.windows(2).position(|two| two == b"\n\n");
    end.map_or(0, |end| end + 2)
}
