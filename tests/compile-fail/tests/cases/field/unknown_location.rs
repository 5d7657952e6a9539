//! Unknown locations. The missing location is not reported as well.

use procountor_macros::endpoint;

#[endpoint(POST, "/attachments", returns = Attachment)]
#[auth(m2m | on_behalf)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct AddAttachment {
    #[querry]
    pub size: Option<i64>,
    #[part(xml)]
    pub meta: AttachmentMeta,
    #[part]
    pub file: FileUpload,
}

fn main() {}
