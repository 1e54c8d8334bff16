//! The rows of one class.

use serde_json::{Value, json};

use crate::answer::refusal;
use crate::call::{Call, of_class, of_row};
use crate::object::{id_of, moment};
use crate::{
    ClassName, Client, Condition, Created, Cursor, Dialect, Error, Found, New, Object, ObjectId, Operation,
    Pages, Query, Scan, Timestamp, Transport, Update,
};

/// A query whose parameters are longer than this travels in a body.
const LONGEST_QUERY: usize = 2000;
/// So many rows are deleted by one request.
const DELETED_AT_ONCE: usize = 100;

/// The rows of one class, in the eyes of the signed-in user or of the owner.
#[derive(Debug)]
pub struct Class<T> {
    client: Client<T>,
    name: ClassName,
}

impl<T> Clone for Class<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            name: self.name.clone(),
        }
    }
}

impl<T: Transport> Class<T> {
    pub(crate) const fn new(client: Client<T>, name: ClassName) -> Self {
        Self { client, name }
    }

    /// Its name.
    pub const fn name(&self) -> &ClassName {
        &self.name
    }

    /// Which dialect its server speaks.
    pub fn dialect(&self) -> Dialect {
        self.client.dialect()
    }

    pub(crate) const fn client(&self) -> &Client<T> {
        &self.client
    }

    /// Creates a row. Made again after a lost answer this creates a second one: look for the first by an id of your own,
    /// or have the server keep that column unique, which makes the second one [`crate::Next::AlreadyDone`].
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn create(&self, new: &New) -> Result<Created, Error> {
        let call = Call::post(of_class(&self.name), new.body()?).named(new.named());
        Created::read(&self.client.call_json(&call).await?)
    }

