//! Records that were created again because an answer was lost: a while later there must be one of each.
//!
//! The earliest stays, because that is the one every reader takes. What was saved while answers were lost is saved once
//! more, in case an older state arrived after the newer one.

use std::collections::HashMap;

use rehearse_domain::{ClipId, SessionId, Timestamp, TurnId};
use rehearse_leancloud::{Condition, Error, FileId, Object, ObjectId, Transport, Update};
use rehearse_store::{AuthoredKind, OutboxKind, Settled, StoreError, TwinWatch};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::batches::{Found, TWIN_WATCH, earliest};
use super::deleting::file_of;
use super::settling::{Verdict, stray};
use super::{Sender, Tally};
use crate::failed::Failed;
use crate::wire::{Class, SESSION_CLIENT_ID, SESSION_ID};

/// A look that failed is made again as late as something that has failed so often.
const IN_NO_HURRY: u32 = 8;

/// What a look found, and whether it was the last.
pub(super) enum Looked {
    Enough(Vec<Settled>),
    Again(Vec<Settled>),
}

/// What the server has of the records that are looked for together.
enum There {
    Rows(Found),
    Files(HashMap<Uuid, Vec<FileId>>),
}

impl<T: Transport> Sender<T> {
    /// Looks for records of one kind, in one request as far as that goes.
    pub(super) async fn look_for_twins(
        &self,
        watches: &[TwinWatch],
        tally: &Tally,
    ) -> Result<(), StoreError> {
        let looked_at = self.now();
        let there = match self.what_is_there(watches).await {
            Ok(there) => there,
            Err(error) => {
                let settled = watches
                    .iter()
                    .map(|watch| self.not_looked(watch, looked_at, &error, tally));
                return self.settle(settled.collect()).await;
            }
        };
        for watch in watches {
            let looked = self.look_for_twin(watch, &there).await;
            let settled = self.looked(watch, looked_at, looked, tally)?;
            self.settle(settled).await?;
        }
        Ok(())
    }

    async fn what_is_there(&self, watches: &[TwinWatch]) -> Result<There, Error> {
        let subjects: Vec<Uuid> = watches.iter().map(|watch| watch.subject).collect();
        Ok(match watches.first().map(|watch| watch.kind) {
            Some(OutboxKind::Upload) => There::Files(self.files_of_clips(&subjects).await?),
            Some(OutboxKind::CreateTurn) => There::Rows(self.find_ours(Class::Turn, &subjects).await?),
            Some(OutboxKind::SaveScenario) => There::Rows(self.find_own(Class::Scenario, &subjects).await?),
            Some(OutboxKind::SaveSkill) => There::Rows(self.find_own(Class::Skill, &subjects).await?),
            _ => There::Rows(self.find_ours(Class::Session, &subjects).await?),
        })
    }

    async fn look_for_twin(&self, watch: &TwinWatch, there: &There) -> Result<Looked, Failed> {
        match (there, watch.kind) {
            (There::Files(files), _) => {
                let files = files.get(&watch.subject).map_or(&[][..], Vec::as_slice);
                self.twins_of_file(watch.session, watch.subject, files).await
            }
            (There::Rows(found), OutboxKind::CreateTurn) => {
                self.twins_of_turn(watch.session, watch.subject, found).await
            }
            (There::Rows(found), OutboxKind::SaveScenario) => {
                self.twins_of_authored(watch.subject, AuthoredKind::Scenario, found)
                    .await
            }
            (There::Rows(found), OutboxKind::SaveSkill) => {
                self.twins_of_authored(watch.subject, AuthoredKind::Skill, found)
                    .await
            }
            (There::Rows(found), _) => self.twins_of_session(watch.session, found).await,
        }
    }

    /// What to write down after a look.
    fn looked(
        &self,
        watch: &TwinWatch,
        looked_at: Timestamp,
        looked: Result<Looked, Failed>,
        tally: &Tally,
    ) -> Result<Vec<Settled>, StoreError> {
        let subject = watch.subject;
        Ok(match looked {
            Ok(Looked::Enough(mut settled)) => {
                tally.settled();
                settled.push(Settled::Watched { subject, looked_at });
                settled
            }
            Ok(Looked::Again(mut settled)) => {
                tally.settled();
                let until = self.now().after(TWIN_WATCH);
                settled.push(Settled::WatchPutOff { subject, until });
                settled
            }
            Err(Failed::Store(error)) if !error.is_unreadable_record() => return Err(error),
            // It cannot be looked for; readers take the earliest all the same.
            Err(Failed::Store(_) | Failed::Stays) => {
                tally.failed();
                vec![Settled::Watched { subject, looked_at }]
            }
            Err(Failed::Server(error)) => vec![self.not_looked(watch, looked_at, &error, tally)],
        })
    }

