//! All rows of a class as the owner of a LeanCloud app sees them, whatever their rights, and which classes there are.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::call::Call;
use crate::query::MOST_ROWS;
use crate::{Authority, Class, Client, Condition, Dialect, Error, Object, Transport};

/// All rows of a class, page by page, in the order of their ids. The server forgets where it was after 10 minutes; then
/// begin again. Rows of `_File` come without their address.
#[derive(Debug)]
pub struct Scan<T> {
    class: Class<T>,
    condition: Condition,
    cursor: Option<String>,
    acl: bool,
    finished: bool,
}

impl<T: Transport> Scan<T> {
    pub(crate) fn new(class: Class<T>, condition: Condition) -> Result<Self, Error> {
        let client = class.client();
        if client.dialect() == Dialect::Parse {
            return Err(Error::Unsupported { what: "scan" });
        }
        if !client.credentials().has_master_key() {
            return Err(Error::NeedsMasterKey { what: "scan" });
        }
        Ok(Self {
            class,
            condition,
            cursor: None,
            acl: false,
            finished: false,
        })
    }

    /// Brings who may see and change each row, where the console allows it.
    #[must_use]
    pub fn with_acl(mut self) -> Self {
        self.acl = true;
        self
    }

    /// Goes on behind a page of an earlier scan, see [`Scan::cursor`].
    #[must_use]
    pub fn going_on(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// What leads behind the last page that was brought, for 10 minutes; `None` at the beginning and at the end.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// The next page; `None` behind the last one.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn next(&mut self) -> Result<Option<Vec<Object>>, Error> {
        while !self.finished {
            let mut call = Call::get(["scan", "classes", self.class.name().as_str()])
                .parameter("limit", MOST_ROWS)
                .parameter("where", self.condition.to_json())
                .with_authority(Authority::Master);
            if self.acl {
                call = call.parameter("returnACL", true);
            }
            if let Some(cursor) = &self.cursor {
                call = call.parameter("cursor", cursor.as_str());
            }
            let mut answer = match self.class.client().call_json(&call).await {
                Ok(answer) => answer,
                Err(error) if error.is_missing() => {
                    self.finished = true;
                    break;
                }
                Err(error) => return Err(error),
            };
            let Some(Value::Array(rows)) = answer.get_mut("results").map(Value::take) else {
                return Err(Error::malformed("a scan has no results"));
            };
            let objects = rows
                .into_iter()
                .map(Object::read)
                .collect::<Result<Vec<_>, _>>()?;
            self.cursor = answer.get("cursor").and_then(Value::as_str).map(str::to_owned);
            self.finished = self.cursor.is_none();
            // The last page may be empty, and one before it too.
            if !objects.is_empty() {
                return Ok(Some(objects));
            }
        }
        Ok(None)
    }
}

/// The columns of a class with their types, as the server calls them.
pub type Columns = BTreeMap<String, String>;

impl<T: Transport> Client<T> {
    /// Which classes there are, with their columns.
    ///
    /// # Errors
    ///
    /// [`Error::NeedsMasterKey`] without that key; those of any call.
    pub async fn schemas(&self) -> Result<BTreeMap<String, Columns>, Error> {
        if !self.credentials().has_master_key() {
            return Err(Error::NeedsMasterKey {
                what: "the list of classes",
            });
        }
        let call = Call::get(["schemas"]).with_authority(Authority::Master);
        let answer = self.call_json(&call).await?;
        let mut classes = BTreeMap::new();
        if let Some(list) = answer.get("results").and_then(Value::as_array) {
            // Parse Server: a list of objects with a name and fields.
            for class in list {
                if let Some(name) = class.get("className").and_then(Value::as_str) {
                    classes.insert(name.to_owned(), columns(class.get("fields")));
                }
            }
        } else if let Value::Object(list) = &answer {
            for (name, fields) in list {
                classes.insert(name.clone(), columns(Some(fields)));
            }
        }
        Ok(classes)
    }
}

fn columns(fields: Option<&Value>) -> Columns {
    let Some(fields) = fields.and_then(Value::as_object) else {
        return Columns::new();
    };
    let column = |(name, field): (&String, &Value)| {
        let kind = field.get("type").and_then(Value::as_str)?;
        Some((name.clone(), kind.to_owned()))
    };
    fields.iter().filter_map(column).collect()
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
