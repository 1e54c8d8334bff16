//! The first look of a round: all that is asked while nothing is new, in one request.

use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{
    ClassName, Condition, Done, Error, Found, Invalid, MOST_ROWS, Operation, Query, Transport,
};

use super::{Progress, Puller};
use crate::Reach;
use crate::failed::Failed;
use crate::wire::{CLIENT_ID, Class, OWNER_ID, STUB_USER_ID};

/// How much is read again. A row gets its date when the server begins to write it, servers' clocks differ, and a read
/// may come from a copy that lags behind; none of it by as much.
pub(super) const OVERLAP: Duration = Duration::from_secs(120);
/// A scenario and its rubrics are some 20 kB, and a session carries those that it ran with; an answer holds 6 MB.
const LARGE_AT_ONCE: u32 = 100;

/// What is read, sessions first: a session that has ended is read before its turns are, a scenario after its skills.
pub(super) const CLASSES: [Class; 5] = [
    Class::Session,
    Class::Turn,
    Class::Evaluation,
    Class::Skill,
    Class::Scenario,
];

/// What the first look found.
pub(super) struct First {
    /// Of each class, in the order of [`CLASSES`].
    pub(super) rows: Vec<(Class, Found)>,
    /// How many sessions there are, where it was asked and is told.
    pub(super) sessions: Option<u64>,
    /// The sessions there are, where they were asked for and all came.
    pub(super) listing: Option<Found>,
}

impl<T: Transport> Puller<T> {
    /// Asks for what is new, and for all sessions by their ids, or only for how many there are.
    pub(super) async fn first_look(&self, progress: &Progress, lists: bool) -> Result<First, Failed> {
        let mut operations = Vec::new();
        for class in CLASSES {
            operations.push(Operation::Find {
                class: ClassName::new(class.name())?,
                query: since(class, progress.of(class))?,
            });
        }
        let query = match lists {
            true => ids()?.ascending("createdAt").ascending("objectId"),
            false => self.ours()?,
        };
        operations.push(Operation::Find {
            class: ClassName::new(Class::Session.name())?,
            query,
        });
        let mut results = self.client.batch(operations).await.into_iter();
        let mut rows = Vec::new();
        for class in CLASSES {
            rows.push((class, found(results.next())?));
        }
        // That a column is not there yet is an error, and no news.
        let last = found(results.next()).ok();
        let (sessions, listing) = match lists {
            true => (None, last.filter(is_all)),
            false => (last.map(|found| found.count), None),
        };
        Ok(First {
            rows,
            sessions,
            listing,
        })
    }

    /// One of the user's sessions, to learn how many there are.
    fn ours(&self) -> Result<Query, Invalid> {
        let any = Query::new().keys([CLIENT_ID]).limit(1)?;
        if self.terms.reach == Reach::Everybody {
            return Ok(any);
        }
        let mut ways = vec![Condition::all().equals(OWNER_ID, &self.terms.owner)?];
        if let Some(stub) = &self.terms.stub_user {
            let earlier = Condition::all().has(OWNER_ID, false);
            ways.push(earlier.equals(STUB_USER_ID, stub)?);
        }
        Ok(any.matching(Condition::all().any_of(ways)))
    }
}

/// All sessions, with what tells whose they are.
pub(super) fn ids() -> Result<Query, Invalid> {
    Query::new()
        .keys(["createdAt", "updatedAt", CLIENT_ID, OWNER_ID, STUB_USER_ID])
        .limit(MOST_ROWS)
}

/// The rows of a class, as many as come at once.
pub(super) fn whole_rows(class: Class) -> Result<Query, Invalid> {
    Query::new().limit(match class {
        Class::Session | Class::Scenario | Class::Skill => LARGE_AT_ONCE,
        Class::Turn | Class::Evaluation => MOST_ROWS,
    })
}

/// The rows of a class that changed since a moment, or a little before.
fn since(class: Class, moment: Option<Timestamp>) -> Result<Query, Invalid> {
    let query = whole_rows(class)?.ascending("updatedAt").ascending("objectId");
    Ok(match moment {
        Some(moment) => {
            let moment = rehearse_leancloud::Timestamp::from_millis(moment.as_millis()).before(OVERLAP);
            query.matching(Condition::all().since("updatedAt", moment))
        }
        None => query,
    })
}

fn found(result: Option<Result<Done, Error>>) -> Result<Found, Error> {
    match result {
        Some(Ok(Done::Found(found))) => Ok(found),
        Some(Err(error)) => Err(error),
        // The client answers each operation in kind.
        Some(Ok(_)) | None => Err(Error::HeldBack),
    }
}

pub(super) fn is_all(found: &Found) -> bool {
    found.whole && found.objects.len() as u64 >= found.count
}
