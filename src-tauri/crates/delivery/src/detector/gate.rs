//! Overrules the network by the level: against the running speech, and against what sounds all the time.

use super::{LOWEST_DB, SpeechDetector};

/// What is so many decibels under the running level of the speech is none, whatever the network says.
const DEPTH_DB: f32 = 34.0;
/// How fast the running level follows, each frame.
const FOLLOWS: f32 = 0.05;
/// Speech stands at least so far above the floor.
const ABOVE_FLOOR_DB: f32 = 1.0;
/// Over voices in the background it stands at least so far above the floor.
const ABOVE_VOICES_DB: f32 = 7.5;
/// The background is one of voices when the network never says less than this (in a pause over any other noise it
/// does) ...
const LOWEST_OVER_VOICES: f32 = 0.25;
/// ... and the floor lies close under the speech, as does the softest single frame: in clean speech without a pause the
/// closures of its stops are far below.
const FLOOR_WITHIN_DB: f32 = 15.0;
const SOFTEST_WITHIN_DB: f32 = 28.0;
/// Before so many frames (2 s) were heard, the softest sound may well be speech: there is no floor yet.
const KNOWN_AFTER: u32 = 120;
/// The lowest is looked for in the last twelve stretches of 64 frames (a second each), smoothed over eight frames.
const STRETCH: u32 = 64;
const STRETCHES: usize = 12;
const SMOOTHED: usize = 8;

pub(super) struct Gate {
    speech_db: Option<f32>,
    heard: u32,
    frame_power: Lowest<1>,
    power: Lowest<SMOOTHED>,
    score: Lowest<SMOOTHED>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self {
            speech_db: None,
            heard: 0,
            frame_power: Lowest::new(),
            power: Lowest::new(),
            score: Lowest::new(),
        }
    }

    /// Whether a frame of this score, level and power is speech.
    pub(super) fn open(&mut self, score: f32, level_db: f32, power: f32) -> bool {
        let softest = self.frame_power.with(self.heard, power);
        let power = self.power.with(self.heard, power);
        let lowest_score = self.score.with(self.heard, score);
        self.heard = self.heard.saturating_add(1);
        let floor_db = if self.heard < KNOWN_AFTER {
            f32::NEG_INFINITY
        } else {
            decibels(power)
        };
        if score < SpeechDetector::THRESHOLD || level_db < floor_db + ABOVE_FLOOR_DB {
            return false;
        }
        let speech_db = self.speech_db.get_or_insert(level_db);
        if level_db < *speech_db - DEPTH_DB {
            return false;
        }
        *speech_db += FOLLOWS * (level_db - *speech_db);
        let voices = lowest_score > LOWEST_OVER_VOICES
            && *speech_db - floor_db < FLOOR_WITHIN_DB
            && *speech_db - decibels(softest) < SOFTEST_WITHIN_DB;
        !voices || level_db > floor_db + ABOVE_VOICES_DB
    }
}

fn decibels(power: f32) -> f32 {
    (10.0 * power.max(f32::MIN_POSITIVE).log10()).max(LOWEST_DB)
}

/// The lowest mean of `OVER` values in the last seconds.
struct Lowest<const OVER: usize> {
    recent: [f32; OVER],
    of_stretch: [f32; STRETCHES],
}

impl<const OVER: usize> Lowest<OVER> {
    fn new() -> Self {
        Self {
            recent: [0.0; OVER],
            of_stretch: [f32::INFINITY; STRETCHES],
        }
    }

    /// With the value of frame `index` taken in.
    fn with(&mut self, index: u32, value: f32) -> f32 {
        if let Some(slot) = self.recent.get_mut(index as usize % OVER) {
            *slot = value;
        }
        if index as usize + 1 >= OVER {
            let mean = self.recent.iter().sum::<f32>() / OVER as f32;
            let begins = index.is_multiple_of(STRETCH);
            if let Some(lowest) = self.of_stretch.get_mut((index / STRETCH) as usize % STRETCHES) {
                *lowest = if begins { mean } else { lowest.min(mean) };
            }
        }
        self.of_stretch.iter().copied().fold(f32::INFINITY, f32::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(level_db: f32) -> f32 {
        10.0_f32.powf(level_db / 10.0)
    }

    #[test]
    fn what_lies_far_under_the_speech_is_none() {
        let mut gate = Gate::new();
        assert!(gate.open(0.9, -30.0, power(-30.0)));
        assert!(!gate.open(0.9, -70.0, power(-70.0)));
        assert!(gate.open(0.9, -50.0, power(-50.0)));
    }

    #[test]
    fn over_voices_that_never_stop_only_the_near_one_is_speech() {
        let mut gate = Gate::new();
        for frame in 0..400_u32 {
            let near = frame % 40 < 20;
            let level_db = if near { -28.0 } else { -40.0 };
            let open = gate.open(0.8, level_db, power(level_db));
            assert!(frame < KNOWN_AFTER || open == near, "frame {frame}");
        }
    }

    #[test]
    fn the_lowest_is_forgotten_after_twelve_seconds() {
        let mut lowest = Lowest::<SMOOTHED>::new();
        for index in 0..100 {
            lowest.with(index, 0.1);
        }
        let long_after = (100..100 + 13 * STRETCH).map(|index| lowest.with(index, 0.5));
        assert_eq!(long_after.last(), Some(0.5));
    }
}
