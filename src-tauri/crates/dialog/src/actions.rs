//! What the trainee does, checked against what is allowed. The rooms behind it may rely on the check.

use std::mem;

use rehearse_domain::{EndReason, Moment};

use crate::stage::Stage;
use crate::{Action, Dialog, Pace};

impl Dialog {
    pub(crate) fn act(&mut self, action: Action, at: Moment) {
        let can = self.allowed(at.uptime);
        match action {
            Action::Press => {
                let repeated = mem::replace(&mut self.key_held, true);
                if can.press && !repeated {
                    self.press(at);
                    self.key_held = true;
                }
            }
            Action::Release => {
                self.key_held = false;
                if can.release {
                    self.let_go(at);
                }
            }
            Action::ToggleTalk if can.toggle_talk => self.toggle_talk(at),
            Action::Lock if can.lock => self.lock(at),
            Action::Cancel if can.cancel => self.cancel(at),
            Action::UndoCancel if can.undo_cancel => self.undo_cancel(at),
            Action::Send if can.send => self.send(at),
            Action::Retake if can.retake => self.retake(at),
            Action::Type { text } if can.type_ => self.say_in_writing(&text, at),
            Action::Thinking if can.think => self.grant_thinking(at),
            Action::Interrupt if can.interrupt => self.cut_in(at),
            Action::Again if can.again => self.hear_again(Pace::Normal, at),
            Action::Slower if can.slower => self.hear_again(Pace::Slow, at),
            Action::Pause if can.pause => self.pause_for_user(at),
            Action::Resume if can.resume => self.lift_pause(at),
            Action::Retry if can.retry => self.retry(at),
            Action::SwitchPartner if can.switch_partner => self.switch_partner(at),
            Action::CarryOn if can.carry_on => self.carry_on(at),
            Action::End if can.end => self.end_by_user(at),
            Action::Reopen if can.reopen => self.reopen(),
            _ => {}
        }
    }

    /// Throws away what is being made: a session that has not begun, or a take.
    fn cancel(&mut self, at: Moment) {
        match &self.stage {
            Stage::Capturing(_) => self.cancel_capture(at),
            Stage::Reviewing(_) => self.retake(at),
            _ => self.end_because(EndReason::Manual, at),
        }
    }
}
