//! A body and a part.

use procountor_macros::endpoint;

#[endpoint(POST, "/attachments", returns = Attachment)]
#[auth(m2m | on_behalf)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct AddAttachment {
    #[body]
    pub meta: AttachmentMeta,
    #[part(file)]
    pub file: FileUpload,
}

fn main() {}
