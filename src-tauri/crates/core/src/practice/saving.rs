//! Puts turns and the end of the session on disk.

use std::sync::Arc;

use rehearse_audio::clip::ClipWriter;
use rehearse_dialog::{Event, PauseCause, RequestId, TurnDraft, TurnSource};
use rehearse_domain::{Clip, ClipId, SessionId, Speaker, TranscriptStatus, Turn, TurnId};
use rehearse_store::{SessionEnd, Store};

use super::Input;
use super::task::Task;
use crate::error::{ErrorView, of_clip, of_saving, of_store, save_fault};
use crate::house::blocking;
use crate::recovery::claimed;

impl Task {
    pub(super) fn save_turn(&mut self, save: RequestId, draft: TurnDraft) {
        let mut turn = Turn {
            id: TurnId::new(&*self.around.ids),
            session: self.plan.session.id,
            sequence: draft.sequence,
            speaker: draft.speaker,
            clip: None,
            transcript: None,
            transcript_status: TranscriptStatus::Pending,
            started_at: draft.started_at,
            ended_at: draft.ended_at,
            latency: draft.latency,
        };
        let mut sound = None;
        match draft.source {
            TurnSource::Take { capture } => turn.clip = self.takes.get(&capture).cloned(),
            TurnSource::Typed(words) => turn = with_words(turn, words),
            TurnSource::PartnerReply { request } => {
                let Some(reply) = self.replies.get(&request).cloned() else {
                    // Cannot happen; an answer keeps the machine from waiting for ever if it does.
                    let lost = ErrorView::internal("the reply is gone");
                    let _ = self.inbox.send(Input::Saved(save, Err(lost)));
                    return;
                };
                turn = with_words(turn, reply.words);
                if let Some(pcm) = reply.pcm {
                    self.spoken.insert(turn.sequence, Arc::clone(&pcm));
                    sound = Some((pcm, ClipId::new(&*self.around.ids)));
                }
            }
        }
        let around = self.around.clone();
        let end_mark = self.marks.end_mark.take();
        let span = tracing::info_span!("save_turn", turn = %turn.id, sequence = turn.sequence);
        let job = move || {
            let _entered = span.entered();
            let archived = match sound {
                Some((pcm, clip)) => archive(&around.store, turn.session, clip, &pcm).map(Some),
                None => Ok(turn.clip.take()),
            };
            let saved = archived.and_then(|clip| {
                turn.clip = clip;
                record(&around.store, turn)
            });
            match (&saved, end_mark) {
                (Ok(turn), Some(end_mark)) if turn.speaker == Speaker::Trainee => {
                    let waited = around.clock.now().uptime.saturating_sub(end_mark);
                    around.latencies.end_mark_to_commit.add(waited);
                }
                (Err(error), _) => tracing::error!(code = error.code, "a turn could not be saved"),
                _ => {}
            }
            saved
        };
        self.beside(job, move |saved| Input::Saved(save, saved));
    }

    pub(super) fn close_session(&mut self, request: RequestId, end: SessionEnd) {
        self.marks
            .end_decided
            .get_or_insert(self.around.clock.now().uptime);
        self.plan.session.end_reason = Some(end.reason);
        self.plan.session.objective = end.objective.clone();
        self.plan.session.active = end.active;
        let store = Arc::clone(&self.around.store);
        let job = move || {
            store.end_session(&end).map_err(|error| {
                tracing::error!(%error, "the end of a session could not be saved");
                of_store(&error)
            })
        };
        self.beside(job, move |closed| Input::Closed(request, closed));
    }

    /// Tells the machine what came of saving a turn.
    pub(super) fn saved(&mut self, request: RequestId, saved: Result<Turn, ErrorView>) {
        match saved {
            Ok(turn) => {
                if turn.speaker == Speaker::Trainee {
                    self.marks.saved();
                    self.measured_turn(&turn);
                }
                self.turns.push(turn);
                self.happened(Event::TurnSaved { request });
                self.foresee();
            }
            Err(failure) => self.not_saved(request, &failure),
        }
    }

    /// Tells the machine that a turn, or the end, could not be saved, and keeps the sentence for the screen.
    pub(super) fn not_saved(&mut self, request: RequestId, failure: &ErrorView) {
        let fault = save_fault(failure);
        let said = of_saving(self.around.store.folder(), failure);
        self.failure = Some((PauseCause::Storage(fault), said));
        self.happened(Event::SaveFailed { request, fault });
    }

    /// The same of the end: every turn is saved by then.
    pub(super) fn not_closed(&mut self, request: RequestId, failure: &ErrorView) {
        self.end_waits = true;
        self.not_saved(request, failure);
    }

    /// Runs a job on a thread that may block and answers with what came of it. A job that dies is answered too, so
    /// the machine never waits for it in vain.
    fn beside<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, ErrorView> + Send + 'static,
        answer: impl FnOnce(Result<T, ErrorView>) -> Input + Send + 'static,
    ) {
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            let _ = inbox.send(answer(blocking(job).await));
        });
    }
}

/// The turn with its words, which are known from the start.
fn with_words(turn: Turn, words: String) -> Turn {
    Turn {
        transcript: Some(words),
        transcript_status: TranscriptStatus::Completed,
        ..turn
    }
}

/// Commits the turn. The partner's sound is written anew when it is tried again, so a clip that did not become a
/// turn goes; a trainee's take stays.
fn record(store: &Store, turn: Turn) -> Result<Turn, ErrorView> {
    let Err(error) = store.record_turn(&turn) else {
        return Ok(turn);
    };
    if let (Speaker::Partner, Some(clip)) = (turn.speaker, &turn.clip)
        && let Err(error) = store.drop_take(turn.session, clip.id, Speaker::Partner)
    {
        tracing::warn!(%error, "a clip that became no turn could not be removed");
    }
    Err(of_store(&error))
}

/// Writes the partner's sound as a clip, the way a take is written. Blocking.
fn archive(store: &Store, session: SessionId, clip: ClipId, pcm: &[f32]) -> Result<Clip, ErrorView> {
    let path = store
        .place_for_clip(session, clip, Speaker::Partner)
        .map_err(|error| of_store(&error))?;
    let write = || {
        let mut writer = ClipWriter::create(&path)?;
        writer.write(pcm)?;
        writer.finish()
    };
    let written = write().map_err(|error| {
        // It is written anew when it is tried again, and half a line of the partner is worth nothing to anybody.
        let _ = std::fs::remove_file(path.with_extension("mp3.part"));
        of_clip(&error)
    });
    Ok(claimed(store, clip, written?))
}
