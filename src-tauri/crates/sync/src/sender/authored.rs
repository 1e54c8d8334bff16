//! Scenarios and skills: those that people wrote, and those that come with the program.
//!
//! What the server has is read first, whatever is known of it: a record that is there is taken for ours, and of one that
//! somebody else changed meanwhile `rehearse_store`'s `reflecting` says what becomes. Only then ours is told, under the
//! condition that the server still has the revision that was read. On LeanCloud that is one step of the server. Parse
//! Server has no such step: there the row is read once more and written then, and what somebody writes in the
//! milliseconds between the two is overwritten, but not lost, because the machine that wrote it has it and the next
//! puller's look there shows it both.
//!
//! A new record may be there twice when two machines tell of it at once. No server can be told to make an id of our
//! choice, so this cannot be made impossible; each create is watched like one whose answer was lost, and the earliest row
//! stays.

use std::collections::HashMap;
use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Acl, ClassName, Condition, Error, New, ObjectId, Operation, Transport};
use rehearse_store::{
    AuthoredKind, AuthoredRecord, AuthoredTold, OutboxKind, OutboxRow, RemoteName, RemoteStamp, Settled,
    StoreError, TwinWatch,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::batches::{TWIN_WATCH, changes};
use super::refused::Refusal;
use super::telling::{Desk, Telling, Work, class_of};
use super::{Sender, Tally};
use crate::outcome::is_about_no_column;

/// Counts the changes of a record.
const REVISION: &str = "revision";

impl<T: Transport> Sender<T> {
    pub(super) async fn tell_authored(&self, rows: Vec<OutboxRow>, tally: &Tally) -> Result<(), StoreError> {
        self.begin_attempts(rows.iter().map(|row| row.id).collect())
            .await?;
        let all = Work::of(rows);
        let ids: Vec<Uuid> = all.iter().map(|work| work.id).collect();
        let names = self.names(ids.clone()).await?;
        let there = self.what_the_server_has(&all, &names).await;
        let (account, now, found) = (Arc::clone(&self.account), self.now(), there.found);
        self.change(move |store| store.take_in_authored(&account, &found, None, now))
            .await?;
        let mut settled = Vec::new();
        let mut left = Vec::new();
        for work in all {
            if let Some(error) = there.refused.get(&work.kind) {
                self.not_told(&work, error, there.answered, &mut settled, tally);
            } else if there.unreadable.contains(&work.id) {
                self.not_read(&work, &mut settled, tally);
            } else {
                left.push(work);
            }
        }
        self.settle(settled).await?;
        let forms = self.forms.lock().clone();
        // A scenario names its skills.
        for kind in [AuthoredKind::Skill, AuthoredKind::Scenario] {
            let some: Vec<Work> = left.iter().filter(|work| work.kind == kind).cloned().collect();
            if !some.is_empty() {
                self.tell_kind(kind, some, &there.skills, tally).await?;
            }
        }
        self.keep_forms(forms).await?;
        let skills = left.iter().filter(|work| work.kind == AuthoredKind::Skill);
        let skills: Vec<Uuid> = skills.map(|work| work.id).collect();
        let now = self.names(skills.clone()).await?;
        let called = |names: &HashMap<Uuid, RemoteName>, id: &Uuid| {
            names.get(id).and_then(|name| name.object_id.clone())
        };
        let renamed = skills
            .into_iter()
            .filter(|id| called(&names, id) != called(&now, id));
        let again = self.naming(renamed.collect(), ids).await?;
        self.settle(again).await
    }

    async fn tell_kind(
        &self,
        kind: AuthoredKind,
        all: Vec<Work>,
        skills_there: &HashMap<Uuid, Vec<String>>,
        tally: &Tally,
    ) -> Result<(), StoreError> {
        let (tellings, mut settled) = self
            .at_desk(skills_there.clone(), move |desk| desk.tellings(all))
            .await?;
        let (new, changed): (Vec<Telling>, Vec<Telling>) =
            tellings.into_iter().partition(|telling| telling.there.is_none());
        // Before anything is made: whoever is killed between the two still looks for a twin.
        settled.extend(new.iter().map(|telling| self.watched_authored(&telling.work)));
        self.settle(settled).await?;
        self.create(kind, new, tally).await?;
        for telling in changed {
            self.update(kind, telling, tally).await?;
        }
        Ok(())
    }

    /// Asks what has to be known to tell of records, where blocking does no harm.
    pub(super) async fn at_desk<R: Send + 'static>(
        &self,
        skills_there: HashMap<Uuid, Vec<String>>,
        ask: impl FnOnce(&Desk<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let (account, terms) = (Arc::clone(&self.account), Arc::clone(&self.terms));
        let built_in = Arc::clone(&self.built_in);
        self.on(move |store| {
            ask(&Desk {
                store,
                account: &account,
                terms: &terms,
                built_in: &built_in,
                skills_there: &skills_there,
            })
        })
        .await
    }

    async fn create(&self, kind: AuthoredKind, all: Vec<Telling>, tally: &Tally) -> Result<(), StoreError> {
        let (mut operations, mut asked, mut settled) = (Vec::new(), Vec::new(), Vec::new());
        let forms = self.forms.lock().clone();
        for telling in all {
            let new = New::of(telling.written(&forms)).map(|new| new.acl(Acl::owner(&self.terms.owner)));
            let class = ClassName::new(class_of(kind).name());
            match class.and_then(|class| Ok(Operation::Create { class, new: new? })) {
                Ok(operation) => {
                    operations.push(operation);
                    asked.push(telling);
                }
                Err(error) => self.not_told(&telling.work, &error.into(), false, &mut settled, tally),
            }
        }
        if operations.is_empty() {
            return self.settle(settled).await;
        }
        let results = self.client.batch(operations).await;
        let answered = results.iter().any(Result::is_ok);
        for (telling, result) in asked.iter().zip(results) {
            match result {
                Ok(done) => {
                    if let Some(created) = done.created() {
                        let made = Timestamp::from_millis(created.created_at.as_millis());
                        settled.push(self.told(telling, &created.id, made));
                    }
                    settled.extend(telling.work.sent());
                    tally.done();
                }
                Err(error) => {
                    let refusal = Refusal {
                        error: &error,
                        forms: &forms,
                        answered,
                    };
                    self.refused(telling, &refusal, &mut settled, tally).await;
                }
            }
        }
        self.settle(settled).await
    }

    async fn update(&self, kind: AuthoredKind, telling: Telling, tally: &Tally) -> Result<(), StoreError> {
        let Some((id, revision)) = telling.there.clone() else {
            return Ok(());
        };
        let mut settled = Vec::new();
        let forms = self.forms.lock().clone();
        match self
            .update_from(kind, telling.written(&forms), &id, revision)
            .await
        {
            Ok(moment) => {
                settled.push(self.told(&telling, &id, moment));
                settled.extend(telling.work.sent());
                tally.done();
            }
            Err(error) => {
                let refusal = Refusal {
                    error: &error,
                    forms: &forms,
                    answered: false,
                };
                self.refused(&telling, &refusal, &mut settled, tally).await;
            }
        }
        self.settle(settled).await
    }

    /// Changes a row if it has this revision; 0 for one that counts none.
    async fn update_from(
        &self,
        kind: AuthoredKind,
        fields: Map<String, Value>,
        id: &ObjectId,
        revision: u32,
    ) -> Result<Timestamp, Error> {
        let class = class_of(kind);
        let condition = match revision {
            0 => Condition::all().has(REVISION, false),
            revision => Condition::all().equals(REVISION, revision)?,
        };
        let update = changes(self.client.dialect(), class, fields)?;
        let rows = self.client.class(class.name())?;
        let moment = match rows.update_if(id, &update, &condition).await {
            // No row of the class counts.
            Err(error) if revision == 0 && is_about_no_column(&error) => rows.update(id, &update).await,
            other => other,
        }?;
        Ok(Timestamp::from_millis(moment.as_millis()))
    }

    /// What to write down when the server has what was told.
    fn told(&self, telling: &Telling, id: &ObjectId, moment: Timestamp) -> Settled {
        let record = (!telling.built_in).then(|| Box::new(telling.record.clone()));
        self.has(&telling.record, id.as_str(), moment, record)
    }

    /// What to write down when something built in is left alone in this revision: the server has it and does not show
    /// it, or does not take it.
    pub(super) fn left_alone(&self, record: &AuthoredRecord) -> Settled {
        self.has(record, "", self.now(), None)
    }

    fn has(
        &self,
        record: &AuthoredRecord,
        id: &str,
        moment: Timestamp,
        told: Option<Box<AuthoredRecord>>,
    ) -> Settled {
        Settled::Authored(Box::new(AuthoredTold {
            account: self.account.to_string(),
            stamp: RemoteStamp {
                subject: record.id(),
                object_id: id.to_owned(),
                created_at: moment,
                updated_at: moment,
                digest: None,
            },
            revision: record.revision(),
            record: told,
        }))
    }

    fn watched_authored(&self, work: &Work) -> Settled {
        Settled::Watch {
            watch: TwinWatch {
                subject: work.id,
                kind: match work.kind {
                    AuthoredKind::Scenario => OutboxKind::SaveScenario,
                    AuthoredKind::Skill => OutboxKind::SaveSkill,
                },
                session: work.id.into(),
            },
            due: self.now().after(TWIN_WATCH),
        }
    }
}
