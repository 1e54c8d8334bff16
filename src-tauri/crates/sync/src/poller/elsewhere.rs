//! The server, as the jobs of a poller see it: where evaluations are claimed that others may work on too, and told what
//! came of them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rehearse_domain::{Assessment, Sample, TranscriptStatus, Turn};
use rehearse_leancloud::{Acl, Client, Condition, Error, Invalid, New, Object, ObjectId, Query, Transport};
use rehearse_store::DueEvaluation;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::PollerOptions;
use super::claims::{Claim, Claims, RoundHeld};
use super::rounds::RoundError;
use super::row_writes::RowWrites;
use crate::Terms;
use crate::wire::{self, CLIENT_ID, OWNER_ID, of_sessions, subject};

/// After so long everybody sees the row that somebody else made at the same moment.
const SETTLING: Duration = Duration::from_secs(1);

/// A server that evaluations are claimed on.
#[derive(Clone)]
pub struct Remote(pub(super) Arc<dyn Elsewhere>);

impl Remote {
    /// The server of a client that is signed in, under these terms.
    ///
    /// # Errors
    /// None in practice.
    pub fn new<T: Transport>(
        client: Client<T>,
        terms: Terms,
        options: &PollerOptions,
    ) -> Result<Self, Invalid> {
        Ok(Self(Arc::new(OnServer {
            claims: Claims::new(client, &options.holder, options.lease)?,
            terms,
            forms: RowWrites::default(),
        })))
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remote")
    }
}

/// What a poller asks of a server, whichever it is.
#[async_trait]
pub(super) trait Elsewhere: Send + Sync {
    /// Claims an evaluation, whose row is made where there is none.
    async fn claim(&self, due: &DueEvaluation) -> Result<Claim, Error>;

    /// Claims the round of a lease that is held here.
    async fn join(&self, row: &ObjectId, round: u32) -> Result<Claim, Error>;

    /// Has a round last.
    async fn renew(&self, held: &RoundHeld, samples: &[Sample]) -> Result<(), RoundError>;

    /// Puts down what a round came to.
    async fn finish(
        &self,
        held: &RoundHeld,
        assessment: &Assessment,
        attempts: u32,
    ) -> Result<(), RoundError>;

    /// Puts down that a round failed.
    async fn fail(
        &self,
        held: &RoundHeld,
        code: &str,
        attempts: u32,
        again: Option<Duration>,
    ) -> Result<(), RoundError>;

    /// Gives a round back.
    async fn release(&self, held: &RoundHeld, samples: &[Sample]) -> Result<(), RoundError>;

    /// Tells the words of turns, where the server still waits for them.
    async fn tell_words(&self, due: &DueEvaluation, turns: &[Turn]) -> Result<(), Error>;
}

struct OnServer<T> {
    claims: Claims<T>,
    terms: Terms,
    forms: RowWrites,
}

#[async_trait]
impl<T: Transport> Elsewhere for OnServer<T> {
    async fn claim(&self, due: &DueEvaluation) -> Result<Claim, Error> {
        let row = match &due.object_id {
            Some(id) => Some(ObjectId::new(id)?),
            None => self.row_of(due).await?,
        };
        match row {
            Some(row) => {
                let asked = due.evaluation.asked_at.is_some();
                self.claims.claim(&row, due.evaluation.epoch, asked).await
            }
            None => Ok(Claim::Missing),
        }
    }

    async fn join(&self, row: &ObjectId, round: u32) -> Result<Claim, Error> {
        self.claims.join(row, round).await
    }

    async fn renew(&self, held: &RoundHeld, samples: &[Sample]) -> Result<(), RoundError> {
        self.claims.renew(held, samples).await
    }

    async fn finish(
        &self,
        held: &RoundHeld,
        assessment: &Assessment,
        attempts: u32,
    ) -> Result<(), RoundError> {
        self.claims.finish(held, assessment, attempts).await
    }

    async fn fail(
        &self,
        held: &RoundHeld,
        code: &str,
        attempts: u32,
        again: Option<Duration>,
    ) -> Result<(), RoundError> {
        self.claims.fail(held, code, attempts, again).await
    }

    async fn release(&self, held: &RoundHeld, samples: &[Sample]) -> Result<(), RoundError> {
        self.claims.release(held, samples).await
    }

