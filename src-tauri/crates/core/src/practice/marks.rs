//! Moments that latencies are measured from. They belong to one take and are forgotten with it.

use std::time::Duration;

/// Moments on the monotonic clock.
#[derive(Default)]
pub(super) struct Marks {
    /// The trainee let go of the take, or sent it.
    released: Option<Duration>,
    /// The last sample that belongs to the take arrived.
    pub(super) end_mark: Option<Duration>,
    /// When the turn that is being answered was let go of.
    pub(super) answering: Option<Duration>,
    /// The end of the session was decided.
    pub(super) end_decided: Option<Duration>,
}

impl Marks {
    /// The take ends here; its tail is still to come.
    pub(super) fn let_go(&mut self, now: Duration) {
        self.released = Some(now);
    }

    /// The take's clip is whole, and making it whole took so long.
    pub(super) fn complete(&mut self, now: Duration, closing: Duration) {
        self.end_mark = Some(now.saturating_sub(closing));
    }

    /// A take that was closed before is sent now.
    pub(super) fn send(&mut self, now: Duration) {
        self.released = Some(now);
        self.end_mark = None;
    }

    /// The take is not sent, or not now.
    pub(super) fn forget_take(&mut self) {
        self.released = None;
        self.end_mark = None;
    }

    /// The turn is saved; from here on it is answered.
    pub(super) fn saved(&mut self) {
        self.answering = self.released.take();
    }
}
