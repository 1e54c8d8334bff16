//! `Turn`.

use rehearse_domain::{Speaker, Timestamp, TranscriptStatus};
use rehearse_leancloud::{Invalid, ObjectId};
use rehearse_store::SendableTurn;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{NO_FILE, fields};
use crate::Terms;

/// What the earlier web app writes when a turn answers nobody.
const NO_LATENCY: i64 = -1;

/// What a turn may do without.
pub(super) const OPTIONAL: &[&str] = &[
    "transcript",
    "audioUrl",
    "audioSha256",
    "audioBytes",
    "audioDurationMs",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    client_id: String,
    owner_id: &'a ObjectId,
    session_id: &'a str,
    sequence: u32,
    speaker: Speaker,
    #[serde(skip_serializing_if = "Option::is_none")]
    transcript: Option<&'a str>,
    asr_status: TranscriptStatus,
    audio_file_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_url: Option<&'a str>,
    started_at: Timestamp,
    ended_at: Timestamp,
    latency_ms: i64,
    // Ours.
    session_client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_duration_ms: Option<u64>,
}

/// The fields of a turn of the session that the server calls `session`.
pub(crate) fn turn(
    sendable: &SendableTurn,
    session: &str,
    terms: &Terms,
) -> Result<Map<String, Value>, Invalid> {
    let SendableTurn { turn, file, .. } = sendable;
    let clip = turn.clip.as_ref();
    let millis = |length: std::time::Duration| u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    fields(&Row {
        client_id: turn.id.to_string(),
        owner_id: &terms.owner,
        session_id: session,
        sequence: turn.sequence,
        speaker: turn.speaker,
        transcript: turn.transcript.as_deref(),
        asr_status: turn.transcript_status,
        audio_file_id: file.as_ref().map_or(NO_FILE, |file| &file.id),
        audio_url: file.as_ref().map(|file| file.url.as_str()),
        started_at: turn.started_at,
        ended_at: turn.ended_at,
        latency_ms: turn.latency.map_or(NO_LATENCY, |latency| {
            i64::try_from(latency.as_millis()).unwrap_or(i64::MAX)
        }),
        session_client_id: turn.session.to_string(),
        audio_sha256: clip.map(|clip| clip.sha256.as_str()),
        audio_bytes: clip.map(|clip| clip.bytes),
        audio_duration_ms: clip.map(|clip| millis(clip.duration)),
    })
}
