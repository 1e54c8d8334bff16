//! What somebody does about feedback: asks for it, puts words right, rates themselves before they look.

use std::sync::Arc;

use rehearse_domain::{EvaluationId, SessionId, SessionStatus, Speaker, Timestamp, Turn};
use rehearse_store::{Access, EvaluationStatus, Store};

use super::checking::look_up;
use super::since::{SIGNED_IN, SINCE};
use crate::error::{ErrorView, of_store_at};
use crate::house::{Core, blocking};
use crate::view::{FeedbackView, OwnRating, Topic};

impl Core {
    /// Has feedback given on a session, whatever keeps it from coming by itself. Where there is a result, a new one is
    /// asked for, and both are kept.
    ///
    /// # Errors
    /// `no_such_session`; `feedback_open` while it runs; `feedback_nothing_said`; `feedback_again_elsewhere` when another
    /// computer recorded it and there is a result.
    pub async fn ask_for_feedback(&self, session: SessionId) -> Result<FeedbackView, ErrorView> {
        let (id, now) = (EvaluationId::new(&*self.0.parts.ids), self.0.now());
        let asked = self.0.on_store(move |store| {
            let Some(record) = store.session(session)? else {
                return Ok(Err(ErrorView::no_such_session(session)));
            };
            if record.status != SessionStatus::Ended {
                return Ok(Err(ErrorView::new("feedback_open")));
            }
            match store.assessment_of(session)? {
                None => return Ok(Err(ErrorView::new("feedback_nothing_said"))),
                Some((current, _)) if current.status == EvaluationStatus::Completed => {
                    // Only whoever recorded it tells the server of another one.
                    if store.is_mirror(session)? {
                        return Ok(Err(ErrorView::new("feedback_again_elsewhere")));
                    }
                    store.evaluate_again(session, now, id)?;
                }
                Some(_) => {}
            }
            store.ask_for_evaluation(session, now)?;
            Ok(Ok(()))
        });
        asked.await??;
        self.0.bus.changed(Topic::Sessions);
        self.start_feedback();
        self.0.feedback.hurry();
        self.feedback(session).await
    }

    /// Has feedback given also on what was practised before anybody was chosen who gives it.
    pub async fn ask_for_earlier_feedback(&self) -> Result<(), ErrorView> {
        let always = Timestamp::from_millis(0);
        self.0
            .on_store(move |store| {
                store.put_setting(SINCE, &always)?;
                store.put_setting(SIGNED_IN, &always)
            })
            .await?;
        self.0.feedback.hurry();
        Ok(())
    }

    /// Shows the result, with what the trainee gave themselves before; nothing where they did not want to.
    ///
    /// # Errors
    /// `no_such_session`, and what the database says.
    pub async fn reveal_feedback(
        &self,
        session: SessionId,
        own: Vec<OwnRating>,
    ) -> Result<FeedbackView, ErrorView> {
        let now = self.0.now();
        let own: Vec<_> = own.into_iter().map(|one| (one.skill, one.rating)).collect();
        self.0
            .on_store(move |store| store.reveal(session, &own, now))
            .await?;
        self.0.bus.changed(Topic::Sessions);
        self.feedback(session).await
    }

    /// Notes that the trainee looks at a result which a core that only reads shows them. The store is opened for that alone
    /// and closed again: nothing else of what an owner of the data folder does is begun.
    ///
    /// # Errors
    /// `store_held` while another program owns the data folder, `no_such_session`, and what the database says.
    pub async fn note_look(&self, session: SessionId) -> Result<FeedbackView, ErrorView> {
        let (house, now) = (Arc::clone(&self.0), self.0.now());
        blocking(move || {
            let noted = Store::open(&house.folder, Access::Owner, now)
                .and_then(|store| store.reveal(session, &[], now));
            noted.map_err(|error| of_store_at(&house.folder, &error))
        })
        .await?;
        self.feedback(session).await
    }

    /// Puts the words of a turn of the trainee right in a session that is over. A result that rests on the old ones stays
    /// until another is asked for.
    ///
    /// # Errors
    /// `no_such_session`; `no_such_turn`; `transcribe_open` while somebody still writes it down; `correct_elsewhere` for a
    /// session of another computer; `correct_empty`.
    pub async fn correct_turn(
        &self,
        session: SessionId,
        sequence: u32,
        words: String,
    ) -> Result<(), ErrorView> {
        let words = words.trim().to_owned();
        if words.is_empty() {
            return Err(ErrorView::new("correct_empty"));
        }
        if self.is_catching_up(session).await {
            return Err(ErrorView::new("transcribe_open"));
        }
        let now = self.0.now();
        let corrected = self.0.on_store(move |store| {
            let Some(record) = store.session(session)? else {
                return Ok(Err(ErrorView::no_such_session(session)));
            };
            if record.status != SessionStatus::Ended {
                return Ok(Err(ErrorView::new("transcribe_open")));
            }
            if store.is_mirror(session)? {
                return Ok(Err(ErrorView::new("correct_elsewhere")));
            }
            let turns = store.turns(session)?;
            let is_it = |turn: &&Turn| turn.sequence == sequence && turn.speaker == Speaker::Trainee;
            let Some(turn) = turns.iter().find(is_it) else {
                return Ok(Err(ErrorView::new("no_such_turn")));
            };
            // What the words bear out now stands afterwards too.
            store.correct_transcript((session, turn.id), &words, now, look_up)?;
            Ok(Ok(()))
        });
        corrected.await??;
        self.0.bus.changed(Topic::Sessions);
        // Whoever is at it has other words, and it may have waited for these.
        self.0.feedback.give_up(session);
        self.0.feedback.hurry();
        Ok(())
    }

    /// Whether a session runs, or is over and waits for its last words, which are not to be asked for twice.
    pub(super) async fn is_catching_up(&self, session: SessionId) -> bool {
        let open = self.0.practice.lock().await;
        if let Some(practice) = open.as_ref().filter(|practice| practice.session == session) {
            let view = practice.view().await;
            return view.is_some_and(|view| view.end.is_none() || view.catching_up);
        }
        let left = self.0.left.lock();
        left.iter()
            .any(|practice| practice.session == session && !practice.is_over())
    }
}
