//! All rows of a query, page by page, so that none is missed: not when many share a millisecond, not when the server
//! cuts a page short, and not when it is stopped and goes on later.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Class, Condition, Date, Error, Object, ObjectId, Query, Timestamp, Transport};

/// By which date rows are brought, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Dated {
    /// When they were created: each row once, for everything there is.
    CreatedAt,
    /// When they were changed last: for what is new since another time. A row that is changed while the pages are
    /// turned comes again.
    UpdatedAt,
}

impl Dated {
    const fn field(self) -> &'static str {
        match self {
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
        }
    }

    const fn of(self, object: &Object) -> Timestamp {
        match self {
            Self::CreatedAt => object.created_at,
            Self::UpdatedAt => object.updated_at,
        }
    }
}

/// How far pages were turned. Keep it to go on later; it is small unless a great many rows share one millisecond.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    dated: Dated,
    at: Option<Timestamp>,
    // The rows of that very millisecond that were brought.
    seen: BTreeSet<ObjectId>,
}

impl Cursor {
    /// Before the first row.
    pub const fn start(dated: Dated) -> Self {
        Self {
            dated,
            at: None,
            seen: BTreeSet::new(),
        }
    }

    /// Before the first row of this moment.
    pub const fn from(dated: Dated, moment: Timestamp) -> Self {
        Self {
            dated,
            at: Some(moment),
            seen: BTreeSet::new(),
        }
    }

    /// The date of the last row that was brought.
    pub const fn at(&self) -> Option<Timestamp> {
        self.at
    }

    /// The same cursor moved back: a row's date is taken before the row can be seen by others, so one that is older than
    /// the last may appear after it. The rows of the overlap come again; compare their `updatedAt`.
    #[must_use]
    pub fn overlapping(&self, by: Duration) -> Self {
        Self {
            dated: self.dated,
            at: self.at.map(|at| at.before(by)),
            seen: BTreeSet::new(),
        }
    }

    fn condition(&self) -> Result<Condition, Error> {
        let field = self.dated.field();
        let Some(at) = self.at else {
            return Ok(Condition::all());
        };
        if self.seen.is_empty() {
            return Ok(Condition::all().since(field, at));
        }
        // A row that was brought and then changed has a later date, and comes again.
        let later = Condition::all().above(field, Date(at))?;
        let beside = Condition::all().since(field, at).at_most(field, Date(at))?;
        let beside = beside.none_of("objectId", &self.seen)?;
        Ok(Condition::all().any_of([later, beside]))
    }

    /// Goes past rows that stand in the order of this cursor.
    fn pass(&mut self, objects: &[Object]) {
        for object in objects {
            let date = self.dated.of(object);
            if self.at != Some(date) {
                self.seen.clear();
                self.at = Some(date);
            }
            self.seen.insert(object.id.clone());
        }
    }
}

/// Pages of rows, oldest first. It holds one page in memory.
#[derive(Debug)]
pub struct Pages<T> {
    class: Class<T>,
    query: Query,
    cursor: Cursor,
    // The size of a page, and that of the next one, which is smaller where rows are large.
    full: u32,
    size: u32,
    finished: bool,
}

impl<T: Transport> Pages<T> {
    pub(crate) fn new(class: Class<T>, query: Query, cursor: Cursor) -> Self {
        let field = cursor.dated.field();
        Self {
            full: query.rows(),
            size: query.rows(),
            query: query.unordered().ascending(field).ascending("objectId"),
            class,
            cursor,
            finished: false,
        }
    }

    /// Behind the last page that was brought.
    pub const fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The next page; `None` behind the last one. After an error the same page can be asked for again.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn next(&mut self) -> Result<Option<Vec<Object>>, Error> {
        while !self.finished {
            let query = self
                .query
                .clone()
                .matching(self.cursor.condition()?)
                .limit(self.size)?;
            let found = self.class.find(&query).await?;
            if found.objects.is_empty() && !found.whole {
                // What is to come is too large to come at once.
                if self.size > 1 {
                    self.size = (self.size / 4).max(1);
                    continue;
                }
                let objects = self.giant(&query).await?;
                if objects.is_empty() {
                    continue;
                }
                return Ok(Some(objects));
            }
            self.finished = found.objects.len() as u64 >= found.count;
            self.cursor.pass(&found.objects);
            if !found.objects.is_empty() {
                return Ok(Some(found.objects));
            }
        }
        Ok(None)
    }

    /// A single row that is larger than the answer of a query may be: it comes by its id.
    async fn giant(&mut self, query: &Query) -> Result<Vec<Object>, Error> {
        let ids = self.class.find(&query.clone().keys(["objectId"])).await?.objects;
        let mut objects = Vec::with_capacity(1);
        for row in &ids {
            objects.extend(self.class.get(&row.id).await?);
        }
        self.cursor.pass(&ids);
        self.finished = ids.is_empty();
        self.size = self.full;
        Ok(objects)
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
