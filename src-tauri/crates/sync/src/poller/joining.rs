//! Rounds that were begun on this computer before the server knew of them, or while it could not be reached. Their numbers
//! were given here, so that somebody else may have begun one of the same number over there. Only what the server says is
//! ours is (`holders`): such a round is claimed there like any other before it goes on, and what it came to without the
//! server is told as the next one where its number was taken.

use rehearse_domain::Assessment;
use rehearse_leancloud::{Condition, Dialect, Error, Object, ObjectId, Transport};
use rehearse_store::{Evaluation, EvaluationStatus};
use serde_json::{Map, Value};

use super::claims::{Claim, Claims, RoundHeld, won};
use crate::Terms;
use crate::wire::rounds::{LEASE, PROGRESS, Rounds, holder_of, of_round};
use crate::wire::{self, Class};

/// How the work on an evaluation ended here.
pub(crate) struct Ended<'a> {
    pub(crate) evaluation: &'a Evaluation,
    /// Its result; `None` where it was given up.
    pub(crate) assessment: Option<&'a Assessment>,
    /// What the server calls the session.
    pub(crate) session: &'a str,
    pub(crate) terms: &'a Terms,
}

/// What became of telling how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndTold {
    /// The server has it as this round, the highest.
    As(u32),
    /// Others have come further than to give it up.
    Needless,
    /// The row is not there.
    Missing,
}

impl<T: Transport> Claims<T> {
    /// Claims the round of a lease that is held here and that the server may not know of. It is won where the server has it
    /// as ours already, or knows of no such round and of nobody who stands in the way.
    ///
    /// # Errors
    /// What the server says. Whether it is ours is not known then.
    pub async fn join(&self, row: &ObjectId, round: u32) -> Result<Claim, Error> {
        let Some(found) = self.rows.get(row).await? else {
            return Ok(Claim::Missing);
        };
        let now = self.server_now().await?;
        let rounds = Rounds::of(&found);
        let held = RoundHeld {
            row: row.clone(),
            round,
        };
        let is_ours = self.is_ours(&found, &rounds);
        if rounds.highest == round && is_ours && rounds.status() == EvaluationStatus::Running {
            return Ok(won(held, &found));
        }
        // Somebody is at it, so that what is given up or put off over there may be gone on with.
        let hindrance = self.hindrance(&found, &rounds, now, true);
        if rounds.highest >= round {
            // It can be claimed anew, with a number of its own.
            let free = Claim::NotYet {
                until: now,
                wait: std::time::Duration::ZERO,
            };
            return Ok(hindrance.unwrap_or(free));
        }
        match hindrance {
            None => {}
            // An earlier lease of this computer, which was not given back.
            Some(Claim::NotYet { .. }) if is_ours => {}
            Some(other) => return Ok(other),
        }
        match self.client.dialect() {
            Dialect::LeanCloud => self.claim_at_once(held, &found, &rounds, now).await,
            Dialect::Parse => self.claim_by_counting(held, &rounds, now).await,
        }
    }

    /// Tells how the work under a lease ended that was held here: as its round where that is ours or nobody's over there,
    /// else as the next one, so that one result alone is in force. Whoever works on it meanwhile has lost their round.
    ///
    /// # Errors
    /// What the server says; [`Error::Conflict`] when somebody began a round at the same moment.
    pub(crate) async fn tell_end(&self, row: &ObjectId, ended: &Ended<'_>) -> Result<EndTold, Error> {
        let Some(found) = self.rows.get(row).await? else {
            return Ok(EndTold::Missing);
        };
        let rounds = Rounds::of(&found);
        let epoch = ended.evaluation.epoch;
        let is_ours = self.is_ours(&found, &rounds);
        if ended.assessment.is_none() && !is_ours {
            let is_further = matches!(
                rounds.status(),
                EvaluationStatus::Running | EvaluationStatus::Completed
            );
            if rounds.highest >= epoch || is_further {
                return Ok(EndTold::Needless);
            }
        }
        let round = match rounds.highest {
            highest if highest < epoch => epoch,
            highest if is_ours => highest,
            highest => highest.saturating_add(1),
        };
        let mut fields = wire::ended(
            ended.evaluation,
            ended.assessment,
            round,
            ended.session,
            ended.terms,
            &self.holder,
        )?;
        if ended.assessment.is_some() {
            fields.insert(PROGRESS.to_owned(), "".into());
        }
        self.write_as(row, fields, rounds.highest, round).await?;
        Ok(EndTold::As(round))
    }

    /// Writes as the holder of a round, which is begun with it where `highest` is a lower one.
    async fn write_as(
        &self,
        row: &ObjectId,
        mut fields: Map<String, Value>,
        highest: u32,
        round: u32,
    ) -> Result<(), Error> {
        let above = of_round(LEASE, highest.saturating_add(1));
        let nobody_else = Condition::all().has(&above, false);
        for round in highest + 1..=round {
            if self.client.dialect() == Dialect::Parse {
                let (count, at) = self.rows.count_up(row, &of_round(LEASE, round)).await?;
                self.clock.learn(at);
                if count != 1 {
                    return Err(Error::Conflict);
                }
            } else {
                fields.insert(of_round(LEASE, round), 1.into());
            }
        }
        if self.client.dialect() == Dialect::Parse {
            // It was counted, and what it came to is 1.
            fields.remove(&of_round(LEASE, round));
        }
        let gone: Vec<&str> = (Class::Evaluation.fading().iter().copied())
            .filter(|field| !fields.contains_key(*field))
            .collect();
        self.write_knowing_columns(row, fields, &gone, &nobody_else).await
    }

    /// Whether the round in force is one of this computer's.
    fn is_ours(&self, found: &Object, rounds: &Rounds) -> bool {
        rounds.highest > 0 && holder_of(found, rounds.highest).as_deref() == Some(&self.holder)
    }
}
