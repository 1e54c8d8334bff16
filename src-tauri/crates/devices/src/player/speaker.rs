//! An open loudspeaker as the playback thread sees it.

use std::time::{Duration, Instant};

use super::PlayerOptions;
use crate::{DeviceChoice, DeviceError, LineControl, OutputBackend, OutputStream, line_ring};

pub(super) struct Speaker {
    pub(super) stream: Box<dyn OutputStream>,
    pub(super) control: LineControl,
    pub(super) choice: DeviceChoice,
    opened: Instant,
    buffer: Duration,
    underruns: u64,
    done_since: Option<Instant>,
}

impl Speaker {
    pub(super) fn open(backend: &dyn OutputBackend, choice: &DeviceChoice) -> Result<Self, DeviceError> {
        let (control, pull) = line_ring();
        let stream = backend.open(choice, pull)?;
        Ok(Self {
            stream,
            control,
            choice: choice.clone(),
            opened: Instant::now(),
            buffer: Duration::ZERO,
            underruns: 0,
            done_since: None,
        })
    }

    /// Begins a line with the buffer that lines start with.
    pub(super) fn begin(&mut self, options: &PlayerOptions) {
        let rate = self.stream.rate();
        self.buffer = options.buffer;
        self.done_since = None;
        self.control
            .begin(frames(self.buffer, rate), frames(options.fade, rate));
    }

    /// Whether the device is gone, or asks for nothing while something is playing.
    pub(super) fn is_lost(&self, playing: bool, stalled: Duration) -> bool {
        let counters = self.control.counters();
        let quiet = counters
            .since_last_callback()
            .unwrap_or_else(|| self.opened.elapsed());
        counters.fault().is_some() || self.control.is_abandoned() || (playing && quiet >= stalled)
    }

    /// Lets the buffer grow after the line ran dry.
    pub(super) fn notice_underrun(&mut self, options: &PlayerOptions) {
        let underruns = self.control.underruns();
        if underruns > self.underruns {
            self.underruns = underruns;
            self.buffer = (self.buffer * 3 / 2).min(options.most_buffer);
            self.control.set_target(frames(self.buffer, self.stream.rate()));
        }
    }

    /// Whether the line is over and, unless it was stopped, has left the loudspeaker too.
    pub(super) fn is_done(&mut self, stopped: bool) -> bool {
        if !self.control.done() {
            return false;
        }
        let since = *self.done_since.get_or_insert_with(Instant::now);
        stopped
            || since.elapsed()
                >= Duration::from_micros(self.control.latency_micros()).min(Duration::from_millis(500))
    }
}

fn frames(duration: Duration, rate: u32) -> u32 {
    u32::try_from(duration.as_micros() * u128::from(rate) / 1_000_000).unwrap_or(u32::MAX)
}
