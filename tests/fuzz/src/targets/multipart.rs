//! Multipart bodies: downloads, and uploads that are read back as downloads.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use procountor_api::v2604::{
    Attachment, AttachmentId, AttachmentReferenceType, AttachmentRequired, Client,
    operations::{GetAttachment, SaveAttachment},
};
use procountor_api::wire::{from_json, to_json};
use procountor_api::{FileUpload, OnBehalf};

use super::server::{PausedRuntime, Server, TOKEN};
use super::{Target, checks};
use crate::case::Case;

struct Multipart(PausedRuntime);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(Multipart(PausedRuntime::new()?)))
}

impl Target for Multipart {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        match case.setting("call") {
            Some("upload") => self.0.block_on(upload(&case)),
            _ => {
                let client = Server::responding(case.response()).client()?;
                self.0.block_on(download(&client, case.body))
            }
        }
    }
}

async fn download(client: &Client<OnBehalf>, body: &[u8]) -> Result<(), String> {
    let file = match client
        .call(GetAttachment::new(AttachmentId(1)))
        .send()
        .await
    {
        Ok(file) => file,
        Err(error) => return checks::error(&error, &[TOKEN]),
    };
    std::hint::black_box(format!("{file:?}"));
    let again: Result<Attachment, _> = from_json(&to_json(&file.meta));
    if again.as_ref() != Ok(&file.meta) {
        return Err("the metadata differs after encoding and decoding".to_owned());
    }
    // The file must occur in the body in front of a boundary.
    let is_at = |at: usize| {
        body[at..].starts_with(&file.bytes) && body[at + file.bytes.len()..].starts_with(b"\r\n--")
    };
    if (0..=body.len() - file.bytes.len()).any(is_at) {
        return Ok(());
    }
    Err("the file is not a part of the body".to_owned())
}

/// Uploads a file and downloads the request body again: the file and its metadata must be the same.
async fn upload(case: &Case<'_>) -> Result<(), String> {
    let meta: Attachment = AttachmentRequired {
        name: case.setting("meta").unwrap_or("receipt.pdf").to_owned(),
        reference_type: AttachmentReferenceType::Invoice,
        reference_id: 7,
        send_with_invoice: true,
    }
    .into();
    let name = case.setting("name").unwrap_or("receipt.pdf");
    let mut file = FileUpload::new(name, Bytes::copy_from_slice(case.body));
    if let Some(media) = case.setting("media") {
        file = file.content_type(media);
    }
    let server = Server::new(|request| {
        let mut response = Response::new(request.body().clone());
        let media = request.headers().get(CONTENT_TYPE).cloned();
        response
            .headers_mut()
            .extend(media.map(|media| (CONTENT_TYPE, media)));
        response
    });
    let saved = SaveAttachment::new(meta.clone(), file);
    let saved = server.client()?.call(saved).send().await;
    let Some(request) = server.last_request() else {
        return match saved {
            Ok(_) => Err("the upload succeeded without a request".to_owned()),
            Err(error) => checks::error(&error, &[TOKEN]),
        };
    };
    let media = request.headers().get(CONTENT_TYPE);
    let media = media
        .and_then(|media| media.to_str().ok())
        .unwrap_or_default();
    check_parts(media, request.body())?;
    let mut response = Response::new(request.body().clone());
    let media = media.replace("multipart/form-data", "multipart/mixed");
    let media = HeaderValue::from_str(&media).map_err(|error| error.to_string())?;
    response.headers_mut().insert(CONTENT_TYPE, media);
    let client = Server::responding(response).client()?;
    let file = client
        .call(GetAttachment::new(AttachmentId(1)))
        .send()
        .await;
    let file = file.map_err(|error| format!("the request body cannot be decoded: {error}"))?;
    if file.meta == meta && file.bytes == case.body {
        return Ok(());
    }
    Err("the request body is decoded to a different file".to_owned())
}

/// Checks that there are two parts with two headers each, so that a file name cannot add a header or a part.
fn check_parts(media: &str, body: &[u8]) -> Result<(), String> {
    let (_, boundary) = media
        .split_once("boundary=")
        .ok_or("the content type lacks a boundary")?;
    let delimiter = format!("--{boundary}");
    let start = format!("{delimiter}\r\n");
    let mut rest = body;
    for _ in 0..2 {
        rest = rest
            .strip_prefix(start.as_bytes())
            .ok_or("the body lacks a part")?;
        let end = find(rest, b"\r\n\r\n").ok_or("the head of a part does not end")?;
        let head: Vec<_> = rest[..end].split(|byte| *byte == b'\n').collect();
        let is_valid = matches!(&head[..], [first, second]
            if first.starts_with(b"Content-Disposition: form-data; name=\"") && second.starts_with(b"Content-Type: "));
        if !is_valid {
            let head = String::from_utf8_lossy(&rest[..end]);
            return Err(format!("a part has unexpected headers: {head:?}"));
        }
        let next =
            find(rest, format!("\r\n{delimiter}").as_bytes()).ok_or("a part does not end")?;
        rest = &rest[next + 2..];
    }
    if rest == format!("{delimiter}--\r\n").as_bytes() {
        return Ok(());
    }
    Err("the body continues after the second part".to_owned())
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}