    /// A row; `None` when it is not there or hidden from this user.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn get(&self, id: &ObjectId) -> Result<Option<Object>, Error> {
        self.get_including(id, &[]).await
    }

    /// A row with the rows that these pointers lead to in their place.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn get_including(&self, id: &ObjectId, include: &[&str]) -> Result<Option<Object>, Error> {
        let mut call = Call::get(of_row(&self.name, id));
        if !include.is_empty() {
            call = call.parameter("include", include.join(","));
        }
        match self.client.call_json(&call).await {
            // LeanCloud says so with an empty object.
            Ok(row) if id_of(&row)?.is_none() => Ok(None),
            Ok(row) => Object::read(row).map(Some),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Changes a row and returns when, by the server's clock.
    ///
    /// # Errors
    ///
    /// Those of any call; [`crate::Reason::Missing`] when the row is not there or not this user's to change.
    pub async fn update(&self, id: &ObjectId, update: &Update) -> Result<Timestamp, Error> {
        let call = Call::put(of_row(&self.name, id), update.body(self.client.dialect())?);
        updated(&self.client.call_json(&call).await?)
    }

    /// Changes a row if a condition holds for it.
    ///
    /// On LeanCloud this is one step of the server. Parse Server has none: the row is looked at first and changed then,
    /// and somebody who changes it in between is not noticed.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when the condition does not hold, or the row is not there; those of any call.
    pub async fn update_if(
        &self,
        id: &ObjectId,
        update: &Update,
        condition: &Condition,
    ) -> Result<Timestamp, Error> {
        if self.client.dialect() == Dialect::Parse {
            self.expect(id, condition).await?;
            return self.update(id, update).await;
        }
        let call = Call::put(of_row(&self.name, id), update.body(Dialect::LeanCloud)?);
        let call = call.parameter("where", condition.to_json());
        updated(&self.client.call_json(&call).await.map_err(conflict)?)
    }

    /// Adds 1 to a number of a row, which may lie inside an object (`lease.r7`; Parse Server takes a bare number for a
    /// place in an array), and says what it came to and when, by the server's clock. One that is not there counts as 0.
    /// It is one step of the server in both dialects: of several who count at once no two get the same number.
    ///
    /// # Errors
    ///
    /// Those of any call; [`crate::Reason::Missing`] when the row is not there or not this user's to change;
    /// [`Error::Malformed`] when the answer does not hold the number.
    pub async fn count_up(&self, id: &ObjectId, field: &str) -> Result<(u64, Timestamp), Error> {
        let update = Update::new().increment(field, 1)?;
        let call = Call::put(of_row(&self.name, id), update.body(self.client.dialect())?);
        let call = match self.client.dialect() {
            // Parse Server always answers with what an operation came to.
            Dialect::Parse => call,
            Dialect::LeanCloud => call.parameter("fetchWhenSave", true),
        };
        let answer = self.client.call_json(&call).await?;
        let mut place = Some(&answer);
        for name in field.split('.') {
            place = place.and_then(|value| value.get(name));
        }
        // Some servers answer with the dotted name itself.
        let number = place.or_else(|| answer.get(field));
        let number = number.and_then(Value::as_f64).filter(|number| *number >= 0.0);
        let number = number.ok_or(Error::malformed("an update does not tell what a number came to"))?;
        Ok((number as u64, updated(&answer)?))
    }

    /// Deletes a row. One that is not there is deleted already.
    ///
    /// # Errors
    ///
    /// Those of any call. A row that is hidden from this user looks as if it were not there, and stays.
    pub async fn delete(&self, id: &ObjectId) -> Result<(), Error> {
        gone(
            self.client
                .call(&Call::delete(of_row(&self.name, id)))
                .await
                .map(drop),
        )
    }

    /// Deletes a row if a condition holds for it; see [`Class::update_if`].
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when the condition does not hold, or the row is not there; those of any call.
    pub async fn delete_if(&self, id: &ObjectId, condition: &Condition) -> Result<(), Error> {
        if self.client.dialect() == Dialect::Parse {
            self.expect(id, condition).await?;
            return self.delete(id).await;
        }
        let call = Call::delete(of_row(&self.name, id)).parameter("where", condition.to_json());
        self.client.call(&call).await.map(drop).map_err(conflict)
    }

    /// Deletes many rows: LeanCloud by a hundred a request (which counts as one), Parse Server in batches.
    ///
    /// # Errors
    ///
    /// Those of any call. Some of the rows may be deleted then.
    pub async fn delete_many(&self, ids: &[ObjectId]) -> Result<(), Error> {
        match self.client.dialect() {
            Dialect::LeanCloud => {
                for some in ids.chunks(DELETED_AT_ONCE) {
                    let path = some.iter().map(ObjectId::as_str).collect::<Vec<_>>().join(",");
                    let call = Call::delete(["classes", self.name.as_str(), &path]);
                    gone(self.client.call(&call).await.map(drop))?;
                }
                Ok(())
            }
            Dialect::Parse => {
                let delete = |id: &ObjectId| Operation::Delete {
                    class: self.name.clone(),
                    id: id.clone(),
                };
                let done = self.client.batch(ids.iter().map(delete).collect()).await;
                done.into_iter().try_for_each(|result| result.map(drop))
            }
        }
    }

    /// Finds rows. A class that is not there has none.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn find(&self, query: &Query) -> Result<Found, Error> {
        let call = Call::get(of_class(&self.name)).parameters(query.parameters(self.client.dialect()));
        let answer = match call.query_text().is_some_and(|text| text.len() > LONGEST_QUERY) {
            true => self.ask_in_body(&call).await,
            false => self.client.call_json(&call).await,
        };
        match answer {
            Ok(answer) => query.read(answer),
            Err(error) if error.is_missing() => Ok(Found::nothing()),
            Err(error) => Err(error),
        }
    }

    /// The first row that a query finds.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn first(&self, query: &Query) -> Result<Option<Object>, Error> {
        let found = self.find(&query.clone().limit(1)?).await?;
        Ok(found.objects.into_iter().next())
    }

    /// How many rows there are of which this holds.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn count(&self, condition: &Condition) -> Result<u64, Error> {
        let call = Call::get(of_class(&self.name))
            .parameter("where", condition.for_server(self.client.dialect()))
            .parameter("limit", 0)
            .parameter("count", 1);
        let answer = match call.query_text().is_some_and(|text| text.len() > LONGEST_QUERY) {
            true => self.ask_in_body(&call).await,
            false => self.client.call_json(&call).await,
        };
        match answer {
            Ok(answer) => answer
                .get("count")
                .and_then(Value::as_u64)
                .ok_or(Error::malformed("a count has no number")),
            Err(error) if error.is_missing() => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// All rows that a query matches, page by page, from where a cursor stands. Its limit is the size of a page; its
    /// order and its skip do not count.
    pub fn pages(&self, query: Query, from: Cursor) -> Pages<T> {
        Pages::new(self.clone(), query, from)
    }

    /// All rows, page by page, as the owner of a LeanCloud app.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] on Parse Server, [`Error::NeedsMasterKey`] without that key.
    pub fn scan(&self, condition: Condition) -> Result<Scan<T>, Error> {
        Scan::new(self.clone(), condition)
    }

    /// A query that is too long for an address, inside a batch of one.
    async fn ask_in_body(&self, call: &Call) -> Result<Value, Error> {
        let path = self.client.server().inner_path(&of_class(&self.name));
        let mut request = json!({"method": "GET", "path": path});
        let place = match self.client.dialect() {
            Dialect::LeanCloud => "params",
            Dialect::Parse => "body",
        };
        if let Some(request) = request.as_object_mut() {
            request.insert(place.to_owned(), Value::Object(call.query.clone()));
        }
        let call = Call::post(["batch"], json!({"requests": [request]}));
        let answer = self.client.call(&call).await?;
        let mut items = answer.json()?;
        let item = items
            .get_mut(0)
            .ok_or(Error::malformed("a batch of one has no answer"))?;
        if let Some(error) = item.get("error") {
            return Err(refusal(answer.status, error).into());
        }
        Ok(item.get_mut("success").map(Value::take).unwrap_or_default())
    }

    async fn expect(&self, id: &ObjectId, condition: &Condition) -> Result<(), Error> {
        let query = Query::new()
            .matching(condition.clone())
            .matching(Condition::all().id(id));
        match self.first(&query.keys(["objectId"])).await? {
            Some(_) => Ok(()),
            None => Err(Error::Conflict),
        }
    }
}

fn updated(answer: &Value) -> Result<Timestamp, Error> {
    moment(answer, "updatedAt").ok_or(Error::malformed("an update has no date"))
}

fn gone(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(error) if error.is_missing() => Ok(()),
        result => result,
    }
}

fn conflict(error: Error) -> Error {
    match error.server() {
        Some(refusal) if refusal.code == Some(305) => Error::Conflict,
        _ => error,
    }
}

#[cfg(test)]
#[path = "class_tests.rs"]
mod tests;
