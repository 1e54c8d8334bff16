//! Overrules the network by the level: against the running speech, and against what sounds all the time.
//!
//! The levels were set on the tuning part of the accuracy run; those of what is refused are choices that change nothing
//! in it.

use super::{KNOWN_AFTER, LOWEST_DB, STRETCH, STRETCHES, SpeechDetector, Voice};

/// What is so many decibels under the running level of the speech is none, whatever the network says.
const DEPTH_DB: f32 = 34.0;
/// How fast the running level follows, each frame.
const FOLLOWS: f32 = 0.05;
/// How fast it follows what is refused for being too far under it: one loud burst that was taken for speech must not
/// keep out a soft voice for the rest of the turn ...
const FOLLOWS_REFUSED: f32 = 0.01;
/// ... and what the network mistakes for speech in a silence, close over the floor, must not open the gate.
const REFUSED_ABOVE_FLOOR_DB: f32 = 12.0;
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
/// The lowest is looked for in the last twelve stretches, smoothed over eight frames.
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

    /// Whose voice a frame of this score, level and power holds.
    pub(super) fn voice(&mut self, score: f32, level_db: f32, power: f32) -> Voice {
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
            return Voice::None;
        }
        let speech_db = self.speech_db.get_or_insert(level_db);
        if level_db < *speech_db - DEPTH_DB {
            if level_db > floor_db + REFUSED_ABOVE_FLOOR_DB {
                *speech_db += FOLLOWS_REFUSED * (level_db - *speech_db);
            }
            return Voice::None;
        }
        *speech_db += FOLLOWS * (level_db - *speech_db);
        let voices = lowest_score > LOWEST_OVER_VOICES
            && *speech_db - floor_db < FLOOR_WITHIN_DB
            && *speech_db - decibels(softest) < SOFTEST_WITHIN_DB;
        if !voices {
            Voice::Alone
        } else if level_db > floor_db + ABOVE_VOICES_DB {
            Voice::Near
        } else {
            Voice::Far
        }
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
            let begins = index.is_multiple_of(STRETCH as u32);
            if let Some(lowest) = self.of_stretch.get_mut(index as usize / STRETCH % STRETCHES) {
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

    fn opens(gate: &mut Gate, score: f32, level_db: f32) -> bool {
        gate.voice(score, level_db, power(level_db)).is_speech()
    }

    #[test]
    fn what_lies_far_under_the_speech_is_none() {
        let mut gate = Gate::new();
        assert!(opens(&mut gate, 0.9, -30.0));
        assert!(!opens(&mut gate, 0.9, -70.0));
        assert!(opens(&mut gate, 0.9, -50.0));
    }

    /// Speech of half a second at this level with pauses of as much at -80 dB; how many of its frames are let through.
    fn spoken_frames(gate: &mut Gate, level_db: f32, seconds: u32) -> usize {
        let frames = 0..seconds * 64;
        frames
            .filter(|frame| {
                let spoken = frame % 64 < 32;
                let (score, level_db) = if spoken { (0.9, level_db) } else { (0.1, -80.0) };
                opens(gate, score, level_db) && spoken
            })
            .count()
    }

    #[test]
    fn a_loud_burst_keeps_a_soft_voice_out_for_less_than_three_seconds() {
        let mut gate = Gate::new();
        for _ in 0..20 {
            assert!(opens(&mut gate, 0.9, -3.0));
        }
        spoken_frames(&mut gate, -50.0, 3);
        assert_eq!(spoken_frames(&mut gate, -50.0, 10), 320);
    }

    #[test]
    fn what_is_mistaken_for_speech_in_a_long_silence_does_not_open_the_gate() {
        let mut gate = Gate::new();
        spoken_frames(&mut gate, -26.0, 3);
        for _ in 0..1_000 {
            assert!(!opens(&mut gate, 0.9, -75.0));
        }
    }

    #[test]
    fn over_voices_that_never_stop_only_the_near_one_is_speech() {
        let mut gate = Gate::new();
        for frame in 0..400_u32 {
            let near = frame % 40 < 20;
            let level_db = if near { -28.0 } else { -40.0 };
            let open = opens(&mut gate, 0.8, level_db);
            assert!(frame < KNOWN_AFTER || open == near, "frame {frame}");
        }
    }

    #[test]
    fn the_lowest_is_forgotten_after_twelve_seconds() {
        let mut lowest = Lowest::<SMOOTHED>::new();
        for index in 0..100 {
            lowest.with(index, 0.1);
        }
        let long_after = (100..100 + 13 * STRETCH as u32).map(|index| lowest.with(index, 0.5));
        assert_eq!(long_after.last(), Some(0.5));
    }
}
