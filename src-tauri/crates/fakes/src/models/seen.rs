//! The history of requests, for tests that count and read them.

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use super::role::Role;
use super::script::Script;

/// What a request showed for a key. The key itself is kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyShown {
    /// None, or something that is no bearer token.
    None,
    /// The right one.
    Right,
    /// Another one.
    Wrong,
}

/// One request that arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenModelRequest {
    /// Its number, from 0 in order of arrival.
    pub number: usize,
    /// When it had arrived whole, on the runtime's clock.
    pub at: Instant,
    /// The method in capitals.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The body as JSON: for a form its text fields by name and, in place of a file, its name, type, length and
    /// SHA-256. Null where it is neither.
    pub body: Value,
    /// The clips in it, decoded.
    pub clips: Vec<Bytes>,
    /// The model it asks for.
    pub model: Option<String>,
    /// What it is for; `None` for lists and health.
    pub role: Option<Role>,
    /// The script that answered it.
    pub script: Script,
    /// The key it came with.
    pub key: KeyShown,
    /// The status it was answered with; `None` as long as no answer has begun.
    pub status: Option<u16>,
    /// When the first byte of the answer's body was handed over for sending.
    pub first_byte_at: Option<Instant>,
    /// When the first of its sound was.
    pub first_sound_at: Option<Instant>,
    /// Whether the answer went out to its end, be it an end that the script broke off.
    pub is_finished: bool,
    /// Whether the client went away before that.
    pub left_early: bool,
    /// The tokens that the answer told of; `None` as long as it has not, or for a server that counts none.
    pub usage: Option<Value>,
    pub(super) spoken: Vec<u8>,
}

impl SeenModelRequest {
    /// The sound that was sent in answer, 24 kHz mono, without any header. Half a sample at its end is left out.
    pub fn pcm(&self) -> Vec<i16> {
        let (samples, _) = self.spoken.as_chunks::<2>();
        samples.iter().copied().map(i16::from_le_bytes).collect()
    }
}
