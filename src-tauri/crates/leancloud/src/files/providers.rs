//! The hosts of files that LeanCloud hands uploads to: Qiniu in China, S3 elsewhere, Tencent's COS for old apps.
//! They see no key and no session, only the permission for this one content.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::time::timeout;

use super::multipart::{FilePart, Form, form};
use super::{Files, Progress, Ticket, Upload};
use crate::answer::Answer;
use crate::{Errand, Error, Invalid, StorageError, Transport};

/// Qiniu's status for a key that is written already: an earlier attempt arrived after all.
const WRITTEN_ALREADY: u16 = 614;
/// As much of a host's words as is kept.
const WORDS_KEPT: usize = 200;

/// How one of the hosts wants to be given a content.
struct Delivery {
    method: Method,
    address: String,
    content_type: String,
    before: Bytes,
    after: Bytes,
    cached: bool,
}

impl<T: Transport> Files<T> {
    /// Carries the content to the host of files.
    pub(super) async fn send_content(
        &self,
        upload: &Upload,
        ticket: &Ticket,
        progress: Option<Progress>,
    ) -> Result<(), Error> {
        let boundary = self.boundary();
        let delivery = delivery(ticket, upload, &boundary)?;
        let _place = self.client.file_places().acquire().await;
        let (body, outcome) = upload
            .content
            .body(ticket.size, delivery.before, delivery.after, progress)
            .await?;
        let length = http_body::Body::size_hint(&body).exact().unwrap_or(ticket.size);
        let mut request = Request::new(body);
        *request.method_mut() = delivery.method;
        *request.uri_mut() = delivery
            .address
            .parse()
            .map_err(|_| Invalid::Address(ticket.provider.clone()))?;
        let headers = request.headers_mut();
        let content_type = HeaderValue::from_str(&delivery.content_type);
        headers.insert(
            CONTENT_TYPE,
            content_type.map_err(|_| Invalid::Header("the type of a file"))?,
        );
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        if delivery.cached {
            headers.insert(
                CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=31536000"),
            );
        }
        let limit = self.upload_time(length);
        let answer = timeout(limit, async {
            Answer::read(self.client.transport().send(request, Errand::Upload).await?).await
        })
        .await
        .unwrap_or(Err(Error::TimedOut(limit)));
        let answer = answer.map_err(|error| outcome.blame(error))?;
        accepted(ticket, &answer)?;
        outcome.check(upload.sha256.as_deref())
    }

    /// How long an upload of so many bytes may take.
    pub(super) fn upload_time(&self, bytes: u64) -> Duration {
        let settings = self.client.settings();
        settings.file_silence + Duration::from_secs(bytes / settings.slowest_upload.max(1))
    }

    /// Something that does not occur in any file.
    fn boundary(&self) -> String {
        let random = &self.client.settings().random;
        let part = || format!("{:016x}", random().to_bits());
        format!("rehearse-{}{}{}", part(), part(), part())
    }
}

fn delivery(ticket: &Ticket, upload: &Upload, boundary: &str) -> Result<Delivery, Error> {
    let url = ticket.upload_url.expose();
    let mime_type = ticket.file.mime_type.as_deref().unwrap_or(&upload.mime_type);
    let in_form = |address: String, form: Form| Delivery {
        method: Method::POST,
        address,
        content_type: form.content_type,
        before: form.before,
        after: form.after,
        cached: false,
    };
    match ticket.provider.as_str() {
        "qiniu" => {
            let key = ticket.file.key.as_deref();
            let key = key.ok_or(Error::malformed("a permission to upload has no key"))?;
            let file = FilePart {
                field: "file",
                name: &upload.name,
                mime_type,
            };
            let fields = [("key", key), ("token", ticket.token.expose())];
            Ok(in_form(slashed(url), form(boundary, &fields, &file)))
        }
        "s3" => Ok(Delivery {
            method: Method::PUT,
            address: url.to_owned(),
            content_type: mime_type.to_owned(),
            before: Bytes::new(),
            after: Bytes::new(),
            cached: true,
        }),
        "qcloud" => {
            let file = FilePart {
                field: "fileContent",
                name: &upload.name,
                mime_type,
            };
            let sign = utf8_percent_encode(ticket.token.expose(), NON_ALPHANUMERIC);
            let joined = if url.contains('?') { '&' } else { '?' };
            let address = format!("{url}{joined}sign={sign}");
            Ok(in_form(address, form(boundary, &[("op", "upload")], &file)))
        }
        _ => Err(Error::malformed("a host of files that nobody has heard of")),
    }
}

fn slashed(url: &str) -> String {
    format!("{}/", url.trim_end_matches('/'))
}

/// Whether the host took the content.
fn accepted(ticket: &Ticket, answer: &Answer) -> Result<(), Error> {
    let body = answer.json().ok();
    let qiniu = ticket.provider == "qiniu";
    if qiniu && answer.status.as_u16() == WRITTEN_ALREADY {
        return Ok(());
    }
    if !answer.status.is_success() {
        return Err(refused(answer.status, body.as_ref()));
    }
    match (ticket.provider.as_str(), body) {
        // Anything may answer 200 to a form, a page to log in to a network for one; Qiniu repeats the key.
        ("qiniu", Some(body)) if body.get("key").and_then(Value::as_str) == ticket.file.key.as_deref() => {
            Ok(())
        }
        ("qiniu", _) => Err(Error::Gateway {
            status: answer.status,
        }),
        ("qcloud", Some(body)) if body.get("code").and_then(Value::as_i64) == Some(0) => Ok(()),
        ("qcloud", body) => Err(refused(StatusCode::BAD_GATEWAY, body.as_ref())),
        _ => Ok(()),
    }
}

fn refused(status: StatusCode, body: Option<&Value>) -> Error {
    let words = ["error", "message"]
        .iter()
        .find_map(|key| body?.get(*key)?.as_str())
        .unwrap_or_default();
    Error::Storage(StorageError {
        status,
        message: words.chars().take(WORDS_KEPT).collect(),
    })
}
