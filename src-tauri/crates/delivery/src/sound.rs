//! What comes in, made safe: every sample a number within full scale.

/// Longer blocks are taken in pieces of this many samples, so that nothing grows with them.
pub(crate) const BLOCK: usize = 4096;

/// The sample within -1 to 1; 0 for what is no number.
pub(crate) fn clean(sample: f32) -> f32 {
    if sample.is_finite() {
        sample.clamp(-1.0, 1.0)
    } else {
        0.0
    }
}
