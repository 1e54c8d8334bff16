//! Leases of evaluations on the server: who works on which, of all pollers that share it.
//!
//! # Why no two results count
//!
//! A lease is a round (`wire::rounds`), and only the result of the highest round counts. Whoever begins a round makes it
//! the highest, so that what the one before writes from then on changes nothing, however late it comes and whatever it
//! overwrites: readers ask which round is in force, and take its result or none.
//!
//! # Why one poller wins a round
//!
//! On LeanCloud a round is begun by one conditional change: it is written if nobody has begun it. Parse Server ignores
//! conditions, but adds to a number in one step and answers with what it came to: whoever gets 1 has won, everybody
//! else has lost. One whose answer was lost does not know, and takes it for lost: the round passes with nobody at it.
//! A poller that was stopped between its look and its claim counts up a number that is above 0 by then, and loses.
//!
//! # Why a slow one is noticed
//!
//! Each later write is made only while nobody has begun the next round. Parse Server makes that a look and a write, and
//! somebody may begin in between; what is written then is of a round that does not count any more. One case is left:
//! on Parse Server a result may come between the look and the claim of somebody who found the lease passed. Whoever
//! has won looks again, and takes that result for the new round.
//!
//! What is held here before the server knows of it is claimed over there afterwards, see `joining`.
//!
//! Whether a lease has passed is told by the server's clock alone, from when the row was touched last.

use std::time::Duration;

use rehearse_domain::{Sample, Timestamp};
use rehearse_leancloud::{Class, Client, Condition, Dialect, Error, Invalid, Object, ObjectId, Transport};
use rehearse_store::EvaluationStatus;
use serde_json::{Map, Value};

use super::row_writes::RowWrites;
use super::server_clock::ServerClock;
use crate::wire::rounds::{
    HOLDERS, LEASE, LEASE_HOLDER, LEASE_UNTIL, PROGRESS, RESULTS, Rounds, of_round, result_of,
};
use crate::wire::{self, read_evaluation};

/// A condition names a column that is not there.
const UNKNOWN_COLUMN: i64 = 700;

/// One who claims evaluations on a server.
#[derive(Debug)]
pub struct Claims<T> {
    pub(super) client: Client<T>,
    pub(super) rows: Class<T>,
    pub(super) clock: ServerClock,
    pub(super) writes: RowWrites,
    pub(super) holder: String,
    pub(super) lease: Duration,
}

/// The right to work on an evaluation of the server, as long as nobody has begun a higher round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundHeld {
    /// What the server calls the evaluation.
    pub row: ObjectId,
    /// The number of the round, from 1.
    pub round: u32,
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// It is ours.
    Won {
        /// The right to it.
        held: RoundHeld,
        /// How often it was tried before.
        attempts: u32,
        /// What a judge answered to those before.
        samples: Vec<Sample>,
    },
    /// Somebody else has it, or it waits; asking again makes sense then, by the server's clock.
    NotYet {
        /// When.
        until: Timestamp,
        /// The same by what the server's clock says now.
        wait: Duration,
    },
    /// It has a result.
    Done,
    /// It was given up, and nobody has asked for it again.
    GivenUp,
    /// It is not there.
    Missing,
}

impl<T: Transport> Claims<T> {
    /// Claims in the name of `holder`; a lease that is not prolonged holds for `lease`.
    ///
    /// # Errors
    /// None in practice.
    pub fn new(client: Client<T>, holder: &str, lease: Duration) -> Result<Self, Invalid> {
        Ok(Self {
            rows: client.class(wire::Class::Evaluation.name())?,
            client,
            clock: ServerClock::default(),
            writes: RowWrites::default(),
            holder: holder.to_owned(),
            lease,
        })
    }

    /// Claims an evaluation. The round is above `known`, the lease that is known here; `asked` is that somebody asks for it
    /// by hand, also where it was given up or waits for a later moment.
    ///
    /// # Errors
    /// What the server says. Whether it is ours is not known then, and it is taken for not ours.
    pub async fn claim(&self, row: &ObjectId, known: u32, asked: bool) -> Result<Claim, Error> {
        let Some(found) = self.rows.get(row).await? else {
            return Ok(Claim::Missing);
        };
        let now = self.server_now().await?;
        let rounds = Rounds::of(&found);
        if let Some(other) = self.hindrance(&found, &rounds, now, asked) {
            return Ok(other);
        }
        let next = rounds.highest.max(known).saturating_add(1);
        let held = RoundHeld {
            row: row.clone(),
            round: next,
        };
        match self.client.dialect() {
            Dialect::LeanCloud => self.claim_at_once(held, &found, &rounds, now).await,
            Dialect::Parse => self.claim_by_counting(held, &rounds, now).await,
        }
    }

    /// Why it may not be begun.
    pub(super) fn hindrance(
        &self,
        row: &Object,
        rounds: &Rounds,
        now: Timestamp,
        asked: bool,
    ) -> Option<Claim> {
        let not_yet = |until: Timestamp| {
            (until > now).then(|| Claim::NotYet {
                until,
                wait: until.since(now),
            })
        };
        match rounds.status() {
            EvaluationStatus::Completed => Some(Claim::Done),
            EvaluationStatus::Failed if !asked => Some(Claim::GivenUp),
            EvaluationStatus::Running => not_yet(rounds.stands_until()?),
            EvaluationStatus::Pending if !asked => {
                let found = read_evaluation(row).ok()?.evaluation;
                // Before the first try it says when it was asked for, by the clock of a computer.
                (found.attempts > 0).then(|| not_yet(found.next_attempt_at))?
            }
            EvaluationStatus::Pending | EvaluationStatus::Failed => None,
        }
    }

