//! Uploads in one call with a raw body, as documents of before 2021 describe and today's do not.

use bytes::Bytes;
use serde_json::json;

use super::access::Caller;
use super::answer::{Answer, Outcome, Refusal};
use super::dates;
use super::engine::Engine;
use super::permission::{Permission, check};
use super::shape::address;

/// The largest file that one call takes, in bytes.
const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Files a minute, and milliseconds between two.
const MOST_A_MINUTE: usize = 30;
const LEAST_PAUSE: i64 = 1000;

impl Engine<'_> {
    pub(super) fn one_call_upload(
        &mut self,
        caller: &Caller,
        name: &str,
        mime: &str,
        bytes: Bytes,
    ) -> Outcome {
        if !self.options.one_call_upload {
            return Err(Refusal::no_route());
        }
        check(self.options, "_File", Permission::Create, caller)?;
        if bytes.len() > MOST_BYTES {
            return Err(Refusal::new(413, 413, "The file is too large."));
        }
        self.state.one_calls.retain(|moment| self.now - moment < 60_000);
        let too_soon = self
            .state
            .one_calls
            .last()
            .is_some_and(|last| self.now - last < LEAST_PAUSE);
        if too_soon || self.state.one_calls.len() >= MOST_A_MINUTE {
            return Err(Refusal::new(429, 430, "Too many file uploads."));
        }
        self.state.one_calls.push(self.now);
        let size = bytes.len();
        let (id, key) = self.one_call_row(name, mime, size)?;
        let url = address(self.file_host(), &key, None);
        let bucket = self
            .state
            .row("_File", &id)
            .and_then(|file| file.get("bucket"))
            .cloned();
        self.keep(&key, mime, bytes);
        let body = json!({
            "size": size, "bucket": bucket, "url": url, "name": name,
            "createdAt": dates::iso(self.now), "objectId": id,
        });
        Ok(Answer::created("_File", &id, body))
    }
}
