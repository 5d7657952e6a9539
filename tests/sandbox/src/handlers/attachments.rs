//! Attachments: files with metadata, stored and returned byte for byte.

use super::{Context, crud};
use crate::check::{Call, Payload};
use crate::json::Json;
use crate::resource::Resource;
use crate::response::{HandlerResult, Problem, Response};
use crate::shape;
use crate::store::Key;

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

/// Document types of the search for attachments, by the attachment's reference type.
const DOCUMENT_TYPES: &[(&str, &str)] = &[
    ("LEDGERRECEIPT", "JOURNAL"),
    ("BANKSTATEMENTEVENT", "BANK_STATEMENT_EVENT"),
    ("REFERENCE_PAYMENT", "REFERENCE_PAYMENT"),
];

/// Stores a file.
pub(super) fn upload(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let (resource, Payload::Upload { meta, file }) = (attachments(context)?, &call.payload) else {
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
    document.set("documentType", document_type(context, meta));
    let now = context.store.tick();
    document.set("attached", now);
    context.ensure(resource, "/attachments");
    let (key, document) = crud::insert(context, resource, "/attachments", document);
    context.store.files.insert(key, file.clone());
    Ok(context.respond(call.operation, &document, &resource.schema))
}

/// Returns a file with its metadata.
pub(super) fn download(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let resource = attachments(context)?;
    let (path, key) = context.locate(call, resource)?;
    let document = context.document(&path, &key)?;
    let Some(file) = context.store.files.get(&key) else {
        return Err(Problem::not_found(key, &path));
    };
    let meta = shape::project(context.model, &resource.schema, &document);
    let name = document.text_at("name").unwrap_or_default();
    let media = document.text_at("mimeType");
    let media = media.unwrap_or("application/octet-stream");
    Ok(Response::mixed(200, &meta, name, media, file))
}

/// Renames a file, which keeps its extension. The body or the query contains the name.
pub(super) fn rename(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let resource = attachments(context)?;
    let (path, key) = context.locate(call, resource)?;
    let mut document = context.document(&path, &key)?;
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
        // A name without an extension gets the old one.
        (None, Some(old)) => format!("{name}.{old}"),
        (new, old) if new == *old => name,
        _ => return Err(Problem::at("name", "the extension cannot change")),
    };
    document.set("name", name);
    let document = crud::update(context, resource, &path, &key, document);
    Ok(context.respond(call.operation, &document, &resource.schema))
}

fn attachments<'a>(context: &Context<'a>) -> Result<&'a Resource, Problem> {
    context
        .resource("/attachments")
        .ok_or_else(|| Problem::new(404, "there are no attachments in this version"))
}

fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    Some(extension.to_ascii_lowercase())
        .filter(|extension| !stem.is_empty() && !extension.is_empty())
}

/// Returns the type of the document that an attachment belongs to; for an invoice, the type of the invoice.
fn document_type(context: &Context<'_>, meta: &Json) -> String {
    let reference = meta.text_at("referenceType").unwrap_or_default();
    let id = Key::Number(meta.integer_at("referenceId").unwrap_or_default());
    let invoice = context
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
