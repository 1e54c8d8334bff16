//! The words of the trainee's turns on their way to the disk. They count, and go to a partner or a checker that reads
//! them, once they are there; of one turn one write is under way at most, so that the last words win.

use std::sync::Arc;

use rehearse_domain::{TranscriptStatus, TurnId};
use rehearse_models::ModelError;

use super::Input;
use super::reply::News;
use super::task::Task;
use crate::error::{ErrorView, of_saving, of_store};
use crate::view::{Notice, Topic};

impl Task {
    /// Words of the trainee are not there yet and will be.
    pub(super) fn words_are_coming(&self) -> bool {
        !self.hearing.is_empty() || !self.saving_words.is_empty()
    }

    /// It is over: words that could not be written down are from now on anybody's to have written down.
    pub(super) fn leave_words(&self) {
        let mut turns = self.turns.iter();
        if turns.any(|turn| turn.transcript_status == TranscriptStatus::Failed) {
            self.around.bus.changed(Topic::Sessions);
        }
    }

    /// Puts the words of a turn on disk. While others of that turn are being put there, they wait.
    pub(super) fn set_words(&mut self, id: TurnId, words: String) {
        if let Some(next) = self.saving_words.get_mut(&id) {
            *next = Some(words);
            return;
        }
        self.saving_words.insert(id, None);
        let (store, now) = (Arc::clone(&self.around.store), self.around.clock.now().utc);
        let written = words.clone();
        let job = move || {
            store
                .set_transcript(id, Some(&written), TranscriptStatus::Completed, now)
                .map_err(|error| {
                    tracing::error!(%error, "the words of a turn could not be saved");
                    of_store(&error)
                })
        };
        self.beside(job, move |saved| Input::WordsSaved(id, words, saved));
    }

    /// The words are on disk, or could not be put there.
    pub(super) fn words_saved(&mut self, id: TurnId, words: String, saved: Result<(), ErrorView>) {
        if let Some(next) = self.saving_words.remove(&id).flatten() {
            return self.set_words(id, next);
        }
        match saved {
            Ok(()) => self.words_are_there(id, words),
            Err(failure) => self.words_are_lost(id, &failure),
        }
        self.check_objective_if_due();
        self.around.bus.changed(Topic::Practice);
        self.around.bus.changed(Topic::Sessions);
    }

    fn words_are_there(&mut self, id: TurnId, words: String) {
        if let Some(turn) = self.turns.iter_mut().find(|one| one.id == id) {
            turn.transcript = Some(words);
            turn.transcript_status = TranscriptStatus::Completed;
        }
        if let Some((request, _)) = self.asking_after.take_if(|(_, waits_for)| *waits_for == id) {
            self.begin_asking(request);
        }
    }

    /// The turn stays as it is on disk; whoever wrote the words is told, and a partner that waits for them is not asked.
    fn words_are_lost(&mut self, id: TurnId, failure: &ErrorView) {
        if let Some(turn) = self.turns.iter_mut().find(|one| one.id == id)
            && turn.transcript.is_none()
        {
            turn.transcript_status = TranscriptStatus::Failed;
        }
        self.tell(Notice::WordsNotSaved);
        if let Some((request, _)) = self.asking_after.take_if(|(_, waits_for)| *waits_for == id) {
            self.unheard = Some(of_saving(self.around.store.folder(), failure));
            self.reply_came(request, News::Failed(ModelError::Malformed(None)));
        }
    }
}
