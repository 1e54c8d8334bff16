//! Records that were created again because an answer was lost: a while later there must be one of each.
//!
//! The earliest stays, because that is the one every reader takes. What was saved while answers were lost is saved once
//! more, in case an older state arrived after the newer one.

use rehearse_domain::{ClipId, SessionId, TurnId};
use rehearse_leancloud::{FileId, Object, ObjectId, Transport};
use rehearse_store::{OutboxKind, Settled, StoreError, TwinWatch};
use uuid::Uuid;

use super::batches::{Found, TWIN_WATCH, earliest};
use super::deleting::file_of;
use super::settling::{Verdict, stray};
use super::{Sender, Tally};
use crate::failed::Failed;
use crate::wire::{Class, META_CLIP};

/// A look that failed is made again as late as something that has failed so often.
const IN_NO_HURRY: u32 = 8;
/// What a look found, and whether it was the last.
enum Looked {
    Enough(Vec<Settled>),
    Again(Vec<Settled>),
}

impl<T: Transport> Sender<T> {
    pub(super) async fn look_for_twins(&self, watch: &TwinWatch, tally: &Tally) -> Result<(), StoreError> {
        let subject = watch.subject;
        let looked = match watch.kind {
            OutboxKind::CreateTurn => self.twins_of_turn(watch.session, watch.subject).await,
            OutboxKind::Upload => self.twins_of_file(watch.session, watch.subject).await,
            _ => self.twins_of_session(watch.session).await,
        };
        match looked {
            Ok(Looked::Enough(mut settled)) => {
                tally.add(1, 0);
                settled.push(Settled::Watched { subject });
                self.settle(settled).await
            }
            Ok(Looked::Again(mut settled)) => {
                tally.add(1, 0);
                settled.push(Settled::WatchPutOff {
                    subject,
                    until: self.now().after(TWIN_WATCH),
                });
                self.settle(settled).await
            }
            Err(Failed::Store(error)) => Err(error),
            Err(Failed::Server(error)) => {
                tally.add(0, 1);
                let settled = match self.verdict(&error, IN_NO_HURRY) {
                    Verdict::Later(later) => {
                        tally.pause(later.pause);
                        Settled::WatchPutOff {
                            subject,
                            until: later.until,
                        }
                    }
                    // It cannot be looked for; readers take the earliest all the same.
                    _ => Settled::Watched { subject },
                };
                self.settle(vec![settled]).await
            }
        }
    }

    async fn twins_of_turn(&self, session: SessionId, subject: Uuid) -> Result<Looked, Failed> {
        let found = self.find_ours(Class::Turn, &[subject]).await?;
        let turns = self.on(move |store| store.sendable_turns(session)).await?;
        let id = TurnId::from(subject);
        let ours = turns.into_iter().find(|one| one.turn.id == id);
        let Some(ours) = ours else {
            if !self.is_gone(session).await? {
                return Ok(Looked::Again(Vec::new()));
            }
            self.delete_rows(session, Class::Turn, &rows(&found, subject, None), None)
                .await?;
            return Ok(Looked::Enough(Vec::new()));
        };
        let Some(keep) = earliest(&found, subject).map(|row| row.id.clone()) else {
            return Ok(Looked::Enough(Vec::new()));
        };
        let file = ours.file.map(|file| file.id);
        let others = rows(&found, subject, Some(&keep));
        self.delete_rows(session, Class::Turn, &others, file.as_deref())
            .await?;
        Ok(Looked::Enough(vec![
            Settled::TurnNamed {
                turn: id,
                object_id: keep.as_str().to_owned(),
            },
            Settled::SaveAgain {
                session,
                turn: Some(id),
            },
        ]))
    }

    async fn twins_of_file(&self, session: SessionId, subject: Uuid) -> Result<Looked, Failed> {
        let waits = self.on(move |store| store.outbox(session)).await?;
        let is_under_way = waits
            .iter()
            .any(|row| row.kind == OutboxKind::Upload && row.subject == subject);
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
        let files = self.files_about(META_CLIP, &subject.to_string()).await?;
        let others = files
            .iter()
            .map(FileId::as_str)
            .filter(|file| Some(*file) != ours.as_deref());
        Ok(Looked::Enough(others.map(|file| stray(session, file)).collect()))
    }

    async fn twins_of_session(&self, session: SessionId) -> Result<Looked, Failed> {
        let found = self.on(move |store| store.sendable_session(session)).await?;
        let Some(ours) = found else {
            if !self.is_gone(session).await? {
                return Ok(Looked::Again(Vec::new()));
            }
            self.erase(session, None).await?;
            return Ok(Looked::Enough(Vec::new()));
        };
        let mut settled = Vec::new();
        let named = self.on(move |store| store.remote_name(session)).await?;
        let subject = Uuid::from(session);
        let sessions = self.find_ours(Class::Session, &[subject]).await?;
        if let Some(keep) = earliest(&sessions, subject).map(|row| row.id.clone()) {
            if named.as_deref() != Some(keep.as_str()) {
                // Its turns move first. The other row goes at the next look.
                settled.push(Settled::SessionNamed {
                    session,
                    object_id: keep.as_str().to_owned(),
                    account: self.account.to_string(),
                });
                settled.push(Settled::TurnsToSave { session });
                return Ok(Looked::Again(settled));
            }
            let others = rows(&sessions, subject, Some(&keep));
            self.delete_rows(session, Class::Session, &others, None).await?;
            settled.push(Settled::SaveAgain { session, turn: None });
        }
        if let Some((evaluation, _)) = ours.evaluation {
            let subject = Uuid::from(evaluation.id);
            let evaluations = self.find_ours(Class::Evaluation, &[subject]).await?;
            if let Some(keep) = earliest(&evaluations, subject).map(|row| row.id.clone()) {
                let others = rows(&evaluations, subject, Some(&keep));
                self.delete_rows(session, Class::Evaluation, &others, None)
                    .await?;
                settled.push(Settled::EvaluationNamed {
                    evaluation: evaluation.id,
                    object_id: keep.as_str().to_owned(),
                });
            }
        }
        Ok(Looked::Enough(settled))
    }

    /// Whether a session was deleted and cannot be spared any more.
    async fn is_gone(&self, session: SessionId) -> Result<bool, StoreError> {
        self.on(move |store| store.is_gone(session)).await
    }

    /// Deletes rows, and has the files go that they refer to, but for `ours`.
    async fn delete_rows(
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
fn rows<'a>(found: &'a Found, subject: Uuid, but: Option<&ObjectId>) -> Vec<&'a Object> {
    let all = found.get(&subject).into_iter().flatten();
    all.filter(|row| Some(&row.id) != but).collect()
}
