//! Practices to fill a store with, their clips on disk.

use std::fs;
use std::time::Duration;

use rehearse_content::Library;
use rehearse_domain::{
    Clip, ClipId, EndReason, Limits, Objective, Session, SessionId, Snapshot, Speaker, TakeTwo, Timestamp,
    Turn, TurnId,
};
use rehearse_store::{SessionEnd, Store};
use rehearse_testkit::practices;
use uuid::Uuid;

fn id(kind: u64, number: u64) -> Uuid {
    Uuid::from_u128(u128::from(kind) << 96 | 0x7000 << 64 | 0x8000_0000_0000_0000 | u128::from(number))
}

pub(crate) fn session_id(number: u64) -> SessionId {
    id(1, number).into()
}

pub(crate) fn turn_id(session: u64, sequence: u32) -> TurnId {
    id(2, session * 1000 + u64::from(sequence)).into()
}

/// What a practice ran with.
pub(crate) fn snapshot() -> Snapshot {
    let library = Library::built_in().unwrap();
    let slug = library.scenarios()[0].slug.clone();
    library.snapshot(&slug).unwrap()
}

/// A session as it is prepared.
pub(crate) fn begin(store: &Store, number: u64, snapshot: &Snapshot, now: Timestamp) {
    begin_from(store, number, None, snapshot, now);
}

/// A take two of a session, from its second turn.
pub(crate) fn begin_again(store: &Store, number: u64, from: u64, snapshot: &Snapshot, now: Timestamp) {
    let parent = TakeTwo {
        session: session_id(from),
        turn: turn_id(from, 1),
    };
    begin_from(store, number, Some(parent), snapshot, now);
}

fn begin_from(store: &Store, number: u64, parent: Option<TakeTwo>, snapshot: &Snapshot, now: Timestamp) {
    let session = Session {
        limits: Limits {
            idle: Some(Duration::from_secs(30)),
            duration: Some(Duration::from_secs(300)),
        },
        parent,
        ..practices::prepared(session_id(number), snapshot.clone(), now)
    };
    store.create_session(&session).unwrap();
}

/// A turn with so many bytes of sound; the partner has the even ones.
pub(crate) fn say(store: &Store, session: u64, sequence: u32, bytes: usize, now: Timestamp) {
    let speaker = match sequence % 2 {
        0 => Speaker::Partner,
        _ => Speaker::Trainee,
    };
    let turn = Turn {
        clip: Some(clip(store, session, sequence, speaker, bytes)),
        ..typed(session, sequence, speaker, now)
    };
    store.record_turn(&turn).unwrap();
}

/// A turn without sound.
pub(crate) fn typed(session: u64, sequence: u32, speaker: Speaker, now: Timestamp) -> Turn {
    let line = format!("Line {sequence}.");
    let words = (speaker == Speaker::Partner).then_some(line.as_str());
    let id = turn_id(session, sequence);
    practices::turn((id, sequence), session_id(session), speaker, words, now)
}

fn clip(store: &Store, session: u64, sequence: u32, speaker: Speaker, bytes: usize) -> Clip {
    let id = ClipId::from(id(3, session * 1000 + u64::from(sequence)));
    let path = store.place_for_clip(session_id(session), id, speaker).unwrap();
    let sound = practices::noise(bytes, session * 1000 + u64::from(sequence));
    fs::write(&path, &sound).unwrap();
    let file = path.strip_prefix(store.audio_folder()).unwrap();
    practices::clip(id, file.to_str().unwrap(), &sound)
}

pub(crate) fn end(store: &Store, session: u64, now: Timestamp) {
    let end = SessionEnd {
        id: session_id(session),
        ended_at: now,
        active: Duration::from_secs(80),
        reason: EndReason::ClientClosed,
        objective: Objective::default(),
    };
    store.end_session(&end).unwrap();
}

/// A whole practice with so many turns.
pub(crate) fn practise(store: &Store, number: u64, snapshot: &Snapshot, turns: u32, now: Timestamp) {
    begin(store, number, snapshot, now);
    for sequence in 0..turns {
        say(store, number, sequence, 300, now);
    }
    end(store, number, now);
}
