//! A turn on its way to the disk. Nothing follows a turn before it is committed.

use rehearse_domain::Moment;

use crate::pausing::Pause;
use crate::stage::{Stage, Unsaved};
use crate::{Dialog, Effect, PauseCause, RequestId, SaveFault};

impl Dialog {
    pub(crate) fn save(&mut self, unsaved: Unsaved) {
        self.end_not_before(&unsaved.draft);
        let request = self.requests.next();
        self.effects.push(Effect::SaveTurn {
            request,
            turn: unsaved.draft.clone(),
        });
        self.stage = Stage::Saving(request, unsaved);
    }

    pub(crate) fn turn_saved(&mut self, request: RequestId, at: Moment) {
        let Some(unsaved) = self.answered_save(request) else {
            return;
        };
        self.sequence = self.sequence.saturating_add(1);
        match unsaved.reply {
            Some(reply) => self.partner_turn_saved(unsaved.draft.sequence, reply),
            None => self.stage = Stage::PartnerDue,
        }
        self.proceed(at);
    }

    /// The turn is kept in memory (a take also as its clip) until it can be committed. Nothing is more urgent to
    /// say, so this pause replaces any other.
    pub(crate) fn save_failed(&mut self, request: RequestId, fault: SaveFault) {
        if let Some(unsaved) = self.answered_save(request) {
            self.stage = Stage::SaveDue(unsaved);
        } else if matches!(self.stage, Stage::Closing(closing) if closing == request) {
            self.stage = Stage::CloseDue;
        } else {
            return;
        }
        if self.gives_up_on_turn() {
            self.close();
        } else {
            self.pause = Some(Pause::because(PauseCause::Storage(fault)));
        }
    }

    fn answered_save(&self, request: RequestId) -> Option<Unsaved> {
        match &self.stage {
            Stage::Saving(saving, unsaved) if *saving == request => Some(unsaved.clone()),
            _ => None,
        }
    }
}
