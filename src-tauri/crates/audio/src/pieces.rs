//! Sound that comes in pieces and is wanted in several places: each piece is held once, whoever holds it.

use std::sync::Arc;

/// Mono samples at [`SAMPLE_RATE`](crate::SAMPLE_RATE), in the pieces in which they came. A clone shares the samples.
///
/// ```
/// use rehearse_audio::pieces::Pieces;
///
/// let mut sound = Pieces::default();
/// sound.push(vec![0.1, 0.2]);
/// sound.push(vec![0.3]);
/// assert_eq!((sound.len(), sound.after(1)), (3, &[0.2][..]));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    /// Each with the number of samples up to its end. None is empty.
    pieces: Vec<(usize, Arc<[f32]>)>,
}

impl Pieces {
    /// A sound that is there in one piece.
    pub fn of(samples: impl Into<Arc<[f32]>>) -> Self {
        let mut pieces = Self::default();
        pieces.push(samples);
        pieces
    }

    /// Adds a piece of any length.
    pub fn push(&mut self, samples: impl Into<Arc<[f32]>>) {
        let samples = samples.into();
        if !samples.is_empty() {
            self.pieces.push((self.len() + samples.len(), samples));
        }
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.pieces.last().map_or(0, |(end, _)| *end)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What lies in one piece from sample number `place` on; empty where there is no such sample.
    pub fn after(&self, place: usize) -> &[f32] {
        let at = self.pieces.partition_point(|(end, _)| *end <= place);
        let piece = self.pieces.get(at).and_then(|(end, samples)| {
            let begin = end - samples.len();
            samples.get(place - begin..)
        });
        piece.unwrap_or_default()
    }

    /// The pieces in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<[f32]>> {
        self.pieces.iter().map(|(_, samples)| samples)
    }

    /// Keeps the first `len` samples. Whoever else holds the sound keeps all of it.
    pub fn truncate(&mut self, len: usize) {
        let whole = self.pieces.partition_point(|(end, _)| *end <= len);
        let rest = self.pieces.split_off(whole.min(self.pieces.len()));
        if let Some((end, samples)) = rest.first() {
            let begin = end - samples.len();
            self.push(samples.get(..len - begin).unwrap_or_default());
        }
    }

    /// All samples in one piece.
    pub fn to_vec(&self) -> Vec<f32> {
        let mut all = Vec::with_capacity(self.len());
        for piece in self.iter() {
            all.extend_from_slice(piece);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The samples 0, 1, 2 ... in pieces of those lengths.
    fn counted(lengths: &[usize]) -> Pieces {
        let (mut pieces, mut next) = (Pieces::default(), 0);
        for length in lengths {
            let samples: Vec<f32> = (next..next + length).map(|sample| sample as f32).collect();
            pieces.push(samples);
            next += length;
        }
        pieces
    }

    #[test]
    fn walked_through_in_any_steps_each_sample_comes_once() {
        let pieces = counted(&[1, 0, 5, 2, 7]);
        for step in 1..9 {
            let mut walked = Vec::new();
            while let Some(bite) = pieces.after(walked.len()).chunks(step).next() {
                walked.extend_from_slice(bite);
            }
            assert_eq!(walked, pieces.to_vec(), "in steps of {step}");
        }
        assert_eq!(pieces.after(15), [0.0; 0], "there is no more");
        assert_eq!(pieces.after(usize::MAX), [0.0; 0]);
    }

    #[test]
    fn cut_anywhere_what_is_left_is_the_beginning_and_others_keep_all() {
        let all = counted(&[3, 1, 4]);
        for len in 0..12 {
            let mut cut = all.clone();
            cut.truncate(len);
            assert_eq!(cut.to_vec(), all.to_vec().get(..len.min(8)).unwrap(), "{len}");
            assert_eq!((cut.len(), cut.is_empty()), (len.min(8), len == 0));
        }
        assert_eq!(all.len(), 8);
    }

    #[test]
    fn a_clone_holds_the_same_samples() {
        let one = counted(&[4]);
        let other = one.clone();
        assert!(
            one.iter()
                .zip(other.iter())
                .all(|(one, other)| Arc::ptr_eq(one, other))
        );
    }
}
