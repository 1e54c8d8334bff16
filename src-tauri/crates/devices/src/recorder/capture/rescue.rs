//! What the capture thread does when the microphone goes away, falls silent, or the code below it panics.

use std::time::Instant;

use rehearse_audio::clip::ClipError;

use super::Capture;
use crate::recorder::take::Take;
use crate::recorder::{CaptureEvent, TakeEnd};
use crate::{DeviceChoice, DeviceError};

/// So many replacements in a row that delivered nothing are enough.
const MOST_FRUITLESS: usize = 4;

impl Capture {
    /// Opens the same microphone again, else the system's default; else tells that it is lost.
    pub(super) fn replace(&mut self, silent: bool) {
        let Some(microphone) = &self.microphone else {
            return;
        };
        let (from, error) = (microphone.device().clone(), microphone.error());
        if silent {
            self.tell(CaptureEvent::NoSamples { device: from.clone() });
        }
        self.leave_stream();
        self.close();
        if self.take.as_ref().is_some_and(Take::is_ending) {
            // Only the tail is missing.
            self.finish_take(TakeEnd::Stopped);
        }
        if self.take.is_none() && !self.is_wanted_open() {
            return;
        }
        for choice in self.replacements(silent) {
            match self.open(&choice) {
                Ok(device) => return self.tell_opened(Some(from), device),
                Err(error) => tracing::info!(%error, ?choice, "this microphone cannot take over"),
            }
        }
        self.fruitless = 0;
        self.fail(error);
    }

    /// What to try, best first. What stayed silent after it was opened is not tried once more, and nothing is tried
    /// for ever when whatever is opened dies at once.
    fn replacements(&mut self, silent: bool) -> Vec<DeviceChoice> {
        let mut choices = vec![self.choice.clone()];
        if self.choice != DeviceChoice::SystemDefault {
            choices.push(DeviceChoice::SystemDefault);
        }
        if silent {
            choices.drain(..self.fruitless.min(choices.len()));
        } else if self.fruitless >= MOST_FRUITLESS {
            choices.clear();
        }
        self.fruitless += 1;
        choices
    }

    /// Ends what is going on with an error, and looks for the microphone later if it is still wanted.
    pub(super) fn fail(&mut self, error: DeviceError) {
        let running = self.take.take();
        let take = running.as_ref().map(Take::id);
        let kept = running.and_then(Take::keep);
        if self.is_wanted_open() {
            self.retry_at = Some(Instant::now() + self.options.retry);
        }
        let measured = take.filter(|_| kept.is_some());
        if measured.is_none() {
            self.tap.forget();
        }
        self.tell(CaptureEvent::Failed { take, error, kept });
        if let Some(take) = measured {
            let follows = self.tap.finish(take);
            self.tell_unless_it_follows(take, follows);
        }
    }

    /// The clip of the running take can be written no further.
    pub(super) fn lose_disk(&mut self, error: ClipError) {
        let Some(take) = self.take.take() else { return };
        // Less may have reached the disk than was heard.
        self.tap.forget();
        let (id, kept) = (take.id(), take.keep());
        let is_kept = kept.is_some();
        self.leave_take();
        self.tell(CaptureEvent::Failed {
            take: Some(id),
            error: error.into(),
            kept,
        });
        if is_kept {
            self.tell_unless_it_follows(id, false);
        }
    }

    pub(super) fn look_for_lost_microphone(&mut self) {
        if self.microphone.is_some() || self.retry_at.is_none_or(|at| Instant::now() < at) {
            return;
        }
        let choice = self.choice.clone();
        match self
            .open(&choice)
            .or_else(|_| self.open(&DeviceChoice::SystemDefault))
        {
            Ok(device) => self.tell_opened(None, device),
            Err(_) => self.retry_at = Some(Instant::now() + self.options.retry),
        }
    }

    /// Gives a running take the last samples of a stream that is about to be closed.
    pub(super) fn leave_stream(&mut self) {
        let Some(microphone) = &mut self.microphone else {
            return;
        };
        let mut rest = Vec::new();
        microphone.drain(&mut rest);
        let (position, dropped) = (microphone.position(), microphone.counters().dropped());
        self.write(&rest, position);
        if let Some(take) = &mut self.take {
            take.change_stream(dropped);
        }
    }

    pub(super) fn give_up_after_panic(&mut self) {
        // Dropped, not abandoned: the `.part` holds all that was said.
        let take = self.take.take().map(|take| take.id());
        self.tap.forget();
        self.warm = false;
        self.voice_ear = None;
        self.retry_at = None;
        self.close();
        self.tell(CaptureEvent::Failed {
            take,
            error: DeviceError::Panicked,
            kept: None,
        });
    }
}
