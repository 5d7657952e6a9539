//! A file outside a file part, and a file part that is not a file.

use procountor_macros::endpoint;

#[endpoint(POST, "/attachments", returns = Attachment)]
#[auth(m2m | on_behalf)]
#[retry(only_if_unsent)]
#[rate_limit(queued)]
pub struct AddAttachment {
    #[part(json)]
    pub meta: FileUpload,
    #[part(file)]
    pub file: Vec<i64>,
    #[header]
    pub thumbnail: Option<FileUpload>,
}

fn main() {}
