//! Overrules the network by the level: against the running speech, and against what sounds all the time.

use super::{LOWEST_DB, SpeechDetector};

/// What is so many decibels under the running level of the speech is none, whatever the network says.
const DEPTH_DB: f32 = 34.0;
/// How fast the running level follows, each frame.
const FOLLOWS: f32 = 0.05;
/// Speech stands at least so far above the floor.
const ABOVE_FLOOR_DB: f32 = 1.0;
/// Behind which the network hears speech all the time (other people), it must stand so far above it.
const ABOVE_VOICES_DB: f32 = 7.5;
/// Between them the floor is one of voices only when it lies this close under the speech; in clean speech without a
/// pause the floor is its own softest sounds, much further down.
const VOICES_WITHIN_DB: f32 = 18.0;
/// Frames up to this far above the floor belong to it.
const FLOOR_BAND_DB: f32 = 3.0;
/// How fast the mean score of the floor follows, each of its frames.
const FLOOR_FOLLOWS: f32 = 0.006;
/// The mean score of the floor before any was heard: near the threshold, so that either is soon told.
const FLOOR_SCORE_AT_FIRST: f32 = 0.45;
/// Before so many frames (four seconds) were heard, the softest sound may well be speech: there is no floor yet.
const FLOOR_AFTER: u32 = 250;
/// The floor is the softest of the last eight stretches of 64 frames (a second each), smoothed over eight frames.
const STRETCH: u32 = 64;
const STRETCHES: usize = 8;
const SMOOTHED: usize = 8;

pub(super) struct Gate {
    speech_db: Option<f32>,
    recent: [f32; SMOOTHED],
    heard: u32,
    softest: [f32; STRETCHES],
    floor_score: f32,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self {
            speech_db: None,
            recent: [0.0; SMOOTHED],
            heard: 0,
            softest: [f32::INFINITY; STRETCHES],
            floor_score: FLOOR_SCORE_AT_FIRST,
        }
    }

    /// Whether a frame of this score, level and power is speech.
    pub(super) fn open(&mut self, score: f32, level_db: f32, power: f32) -> bool {
        let floor_db = self.floor(power);
        if level_db < floor_db + FLOOR_BAND_DB {
            self.floor_score += FLOOR_FOLLOWS * (score - self.floor_score);
        }
        if score < SpeechDetector::THRESHOLD || level_db < floor_db + ABOVE_FLOOR_DB {
            return false;
        }
        let speech_db = self.speech_db.get_or_insert(level_db);
        if level_db < *speech_db - DEPTH_DB {
            return false;
        }
        *speech_db += FOLLOWS * (level_db - *speech_db);
        let voices = self.floor_score > SpeechDetector::THRESHOLD && *speech_db - floor_db < VOICES_WITHIN_DB;
        !voices || level_db > floor_db + ABOVE_VOICES_DB
    }

    /// Level of the floor with this frame taken in; minus infinity while it is not known.
    fn floor(&mut self, power: f32) -> f32 {
        let slot = self.heard as usize % SMOOTHED;
        if let Some(slot) = self.recent.get_mut(slot) {
            *slot = power;
        }
        let stretch = (self.heard / STRETCH) as usize % STRETCHES;
        let begins = self.heard.is_multiple_of(STRETCH);
        self.heard = self.heard.saturating_add(1);
        if (self.heard as usize) < SMOOTHED {
            return f32::NEG_INFINITY;
        }
        let smoothed = self.recent.iter().sum::<f32>() / SMOOTHED as f32;
        if let Some(softest) = self.softest.get_mut(stretch) {
            *softest = if begins { smoothed } else { softest.min(smoothed) };
        }
        if self.heard < FLOOR_AFTER {
            return f32::NEG_INFINITY;
        }
        let softest = self.softest.iter().copied().fold(f32::INFINITY, f32::min);
        (10.0 * softest.max(f32::MIN_POSITIVE).log10()).max(LOWEST_DB)
    }
}
