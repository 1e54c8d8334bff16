//! The loudspeaker's real-time half of a line of speech, with the rules of the jitter buffer.
//!
//! It never allocates, locks, waits or logs. A line of speech starts when
//! enough of it is there (or all of it), fades in over 5 ms, and is never cut hard: an empty ring or a stop fade out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cpal::FromSample;

use crate::Counters;
use crate::line_control::{NO_LINE, Shared};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// Nothing to play.
    Idle,
    /// Waiting until enough is there.
    Buffering,
    /// Playing; so many frames of the fade-in are behind it.
    Playing(u32),
    /// Silent in the middle of a line, until it is to go on.
    Held,
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

impl SamplePull {
    pub(crate) const fn new(ring: rtrb::Consumer<f32>, shared: Arc<Shared>, counters: Arc<Counters>) -> Self {
        Self {
            ring,
            shared,
            counters,
            line: NO_LINE,
            phase: Phase::Idle,
            last: 0.0,
        }
    }

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
                Phase::Buffering | Phase::Held => self.finish(),
                Phase::Idle | Phase::Stopping(_) => {}
            }
        }
        self.notice_hold(stopping);
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

    /// What is held loses nothing: what was on its way to the device is heard when it goes on.
    fn notice_hold(&mut self, stopping: bool) {
        let held = self.shared.hold.load(Ordering::Acquire) == self.line;
        match self.phase {
            Phase::Playing(_) | Phase::Buffering if held && !stopping => self.phase = Phase::Held,
            Phase::Held if !held => self.phase = Phase::Buffering,
            _ => {}
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
            Phase::Idle | Phase::Buffering | Phase::Held => self.let_fade(fade),
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
        /// Below this nothing can be heard, and ever smaller numbers cost the processor ever more.
        const INAUDIBLE: f32 = 1e-6;
        self.last *= 1.0 - (4.0 / fade as f32).min(1.0);
        if self.last.abs() < INAUDIBLE {
            self.last = 0.0;
        }
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
    use crate::line_ring;

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
    fn a_held_line_falls_silent_and_goes_on_with_the_very_next_sample() {
        let (mut control, mut pull) = line_ring();
        control.begin(20, FADE);
        let line: Vec<f32> = (1..=300_u16).map(|n| f32::from(n) / 1000.0).collect();
        control.push(&line);
        control.whole();
        let before = draw(&mut pull, 100);
        control.hold(true);
        let held = draw(&mut pull, 200);
        assert_eq!(control.played(), 100);
        assert!(held[50..].iter().all(|&s| s == 0.0), "{held:?}");
        assert!(!control.done() && control.underruns() == 0);
        control.hold(false);
        let after = draw(&mut pull, 200);
        assert_eq!(before[FADE as usize..], line[FADE as usize..100]);
        assert_eq!(after[FADE as usize..], line[100 + FADE as usize..]);
        draw(&mut pull, 10);
        assert!(control.done());
        assert_eq!(control.played(), 300);
    }

    #[test]
    fn a_held_line_that_is_stopped_is_over_and_the_next_is_not_held() {
        let (mut control, mut pull) = line_ring();
        control.begin(20, FADE);
        control.push(&[0.5; 100]);
        draw(&mut pull, 30);
        control.hold(true);
        draw(&mut pull, 30);
        control.stop();
        draw(&mut pull, 1);
        assert!(control.done());
        assert_eq!(control.played(), 30);
        control.begin(5, FADE);
        control.push(&[0.5; 30]);
        draw(&mut pull, 30);
        assert_eq!(control.played(), 30);
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
