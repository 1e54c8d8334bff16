//! Everything that happens because time passed: limits, warnings, expiry, and the sleep of the machine.

use std::time::Duration;

use rehearse_domain::{EndReason, MAX_TURN, Moment, Timestamp};

use crate::pausing::Pause;
use crate::stage::{CaptureStep, Stage};
use crate::{Dialog, Effect, Notice, PauseCause};

/// A longer gap between two events means that the machine slept.
const LONGEST_GAP: Duration = Duration::from_secs(5);
/// How long before the longest turn its warning comes.
const TURN_LEAD: Duration = Duration::from_secs(30);

/// What is due at some moment. At the same moment the earlier one in this list goes first.
#[derive(Clone, Copy, Debug)]
enum Timer {
    SessionOver,
    SilenceOver,
    SessionWarning,
    SilenceWarning,
    TurnWarning,
    TakeExpired,
    CaptureOverdue,
    Voice,
    FindingDue,
}

impl Dialog {
    /// The uptime at which [`handle`](Self::handle) wants to be called with [`Event::Tick`](crate::Event::Tick)
    /// if nothing happens before; always later than the newest event. `None` when nothing waits for time.
    pub fn next_deadline(&self) -> Option<Duration> {
        let timer = self.next_timer().map(|(due, _)| due);
        let redraw = self
            .working_marks()
            .into_iter()
            .flatten()
            .find(|mark| *mark > self.last.uptime);
        timer.into_iter().chain(redraw).min()
    }

    fn next_timer(&self) -> Option<(Duration, Timer)> {
        [
            (self.session_time.end_due(), Timer::SessionOver),
            (self.silence.end_due(), Timer::SilenceOver),
            (self.session_time.warning_due(), Timer::SessionWarning),
            (self.silence.warning_due(), Timer::SilenceWarning),
            (self.turn_warning_due(), Timer::TurnWarning),
            (
                self.set_aside.first().map(|aside| aside.until),
                Timer::TakeExpired,
            ),
            (self.capture_overdue(), Timer::CaptureOverdue),
            (self.voice_due(), Timer::Voice),
            (self.finding_due(), Timer::FindingDue),
        ]
        .into_iter()
        .filter_map(|(due, timer)| due.map(|due| (due, timer)))
        .min_by_key(|(due, _)| *due)
    }

    fn turn_warning_due(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Capturing(capture) if capture.step() == CaptureStep::Recording && !capture.warned => {
                capture.began().map(|began| began + (MAX_TURN - TURN_LEAD))
            }
            _ => None,
        }
    }

    /// Does everything that was due until `now`, each thing as of its own moment.
    pub(crate) fn run_timers(&mut self, now: Moment) {
        while let Some((due, timer)) = self.next_timer().filter(|(due, _)| *due <= now.uptime) {
            let at = earlier(now, due.max(self.last.uptime));
            self.expire(timer, at);
            self.keep_clocks(at.uptime);
        }
    }

    fn expire(&mut self, timer: Timer, at: Moment) {
        match timer {
            Timer::SessionOver => self.end_because(EndReason::Duration, at),
            Timer::SilenceOver => self.end_because(EndReason::Idle, at),
            Timer::SessionWarning => {
                self.session_time.warned();
                self.announce(Notice::ThirtySecondsLeft);
            }
            Timer::SilenceWarning => {
                self.silence.warned();
                self.announce(Notice::HalfOfIdleGone);
            }
            Timer::TurnWarning => {
                if let Stage::Capturing(capture) = &mut self.stage {
                    capture.warned = true;
                }
                self.announce(Notice::LastThirtySecondsOfTurn);
            }
            Timer::TakeExpired => {
                let expired = self.set_aside.remove(0);
                self.effects.push(Effect::DropTake {
                    take_request: expired.recorded.capture,
                });
            }
            Timer::CaptureOverdue => self.leave_capture(at),
            Timer::Voice => self.act_on_voice(at),
            Timer::FindingDue => {
                self.partner.read_until = None;
                self.act_on_finding(at);
            }
        }
    }

    /// Stops the clocks as of the newest event when the machine slept since then. Which of the two clocks shows
    /// it differs by system. An end that is on its way goes on.
    pub(crate) fn notice_sleep(&mut self, now: Moment) {
        let gap = now
            .uptime
            .saturating_sub(self.last.uptime)
            .max(now.utc.since(self.last.utc));
        if gap > LONGEST_GAP && self.pause.is_none() && self.end.is_none() {
            let fell_asleep = self.last;
            self.break_off(Pause::because(PauseCause::Slept), fell_asleep);
            self.keep_clocks(fell_asleep.uptime);
            self.announce(Notice::Slept);
        }
    }

    pub(crate) fn announce(&mut self, notice: Notice) {
        self.effects.push(Effect::Announce(notice));
    }
}

/// The moment at `uptime`, as seen from a later one.
fn earlier(now: Moment, uptime: Duration) -> Moment {
    let ago = i64::try_from(now.uptime.saturating_sub(uptime).as_millis()).unwrap_or(i64::MAX);
    Moment {
        uptime,
        utc: Timestamp::from_millis(now.utc.as_millis().saturating_sub(ago)),
    }
}
