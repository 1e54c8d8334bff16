//! The ring between the playback thread and a loudspeaker, and the thread's half of it.
//!
//! Fills the ring and says what the samples mean; [`SamplePull`] is the other half.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::{Counters, SamplePull};

/// Frames the ring holds: 2 s at 48 kHz, 1 s at 96. The thread behind it keeps the rest of the line and comes by every few
/// milliseconds.
const CAPACITY: usize = 96_000;

/// Lines are numbered from 1; this is none of them.
pub(crate) const NO_LINE: u64 = 0;

/// What the playback thread and the callback tell each other. Each field has one writer.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    // Written by the thread.
    pub(crate) line: AtomicU64,
    pub(crate) whole: AtomicU64,
    pub(crate) stop: AtomicU64,
    pub(crate) hold: AtomicU64,
    pub(crate) target: AtomicU32,
    pub(crate) fade: AtomicU32,
    // Written by the callback.
    pub(crate) started: AtomicU64,
    pub(crate) done: AtomicU64,
    pub(crate) played: AtomicU64,
    pub(crate) underruns: AtomicU64,
    pub(crate) latency_micros: AtomicU64,
}

/// The playback thread's half: fills the ring and says what the samples mean.
#[derive(Debug)]
pub struct LineControl {
    ring: rtrb::Producer<f32>,
    shared: Arc<Shared>,
    counters: Arc<Counters>,
    line: u64,
}

/// A fresh ring; one for each stream that is opened.
pub fn line_ring() -> (LineControl, SamplePull) {
    let (producer, consumer) = rtrb::RingBuffer::new(CAPACITY);
    let shared = Arc::new(Shared::default());
    let counters = Counters::new();
    let control = LineControl {
        ring: producer,
        shared: Arc::clone(&shared),
        counters: Arc::clone(&counters),
        line: NO_LINE,
    };
    (control, SamplePull::new(consumer, shared, counters))
}

impl LineControl {
    /// Begins a line. The one before must be [`done`](Self::done), or its samples would run into this one.
    /// `target` frames must be there before the first is heard; `fade` is the length of fades in frames.
    pub fn begin(&mut self, target: u32, fade: u32) {
        self.line += 1;
        self.shared.target.store(target, Ordering::Relaxed);
        self.shared.fade.store(fade.max(1), Ordering::Relaxed);
        self.shared.line.store(self.line, Ordering::Release);
    }

    /// Puts in what fits of `samples`; returns how many went in.
    pub fn push(&mut self, samples: &[f32]) -> usize {
        let (pushed, _) = self.ring.push_partial_slice(samples);
        pushed.len()
    }

    /// Nothing more will come for this line.
    pub fn whole(&self) {
        self.shared.whole.store(self.line, Ordering::Release);
    }

    /// The line is to fade out now.
    pub fn stop(&self) {
        self.shared.stop.store(self.line, Ordering::Release);
    }

    /// The line is to fall silent where it is (`true`), or to go on from there.
    pub fn hold(&self, hold: bool) {
        let held = if hold { self.line } else { NO_LINE };
        self.shared.hold.store(held, Ordering::Release);
    }

    /// Raises the amount that must be there before a line that ran dry goes on.
    pub fn set_target(&self, target: u32) {
        self.shared.target.store(target, Ordering::Relaxed);
    }

    /// Whether the first frame of the line went to the device.
    pub fn started(&self) -> bool {
        self.shared.started.load(Ordering::Acquire) == self.line
    }

    /// Whether the line ended, by itself or by a stop; true before the first line.
    pub fn done(&self) -> bool {
        self.shared.done.load(Ordering::Acquire) == self.line
    }

    /// Frames of this line that went to the device.
    pub fn played(&self) -> u64 {
        if self.started() {
            self.shared.played.load(Ordering::Relaxed)
        } else {
            0
        }
    }

    /// How often lines ran dry before they were whole.
    pub fn underruns(&self) -> u64 {
        self.shared.underruns.load(Ordering::Relaxed)
    }

    /// Microseconds between a callback and the sound, as the device last estimated.
    pub fn latency_micros(&self) -> u64 {
        self.shared.latency_micros.load(Ordering::Relaxed)
    }

    /// Whether the device let go of its half.
    pub fn is_abandoned(&self) -> bool {
        self.ring.is_abandoned()
    }

    /// Shared counters: calls and faults.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }
}
