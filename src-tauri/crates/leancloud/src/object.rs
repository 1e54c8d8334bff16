//! Rows: as they are created, and as they come back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::names::check_fields;
use crate::{Acl, Error, Invalid, ObjectId, Timestamp};

/// A row to be created.
#[derive(Clone, Debug, PartialEq)]
pub struct New {
    fields: Map<String, Value>,
    acl: Option<Acl>,
    request_id: Option<String>,
}

impl New {
    /// A row with these fields. Fields that are null are left out, because a null that comes first locks a column to
    /// objects for ever.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when it is no object, or a name or a key is none that the servers take.
    pub fn of(fields: impl Serialize) -> Result<Self, Invalid> {
        let fields = serde_json::to_value(fields).map_err(|error| Invalid::Json(error.to_string()))?;
        let Value::Object(mut fields) = fields else {
            return Err(Invalid::NoFields);
        };
        fields.retain(|_, value| !value.is_null());
        check_fields(&fields)?;
        Ok(Self {
            fields,
            acl: None,
            request_id: None,
        })
    }

    /// Who may see and change it. Without one, everybody may.
    #[must_use]
    pub fn acl(mut self, acl: Acl) -> Self {
        self.acl = Some(acl);
        self
    }

    /// A name for this request, the same each time it is made. A Parse Server that watches for repeated requests answers
    /// the second one with [`crate::Next::AlreadyDone`]. LeanCloud does not know such names.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    pub(crate) fn named(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    pub(crate) fn body(&self) -> Result<Value, Invalid> {
        let mut body = self.fields.clone();
        if let Some(acl) = &self.acl {
            let acl = serde_json::to_value(acl).map_err(|error| Invalid::Json(error.to_string()))?;
            body.insert("ACL".to_owned(), acl);
        }
        Ok(Value::Object(body))
    }
}

/// What the server says about a row that it created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Its id.
    pub id: ObjectId,
    /// When, by the server's clock. It was last updated at the same moment.
    pub created_at: Timestamp,
}

impl Created {
    pub(crate) fn read(answer: &Value) -> Result<Self, Error> {
        Ok(Self {
            id: id_of(answer)?.ok_or(Error::malformed("a new row has no id"))?,
            created_at: moment(answer, "createdAt").ok_or(Error::malformed("a new row has no date"))?,
        })
    }
}

/// A row as it came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its id.
    pub id: ObjectId,
    /// When it was created, by the server's clock.
    pub created_at: Timestamp,
    /// When it was changed last, by the server's clock.
    pub updated_at: Timestamp,
    /// Who may see and change it, where it was asked for and is told.
    pub acl: Option<Acl>,
    /// Everything else, as it was written.
    pub fields: Map<String, Value>,
}

impl Object {
    pub(crate) fn read(row: Value) -> Result<Self, Error> {
        let id = id_of(&row)?.ok_or(Error::malformed("a row has no id"))?;
        // A query for certain keys may leave the dates out, and a row that was just created has only the first.
        let created_at = moment(&row, "createdAt").unwrap_or_default();
        let updated_at = moment(&row, "updatedAt").unwrap_or(created_at);
        let Value::Object(mut fields) = row else {
            return Err(Error::malformed("a row is no object"));
        };
        for known in ["objectId", "createdAt", "updatedAt", "className", "__type"] {
            fields.remove(known);
        }
        let acl = match fields.remove("ACL") {
            Some(acl) => serde_json::from_value(acl)
                .map(Some)
                .map_err(|error| Error::unreadable("the rights of a row", error))?,
            None => None,
        };
        Ok(Self {
            id,
            created_at,
            updated_at,
            acl,
            fields,
        })
    }

