//! What the recorder notices about the sound itself: its level, and digital silence.

use std::time::{Duration, Instant};

use rehearse_audio::level::{Level, LevelMeter};

/// Blocks come a little unevenly; a bit less than a twentieth of a second keeps all levels of live sound.
const LEVEL_EVERY: Duration = Duration::from_millis(40);

pub(super) struct Ear {
    meter: LevelMeter,
    told: Instant,
    zeros: u64,
    most_zeros: u64,
}

/// What is worth telling about a block.
pub(super) struct Noticed {
    pub(super) level: Option<Level>,
    /// The silence has just become suspiciously long and perfect.
    pub(super) all_zeros: bool,
}

impl Ear {
    /// An ear that finds `most_zeros` samples of nothing suspicious.
    pub(super) fn new(most_zeros: u64) -> Self {
        Self {
            meter: LevelMeter::new(),
            told: Instant::now(),
            zeros: 0,
            most_zeros,
        }
    }

    /// Another microphone starts with a clean record.
    pub(super) fn turn_to_another(&mut self) {
        self.meter = LevelMeter::new();
        self.zeros = 0;
    }

    pub(super) fn hear(&mut self, block: &[f32]) -> Noticed {
        let mut level = None;
        self.meter.push(block, |latest| level = Some(latest));
        if level.is_some() && self.told.elapsed() >= LEVEL_EVERY {
            self.told = Instant::now();
        } else {
            level = None;
        }
        let before = self.zeros;
        match block.iter().rposition(|&sample| sample != 0.0) {
            None => self.zeros += block.len() as u64,
            Some(last) => self.zeros = (block.len() - 1 - last) as u64,
        }
        let all_zeros = before < self.most_zeros && self.zeros >= self.most_zeros;
        Noticed { level, all_zeros }
    }
}
