//! What the evaluation poller reads and writes: which evaluations are due, who works on each, what a judge answered so
//! far, and what it came to.
//!
//! An evaluation belongs to whoever holds its lease. Every write names the lease and changes nothing once a higher one was
//! claimed, the evaluation gave way to another, or its session was deleted or runs again: [`StoreError::LeaseLost`].
//! A lease that has passed and that nobody took over still stands.
//!
//! The outbox tells the remote of sessions that were recorded here, also that they have an evaluation. Of a mirror nothing
//! goes through it: its row is the remote's, and whoever holds the lease writes there what came of it.

use rehearse_domain::{Assessment, EvaluationId, Sample, SessionId, Timestamp};
use rusqlite::Connection;

use crate::recording::save_session;
use crate::table::evaluation_due::{self, DueEvaluation};
use crate::table::evaluation_lease::{self, Held, Lease};
use crate::table::{evaluation, evaluation_sample, evaluation_told, session, session_life, turn};
use crate::{Evaluation, Store, StoreError};

impl Store {
    /// Evaluations that may be worked on at `now`, at most `limit`: current ones of sessions that have ended and are not
    /// being deleted, that wait for no later moment or whose lease has passed. Those that were put off until the earliest
    /// moment come first, of these the one that was asked for first.
    ///
    /// # Errors
    /// What the database says.
    pub fn evaluations_due(&self, now: Timestamp, limit: u32) -> Result<Vec<DueEvaluation>, StoreError> {
        self.read(|connection| evaluation_due::due(connection, now, limit))
    }