    async fn tell_words(&self, due: &DueEvaluation, turns: &[Turn]) -> Result<(), Error> {
        let Some(session) = &due.session_object_id else {
            return Ok(());
        };
        let class = self.claims.client.class(wire::Class::Turn.name())?;
        let condition = of_sessions(self.claims.client.dialect(), [&ObjectId::new(session)?])?;
        let rows = class.find(&Query::new().matching(condition).limit(1000)?).await?;
        for row in &rows.objects {
            let id = subject(wire::Class::Turn, row);
            let Some(turn) = turns.iter().find(|turn| Uuid::from(turn.id) == id) else {
                continue;
            };
            let Some(fields) = missing_words(row, turn)? else {
                continue;
            };
            self.forms
                .write(wire::Class::Turn, &class, &row.id, fields, &[], &Condition::all())
                .await?;
        }
        Ok(())
    }
}

impl<T: Transport> OnServer<T> {
    /// The row of an evaluation of a session that was recorded elsewhere, and of which nothing is known here. The earlier
    /// web app may have made none: it is made then. Others may do the same at the same time, with the same id; all take
    /// the first one for the record, and whoever made another takes it back.
    ///
    /// `None` when there is one under another id, which is on its way here.
    async fn row_of(&self, due: &DueEvaluation) -> Result<Option<ObjectId>, Error> {
        let Some(session) = &due.session_object_id else {
            return Ok(None);
        };
        let client = &self.claims.client;
        let of_session = of_sessions(client.dialect(), [&ObjectId::new(session)?])?;
        let of_session = Query::new().matching(of_session);
        let known = of_session.ascending("createdAt").ascending("objectId");
        let known = self.claims.rows.find(&known).await?;
        let id = Uuid::from(due.evaluation.id);
        let is_it = |row: &&Object| subject(wire::Class::Evaluation, row) == id;
        if let Some(row) = known.objects.iter().find(is_it) {
            return Ok(Some(row.id.clone()));
        }
        if !known.objects.is_empty() {
            return Ok(None);
        }
        // It is whoever's the session is. Where that is not said it is the earlier web app's, which reads it as it reads
        // its own rows.
        let sessions = client.class(wire::Class::Session.name())?;
        let Some(recorded) = sessions.get(&ObjectId::new(session)?).await? else {
            return Ok(None);
        };
        let mut fields = wire::evaluation(&due.evaluation, None, session, &self.terms, None)?;
        let owner: Option<String> = recorded.get(OWNER_ID).ok().flatten();
        fields.remove(OWNER_ID);
        fields.extend(owner.as_deref().map(|owner| (OWNER_ID.to_owned(), owner.into())));
        let of_owner = owner
            .map(ObjectId::new)
            .transpose()?
            .map(|owner| Acl::owner(&owner));
        let mut new = New::of(fields)?;
        // LeanCloud does not tell who may read a row.
        if let Some(acl) = recorded.acl.or(of_owner) {
            new = new.acl(acl);
        }
        let made = self.claims.rows.create(&new).await?;
        tokio::time::sleep(SETTLING).await;
        let same = Condition::all().equals(CLIENT_ID, due.evaluation.id.to_string())?;
        let all = Query::new().matching(same);
        let first = all.ascending("createdAt").ascending("objectId");
        let first = self.claims.rows.first(&first).await?;
        let first = first.map_or_else(|| made.id.clone(), |row| row.id);
        if first != made.id {
            self.claims.rows.delete(&made.id).await?;
        }
        Ok(Some(first))
    }
}

/// What a row of a turn has to be told; `None` where it waits for nothing, or nothing was heard here.
fn missing_words(row: &Object, turn: &Turn) -> Result<Option<Map<String, Value>>, Invalid> {
    let status = |status| serde_json::to_value(status).map_err(|error| Invalid::Json(error.to_string()));
    let waits = TranscriptStatus::Pending;
    let there = wire::read_turn(row).map(|found| found.turn.transcript_status);
    if there.is_ok_and(|there| there != waits) || turn.transcript_status != TranscriptStatus::Completed {
        return Ok(None);
    }
    let mut fields = Map::from_iter([("asrStatus".to_owned(), status(turn.transcript_status)?)]);
    let words = turn.transcript.as_deref();
    fields.extend(words.map(|words| ("transcript".to_owned(), Value::from(words))));
    Ok(Some(fields))
}
