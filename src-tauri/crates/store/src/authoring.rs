//! What people do with the scenarios and skills that they write. Each change, its entry in the audit log and what the
//! remote has to be told are one transaction.
//!
//! - An edit names the revision that it was made from; when that is not the current one it is refused.
//! - A title belongs to one active scenario of a language, and the name that scenarios know a skill by to one active
//!   skill. Two machines that know nothing of each other may choose the same; both records stay then, and whoever edits
//!   one of them has to choose another name.
//! - Only a complete scenario is published, and a skill that a published one uses is not deleted, nor renamed.

use rehearse_domain::{Publication, RecordStatus, Scenario, ScenarioId, Skill, SkillId, Timestamp};
use rusqlite::Connection;
use serde_json::json;
use uuid::Uuid;

use crate::authored::{AuthoredKind, AuthoredRecord, Keep, Stale};
use crate::table::audit_log;
use crate::table::authored::{self, Kept, Theirs};
use crate::table::outbox::{self, OutboxKind};
use crate::{Store, StoreError};

impl Store {
    /// Keeps a scenario, active whatever it says; a deleted one is restored by it. `base` is the revision that it was
    /// made from, `None` for a new one. Gives back the revision that it has now.
    ///
    /// # Errors
    /// [`StoreError::Stale`] with both versions, [`StoreError::NoAuthored`], [`StoreError::Incomplete`] when it is
    /// published and not complete, [`StoreError::NameTaken`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn save_scenario(
        &self,
        scenario: &Scenario,
        base: Option<u32>,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let gaps = match scenario.publication {
            Publication::Published => scenario.gaps(),
            Publication::Draft => Vec::new(),
        };
        if !gaps.is_empty() {
            return Err(StoreError::Incomplete(gaps));
        }
        let record = AuthoredRecord::Scenario(Box::new(Scenario {
            // An empty note is none.
            heavy: scenario.heavy.clone().filter(|note| !note.trim().is_empty()),
            ..scenario.clone()
        }));
        self.write(|connection| save(connection, record, base, now))
    }

    /// Keeps a skill, as [`Store::save_scenario`] does a scenario.
    ///
    /// # Errors
    /// [`StoreError::Stale`], [`StoreError::NoAuthored`], [`StoreError::NameTaken`], [`StoreError::SkillInUse`] when
    /// published scenarios know it by another name or in another language, [`StoreError::ReaderAccess`], or what the
    /// database says.
    pub fn save_skill(&self, skill: &Skill, base: Option<u32>, now: Timestamp) -> Result<u32, StoreError> {
        let record = AuthoredRecord::Skill(Box::new(skill.clone()));
        self.write(|connection| save(connection, record, base, now))
    }

    /// Marks a scenario as deleted; it can be restored by saving it. Gives back the revision that it has now.
    ///
    /// # Errors
    /// [`StoreError::NoAuthored`], [`StoreError::Stale`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn delete_scenario(&self, id: ScenarioId, base: u32, now: Timestamp) -> Result<u32, StoreError> {
        self.write(|connection| delete(connection, id.into(), base, now))
    }

    /// Marks a skill as deleted; it can be restored by saving it. Gives back the revision that it has now.
    ///
    /// # Errors
    /// [`StoreError::SkillInUse`] with the published scenarios that use it, [`StoreError::NoAuthored`],
    /// [`StoreError::Stale`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn delete_skill(&self, id: SkillId, base: u32, now: Timestamp) -> Result<u32, StoreError> {
        self.write(|connection| delete(connection, id.into(), base, now))
    }

    /// Lets one of two versions stay; the other is gone here. `false` when there are not two.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn settle_conflict(&self, id: Uuid, keep: Keep, now: Timestamp) -> Result<bool, StoreError> {
        self.write(|connection| {
            let Some(kept) = authored::get(connection, id)? else {
                return Ok(false);
            };
            let Some(theirs) = kept.theirs.clone() else {
                return Ok(false);
            };
            match keep {
                Keep::Theirs => take_theirs(connection, &kept, theirs, now)?,
                Keep::Ours => {
                    let revision = kept.record.revision().max(theirs.version.revision) + 1;
                    let ours = Kept {
                        record: kept.record.clone().with_revision(revision),
                        base: Some(theirs.version),
                        theirs: None,
                        ..kept
                    };
                    change(connection, &ours, "update", now)?;
                }
            }
            Ok(true)
        })
    }
}

fn save(
    connection: &Connection,
    record: AuthoredRecord,
    base: Option<u32>,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let record = record.with_status(RecordStatus::Active);
    let known = authored::get(connection, record.id())?;
    let known = current(known, &record, base)?;
    if authored::namesake(connection, &record)?.is_some() {
        return Err(StoreError::NameTaken(record.name().to_owned()));
    }
    if let Some(AuthoredRecord::Skill(before)) = known.as_ref().map(|known| &known.record)
        && let AuthoredRecord::Skill(after) = &record
        && (&before.slug, before.language) != (&after.slug, after.language)
    {
        spare_users(connection, before)?;
    }
    let action = action(known.as_ref().map(|known| &known.record), &record);
    let (before, theirs) = known.map_or((None, None), |known| (known.base, known.theirs));
    let kept = Kept {
        record: record.with_revision(base.map_or(1, |base| base.saturating_add(1))),
        changed_at: now,
        is_changed: true,
        base: before,
        theirs,
    };
    change(connection, &kept, action, now)?;
    Ok(kept.record.revision())
}