    /// A field; `None` when the row has none of this name, or a null.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when it is of another kind.
    pub fn get<D: DeserializeOwned>(&self, field: &str) -> Result<Option<D>, Error> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => D::deserialize(value)
                .map(Some)
                .map_err(|error| Error::unreadable("a field", error)),
        }
    }

    /// The whole row as the server wrote it, with id, dates, and rights where they were told.
    pub fn to_json(&self) -> Value {
        let mut row = self.fields.clone();
        let mut put = |name: &str, value: Value| drop(row.insert(name.to_owned(), value));
        put("objectId", Value::from(self.id.as_str()));
        put("createdAt", Value::from(self.created_at.to_string()));
        put("updatedAt", Value::from(self.updated_at.to_string()));
        if let Some(Ok(acl)) = self.acl.as_ref().map(serde_json::to_value) {
            put("ACL", acl);
        }
        Value::Object(row)
    }

    /// All fields at once, without id, dates and rights.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when they do not fit.
    pub fn into<D: DeserializeOwned>(self) -> Result<D, Error> {
        serde_json::from_value(Value::Object(self.fields))
            .map_err(|error| Error::unreadable("the fields of a row", error))
    }
}

/// The id in an answer; `None` when there is none, as in LeanCloud's answer about a row that is not there.
pub(crate) fn id_of(answer: &Value) -> Result<Option<ObjectId>, Error> {
    match answer.get("objectId") {
        None => Ok(None),
        Some(id) => match id.as_str().map(ObjectId::new) {
            Some(Ok(id)) => Ok(Some(id)),
            _ => Err(Error::malformed("an id that is none")),
        },
    }
}

pub(crate) fn moment(answer: &Value, field: &str) -> Option<Timestamp> {
    answer.get(field)?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_new_row_never_holds_a_null_and_carries_its_rights() {
        let owner = ObjectId::new("u").unwrap();
        let new = New::of(json!({"a": 1, "gone": null, "deep": {"null": null}})).unwrap();
        assert_eq!(
            new.acl(Acl::owner(&owner)).body().unwrap(),
            json!({"a": 1, "deep": {"null": null}, "ACL": {"u": {"read": true, "write": true}}})
        );
        assert_eq!(New::of(7), Err(Invalid::NoFields));
        assert_eq!(
            New::of(json!({"objectId": "x"})),
            Err(Invalid::Field("objectId".to_owned()))
        );
        assert_eq!(
            New::of(json!({"a": {"$x": 1}})),
            Err(Invalid::Key("$x".to_owned()))
        );
    }

    #[test]
    fn a_row_is_read_from_either_server() {
        let row = json!({
            "objectId": "a1", "createdAt": "2019-09-19T04:45:53.884Z", "updatedAt": "2019-09-19T04:45:54.000Z",
            "ACL": {"*": {"read": true}}, "n": 3, "gone": null, "className": "C", "__type": "Object"
        });
        let object = Object::read(row).unwrap();
        assert_eq!(
            (object.id.as_str(), object.updated_at.as_millis() % 1000),
            ("a1", 0)
        );
        assert_eq!(object.acl, Some(Acl::nobody().everybody(crate::Access::READ)));
        assert_eq!(
            object.to_json(),
            json!({
                "objectId": "a1", "createdAt": "2019-09-19T04:45:53.884Z", "updatedAt": "2019-09-19T04:45:54.000Z",
                "ACL": {"*": {"read": true}}, "n": 3, "gone": null
            })
        );
        assert_eq!(object.get::<u32>("n").unwrap(), Some(3));
        assert_eq!(object.get::<u32>("gone").unwrap(), None);
        assert!(object.get::<String>("n").is_err());
        #[derive(serde::Deserialize)]
        struct Row {
            n: u32,
        }
        assert_eq!(object.into::<Row>().unwrap().n, 3);
    }

    #[test]
    fn a_row_without_its_second_date_was_not_updated_and_one_without_id_is_none() {
        let object = Object::read(json!({"objectId": "a", "createdAt": "2019-09-19T04:45:53.884Z"})).unwrap();
        assert_eq!(object.updated_at, object.created_at);
        assert!(Object::read(json!({})).is_err() && Object::read(json!([])).is_err());
        assert!(Object::read(json!({"objectId": "a/b"})).is_err());
        assert!(Object::read(json!({"objectId": "a", "ACL": 7})).is_err());
        assert!(Created::read(&json!({"objectId": "a"})).is_err());
        assert!(Created::read(&json!({"createdAt": "2019-09-19T04:45:53.884Z"})).is_err());
    }
}
