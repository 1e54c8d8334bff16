//! An open microphone as the capture thread sees it: samples at the house rate, and whether it is well.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::resample::Resampler;

use super::{Mark, RecorderOptions};
use crate::{
    DeviceChoice, DeviceError, Fault, Health, InputBackend, InputDevice, InputStream, SampleFeed, sample_ring,
};

/// How the microphone is doing.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Samples arrive, or may yet.
    Well,
    /// A source with an end has reached it, and all of it was read.
    EndOfInput,
    /// The device is gone or must be opened again.
    Lost,
    /// Nothing arrived for too long.
    Silent,
}

pub(super) struct Microphone {
    stream: Box<dyn InputStream>,
    feed: SampleFeed,
    resampler: Resampler,
    number: u64,
    choice: DeviceChoice,
    raw: Vec<f32>,
    position: u64,
    dry: Duration,
    unanswered: Duration,
    looked: Instant,
    delivered: bool,
}

impl Microphone {
    pub(super) fn open(
        backend: &dyn InputBackend,
        choice: &DeviceChoice,
        number: u64,
    ) -> Result<Self, DeviceError> {
        let (sink, feed) = sample_ring();
        let stream = backend.open(choice, sink)?;
        let resampler = Resampler::new(stream.rate()).map_err(|error| DeviceError::WrongFormat {
            offered: error.to_string(),
        })?;
        Ok(Self {
            stream,
            feed,
            resampler,
            number,
            choice: choice.clone(),
            raw: Vec::new(),
            position: 0,
            dry: Duration::ZERO,
            unanswered: Duration::ZERO,
            looked: Instant::now(),
            delivered: false,
        })
    }

    pub(super) fn device(&self) -> &InputDevice {
        self.stream.device()
    }

    pub(super) fn rate(&self) -> u32 {
        self.stream.rate()
    }

    pub(super) fn choice(&self) -> &DeviceChoice {
        &self.choice
    }

    pub(super) fn counters(&self) -> &Arc<crate::Counters> {
        self.feed.counters()
    }

    /// Samples at the house rate that were read since the stream was opened.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Where `mark` lies, in samples at the house rate. A mark of an earlier stream, or none, is now.
    pub(super) fn place(&self, mark: Option<Mark>) -> u64 {
        match mark {
            Some(mark) if mark.stream == self.number => {
                mark.frames * u64::from(SAMPLE_RATE) / u64::from(self.rate().max(1))
            }
            _ => self.position,
        }
    }

    /// Tells a source that is not live that a take begins or has ended.
    pub(super) fn take(&mut self, running: bool) {
        self.stream.take(running);
    }

    /// Appends what has arrived to `into`, and says how the device is.
    pub(super) fn read(&mut self, into: &mut Vec<f32>, options: &RecorderOptions) -> Verdict {
        // Asked before reading: what was there when it ended is read below.
        let health = self.stream.health();
        let fault = self.feed.counters().fault();
        let abandoned = self.feed.is_abandoned();
        self.raw.clear();
        let arrived = self.feed.read(&mut self.raw) > 0;
        let before = into.len();
        self.resampler.push(&self.raw, into);
        self.position += (into.len() - before) as u64;
        let silent = self.is_silent(arrived, health == Health::Unanswered, options);
        match (health, fault) {
            (Health::Gone | Health::DefaultChanged, _) | (_, Some(_)) => Verdict::Lost,
            _ if abandoned => Verdict::Lost,
            (Health::EndOfInput, _) => Verdict::EndOfInput,
            _ if silent => Verdict::Silent,
            _ => Verdict::Well,
        }
    }

    /// Appends what the resampler still holds, when nothing more will come.
    pub(super) fn drain(&mut self, into: &mut Vec<f32>) {
        let before = into.len();
        self.resampler.finish(into);
        self.position += (into.len() - before) as u64;
    }

    /// What a raised fault means when no device can take over.
    pub(super) fn error(&self) -> DeviceError {
        match self.feed.counters().fault() {
            Some(Fault::PermissionDenied) => DeviceError::PermissionDenied,
            Some(Fault::Busy) => DeviceError::Busy,
            _ => DeviceError::Lost,
        }
    }

    /// Whether it has delivered anything since it was opened.
    pub(super) fn has_delivered(&self) -> bool {
        self.delivered
    }

    fn is_silent(&mut self, arrived: bool, unanswered: bool, options: &RecorderOptions) -> bool {
        // A long gap between two looks is ours (the machine slept, the disk was slow), not the device's.
        let gap = self.looked.elapsed().min(Duration::from_millis(100));
        self.looked = Instant::now();
        if arrived {
            self.delivered = true;
            (self.dry, self.unanswered) = (Duration::ZERO, Duration::ZERO);
        } else if unanswered {
            self.unanswered += gap;
        } else {
            self.dry += gap;
        }
        let limit = if self.delivered {
            options.no_samples
        } else {
            options.first_samples
        };
        self.dry >= limit || self.unanswered >= options.no_answer
    }
}
