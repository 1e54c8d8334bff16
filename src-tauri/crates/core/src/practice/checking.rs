//! Whether the objective is reached: the evaluator reads the whole dialogue after each of the partner's answers. It
//! holds nothing up; what it cannot tell, or not in time, means to go on.

use rehearse_dialog::{Event, Verdict};
use rehearse_domain::Speaker;
use rehearse_models::objective::{self, Goal, Judged};
use rehearse_models::{HistoryTurn, ModelError};

use super::Input;
use super::errands::errand;
use super::task::Task;
use crate::view::Topic;

impl Task {
    /// An answer is whole: it is time to look at the dialogue, once all of it is written down.
    pub(super) fn check_objective(&mut self, after: u32) {
        if self.cast.evaluator.is_some() {
            self.check_due = Some(after);
            self.check_objective_if_due();
        }
    }

    /// Begins a check that waits, unless words are still on their way.
    pub(super) fn check_objective_if_due(&mut self) {
        if self.words_are_coming() || self.has_ended() {
            return;
        }
        let (Some(after), Some(evaluator)) = (self.check_due.take(), self.cast.evaluator.clone()) else {
            return;
        };
        let goal = Goal::from(&self.plan.session.snapshot.scenario);
        let dialogue = self.dialogue();
        let checking =
            async move { Input::Judged(after, objective::judge(&*evaluator, &goal, &dialogue).await) };
        let checking = errand(&self.inbox, checking, move |died| Input::Judged(after, Err(died)));
        if let Some((_, older)) = self.checking.replace((after, checking)) {
            older.abort();
        }
    }

    /// Words of the trainee, or a look at the objective, are still on their way.
    pub(super) fn is_catching_up(&self) -> bool {
        self.words_are_coming() || self.check_due.is_some() || self.checking.is_some()
    }

    /// Everything that was said, with what the partner is saying now; in a take two it begins with the older session.
    fn dialogue(&self) -> Vec<HistoryTurn> {
        let coming = self.replies.values().filter(|reply| reply.whole);
        let coming = coming.map(|reply| HistoryTurn {
            speaker: Speaker::Partner,
            text: Some(reply.words.clone()),
        });
        self.said().chain(coming).collect()
    }

    /// The evaluator has looked, or could not.
    pub(super) fn judged(&mut self, after: u32, judged: Result<Judged, ModelError>) {
        self.checking.take_if(|(number, _)| *number == after);
        self.used();
        match judged {
            Ok(judged) => {
                self.unjudged = 0;
                let judgement = judged.judgement;
                let verdict = match judgement.verdict {
                    objective::Verdict::Continue => Verdict::Continue,
                    objective::Verdict::Succeeded => Verdict::Succeeded,
                    objective::Verdict::Failed => Verdict::Failed,
                };
                self.happened(Event::ObjectiveJudged {
                    after,
                    verdict,
                    reason: judgement.reason,
                });
            }
            Err(failure) => {
                self.unjudged += 1;
                tracing::warn!(error = %failure, "the objective could not be checked");
                self.around.bus.changed(Topic::Practice);
            }
        }
    }
}
