//! Scenarios and skills that people write. They stand in the catalogue beside what is built in, travel by the user's own
//! server, and where two computers changed one of them the user chooses which version stays.

mod differences;
mod record;

use std::sync::Arc;

use rehearse_content::Library;
use rehearse_domain::{Publication, RecordStatus, Scenario, Skill};
use rehearse_store::{Authored, AuthoredRecord, Conflict, Keep, Store, StoreError};
use serde_json::Value;
use uuid::Uuid;

use crate::error::ErrorView;
use crate::house::{Core, House};
use crate::view::{AuthoredKind, AuthoredRow, AuthoredView, ConflictView, KeepVersion, SyncMark, Topic};
use differences::differences;

impl Core {
    /// What people wrote, here or elsewhere, and what of it was changed in two places.
    pub async fn authored(&self) -> Result<AuthoredView, ErrorView> {
        let account = self.account_name();
        let found = self.0.on_store(move |store| {
            let account = account.as_deref();
            let scenarios = store.scenarios(RecordStatus::Active)?;
            let skills = store.skills(RecordStatus::Active)?;
            let scenarios = scenarios.iter().map(|one| row_of_scenario(store, one, account));
            let skills = skills.iter().map(|one| row_of_skill(store, one, account));
            let rows: Result<_, StoreError> = scenarios.chain(skills).collect();
            Ok((rows?, store.conflicts()?))
        });
        let (records, conflicts) = match found.await {
            Err(error) if error.code == "store_empty" => return Ok(AuthoredView::default()),
            found => found?,
        };
        let library = self.0.library().await;
        Ok(AuthoredView {
            records,
            conflicts: conflicts.iter().map(|one| conflict_view(one, &library)).collect(),
        })
    }

    /// A record as a file holds it, by its id or its slug; of what is built in too, to write one's own after it.
    pub async fn authored_record(&self, name: &str) -> Result<Value, ErrorView> {
        let found = self.record_named(name).await?;
        serde_json::to_value(found).map_err(ErrorView::internal)
    }

    /// Keeps a record that is given as a file holds it, and answers it as it is kept. One whose id is that of a built-in
    /// one, or that has none, becomes a new record, of a family of its own; any other replaces the revision that it names.
    pub async fn save_authored(&self, file: Value) -> Result<Value, ErrorView> {
        let others = self.0.on_store(written).await?;
        let given = record::given(file, &self.0.parts.library, &others, &*self.0.parts.ids)?;
        let now = self.0.now();
        let kept = self
            .0
            .on_store(move |store| {
                let base = record::is_known(store, &given)?.then(|| given.revision());
                match &given {
                    AuthoredRecord::Scenario(scenario) => store.save_scenario(scenario, base, now)?,
                    AuthoredRecord::Skill(skill) => store.save_skill(skill, base, now)?,
                };
                kept_record(store, given.id())
            })
            .await?;
        self.0.bus.changed(Topic::Sessions);
        serde_json::to_value(kept).map_err(ErrorView::internal)
    }

    /// Deletes a record, by its id or its slug. Sessions keep what they ran with.
    pub async fn delete_authored(&self, name: &str) -> Result<(), ErrorView> {
        let found = self.record_named(name).await?;
        let now = self.0.now();
        self.0
            .on_store(move |store| match &found {
                AuthoredRecord::Scenario(one) => store.delete_scenario(one.id, one.revision, now),
                AuthoredRecord::Skill(one) => store.delete_skill(one.id, one.revision, now),
            })
            .await?;
        self.0.bus.changed(Topic::Sessions);
        Ok(())
    }

    /// The record that has this id or slug, as it is kept: in the catalogue it may stand under another slug.
    async fn record_named(&self, name: &str) -> Result<AuthoredRecord, ErrorView> {
        let written = match self.0.on_store(written).await {
            Err(error) if error.code == "store_empty" => Vec::new(),
            written => written?,
        };
        let library = self.0.library().await;
        record::named(&library, &written, name).ok_or_else(|| ErrorView::no_such_authored(name))
    }

    /// Lets one of two versions stay.
    pub async fn settle_conflict(
        &self,
        record: String,
        keep: KeepVersion,
    ) -> Result<AuthoredView, ErrorView> {
        let id: Uuid = record.parse().map_err(|_| ErrorView::no_such_authored(&record))?;
        let keep = match keep {
            KeepVersion::Yours => Keep::Ours,
            KeepVersion::Theirs => Keep::Theirs,
        };
        let now = self.0.now();
        self.0
            .on_store(move |store| store.settle_conflict(id, keep, now))
            .await?;
        self.0.bus.changed(Topic::Sessions);
        self.0.bus.changed(Topic::Sync);
        self.authored().await
    }
}

impl House {
    /// The scenarios and skills that come with the program.
    pub(crate) fn built_in(&self) -> Vec<AuthoredRecord> {
        let library = &self.parts.library;
        let scenarios = library.scenarios().iter().cloned();
        let skills = library.skills().iter().cloned();
        let scenarios = scenarios.map(|one| AuthoredRecord::Scenario(Box::new(one)));
        scenarios
            .chain(skills.map(|one| AuthoredRecord::Skill(Box::new(one))))
            .collect()
    }

