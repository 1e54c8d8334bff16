//! What was exchanged with models while a session was practised. It stays on this computer: it tells the user who heard
//! them, and nobody else.

use rehearse_domain::SessionId;

use crate::table::{exchange, session};
use crate::{Store, StoreError};

/// What went to one host for one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What for: `partner`, `transcriber`.
    pub purpose: String,
    /// With whom; host, and port where it is not the usual one.
    pub host: String,
    /// The model that was asked.
    pub model: String,
    /// How often.
    pub requests: u64,
    /// Bytes that went there.
    pub sent: u64,
    /// Bytes that came from there.
    pub received: u64,
    /// Tokens that the host counted, as far as it said.
    pub tokens: Tokens,
}

/// What hosts count and bill. A host that counts none, or not by kind, leaves them at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Text that went in.
    pub text_in: u64,
    /// Sound that went in.
    pub audio_in: u64,
    /// Text that came out.
    pub text_out: u64,
    /// Sound that came out.
    pub audio_out: u64,
    /// Of what went in, what the host still knew.
    pub cached: u64,
}

impl Tokens {
    /// Nothing was counted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Store {
    /// Adds to what a session has exchanged; its revision stays.
    ///
    /// # Errors
    /// [`StoreError::NoSession`], [`StoreError::ReaderAccess`], [`StoreError::DiskFull`], or what the database says.
    pub fn add_exchanges(&self, session: SessionId, exchanges: &[Exchange]) -> Result<(), StoreError> {
        self.write(|connection| {
            let number = session::standing(connection, session)?.number;
            for one in exchanges {
                exchange::add(connection, number, one)?;
            }
            Ok(())
        })
    }

    /// What a session has exchanged, by purpose, host and model; nothing when it is not there or deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn exchanges(&self, session: SessionId) -> Result<Vec<Exchange>, StoreError> {
        self.read(|connection| exchange::of_session(connection, session))
    }
}
