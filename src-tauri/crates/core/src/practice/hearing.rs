//! What the trainee said, in words: written down beside the answer, before it where the partner does not hear, and
//! once more or by hand when somebody wishes.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use rehearse_domain::{Speaker, TranscriptStatus, Turn, TurnId};
use rehearse_models::{ModelError, Speech, Transcript, TurnSound};
use rehearse_store::Store;

use super::Input;
use super::errands::errand;
use super::reply::News;
use super::task::Task;
use crate::error::ErrorView;
use crate::house::blocking;
use crate::models::of_transcriber;
use crate::view::Topic;

/// A clip on disk.
#[derive(Clone)]
pub(super) struct Recorded {
    path: PathBuf,
    duration: Duration,
}

impl Recorded {
    /// The sound of a turn, where it has one.
    pub(super) fn of(store: &Store, turn: &Turn) -> Option<Self> {
        let clip = turn.clip.as_ref()?;
        let path = store.place_for_clip(turn.session, clip.id, turn.speaker).ok()?;
        Some(Self {
            path,
            duration: clip.duration,
        })
    }

    /// Reads it.
    pub(super) async fn read(self) -> Result<TurnSound, ErrorView> {
        let Self { path, duration } = self;
        let bytes = blocking(move || std::fs::read(path).map_err(ErrorView::internal)).await?;
        Ok(TurnSound {
            mp3: Bytes::from(bytes),
            duration,
        })
    }
}

impl Task {
    /// The trainee's turn is on disk: has it written down where somebody does that.
    pub(super) fn hear(&mut self, turn: &Turn) {
        let waits = turn.speaker == Speaker::Trainee && turn.transcript_status == TranscriptStatus::Pending;
        let Some(transcriber) = self.cast.transcriber.clone().filter(|_| waits) else {
            return;
        };
        let Some(recorded) = Recorded::of(&self.around.store, turn) else {
            return;
        };
        let turn = turn.id;
        let session = self.plan.session.clone();
        let hearing = async move {
            let heard = async {
                let sound = recorded
                    .read()
                    .await
                    .map_err(|error| ModelError::Malformed(Some(error.into())))?;
                let speech = Speech::of(&session, sound.mp3, sound.duration);
                transcriber.transcribe(speech).await
            };
            Input::WrittenDown(turn, heard.await)
        };
        let hearing = errand(&self.inbox, hearing, move |died| {
            Input::WrittenDown(turn, Err(died))
        });
        self.hearing.insert(turn, hearing);
    }

    /// From here on nobody writes down or judges, and what is under way is taken back: nothing more that was said leaves
    /// this computer.
    pub(super) fn leave_off_helpers(&mut self) {
        for (_, hearing) in self.hearing.drain() {
            hearing.abort();
        }
        self.check_due = None;
        if let Some((_, checking)) = self.checking.take() {
            checking.abort();
        }
    }

    /// A turn is written down, or could not be.
    pub(super) fn written_down(&mut self, turn: TurnId, heard: Result<Transcript, ModelError>) {
        self.used();
        // Somebody wrote it themselves in the meantime.
        if self.hearing.remove(&turn).is_none() {
            return;
        }
        match heard {
            Ok(transcript) if !transcript.text.is_empty() => self.set_words(turn, transcript.text),
            Ok(_) => self.not_understood(turn, None),
            Err(failure) => {
                tracing::warn!(error = %failure, "a turn could not be written down");
                self.not_understood(turn, Some(failure));
            }
        }
        self.check_objective_if_due();
        self.around.bus.changed(Topic::Practice);
    }

    /// The turn keeps waiting for its words on disk, where they are asked for again later; here it is said that they
    /// did not come.
    fn not_understood(&mut self, turn: TurnId, failure: Option<ModelError>) {
        if let Some(turn) = self.turns.iter_mut().find(|one| one.id == turn) {
            turn.transcript_status = TranscriptStatus::Failed;
        }
        let Some((request, _)) = self.asking_after.take_if(|(_, waits_for)| *waits_for == turn) else {
            return;
        };
        let failure = failure.unwrap_or(ModelError::Malformed(None));
        self.unheard = Some(of_transcriber(&failure));
        self.reply_came(request, News::Failed(failure));
    }

    /// Somebody wants a turn to be written down once more.
    pub(super) fn hear_again(&mut self, sequence: u32) {
        if self.cast.transcriber.is_none() {
            return;
        }
        // Words that are on their way already are somebody's own, and stand.
        let saving = &self.saving_words;
        let failed = |turn: &&mut Turn| {
            turn.sequence == sequence
                && turn.transcript_status == TranscriptStatus::Failed
                && !saving.contains_key(&turn.id)
        };
        let Some(turn) = self.turns.iter_mut().find(failed) else {
            return;
        };
        turn.transcript_status = TranscriptStatus::Pending;
        let turn = turn.clone();
        self.hear(&turn);
        self.around.bus.changed(Topic::Practice);
    }

    /// Somebody puts the words of one of their turns right.
    pub(super) fn correct(&mut self, sequence: u32, words: &str) {
        let words = words.trim();
        let own = |turn: &&Turn| turn.sequence == sequence && turn.speaker == Speaker::Trainee;
        let Some(id) = self
            .turns
            .iter()
            .find(own)
            .map(|turn| turn.id)
            .filter(|_| !words.is_empty())
        else {
            return;
        };
        if let Some(hearing) = self.hearing.remove(&id) {
            hearing.abort();
        }
        self.set_words(id, words.to_owned());
        self.around.bus.changed(Topic::Practice);
    }

    /// Whether the partner needs words that could not be written down.
    pub(super) fn last_was_not_heard(&self) -> bool {
        let last = self.turns.last().filter(|turn| turn.speaker == Speaker::Trainee);
        self.partner_reads() && last.is_some_and(|turn| turn.transcript_status == TranscriptStatus::Failed)
    }

    /// Tries once more to have the last turn written down.
    pub(super) fn write_down_again(&mut self) {
        if let Some(sequence) = self.turns.last().map(|turn| turn.sequence) {
            self.hear_again(sequence);
        }
    }

    /// Whether the words of this turn have to be there before the partner can be asked; and are on their way.
    pub(super) fn partner_waits_for(&self) -> Option<TurnId> {
        let last = self
            .turns
            .last()
            .filter(|turn| turn.speaker == Speaker::Trainee)?;
        let coming = self.hearing.contains_key(&last.id) || self.saving_words.contains_key(&last.id);
        (self.partner_reads() && coming).then_some(last.id)
    }

    /// A model that does not hear has to be told the words. The embedded partner asks for neither.
    fn partner_reads(&self) -> bool {
        self.partner.model().is_some() && !self.partner.hears()
    }
}
