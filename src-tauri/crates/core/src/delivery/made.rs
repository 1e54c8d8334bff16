//! Sessions and records for the tests of this crate.

use std::path::Path;
use std::time::Duration;

use rehearse_content::Library;
use rehearse_domain::{
    Clip, ClipId, EndReason, Limits, Loudness, Objective, PartnerKind, Session, SessionId, SessionStatus,
    Speaker, Timestamp, TranscriptStatus, Turn, TurnId,
};
use rehearse_store::{Access, Store};

use super::keeping::keep;
use super::record::Record;
use crate::system::SystemIds;

pub(crate) const START: Timestamp = Timestamp::from_millis(1_000_000);

pub(crate) fn store(folder: &Path) -> Store {
    Store::open(folder, Access::Owner, START).unwrap()
}

/// Adds an ended session in which the trainee has so many turns, and keeps these figures for each.
pub(super) fn practised(store: &Store, turns: u32, record: &Record) -> (SessionId, Vec<TurnId>) {
    let session = session();
    let turns: Vec<Turn> = (0..turns).map(|sequence| turn(session.id, sequence)).collect();
    let (id, ids): (_, Vec<TurnId>) = (session.id, turns.iter().map(|turn| turn.id).collect());
    store.import_sessions(&[(session, turns)]).unwrap();
    for turn in &ids {
        keep(store, *turn, record, START);
    }
    (id, ids)
}

/// Adds an ended session in which nobody spoke.
pub(crate) fn ended(store: &Store) -> SessionId {
    let session = session();
    let id = session.id;
    store.import_sessions(&[(session, Vec::new())]).unwrap();
    id
}

fn session() -> Session {
    let library = Library::built_in().unwrap();
    let snapshot = library.snapshot(&"ask-for-a-raise".parse().unwrap()).unwrap();
    Session {
        id: SessionId::new(&SystemIds),
        language: snapshot.scenario.language,
        snapshot,
        partner: PartnerKind::Scripted,
        limits: Limits {
            idle: None,
            duration: None,
        },
        status: SessionStatus::Ended,
        created_at: START,
        started_at: Some(START),
        ended_at: Some(START),
        active: Duration::ZERO,
        objective: Objective::default(),
        end_reason: Some(EndReason::Manual),
        parent: None,
    }
}

/// A turn of the trainee with two seconds of sound.
pub(super) fn turn(session: SessionId, sequence: u32) -> Turn {
    let clip = ClipId::new(&SystemIds);
    Turn {
        id: TurnId::new(&SystemIds),
        session,
        sequence,
        speaker: Speaker::Trainee,
        clip: Some(Clip {
            id: clip,
            file: format!("{session}/{clip}.mp3"),
            sha256: String::new(),
            bytes: 0,
            duration: Duration::from_secs(2),
            loudness: Loudness {
                peak_dbfs: -3.0,
                loudest_dbfs: -18.0,
                clipped: 0.0,
            },
            peaks: Vec::new(),
        }),
        transcript: None,
        transcript_status: TranscriptStatus::Pending,
        started_at: START,
        ended_at: START,
        latency: None,
    }
}

/// Figures of so many seconds of a tone that is so high, and as loud by turns as syllables are.
pub(super) fn record(seconds: usize, hertz: f32) -> Record {
    let wave = |n: usize, hertz: f32| (n as f32 / 24_000.0 * hertz * std::f32::consts::TAU).sin();
    let sample = |n| 0.3 * wave(n, hertz) * (0.6 + 0.4 * wave(n, 4.0));
    let tone: Vec<f32> = (0..24_000 * seconds).map(sample).collect();
    Record {
        figures: Some(rehearse_delivery::measure(24_000, &tone).unwrap()),
        ..Record::default()
    }
}
