//! What becomes of scenarios and skills that the remote has.
//!
//! Whoever changes a record makes its next revision from one that the remote had. So a version that comes from there is
//! one of these:
//!
//! - the one that ours is made from, or ours itself: nothing new;
//! - one that was made here on the way to ours, whose answer was lost: ours is made from that one now;
//! - an older one, which came late: the remote is told again;
//! - another one. It takes the place of ours if that was not changed since; else both stay until the user has chosen. So
//!   they do where ours was there and the other one has its number: somebody wrote over it; and where ours comes from
//!   another remote and has been changed more often.
//!
//! Rows of the earlier web app do not count their changes. Such a row is known again by when it was changed.

use rehearse_domain::{RecordStatus, Timestamp};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::authored::{AuthoredRecord, tag};
use crate::authoring::{action, note, take_theirs, tell};
use crate::columns::Columns;
use crate::pulling::{Mark, RemoteStamp};
use crate::recording::save_session;
use crate::table::authored::{self, Kept, Theirs, Version};
use crate::table::authored_remote;
use crate::table::{outbox, setting};
use crate::{Store, StoreError};

/// A scenario or skill as the remote has it.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteAuthored {
    /// Which row, and in which state.
    pub stamp: RemoteStamp,
    /// What it says. Its revision is the first where it tells none.
    pub record: AuthoredRecord,
    /// Whether it counts its changes.
    pub is_numbered: bool,
    /// Whether it is built in. Of such a record only the remote's name is kept.
    pub is_built_in: bool,
}

impl RemoteAuthored {
    fn version(&self) -> Result<Version, StoreError> {
        Ok(match self.is_numbered {
            true => Version {
                revision: self.record.revision(),
                tag: self.record.tag()?,
            },
            false => Version {
                revision: 0,
                tag: tag(&format!(
                    "{} {}",
                    self.stamp.object_id,
                    self.stamp.updated_at.as_millis()
                )),
            },
        })
    }
}

impl Store {
    /// Takes scenarios and skills in that were read under this account, and notes how far the remote was read; all of it
    /// or nothing. Gives back those that look otherwise now, or that the user has to choose about.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn take_in_authored(
        &self,
        account: &str,
        rows: &[RemoteAuthored],
        mark: Option<&Mark>,
        now: Timestamp,
    ) -> Result<Vec<Uuid>, StoreError> {
        self.write(|connection| {
            let mut changed = Vec::new();
            for row in rows {
                if take_in(connection, account, row, now)? {
                    changed.push(row.record.id());
                }
            }
            if let Some(mark) = mark {
                setting::put(connection, mark.key, &serde_json::to_string(&mark.value)?)?;
            }
            Ok(changed)
        })
    }
}

/// Takes one row in. Whether anybody sees a difference.
fn take_in(
    connection: &Connection,
    account: &str,
    row: &RemoteAuthored,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let id = row.record.id();
    let known = authored_remote::stamp(connection, account, id)?;
    if !row.stamp.may_tell_more_than(known.as_ref()) {
        return Ok(false);
    }
    let version = row.version()?;
    name(connection, account, &row.stamp, version.revision, now)?;
    if row.is_built_in {
        return Ok(false);
    }
    let Some(kept) = authored::get(connection, id)? else {
        return appear(connection, row, version, now);
    };
    if kept.base == Some(version) {
        return Ok(false);
    }
    if kept.record.says_the_same_as(&row.record) {
        return agree(connection, &kept, row, version);
    }
    if row.is_numbered
        && let Some(base) = kept.base
        && version.revision < base.revision
    {
        let changed = Kept {
            is_changed: true,
            ..kept
        };
        authored::put(connection, &changed)?;
        if changed.theirs.is_none() {
            tell(connection, id, row.record.kind(), now)?;
        }
        return Ok(false);
    }
    if authored::was_made_here(connection, id, version)? {
        let advanced = Kept {
            base: Some(version),
            ..kept
        };
        authored::put(connection, &advanced)?;
        return Ok(false);
    }
    let theirs = Theirs {
        version,
        record: row.record.clone(),
    };
    // The remote has never had ours, which has been changed more often.
    let is_behind = row.is_numbered && kept.base.is_none() && version.revision < kept.record.revision();
    // Ours was there under this number, and somebody wrote over it.
    let is_written_over = match kept.base {
        Some(base) if row.is_numbered && base.revision == version.revision => {
            authored::was_made_here(connection, id, base)?
        }
        _ => false,
    };
    if kept.is_changed || is_behind || is_written_over {
        outbox::drop_lane(connection, id)?;
        let both = Kept {
            theirs: Some(theirs),
            ..kept
        };
        authored::put(connection, &both)?;
    } else {
        take_theirs(connection, &kept, theirs, now)?;
    }
    Ok(true)
}

/// Keeps a record that was written elsewhere.
fn appear(
    connection: &Connection,
    row: &RemoteAuthored,
    version: Version,
    now: Timestamp,
) -> Result<bool, StoreError> {
    note(connection, action(None, &row.record), &row.record, "remote", now)?;
    authored::put(
        connection,
        &Kept {
            record: row.record.clone(),
            changed_at: now,
            is_changed: false,
            base: Some(version),
            theirs: None,
        },
    )?;
    Ok(row.record.record_status() == RecordStatus::Active)
}

/// The remote says what ours does, and may hint at other voices. Whether the user had to choose before.
fn agree(
    connection: &Connection,
    kept: &Kept,
    row: &RemoteAuthored,
    version: Version,
) -> Result<bool, StoreError> {
    let revision = kept.record.revision().max(version.revision);
    // Ours have gone where its revision is ours; of a later one the hints are newer.
    let hinted = match version.revision > kept.record.revision() {
        true => row.record.clone().with_hints_of(&kept.record),
        false => kept.record.clone().with_hints_of(&row.record),
    };
    let agreed = Kept {
        record: hinted.with_revision(revision),
        is_changed: false,
        base: Some(version),
        theirs: None,
        ..kept.clone()
    };
    authored::put(connection, &agreed)?;
    let is_own = authored::was_made_here(connection, kept.record.id(), version)?;
    authored::forget_past(connection, kept.record.id(), u32::MAX)?;
    if is_own {
        authored::made_here(connection, &agreed.record)?;
    }
    Ok(kept.theirs.is_some())
}

/// Notes what the remote calls a record. Sessions that were told under another name of it, or under none, are told again.
pub(crate) fn name(
    connection: &Connection,
    account: &str,
    stamp: &RemoteStamp,
    revision: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = authored_remote::get(connection, account, stamp.subject)?;
    authored_remote::put(connection, account, stamp, revision)?;
    let before = before.and_then(|before| before.object_id);
    if before.is_some_and(|before| before == stamp.object_id) {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(
        "SELECT session.id FROM session JOIN snapshot ON snapshot.number = session.snapshot
         WHERE json_extract(snapshot.json, '$.scenario.id') = ?1
           AND is_mirror = 0 AND doomed_at IS NULL AND object_id IS NOT NULL",
    )?;
    let sessions = statement
        .query_map(params![stamp.subject.to_string()], |row| row.key("id"))?
        .collect::<Result<Vec<_>, _>>()?;
    sessions
        .into_iter()
        .try_for_each(|session| save_session(connection, session, now))
}
