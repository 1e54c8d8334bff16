//! Several operations in one request. A batch is no transaction: each operation succeeds or fails by itself.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use crate::answer::refusal;
use crate::call::{Call, of_class, of_row};
use crate::object::moment;
use crate::{
    ClassName, Client, Created, Dialect, Error, Found, Invalid, New, ObjectId, Query, Timestamp, Transport,
    Update,
};

/// A batch of this many bytes is sent before more are added; a request holds 20 MB.
const BYTES_AT_ONCE: usize = 12 * 1024 * 1024;

/// One operation of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Creates a row.
    Create {
        /// In this class.
        class: ClassName,
        /// With these fields.
        new: New,
    },
    /// Changes a row.
    Update {
        /// Of this class.
        class: ClassName,
        /// This one.
        id: ObjectId,
        /// In this way.
        update: Update,
    },
    /// Deletes a row.
    Delete {
        /// Of this class.
        class: ClassName,
        /// This one.
        id: ObjectId,
    },
    /// Finds rows.
    Find {
        /// Of this class.
        class: ClassName,
        /// These.
        query: Query,
    },
}

/// What one operation of a batch did.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// A row was created.
    Created(Created),
    /// A row was changed, at this moment of the server's clock.
    Updated(Timestamp),
    /// The row is gone, or was gone before.
    Deleted,
    /// Rows were found.
    Found(Found),
}

impl Done {
    /// The row that was created, if that was the operation.
    pub const fn created(&self) -> Option<&Created> {
        match self {
            Self::Created(created) => Some(created),
            _ => None,
        }
    }
}

impl Operation {
    fn request(&self, client: &Client<impl Transport>) -> Result<Value, Error> {
        let (server, dialect) = (client.server(), client.dialect());
        Ok(match self {
            Self::Create { class, new } => {
                json!({"method": "POST", "path": server.inner_path(&of_class(class)), "body": new.body()?})
            }
            Self::Update { class, id, update } => {
                let body = update.body(dialect)?;
                json!({"method": "PUT", "path": server.inner_path(&of_row(class, id)), "body": body})
            }
            Self::Delete { class, id } => {
                json!({"method": "DELETE", "path": server.inner_path(&of_row(class, id)), "body": {}})
            }
            Self::Find { class, query } => {
                let path = server.inner_path(&of_class(class));
                match dialect {
                    Dialect::LeanCloud => {
                        json!({"method": "GET", "path": path, "params": query.parameters(dialect)})
                    }
                    Dialect::Parse => {
                        json!({"method": "GET", "path": path, "body": query.parameters(dialect)})
                    }
                }
            }
        })
    }

    fn read(&self, status: StatusCode, item: &mut Value) -> Result<Done, Error> {
        if let Some(error) = item.get("error") {
            let error = Error::Server(refusal(status, error));
            return match self {
                Self::Delete { .. } if error.is_missing() => Ok(Done::Deleted),
                Self::Find { .. } if error.is_missing() => Ok(Done::Found(Found::nothing())),
                _ => Err(error),
            };
        }
        let success = item
            .get_mut("success")
            .ok_or(Error::malformed("an operation has no result"))?;
        Ok(match self {
            Self::Create { .. } => Done::Created(Created::read(success)?),
            Self::Update { .. } => {
                Done::Updated(moment(success, "updatedAt").ok_or(Error::malformed("an update has no date"))?)
            }
            Self::Delete { .. } => Done::Deleted,
            Self::Find { query, .. } => Done::Found(query.read(success.take())?),
        })
    }

    /// The row that is changed, and whether anything is.
    fn row(&self) -> (Option<(&ClassName, &ObjectId)>, bool) {
        match self {
            Self::Create { .. } => (None, true),
            Self::Update { class, id, .. } | Self::Delete { class, id } => (Some((class, id)), true),
            Self::Find { .. } => (None, false),
        }
    }
}

