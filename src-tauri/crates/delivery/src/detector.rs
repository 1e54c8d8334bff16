//! The one voice-activity detector of the house.

/// Whether there was speech in one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Activity {
    /// Start of the frame in milliseconds from the first sample pushed.
    pub start_ms: u32,
    /// End of the frame.
    pub end_ms: u32,
    /// Whether it is speech, before gaps are closed and bursts are dropped.
    pub speech: bool,
    /// Level of the frame in decibels of full scale (root mean square).
    pub level_db: f32,
}

/// Streaming voice activity at any rate from [`crate::LOWEST_RATE`] to [`crate::HIGHEST_RATE`].
pub struct SpeechDetector {}

impl SpeechDetector {
    /// A detector for sound of this rate, in hertz.
    ///
    /// # Errors
    /// [`crate::RateError`] for a rate out of range.
    pub fn new(sample_rate: u32) -> Result<Self, crate::RateError> {
        crate::meter::checked(sample_rate)?;
        Ok(Self {})
    }

    /// Takes a block of any length and appends the frames that are now decided.
    pub fn push(&mut self, _mono: &[f32], _out: &mut Vec<Activity>) {}

    /// Forgets everything: for another device or another turn.
    pub fn reset(&mut self) {}
}