fn delete(connection: &Connection, id: Uuid, base: u32, now: Timestamp) -> Result<u32, StoreError> {
    let known = authored::get(connection, id)?.ok_or(StoreError::NoAuthored(id))?;
    let record = known.record.clone().with_status(RecordStatus::Deleted);
    let known = current(Some(known), &record, Some(base))?.ok_or(StoreError::NoAuthored(id))?;
    if known.record.record_status() == RecordStatus::Deleted {
        return Ok(base);
    }
    if let AuthoredRecord::Skill(skill) = &record {
        spare_users(connection, skill)?;
    }
    let kept = Kept {
        record: record.with_revision(base.saturating_add(1)),
        is_changed: true,
        ..known
    };
    change(connection, &kept, "delete", now)?;
    Ok(kept.record.revision())
}

/// What is kept, if `base` is its revision.
fn current(
    known: Option<Kept>,
    yours: &AuthoredRecord,
    base: Option<u32>,
) -> Result<Option<Kept>, StoreError> {
    match (known, base) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(StoreError::NoAuthored(yours.id())),
        (Some(known), Some(base)) if known.record.revision() == base => Ok(Some(known)),
        (Some(known), _) => Err(StoreError::Stale(Box::new(Stale {
            yours: yours.clone(),
            theirs: known.record,
        }))),
    }
}

fn spare_users(connection: &Connection, skill: &Skill) -> Result<(), StoreError> {
    let users = authored::users_of(connection, &skill.slug, skill.language)?;
    match users.is_empty() {
        true => Ok(()),
        false => Err(StoreError::SkillInUse(users)),
    }
}

/// The word of the audit log for what becomes of a record.
pub(crate) fn action(before: Option<&AuthoredRecord>, after: &AuthoredRecord) -> &'static str {
    let published = |record: &AuthoredRecord| match record {
        AuthoredRecord::Scenario(scenario) => scenario.publication == Publication::Published,
        AuthoredRecord::Skill(_) => false,
    };
    match (
        before,
        before.map(AuthoredRecord::record_status),
        after.record_status(),
    ) {
        (Some(_), Some(RecordStatus::Active), RecordStatus::Deleted) => "delete",
        (Some(_), Some(RecordStatus::Deleted), RecordStatus::Active) => "restore",
        (None, ..) if published(after) => "publish",
        (None, ..) => "create",
        (Some(before), ..) if published(after) && !published(before) => "publish",
        (Some(_), ..) => "update",
    }
}

/// Keeps a version that was made here. The remote is told, unless the user has to choose first.
fn change(connection: &Connection, kept: &Kept, action: &str, now: Timestamp) -> Result<(), StoreError> {
    let kept = Kept {
        changed_at: now,
        is_changed: true,
        ..kept.clone()
    };
    authored::put(connection, &kept)?;
    authored::made_here(connection, &kept.record)?;
    note(connection, action, &kept.record, "here", now)?;
    match kept.theirs {
        None => tell(connection, kept.record.id(), kept.record.kind(), now),
        Some(_) => Ok(()),
    }
}

/// Puts what the remote has in the place of what is here. A version that does not count its changes counts as one more
/// than ours, so that an edit of ours is stale.
pub(crate) fn take_theirs(
    connection: &Connection,
    kept: &Kept,
    theirs: Theirs,
    now: Timestamp,
) -> Result<(), StoreError> {
    let revision = match theirs.version.revision > kept.record.revision() {
        true => theirs.version.revision,
        false => kept.record.revision() + 1,
    };
    let record = theirs.record.with_revision(revision).with_hints_of(&kept.record);
    note(
        connection,
        action(Some(&kept.record), &record),
        &record,
        "remote",
        now,
    )?;
    let id = record.id();
    authored::put(
        connection,
        &Kept {
            record,
            changed_at: now,
            is_changed: false,
            base: Some(theirs.version),
            theirs: None,
        },
    )?;
    authored::forget_past(connection, id, u32::MAX)
}

/// Adds an entry to the audit log. What is said in the record is not among it.
pub(crate) fn note(
    connection: &Connection,
    action: &str,
    record: &AuthoredRecord,
    from: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kind = match record.kind() {
        AuthoredKind::Scenario => "scenario",
        AuthoredKind::Skill => "skill",
    };
    let details = json!({ "revision": record.revision(), "from": from });
    audit_log::add(connection, action, kind, record.id(), now, &details)
}

/// The remote has to learn of a record's new state, of which a change that waits and was never tried tells already.
pub(crate) fn tell(
    connection: &Connection,
    id: Uuid,
    kind: AuthoredKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kind = outbox_kind(kind);
    if !outbox::waits_untried(connection, id, [kind, kind], id)? {
        outbox::add(connection, id, kind, id, None, now)?;
    }
    Ok(())
}

/// How the outbox calls a change of a record.
pub(crate) const fn outbox_kind(kind: AuthoredKind) -> OutboxKind {
    match kind {
        AuthoredKind::Scenario => OutboxKind::SaveScenario,
        AuthoredKind::Skill => OutboxKind::SaveSkill,
    }
}
