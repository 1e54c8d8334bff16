//! Hears when somebody speaks and when they pause, while it is asked to. It tells nothing of a sound that is shorter
//! than a word, and nothing of what it heard stays here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rehearse_audio::SAMPLE_RATE;
use rehearse_delivery::{Activity, SpeechDetector};
use serde::{Deserialize, Serialize};

/// Names a stretch of listening; given by whoever asks for it, so that a late answer is told from the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListenId(pub u64);

/// So much voice is more than a click, a knock or a cough: 15 frames of 16 ms.
const WORD_MS: u32 = 240;
/// A gap in a sound that may become a word; the closure of a stop is shorter.
const GAP_MS: u32 = 112;
/// A gap after a word is a pause from here on. Told early: how long a pause ends a turn is for others to say.
const PAUSE_MS: u32 = 208;

/// What was heard. All times are counted back from the newest sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// A voice has begun; its first sample is so old.
    Began { age: Duration },
    /// It lasted so long, and is silent for so long.
    Paused { lasted: Duration, ago: Duration },
}

pub(super) struct VoiceEar {
    id: ListenId,
    detector: SpeechDetector,
    frames: Vec<Activity>,
    /// Samples since the detector was fresh.
    pushed: u64,
    sound: Option<Voiced>,
}

/// A sound that is a voice, or may become one. In milliseconds of the detector.
#[derive(Clone, Copy)]
struct Voiced {
    from: u32,
    to: u32,
    voiced: u32,
    told: bool,
}

impl VoiceEar {
    /// `None` when there is no detector for the house rate, which does not happen.
    pub(super) fn new(id: ListenId) -> Option<Self> {
        let detector = SpeechDetector::new(SAMPLE_RATE)
            .inspect_err(|error| tracing::error!(%error, "voices are not heard"))
            .ok()?;
        Some(Self {
            id,
            detector,
            frames: Vec::new(),
            pushed: 0,
            sound: None,
        })
    }

    pub(super) const fn id(&self) -> ListenId {
        self.id
    }

    /// Takes what the microphone delivered and tells what is now known. About 0.5 ms of work for a second of sound.
    /// After a panic of the detector it begins anew, as on another microphone, and whoever records goes on.
    pub(super) fn hear(&mut self, block: &[f32], mut tell: impl FnMut(Spoken)) {
        self.frames.clear();
        self.pushed += block.len() as u64;
        let Self { detector, frames, .. } = self;
        if catch_unwind(AssertUnwindSafe(|| detector.push(block, frames))).is_err() {
            tracing::error!("the voice detector panicked");
            self.frames.clear();
            if let Some(paused) = self.turn_to_another() {
                tell(paused);
            }
        }
        for frame in std::mem::take(&mut self.frames) {
            self.judge(&frame, &mut tell);
        }
    }

    /// Another microphone: a voice that was going on has paused as far as anybody knows.
    pub(super) fn turn_to_another(&mut self) -> Option<Spoken> {
        self.detector.reset();
        self.pushed = 0;
        let sound = self.sound.take().filter(|sound| sound.told)?;
        Some(Spoken::Paused {
            lasted: millis(sound.to - sound.from),
            ago: Duration::ZERO,
        })
    }

    fn judge(&mut self, frame: &Activity, tell: &mut impl FnMut(Spoken)) {
        let now = self.pushed * 1000 / u64::from(SAMPLE_RATE);
        let ago = |at: u32| Duration::from_millis(now.saturating_sub(u64::from(at)));
        match &mut self.sound {
            Some(sound) if frame.speech => {
                sound.to = frame.end_ms;
                sound.voiced += frame.end_ms - frame.start_ms;
                if !sound.told && sound.voiced >= WORD_MS {
                    sound.told = true;
                    tell(Spoken::Began { age: ago(sound.from) });
                }
            }
            Some(sound) => {
                let silent = frame.end_ms - sound.to;
                if sound.told && silent >= PAUSE_MS {
                    tell(Spoken::Paused {
                        lasted: millis(sound.to - sound.from),
                        ago: ago(sound.to),
                    });
                    self.sound = None;
                } else if !sound.told && silent >= GAP_MS {
                    self.sound = None;
                }
            }
            None if frame.speech => {
                self.sound = Some(Voiced {
                    from: frame.start_ms,
                    to: frame.end_ms,
                    voiced: frame.end_ms - frame.start_ms,
                    told: false,
                });
            }
            None => {}
        }
    }
}

fn millis(count: u32) -> Duration {
    Duration::from_millis(u64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of frames that are speech (`#`) or not (`.`), one a sign; ages are those of the last sample.
    fn told(frames: &str) -> Vec<Spoken> {
        let mut ear = VoiceEar::new(ListenId(1)).unwrap();
        let mut all = Vec::new();
        for (index, sign) in (0_u32..).zip(frames.chars()) {
            let frame = Activity {
                start_ms: index * 16,
                end_ms: index * 16 + 16,
                speech: sign == '#',
                score: 0.0,
                level_db: -30.0,
            };
            ear.pushed = u64::from(frame.end_ms) * u64::from(SAMPLE_RATE) / 1000;
            ear.judge(&frame, &mut |spoken| all.push(spoken));
        }
        all
    }

    #[test]
    fn a_word_is_told_with_its_beginning_and_a_pause_with_its_length() {
        let word = format!("....{}{}", "#".repeat(20), ".".repeat(13));
        assert_eq!(
            told(&word),
            [
                Spoken::Began { age: millis(240) },
                Spoken::Paused {
                    lasted: millis(320),
                    ago: millis(208)
                }
            ]
        );
    }

    #[test]
    fn knocks_that_come_one_after_the_other_are_no_word() {
        assert_eq!(told(&format!("{}{}", "#".repeat(14), ".".repeat(30))), []);
        assert_eq!(told(&"####.......".repeat(20)), []);
    }

    #[test]
    fn the_closure_of_a_stop_is_no_pause() {
        let broken = format!("{}......{}............###", "#".repeat(9), "#".repeat(9));
        assert_eq!(told(&broken), [Spoken::Began { age: millis(21 * 16) }]);
    }

    #[test]
    fn at_another_microphone_the_voice_has_paused() {
        let mut ear = VoiceEar::new(ListenId(1)).unwrap();
        assert_eq!(ear.turn_to_another(), None);
        ear.sound = Some(Voiced {
            from: 0,
            to: 320,
            voiced: 320,
            told: true,
        });
        let paused = Spoken::Paused {
            lasted: millis(320),
            ago: Duration::ZERO,
        };
        assert_eq!(ear.turn_to_another(), Some(paused));
        assert_eq!(ear.turn_to_another(), None);
    }
}
