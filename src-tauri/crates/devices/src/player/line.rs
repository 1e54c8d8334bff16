//! One line of speech on its way to the device. All of it is kept until it was heard, so that it can go on where it
//! was when the device is replaced.

use std::sync::Arc;
use std::time::Duration;

use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::pieces::Pieces;
use rehearse_audio::resample::Resampler;

use super::PlayId;
use crate::LineControl;

/// Samples that are resampled at a time.
const BITE: usize = SAMPLE_RATE as usize / 10;

pub(super) struct Line {
    id: PlayId,
    samples: Pieces,
    is_whole: bool,
    is_stopped: bool,
    is_held: bool,
    is_announced: bool,
    /// Samples heard on devices that are gone.
    heard_before: u64,
    /// Devices in a row that played none of it before they were gone.
    fruitless: u32,
    route: Option<Route>,
}

/// What belongs to the device that plays the line now.
struct Route {
    rate: u32,
    resampler: Resampler,
    resampled_to: usize,
    pending: Vec<f32>,
    is_flushed: bool,
}

impl Line {
    pub(super) fn new(id: PlayId) -> Self {
        Self {
            id,
            samples: Pieces::default(),
            is_whole: false,
            is_stopped: false,
            is_held: false,
            is_announced: false,
            heard_before: 0,
            fruitless: 0,
            route: None,
        }
    }

    pub(super) const fn id(&self) -> PlayId {
        self.id
    }

    pub(super) fn push(&mut self, samples: Arc<[f32]>) {
        if !self.is_whole && !self.is_stopped {
            self.samples.push(samples);
        }
    }

    pub(super) const fn end(&mut self) {
        self.is_whole = true;
    }

    pub(super) const fn stop(&mut self) {
        self.is_stopped = true;
    }

    pub(super) const fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Falls silent where it is, or goes on from there.
    pub(super) const fn hold(&mut self, hold: bool) {
        self.is_held = hold;
    }

    pub(super) const fn is_held(&self) -> bool {
        self.is_held
    }

    /// Whether anything is known yet that could be played.
    pub(super) fn is_worth_a_device(&self) -> bool {
        self.is_whole || !self.samples.is_empty()
    }

    pub(super) const fn is_routed(&self) -> bool {
        self.route.is_some()
    }

    /// Once, when the first sample went to the device.
    pub(super) const fn newly_started(&mut self, started: bool) -> bool {
        let newly = started && !self.is_announced;
        self.is_announced |= started;
        newly
    }

    /// Sends the rest of the line to a device with this rate.
    pub(super) fn route(&mut self, rate: u32, resampler: Resampler) {
        let resampled_to = usize::try_from(self.heard_before)
            .unwrap_or(usize::MAX)
            .min(self.samples.len());
        self.route = Some(Route {
            rate,
            resampler,
            resampled_to,
            pending: Vec::new(),
            is_flushed: false,
        });
    }

    /// The device is gone after it played so many of its frames.
    pub(super) fn unroute(&mut self, played: u64) {
        if let Some(route) = self.route.take() {
            self.heard_before += at_house_rate(played, route.rate);
            self.fruitless = if played == 0 { self.fruitless + 1 } else { 0 };
        }
    }

    /// Whether so many devices died under it that another is not worth a try.
    pub(super) const fn is_hopeless(&self) -> bool {
        self.fruitless >= 4
    }

    /// Fills the ring as far as it goes. No more is resampled than goes into it, or a long answer that comes at once
    /// would be held twice.
    pub(super) fn pump(&mut self, control: &mut LineControl) {
        let Some(route) = &mut self.route else { return };
        loop {
            let pushed = control.push(&route.pending);
            route.pending.drain(..pushed);
            if !route.pending.is_empty() {
                return;
            }
            let fresh = self.samples.after(route.resampled_to);
            if let Some(bite) = fresh.chunks(BITE).next() {
                route.resampler.push(bite, &mut route.pending);
                route.resampled_to += bite.len();
            } else if self.is_whole && !route.is_flushed {
                route.resampler.finish(&mut route.pending);
                route.is_flushed = true;
            } else {
                break;
            }
        }
        if route.is_flushed {
            control.whole();
        }
    }

    /// How much was heard when the present device played so many frames.
    pub(super) fn heard(&self, played: u64) -> Duration {
        let now = self
            .route
            .as_ref()
            .map_or(0, |route| at_house_rate(played, route.rate));
        Duration::from_micros((self.heard_before + now) * 1_000_000 / u64::from(SAMPLE_RATE))
    }
}

fn at_house_rate(frames: u64, rate: u32) -> u64 {
    frames * u64::from(SAMPLE_RATE) / u64::from(rate.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_control::line_ring;

    #[test]
    fn of_a_long_answer_that_comes_at_once_only_what_goes_to_the_device_is_resampled() {
        let (mut control, mut pull) = line_ring();
        let minute = vec![0.25; 60 * SAMPLE_RATE as usize];
        let mut line = Line::new(PlayId(1));
        line.push(minute.into());
        line.end();
        line.route(48_000, Resampler::between(SAMPLE_RATE, 48_000).unwrap());
        control.begin(0, 1);
        let (mut block, mut played) = (vec![0.0_f32; 48_000], 0);
        while !control.done() {
            line.pump(&mut control);
            let route = line.route.as_ref().unwrap();
            assert!(
                route.pending.capacity() < SAMPLE_RATE as usize,
                "a second at most"
            );
            pull.fill_interleaved(&mut block, 1, 0);
            played += block.iter().filter(|&&sample| sample.abs() > 0.2).count();
        }
        assert!(played.abs_diff(60 * 48_000) < 100, "{played}");
    }
}
