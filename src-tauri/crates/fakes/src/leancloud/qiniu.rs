//! Qiniu's three ways to upload: a form, parts (version 2), blocks (version 1). A key is written once.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::engine::Engine;
use super::file_host::{HostAnswer, HostCall};
use super::state::{Parts, UploadToken};
use crate::forms::fields;

/// Keys come with and without padding.
const KEYS: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

type Told = Result<HostAnswer, HostAnswer>;

fn refused(status: u16, text: &str) -> HostAnswer {
    HostAnswer::json(status, &json!({"error": text}))
}

/// What tells two contents apart; the real one is made with SHA-1.
fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let short: Vec<u8> = std::iter::once(0x16)
        .chain(digest.iter().copied().take(20))
        .collect();
    KEYS.encode(short)
}

impl Engine<'_> {
    /// Every answer has `X-Reqid`: clients take one without it for a stranger's.
    pub(super) fn qiniu(&mut self, call: &HostCall) -> HostAnswer {
        let path: Vec<&str> = call.path.split('/').filter(|part| !part.is_empty()).collect();
        let told = match (call.method.as_str(), path.as_slice()) {
            ("POST", []) => self.form(call),
            ("POST", ["buckets", bucket, "objects", key, "uploads"]) => self.begin(call, bucket, key),
            ("PUT", ["buckets", _, "objects", _, "uploads", upload, number]) => {
                self.part(call, upload, number)
            }
            ("POST", ["buckets", _, "objects", _, "uploads", upload]) => self.complete(call, upload),
            ("DELETE", ["buckets", _, "objects", _, "uploads", upload]) => self.abort(call, upload),
            ("POST", ["mkblk", size]) => self.make_block(call, size),
            ("POST", ["bput", block, offset]) => self.put_block(call, block, offset),
            ("POST", ["mkfile", size, "key", key]) => self.make_file(call, size, key),
            _ => Err(refused(404, "no such entry")),
        };
        let mut answer = told.unwrap_or_else(|refusal| refusal);
        answer.headers.push(("x-reqid", self.state.ids.letters(16)));
        answer
    }

    fn leave_of(&self, call: &HostCall) -> Result<UploadToken, HostAnswer> {
        let token = call.authorization.strip_prefix("UpToken ").unwrap_or_default();
        self.leave(token).map_err(|text| refused(401, text))
    }

    /// Writes a key for its first and only time.
    fn write_once(&mut self, key: &str, content_type: &str, bytes: Bytes) -> Told {
        if self.state.contents.contains_key(key) {
            return Err(refused(614, "file exists"));
        }
        let body = json!({"hash": hash(&bytes), "key": key});
        self.keep(key, content_type, bytes);
        Ok(HostAnswer::json(200, &body))
    }

    fn form(&mut self, call: &HostCall) -> Told {
        let form =
            fields(&call.content_type, &call.body).ok_or_else(|| refused(400, "invalid multipart format"))?;
        let field = |name: &str| form.iter().find(|field| field.name == name);
        let text = |name: &str| field(name).map(crate::forms::Field::text).unwrap_or_default();
        let leave = self.leave(&text("token")).map_err(|text| refused(401, text))?;
        let file = field("file").ok_or_else(|| refused(400, "file is not specified in multipart"))?;
        if text("key") != leave.key {
            return Err(refused(403, "key doesn't match with scope"));
        }
        let content_type = file.content_type.clone().unwrap_or_else(|| leave.mime.clone());
        self.write_once(&leave.key, &content_type, file.bytes.clone())
    }

    fn begin(&mut self, call: &HostCall, bucket: &str, key: &str) -> Told {
        let leave = self.leave_of(call)?;
        if bucket != leave.bucket || decoded(key).as_deref() != Some(leave.key.as_str()) {
            return Err(refused(403, "key doesn't match with scope"));
        }
        let upload = self.state.ids.letters(24);
        let parts = Parts {
            key: leave.key,
            ..Parts::default()
        };
        self.state.uploads.insert(upload.clone(), parts);
        Ok(HostAnswer::json(
            200,
            &json!({"uploadId": upload, "expireAt": leave.deadline / 1000}),
        ))
    }

    fn part(&mut self, call: &HostCall, upload: &str, number: &str) -> Told {
        self.leave_of(call)?;
        let number: u32 = number.parse().map_err(|_| refused(400, "invalid part number"))?;
        let parts = self
            .state
            .uploads
            .get_mut(upload)
            .ok_or_else(|| refused(612, "no such uploadId"))?;
        parts.parts.insert(number, call.body.clone());
        let etag = hash(&call.body);
        Ok(HostAnswer::json(200, &json!({"etag": etag, "md5": etag})))
    }

    fn complete(&mut self, call: &HostCall, upload: &str) -> Told {
        let leave = self.leave_of(call)?;
        let parts = self
            .state
            .uploads
            .remove(upload)
            .ok_or_else(|| refused(612, "no such uploadId"))?;
        let body: Value = serde_json::from_slice(&call.body).map_err(|_| refused(400, "invalid json"))?;
        let listed = body
            .get("parts")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let mut whole = BytesMut::new();
        for part in &listed {
            let number = part
                .get("partNumber")
                .and_then(Value::as_u64)
                .and_then(|number| u32::try_from(number).ok());
            let bytes = number.and_then(|number| parts.parts.get(&number));
            let bytes = bytes.filter(|bytes| {
                part.get("etag")
                    .and_then(Value::as_str)
                    .is_some_and(|etag| etag == hash(bytes))
            });
            whole.extend_from_slice(bytes.ok_or_else(|| refused(400, "invalid part"))?);
        }
        let content_type = body
            .get("mimeType")
            .and_then(Value::as_str)
            .unwrap_or(&leave.mime);
        self.write_once(&parts.key, content_type, whole.freeze())
    }

    fn abort(&mut self, call: &HostCall, upload: &str) -> Told {
        self.leave_of(call)?;
        self.state.uploads.remove(upload);
        Ok(HostAnswer::empty(200))
    }

    fn make_block(&mut self, call: &HostCall, size: &str) -> Told {
        self.leave_of(call)?;
        size.parse::<u64>()
            .map_err(|_| refused(400, "invalid block size"))?;
        let context = self.state.ids.letters(24);
        Ok(self.chunk(context, Bytes::new(), &call.body))
    }

    fn put_block(&mut self, call: &HostCall, block: &str, offset: &str) -> Told {
        self.leave_of(call)?;
        let before = self
            .state
            .blocks
            .remove(block)
            .ok_or_else(|| refused(701, "context expired"))?;
        if offset.parse() != Ok(before.len()) {
            return Err(refused(400, "invalid offset"));
        }
        let context = self.state.ids.letters(24);
        Ok(self.chunk(context, before, &call.body))
    }

    fn chunk(&mut self, context: String, before: Bytes, added: &Bytes) -> HostAnswer {
        let mut block = BytesMut::from(before.as_ref());
        block.extend_from_slice(added);
        let body = json!({
            "ctx": context, "offset": block.len(), "checksum": hash(added), "crc32": 0, "host": self.origin,
        });
        self.state.blocks.insert(context, block.freeze());
        HostAnswer::json(200, &body)
    }

    fn make_file(&mut self, call: &HostCall, size: &str, key: &str) -> Told {
        let leave = self.leave_of(call)?;
        if decoded(key).as_deref() != Some(leave.key.as_str()) {
            return Err(refused(403, "key doesn't match with scope"));
        }
        let mut whole = BytesMut::new();
        for context in String::from_utf8_lossy(&call.body).split(',') {
            let block = self
                .state
                .blocks
                .remove(context.trim())
                .ok_or_else(|| refused(701, "context expired"))?;
            whole.extend_from_slice(&block);
        }
        if size.parse() != Ok(whole.len()) {
            return Err(refused(400, "size mismatch"));
        }
        self.write_once(&leave.key, &leave.mime, whole.freeze())
    }
}

fn decoded(key: &str) -> Option<String> {
    String::from_utf8(KEYS.decode(key).ok()?).ok()
}
