//! A practice as a computer records it: some turns of sound, of which the trainee's wait for their words.

use std::fs;
use std::time::Duration;

use rehearse_content::Library;
use rehearse_domain::{
    Clip, ClipId, EndReason, Objective, SessionId, Snapshot, Speaker, Timestamp, Turn, TurnId,
};
use rehearse_store::{SessionEnd, Store};
use rehearse_testkit::practices;
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
    let session = practices::prepared(session_id(number), snapshot(), now);
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
    let line = format!("Line {sequence}.");
    let words = (speaker == Speaker::Partner).then_some(line.as_str());
    let id = TurnId::from(id(2, session * 1000 + u64::from(sequence)));
    Turn {
        clip: Some(clip(store, session, sequence, speaker)),
        ..practices::turn((id, sequence), session_id(session), speaker, words, now)
    }
}

fn clip(store: &Store, session: u64, sequence: u32, speaker: Speaker) -> Clip {
    let id = ClipId::from(id(3, session * 1000 + u64::from(sequence)));
    let path = store.place_for_clip(session_id(session), id, speaker).unwrap();
    let sound = practices::noise(2_002, session * 1000 + u64::from(sequence));
    fs::write(&path, &sound).unwrap();
    let file = path.strip_prefix(store.audio_folder()).unwrap();
    practices::clip(id, file.to_str().unwrap(), &sound)
}
