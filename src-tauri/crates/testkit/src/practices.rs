//! Practices to fill a store with: sessions, turns and clips as the app would record them.

use std::time::Duration;

use rehearse_domain::{
    Clip, ClipId, Limits, Loudness, Objective, PartnerKind, Session, SessionId, SessionStatus, Snapshot,
    Speaker, Timestamp, TranscriptStatus, Turn, TurnId,
};
use sha2::{Digest, Sha256};

/// A session with the scripted partner that nobody has begun yet, with the limits and in the language of its scenario.
pub fn prepared(id: SessionId, snapshot: Snapshot, at: Timestamp) -> Session {
    let scenario = &snapshot.scenario;
    Session {
        id,
        language: scenario.language,
        limits: Limits {
            idle: Some(scenario.idle_limit),
            duration: Some(scenario.duration_limit),
        },
        snapshot,
        partner: PartnerKind::Scripted,
        status: SessionStatus::Pending,
        created_at: at,
        started_at: None,
        ended_at: None,
        active: Duration::ZERO,
        objective: Objective::default(),
        end_reason: None,
        parent: None,
    }
}

/// A turn of three seconds without a clip. Without `words` it waits for them.
pub fn turn(
    (id, sequence): (TurnId, u32),
    session: SessionId,
    speaker: Speaker,
    words: Option<&str>,
    at: Timestamp,
) -> Turn {
    Turn {
        id,
        session,
        sequence,
        speaker,
        clip: None,
        transcript: words.map(str::to_owned),
        transcript_status: match words {
            Some(_) => TranscriptStatus::Completed,
            None => TranscriptStatus::Pending,
        },
        started_at: at,
        ended_at: at.after(Duration::from_secs(3)),
        latency: (speaker == Speaker::Partner).then(|| Duration::from_millis(420)),
    }
}

/// So many bytes, 2 or more, that begin like an MP3 and are others for each seed. Nobody can listen to them.
pub fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let noise = (0..bytes as u64).map(|at| (at * 31 + seed * 7) as u8);
    [0xFF, 0xFB].into_iter().chain(noise).take(bytes).collect()
}

/// A clip of three seconds with this content, which lies at `file` below the folder of recordings.
pub fn clip(id: ClipId, file: &str, content: &[u8]) -> Clip {
    Clip {
        id,
        file: file.to_owned(),
        sha256: Sha256::digest(content)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        bytes: content.len() as u64,
        duration: Duration::from_secs(3),
        loudness: Loudness {
            peak_dbfs: -6.0,
            loudest_dbfs: -20.0,
            clipped: 0.0,
        },
        peaks: vec![100; 10],
    }
}
