//! Puts turns and the end of the session on disk.

use std::sync::Arc;
use std::time::Duration;

use rehearse_audio::clip::ClipWriter;
use rehearse_audio::pieces::Pieces;
use rehearse_dialog::{Event, Heard, PauseCause, RequestId, TurnDraft, TurnSource};
use rehearse_domain::{Clip, ClipId, Objective, SessionId, Speaker, TranscriptStatus, Turn, TurnId};
use rehearse_store::{Exchange, SessionEnd, Store};

use tokio::sync::mpsc;

use super::Input;
use super::task::Task;
use crate::error::{ErrorView, of_clip, of_saving, of_store, save_fault};
use crate::house::blocking;
use crate::models::Exchanged;
use crate::recovery::claimed;
use crate::view::Notice;

/// A line that was stopped is silent, and has said so, well within this.
const LINE_STOPS: Duration = Duration::from_millis(250);

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
            TurnSource::PartnerReply { request, heard } => {
                let Some(reply) = self.replies.get_mut(&request) else {
                    // Cannot happen; an answer keeps the machine from waiting for ever if it does.
                    let lost = ErrorView::internal("the reply is gone");
                    let _ = self.inbox.send(Input::Saved(save, Err(lost)));
                    return;
                };
                if heard == Heard::Part {
                    if !reply.lines.is_empty() {
                        reply.due = Some((save, draft));
                        return self.stop_waiting_for_line(request);
                    }
                    reply.keep_heard();
                    turn.ended_at = turn.started_at.after(reply.heard);
                }
                turn = with_words(turn, reply.words.clone());
                if !reply.pcm.is_empty() {
                    self.spoken = Some((turn.sequence, reply.pcm.clone()));
                    sound = Some((reply.pcm.clone(), ClipId::new(&*self.around.ids)));
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

    /// A line that was stopped says at once how much of it was heard; a playback thread that has died never does.
    fn stop_waiting_for_line(&self, request: RequestId) {
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            tokio::time::sleep(LINE_STOPS).await;
            let _ = inbox.send(Input::LineOverdue(request));
        });
    }

    /// Saves an answer whose line has not said in time how much of it was heard.
    pub(super) fn line_overdue(&mut self, request: RequestId) {
        if let Some(reply) = self.replies.get_mut(&request)
            && let Some((save, turn)) = reply.due.take()
        {
            reply.lines.clear();
            self.save_turn(save, turn);
        }
    }

    /// A model has said what a request took. It is noted with the next turn, and at once where none comes.
    pub(super) fn used(&mut self) {
        if self.has_ended() {
            self.note_exchanges();
        }
    }

    /// Notes beside the session what went to models and came from them since it was last noted.
    pub(super) fn note_exchanges(&mut self) {
        let news = self.not_noted_yet();
        if news.is_empty() {
            return;
        }
        let (store, session) = (Arc::clone(&self.around.store), self.plan.session.id);
        let inbox = self.inbox.clone();
        self.write_beside(move || note(&store, session, news, &inbox));
    }

    fn not_noted_yet(&mut self) -> Vec<Exchange> {
        let news = self.exchanged.as_mut().map(Exchanged::news).unwrap_or_default();
        let mut all = std::mem::take(&mut self.unnoted);
        all.extend(news);
        all
    }

    pub(super) fn close_session(&mut self, request: RequestId, end: SessionEnd) {
        self.marks
            .end_decided
            .get_or_insert(self.around.clock.now().uptime);
        self.plan.session.end_reason = Some(end.reason);
        self.plan.session.objective = end.objective.clone();
        self.plan.session.active = end.active;
        let store = Arc::clone(&self.around.store);
        // Whoever sees the end sees what was exchanged until then.
        let (exchanges, inbox) = (self.not_noted_yet(), self.inbox.clone());
        let job = move || {
            note(&store, end.id, exchanges, &inbox);
            store.end_session(&end).map_err(|error| {
                tracing::error!(%error, "the end of a session could not be saved");
                of_store(&error)
            })
        };
        self.beside(job, move |closed| Input::Closed(request, closed));
    }

    /// Takes the end back on disk.
    pub(super) fn reopen_session(&mut self, request: RequestId) {
        self.reopening = true;
        let (store, id) = (Arc::clone(&self.around.store), self.plan.session.id);
        let now = self.around.clock.now().utc;
        let job = move || {
            store.reopen_session(id, now).map_err(|error| {
                tracing::error!(%error, "the end of a session could not be taken back");
                of_store(&error)
            })
        };
        self.beside(job, move |reopened| Input::Reopened(request, reopened));
    }

    /// Tells the machine whether the end is taken back.
    pub(super) fn reopened(&mut self, request: RequestId, reopened: Result<(), ErrorView>) {
        self.reopening = false;
        match reopened {
            Ok(()) => {
                self.end_waits = false;
                self.plan.session.end_reason = None;
                self.plan.session.objective = Objective::default();
                // The machine listens to no verdict any more.
                self.cast.evaluator = None;
                self.check_due = None;
                if let Some((_, check)) = self.checking.take() {
                    check.abort();
                }
                // Before the machine wants to listen or to be heard there.
                self.join_desk_again();
                self.happened(Event::SessionReopened { request });
            }
            Err(failure) => {
                self.tell(Notice::NotReopened);
                self.not_saved(request, &failure);
            }
        }
    }

    /// Tells the machine what came of saving a turn.
    pub(super) fn saved(&mut self, request: RequestId, saved: Result<Turn, ErrorView>) {
        match saved {
            Ok(turn) => {
                if turn.speaker == Speaker::Trainee {
                    self.marks.saved();
                    self.measured_turn(&turn);
                    self.hear(&turn);
                }
                self.replies.retain(|_, reply| reply.sequence != turn.sequence);
                self.turns.push(turn);
                self.happened(Event::TurnSaved { request });
                self.note_exchanges();
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
    pub(super) fn beside<T: Send + 'static>(
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
fn archive(store: &Store, session: SessionId, clip: ClipId, pcm: &Pieces) -> Result<Clip, ErrorView> {
    let path = store
        .place_for_clip(session, clip, Speaker::Partner)
        .map_err(|error| of_store(&error))?;
    let write = || {
        let mut writer = ClipWriter::create(&path)?;
        for piece in pcm.iter() {
            writer.write(piece)?;
        }
        writer.finish()
    };
    let written = write().map_err(|error| {
        // It is written anew when it is tried again, and half a line of the partner is worth nothing to anybody.
        let _ = std::fs::remove_file(path.with_extension("mp3.part"));
        of_clip(&error)
    });
    Ok(claimed(store, clip, written?))
}

/// Notes what was exchanged with models, or gives it back; a session is not held up because that could not be noted.
fn note(store: &Store, session: SessionId, exchanges: Vec<Exchange>, inbox: &mpsc::UnboundedSender<Input>) {
    if exchanges.is_empty() {
        return;
    }
    if let Err(error) = store.add_exchanges(session, &exchanges) {
        tracing::error!(%error, "it could not be noted what was exchanged with models");
        let _ = inbox.send(Input::NotNoted(exchanges));
    }
}
