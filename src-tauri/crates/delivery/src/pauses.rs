//! Stretches of speech and the pauses between them, from the frames of the detector.

use crate::figures::{Pauses, Span};

/// Shorter gaps belong to the speech around them, in milliseconds.
const CLOSED_MS: u32 = 100;
/// Shorter bursts are no speech.
const DROPPED_MS: u32 = 50;

/// The stretches in which `speech` holds: frames in order, each of `frame_ms`.
pub(crate) fn stretches(speech: impl Iterator<Item = bool>, frame_ms: u32) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (index, _) in (0..).zip(speech).filter(|(_, speech)| *speech) {
        let start_ms = index * frame_ms;
        let end_ms = start_ms + frame_ms;
        match spans.last_mut() {
            Some(last) if start_ms < last.end_ms + CLOSED_MS => last.end_ms = end_ms,
            _ => spans.push(Span { start_ms, end_ms }),
        }
    }
    spans.retain(|span| span.length_ms() >= DROPPED_MS);
    spans
}

/// The pauses between stretches of speech.
pub(crate) fn pauses(speech: &[Span]) -> Pauses {
    let between = speech
        .iter()
        .zip(speech.iter().skip(1))
        .map(|(before, after)| Span {
            start_ms: before.end_ms,
            end_ms: after.start_ms,
        });
    let spans: Vec<Span> = between
        .filter(|gap| gap.length_ms() >= Pauses::SHORTEST_MS)
        .collect();
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
