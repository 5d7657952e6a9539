//! multipart/mixed as a download brings it; and what an upload builds, read back by the same reader.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use procountor_api::v2604::{
    Attachment, AttachmentId, AttachmentReferenceType, AttachmentRequired, Client,
    operations::{GetAttachment, SaveAttachment},
};
use procountor_api::wire::{from_json, to_json};
use procountor_api::{FileUpload, OnBehalf};

use super::server::{Paused, Server, TOKEN};
use super::{Target, checks};
use crate::case::Case;

struct Multipart(Paused);

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    Ok(Box::new(Multipart(Paused::new()?)))
}

impl Target for Multipart {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        match case.setting("call") {
            Some("upload") => self.0.block_on(upload(&case)),
            _ => {
                let client = Server::saying(case.answer()).client()?;
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
        return Err(
            "what is said of the file is something else after it was written and read".to_owned(),
        );
    }
    // The file is a piece of the answer, and ends before a boundary.
    let ends = |at: usize| {
        body[at..].starts_with(&file.bytes) && body[at + file.bytes.len()..].starts_with(b"\r\n--")
    };
    match (0..=body.len() - file.bytes.len()).any(ends) {
        true => Ok(()),
        false => Err("the file is no part of the answer".to_owned()),
    }
}

/// What was built is answered again: the same file and the same words about it come out.
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
        let mut answer = Response::new(request.body().clone());
        if let Some(media) = request.headers().get(CONTENT_TYPE) {
            answer.headers_mut().insert(CONTENT_TYPE, media.clone());
        }
        answer
    });
    let client = server.client()?;
    let saved = client
        .call(SaveAttachment::new(meta.clone(), file))
        .send()
        .await;
    let Some(sent) = server.last() else {
        return match saved {
            Ok(_) => Err("nothing was sent, and it was taken for a success".to_owned()),
            Err(error) => checks::error(&error, &[TOKEN]),
        };
    };
    heads(&sent)?;
    let mut answer = Response::new(sent.body().clone());
    let media = sent
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|media| media.to_str().ok());
    let media = media
        .unwrap_or_default()
        .replace("multipart/form-data", "multipart/mixed");
    let media = HeaderValue::from_str(&media).map_err(|error| error.to_string())?;
    answer.headers_mut().insert(CONTENT_TYPE, media);
    let client = Server::saying(answer).client()?;
    let read = client
        .call(GetAttachment::new(AttachmentId(1)))
        .send()
        .await;
    let read = read.map_err(|error| format!("what was built cannot be read: {error}"))?;
    match read.meta == meta && read.bytes == case.body {
        true => Ok(()),
        false => Err("what was built is read as something else".to_owned()),
    }
}

/// Two parts, and each with the two headers that it should have: a name can add none.
fn heads(sent: &http::Request<Bytes>) -> Result<(), String> {
    let media = sent
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|media| media.to_str().ok());
    let boundary = media
        .and_then(|media| media.split_once("boundary="))
        .map(|(_, boundary)| boundary);
    let boundary = boundary
        .ok_or("the content type has no boundary")?
        .as_bytes();
    let dashed = [b"--", boundary].concat();
    let mut rest: &[u8] = sent.body();
    for _ in 0..2 {
        rest = rest
            .strip_prefix(&dashed[..])
            .and_then(|rest| rest.strip_prefix(b"\r\n"))
            .ok_or("no part where one should be")?;
        let end = find(rest, b"\r\n\r\n").ok_or("a part without an end of its head")?;
        let head: Vec<_> = rest[..end].split(|byte| *byte == b'\n').collect();
        let good = matches!(&head[..], [first, second]
            if first.starts_with(b"Content-Disposition: form-data; name=\"") && second.starts_with(b"Content-Type: "));
        if !good {
            return Err(format!(
                "a head with other lines: {:?}",
                String::from_utf8_lossy(&rest[..end])
            ));
        }
        let next = find(rest, &[b"\r\n", &dashed[..]].concat()).ok_or("a part without an end")?;
        rest = &rest[next + 2..];
    }
    match rest == [&dashed[..], b"--\r\n"].concat() {
        true => Ok(()),
        false => Err("something stands behind the second part".to_owned()),
    }
}

fn find(all: &[u8], piece: &[u8]) -> Option<usize> {
    all.windows(piece.len()).position(|window| window == piece)
}
