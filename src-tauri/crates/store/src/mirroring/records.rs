//! How single records from the remote become rows here.

use std::time::Duration;

use rehearse_domain::{Clip, ClipId, Loudness, SessionId, SessionStatus, TranscriptStatus, TurnId};
use rusqlite::Connection;
use uuid::Uuid;

use super::Waiting;
use crate::folder::clip_name;
use crate::pulling::{RemoteEvaluation, RemoteRecord, RemoteRow, RemoteSound, RemoteStamp, RemoteTurn};
use crate::table::evaluation_mirror::{self, Stage};
use crate::table::{
    clip, evaluation, evaluation_sample, evaluation_told, remote_row, search, session, session_life, turn,
};
use crate::{Evaluation, EvaluationStatus, StoreError};

/// An evaluation that somebody works on without a lease is taken for given up when its row did not change for so long:
/// the earlier web app knows no leases.
const GIVEN_UP: Duration = Duration::from_secs(3600);

/// Makes a mirror look as its session does. Whether anything else belongs to it is not its row's to say.
pub(super) fn reflect_session(connection: &Connection, row: &RemoteRow) -> Result<(), StoreError> {
    let (RemoteRecord::Session(found), Some(number)) =
        (&row.record, session::number(connection, row.session)?)
    else {
        return Ok(());
    };
    session::name(connection, row.session, &row.stamp.object_id)?;
    if found.session.status == SessionStatus::Ended {
        session::reflect(connection, number, &found.session)?;
    }
    Ok(())
}

/// Takes what others may say about a session that was recorded here. Whether there was anything.
pub(super) fn reflect_own(connection: &Connection, row: &RemoteRow) -> Result<bool, StoreError> {
    match &row.record {
        RemoteRecord::Session(_) => Ok(false),
        RemoteRecord::Turn(found) => {
            let turn = &found.turn;
            let Some(known) = turn::words_of(connection, turn.id)? else {
                return Ok(false);
            };
            if rank(turn.transcript_status) <= rank(known.status) {
                return Ok(false);
            }
            write_words(connection, found)
        }
        RemoteRecord::Evaluation(found) => {
            let Some(number) = session::number(connection, row.session)? else {
                return Ok(false);
            };
            // While the session runs here, nobody evaluates it: what somebody made of it until now is not the whole.
            if session::status(connection, row.session)? != Some(SessionStatus::Ended) {
                return Ok(false);
            }
            // One that is not known here somebody asked for again elsewhere.
            let here = evaluation_mirror::stage(connection, found.evaluation.id)?;
            if here.is_some_and(|here| !Stage::of(&found.evaluation).is_beyond(here)) {
                return Ok(false);
            }
            // Somebody may have read it: it is told as a later round, and stays.
            if evaluation_told::result_is_untold(connection, found.evaluation.id)? {
                evaluation::name(connection, found.evaluation.id, &row.stamp.object_id)?;
                return Ok(false);
            }
            write_evaluation(connection, number, &row.stamp, found)?;
            session_life::touch(connection, number)?;
            Ok(true)
        }
    }
}

/// Places turns and evaluations of a mirror that wait, as far as they follow on what is there. Whether there were any.
pub(super) fn place(connection: &Connection, number: i64, waiting: Waiting) -> Result<bool, StoreError> {
    let mut placed = false;
    for (stamp, found) in &waiting.turns {
        let fits = match turn::words_of(connection, found.turn.id)? {
            Some(known) => {
                // The machine that recorded it may not know the words yet that were written down here.
                if rank(found.turn.transcript_status) >= rank(known.status) {
                    write_words(connection, found)?;
                }
                add_sound(connection, found)?;
                true
            }
            None => add_turn(connection, number, found)?,
        };
        if fits {
            turn::name(connection, found.turn.id, &stamp.object_id)?;
            remote_row::settled(connection, stamp.subject)?;
            placed = true;
        }
    }
    for (stamp, found) in &waiting.evaluations {
        let here = evaluation_mirror::stage(connection, found.evaluation.id)?;
        if here.is_none_or(|here| may_stand(&found.evaluation, here)) {
            write_evaluation(connection, number, stamp, found)?;
            placed = true;
        } else {
            evaluation::name(connection, found.evaluation.id, &stamp.object_id)?;
        }
        remote_row::settled(connection, stamp.subject)?;
    }
    Ok(placed)
}

