//! The last moment of what the microphone heard, in memory only: the source of every pre-roll.

use std::collections::VecDeque;

pub(super) struct Recent {
    samples: VecDeque<f32>,
    kept: usize,
}

impl Recent {
    /// Keeps at least `kept` samples, if there were so many.
    pub(super) fn new(kept: u64) -> Self {
        Self {
            samples: VecDeque::new(),
            kept: usize::try_from(kept).unwrap_or(usize::MAX),
        }
    }

    /// From now on keeps at least so many.
    pub(super) fn keep(&mut self, kept: u64) {
        self.kept = usize::try_from(kept).unwrap_or(usize::MAX);
    }

    /// Forgets what is too old. Called in rounds without an order, before new sound is added and not after, so that all
    /// of the last round stays: a press may be noticed late.
    pub(super) fn forget(&mut self) {
        let surplus = self.samples.len().saturating_sub(self.kept);
        self.samples.drain(..surplus);
    }

    pub(super) fn extend(&mut self, block: &[f32]) {
        self.samples.extend(block);
    }

    pub(super) fn clear(&mut self) {
        self.samples.clear();
    }

    /// What is left from `wanted` on, in samples of a stream that is at `position` now, and where that begins.
    pub(super) fn since(&self, wanted: u64, position: u64) -> (u64, Vec<f32>) {
        let oldest = position.saturating_sub(self.samples.len() as u64);
        let first = wanted.max(oldest);
        let skipped = usize::try_from(first - oldest).unwrap_or(usize::MAX);
        (first, self.samples.iter().skip(skipped).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_given_as_far_as_it_is_remembered() {
        let mut recent = Recent::new(4);
        recent.extend(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(recent.since(1, 6), (1, vec![1.0, 2.0, 3.0, 4.0, 5.0]));
        recent.forget();
        assert_eq!(recent.since(1, 6), (2, vec![2.0, 3.0, 4.0, 5.0]));
        assert_eq!(recent.since(9, 6), (9, vec![]));
    }
}
