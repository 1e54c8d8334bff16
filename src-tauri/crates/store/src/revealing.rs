//! Whether trainees have looked at a result, and how they rated themselves before. It stays on this computer.

use rehearse_domain::{Rating, SessionId, Slug, Timestamp};

use crate::table::{own_rating, session};
use crate::{Store, StoreError};

impl Store {
    /// Notes that the trainee looks at the result of a session, with what they gave themselves; those of skills that are
    /// not named stay as they were.
    ///
    /// # Errors
    /// [`StoreError::NoSession`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn reveal(
        &self,
        session: SessionId,
        own: &[(Slug, Rating)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let number = session::standing(connection, session)?.number;
            own_rating::put(connection, number, own, now)
        })
    }

    /// What the trainee gave themselves, by skill; `None` while they have not looked at a result of the session.
    ///
    /// # Errors
    /// What the database says.
    pub fn revealed(&self, session: SessionId) -> Result<Option<Vec<(Slug, Rating)>>, StoreError> {
        self.read(|connection| own_rating::of_session(connection, session))
    }
}
