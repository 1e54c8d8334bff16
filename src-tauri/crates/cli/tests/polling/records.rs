//! A practice as a computer records it: some turns of sound, of which the trainee's wait for their words.

use std::fs;
use std::time::Duration;

use rehearse_content::Library;
use rehearse_domain::{
    Clip, ClipId, EndReason, Language, Limits, Loudness, Objective, PartnerKind, Session, SessionId,
    SessionStatus, Snapshot, Speaker, Timestamp, TranscriptStatus, Turn, TurnId,
};
use rehearse_store::{SessionEnd, Store};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Turns of a practice; the trainee has the odd ones.
pub(crate) const TURNS: u32 = 5;
/// Turns of the trainee among them.
pub(crate) const SPOKEN: usize = 2;

fn id(kind: u128, number: u64) -> Uuid {
    Uuid::from_u128(kind << 96 | 0x7000 << 64 | 0x8000_0000_0000_0000 | u128::from(number))
}

pub(crate) fn session_id(number: u64) -> SessionId {
    id(1, number).into()
}

/// What a practice ran with.
pub(crate) fn snapshot() -> Snapshot {
    let library = Library::built_in().unwrap();
    let slug = library.scenarios()[0].slug.clone();
    library.snapshot(&slug).unwrap()
}

/// A whole practice.
pub(crate) fn practise(store: &Store, number: u64, now: Timestamp) {
    let session = Session {
        id: session_id(number),
        snapshot: snapshot(),
        language: Language::English,
        partner: PartnerKind::Scripted,
        limits: Limits {
            idle: Some(Duration::from_secs(30)),
            duration: Some(Duration::from_secs(300)),
        },
        status: SessionStatus::Pending,
        created_at: now,
        started_at: None,
        ended_at: None,
        active: Duration::ZERO,
        objective: Objective::default(),
        end_reason: None,
        parent: None,
    };
    store.create_session(&session).unwrap();
    for sequence in 0..TURNS {
        store.record_turn(&turn(store, number, sequence, now)).unwrap();
    }
    let end = SessionEnd {
        id: session_id(number),
        ended_at: now,
        active: Duration::from_secs(80),
        reason: EndReason::ClientClosed,
        objective: Objective::default(),
    };
    store.end_session(&end).unwrap();
}

fn turn(store: &Store, session: u64, sequence: u32, now: Timestamp) -> Turn {
    let speaker = match sequence % 2 {
        0 => Speaker::Partner,
        _ => Speaker::Trainee,
    };
    let is_partner = speaker == Speaker::Partner;
    Turn {
        id: TurnId::from(id(2, session * 1000 + u64::from(sequence))),
        session: session_id(session),
        sequence,
        speaker,
        clip: Some(clip(store, session, sequence, speaker)),
        transcript: is_partner.then(|| format!("Line {sequence}.")),
        transcript_status: match speaker {
            Speaker::Partner => TranscriptStatus::Completed,
            Speaker::Trainee => TranscriptStatus::Pending,
        },
        started_at: now,
        ended_at: now.after(Duration::from_secs(3)),
        latency: is_partner.then(|| Duration::from_millis(420)),
    }
}

/// What begins like an MP3; nobody here listens to it.
fn clip(store: &Store, session: u64, sequence: u32, speaker: Speaker) -> Clip {
    let id = ClipId::from(id(3, session * 1000 + u64::from(sequence)));
    let path = store.place_for_clip(session_id(session), id, speaker).unwrap();
    let noise = (0..2_000_u64).map(|at| (at * 31 + session * 7 + u64::from(sequence)) as u8);
    let sound: Vec<u8> = [0xFF, 0xFB].into_iter().chain(noise).collect();
    fs::write(&path, &sound).unwrap();
    let file = path.strip_prefix(store.audio_folder()).unwrap();
    Clip {
        id,
        file: file.to_str().unwrap().to_owned(),
        sha256: Sha256::digest(&sound)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        bytes: sound.len() as u64,
        duration: Duration::from_secs(3),
        loudness: Loudness {
            peak_dbfs: -6.0,
            loudest_dbfs: -20.0,
            clipped: 0.0,
        },
        peaks: vec![100; 10],
    }
}
