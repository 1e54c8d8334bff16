//! Stretches of speech from the frames of the detector, and the pauses between them from the intensity.
//!
//! The pauses are the silences of Praat's `To TextGrid (silences)` as de Jong & Wempe (2009) set it: under the 99 %
//! quantile of the intensity less 25 dB. What is loud but holds no speech (a keystroke) is part of the pause. Where the
//! background comes too near to that threshold, the gaps of the detector are the pauses.

use crate::detector::{FRAME_MS, Heard};
use crate::figures::{Pauses, Span};
use crate::intensity::{FIRST_MS, HOP_MS, Intensity};
use crate::quantile::{median, quantile};

/// Shorter gaps belong to the speech around them, in milliseconds: as long as a stop is closed.
const CLOSED_MS: u32 = 100;
/// Shorter bursts are no speech, but a click or a key.
const DROPPED_MS: u32 = 50;
/// The detector may miss the hiss before a vowel, and the end of a breath: an edge is moved outwards up to so many
/// frames while the sound stands this far above the background and no further below the speech. Set on the tuning part of
/// the accuracy run.
const MOVED_FRAMES: usize = 7;
const ABOVE_BACKGROUND_DB: f32 = 12.0;
const BELOW_SPEECH_DB: f32 = 28.0;
/// Silence lies so far under the loudest, in decibels (de Jong & Wempe 2009).
const SILENCE_DB: f32 = 25.0;
/// The background must lie this far under the threshold for the intensity to be trusted. Set on the tuning part of the
/// accuracy run.
const CLEARANCE_DB: f32 = 2.5;
/// Praat takes the intensity every 16 ms.
const PRAAT_STEP: usize = 16 / HOP_MS;
/// Shorter sounds do not end a silence (the setting of de Jong & Wempe).
const SOUNDING_MS: u32 = 100;
/// From this length on, the shortest silence of de Jong & Wempe, the edges of a pause are sharpened by the detector, by at
/// most so much: half of the window of the intensity, and a frame.
const SHARPENED_MS: u32 = 300;
const SMEARED_MS: u32 = 80;

/// The stretches of speech, in order: edges moved, gaps closed, bursts dropped.
pub(crate) fn stretches(heard: &[Heard], duration_ms: u32) -> Vec<Span> {
    let mut speech: Vec<bool> = heard.iter().map(Heard::is_speech).collect();
    move_edges(heard, &mut speech);
    let mut spans = joined(speech.iter().copied());
    for span in &mut spans {
        span.end_ms = span.end_ms.min(duration_ms);
    }
    spans.retain(|span| span.length_ms() >= DROPPED_MS);
    spans
}

fn joined(speech: impl Iterator<Item = bool>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (index, _) in (0..).zip(speech).filter(|(_, speech)| *speech) {
        let start_ms = index * FRAME_MS;
        let end_ms = start_ms + FRAME_MS;
        match spans.last_mut() {
            Some(last) if start_ms < last.end_ms + CLOSED_MS => last.end_ms = end_ms,
            _ => spans.push(Span { start_ms, end_ms }),
        }
    }
    spans
}

fn move_edges(heard: &[Heard], speech: &mut [bool]) {
    let level = |wanted: bool| {
        median(
            heard
                .iter()
                .filter(|one| one.is_speech() == wanted)
                .map(Heard::level_db),
        )
    };
    let (Some(spoken_db), Some(background_db)) = (level(true), level(false)) else {
        return;
    };
    let lowest = (background_db + ABOVE_BACKGROUND_DB).max(spoken_db - BELOW_SPEECH_DB);
    let mut left = 0;
    for (frame, slot) in heard.iter().zip(speech.iter_mut()) {
        left = carried(left, frame, slot, lowest);
    }
    left = 0;
    for (frame, slot) in heard.iter().zip(speech.iter_mut()).rev() {
        left = carried(left, frame, slot, lowest);
    }
}

/// One step outwards: how many more frames the speech before may take in after this one.
fn carried(left: usize, frame: &Heard, speech: &mut bool, lowest_db: f32) -> usize {
    if frame.is_speech() {
        return MOVED_FRAMES;
    }
    if left == 0 || frame.level_db() < lowest_db {
        return 0;
    }
    *speech = true;
    left - 1
}

