//! Delivery figures as they are kept: beside a turn, apart from its words, and never sent anywhere.
//!
//! The store does not read them. Whoever measures writes them down as text and names its method by a number.

use rehearse_domain::{Language, SessionId, Slug, Timestamp, TurnId};

use crate::table::{delivery, turn};
use crate::{Store, StoreError};

/// What was measured in the sound of one turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Version of the method that measured; figures of an older one are to be made again from the clip.
    pub method: u32,
    /// The figures as JSON, in the method's own form.
    pub figures: String,
    /// When they were made.
    pub made_at: Timestamp,
}

/// What was measured in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDeliveries {
    /// The session.
    pub session: SessionId,
    /// When it started, or was prepared when that is not known.
    pub started_at: Timestamp,
    /// The scenario's title then.
    pub title: String,
    /// The scenario.
    pub slug: Slug,
    /// The scenario in either language.
    pub family: Slug,
    /// Tells whether anything that is made from the session's turns and figures is still as it was.
    pub stamp: DeliveryStamp,
}

/// Of two equal stamps of a session nothing lies between: no other turn, word or figure. It costs no reading of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryStamp {
    pub(crate) revision: i64,
    pub(crate) turns: i64,
    // A method makes the same figures of the same sound, so other figures have another method or another length.
    pub(crate) methods: i64,
    pub(crate) bytes: i64,
}

impl Store {
    /// Puts the figures of a turn in place of those it had. The session may be running or have ended. Its revision stays:
    /// figures are no part of what other machines are told, and can be made again from the clip.
    ///
    /// # Errors
    /// [`StoreError::NoTurn`], [`StoreError::ReaderAccess`], [`StoreError::DiskFull`], or what the database says.
    pub fn save_delivery(&self, turn: TurnId, delivery: &Delivery) -> Result<(), StoreError> {
        self.write(|connection| {
            let place = turn::place(connection, turn)?;
            delivery::put(connection, place.number, delivery)
        })
    }

    /// Makes the figures of a turn from those it has, with nothing written in between; `None` leaves them. Otherwise like
    /// [`Self::save_delivery`].
    ///
    /// # Errors
    /// Those of [`Self::save_delivery`], or what `change` answers.
    pub fn change_delivery(
        &self,
        turn: TurnId,
        change: impl FnOnce(Option<&Delivery>) -> Result<Option<Delivery>, StoreError>,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let place = turn::place(connection, turn)?;
            let known = delivery::of_turn(connection, place.number)?;
            match change(known.as_ref())? {
                Some(changed) => delivery::put(connection, place.number, &changed),
                None => Ok(()),
            }
        })
    }

    /// The turns of a session that have figures, in order; none when the session is not there or deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn deliveries(&self, session: SessionId) -> Result<Vec<(TurnId, Delivery)>, StoreError> {
        self.read(|connection| delivery::of_session(connection, session))
    }

    /// Ended sessions in which a turn of the trainee has sound, here, but no figures of this method, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn unmeasured_sessions(&self, method: u32) -> Result<Vec<SessionId>, StoreError> {
        self.read(|connection| delivery::unmeasured(connection, method))
    }

    /// How many sessions [`Self::unmeasured_sessions`] finds.
    ///
    /// # Errors
    /// What the database says.
    pub fn count_unmeasured_sessions(&self, method: u32) -> Result<u32, StoreError> {
        self.read(|connection| delivery::count_unmeasured(connection, method))
    }

    /// Up to `limit` ended sessions in this language in which a turn has figures, the newest first; with `before`, only
    /// those prepared earlier than that session.
    ///
    /// # Errors
    /// [`StoreError::NoSession`] when `before` is not there or deleted, or what the database says.
    pub fn recent_deliveries(
        &self,
        language: Language,
        limit: u32,
        before: Option<SessionId>,
    ) -> Result<Vec<SessionDeliveries>, StoreError> {
        self.read(|connection| {
            let place = match before {
                Some(id) => Some(delivery::place(connection, id)?.ok_or(StoreError::NoSession(id))?),
                None => None,
            };
            delivery::sessions(connection, language, limit, place)
        })
    }
}
