//! Overrules the network by the level.

use super::SpeechDetector;

/// What is so many decibels under the running level of the speech is none, whatever the network says.
const DEPTH_DB: f32 = 30.0;
/// How fast the running level follows, each frame.
const FOLLOWS: f32 = 0.05;

pub(super) struct Gate {
    speech_db: Option<f32>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self { speech_db: None }
    }

    pub(super) fn open(&mut self, score: f32, level_db: f32) -> bool {
        if score < SpeechDetector::THRESHOLD {
            return false;
        }
        let speech_db = self.speech_db.get_or_insert(level_db);
        if level_db < *speech_db - DEPTH_DB {
            return false;
        }
        *speech_db += FOLLOWS * (level_db - *speech_db);
        true
    }
}
