//! What the capture thread does about the figures of takes: passes them on when the meter is done, and says so when
//! there will be none.

use std::sync::mpsc;

use rehearse_delivery::TurnFigures;

use super::Capture;
use crate::recorder::{CaptureEvent, Command, TakeId};

impl Capture {
    /// The meter is done with a take.
    pub(super) fn measured(&mut self, take: TakeId, figures: Option<Box<TurnFigures>>) {
        if self.tap.no_longer_awaits(take) {
            self.tell(CaptureEvent::Measured { take, figures });
        }
    }

    /// The recorder is shut down: what the meter has done lies in the inbox and is passed on, and so is what it does
    /// while its end is waited for. What it has not done then it will not do.
    pub(super) fn leave_meter(self, inbox: &mpsc::Receiver<Command>) {
        let Self {
            tap, mut listener, ..
        } = self;
        let mut awaited = tap.close();
        for command in inbox.try_iter() {
            if let Command::Measured(take, figures) = command
                && let Some(place) = awaited.iter().position(|one| *one == take)
            {
                awaited.remove(place);
                listener(CaptureEvent::Measured { take, figures });
            }
        }
        for take in awaited {
            listener(CaptureEvent::Measured { take, figures: None });
        }
    }

    /// The clip of a take has been told; `follows` is what the tap said about its figures.
    pub(super) fn tell_unless_it_follows(&mut self, take: TakeId, follows: bool) {
        if !follows {
            self.tell(CaptureEvent::Measured { take, figures: None });
        }
    }
}