    /// What can be practised: what is built in, and what people wrote. What cannot be read is left out; what is built in
    /// is always there.
    pub(crate) async fn library(&self) -> Arc<Library> {
        let scenarios = self.on_store(|store| store.scenarios(RecordStatus::Active)).await;
        let skills = self.on_store(|store| store.skills(RecordStatus::Active)).await;
        let (scenarios, skills) = (readable(scenarios), readable(skills));
        let built_in = &self.parts.library;
        match scenarios.is_empty() && skills.is_empty() {
            true => Arc::clone(built_in),
            false => Arc::new(built_in.with_authored(scenarios, skills)),
        }
    }
}

/// The records that can be read; those of one kind say nothing about those of another.
fn readable<R>(read: Result<Vec<Authored<R>>, ErrorView>) -> Vec<R> {
    match read {
        Ok(all) => all.into_iter().map(|one| one.record).collect(),
        Err(error) => {
            if error.code != "store_empty" {
                tracing::error!(
                    code = error.code,
                    "what people wrote is left out of the catalogue"
                );
            }
            Vec::new()
        }
    }
}

/// What people wrote, as it is kept: scenarios, then skills.
fn written(store: &Store) -> Result<Vec<AuthoredRecord>, StoreError> {
    let scenarios = store.scenarios(RecordStatus::Active)?.into_iter();
    let scenarios = scenarios.map(|one| AuthoredRecord::Scenario(Box::new(one.record)));
    let skills = store.skills(RecordStatus::Active)?.into_iter();
    let skills = skills.map(|one| AuthoredRecord::Skill(Box::new(one.record)));
    Ok(scenarios.chain(skills).collect())
}

fn kept_record(store: &Store, id: Uuid) -> Result<AuthoredRecord, StoreError> {
    let scenario = store.scenario(id.into())?;
    let scenario = scenario.map(|one| AuthoredRecord::Scenario(Box::new(one.record)));
    let found = match scenario {
        Some(found) => Some(found),
        None => store
            .skill(id.into())?
            .map(|one| AuthoredRecord::Skill(Box::new(one.record))),
    };
    found.ok_or(StoreError::NoAuthored(id))
}

fn row_of_scenario(
    store: &Store,
    one: &Authored<Scenario>,
    account: Option<&str>,
) -> Result<AuthoredRow, StoreError> {
    let scenario = &one.record;
    Ok(AuthoredRow {
        id: scenario.id.to_string(),
        kind: AuthoredKind::Scenario,
        slug: scenario.slug.clone(),
        title: scenario.title.clone(),
        language: scenario.language,
        draft: scenario.publication == Publication::Draft,
        revision: scenario.revision,
        changed_at: one.changed_at,
        in_conflict: one.in_conflict,
        sync: mark(store, one, scenario.id.into(), account)?,
    })
}

fn row_of_skill(
    store: &Store,
    one: &Authored<Skill>,
    account: Option<&str>,
) -> Result<AuthoredRow, StoreError> {
    let skill = &one.record;
    Ok(AuthoredRow {
        id: skill.id.to_string(),
        kind: AuthoredKind::Skill,
        slug: skill.slug.clone(),
        title: skill.name.clone(),
        language: skill.language,
        draft: false,
        revision: skill.revision,
        changed_at: one.changed_at,
        in_conflict: one.in_conflict,
        sync: mark(store, one, skill.id.into(), account)?,
    })
}

/// The mark of a record, where somebody is signed in. One whose change was given up is not on the server although nothing
/// of it waits.
fn mark<R>(
    store: &Store,
    one: &Authored<R>,
    id: Uuid,
    account: Option<&str>,
) -> Result<Option<SyncMark>, StoreError> {
    let Some(account) = account else {
        return Ok(None);
    };
    Ok(Some(match one {
        Authored { stuck: 1.., .. } => SyncMark::Stuck,
        Authored {
            waiting: 0,
            in_conflict: false,
            ..
        } => match store.sendable_authored(account, id)? {
            Some(sendable) if sendable.is_news => SyncMark::Waiting,
            _ => SyncMark::Sent,
        },
        Authored { .. } => SyncMark::Waiting,
    }))
}

fn conflict_view(conflict: &Conflict, library: &Library) -> ConflictView {
    let (kind, title) = match &conflict.ours {
        AuthoredRecord::Scenario(scenario) => (AuthoredKind::Scenario, &scenario.title),
        AuthoredRecord::Skill(skill) => (AuthoredKind::Skill, &skill.name),
    };
    let deleted = |record: &AuthoredRecord| record.record_status() == RecordStatus::Deleted;
    ConflictView {
        id: conflict.ours.id().to_string(),
        kind,
        title: title.clone(),
        language: conflict.ours.language(),
        changed_at: conflict.changed_at,
        deleted_here: deleted(&conflict.ours),
        deleted_there: deleted(&conflict.theirs),
        differences: differences(&conflict.ours, &conflict.theirs, library),
    }
}
