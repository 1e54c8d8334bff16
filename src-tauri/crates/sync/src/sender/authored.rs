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

use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{
    Acl, ClassName, Condition, Done, Error, New, ObjectId, Operation, Query, Transport,
};
use rehearse_store::{
    AuthoredKind, AuthoredRecord, AuthoredTold, OutboxKind, OutboxRow, RemoteAuthored, RemoteStamp, Settled,
    StoreError, TwinWatch,
};
use uuid::Uuid;

use super::batches::{TWIN_WATCH, changes};
use super::telling::{Desk, Telling, Work, class_of};
use super::{Sender, Tally};
use crate::authored::read;
use crate::outcome::is_about_no_column;
use crate::wire::CLIENT_ID;

/// Counts the changes of a record.
const REVISION: &str = "revision";

impl<T: Transport> Sender<T> {
    pub(super) async fn tell_authored(&self, rows: Vec<OutboxRow>, tally: &Tally) -> Result<(), StoreError> {
        self.begin_attempts(rows.iter().map(|row| row.id).collect())
            .await?;
        let all = Work::of(rows);
        match self.what_the_server_has(&all).await {
            Ok(found) => {
                let (account, now) = (Arc::clone(&self.account), self.now());
                self.change(move |store| store.take_in_authored(&account, &found, None, now))
                    .await?;
            }
            Err(error) => {
                let mut settled = Vec::new();
                for work in &all {
                    self.not_told(work, &error, true, &mut settled, tally);
                }
                return self.settle(settled).await;
            }
        }
        let forms = self.forms.lock().clone();
        // A scenario names its skills.
        for kind in [AuthoredKind::Skill, AuthoredKind::Scenario] {
            let some: Vec<Work> = all.iter().filter(|work| work.kind == kind).cloned().collect();
            if !some.is_empty() {
                self.tell_kind(kind, some, tally).await?;
            }
        }
        self.keep_forms(forms).await
    }

    /// The rows of these records, in one request: by our ids, and those that the earlier web app made by the server's.
    async fn what_the_server_has(&self, all: &[Work]) -> Result<Vec<RemoteAuthored>, Error> {
        let ids: Vec<Uuid> = all.iter().map(|work| work.id).collect();
        let account = Arc::clone(&self.account);
        let names = self.on(move |store| store.remote_names(&account, ids)).await;
        let names = names.unwrap_or_default();
        let (mut operations, mut classes) = (Vec::new(), Vec::new());
        for kind in [AuthoredKind::Skill, AuthoredKind::Scenario] {
            let some = || all.iter().filter(|work| work.kind == kind);
            let ids: Vec<String> = some().map(|work| work.id.to_string()).collect();
            if ids.is_empty() {
                continue;
            }
            let named: Vec<String> = some()
                .filter_map(|work| names.get(&work.id)?.object_id.clone())
                .collect();
            let class = class_of(kind);
            // Apart, because where no row has our ids the server knows no such column.
            for (column, ids) in [(CLIENT_ID, ids), ("objectId", named)] {
                if ids.is_empty() {
                    continue;
                }
                operations.push(Operation::Find {
                    class: ClassName::new(class.name())?,
                    query: Query::new()
                        .matching(Condition::all().one_of(column, ids)?)
                        .ascending("createdAt")
                        .ascending("objectId")
                        .limit(rehearse_leancloud::MOST_ROWS)?,
                });
                classes.push(class);
            }
        }
        let mut found = Vec::new();
        for (class, result) in classes.into_iter().zip(self.client.batch(operations).await) {
            let done = match result {
                Err(error) if is_about_no_column(&error) => continue,
                result => result?,
            };
            if let Done::Found(rows) = done {
                let rows = read(&self.client, &self.terms, class, rows.objects).await?;
                found.extend(rows.into_iter().filter_map(Result::ok));
            }
        }
        Ok(found)
    }

    async fn tell_kind(&self, kind: AuthoredKind, all: Vec<Work>, tally: &Tally) -> Result<(), StoreError> {
        let (tellings, mut settled) = self.tellings(all).await?;
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

    /// What there is to tell, and what to write down about what need not be told.
    async fn tellings(&self, all: Vec<Work>) -> Result<(Vec<Telling>, Vec<Settled>), StoreError> {
        let (account, terms) = (Arc::clone(&self.account), Arc::clone(&self.terms));
        let (built_in, forms) = (Arc::clone(&self.built_in), self.forms.lock().clone());
        self.on(move |store| {
            let desk = Desk {
                store,
                account: &account,
                terms: &terms,
                built_in: &built_in,
                forms: &forms,
            };
            desk.tellings(all)
        })
        .await
    }

    async fn create(&self, kind: AuthoredKind, all: Vec<Telling>, tally: &Tally) -> Result<(), StoreError> {
        let (mut operations, mut asked, mut settled) = (Vec::new(), Vec::new(), Vec::new());
        for telling in all {
            let new = New::of(telling.fields.clone()).map(|new| new.acl(Acl::owner(&self.terms.owner)));
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
                    self.refused(kind, telling, &error, answered, &mut settled, tally)
                        .await;
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
        match self.update_from(kind, &telling, &id, revision).await {
            Ok(moment) => {
                settled.push(self.told(&telling, &id, moment));
                settled.extend(telling.work.sent());
                tally.done();
            }
            Err(error) => {
                self.refused(kind, &telling, &error, false, &mut settled, tally)
                    .await;
            }
        }
        self.settle(settled).await
    }

    /// Changes a row if it has this revision; 0 for one that counts none.
    async fn update_from(
        &self,
        kind: AuthoredKind,
        telling: &Telling,
        id: &ObjectId,
        revision: u32,
    ) -> Result<Timestamp, Error> {
        let class = class_of(kind);
        let condition = match revision {
            0 => Condition::all().has(REVISION, false),
            revision => Condition::all().equals(REVISION, revision)?,
        };
        let update = changes(self.client.dialect(), class, telling.fields.clone())?;
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