impl<T: Transport> Client<T> {
    /// So many operations make one request: 100 on LeanCloud, 50 on Parse Server.
    pub fn batch_size(&self) -> usize {
        match self.dialect() {
            Dialect::LeanCloud => 100,
            Dialect::Parse => 50,
        }
    }

    /// Does operations in few requests and says for each what came of it, in their order.
    ///
    /// LeanCloud does them one after the other. Parse Server does them at the same time, so that no operation may need
    /// one before it; those that touch the same row, and looking after changing, are put into requests of their own.
    /// Every operation counts as a request of its own against a quota.
    ///
    /// When a request fails as a whole, its operations have that error, and those that were to follow are
    /// [`Error::HeldBack`]. An operation that could not be put into a request fails alone.
    pub async fn batch(&self, operations: Vec<Operation>) -> Vec<Result<Done, Error>> {
        let requests: Vec<Result<Value, Error>> = operations
            .iter()
            .map(|operation| operation.request(self))
            .collect();
        let mut results: Vec<Result<Done, Error>> = requests
            .iter()
            .map(|request| match request {
                Ok(_) => Err(Error::HeldBack),
                Err(error) => Err(error.clone()),
            })
            .collect();
        let mut waiting: Vec<(&Operation, Value, &mut Result<Done, Error>)> = operations
            .iter()
            .zip(requests)
            .zip(results.iter_mut())
            .filter_map(|((operation, request), result)| Some((operation, request.ok()?, result)))
            .collect();
        while !waiting.is_empty() {
            let count = self.fitting(&waiting).max(1);
            let rest = waiting.split_off(count.min(waiting.len()));
            let some = std::mem::replace(&mut waiting, rest);
            if self.send_batch(some).await.is_err() {
                break;
            }
        }
        drop(waiting);
        results
    }

    /// How many of these go into one request.
    fn fitting(&self, waiting: &[(&Operation, Value, &mut Result<Done, Error>)]) -> usize {
        let parallel = self.dialect() == Dialect::Parse;
        let (mut rows, mut bytes, mut kind) = (BTreeSet::new(), 0, None);
        for (index, (operation, request, _)) in waiting.iter().enumerate().take(self.batch_size()) {
            bytes += request.to_string().len() + 1;
            let (row, changes) = operation.row();
            let twice = row.is_some_and(|row| !rows.insert(row));
            let mixed = *kind.get_or_insert(changes) != changes;
            if bytes > BYTES_AT_ONCE || (parallel && (twice || mixed)) {
                return index;
            }
        }
        self.batch_size()
    }

    async fn send_batch(
        &self,
        some: Vec<(&Operation, Value, &mut Result<Done, Error>)>,
    ) -> Result<(), Error> {
        let (mut requests, mut places) = (Vec::new(), Vec::new());
        for (operation, request, result) in some {
            requests.push(request);
            places.push((operation, result));
        }
        let call = Call::post(["batch"], json!({"requests": requests}));
        match self.batch_items(&call, places.len()).await {
            Ok((status, mut items)) => {
                for ((operation, result), item) in places.into_iter().zip(&mut items) {
                    *result = operation.read(status, item);
                }
                Ok(())
            }
            Err(error) => {
                for (_, result) in places {
                    *result = Err(error.clone());
                }
                Err(error)
            }
        }
    }

    async fn batch_items(&self, call: &Call, count: usize) -> Result<(StatusCode, Vec<Value>), Error> {
        let answer = self.call(call).await?;
        match answer.json()? {
            Value::Array(items) if items.len() == count => Ok((answer.status, items)),
            _ => Err(Error::malformed(
                "a batch has another number of results than of operations",
            )),
        }
    }
}

impl TryFrom<(&str, New)> for Operation {
    type Error = Invalid;

    /// Creates a row in the class of this name.
    fn try_from((class, new): (&str, New)) -> Result<Self, Invalid> {
        let class = ClassName::new(class)?;
        Ok(Self::Create { class, new })
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
