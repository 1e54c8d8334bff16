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
        let marks = self.marks_sessions();
        let found = self.0.on_store(move |store| {
            let scenarios = store.scenarios(RecordStatus::Active)?;
            let skills = store.skills(RecordStatus::Active)?;
            let scenarios = scenarios.iter().map(|one| row_of_scenario(one, marks));
            let skills = skills.iter().map(|one| row_of_skill(one, marks));
            Ok((scenarios.chain(skills).collect(), store.conflicts()?))
        });
        let (records, conflicts) = match found.await {
            Err(error) if error.code == "store_empty" => return Ok(AuthoredView::default()),
            found => found?,
        };
        Ok(AuthoredView {
            records,
            conflicts: conflicts.iter().map(conflict_view).collect(),
        })
    }

    /// A record as a file holds it, by its id or its slug; of what is built in too, to write one's own after it.
    pub async fn authored_record(&self, name: &str) -> Result<Value, ErrorView> {
        let library = self.0.library().await;
        let found = record::named(&library, name).ok_or_else(|| ErrorView::no_such_authored(name))?;
        serde_json::to_value(found).map_err(ErrorView::internal)
    }

    /// Keeps a record that is given as a file holds it, and answers it as it is kept. One whose id is that of a built-in
    /// one, or that has none, becomes a new record; any other replaces the revision that it names.
    pub async fn save_authored(&self, file: Value) -> Result<Value, ErrorView> {
        let given = record::given(file, &self.0.parts.library, &*self.0.parts.ids)?;
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
        let library = self.0.library().await;
        let found = record::named(&library, name).ok_or_else(|| ErrorView::no_such_authored(name))?;
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
        let read = self.on_store(|store| {
            Ok((
                store.scenarios(RecordStatus::Active)?,
                store.skills(RecordStatus::Active)?,
            ))
        });
        let built_in = &self.parts.library;
        match read.await {
            Ok((scenarios, skills)) if scenarios.is_empty() && skills.is_empty() => Arc::clone(built_in),
            Ok((scenarios, skills)) => Arc::new(built_in.with_authored(
                scenarios.into_iter().map(|one| one.record).collect(),
                skills.into_iter().map(|one| one.record).collect(),
            )),
            Err(error) => {
                if error.code != "store_empty" {
                    tracing::error!(
                        code = error.code,
                        "what people wrote is left out of the catalogue"
                    );
                }
                Arc::clone(built_in)
            }
        }
    }
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

fn row_of_scenario(one: &Authored<Scenario>, marks: bool) -> AuthoredRow {
    let scenario = &one.record;
    AuthoredRow {
        id: scenario.id.to_string(),
        kind: AuthoredKind::Scenario,
        slug: scenario.slug.clone(),
        title: scenario.title.clone(),
        language: scenario.language,
        draft: scenario.publication == Publication::Draft,
        revision: scenario.revision,
        changed_at: one.changed_at,
        in_conflict: one.in_conflict,
        sync: marks.then(|| mark(one)),
    }
}

fn row_of_skill(one: &Authored<Skill>, marks: bool) -> AuthoredRow {
    let skill = &one.record;
    AuthoredRow {
        id: skill.id.to_string(),
        kind: AuthoredKind::Skill,
        slug: skill.slug.clone(),
        title: skill.name.clone(),
        language: skill.language,
        draft: false,
        revision: skill.revision,
        changed_at: one.changed_at,
        in_conflict: one.in_conflict,
        sync: marks.then(|| mark(one)),
    }
}

const fn mark<R>(one: &Authored<R>) -> SyncMark {
    match one {
        Authored { stuck: 1.., .. } => SyncMark::Stuck,
        Authored {
            waiting: 0,
            in_conflict: false,
            ..
        } => SyncMark::Sent,
        Authored { .. } => SyncMark::Waiting,
    }
}

fn conflict_view(conflict: &Conflict) -> ConflictView {
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
        differences: differences(&conflict.ours, &conflict.theirs),
    }
}
