//! What the holder of a round writes on the server, each time only while nobody has begun the next one. Parse Server is
//! asked first, and what comes in between is harmless: see [`super::Claims`].

use std::time::Duration;

use rehearse_domain::{Assessment, Sample};
use rehearse_leancloud::{Condition, Dialect, Error, Transport};
use serde_json::{Map, Value};

use super::claims::{Claims, RoundHeld};
use crate::wire;
use crate::wire::rounds::{LEASE, LEASE_UNTIL, PROGRESS, RELEASED, Rounds, of_round, result_of};

/// Why a holder could not write.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// Somebody has begun another round, or the evaluation is gone.
    #[error("somebody else has taken the evaluation over")]
    Lost,
    /// What the server says.
    #[error(transparent)]
    Server(#[from] Error),
}

impl<T: Transport> Claims<T> {
    /// Has a round last, and keeps there what a judge has answered so far, so that whoever takes it over asks for nothing
    /// twice.
    ///
    /// # Errors
    /// [`RoundError`].
    pub async fn renew(&self, held: &RoundHeld, samples: &[Sample]) -> Result<(), RoundError> {
        let until = self.server_now().await?.after(self.lease);
        let mut fields = Map::from_iter([(LEASE_UNTIL.to_owned(), Value::String(until.to_string()))]);
        if let Some(text) = as_text(samples) {
            fields.insert(PROGRESS.to_owned(), text.into());
        }
        self.write_held(held, fields, &[]).await
    }

    /// Puts down what a round came to.
    ///
    /// # Errors
    /// [`RoundError`].
    pub async fn finish(
        &self,
        held: &RoundHeld,
        assessment: &Assessment,
        attempts: u32,
    ) -> Result<(), RoundError> {
        let now = self.server_now().await?;
        let mut fields = wire::finished(assessment, held.round, attempts, now).map_err(Error::from)?;
        fields.insert(PROGRESS.to_owned(), "".into());
        self.write_held(held, fields, &["lastError"]).await
    }

    /// Puts down that a round failed, in a word of the program's. It may be begun again after a while; without, it is
    /// given up.
    ///
    /// # Errors
    /// [`RoundError`].
    pub async fn fail(
        &self,
        held: &RoundHeld,
        code: &str,
        attempts: u32,
        again: Option<Duration>,
    ) -> Result<(), RoundError> {
        let status = match again {
            Some(_) => "pending",
            None => "failed",
        };
        let mut fields = Map::from_iter([
            ("status".to_owned(), status.into()),
            ("attempts".to_owned(), attempts.into()),
            ("lastError".to_owned(), code.into()),
            (RELEASED.to_owned(), held.round.into()),
        ]);
        if let Some(wait) = again {
            let next = self.server_now().await?.after(wait).to_string();
            fields.insert("nextAttemptAt".to_owned(), next.into());
        }
        self.write_held(held, fields, &[]).await
    }

    /// Gives a round back without a result, so that nobody has to wait for it to pass.
    ///
    /// # Errors
    /// [`RoundError`].
    pub async fn release(&self, held: &RoundHeld, samples: &[Sample]) -> Result<(), RoundError> {
        let mut fields = Map::from_iter([
            ("status".to_owned(), "pending".into()),
            (RELEASED.to_owned(), held.round.into()),
        ]);
        fields.extend(as_text(samples).map(|text| (PROGRESS.to_owned(), text.into())));
        self.write_unless_done(held, fields).await
    }

    /// The same, unless the round has come to something: its answer may have been lost.
    async fn write_unless_done(
        &self,
        held: &RoundHeld,
        fields: Map<String, Value>,
    ) -> Result<(), RoundError> {
        let found = self.rows.get(&held.row).await?.ok_or(RoundError::Lost)?;
        match result_of(&found, held.round) {
            Some(_) => Ok(()),
            None => self.write_held(held, fields, &[]).await,
        }
    }

    async fn write_held(
        &self,
        held: &RoundHeld,
        fields: Map<String, Value>,
        gone: &[&str],
    ) -> Result<(), RoundError> {
        if self.client.dialect() == Dialect::Parse {
            let found = self.rows.get(&held.row).await?.ok_or(RoundError::Lost)?;
            if Rounds::of(&found).highest != held.round {
                return Err(RoundError::Lost);
            }
        }
        let nobody_else = Condition::all().has(&of_round(LEASE, held.round.saturating_add(1)), false);
        match self.write(&held.row, fields, gone, &nobody_else).await {
            Err(Error::Conflict) => Err(RoundError::Lost),
            written => Ok(written?),
        }
    }
}

/// Answers as one text; `None` where there are none.
fn as_text(samples: &[Sample]) -> Option<String> {
    match samples {
        [] => None,
        samples => serde_json::to_string(samples).ok(),
    }
}
