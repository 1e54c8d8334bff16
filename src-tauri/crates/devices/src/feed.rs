//! The ring between a microphone's real-time callback and the capture thread.
//!
//! [`SampleSink`] is the callback's half: it never allocates, locks, waits or logs. What went wrong is counted and
//! flagged, and the reading half finds out.

use std::sync::Arc;

use cpal::FromSample;

use crate::Counters;
use crate::stall_ring::{Reader, Writer, stall_ring};

/// Frames the ring holds: 8 s at 48 kHz, 4 s at 96 kHz. The capture thread may be held up that long by a disk.
const CAPACITY: usize = 384_000;

/// Of these so many are in use while the capture thread keeps up: a second at 48 kHz.
const USUALLY: usize = 48_000;

/// Channels that are told apart when the loudest is chosen; further ones are ignored.
const MAX_CHANNELS: usize = 32;

/// A quieter channel must become this much stronger (6 dB, as energy) before the choice moves to it, so that it
/// does not flutter.
const SWITCH_RATIO: f32 = 4.0;

/// The callback's half: takes whatever the device delivers and leaves mono behind.
#[derive(Debug)]
pub struct SampleSink {
    ring: Writer,
    counters: Arc<Counters>,
    energy: [f32; MAX_CHANNELS],
    loudest: usize,
}

/// The reading half.
#[derive(Debug)]
pub struct SampleFeed {
    ring: Reader,
    counters: Arc<Counters>,
}

/// A fresh ring; one for each stream that is opened.
pub fn sample_ring() -> (SampleSink, SampleFeed) {
    let (writer, reader) = stall_ring(USUALLY, CAPACITY - USUALLY);
    let counters = Counters::new();
    let sink = SampleSink {
        ring: writer,
        counters: Arc::clone(&counters),
        energy: [0.0; MAX_CHANNELS],
        loudest: 0,
    };
    (
        sink,
        SampleFeed {
            ring: reader,
            counters,
        },
    )
}

impl SampleSink {
    /// Takes one block of interleaved frames. Two channels become their mean; of more the loudest is taken,
    /// because the mean of a silent array and one voice is a quiet voice.
    pub fn push_interleaved<T: Copy>(&mut self, block: &[T], channels: u16)
    where
        f32: FromSample<T>,
    {
        let channels = usize::from(channels.max(1));
        let frames = block.chunks_exact(channels);
        match channels {
            1 => self.push(block.len(), block.iter().map(|&sample| f32::from_sample_(sample))),
            2 => self.push(
                frames.len(),
                frames.map(|frame| frame.iter().map(|&s| f32::from_sample_(s)).sum::<f32>() / 2.0),
            ),
            _ => {
                self.choose_loudest(block, channels);
                let loudest = self.loudest;
                self.push(
                    frames.len(),
                    frames.map(|frame| frame.get(loudest).map_or(0.0, |&s| f32::from_sample_(s))),
                );
            }
        }
    }

    /// Frames that fit in now. A source that is not live waits for room instead of losing samples.
    pub fn room(&self) -> usize {
        self.ring.room()
    }

    /// Whether the reader is gone, so that a source that is not live can end its thread.
    pub fn is_abandoned(&self) -> bool {
        self.ring.is_abandoned()
    }

    /// The shared counters, for the error callback that stands beside this one.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    fn push(&mut self, frames: usize, samples: impl Iterator<Item = f32>) {
        self.counters.called();
        let fitting = self.ring.push(frames, samples);
        self.counters.counted(fitting, frames - fitting);
    }

    fn choose_loudest<T: Copy>(&mut self, block: &[T], channels: usize)
    where
        f32: FromSample<T>,
    {
        for frame in block.chunks_exact(channels) {
            for (energy, &sample) in self.energy.iter_mut().zip(frame) {
                let sample = f32::from_sample_(sample);
                // Smoothed over about 40 ms at 48 kHz.
                *energy += (sample * sample - *energy) / 2048.0;
            }
        }
        let current = self.energy.get(self.loudest).copied().unwrap_or(0.0);
        let best = self
            .energy
            .iter()
            .enumerate()
            .take(channels)
            .max_by(|a, b| a.1.total_cmp(b.1));
        if let Some((index, &energy)) = best
            && energy > current * SWITCH_RATIO
        {
            self.loudest = index;
        }
    }
}

impl SampleFeed {
    /// Appends all that has arrived to `into`; returns how many samples that were.
    pub fn read(&mut self, into: &mut Vec<f32>) -> usize {
        self.ring.read(into)
    }

    /// Whether the backend let go of its half: nothing will arrive any more.
    pub fn is_abandoned(&self) -> bool {
        self.ring.is_abandoned()
    }

    /// The shared counters.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    fn all(feed: &mut SampleFeed) -> Vec<f32> {
        let mut samples = Vec::new();
        feed.read(&mut samples);
        samples
    }

    #[test]
    fn two_channels_become_their_mean() {
        let (mut sink, mut feed) = sample_ring();
        sink.push_interleaved(&[0.5_f32, 0.1, -0.2, -0.4], 2);
        let mean = all(&mut feed);
        assert!(
            (mean[0] - 0.3).abs() < 1e-6 && (mean[1] + 0.3).abs() < 1e-6,
            "{mean:?}"
        );
    }

    #[test]
    fn of_four_channels_the_loudest_is_kept_at_full_level() {
        let (mut sink, mut feed) = sample_ring();
        let block: Vec<i16> = (0..4800).flat_map(|_| [10, -20, 16384, 5]).collect();
        sink.push_interleaved(&block, 4);
        let samples = all(&mut feed);
        assert_eq!(samples.len(), 4800);
        assert!(samples.iter().all(|&s| (s - 0.5).abs() < 1e-3));
    }

    #[test]
    fn a_full_ring_counts_what_it_loses_and_keeps_what_it_has() {
        let (mut sink, mut feed) = sample_ring();
        sink.push_interleaved(&vec![0.25_f32; CAPACITY - 10], 1);
        sink.push_interleaved(&[0.5_f32; 30], 1);
        assert_eq!(feed.counters().dropped(), 20);
        assert_eq!(feed.counters().written(), CAPACITY as u64);
        let samples = all(&mut feed);
        assert_eq!(samples.len(), CAPACITY);
        assert!((samples[CAPACITY - 1] - 0.5).abs() < f32::EPSILON);
    }

    #[test]
    fn the_first_fault_stands_and_a_dropped_sink_is_noticed() {
        let (sink, feed) = sample_ring();
        assert!(!sink.counters().raise(Fault::Busy));
        assert!(sink.counters().raise(Fault::Lost));
        assert_eq!(feed.counters().fault(), Some(Fault::Busy));
        assert!(!feed.is_abandoned());
        drop(sink);
        assert!(feed.is_abandoned());
    }
}
