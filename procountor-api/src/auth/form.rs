//! The form of a token request.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Uri};
use secrecy::zeroize::Zeroizing;
use url::form_urlencoded;

use super::refusal::GrantType;

/// The fields of a token request. They hold secrets.
pub(crate) struct Form<'a> {
    pub(super) grant_type: GrantType,
    pub(super) fields: Vec<(&'static str, &'a str)>,
}

impl Form<'_> {
    /// Builds the token request. Every field is in the body, which is wiped after it was sent, and none is in the URL.
    /// The content type has no charset: the server rejects one.
    pub(super) fn request(self, uri: &Uri) -> Request<Bytes> {
        // Enough for every byte to be percent-encoded: a text that grows would leave a copy of the secrets in memory.
        let capacity = self.fields.iter();
        let capacity = capacity.map(|(name, value)| 3 * (name.len() + value.len()) + 2);
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(capacity.sum()));
        form.extend_pairs(self.fields);
        let form = Zeroizing::new(form.finish().into_bytes());
        let mut request = Request::new(Bytes::from_owner(form));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri.clone();
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form_type);
        request
            .extensions_mut()
            .insert(crate::transport::TokenRequest);
        request
    }
}
