//! `Turn`.

use std::time::Duration;

use rehearse_domain::{Speaker, Timestamp, TranscriptStatus, Turn};
use rehearse_leancloud::{Invalid, Object, ObjectId};
use rehearse_store::{RemoteFile, RemoteSound, RemoteTurn, SendableTurn};
use serde::Serialize;
use serde_json::{Map, Value};

use super::reading::{Fields, Unreadable, subject};
use super::{CLIENT_ID, Class, FILE_ID, NO_FILE, PENDING_FILE, fields, session_of};
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

/// A turn as anybody may have written it.
pub(crate) fn read_turn(object: &Object) -> Result<RemoteTurn, Unreadable> {
    let fields = Fields::of(object);
    let created_at = Timestamp::from_millis(object.created_at.as_millis());
    let started_at = fields.date("startedAt").unwrap_or(created_at);
    let ended_at = fields.date("endedAt").unwrap_or(started_at).max(started_at);
    let transcript = fields.text("transcript");
    let status = fields.word("asrStatus").unwrap_or(match transcript {
        Some(_) => TranscriptStatus::Completed,
        None => TranscriptStatus::Pending,
    });
    Ok(RemoteTurn {
        turn: Turn {
            id: subject(Class::Turn, object).into(),
            session: session_of(object)?,
            sequence: fields.count("sequence").ok_or(Unreadable("sequence"))?,
            speaker: fields.word("speaker").ok_or(Unreadable("speaker"))?,
            clip: None,
            transcript,
            transcript_status: status,
            started_at,
            ended_at,
            latency: fields.count("latencyMs").map(Duration::from_millis),
        },
        sound: sound(&fields, ended_at.since(started_at)),
        is_numbered: fields.uuid(CLIENT_ID).is_some(),
    })
}

/// Its sound, if its file is there; `length` where nothing better is known.
fn sound(fields: &Fields<'_>, length: Duration) -> Option<RemoteSound> {
    let id = fields.text(FILE_ID);
    let id = id.filter(|id| id != NO_FILE && id != PENDING_FILE)?;
    let is_hash = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(RemoteSound {
        file: RemoteFile {
            id,
            url: fields.text("audioUrl").unwrap_or_default(),
        },
        sha256: fields
            .text("audioSha256")
            .filter(is_hash)
            .map(|hash| hash.to_ascii_lowercase()),
        bytes: fields.count("audioBytes"),
        duration: fields
            .count("audioDurationMs")
            .map_or(length, Duration::from_millis),
    })
}
