//! The ring between the playback thread and a loudspeaker's real-time callback, with the jitter buffer's rules.
//!
//! [`SamplePull`] is the callback's half: it never allocates, locks, waits or logs. A line of speech starts when
//! enough of it is there (or all of it), fades in over 5 ms, and is never cut hard: an empty ring or a stop fade out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use cpal::FromSample;

use crate::Counters;

/// Frames the ring holds: 2 s at 96 kHz. The thread behind it keeps the rest of the line.
const CAPACITY: usize = 192_000;

/// Lines are numbered from 1; this is none of them.
const NO_LINE: u64 = 0;

/// What the playback thread and the callback tell each other. Each field has one writer.
#[derive(Debug, Default)]
struct Shared {
    // Written by the thread.
    line: AtomicU64,
    whole: AtomicU64,
    stop: AtomicU64,
    target: AtomicU32,
    fade: AtomicU32,
    // Written by the callback.
    started: AtomicU64,
    done: AtomicU64,
    played: AtomicU64,
    underruns: AtomicU64,
    latency_micros: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// Nothing to play.
    Idle,
    /// Waiting until enough is there.
    Buffering,
    /// Playing; so many frames of the fade-in are behind it.
    Playing(u32),
    /// Stopping, with this many frames of fade-out left.
    Stopping(u32),
}

/// The callback's half.
#[derive(Debug)]
pub struct SamplePull {
    ring: rtrb::Consumer<f32>,
    shared: Arc<Shared>,
    counters: Arc<Counters>,
    line: u64,
    phase: Phase,
    /// What was heard last; faded to nothing after a sudden end.
    last: f32,
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
    let pull = SamplePull {
        ring: consumer,
        shared,
        counters,
        line: NO_LINE,
        phase: Phase::Idle,
        last: 0.0,
    };
    (control, pull)
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

impl SamplePull {
    /// Fills one block of interleaved frames, the same in every channel. `latency_micros` is how long the device
    /// says it takes until the first of them is heard.
    pub fn fill_interleaved<T: Copy + FromSample<f32>>(
        &mut self,
        block: &mut [T],
        channels: u16,
        latency_micros: u64,
    ) {
        self.counters.called();
        self.shared
            .latency_micros
            .store(latency_micros, Ordering::Relaxed);
        self.notice_new_line();
        let stopping = self.shared.stop.load(Ordering::Acquire) == self.line && self.line != NO_LINE;
        let fade = self.shared.fade.load(Ordering::Relaxed).max(1);
        if stopping {
            match self.phase {
                Phase::Playing(_) => self.phase = Phase::Stopping(fade),
                Phase::Buffering => self.finish(),
                Phase::Idle | Phase::Stopping(_) => {}
            }
        }
        let mut played = 0;
        for frame in block.chunks_mut(usize::from(channels.max(1))) {
            let sample = T::from_sample_(self.next(fade, &mut played));
            frame.fill(sample);
        }
        self.shared.played.fetch_add(played, Ordering::Relaxed);
        if played > 0 {
            self.shared.started.store(self.line, Ordering::Release);
        }
        if self.phase == Phase::Idle && self.line != NO_LINE {
            // After `played`, so that who sees the end sees the whole length.
            self.shared.done.store(self.line, Ordering::Release);
        }
    }

    /// The shared counters, for the error callback that stands beside this one.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    fn notice_new_line(&mut self) {
        let line = self.shared.line.load(Ordering::Acquire);
        if line != self.line {
            self.line = line;
            self.phase = Phase::Buffering;
            self.shared.played.store(0, Ordering::Relaxed);
        }
    }

    fn is_whole(&self) -> bool {
        self.shared.whole.load(Ordering::Acquire) == self.line
    }

    fn next(&mut self, fade: u32, played: &mut u64) -> f32 {
        if self.phase == Phase::Buffering {
            // Asked in this order: once the line is whole, all of it is in the ring or was.
            let whole = self.is_whole();
            let ready = self.ring.slots();
            if whole || ready >= self.shared.target.load(Ordering::Relaxed) as usize {
                self.phase = Phase::Playing(0);
            }
        }
        match self.phase {
            Phase::Idle | Phase::Buffering => self.let_fade(fade),
            Phase::Playing(step) => {
                let whole = self.is_whole();
                match self.ring.pop() {
                    Ok(sample) => {
                        *played += 1;
                        self.phase = Phase::Playing(step.saturating_add(1).min(fade));
                        let gain = if step >= fade {
                            1.0
                        } else {
                            step as f32 / fade as f32
                        };
                        self.last = sample * gain;
                        self.last
                    }
                    Err(_) if whole => {
                        self.phase = Phase::Idle;
                        self.let_fade(fade)
                    }
                    Err(_) => {
                        self.shared.underruns.fetch_add(1, Ordering::Relaxed);
                        self.phase = Phase::Buffering;
                        self.let_fade(fade)
                    }
                }
            }
            Phase::Stopping(left) => match (left, self.ring.pop()) {
                (1.., Ok(sample)) => {
                    *played += 1;
                    self.phase = Phase::Stopping(left - 1);
                    self.last = sample * left as f32 / fade as f32;
                    self.last
                }
                _ => {
                    self.finish();
                    self.let_fade(fade)
                }
            },
        }
    }

