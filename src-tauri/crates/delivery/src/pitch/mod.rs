//! Fundamental frequency after Boersma (1993), "Accurate short-term analysis of the fundamental frequency and the
//! harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, with the standard settings of Praat's
//! `To Pitch (ac)`: 75 to 500 Hz, silence 0.03, voicing 0.45, octave cost 0.01, octave jump 0.35, voicing change 0.14.

mod candidates;
mod path;
mod summary;

pub(crate) use candidates::{Candidates, Spectrum};
pub(crate) use path::track;
pub(crate) use summary::summary;

use candidates::Packed;

/// Lowest pitch searched, in hertz.
pub(crate) const FLOOR_HZ: f32 = 75.0;
/// Highest pitch searched, in hertz.
pub(crate) const CEILING_HZ: f32 = 500.0;
/// Time from one frame to the next, in milliseconds; frame n is centred at n times this.
pub(crate) const FRAME_MS: u32 = 10;

const SILENCE: f32 = 0.03;
const VOICING: f32 = 0.45;
const OCTAVE_COST: f32 = 0.01;
const OCTAVE_JUMP_COST: f32 = 0.35;
const VOICING_CHANGE_COST: f32 = 0.14;

/// How well it is explained that a frame has no voice: better, the quieter it is against the whole recording.
fn strength_of_no_voice(relative_peak: f32) -> f32 {
    VOICING + (2.0 - relative_peak * (1.0 + VOICING) / SILENCE).max(0.0)
}

/// One frame of the track: the candidate that was chosen, if any, packed as it was kept. A track is as long as the
/// recording.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Voicing(Packed);

impl Voicing {
    /// Hertz; 0 where there is no voice.
    pub(crate) fn hertz(self) -> f32 {
        match self.strength() > 0.0 {
            true => self.0.candidate().octaves.exp2(),
            false => 0.0,
        }
    }

    /// Height of the peak of the normalized autocorrelation, 0 to 1; 0 where there is no voice.
    pub(crate) fn strength(self) -> f32 {
        self.0.candidate().strength
    }
}
