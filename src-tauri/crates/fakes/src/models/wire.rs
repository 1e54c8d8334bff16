//! A request as it arrived: read whole, its JSON or its form taken apart.

use std::fmt::Write as _;

use axum::extract::Request;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::forms::{Field, fields};

/// A request as it arrived, whole.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) host: String,
    pub(super) headers: HeaderMap,
    /// The JSON of the body, or the fields of its form; null where it is neither.
    pub(super) body: Value,
    /// The file of a form.
    pub(super) file: Option<Bytes>,
    /// Sound in the messages: as it was written, and decoded where it could be.
    pub(super) clips: Vec<Clip>,
}

/// Sound in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clip {
    /// A data URL, an address or bare base64.
    pub(super) written: String,
    /// `None` where it is an address or no base64.
    pub(super) bytes: Option<Bytes>,
}

/// Reads a request to its end.
pub(super) async fn take_in(request: Request) -> Result<Wire, axum::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let content_type = header(&head.headers, "content-type");
    let mut file = None;
    let body = if let Some(fields) = fields(&content_type, &body) {
        file = fields
            .iter()
            .find(|field| field.name == "file")
            .map(|field| field.bytes.clone());
        Value::Object(fields.iter().map(described).collect())
    } else {
        serde_json::from_slice(&body).unwrap_or_default()
    };
    let clips = clips(&body);
    Ok(Wire {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        host: header(&head.headers, "host"),
        headers: head.headers,
        body,
        file,
        clips,
    })
}

pub(super) fn header(headers: &HeaderMap, name: &str) -> String {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

fn described(field: &Field) -> (String, Value) {
    let value = match &field.file_name {
        Some(name) => json!({
            "file_name": name,
            "content_type": field.content_type,
            "bytes": field.bytes.len(),
            "sha256": sha256(&field.bytes),
        }),
        None => Value::String(field.text()),
    };
    (field.name.clone(), value)
}

/// The clips of both forms of messages: `input_audio` parts, and `audio` of the native interface.
fn clips(body: &Value) -> Vec<Clip> {
    let messages = [body.get("messages"), body.pointer("/input/messages")];
    messages
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|message| message.get("content")?.as_array())
        .flatten()
        .filter_map(|part| {
            part.pointer("/input_audio/data")
                .or_else(|| part.get("audio"))?
                .as_str()
        })
        .map(clip)
        .collect()
}

fn clip(written: &str) -> Clip {
    let base64 = match written.strip_prefix("data:") {
        Some(url) => url.split_once(";base64,").map(|(_, data)| data),
        None => Some(written),
    };
    let bytes = base64.and_then(|base64| BASE64_STANDARD.decode(base64).ok());
    Clip {
        written: written.to_owned(),
        bytes: bytes.map(Bytes::from),
    }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl Wire {
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field).and_then(Value::as_str)
    }

    /// The sound to transcribe: the file of a form, or the last clip.
    pub(super) fn sound(&self) -> Option<Bytes> {
        self.file
            .clone()
            .or_else(|| self.clips.last().and_then(|clip| clip.bytes.clone()))
    }

    /// Tells a request from another one; the same request again has the same.
    pub(super) fn digest(&self) -> String {
        sha256(format!("{} {}", self.path, self.body).as_bytes())
    }
}

/// What a clip is, as far as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sound {
    /// MP3, WAV, OGG, FLAC or AMR with something in it.
    Heard,
    /// Nothing, or a WAV of less than 0.1 s.
    Empty,
    /// No sound at all.
    Unreadable,
}

pub(super) fn judge(bytes: &[u8]) -> Sound {
    const SHORTEST_WAV: usize = 44 + 2 * 1_600;
    if bytes.is_empty() {
        return Sound::Empty;
    }
    if bytes.starts_with(b"RIFF") {
        return match bytes.get(8..12) {
            Some(b"WAVE") if bytes.len() < SHORTEST_WAV => Sound::Empty,
            Some(b"WAVE") => Sound::Heard,
            _ => Sound::Unreadable,
        };
    }
    let is_frame = matches!(bytes, [0xFF, second, ..] if second & 0xE0 == 0xE0);
    let known = [&b"ID3"[..], b"OggS", b"fLaC", b"#!AMR"];
    if is_frame || known.iter().any(|magic| bytes.starts_with(magic)) {
        Sound::Heard
    } else {
        Sound::Unreadable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_is_decoded_from_a_data_url_and_from_bare_base64() {
        assert_eq!(clip("data:;base64,SUQz").bytes.unwrap(), "ID3");
        assert_eq!(clip("data:audio/mp3;base64,SUQz").bytes.unwrap(), "ID3");
        assert_eq!(clip("SUQz").bytes.unwrap(), "ID3");
        assert_eq!(clip("https://example.org/a.mp3").bytes, None);
        assert_eq!(clip("data:SUQz").bytes, None);
    }

    #[test]
    fn sound_is_told_by_its_first_bytes() {
        assert_eq!(judge(b""), Sound::Empty);
        assert_eq!(judge(b"hello"), Sound::Unreadable);
        assert_eq!(judge(&[0xFF, 0xFB, 0x90, 0x64]), Sound::Heard);
        let mut wav = crate::models::sound::wav_header(Some(0));
        assert_eq!(judge(&wav), Sound::Empty);
        wav.extend([0; 4_000]);
        assert_eq!(judge(&wav), Sound::Heard);
    }
}