    /// Lets the last value die away instead of jumping to zero, which would be heard as a click.
    fn let_fade(&mut self, fade: u32) -> f32 {
        self.last *= 1.0 - (4.0 / fade as f32).min(1.0);
        self.last
    }

    fn finish(&mut self) {
        self.phase = Phase::Idle;
        let rest = self.ring.slots();
        if let Ok(chunk) = self.ring.read_chunk(rest) {
            chunk.commit_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FADE: u32 = 10;

    fn draw(pull: &mut SamplePull, frames: usize) -> Vec<f32> {
        let mut block = vec![9.0_f32; frames];
        pull.fill_interleaved(&mut block, 1, 0);
        block
    }

    #[test]
    fn a_line_waits_for_its_target_and_then_fades_in() {
        let (mut control, mut pull) = line_ring();
        control.begin(100, FADE);
        assert_eq!(control.push(&[0.5; 99]), 99);
        assert!(draw(&mut pull, 20).iter().all(|&s| s == 0.0));
        assert!(!control.started());
        control.push(&[0.5; 101]);
        let heard = draw(&mut pull, 20);
        assert!(control.started());
        assert!(
            heard.windows(2).take(10).all(|pair| pair[0] < pair[1]),
            "{heard:?}"
        );
        assert!((heard[15] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_whole_line_starts_at_once_and_ends_with_its_last_frame() {
        let (mut control, mut pull) = line_ring();
        control.begin(1000, FADE);
        control.push(&[0.5; 30]);
        control.whole();
        draw(&mut pull, 25);
        assert!(!control.done());
        draw(&mut pull, 25);
        assert!(control.done());
        assert_eq!(control.played(), 30);
        assert_eq!(control.underruns(), 0);
    }

    #[test]
    fn a_line_that_runs_dry_fades_counts_and_waits_for_the_target_again() {
        let (mut control, mut pull) = line_ring();
        control.begin(20, FADE);
        control.push(&[0.5; 20]);
        let heard = draw(&mut pull, 60);
        assert_eq!(control.underruns(), 1);
        assert!(
            heard.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.25),
            "a click: {heard:?}"
        );
        control.set_target(40);
        control.push(&[0.5; 30]);
        draw(&mut pull, 10);
        assert_eq!(control.played(), 20);
        control.push(&[0.5; 10]);
        draw(&mut pull, 10);
        assert_eq!(control.played(), 30);
        assert!(!control.done());
    }

    #[test]
    fn a_stop_fades_out_and_leaves_nothing_for_the_next_line() {
        let (mut control, mut pull) = line_ring();
        control.begin(20, FADE);
        control.push(&[0.5; 500]);
        draw(&mut pull, 100);
        control.stop();
        let heard = draw(&mut pull, 50);
        assert!(control.done());
        assert_eq!(control.played(), 110);
        assert!(
            heard.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.25),
            "a click: {heard:?}"
        );
        assert!(heard[49].abs() < 1e-3);
        control.begin(5, FADE);
        control.push(&[-0.5; 5]);
        let next = draw(&mut pull, 5);
        assert!(
            next.iter().all(|&s| s <= 0.001),
            "an old sample was heard: {next:?}"
        );
    }

    #[test]
    fn a_stop_before_the_first_sound_ends_the_line_unheard() {
        let (mut control, mut pull) = line_ring();
        control.begin(1000, FADE);
        control.push(&[0.5; 100]);
        control.stop();
        draw(&mut pull, 10);
        assert!(control.done());
        assert_eq!(control.played(), 0);
    }

    #[test]
    fn every_channel_of_every_format_gets_the_same_sound() {
        let (mut control, mut pull) = line_ring();
        control.begin(1, 1);
        control.push(&[0.5; 8]);
        let mut block = [0_i16; 12];
        pull.fill_interleaved(&mut block, 3, 0);
        assert_eq!(&block[3..6], &[16384, 16384, 16384]);
    }
}
