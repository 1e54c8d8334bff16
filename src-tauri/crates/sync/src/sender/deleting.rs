//! What was deleted here goes over there: turns, evaluations, the session, and the files that nothing refers to then.
//!
//! The ids of files are on disk before the rows that name them go, and the session goes last, so that a deletion that
//! is broken off anywhere finds the rest again.

use std::collections::HashSet;

use rehearse_domain::SessionId;
use rehearse_leancloud::{Condition, FileId, Object, ObjectId, Query, Transport};
use rehearse_store::{OutboxKind, OutboxRow, Settled, StoreError, StrayFile, TwinWatch};

use super::batches::TWIN_WATCH;
use super::settling::{Later, Verdict, stray, stuck};
use super::{Sender, Tally};
use crate::failed::Failed;
use crate::outcome::is_about_no_column;
use crate::wire::{CLIENT_ID, Class, FILE_ID, NO_FILE, PENDING_FILE, SESSION_CLIENT_ID, of_sessions};

impl<T: Transport> Sender<T> {
    pub(super) async fn delete(&self, row: &OutboxRow, tally: &Tally) -> Result<(), StoreError> {
        self.begin_attempts(vec![row.id]).await?;
        let known = row.object_id.clone().and_then(|id| ObjectId::new(id).ok());
        match self.erase(row.session(), known).await {
            Ok(()) => {
                tally.done();
                let mut settled = vec![Settled::Sent { row: row.id }];
                if row.unsure_since.is_some() {
                    settled.push(Settled::Watch {
                        watch: TwinWatch {
                            subject: row.lane,
                            kind: OutboxKind::SaveSession,
                            session: row.session(),
                        },
                        due: self.now().after(TWIN_WATCH),
                    });
                }
                self.settle(settled).await
            }
            Err(Failed::Store(error)) => Err(error),
            Err(Failed::Stays) => {
                tally.failed();
                self.settle(vec![stuck(row.id, "refused")]).await
            }
            Err(Failed::Server(error)) => {
                tally.failed();
                let settled = match self.verdict(&error, row.attempts) {
                    Verdict::Later(later) => {
                        // Deleting twice does no harm; what made it uncertain before does not change.
                        let unsure = later.unsure || row.unsure_since.is_some();
                        self.postponed([row.id], row.session(), &Later { unsure, ..later }, tally)
                    }
                    Verdict::Stuck { reason } => vec![stuck(row.id, reason)],
                    Verdict::AlreadyThere | Verdict::Missing | Verdict::OtherForm => {
                        vec![stuck(row.id, "refused")]
                    }
                };
                self.settle(settled).await
            }
        }
    }

    /// Deletes a session with all that belongs to it, however often it is there.
    pub(super) async fn erase(&self, session: SessionId, known: Option<ObjectId>) -> Result<(), Failed> {
        let ours = Condition::all().equals(CLIENT_ID, session.to_string())?;
        let query = Query::new()
            .matching(ours)
            .keys([CLIENT_ID])
            .ascending("createdAt");
        let found = match self.client.class(Class::Session.name())?.find(&query).await {
            Ok(found) => found.objects,
            // Only the earlier web app was there.
            Err(error) if is_about_no_column(&error) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let mut all: Vec<ObjectId> = found.into_iter().map(|row| row.id).collect();
        all.extend(
            known
                .filter(|known| !all.contains(known))
                .into_iter()
                .collect::<Vec<_>>(),
        );
        let files = self.files_of_session(session).await?;
        self.settle(files.iter().map(|file| stray(session, file.as_str())).collect())
            .await?;
        for class in [Class::Turn, Class::Evaluation] {
            self.erase_below(session, class, &all).await?;
        }
        if !all.is_empty() {
            self.client
                .class(Class::Session.name())?
                .delete_many(&all)
                .await?;
        }
        Ok(())
    }

    /// Deletes the rows of a class that belong to a session, which the server calls by one of these ids or does not know
    /// any more: what was told of it may land after it went.
    async fn erase_below(&self, session: SessionId, class: Class, ids: &[ObjectId]) -> Result<(), Failed> {
        let ours = Condition::all().equals(SESSION_CLIENT_ID, session.to_string())?;
        match self.erase_all(session, class, ours).await {
            // Only the earlier web app was there.
            Err(Failed::Server(error)) if is_about_no_column(&error) => {}
            other => other?,
        }
        if ids.is_empty() {
            return Ok(());
        }
        let theirs = of_sessions(self.client.dialect(), ids)?;
        self.erase_all(session, class, theirs).await
    }

    /// Deletes the rows of a class for which a condition holds.
    async fn erase_all(&self, session: SessionId, class: Class, which: Condition) -> Result<(), Failed> {
        let rows = self.client.class(class.name())?;
        let query = Query::new()
            .matching(which)
            .keys([FILE_ID])
            .ascending("createdAt")
            .limit(rehearse_leancloud::MOST_ROWS)?;
        let mut deleted: HashSet<ObjectId> = HashSet::new();
        // What comes while rows are deleted is found by looking again.
        loop {
            let found = rows.find(&query).await?.objects;
            if found.is_empty() {
                return Ok(());
            }
            let strays: Vec<Settled> = found
                .iter()
                .filter_map(file_of)
                .map(|file| stray(session, &file))
                .collect();
            self.settle(strays).await?;
            let ids: Vec<ObjectId> = found.into_iter().map(|row| row.id).collect();
            // Parse Server says of a row that may be read and not written that it is not there.
            if ids.iter().any(|id| !deleted.insert(id.clone())) {
                return Err(Failed::Stays);
            }
            rows.delete_many(&ids).await?;
        }
    }

    pub(super) async fn delete_stray(&self, file: &StrayFile, tally: &Tally) -> Result<(), StoreError> {
        let name = || file.file.clone();
        let settled = match self.client.files().delete(&FileId::new(name())).await {
            Ok(()) => {
                tally.done();
                Settled::StrayGone { file: name() }
            }
            Err(error) => {
                let verdict = self.verdict(&error, file.attempts);
                match verdict {
                    Verdict::AlreadyThere | Verdict::Missing => tally.done(),
                    Verdict::Later(_) => tally.failed(),
                    // It is not tried again: no reason to wait before whatever comes next.
                    Verdict::Stuck { .. } | Verdict::OtherForm => {
                        tally.failed();
                        tally.settled();
                    }
                }
                match verdict {
                    Verdict::Later(later) => {
                        Self::note(&later, tally);
                        Settled::StrayPutOff {
                            file: name(),
                            until: later.until,
                        }
                    }
                    Verdict::AlreadyThere | Verdict::Missing => Settled::StrayGone { file: name() },
                    Verdict::Stuck { .. } | Verdict::OtherForm => Settled::StrayRefused { file: name() },
                }
            }
        };
        self.settle(vec![settled]).await
    }
}

/// The file that the row of a turn refers to.
pub(super) fn file_of(row: &Object) -> Option<String> {
    let file: Option<String> = row.get(FILE_ID).ok().flatten();
    file.filter(|file| file != NO_FILE && file != PENDING_FILE && !file.is_empty())
}
