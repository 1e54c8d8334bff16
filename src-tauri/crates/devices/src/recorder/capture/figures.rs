//! What the capture thread does about the figures of takes: passes them on when the meter is done, and says so when
//! there will be none.

use rehearse_delivery::TurnFigures;

use super::Capture;
use crate::recorder::{CaptureEvent, TakeId};

impl Capture {
    /// The meter is done with a take.
    pub(super) fn measured(&mut self, take: TakeId, figures: Option<Box<TurnFigures>>) {
        if self.tap.no_longer_awaits(take) {
            self.tell(CaptureEvent::Measured { take, figures });
        }
    }

    /// The recorder is shut down: what the meter has not done yet it will not do.
    pub(super) fn leave_meter(self) {
        let Self {
            tap, mut listener, ..
        } = self;
        for take in tap.close() {
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
