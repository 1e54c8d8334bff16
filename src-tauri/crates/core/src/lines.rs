//! A turn as a line on the screen and the end of a session as a card, the same in Practice and in Review.

use std::time::Duration;

use rehearse_domain::{EndReason, Session, Speaker, Turn};

use crate::timeline::length_of;
use crate::view::{EndCard, LineView};

/// Whole milliseconds; a length that does not fit is the longest that does (49 days).
pub(crate) fn millis(length: Duration) -> u32 {
    u32::try_from(length.as_millis()).unwrap_or(u32::MAX)
}

pub(crate) fn line(turn: &Turn) -> LineView {
    let clip = turn.clip.as_ref();
    LineView {
        sequence: turn.sequence,
        speaker: turn.speaker,
        text: turn.transcript.clone(),
        transcript_status: turn.transcript_status,
        coming: false,
        clip: clip.map(|clip| clip.id.to_string()),
        duration_ms: clip.map(|clip| millis(clip.duration)),
        peaks: clip.map(|clip| clip.peaks.clone()).unwrap_or_default(),
        note: clip.and_then(|clip| clip.loudness.note()),
    }
}

pub(crate) fn end_card(reason: EndReason, session: &Session, turns: &[Turn]) -> EndCard {
    let trainee = || turns.iter().filter(|turn| turn.speaker == Speaker::Trainee);
    EndCard {
        reason,
        objective: session.objective.clone().into(),
        active_ms: millis(length_of(session.active, turns)),
        trainee_turns: count(trainee().count()),
        turns: count(turns.len()),
        last_trainee_sequence: trainee().next_back().map(|turn| turn.sequence),
    }
}

/// A count for display; one that does not fit is the largest that does.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