    fn not_looked(&self, watch: &TwinWatch, looked_at: Timestamp, error: &Error, tally: &Tally) -> Settled {
        tally.failed();
        let subject = watch.subject;
        match self.verdict(error, IN_NO_HURRY) {
            Verdict::Later(later) => {
                Self::note(&later, tally);
                let until = later.until;
                Settled::WatchPutOff { subject, until }
            }
            // Nor will it be possible later.
            _ => Settled::Watched { subject, looked_at },
        }
    }

    async fn twins_of_turn(
        &self,
        session: SessionId,
        subject: Uuid,
        found: &Found,
    ) -> Result<Looked, Failed> {
        let turns = self.on(move |store| store.sendable_turns(session)).await?;
        let id = TurnId::from(subject);
        let ours = turns.into_iter().find(|one| one.turn.id == id);
        let Some(ours) = ours else {
            if !self.is_gone(session).await? {
                return Ok(Looked::Again(Vec::new()));
            }
            self.delete_rows(session, Class::Turn, &rows(found, subject, None), None)
                .await?;
            return Ok(Looked::Enough(Vec::new()));
        };
        let Some(keep) = earliest(found, subject).map(|row| row.id.clone()) else {
            return Ok(Looked::Enough(Vec::new()));
        };
        let save = Settled::SaveAgain {
            session,
            turn: Some(id),
        };
        if ours.object_id.as_deref() != Some(keep.as_str()) {
            // Somebody may be writing to the other row, which goes at the next look.
            let object_id = keep.as_str().to_owned();
            return Ok(Looked::Again(vec![
                Settled::TurnNamed { turn: id, object_id },
                save,
            ]));
        }
        let file = ours.file.map(|file| file.id);
        let others = rows(found, subject, Some(&keep));
        self.delete_rows(session, Class::Turn, &others, file.as_deref())
            .await?;
        Ok(Looked::Enough(vec![save]))
    }

    async fn twins_of_file(
        &self,
        session: SessionId,
        subject: Uuid,
        files: &[FileId],
    ) -> Result<Looked, Failed> {
        let mut waits = self.on(move |store| store.outbox(session)).await?.into_iter();
        let upload = waits.find(|row| row.kind == OutboxKind::Upload && row.subject == subject);
        // One that needs the user may wait for ever.
        let is_under_way = upload.as_ref().is_some_and(|row| row.stuck_reason.is_none());
        let begun = upload.and_then(|row| row.begun);
        let turns = self.on(move |store| store.sendable_turns(session)).await?;
        // A file that is being uploaded belongs to nobody yet, nor does one whose session is only hidden.
        if is_under_way || turns.is_empty() && !self.is_gone(session).await? {
            return Ok(Looked::Again(Vec::new()));
        }
        let clip = ClipId::from(subject);
        let ours = turns
            .into_iter()
            .find(|one| one.turn.clip.as_ref().is_some_and(|own| own.id == clip));
        let ours = ours.and_then(|one| one.file).map(|file| file.id);
        let others = files
            .iter()
            .map(FileId::as_str)
            .filter(|file| ![ours.as_deref(), begun.as_deref()].contains(&Some(*file)));
        Ok(Looked::Enough(others.map(|file| stray(session, file)).collect()))
    }

