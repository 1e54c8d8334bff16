//! Whether database and files agree. Only looks; nothing is repaired.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rehearse_domain::{ClipId, SessionId};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::columns::Columns;
use crate::recovering::InterruptedKind;
use crate::sound_files::{ClipName, children, named};
use crate::table::{purging, session};
use crate::{Store, StoreError};

/// How closely to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    /// The database, and that each file is there with its size.
    #[default]
    Quick,
    /// Each file's SHA-256 too, which reads all of them.
    Deep,
}

/// Something that does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// SQLite found a fault in the file.
    Database(String),
    /// A row of this table refers to one that is not there.
    BrokenReference {
        /// The table.
        table: String,
    },
    /// A clip's file is not there.
    MissingFile {
        /// The clip.
        clip: ClipId,
        /// Where it should be, relative to the audio folder.
        file: String,
    },
    /// A clip's file has another size.
    WrongSize {
        /// The clip.
        clip: ClipId,
        /// Bytes in the row.
        expected: u64,
        /// Bytes on disk.
        found: u64,
    },
    /// A clip's file has other contents.
    WrongContents {
        /// The clip.
        clip: ClipId,
    },
    /// A file that no turn claims; recovery offers it when it is a take.
    UnclaimedFile {
        /// Where it is.
        path: PathBuf,
    },
    /// A session's turns are not numbered 0, 1, 2 and so on.
    GapInTurns {
        /// The session.
        session: SessionId,
    },
    /// A session has ended without a reason, or has a reason without having ended.
    EndReason {
        /// The session.
        session: SessionId,
    },
}

impl Store {
    /// Everything that does not agree; empty when all is well. Sessions that are deleted and not purged yet are looked
    /// at like others; files without a turn are nothing to report in a session that has not ended.
    ///
    /// # Errors
    /// What the system or the database says about looking.
    pub fn verify(&self, how: Verification) -> Result<Vec<Finding>, StoreError> {
        let mut findings = Vec::new();
        // A connection that searched keeps the search index's table of contents, and SQLite's check, unlike a search,
        // does not ask whether somebody wrote since: it would find an index that is whole to be damaged.
        let (clips, moving) = self.read_anew(|connection| {
            pages(connection, &mut findings)?;
            references(connection, &mut findings)?;
            turns(connection, &mut findings)?;
            ends(connection, &mut findings)?;
            Ok((clips(connection)?, moving(connection)?))
        })?;
        let audio = self.folder.audio();
        for clip in clips.iter().filter(|clip| clip.is_here) {
            findings.extend(look_at(&audio, clip, how)?);
        }
        let claimed: HashSet<ClipId> = clips.iter().map(|clip| clip.id).collect();
        for entry in children(&audio)? {
            if !entry.is_dir() {
                findings.push(Finding::UnclaimedFile { path: entry });
            } else if !named::<SessionId>(&entry).is_some_and(|session| moving.contains(&session)) {
                let files = children(&entry)?
                    .into_iter()
                    .filter(|path| !is_claimed(path, &claimed));
                findings.extend(files.map(|path| Finding::UnclaimedFile { path }));
            }
        }
        Ok(findings)
    }
}

fn is_claimed(path: &Path, claimed: &HashSet<ClipId>) -> bool {
    ClipName::of(path)
        .is_some_and(|name| name.kind == InterruptedKind::Unclaimed && claimed.contains(&name.clip))
}

/// Sessions whose files come or go at this moment: they are being recorded or deleted.
fn moving(connection: &Connection) -> Result<Vec<SessionId>, StoreError> {
    let open = session::unended(connection)?
        .into_iter()
        .map(|unended| unended.id);
    Ok(open.chain(purging::all(connection)?).collect())
}

/// What a row says about a file.
struct Claim {
    id: ClipId,
    file: String,
    sha256: String,
    bytes: u64,
    is_here: bool,
}

fn pages(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let lines = statement
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    findings.extend(
        lines
            .into_iter()
            .filter(|line| line != "ok")
            .map(Finding::Database),
    );
    Ok(())
}

fn references(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")?;
    let tables = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?;
    findings.extend(tables.into_iter().map(|table| Finding::BrokenReference { table }));
    Ok(())
}

fn turns(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT session.id FROM turn JOIN session ON session.number = turn.session
         GROUP BY session.number HAVING min(sequence) <> 0 OR max(sequence) <> count(*) - 1",
    )?;
    let sessions = statement
        .query_map([], |row| row.key("id"))?
        .collect::<Result<Vec<_>, _>>()?;
    findings.extend(
        sessions
            .into_iter()
            .map(|session| Finding::GapInTurns { session }),
    );
    Ok(())
}

fn ends(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT id FROM session
         WHERE (status = 'ended') <> (end_reason IS NOT NULL) OR (status = 'ended') <> (ended_at IS NOT NULL)",
    )?;
    let sessions = statement
        .query_map([], |row| row.key("id"))?
        .collect::<Result<Vec<_>, _>>()?;
    findings.extend(sessions.into_iter().map(|session| Finding::EndReason { session }));
    Ok(())
}

fn clips(connection: &Connection) -> Result<Vec<Claim>, StoreError> {
    let mut statement =
        connection.prepare("SELECT id, file, sha256, bytes, is_here FROM clip ORDER BY turn")?;
    let rows = statement.query_map([], |row| {
        let bytes: i64 = row.get("bytes")?;
        Ok(Claim {
            id: row.key("id")?,
            file: row.get("file")?,
            sha256: row.get("sha256")?,
            bytes: u64::try_from(bytes).unwrap_or(0),
            is_here: row.get("is_here")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn look_at(audio: &Path, claim: &Claim, how: Verification) -> Result<Option<Finding>, StoreError> {
    let path = audio.join(&claim.file);
    let found = match fs::metadata(&path) {
        Ok(file) => file.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(Finding::MissingFile {
                clip: claim.id,
                file: claim.file.clone(),
            }));
        }
        Err(source) => return Err(StoreError::file(path, source)),
    };
    if found != claim.bytes {
        return Ok(Some(Finding::WrongSize {
            clip: claim.id,
            expected: claim.bytes,
            found,
        }));
    }
    if how == Verification::Deep && digest(&path)? != claim.sha256 {
        return Ok(Some(Finding::WrongContents { clip: claim.id }));
    }
    Ok(None)
}

/// SHA-256 of a file in lower-case hex.
fn digest(path: &Path) -> Result<String, StoreError> {
    let mut hash = Sha256::new();
    let mut file = File::open(path).map_err(|source| StoreError::file(path, source))?;
    io::copy(&mut file, &mut hash).map_err(|source| StoreError::file(path, source))?;
    Ok(format!("{:x}", hash.finalize()))
}
