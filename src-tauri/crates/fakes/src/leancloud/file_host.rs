//! The hosts of files: signed PUTs of S3, the form of COS, and downloads. Qiniu's three ways stand in `qiniu.rs`.
//!
//! None of them knows the app's keys: whoever has a token may upload, whoever has an address may download.

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::call::Params;
use super::engine::Engine;
use super::state::{StoredFile, UploadToken};
use crate::forms::fields;

/// A request to a host of files.
#[derive(Clone, Debug)]
pub(super) struct HostCall {
    pub(super) method: String,
    /// As it was sent.
    pub(super) path: String,
    pub(super) params: Params,
    pub(super) content_type: String,
    pub(super) authorization: String,
    pub(super) range: Option<String>,
    pub(super) body: Bytes,
}

/// An answer that is not the API's.
#[derive(Clone, Debug)]
pub(super) struct HostAnswer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
}

impl HostAnswer {
    pub(super) const fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: Bytes::from(body.to_string()),
        }
    }

    fn xml(status: u16, code: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/xml".to_owned())],
            body: Bytes::from(format!(
                "<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>"
            )),
        }
    }
}

/// A path of a file host without its first segment, decoded.
fn key_below(path: &str, host: &str) -> Option<String> {
    let below = path.strip_prefix(host)?;
    Some(percent_decode_str(below).decode_utf8_lossy().into_owned())
}

impl Engine<'_> {
    /// Carries out a request that is not the API's.
    pub(super) fn host(&mut self, call: &HostCall) -> HostAnswer {
        if let Some(key) = key_below(&call.path, "/lcfile/") {
            return self.download(call, &key);
        }
        match call.method.as_str() {
            "PUT" if call.path.starts_with("/s3/") => self.s3_put(call),
            "POST" if call.path.starts_with("/cos/") => self.cos_form(call),
            _ => self.qiniu(call),
        }
    }

    /// The leave behind a token, if it is one and its time is not over.
    pub(super) fn leave(&self, token: &str) -> Result<UploadToken, &'static str> {
        let leave = self.state.tokens.get(token).ok_or("bad token")?;
        if leave.deadline < self.now {
            Err("expired token")
        } else {
            Ok(leave.clone())
        }
    }

    /// Keeps the bytes of a file.
    pub(super) fn keep(&mut self, key: &str, content_type: &str, bytes: Bytes) {
        let sha256 = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let file = StoredFile {
            key: key.to_owned(),
            content_type: content_type.to_owned(),
            length: bytes.len() as u64,
            sha256,
            bytes: self.options.keeps_contents.then_some(bytes),
        };
        self.state.contents.insert(key.to_owned(), file);
    }

    fn s3_put(&mut self, call: &HostCall) -> HostAnswer {
        let key = key_below(&call.path, "/s3/").unwrap_or_default();
        match self.leave(call.params.get("X-Amz-Signature").unwrap_or_default()) {
            Ok(leave) if leave.key == key => {
                self.keep(&key, &call.content_type, call.body.clone());
                HostAnswer::empty(200)
            }
            Ok(_) | Err("bad token") => HostAnswer::xml(403, "SignatureDoesNotMatch"),
            Err(_) => HostAnswer::xml(403, "AccessDenied"),
        }
    }

    fn cos_form(&mut self, call: &HostCall) -> HostAnswer {
        let refused = |code: i64, text: &str| HostAnswer::json(400, &json!({"code": code, "message": text}));
        let key = key_below(&call.path, "/cos/").unwrap_or_default();
        let token = call.params.get("sign").unwrap_or(&call.authorization);
        let leave = match self.leave(token) {
            Ok(leave) if leave.key == key => leave,
            Ok(_) => return refused(-4, "ERROR_PARAM_URL"),
            Err(text) => return refused(-97, text),
        };
        let form = fields(&call.content_type, &call.body).unwrap_or_default();
        let named = |name: &str| form.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        let (Some(content), Some(op)) = (named("filecontent"), named("op")) else {
            return refused(-4, "ERROR_PARAM_MISSING");
        };
        if op.text() != "upload" {
            return refused(-4, "ERROR_PARAM_OP");
        }
        let content_type = content.content_type.clone().unwrap_or_else(|| leave.mime.clone());
        self.keep(&key, &content_type, content.bytes.clone());
        HostAnswer::json(200, &json!({"code": 0, "message": "SUCCESS"}))
    }

    fn download(&self, call: &HostCall, path: &str) -> HostAnswer {
        // A file whose name was kept lies at `<key>/<name>`.
        let file = self.state.contents.get(path).or_else(|| {
            let (key, _) = path.rsplit_once('/')?;
            self.state.contents.get(key)
        });
        let Some((file, bytes)) = file.and_then(|file| Some((file, file.bytes.clone()?))) else {
            return HostAnswer::json(404, &json!({"error": "Document not found"}));
        };
        let mut answer = match call.range.as_deref().map(|range| part(range, bytes.len())) {
            None => HostAnswer {
                status: 200,
                headers: Vec::new(),
                body: bytes,
            },
            Some(None) => return HostAnswer::empty(416),
            Some(Some((start, end))) => {
                let range = format!("bytes {start}-{}/{}", end - 1, bytes.len());
                HostAnswer {
                    status: 206,
                    headers: vec![("content-range", range)],
                    body: bytes.slice(start..end),
                }
            }
        };
        answer.headers.push(("content-type", file.content_type.clone()));
        answer.headers.push(("accept-ranges", "bytes".to_owned()));
        answer
            .headers
            .push(("cache-control", "public, max-age=31536000".to_owned()));
        if call.method == "HEAD" {
            answer
                .headers
                .push(("content-length", answer.body.len().to_string()));
            answer.body = Bytes::new();
        }
        answer
    }
}

/// Start and end of `bytes=a-b`, `bytes=a-` or `bytes=-n` within so many bytes.
fn part(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) => (first, last.checked_add(1)?.min(length)),
        (Ok(first), Err(_)) if last.is_empty() => (first, length),
        (Err(_), Ok(count)) if first.is_empty() => (length.checked_sub(count)?, length),
        _ => return None,
    };
    (start < end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_file() {
        for (range, expected) in [
            ("bytes=0-1", Some((0, 2))),
            ("bytes=4-", Some((4, 10))),
            ("bytes=-3", Some((7, 10))),
            ("bytes=4-99", Some((4, 10))),
            ("bytes=10-", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
    }
}
