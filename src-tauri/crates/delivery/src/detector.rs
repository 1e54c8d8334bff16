//! The one voice-activity detector of the house: a small neural network (the `earshot` crate) that hears speech, and
//! two gates on the level that overrule it where it is known to err. It sees one frame after the other, never ahead.

mod gate;

use earshot::Detector;

use crate::RateError;
use crate::resample::{RATE, Resampler};
use crate::stream::{Frames, dot, hundredths};
use gate::Gate;

/// Samples of one frame at [`RATE`]: what the network was trained for.
const FRAME: usize = 256;
/// Length of a frame, in milliseconds.
pub(crate) const FRAME_MS: u32 = 16;
/// The level of digital silence.
const LOWEST_DB: f32 = -120.0;

/// What was heard in one frame of 16 ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Activity {
    /// Start of the frame in milliseconds from the first sample pushed.
    pub start_ms: u32,
    /// End of the frame.
    pub end_ms: u32,
    /// Whether it is speech, before gaps are closed and bursts are dropped.
    pub speech: bool,
    /// What the network says, 0 (no speech) to 1; at [`SpeechDetector::THRESHOLD`] it is speech.
    pub score: f32,
    /// Level of the frame in decibels of full scale (root mean square), -120 at the lowest.
    pub level_db: f32,
}

/// A frame as the meter keeps it.
#[derive(Clone, Copy)]
pub(crate) struct Heard {
    level: i16,
    pub(crate) speech: bool,
}

impl Heard {
    pub(crate) fn level_db(&self) -> f32 {
        f32::from(self.level) / 100.0
    }
}

impl From<Activity> for Heard {
    fn from(activity: Activity) -> Self {
        Self {
            level: hundredths(activity.level_db),
            speech: activity.speech,
        }
    }
}

/// Streaming voice activity at any rate from [`crate::LOWEST_RATE`] to [`crate::HIGHEST_RATE`].
pub struct SpeechDetector {
    resampler: Resampler,
    sample_rate: u32,
    scratch: Vec<f32>,
    listener: Listener,
}

impl SpeechDetector {
    /// From this score on a frame is speech: 0.3 takes noise for speech, 0.7 cuts words in two.
    pub const THRESHOLD: f32 = 0.5;

    /// A detector for mono sound of this rate, in hertz.
    ///
    /// # Errors
    /// [`RateError`] for a rate out of range.
    pub fn new(sample_rate: u32) -> Result<Self, RateError> {
        Ok(Self {
            sample_rate: crate::meter::checked(sample_rate)?,
            resampler: Resampler::new(sample_rate),
            scratch: Vec::new(),
            listener: Listener::new(),
        })
    }

    /// Takes a block of any length, full scale at -1 to 1, and appends the frames that are now decided. Samples that
    /// are no numbers count as silence.
    pub fn push(&mut self, mono: &[f32], out: &mut Vec<Activity>) {
        self.scratch.clear();
        for block in mono.chunks(crate::sound::BLOCK) {
            let sound: Vec<f32> = block.iter().map(|sample| crate::sound::clean(*sample)).collect();
            self.resampler.push(&sound, &mut self.scratch);
        }
        self.listener.push(&self.scratch, |activity| out.push(activity));
    }

    /// Forgets everything: for another device or another turn.
    pub fn reset(&mut self) {
        self.resampler = Resampler::new(self.sample_rate);
        self.listener = Listener::new();
    }
}

/// The detector behind the resampler. The network answers one frame late, so a frame is decided with the score of the
/// one after it.
pub(crate) struct Listener {
    frames: Frames,
    network: Box<Detector>,
    gate: Gate,
    heard: u32,
    power_before: Option<f32>,
}

impl Listener {
    pub(crate) fn new() -> Self {
        Self {
            frames: Frames::new(FRAME, FRAME, 0),
            network: Detector::default_boxed(),
            gate: Gate::new(),
            heard: 0,
            power_before: None,
        }
    }

    /// Takes samples at [`RATE`] and hands on each frame that is now decided.
    pub(crate) fn push(&mut self, samples: &[f32], mut each: impl FnMut(Activity)) {
        const { assert!(FRAME_MS * RATE / 1000 == FRAME as u32) };
        let Self {
            frames,
            network,
            gate,
            heard,
            power_before,
        } = self;
        frames.push(samples, |frame| {
            let score = network.predict_f32(frame);
            let own_power = dot(frame, frame) / FRAME as f32;
            let Some(power) = power_before.replace(own_power) else {
                return;
            };
            let level_db = (10.0 * power.max(f32::MIN_POSITIVE).log10()).max(LOWEST_DB);
            let start_ms = *heard * FRAME_MS;
            each(Activity {
                start_ms,
                end_ms: start_ms + FRAME_MS,
                speech: gate.open(score, level_db, power),
                score,
                level_db,
            });
            *heard += 1;
        });
    }

    /// Decides what is left, with silence after it.
    pub(crate) fn finish(&mut self, each: impl FnMut(Activity)) {
        self.push(&[0.0; 2 * FRAME - 1], each);
    }
}