/// Adds a turn of a mirror, if it is the next one.
fn add_turn(connection: &Connection, session: i64, found: &RemoteTurn) -> Result<bool, StoreError> {
    let next = turn::next_sequence(connection, session)?;
    if found.is_numbered && found.turn.sequence != next {
        return Ok(false);
    }
    let turn = rehearse_domain::Turn {
        sequence: next,
        clip: None,
        ..found.turn.clone()
    };
    turn::insert(connection, session, &turn)?;
    if let Some(words) = &turn.transcript {
        search::add_turn(connection, session, next, words)?;
    }
    add_sound(connection, found)?;
    Ok(true)
}

/// Writes the words of a turn that is there, where they differ.
fn write_words(connection: &Connection, found: &RemoteTurn) -> Result<bool, StoreError> {
    let (id, turn) = (found.turn.id, &found.turn);
    let Some(known) = turn::words_of(connection, id)? else {
        return Ok(false);
    };
    if (&known.transcript, known.status) == (&turn.transcript, turn.transcript_status) {
        return Ok(false);
    }
    if let Some(old) = &known.transcript {
        search::take_turn(connection, known.session, known.sequence, old)?;
    }
    if let Some(new) = &turn.transcript {
        search::add_turn(connection, known.session, known.sequence, new)?;
    }
    turn::set_transcript(
        connection,
        known.number,
        turn.transcript.as_deref(),
        turn.transcript_status,
    )?;
    if known.transcript != turn.transcript {
        evaluation_sample::delete_of(connection, known.session)?;
    }
    session_life::touch(connection, known.session)?;
    Ok(true)
}

/// Notes the sound of a turn of a mirror, which lies on the remote for now.
fn add_sound(connection: &Connection, found: &RemoteTurn) -> Result<(), StoreError> {
    let (Some(sound), Some(known)) = (&found.sound, turn::words_of(connection, found.turn.id)?) else {
        return Ok(());
    };
    let clip = clip_of(found.turn.session, &found.turn, sound);
    if clip::claimed(connection, clip.id)? {
        clip::name(connection, clip.id, &sound.file.id, &sound.file.url)?;
        return Ok(());
    }
    clip::insert(connection, known.number, &clip)?;
    clip::name(connection, clip.id, &sound.file.id, &sound.file.url)?;
    clip::set_absent(connection, clip.id)
}

/// The clip of a turn from elsewhere. Its id follows from the turn's, so that it is the same each time.
fn clip_of(session: SessionId, turn: &rehearse_domain::Turn, sound: &RemoteSound) -> Clip {
    let id = clip_id(turn.id);
    Clip {
        id,
        file: format!("{session}/{}", clip_name(id, turn.speaker)),
        sha256: sound.sha256.clone().unwrap_or_default(),
        bytes: sound.bytes.unwrap_or(0),
        duration: sound.duration,
        // Nobody measured it here.
        loudness: Loudness {
            peak_dbfs: 0.0,
            loudest_dbfs: 0.0,
            clipped: 0.0,
        },
        peaks: Vec::new(),
    }
}

fn clip_id(turn: TurnId) -> ClipId {
    ClipId::from(Uuid::new_v5(&turn.into(), b"clip"))
}

fn write_evaluation(
    connection: &Connection,
    session: i64,
    stamp: &RemoteStamp,
    found: &RemoteEvaluation,
) -> Result<(), StoreError> {
    let mut shown = found.evaluation.clone();
    if shown.status == EvaluationStatus::Running && shown.lease_until.is_none() {
        shown.lease_until = Some(stamp.updated_at.after(GIVEN_UP));
    }
    if shown.attempts == 0 {
        // Before the first try that is when it was asked for, by the clock of a computer, which may run ahead.
        shown.next_attempt_at = shown.next_attempt_at.min(stamp.updated_at);
    }
    let result = found.result.as_ref().map(serde_json::Value::to_string);
    let assessment = found.assessment.as_ref().map(serde_json::to_string).transpose()?;
    evaluation_mirror::reflect(
        connection,
        (session, &stamp.object_id),
        &shown,
        result.as_deref(),
        assessment.as_deref(),
    )
}

/// How much is known about the words of a turn.
const fn rank(status: TranscriptStatus) -> u8 {
    match status {
        TranscriptStatus::Pending => 0,
        TranscriptStatus::Failed => 1,
        TranscriptStatus::Completed | TranscriptStatus::NotApplicable => 2,
    }
}

/// Whether an evaluation of a mirror may look as it does over there. Where nobody counted leases it always does.
fn may_stand(there: &Evaluation, here: Stage) -> bool {
    (there.epoch, here.epoch) == (0, 0) || Stage::of(there).is_beyond(here)
}
