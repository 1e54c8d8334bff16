//! Scenarios and skills that people wrote: each as it is here, how the remote version is known that it was made from,
//! and what the remote has if both were changed since.

use rehearse_domain::{Language, RecordStatus, Slug, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::authored::{AuthoredKind, AuthoredRecord};
use crate::columns::{At, Columns, Word};
use crate::{StoreError, UsedBy};

/// Migration 4. `name` is what has to be unique among active records of one kind and language; no index enforces it,
/// because two machines that know nothing of each other may choose the same. `authored_past` holds the versions made
/// here since the one of the remote that ours comes from, and that one if it was made here.
pub(crate) const V4: &str = "
    CREATE TABLE authored (
        id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
        kind TEXT NOT NULL,
        language TEXT NOT NULL,
        name TEXT NOT NULL,
        record_status TEXT NOT NULL DEFAULT 'active',
        body TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        is_changed INTEGER NOT NULL DEFAULT 1,
        base_revision INTEGER,
        base_tag INTEGER,
        theirs TEXT,
        CHECK ((base_revision IS NULL) = (base_tag IS NULL))
    ) STRICT;
    CREATE INDEX authored_name ON authored (kind, language, name);
    CREATE INDEX authored_theirs ON authored (changed_at) WHERE theirs IS NOT NULL;
    CREATE TABLE authored_past (
        id BLOB NOT NULL REFERENCES authored (id),
        revision INTEGER NOT NULL,
        tag INTEGER NOT NULL,
        PRIMARY KEY (id, revision)
    ) STRICT, WITHOUT ROWID;
";

/// A version that the remote has or had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    /// 0 where it is not told.
    pub(crate) revision: u32,
    pub(crate) tag: i64,
}

/// What the remote has instead of what is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Theirs {
    pub(crate) version: Version,
    pub(crate) record: AuthoredRecord,
}

/// A record as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) record: AuthoredRecord,
    pub(crate) changed_at: Timestamp,
    /// Whether it was changed here since `base`.
    pub(crate) is_changed: bool,
    /// The version of the remote that it is made from.
    pub(crate) base: Option<Version>,
    pub(crate) theirs: Option<Theirs>,
}

pub(crate) fn get(connection: &Connection, id: Uuid) -> Result<Option<Kept>, StoreError> {
    let found = connection
        .prepare_cached("SELECT * FROM authored WHERE id = ?1")?
        .query_row([id.as_bytes()], raw)
        .optional()?;
    found.map(kept).transpose()
}

/// Puts a record in the place of what was kept of it.
pub(crate) fn put(connection: &Connection, kept: &Kept) -> Result<(), StoreError> {
    let theirs = kept.theirs.as_ref().map(serde_json::to_string).transpose()?;
    connection
        .prepare_cached(
            "INSERT INTO authored (id, kind, language, name, record_status, body, changed_at, is_changed,
                base_revision, base_tag, theirs)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (id) DO UPDATE SET kind = ?2, language = ?3, name = ?4, record_status = ?5, body = ?6,
                changed_at = ?7, is_changed = ?8, base_revision = ?9, base_tag = ?10, theirs = ?11",
        )?
        .execute(params![
            kept.record.id().as_bytes(),
            Word(kept.record.kind()),
            Word(kept.record.language()),
            kept.record.name(),
            Word(kept.record.record_status()),
            kept.record.json()?,
            At(kept.changed_at),
            kept.is_changed,
            kept.base.map(|base| base.revision),
            kept.base.map(|base| base.tag),
            theirs
        ])?;
    Ok(())
}

/// The records of a kind, by their names. One that cannot be read is left out, so that it takes no other with it.
pub(crate) fn all(
    connection: &Connection,
    kind: AuthoredKind,
    status: RecordStatus,
) -> Result<Vec<Kept>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM authored WHERE kind = ?1 AND record_status = ?2 ORDER BY language, name, id",
    )?;
    let rows = statement.query_map(params![Word(kind), Word(status)], raw)?;
    readable(rows)
}

/// The records that were changed here and on the remote, the oldest first.
pub(crate) fn in_conflict(connection: &Connection) -> Result<Vec<Kept>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT * FROM authored WHERE theirs IS NOT NULL ORDER BY changed_at, id")?;
    let rows = statement.query_map([], raw)?;
    readable(rows)
}

