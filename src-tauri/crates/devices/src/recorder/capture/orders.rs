//! What the capture thread does when it is told to.

use std::path::Path;
use std::time::{Duration, Instant};

use super::Capture;
use crate::DeviceChoice;
use crate::recorder::take::{Opening, Take, samples};
use crate::recorder::{CaptureEvent, Mark, TakeEnd, TakeId};

/// When a take was asked for, and how long the trainee has been speaking by then.
pub(super) struct Press {
    pub(super) pressed: Instant,
    pub(super) spoken: Duration,
}

impl Capture {
    pub(super) fn choose(&mut self, choice: DeviceChoice) {
        if self.microphone.is_none() && !self.warm {
            self.choice = choice;
            return;
        }
        let warm = self.warm;
        self.warm(choice);
        self.warm = warm;
    }

    pub(super) fn warm(&mut self, choice: DeviceChoice) {
        self.warm = true;
        let already = self
            .microphone
            .as_ref()
            .filter(|microphone| *microphone.choice() == choice)
            .map(|microphone| microphone.device().clone());
        self.choice = choice;
        if let Some(device) = already {
            // Whoever asks waits for an answer.
            return self.tell_opened(None, device);
        }
        let from = self
            .microphone
            .as_ref()
            .map(|microphone| microphone.device().clone());
        self.leave_stream();
        self.close();
        let choice = self.choice.clone();
        match self.open(&choice) {
            Ok(device) => self.tell_opened(from, device),
            Err(error) => self.fail(error),
        }
    }

    pub(super) fn start(&mut self, id: TakeId, path: &Path, mark: Option<Mark>, asked: Press) {
        self.absorb();
        self.finish_take(TakeEnd::Interrupted);
        if self.microphone.is_none() {
            let choice = self.choice.clone();
            match self.open(&choice) {
                Ok(device) => self.tell_opened(None, device),
                Err(error) => {
                    return self.tell(CaptureEvent::Failed {
                        take: Some(id),
                        error,
                        kept: None,
                    });
                }
            }
        }
        let Some(microphone) = &mut self.microphone else {
            return;
        };
        let (press, position) = (microphone.place(mark), microphone.position());
        let before = if asked.spoken.is_zero() {
            self.options.preroll
        } else {
            asked.spoken + self.options.lead
        };
        let wanted = press.saturating_sub(samples(before));
        let (first, head) = self.recent.since(wanted, position);
        let opening = Opening {
            path,
            pressed: asked.pressed,
            press,
            preroll: press.saturating_sub(first),
            // Cold, or open and nothing has come of it yet: its first sample is younger than the press.
            late: press == 0,
            max: self.options.max_take,
            dropped_before: microphone.counters().dropped(),
        };
        let begun = Take::begin(id, &opening).and_then(|mut take| {
            let part = take.write(&head, position)?;
            Ok((take, part))
        });
        match begun {
            Ok((take, part)) => {
                microphone.take(true);
                self.tap.begin(id);
                self.tap.push(part);
                self.take = Some(take);
            }
            Err(error) => {
                self.tell(CaptureEvent::Failed {
                    take: Some(id),
                    error: error.into(),
                    kept: None,
                });
                self.close_if_idle();
            }
        }
    }

    pub(super) fn stop(&mut self, id: TakeId, mark: Option<Mark>) {
        let Some(take) = self.take.as_mut().filter(|take| take.id() == id) else {
            return;
        };
        if let Some(microphone) = &self.microphone {
            take.end_at(microphone.place(mark), self.options.tail);
        }
    }

    pub(super) fn cancel(&mut self, id: TakeId) {
        if let Some(take) = self.take.take_if(|take| take.id() == id) {
            take.abandon();
            self.tap.forget();
            self.leave_take();
            self.tell(CaptureEvent::Cancelled { take: id });
        }
    }
}
