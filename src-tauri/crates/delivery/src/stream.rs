//! Cuts a stream of blocks of any length into overlapping frames, and the inner product that all methods share.

/// Overlapping frames of one length, `hop` samples apart; what lies before the first sample is silence.
pub(crate) struct Frames {
    length: usize,
    hop: usize,
    waiting: Vec<f32>,
    next: usize,
}

impl Frames {
    /// Frames whose first one starts `lead` samples before the stream does.
    pub(crate) fn new(length: usize, hop: usize, lead: usize) -> Self {
        Self {
            length,
            hop,
            waiting: vec![0.0; lead],
            next: 0,
        }
    }

    /// Takes a block and hands on each frame that is now complete.
    pub(crate) fn push(&mut self, samples: &[f32], mut each: impl FnMut(&[f32])) {
        self.waiting.extend_from_slice(samples);
        while let Some(frame) = self.waiting.get(self.next..self.next + self.length) {
            each(frame);
            self.next += self.hop;
        }
        // Moving what is left only now and then keeps single samples cheap.
        if self.next >= self.length.max(self.waiting.len() / 2) {
            let gone = self.next.min(self.waiting.len());
            self.waiting.drain(..gone);
            self.next -= gone;
        }
    }
}

/// Appends to what is kept until the end. It grows by a fixed step, not to the double, so that little stands empty.
pub(crate) fn keep<T>(kept: &mut Vec<T>, value: T) {
    const STEP: usize = 4096;
    if kept.len() == kept.capacity() {
        kept.reserve_exact(STEP);
    }
    kept.push(value);
}

/// A level in hundredths of a decibel, as it is kept.
pub(crate) fn hundredths(decibels: f32) -> i16 {
    (decibels * 100.0)
        .round()
        .clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16
}

/// Sum of the products. Eight sums run side by side, so that the order of adding, and with it the result, is the
/// same on every machine and the compiler may use its vector instructions.
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest: f32 = ones
        .remainder()
        .iter()
        .zip(others.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in ones.zip(others) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_the_same_for_any_blocks() {
        let sound: Vec<f32> = (0..1000_u16).map(f32::from).collect();
        let cut = |block: usize| {
            let mut frames = Frames::new(64, 48, 10);
            let mut all = Vec::new();
            for piece in sound.chunks(block) {
                frames.push(piece, |frame| all.push(frame.to_vec()));
            }
            all
        };
        let whole = cut(1000);
        assert_eq!(whole.len(), 1 + (1010 - 64) / 48);
        assert_eq!(whole[1][0], 38.0);
        for block in [1, 7, 48, 64, 100] {
            assert_eq!(cut(block), whole);
        }
    }

    #[test]
    fn a_hop_longer_than_the_frame_skips_samples() {
        let mut frames = Frames::new(2, 5, 0);
        let mut starts = Vec::new();
        for sample in 0..23_u8 {
            frames.push(&[f32::from(sample)], |frame| starts.push(frame[0]));
        }
        assert_eq!(starts, [0.0, 5.0, 10.0, 15.0, 20.0]);
    }

    #[test]
    fn the_inner_product_takes_the_rest_along() {
        let numbers: Vec<f32> = (1..=11_u8).map(f32::from).collect();
        assert_eq!(dot(&numbers, &numbers), 506.0);
    }
}
