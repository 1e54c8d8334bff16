//! Turns on their way to the disk. The trainee's is waited for: nothing answers a turn that is not committed. The
//! partner's is committed beside whatever goes on once it was heard, so that the trainee can speak at once; the turn
//! that follows it waits.

use rehearse_domain::Moment;

use crate::pausing::Pause;
use crate::stage::{Beside, Stage};
use crate::{Dialog, Effect, PauseCause, RequestId, SaveFault, TurnDraft};

impl Dialog {
    /// Commits the trainee's turn, after the partner's turn before it.
    pub(crate) fn save(&mut self, draft: TurnDraft) {
        self.end_not_before(&draft);
        if self.beside.is_some() {
            self.stage = Stage::SaveDue(draft);
            return;
        }
        let request = self.put_on_disk(&draft);
        self.stage = Stage::Saving(request, draft);
    }

    /// Commits the partner's turn. From here on its number is taken.
    pub(crate) fn save_beside(&mut self, draft: TurnDraft) {
        self.sequence = self.sequence.saturating_add(1);
        let saving = Some(self.put_on_disk(&draft));
        self.beside = Some(Beside { draft, saving });
    }

    /// Commits the partner's turn once more, if it could not be. Says whether it is still on its way.
    pub(crate) fn keep_saving_beside(&mut self) -> bool {
        let Some(beside) = self.beside.clone() else {
            return false;
        };
        if beside.saving.is_none() {
            let saving = Some(self.put_on_disk(&beside.draft));
            self.beside = Some(Beside { saving, ..beside });
        }
        true
    }

    fn put_on_disk(&mut self, draft: &TurnDraft) -> RequestId {
        let request = self.requests.next();
        self.effects.push(Effect::SaveTurn {
            request,
            turn: draft.clone(),
        });
        request
    }

    pub(crate) fn turn_saved(&mut self, request: RequestId, at: Moment) {
        if self.is_beside(request) {
            self.beside = None;
        } else if self.is_saving(request) {
            self.sequence = self.sequence.saturating_add(1);
            self.partner.unanswered = true;
            self.stage = Stage::PartnerDue;
        } else {
            return;
        }
        self.proceed(at);
    }

    /// The turn is kept in memory (a take also as its clip) until it can be committed. Nothing is more urgent to
    /// say, so this pause replaces any other.
    pub(crate) fn save_failed(&mut self, request: RequestId, fault: SaveFault, at: Moment) {
        if let Some(beside) = self
            .beside
            .as_mut()
            .filter(|beside| beside.saving == Some(request))
        {
            beside.saving = None;
        } else if let Stage::Saving(saving, draft) = &self.stage
            && *saving == request
        {
            self.stage = Stage::SaveDue(draft.clone());
        } else if matches!(self.stage, Stage::Closing(closing) if closing == request) {
            self.stage = Stage::CloseDue;
        } else {
            return;
        }
        if self.gives_up_on_turn() {
            self.beside = None;
            self.close();
        } else {
            self.pause = None;
            self.break_off(Pause::because(PauseCause::Storage(fault)), at);
        }
    }

    fn is_beside(&self, request: RequestId) -> bool {
        self.beside
            .as_ref()
            .is_some_and(|beside| beside.saving == Some(request))
    }

    fn is_saving(&self, request: RequestId) -> bool {
        matches!(&self.stage, Stage::Saving(saving, _) if *saving == request)
    }
}
