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
/// Frames of about a second: what lies in the background is looked for in stretches of this length.
pub(crate) const STRETCH: usize = 64;
/// The background does not change within so many stretches.
pub(crate) const STRETCHES: usize = 12;
/// Before so many frames (2 s) were heard, the softest sound may well be speech: nothing is known of the background.
pub(crate) const KNOWN_AFTER: u32 = 120;
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

/// Whose voice a frame holds, as far as can be told when it is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// Nobody's.
    None,
    /// Somebody's, and no other voices are known of.
    Alone,
    /// The near one's, over voices in the background.
    Near,
    /// Too soft to be the near one's where there are voices in the background.
    Far,
}

impl Voice {
    /// Whether it is taken for the speaker's.
    pub(crate) fn is_speech(self) -> bool {
        matches!(self, Self::Alone | Self::Near)
    }
}

/// A frame as the meter keeps it.
#[derive(Clone, Copy)]
pub(crate) struct Heard {
    level: i16,
    pub(crate) voice: Voice,
}

impl Heard {
    pub(crate) fn new(level_db: f32, voice: Voice) -> Self {
        Self {
            level: hundredths(level_db),
            voice,
        }
    }

    pub(crate) fn level_db(&self) -> f32 {
        f32::from(self.level) / 100.0
    }

    pub(crate) fn is_speech(&self) -> bool {
        self.voice.is_speech()
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
        self.listener
            .push(&self.scratch, |activity, _| out.push(activity));
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

    /// Takes samples at [`RATE`] and hands on each frame that is now decided, with whose voice is in it.
    pub(crate) fn push(&mut self, samples: &[f32], mut each: impl FnMut(Activity, Voice)) {
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
            let voice = gate.voice(score, level_db, power);
            let activity = Activity {
                start_ms,
                end_ms: start_ms + FRAME_MS,
                speech: voice.is_speech(),
                score,
                level_db,
            };
            each(activity, voice);
            *heard += 1;
        });
    }

    /// Decides what is left, with silence after it.
    pub(crate) fn finish(&mut self, each: impl FnMut(Activity, Voice)) {
        self.push(&[0.0; 2 * FRAME - 1], each);
    }
}
