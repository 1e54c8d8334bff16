//! What the sender needs of scenarios and skills: which have to be told, as they are now, and what to write down when
//! the remote has them.

use std::collections::HashMap;

use rehearse_domain::{RecordStatus, Timestamp};
use rusqlite::Connection;
use uuid::Uuid;

use crate::authored::{AuthoredKind, AuthoredRecord};
use crate::authoring::{outbox_kind, tell};
use crate::pulling::RemoteStamp;
use crate::reflecting::name;
use crate::table::authored::{self, Kept, Version};
use crate::table::authored_remote::{self, RemoteName};
use crate::table::outbox;
use crate::{Store, StoreError};

/// Something built in that the remote is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: AuthoredKind,
    /// In which revision this program brings it.
    pub revision: u32,
}

/// A scenario or skill as it is now, for the sender.
#[derive(Clone, Debug, PartialEq)]
pub struct SendableAuthored {
    /// The record.
    pub record: AuthoredRecord,
    /// Whether the remote has to be told: it was changed, or the remote does not have it; and nobody has to choose first.
    pub is_news: bool,
    /// Whether the remote has another version, so that somebody has to choose first.
    pub in_conflict: bool,
}

/// That the remote has a version of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthoredTold {
    /// Which remote, and as whose.
    pub account: String,
    /// Its row, as far as it is known.
    pub stamp: RemoteStamp,
    /// The revision that was told.
    pub revision: u32,
    /// What was told; `None` of what is built in.
    pub record: Option<Box<AuthoredRecord>>,
}

impl Store {
    /// Lists what is built in to be told, as far as this remote does not have it in this revision and it does not wait
    /// already. It may have it all the same.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn list_built_ins(&self, account: &str, all: &[BuiltIn], now: Timestamp) -> Result<u32, StoreError> {
        let is_untold = |connection: &Connection, one: &BuiltIn| {
            let known = authored_remote::get(connection, account, one.id)?;
            Ok::<_, StoreError>(
                known.is_none_or(|known| known.revision < one.revision)
                    && outbox::of_lane(connection, one.id)?.is_empty(),
            )
        };
        let mut untold = Vec::new();
        self.read(|connection| {
            for one in all {
                if is_untold(connection, one)? {
                    untold.push(*one);
                }
            }
            Ok(())
        })?;
        if untold.is_empty() {
            return Ok(0);
        }
        self.write(|connection| {
            for one in &untold {
                outbox::add(connection, one.id, outbox_kind(one.kind), one.id, None, now)?;
            }
            Ok(u32::try_from(untold.len()).unwrap_or(u32::MAX))
        })
    }

    /// A record that somebody wrote, as it is now; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it cannot be read, or what the database says.
    pub fn sendable_authored(&self, account: &str, id: Uuid) -> Result<Option<SendableAuthored>, StoreError> {
        self.read(|connection| {
            let Some(kept) = authored::get(connection, id)? else {
                return Ok(None);
            };
            let is_known = authored_remote::get(connection, account, id)?.is_some();
            let is_there = kept.record.record_status() == RecordStatus::Active;
            Ok(Some(SendableAuthored {
                in_conflict: kept.theirs.is_some(),
                is_news: kept.theirs.is_none() && if is_known { kept.is_changed } else { is_there },
                record: kept.record,
            }))
        })
    }

    /// What the remote is known to have of these records.
    ///
    /// # Errors
    /// What the database says.
    pub fn remote_names(
        &self,
        account: &str,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, RemoteName>, StoreError> {
        self.read(|connection| {
            let mut names = HashMap::new();
            for id in ids {
                if let Some(name) = authored_remote::get(connection, account, id)? {
                    names.insert(id, name);
                }
            }
            Ok(names)
        })
    }
}

/// Writes down that the remote was told.
pub(crate) fn told(connection: &Connection, told: &AuthoredTold, now: Timestamp) -> Result<(), StoreError> {
    let id = told.stamp.subject;
    match told.stamp.object_id.is_empty() {
        true => authored_remote::put_hidden(connection, &told.account, id, told.revision)?,
        false => {
            // An update does not say when its row was made.
            let known = authored_remote::stamp(connection, &told.account, id)?;
            let made = known.filter(|known| known.object_id == told.stamp.object_id);
            // The answer came late: what the remote has had since was read meanwhile.
            if made
                .as_ref()
                .is_some_and(|known| known.updated_at > told.stamp.updated_at)
            {
                return Ok(());
            }
            let stamp = RemoteStamp {
                created_at: made.map_or(told.stamp.created_at, |known| known.created_at),
                ..told.stamp.clone()
            };
            name(connection, &told.account, &stamp, told.revision, now)?;
        }
    }
    let (Some(kept), Some(record)) = (authored::get(connection, id)?, &told.record) else {
        return Ok(());
    };
    let version = Version {
        revision: told.revision,
        tag: record.tag()?,
    };
    let settled = Kept {
        // It may have been changed while it was on its way.
        is_changed: kept.record.tag()? != version.tag,
        base: Some(version),
        ..kept
    };
    authored::put(connection, &settled)?;
    authored::forget_past(connection, id, version.revision)
}

/// Everything that was written by somebody is to be told to another remote, which may have it already, in a version that
/// none here is made from. The numbers of one remote say nothing about those of another: what was made here counts as
/// changed, and what came from another machine may give way to what that remote has.
pub(crate) fn tell_anew(connection: &Connection, now: Timestamp) -> Result<u32, StoreError> {
    connection.execute_batch("DELETE FROM authored_remote")?;
    authored::forget_base(connection)?;
    let all = authored::ids(connection)?;
    for (id, kind) in &all {
        tell(connection, *id, *kind, now)?;
    }
    Ok(u32::try_from(all.len()).unwrap_or(u32::MAX))
}