    /// On LeanCloud: one change, if nobody was faster and no result has come.
    pub(super) async fn claim_at_once(
        &self,
        held: RoundHeld,
        found: &Object,
        rounds: &Rounds,
        now: Timestamp,
    ) -> Result<Claim, Error> {
        let mut fields = self.begun(held.round, now);
        // Those between are nobody's: the next number after a round that stands always says whether there is a higher one.
        for round in rounds.highest + 1..=held.round {
            fields.insert(of_round(LEASE, round), 1.into());
        }
        let nobody_else = Condition::all().has(&of_round(LEASE, rounds.highest + 1), false);
        let nobody_else = match rounds.highest {
            0 => nobody_else.differs("status", "completed")?,
            highest => nobody_else.has(&of_round(RESULTS, highest), false),
        };
        let written = self.write_knowing_columns(&held.row, fields, &[], &nobody_else);
        match written.await {
            Ok(()) => Ok(won(held, found)),
            Err(Error::Conflict) => self.somebody_else(now),
            Err(error) => Err(error),
        }
    }

    /// Changes a row if a condition holds, whose columns are made where no row has them yet.
    pub(super) async fn write_knowing_columns(
        &self,
        row: &ObjectId,
        fields: Map<String, Value>,
        gone: &[&str],
        condition: &Condition,
    ) -> Result<(), Error> {
        match self.write(row, fields.clone(), gone, condition).await {
            Err(Error::Server(refusal)) if refusal.code == Some(UNKNOWN_COLUMN) => {
                self.make_columns(row).await?;
                self.write(row, fields, gone, condition).await
            }
            written => written,
        }
    }

    /// LeanCloud takes no condition on a column that no row has. What stands in round 0 means nothing, so that this can
    /// come at any moment.
    async fn make_columns(&self, row: &ObjectId) -> Result<(), Error> {
        let nothing = Map::from_iter([(of_round(LEASE, 0), 0.into()), (of_round(RESULTS, 0), "".into())]);
        self.write(row, nothing, &[], &Condition::all()).await
    }

    /// On Parse Server: the number decides. A number that is skipped is counted too, see above.
    pub(super) async fn claim_by_counting(
        &self,
        held: RoundHeld,
        rounds: &Rounds,
        now: Timestamp,
    ) -> Result<Claim, Error> {
        for round in rounds.highest + 1..=held.round {
            let counted = self.rows.count_up(&held.row, &of_round(LEASE, round)).await?;
            self.clock.learn(counted.1);
            if counted.0 != 1 {
                return self.somebody_else(now);
            }
        }
        let Some(found) = self.rows.get(&held.row).await? else {
            return Ok(Claim::Missing);
        };
        if Rounds::of(&found).highest != held.round {
            return self.somebody_else(now);
        }
        if let Some(result) = result_of(&found, rounds.highest).filter(|_| rounds.highest > 0) {
            let fields = Map::from_iter([(of_round(RESULTS, held.round), Value::String(result))]);
            self.write(&held.row, fields, &[], &Condition::all()).await?;
            return Ok(Claim::Done);
        }
        let fields = self.begun(held.round, now);
        self.write(&held.row, fields, &[], &Condition::all()).await?;
        Ok(won(held, &found))
    }

    /// What the winner writes.
    fn begun(&self, round: u32, now: Timestamp) -> Map<String, Value> {
        Map::from_iter([
            ("status".to_owned(), "running".into()),
            (of_round(HOLDERS, round), self.holder.as_str().into()),
            (LEASE_HOLDER.to_owned(), self.holder.as_str().into()),
            (LEASE_UNTIL.to_owned(), now.after(self.lease).to_string().into()),
        ])
    }

    fn somebody_else(&self, now: Timestamp) -> Result<Claim, Error> {
        Ok(Claim::NotYet {
            until: now.after(self.lease),
            wait: self.lease,
        })
    }

    /// Changes a row in the forms that its columns want, if the condition holds, and learns what time it is.
    pub(super) async fn write(
        &self,
        row: &ObjectId,
        fields: Map<String, Value>,
        gone: &[&str],
        condition: &Condition,
    ) -> Result<(), Error> {
        let done_at = self
            .writes
            .write(wire::Class::Evaluation, &self.rows, row, fields, gone, condition)
            .await?;
        self.clock.learn(done_at);
        Ok(())
    }

    /// Now, for the server.
    pub(super) async fn server_now(&self) -> Result<Timestamp, Error> {
        self.clock.now(&self.client).await
    }
}

pub(super) fn won(held: RoundHeld, found: &Object) -> Claim {
    let samples = found.fields.get(PROGRESS).and_then(Value::as_str);
    Claim::Won {
        held,
        attempts: read_evaluation(found).map_or(0, |one| one.evaluation.attempts),
        // What cannot be read is asked for again.
        samples: samples
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default(),
    }
}