    /// When the next evaluation may be worked on, which may have been long ago; `None` when none waits and nobody works
    /// on any.
    ///
    /// # Errors
    /// What the database says.
    pub fn next_evaluation_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(evaluation_due::next)
    }

    /// Asks for the evaluation of each session that ended after the trainee said anything and was never asked about:
    /// mirrors above all, of sessions of the earlier web app. They count as asked for when they ended, so that a request
    /// which the remote shows later takes this one's place, and the ids are the same on each machine. Gives back how many.
    ///
    /// Of a session that was recorded here the remote is told. Of a mirror it is not: its evaluation has no name over
    /// there until whoever works on it makes the row.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn request_missing_evaluations(&self, now: Timestamp) -> Result<u32, StoreError> {
        self.writing()?;
        if self.read(evaluation_due::unjudged)?.is_empty() {
            return Ok(0);
        }
        self.write(|connection| {
            let all = evaluation_due::unjudged(connection)?;
            for one in &all {
                evaluation::request(connection, one.number, one.id, one.ended_at, now)?;
                session_life::touch(connection, one.number)?;
                if !one.is_mirror {
                    save_session(connection, one.id, now)?;
                }
            }
            Ok(u32::try_from(all.len()).unwrap_or(u32::MAX))
        })
    }

    /// Takes the lease of an evaluation until `until`, if it may be worked on at `now`; `None` when it may not. Of several
    /// who try, one gets it. The try is counted when it has come to an end.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn claim_evaluation(
        &self,
        id: EvaluationId,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        self.write(|connection| {
            let Some((session, lease)) = evaluation_lease::claim(connection, id, holder, until, now)? else {
                return Ok(None);
            };
            session_life::touch(connection, session)?;
            Ok(Some(lease))
        })
    }

    /// Notes a lease that was won on the remote, also where somebody holds a lower one here or it was given up. Its number
    /// has to be higher than the one here, so that the remote's count has to be brought above this one first.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the number is not higher, or there is nothing to work on: the evaluation has a
    /// result or gave way to another one, its session runs or is gone. [`StoreError::ReaderAccess`], or what the database
    /// says.
    pub fn take_evaluation(
        &self,
        id: EvaluationId,
        epoch: u32,
        holder: &str,
        until: Timestamp,
    ) -> Result<Lease, StoreError> {
        let lease = Lease {
            evaluation: id,
            epoch,
        };
        self.write(|connection| {
            let session =
                evaluation_lease::take(connection, lease, holder, until)?.ok_or(StoreError::LeaseLost)?;
            session_life::touch(connection, session)?;
            Ok(lease)
        })
    }

    /// What the remote calls an evaluation; `None` when it does not know it.
    ///
    /// # Errors
    /// What the database says.
    pub fn remote_name_of_evaluation(&self, id: EvaluationId) -> Result<Option<String>, StoreError> {
        self.read(|connection| evaluation::object_id(connection, id))
    }

    /// Notes that the remote knows how the work under a lease ended.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn evaluation_told(&self, lease: Lease) -> Result<(), StoreError> {
        self.write(|connection| evaluation_told::told(connection, lease.evaluation, lease.epoch, lease.epoch))
    }

    /// Has a lease last until `until`.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn renew_evaluation(&self, lease: Lease, until: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| {
            let held = evaluation_lease::held(connection, lease)?;
            evaluation_lease::renew(connection, &held, until)
        })
    }

    /// Gives a lease back without a result, because the program closes or cannot reach anybody: the evaluation waits until
    /// `due`, and the try does not count. What a judge answered so far stays.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn release_evaluation(&self, lease: Lease, due: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| {
            let held = evaluation_lease::held(connection, lease)?;
            evaluation_lease::release(connection, &held, due)?;
            session_life::touch(connection, held.session_number)
        })
    }

    /// Keeps what a judge answered, in place of what it answered before to the same look at the same skill.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::ReaderAccess`], [`StoreError::DiskFull`], or what the database says.
    pub fn keep_sample(&self, lease: Lease, sample: &Sample) -> Result<(), StoreError> {
        self.write(|connection| {
            let held = evaluation_lease::held(connection, lease)?;
            evaluation_sample::keep(connection, held.number, sample)
        })
    }

    /// What a judge answered so far, under any lease, by skill and look. Nothing once there is a result, or words of the
    /// session were changed since.
    ///
    /// # Errors
    /// What the database says.
    pub fn samples(&self, id: EvaluationId) -> Result<Vec<Sample>, StoreError> {
        self.read(|connection| evaluation_sample::of_evaluation(connection, id))
    }

    /// Puts down what an evaluation came to, once and for all, and counts the try. The answers that it was made of go.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::ReaderAccess`], [`StoreError::DiskFull`], or what the database says.
    pub fn finish_evaluation(
        &self,
        lease: Lease,
        assessment: &Assessment,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let held = evaluation_lease::held(connection, lease)?;
            evaluation_lease::finish(connection, &held, assessment, now)?;
            evaluation_sample::drop_used(connection, held.session_number)?;
            tell(connection, &held, now)
        })
    }

    /// Puts down that a try failed, in a word of the program's, and counts it. The evaluation waits until `next_attempt`;
    /// without one it is given up, until somebody asks again. What a judge answered so far stays for that. The remote is
    /// told through the outbox only that it was given up.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn fail_evaluation(
        &self,
        lease: Lease,
        error_code: &str,
        next_attempt: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let held = evaluation_lease::held(connection, lease)?;
            evaluation_lease::fail(connection, &held, error_code, next_attempt)?;
            match next_attempt {
                Some(_) => session_life::touch(connection, held.session_number),
                None => tell(connection, &held, now),
            }
        })
    }

    /// Asks for another evaluation of a session. The current one gives way to one with this id, and both are kept; whoever
    /// works on the current one has lost the lease. One that was given up waits again instead: it came to nothing that
    /// could be compared, and how often it was tried and what a judge answered still hold.
    ///
    /// # Errors
    /// [`StoreError::NoSession`], [`StoreError::StillOpen`], [`StoreError::NothingSaid`], [`StoreError::ReaderAccess`],
    /// or what the database says, such as that the id is taken.
    pub fn evaluate_again(
        &self,
        session: SessionId,
        now: Timestamp,
        id: EvaluationId,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let standing = session::standing(connection, session)?;
            if standing.end_reason.is_none() {
                return Err(StoreError::StillOpen(session));
            }
            if !turn::any_of_trainee(connection, standing.number)? {
                return Err(StoreError::NothingSaid(session));
            }
            evaluation::ask_again(connection, standing.number, id, now)?;
            session_life::touch(connection, standing.number)?;
            match session::is_mirror(connection, session)? {
                Some(true) => Ok(()),
                _ => save_session(connection, session, now),
            }
        })
    }

    /// Notes that somebody asks by hand for the evaluation of a session that has none yet: it comes before all that come
    /// by themselves, at once, and one that was given up waits again. One that is being worked on or has a result stays
    /// as it is.
    ///
    /// # Errors
    /// [`StoreError::NoSession`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn ask_for_evaluation(&self, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| {
            let number = session::standing(connection, session)?.number;
            evaluation_due::ask(connection, number, now)?;
            session_life::touch(connection, number)
        })
    }

    /// What a budget counts: how many results by a model have come here since then, and how many `holder` is working on
    /// at `now`. Neither what others work on counts nor what somebody left whose lease has passed.
    ///
    /// # Errors
    /// What the database says.
    pub fn evaluations_spent_since(
        &self,
        holder: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        self.read(|connection| evaluation_due::spent_since(connection, holder, since, now))
    }

    /// Gives back every lease of one who is gone, so that nobody waits for it to pass: the tries do not count. For the
    /// owner of the data folder, whose lock says that no other program here works on anything.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn release_leases_of(&self, holder: &str, now: Timestamp) -> Result<u32, StoreError> {
        self.write(|connection| evaluation_lease::release_all_of(connection, holder, now))
    }

    /// The current evaluation of a session, with its result if it is one of ours; `None` when there is none, or the
    /// session is not there or deleted.
    ///
    /// # Errors
    /// [`StoreError::Value`] when a result says something that this program does not understand, or what the database
    /// says.
    pub fn assessment_of(
        &self,
        session: SessionId,
    ) -> Result<Option<(Evaluation, Option<Assessment>)>, StoreError> {
        let all = self.assessments(session)?;
        Ok(all.into_iter().find(|(one, _)| one.superseded_at.is_none()))
    }

    /// All evaluations of a session, each with its result if it is one of ours, in the order in which they were asked for.
    ///
    /// # Errors
    /// [`StoreError::Value`] when a result says something that this program does not understand, or what the database
    /// says.
    pub fn assessments(
        &self,
        session: SessionId,
    ) -> Result<Vec<(Evaluation, Option<Assessment>)>, StoreError> {
        self.read(|connection| evaluation::assessed(connection, session))
    }
}

/// Something is known about the session that the remote has to learn, unless it is a mirror.
fn tell(connection: &Connection, held: &Held, now: Timestamp) -> Result<(), StoreError> {
    session_life::touch(connection, held.session_number)?;
    match held.is_mirror {
        true => Ok(()),
        false => save_session(connection, held.session, now),
    }
}
