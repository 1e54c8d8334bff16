//! The reads and writes that concern one record of one table.

use std::path::Path;
use std::time::Duration;

use rehearse_domain::{Clip, ClipId, Session, SessionId, Turn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::reader;
use crate::table::{clip, evaluation, outbox, session, session_life, setting, turn};
use crate::{Evaluation, OutboxRow, Store, StoreError};

impl Store {
    /// A session; `None` when it is not there or deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.read(|connection| session::get(connection, id))
    }

    /// A number that grows with every change to a session, its turns or their words, but not with figures; `None` when
    /// it is not there.
    ///
    /// # Errors
    /// What the database says.
    pub fn session_revision(&self, id: SessionId) -> Result<Option<u64>, StoreError> {
        self.read(|connection| session::revision(connection, id))
    }

    /// The turns of a session in order; none when the session is not there or deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn turns(&self, session: SessionId) -> Result<Vec<Turn>, StoreError> {
        self.read(|connection| turn::of_session(connection, session))
    }

    /// A clip; `None` when it is not there or its session was deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn clip(&self, id: ClipId) -> Result<Option<Clip>, StoreError> {
        self.read(|connection| clip::get(connection, id))
    }

    /// The evaluations asked for in a session, the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn evaluations(&self, session: SessionId) -> Result<Vec<Evaluation>, StoreError> {
        self.read(|connection| evaluation::of_session(connection, session))
    }

    /// How many changes the remote has not confirmed.
    ///
    /// # Errors
    /// What the database says.
    pub fn outbox_pending(&self) -> Result<u32, StoreError> {
        self.read(outbox::pending)
    }

    /// The changes of one session that the remote has not confirmed, in the order in which they go out.
    ///
    /// # Errors
    /// What the database says.
    pub fn outbox(&self, session: SessionId) -> Result<Vec<OutboxRow>, StoreError> {
        self.read(|connection| outbox::of_lane(connection, session))
    }

    /// A setting; `None` when it was never put.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it is there in another shape, or what the database says.
    pub fn get_setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let json = self.read(|connection| setting::get(connection, key))?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// A setting from a database that was set aside because it is damaged; `None` when it was never put.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it is there in another shape, or what the database says when its page cannot be
    /// read.
    pub fn salvage_setting<T: DeserializeOwned>(database: &Path, key: &str) -> Result<Option<T>, StoreError> {
        let json = setting::get(&reader(database)?, key)?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// Puts a setting in place of what it was. Never a secret: those live in the system's keychain.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn put_setting<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<(), StoreError> {
        let json = serde_json::to_string(value)?;
        self.write(|connection| setting::put(connection, key, &json))
    }

    /// A setting, which is put the first time that anybody asks for it: of several who ask at once all get the same.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it is there in another shape, [`StoreError::ReaderAccess`] where it is not there, or what
    /// the database says.
    pub fn setting_or_put<T: DeserializeOwned + Serialize>(
        &self,
        key: &str,
        value: T,
    ) -> Result<T, StoreError> {
        if let Some(known) = self.get_setting(key)? {
            return Ok(known);
        }
        let json = serde_json::to_string(&value)?;
        self.write(|connection| {
            if let Some(known) = setting::get(connection, key)? {
                return Ok(serde_json::from_str(&known)?);
            }
            setting::put(connection, key, &json)?;
            Ok(value)
        })
    }

    /// Notes how much time counted so far in a session that runs, in case the app dies. Never takes time back.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn update_active(&self, session: SessionId, active: Duration) -> Result<(), StoreError> {
        self.write(|connection| session_life::set_active(connection, session, active))
    }
}
