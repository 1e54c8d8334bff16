//! Writing down what was said in a session that is over: the turns that wait for their words, one after the other. A
//! turn that cannot be written down stays as it was, and waits on.

use rehearse_domain::{Clip, Session, SessionId, SessionStatus, Speaker, TranscriptStatus, Turn, TurnId};
use rehearse_models::presets::Role;
use rehearse_models::{ModelError, RefusalKind, Speech, Transcriber, Transcript};
use tokio::sync::Notify;

use super::exchanged::Exchanged;
use super::faults::of_transcriber;
use super::voices::WantedVoice;
use crate::error::ErrorView;
use crate::house::Core;
use crate::lines::count;
use crate::view::{Topic, TranscribedTurn, TranscribedView};

/// Why a turn has no words yet.
enum Trouble {
    /// It is this turn's: the others may go better.
    OfTurn(ErrorView),
    /// It is the host's: the others would fail likewise.
    OfHost(ErrorView),
    /// It is nobody's: somebody wants no more of it.
    Stopped,
}

/// How far it is.
pub(super) enum Step<'turn> {
    /// The turn of this number is being written down, one of so many.
    Begun { sequence: u32, of: u32 },
    /// A turn is done, with its words or without.
    Done(&'turn TranscribedTurn),
}

impl Core {
    /// Has every turn of the trainee written down that waits for its words, in their order. `told` hears of each as it
    /// is done. What was written down before an error stays.
    ///
    /// # Errors
    /// `transcribe_open` and `transcribe_elsewhere` for a session that others write; `no_transcriber` where nobody is
    /// chosen; `transcriber_…` when the host cannot go on.
    pub async fn transcribe_session(
        &self,
        session: SessionId,
        mut told: impl FnMut(&TranscribedTurn),
    ) -> Result<TranscribedView, ErrorView> {
        let nobody_stops = Notify::new();
        let told = |step: Step<'_>| match step {
            Step::Done(turn) => told(turn),
            Step::Begun { .. } => {}
        };
        self.transcribe_until(session, &nobody_stops, told).await
    }

    /// The same until `stop` is notified. What was sent by then is in the session's record, whatever ends it.
    pub(super) async fn transcribe_until(
        &self,
        session: SessionId,
        stop: &Notify,
        mut told: impl FnMut(Step<'_>),
    ) -> Result<TranscribedView, ErrorView> {
        let (record, waiting) = self.to_transcribe(session).await?;
        let chosen = self.0.chosen_models().await?.only(&[Role::Transcriber]);
        let casting = self
            .0
            .casting(chosen, WantedVoice::of_anybody(record.language), false);
        let transcriber = casting.transcriber().await?;
        let transcriber = transcriber.ok_or_else(|| ErrorView::new("no_transcriber"))?;
        let mut exchanged = casting.exchanged;
        let of = count(waiting.len());
        let mut done = Vec::new();
        for (turn, clip) in waiting {
            let sequence = turn.sequence;
            told(Step::Begun { sequence, of });
            let written = self
                .write_down(&*transcriber, &record, turn.id, &clip, stop)
                .await;
            self.note(session, &mut exchanged).await?;
            let written = match written {
                Ok(text) => transcribed(&turn, Ok(text)),
                Err(Trouble::OfTurn(why)) => transcribed(&turn, Err(why)),
                Err(Trouble::OfHost(why)) => return Err(why),
                Err(Trouble::Stopped) => break,
            };
            told(Step::Done(&written));
            done.push(written);
        }
        let written = done.iter().filter(|turn| turn.text.is_some()).count();
        Ok(TranscribedView {
            session,
            left: of.saturating_sub(count(written)),
            turns: done,
        })
    }

    /// Puts what was exchanged since into the session's record.
    async fn note(&self, session: SessionId, exchanged: &mut Exchanged) -> Result<(), ErrorView> {
        let exchanges = exchanged.news();
        let noted = self
            .0
            .on_store(move |store| store.add_exchanges(session, &exchanges));
        noted.await?;
        self.0.bus.changed(Topic::Sessions);
        Ok(())
    }

    /// The session, and the turns of it that wait for their words.
    async fn to_transcribe(&self, id: SessionId) -> Result<(Session, Vec<(Turn, Clip)>), ErrorView> {
        let found = self.0.on_store(move |store| {
            let record = store.session(id)?;
            Ok((record, store.is_mirror(id)?, store.turns(id)?))
        });
        let (record, is_mirror, mut turns) = found.await?;
        let record = record.ok_or_else(|| ErrorView::no_such_session(id))?;
        // Words that were written down here would never reach the computer that it belongs to.
        if is_mirror {
            return Err(ErrorView::new("transcribe_elsewhere"));
        }
        // A practice that is over may still be waiting for its last words, which are not to be sent twice.
        if record.status != SessionStatus::Ended || self.still_practised(id).await {
            return Err(ErrorView::new("transcribe_open"));
        }
        turns.retain(waits);
        let spoken = turns.into_iter().filter_map(|turn| {
            let clip = turn.clip.clone()?;
            Some((turn, clip))
        });
        Ok((record, spoken.collect()))
    }

    /// Has one turn written down and keeps its words.
    async fn write_down(
        &self,
        transcriber: &dyn Transcriber,
        record: &Session,
        turn: TurnId,
        clip: &Clip,
        stop: &Notify,
    ) -> Result<String, Trouble> {
        let bytes = self.clip_bytes(clip.id).await.map_err(Trouble::OfTurn)?;
        let speech = Speech::of(record, bytes.into(), clip.duration);
        let heard = tokio::select! {
            biased;
            () = stop.notified() => return Err(Trouble::Stopped),
            heard = transcriber.transcribe(speech) => heard,
        };
        let Transcript { text, .. } = heard.map_err(|error| trouble(&error))?;
        if text.is_empty() {
            return Err(Trouble::OfTurn(ErrorView::new("transcribe_nothing_heard")));
        }
        let (words, now) = (text.clone(), self.0.now());
        self.0
            .on_store(move |store| store.set_transcript(turn, Some(&words), TranscriptStatus::Completed, now))
            .await
            .map_err(Trouble::OfHost)?;
        Ok(text)
    }
}

/// It is the trainee's, and waits for its words.
pub(super) fn waits(turn: &Turn) -> bool {
    let status = turn.transcript_status;
    turn.speaker == Speaker::Trainee && matches!(status, TranscriptStatus::Pending | TranscriptStatus::Failed)
}

fn transcribed(turn: &Turn, written: Result<String, ErrorView>) -> TranscribedTurn {
    let (text, trouble) = match written {
        Ok(text) => (Some(text), None),
        Err(why) => (None, Some(why)),
    };
    TranscribedTurn {
        sequence: turn.sequence,
        text,
        trouble,
    }
}

/// Whose trouble a failure is.
fn trouble(error: &ModelError) -> Trouble {
    let why = of_transcriber(error);
    match error {
        ModelError::Malformed(_) => Trouble::OfTurn(why),
        ModelError::Refused(refusal) => match refusal.kind {
            RefusalKind::Filtered | RefusalKind::TooLong | RefusalKind::EmptySound | RefusalKind::Other => {
                Trouble::OfTurn(why)
            }
            _ => Trouble::OfHost(why),
        },
        _ => Trouble::OfHost(why),
    }
}