/// Another active record that has the name of this one.
pub(crate) fn namesake(connection: &Connection, record: &AuthoredRecord) -> Result<Option<Uuid>, StoreError> {
    let found: Option<[u8; 16]> = connection
        .prepare_cached(
            "SELECT id FROM authored
             WHERE kind = ?1 AND language = ?2 AND name = ?3 AND record_status = 'active' AND id <> ?4 LIMIT 1",
        )?
        .query_row(
            params![
                Word(record.kind()),
                Word(record.language()),
                record.name(),
                record.id().as_bytes()
            ],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found.map(Uuid::from_bytes))
}

/// The published scenarios that use a skill.
pub(crate) fn users_of(
    connection: &Connection,
    skill: &Slug,
    language: Language,
) -> Result<Vec<UsedBy>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name FROM authored
         WHERE kind = 'scenario' AND language = ?2 AND record_status = 'active'
           AND json_extract(body, '$.publication') = 'published'
           AND EXISTS (SELECT 1 FROM json_each(body, '$.skills') WHERE value = ?1)
         ORDER BY name, id",
    )?;
    let rows = statement.query_map(params![skill.as_str(), Word(language)], |row| {
        Ok(UsedBy {
            id: row.key("id")?,
            title: row.get("name")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All records that the remote may have to be told of.
pub(crate) fn ids(connection: &Connection) -> Result<Vec<(Uuid, AuthoredKind)>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id, kind FROM authored ORDER BY kind DESC, id")?;
    let rows = statement.query_map([], |row| {
        let id: [u8; 16] = row.get("id")?;
        Ok((Uuid::from_bytes(id), row.word("kind")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes a version that was made here.
pub(crate) fn made_here(connection: &Connection, record: &AuthoredRecord) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO authored_past (id, revision, tag) VALUES (?1, ?2, ?3)")?
        .execute(params![record.id().as_bytes(), record.revision(), record.tag()?])?;
    Ok(())
}

/// Whether a version was made here since the one that ours comes from.
pub(crate) fn was_made_here(connection: &Connection, id: Uuid, version: Version) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM authored_past WHERE id = ?1 AND revision = ?2 AND tag = ?3")?
        .exists(params![id.as_bytes(), version.revision, version.tag])?)
}

/// No version of the remote is known any more.
pub(crate) fn forget_base(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "UPDATE authored SET theirs = NULL, base_revision = NULL, base_tag = NULL,
            is_changed = is_changed OR EXISTS (
                SELECT 1 FROM authored_past
                WHERE authored_past.id = authored.id AND revision = json_extract(body, '$.revision'))",
    )?;
    Ok(())
}

/// Forgets the versions made here before this one.
pub(crate) fn forget_past(connection: &Connection, id: Uuid, before: u32) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM authored_past WHERE id = ?1 AND revision < ?2")?
        .execute(params![id.as_bytes(), before])?;
    Ok(())
}

/// A row, before what it says is read.
struct Raw {
    kind: AuthoredKind,
    body: String,
    changed_at: Timestamp,
    is_changed: bool,
    base: Option<Version>,
    theirs: Option<String>,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    let revision: Option<u32> = row.get("base_revision")?;
    let tag: Option<i64> = row.get("base_tag")?;
    Ok(Raw {
        kind: row.word("kind")?,
        body: row.get("body")?,
        changed_at: row.at("changed_at")?,
        is_changed: row.get("is_changed")?,
        base: revision.zip(tag).map(|(revision, tag)| Version { revision, tag }),
        theirs: row.get("theirs")?,
    })
}

fn readable(rows: impl Iterator<Item = rusqlite::Result<Raw>>) -> Result<Vec<Kept>, StoreError> {
    let mut all = Vec::new();
    for found in rows {
        match found.map_err(StoreError::from).and_then(kept) {
            Ok(kept) => all.push(kept),
            Err(error) if error.is_unreadable_record() => {
                tracing::error!(%error, "a scenario or a skill cannot be read");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

fn kept(raw: Raw) -> Result<Kept, StoreError> {
    Ok(Kept {
        record: AuthoredRecord::from_json(raw.kind, &raw.body)?,
        changed_at: raw.changed_at,
        is_changed: raw.is_changed,
        base: raw.base,
        theirs: raw.theirs.map(|json| serde_json::from_str(&json)).transpose()?,
    })
}
