//! What the trainee can do. The same answer is shown to the window and enforced on what comes from it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::stage::{Capture, CaptureStep, Fate, Sound, Stage};
use crate::{Dialog, PauseCause};

/// What the trainee can do at one moment; the names are those of [`Action`](crate::Action).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[allow(
    missing_docs,
    reason = "each field says whether the action of the same name is allowed"
)]
pub struct Allowed {
    pub press: bool,
    pub release: bool,
    pub toggle_talk: bool,
    pub lock: bool,
    pub cancel: bool,
    pub undo_cancel: bool,
    pub send: bool,
    pub retake: bool,
    #[serde(rename = "type")]
    pub type_: bool,
    pub think: bool,
    pub interrupt: bool,
    pub again: bool,
    pub slower: bool,
    pub pause: bool,
    pub resume: bool,
    pub retry: bool,
    pub switch_partner: bool,
    pub carry_on: bool,
    pub end: bool,
    pub reopen: bool,
}

impl Allowed {
    fn in_pause(cause: PauseCause) -> Self {
        let (wait, partner, media, storage) = match cause {
            PauseCause::User | PauseCause::Slept => (true, false, false, false),
            PauseCause::Partner(_) => (false, true, false, false),
            PauseCause::Media(_) => (false, false, true, false),
            PauseCause::Storage(_) => (false, false, false, true),
        };
        Self {
            resume: wait,
            retry: partner || media || storage,
            switch_partner: partner,
            carry_on: media,
            end: true,
            ..Self::default()
        }
    }

    fn in_capture(capture: &Capture) -> Self {
        let step = capture.step();
        let armed = step == CaptureStep::Arming && capture.let_go.is_none();
        let recording = step == CaptureStep::Recording;
        let thrown_away = capture.fate == Fate::SetAside;
        Self {
            press: recording && capture.locked,
            release: (armed || recording) && !capture.locked,
            toggle_talk: armed || recording,
            lock: (armed || recording) && !capture.locked,
            cancel: !thrown_away,
            think: capture.is_listening() && recording && !capture.thinking,
            undo_cancel: thrown_away,
            end: true,
            ..Self::default()
        }
    }

    fn to_talk() -> Self {
        Self {
            press: true,
            toggle_talk: true,
            lock: true,
            type_: true,
            pause: true,
            end: true,
            ..Self::default()
        }
    }
}

impl Dialog {
    pub(crate) fn allowed(&self, uptime: Duration) -> Allowed {
        if matches!(self.stage, Stage::Ended(_) | Stage::Reopening(..)) {
            return Allowed {
                reopen: self.reopen_until().is_some_and(|until| uptime < until),
                ..Allowed::default()
            };
        }
        if let Some(pause) = self.pause {
            return Allowed::in_pause(pause.cause);
        }
        if self.end.is_some() {
            return Allowed::default();
        }
        let hear = self.partner.last_turn.is_some() && self.partner.voiced;
        match &self.stage {
            Stage::YourTurn => Allowed {
                think: self.setup.limits.idle.is_some(),
                undo_cancel: self.undoable().is_some(),
                again: hear,
                slower: hear,
                ..Allowed::to_talk()
            },
            Stage::Speaking(speech) if speech.sound == Sound::Over => self.allowed_while_working(uptime),
            Stage::Speaking(speech) => Allowed {
                interrupt: true,
                again: true,
                // What is still coming is as fast as it comes.
                slower: speech.whole.is_some(),
                ..Allowed::to_talk()
            },
            Stage::Playing(..) | Stage::PlaybackDue(_) => Allowed {
                interrupt: true,
                again: hear,
                slower: hear,
                ..Allowed::to_talk()
            },
            Stage::Capturing(capture) => Allowed::in_capture(capture),
            Stage::Reviewing(_) => Allowed {
                send: true,
                retake: true,
                cancel: true,
                pause: true,
                end: true,
                ..Allowed::default()
            },
            Stage::Saving(..) | Stage::SaveDue(_) => Allowed {
                pause: true,
                end: true,
                ..Allowed::default()
            },
            Stage::Asking(_) | Stage::PartnerDue => self.allowed_while_working(uptime),
            Stage::Closing(_) | Stage::CloseDue | Stage::Ended(_) | Stage::Reopening(..) => {
                Allowed::default()
            }
        }
    }

    /// A session that is still pending can be called off, but has no clock to stop.
    fn allowed_while_working(&self, uptime: Duration) -> Allowed {
        let (_, over_budget) = self.lateness(uptime);
        let instead = over_budget && matches!(self.stage, Stage::Asking(_));
        Allowed {
            cancel: !self.opened,
            pause: self.opened,
            retry: instead,
            switch_partner: instead,
            end: true,
            ..Allowed::default()
        }
    }
}