/// The pauses between the first and the last speech.
pub(crate) fn pauses(speech: &[Span], intensity: &Intensity, duration_ms: u32) -> Pauses {
    let sounding = sounding(intensity, duration_ms).map(|mut spans| {
        spans.retain(|span| speech.iter().any(|one| overlap(*one, *span)));
        spans
    });
    let Some(sounding) = sounding else {
        return between(speech);
    };
    let mut pauses = between(&sounding);
    let gaps = between(speech).spans;
    // At the limit the two methods must agree, or every soft ending of a word would make a pause.
    pauses
        .spans
        .retain(|pause| pause.length_ms() >= SHARPENED_MS || gaps.iter().any(|gap| overlap(*gap, *pause)));
    for pause in &mut pauses.spans {
        sharpen(pause, speech);
    }
    tallied(pauses.spans)
}

/// The window of the intensity smears speech into the pause, about 30 ms on each side: where the detector has a gap
/// around the same time, its edges are taken. Pauses under [`SHARPENED_MS`] stay as they are, so that as many reach
/// that length as for Praat.
fn sharpen(pause: &mut Span, speech: &[Span]) {
    if pause.length_ms() < SHARPENED_MS {
        return;
    }
    let near = |one: u32, other: u32| one.abs_diff(other) <= SMEARED_MS;
    let ends = speech.iter().map(|span| span.end_ms);
    if let Some(start) = ends
        .filter(|end| near(*end, pause.start_ms))
        .min_by_key(|end| end.abs_diff(pause.start_ms))
    {
        pause.start_ms = start.min(pause.start_ms);
    }
    let starts = speech.iter().map(|span| span.start_ms);
    if let Some(end) = starts
        .filter(|start| near(*start, pause.end_ms))
        .min_by_key(|start| start.abs_diff(pause.end_ms))
    {
        pause.end_ms = end.max(pause.end_ms);
    }
}

fn overlap(one: Span, other: Span) -> bool {
    one.start_ms < other.end_ms && other.start_ms < one.end_ms
}

/// What is not silent; `None` where the background is too loud for the threshold to mean anything.
fn sounding(intensity: &Intensity, duration_ms: u32) -> Option<Vec<Span>> {
    // Praat lays its frames so that as much is left over before the first as after the last.
    let duration = duration_ms as usize;
    let over = duration.checked_sub(2 * FIRST_MS)? % (PRAAT_STEP * HOP_MS);
    let shift = (over / 2 + HOP_MS / 2) / HOP_MS;
    let frames: Vec<f32> = intensity.contour().skip(shift).step_by(PRAAT_STEP).collect();
    let mut sorted = frames.clone();
    sorted.sort_by(f32::total_cmp);
    let threshold = quantile(&sorted, 0.99)? - SILENCE_DB;
    let quiet = sorted.partition_point(|value| *value < threshold);
    let background = quantile(sorted.get(..quiet)?, 0.5);
    let any_loud_background = background.is_some_and(|value| value > threshold - CLEARANCE_DB);
    if any_loud_background {
        return None;
    }
    let first_ms = (FIRST_MS + shift * HOP_MS) as u32;
    let step_ms = (PRAAT_STEP * HOP_MS) as u32;
    let mut spans: Vec<Span> = Vec::new();
    let mut open = false;
    for (index, value) in (0..).zip(&frames) {
        let loud = *value >= threshold;
        let time = if index == 0 { 0 } else { first_ms + index * step_ms };
        match spans.last_mut() {
            Some(last) if open => last.end_ms = time,
            _ if loud => spans.push(Span {
                start_ms: time,
                end_ms: time,
            }),
            _ => {}
        }
        open = loud;
    }
    if let (Some(last), true) = (spans.last_mut(), open) {
        last.end_ms = duration_ms;
    }
    spans.retain(|span| span.length_ms() >= SOUNDING_MS);
    Some(spans)
}

/// The gaps of at least [`Pauses::SHORTEST_MS`] between spans.
fn between(spans: &[Span]) -> Pauses {
    let gaps = spans
        .iter()
        .zip(spans.iter().skip(1))
        .map(|(before, after)| Span {
            start_ms: before.end_ms,
            end_ms: after.start_ms,
        });
    let spans: Vec<Span> = gaps
        .filter(|gap| gap.length_ms() >= Pauses::SHORTEST_MS)
        .collect();
    tallied(spans)
}

fn tallied(spans: Vec<Span>) -> Pauses {
    let mut lengths: Vec<u32> = spans.iter().map(|span| span.length_ms()).collect();
    lengths.sort_unstable();
    let lower = lengths.get(lengths.len().saturating_sub(1) / 2);
    let upper = lengths.get(lengths.len() / 2);
    Pauses {
        total_ms: lengths.iter().sum(),
        median_ms: lower.zip(upper).map(|(lower, upper)| (lower + upper).div_ceil(2)),
        longest_ms: lengths.last().copied(),
        spans,
    }
}
