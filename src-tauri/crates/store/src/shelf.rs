//! What is read of the scenarios and skills that people wrote, with how far the remote is told of each.

use rehearse_domain::{RecordStatus, Scenario, ScenarioId, Skill, SkillId};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::authored::{Authored, AuthoredKind, AuthoredRecord, Conflict};
use crate::table::authored::{self, Kept};
use crate::{Store, StoreError};

impl Store {
    /// The scenarios that were written here or elsewhere, by language and title. One that cannot be read is left out.
    ///
    /// # Errors
    /// What the database says.
    pub fn scenarios(&self, status: RecordStatus) -> Result<Vec<Authored<Scenario>>, StoreError> {
        let all = self.read(|connection| of_kind(connection, AuthoredKind::Scenario, status))?;
        Ok(all.into_iter().filter_map(as_scenario).collect())
    }

    /// The skills that were written here or elsewhere, by language and slug. One that cannot be read is left out.
    ///
    /// # Errors
    /// What the database says.
    pub fn skills(&self, status: RecordStatus) -> Result<Vec<Authored<Skill>>, StoreError> {
        let all = self.read(|connection| of_kind(connection, AuthoredKind::Skill, status))?;
        Ok(all.into_iter().filter_map(as_skill).collect())
    }

    /// A scenario that somebody wrote, also a deleted one; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it cannot be read, or what the database says.
    pub fn scenario(&self, id: ScenarioId) -> Result<Option<Authored<Scenario>>, StoreError> {
        let found = self.read(|connection| one(connection, id.into()))?;
        Ok(found.and_then(as_scenario))
    }

    /// A skill that somebody wrote, also a deleted one; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it cannot be read, or what the database says.
    pub fn skill(&self, id: SkillId) -> Result<Option<Authored<Skill>>, StoreError> {
        let found = self.read(|connection| one(connection, id.into()))?;
        Ok(found.and_then(as_skill))
    }

    /// The records that were changed here and on the remote, the oldest change first. Until the user has chosen, ours
    /// stays as it is and the remote is not told of it.
    ///
    /// # Errors
    /// What the database says.
    pub fn conflicts(&self) -> Result<Vec<Conflict>, StoreError> {
        let all = self.read(authored::in_conflict)?;
        let conflicts = all.into_iter().filter_map(|kept| {
            Some(Conflict {
                theirs: kept.theirs?.record,
                ours: kept.record,
                changed_at: kept.changed_at,
            })
        });
        Ok(conflicts.collect())
    }
}

fn of_kind(
    connection: &Connection,
    kind: AuthoredKind,
    status: RecordStatus,
) -> Result<Vec<Authored<AuthoredRecord>>, StoreError> {
    let all = authored::all(connection, kind, status)?;
    all.into_iter().map(|kept| shown(connection, kept)).collect()
}

fn one(connection: &Connection, id: Uuid) -> Result<Option<Authored<AuthoredRecord>>, StoreError> {
    let found = authored::get(connection, id)?;
    found.map(|kept| shown(connection, kept)).transpose()
}

fn shown(connection: &Connection, kept: Kept) -> Result<Authored<AuthoredRecord>, StoreError> {
    let (waiting, stuck) = connection
        .prepare_cached(
            "SELECT coalesce(sum(stuck_reason IS NULL), 0), coalesce(sum(stuck_reason IS NOT NULL), 0)
             FROM outbox WHERE lane = ?1",
        )?
        .query_row(params![kept.record.id().as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(Authored {
        in_conflict: kept.theirs.is_some(),
        record: kept.record,
        changed_at: kept.changed_at,
        waiting,
        stuck,
    })
}

fn as_scenario(found: Authored<AuthoredRecord>) -> Option<Authored<Scenario>> {
    found.of_kind(|record| match record {
        AuthoredRecord::Scenario(scenario) => Some(*scenario),
        AuthoredRecord::Skill(_) => None,
    })
}

fn as_skill(found: Authored<AuthoredRecord>) -> Option<Authored<Skill>> {
    found.of_kind(|record| match record {
        AuthoredRecord::Skill(skill) => Some(*skill),
        AuthoredRecord::Scenario(_) => None,
    })
}

impl<R> Authored<R> {
    /// The same about what `kind` makes of the record.
    fn of_kind<S>(self, kind: impl FnOnce(R) -> Option<S>) -> Option<Authored<S>> {
        Some(Authored {
            record: kind(self.record)?,
            changed_at: self.changed_at,
            in_conflict: self.in_conflict,
            waiting: self.waiting,
            stuck: self.stuck,
        })
    }
}
