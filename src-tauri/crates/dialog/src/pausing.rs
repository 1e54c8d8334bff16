//! Pauses: they lie over whatever is going on, stop the clocks, and hold back the next step.

use rehearse_domain::Moment;

use crate::stage::Stage;
use crate::{Dialog, MediaFault, PauseCause};

/// One pause.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pause {
    /// Why.
    pub(crate) cause: PauseCause,
    /// A capture that the trainee wanted came to nothing, so that a retry means to record.
    pub(crate) capture_again: bool,
}

impl Pause {
    pub(crate) fn because(cause: PauseCause) -> Self {
        Self {
            cause,
            capture_again: false,
        }
    }
}

impl Dialog {
    pub(crate) fn pause_for_user(&mut self, at: Moment) {
        self.break_off(Pause::because(PauseCause::User), at);
    }

    /// Stops the clocks and whatever can be heard or is being recorded. An earlier pause stays what it is.
    pub(crate) fn break_off(&mut self, pause: Pause, at: Moment) {
        self.pause.get_or_insert(pause);
        self.stop_playback();
        self.cut_capture_short(at);
    }

    /// Lets the clocks run again and takes the step that was held back.
    pub(crate) fn lift_pause(&mut self, at: Moment) {
        self.pause = None;
        self.proceed(at);
    }

    /// Goes on without what failed: a microphone that failed is not listened to until it is there
    /// again. One whose sound could not be written has not failed.
    pub(crate) fn carry_on(&mut self, at: Moment) {
        let not_written = PauseCause::Media(MediaFault::ClipNotWritten);
        self.ear.deaf = self.pause.is_some_and(|pause| pause.cause != not_written);
        self.lift_pause(at);
    }

    /// Repeats what failed; without a fault that is a question whose answer takes too long. A retried take is a locked one: nobody holds the talk key while pressing "retry".
    pub(crate) fn retry(&mut self, at: Moment) {
        let capture_again = self.pause.is_some_and(|pause| pause.capture_again);
        if self.pause.is_none() {
            self.cancel_partner();
        }
        self.lift_pause(at);
        if capture_again && matches!(self.stage, Stage::YourTurn) {
            self.start_capture(true, at);
        }
    }
}