    async fn twins_of_session(&self, session: SessionId, sessions: &Found) -> Result<Looked, Failed> {
        let found = self.on(move |store| store.sendable_session(session)).await?;
        let Some(ours) = found else {
            if !self.is_gone(session).await? {
                return Ok(Looked::Again(Vec::new()));
            }
            self.erase(session, None).await?;
            return Ok(Looked::Enough(Vec::new()));
        };
        let named = self.on(move |store| store.remote_name(session)).await?;
        let subject = Uuid::from(session);
        let Some(keep) = earliest(sessions, subject).map(|row| row.id.clone()) else {
            return Ok(Looked::Enough(Vec::new()));
        };
        let save = Settled::SaveAgain { session, turn: None };
        if named.as_deref() != Some(keep.as_str()) {
            // What belongs to it moves first. The other row goes at the next look.
            let object_id = keep.as_str().to_owned();
            return Ok(Looked::Again(vec![
                Settled::SessionNamed {
                    session,
                    object_id,
                    account: self.account.to_string(),
                },
                Settled::TurnsToSave { session },
                save,
            ]));
        }
        let others = rows(sessions, subject, Some(&keep));
        if !others.is_empty() && self.is_under_way(session).await? {
            return Ok(Looked::Again(Vec::new()));
        }
        let evaluations = self.evaluations_of(session).await?;
        self.move_evaluations(&evaluations, &keep).await?;
        self.delete_rows(session, Class::Session, &others, None).await?;
        if let Some(own) = ours.evaluation
            && let Some(kept) = earliest(&evaluations, own.evaluation.id.into())
            && own.object_id.as_deref() != Some(kept.id.as_str())
        {
            let named = Settled::EvaluationNamed {
                evaluation: own.evaluation.id,
                object_id: kept.id.as_str().to_owned(),
            };
            return Ok(Looked::Again(vec![named, save]));
        }
        for subject in evaluations.keys() {
            let keep = earliest(&evaluations, *subject).map(|row| &row.id);
            let others = rows(&evaluations, *subject, keep);
            self.delete_rows(session, Class::Evaluation, &others, None)
                .await?;
        }
        Ok(Looked::Enough(vec![save]))
    }

    /// Whether changes of a session are on their way that would name one row while another goes. What waits for the user
    /// may do so for ever.
    async fn is_under_way(&self, session: SessionId) -> Result<bool, StoreError> {
        let waits = self.on(move |store| store.outbox(session)).await?;
        Ok(waits
            .iter()
            .any(|row| row.stuck_reason.is_none() && row.parent.is_none()))
    }

    /// The evaluations of a session, also those that were superseded.
    async fn evaluations_of(&self, session: SessionId) -> Result<Found, Failed> {
        let ours = Condition::all().equals(SESSION_CLIENT_ID, session.to_string())?;
        Ok(self.found_by_our_ids(Class::Evaluation, ours).await?)
    }

    /// Has evaluations name the row of their session that stays.
    async fn move_evaluations(&self, evaluations: &Found, session: &ObjectId) -> Result<(), Failed> {
        let class = self.client.class(Class::Evaluation.name())?;
        for row in evaluations.values().flatten() {
            if row.get::<String>(SESSION_ID)?.as_deref() == Some(session.as_str()) {
                continue;
            }
            let name = Value::from(session.as_str());
            let mut fields = Map::from_iter([(SESSION_ID.to_owned(), name)]);
            self.forms.lock().apply(Class::Evaluation, &mut fields);
            let update = fields
                .into_iter()
                .try_fold(Update::new(), |update, (field, value)| update.set(&field, value))?;
            class.update(&row.id, &update).await?;
        }
        Ok(())
    }

    /// Whether a session was deleted and cannot be spared any more.
    async fn is_gone(&self, session: SessionId) -> Result<bool, StoreError> {
        self.on(move |store| store.is_gone(session)).await
    }

    /// Deletes rows, and has the files go that they refer to, but for `ours`.
    pub(super) async fn delete_rows(
        &self,
        session: SessionId,
        class: Class,
        rows: &[&Object],
        ours: Option<&str>,
    ) -> Result<(), Failed> {
        if rows.is_empty() {
            return Ok(());
        }
        let files = rows.iter().filter_map(|row| file_of(row));
        let strays = files
            .filter(|file| Some(file.as_str()) != ours)
            .map(|file| stray(session, &file));
        self.settle(strays.collect()).await?;
        let ids: Vec<ObjectId> = rows.iter().map(|row| row.id.clone()).collect();
        self.client.class(class.name())?.delete_many(&ids).await?;
        Ok(())
    }
}

/// The rows of a record, but for the one that stays.
pub(super) fn rows<'a>(found: &'a Found, subject: Uuid, but: Option<&ObjectId>) -> Vec<&'a Object> {
    let all = found.get(&subject).into_iter().flatten();
    all.filter(|row| Some(&row.id) != but).collect()
}
