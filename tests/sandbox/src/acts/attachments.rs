//! Attachments: files with a few facts, taken and given byte for byte.

use bytes::{BufMut, Bytes, BytesMut};

use super::{Desk, crud};
use crate::check::{Call, Payload};
use crate::json::Json;
use crate::reply::{Outcome, Problem, Reply};
use crate::resource::Resource;
use crate::store::Key;

/// Separates the parts of a download.
const BOUNDARY: &str = "procountor-sandbox-part";

/// Media types by extension.
const MEDIA: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("xml", "application/xml"),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
];

/// What a search calls the documents that an attachment refers to, where that does not depend on the document.
const DOCUMENT_TYPES: &[(&str, &str)] = &[
    ("LEDGERRECEIPT", "JOURNAL"),
    ("BANKSTATEMENTEVENT", "BANK_STATEMENT_EVENT"),
    ("REFERENCE_PAYMENT", "REFERENCE_PAYMENT"),
];

/// Stores a file.
pub(super) fn upload(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let (resource, Payload::Upload { meta, file }) = (attachments(desk)?, &call.payload) else {
        return Err(Problem::new(400, "the file is missing"));
    };
    let name = meta.text_at("name").unwrap_or_default();
    let Some(extension) = extension(name) else {
        return Err(Problem::at("meta.name", "the name needs an extension"));
    };
    let mut document = meta.clone();
    if document.get("mimeType").is_none() {
        let media = MEDIA
            .iter()
            .find(|(known, _)| *known == extension)
            .map_or("application/octet-stream", |(_, media)| *media);
        document.set("mimeType", media);
    }
    document.set("size", i64::try_from(file.len()).unwrap_or(i64::MAX));
    document.set("user", "sandbox");
    document.set("documentType", document_type(desk, meta));
    let now = desk.store.tick();
    document.set("attached", now);
    desk.open(resource, "/attachments");
    let (key, document) = crud::insert(desk, resource, "/attachments", document);
    desk.store.files.insert(key, file.clone());
    Ok(desk.answer(call.operation, &document, &resource.schema))
}

/// Gives a file back: its facts as JSON, then its bytes.
pub(super) fn download(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let resource = attachments(desk)?;
    let (path, key) = desk.item(call, resource)?;
    let (Some(document), Some(file)) = (desk.store.get(&path, &key), desk.store.files.get(&key))
    else {
        return Err(Problem::new(404, format!("there is no {key} in {path}")));
    };
    let meta = crate::shape::project(desk.model, &resource.schema, document);
    let name = document.text_at("name").unwrap_or_default();
    Ok(mixed(
        200,
        &meta,
        name,
        document
            .text_at("mimeType")
            .unwrap_or("application/octet-stream"),
        file,
    ))
}

/// Gives a file another name with the same extension. The name may come in the body or in the query.
pub(super) fn rename(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let resource = attachments(desk)?;
    let (path, key) = desk.item(call, resource)?;
    let Some(mut document) = desk.store.get(&path, &key).cloned() else {
        return Err(Problem::new(404, format!("there is no {key} in {path}")));
    };
    let sent = call
        .body()
        .and_then(|body| body.text_at("name"))
        .map(str::to_owned)
        .or_else(|| call.value("name"));
    let Some(name) = sent else {
        return Err(Problem::at("name", "is required"));
    };
    let old = document.text_at("name").and_then(extension);
    let name = match (extension(&name), &old) {
        // A name without an extension keeps the old one, which cannot change.
        (None, Some(old)) => format!("{name}.{old}"),
        (new, old) if new == *old => name,
        _ => return Err(Problem::at("name", "the extension cannot change")),
    };
    document.set("name", name);
    let document = crud::update(desk, resource, &path, &key, document);
    Ok(desk.answer(call.operation, &document, &resource.schema))
}

/// An answer of two parts: JSON, then bytes.
pub(crate) fn mixed(status: u16, meta: &Json, name: &str, media: &str, file: &[u8]) -> Reply {
    let quoted = name.replace(['"', '\\', '\r', '\n'], "_");
    let mut body = BytesMut::new();
    body.put(
        format!("--{BOUNDARY}\r\nContent-Type: application/json\r\n\r\n{meta}\r\n").as_bytes(),
    );
    body.put(format!("--{BOUNDARY}\r\nContent-Type: {media}\r\nContent-Disposition: attachment; filename=\"{quoted}\"\r\n\r\n").as_bytes());
    body.put(file);
    body.put(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    Reply::bytes(
        status,
        &format!("multipart/mixed; boundary={BOUNDARY}"),
        Bytes::from(body),
    )
}

fn attachments<'a>(desk: &Desk<'a>) -> Result<&'a Resource, Problem> {
    desk.resource("/attachments")
        .ok_or_else(|| Problem::new(404, "there are no attachments in this version"))
}

fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    Some(extension.to_ascii_lowercase())
        .filter(|extension| !stem.is_empty() && !extension.is_empty())
}

/// What a search for attachments calls the document: an invoice by its own type.
fn document_type(desk: &Desk<'_>, meta: &Json) -> String {
    let reference = meta.text_at("referenceType").unwrap_or_default();
    let id = Key::Number(meta.integer_at("referenceId").unwrap_or_default());
    let invoice = desk
        .store
        .get("/invoices", &id)
        .filter(|_| reference == "INVOICE");
    let known = DOCUMENT_TYPES
        .iter()
        .find(|(known, _)| *known == reference)
        .map(|(_, name)| *name);
    invoice
        .and_then(|invoice| invoice.text_at("type"))
        .or(known)
        .unwrap_or(reference)
        .to_owned()
}
