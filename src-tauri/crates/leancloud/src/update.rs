//! Changes to a row. All changes of one update happen together or not at all.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::names::{check_field, check_value};
use crate::{Acl, Dialect, Error, Invalid, Pointer};

/// What to change in a row. A second change of the same field takes the place of the first.
///
/// ```
/// use rehearse_leancloud::Update;
/// let update = Update::new().set("status", "ended")?.increment("attempts", 1)?.unset("lastError")?;
/// # Ok::<(), rehearse_leancloud::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    changes: Map<String, Value>,
    // What Parse Server would answer with a fault.
    leancloud_only: bool,
}

impl Update {
    /// Nothing yet. An update of nothing only moves `updatedAt`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field. A field inside an object is named with dots: `scores.clarity`.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when the name or a key inside is none, or the value is null: use [`Update::unset`].
    pub fn set(self, field: &str, value: impl Serialize) -> Result<Self, Invalid> {
        let value = written(value)?;
        if value.is_null() {
            return Err(Invalid::Null(field.to_owned()));
        }
        check_value(&value)?;
        self.change(field, value)
    }

    /// Takes a field away.
    ///
    /// # Errors
    ///
    /// [`Invalid::Field`].
    pub fn unset(self, field: &str) -> Result<Self, Invalid> {
        self.change(field, json!({"__op": "Delete"}))
    }

    /// Adds to a number, or takes away when `by` is negative. A field that is not there counts as 0.
    ///
    /// # Errors
    ///
    /// [`Invalid::Field`].
    pub fn increment(self, field: &str, by: impl Into<serde_json::Number>) -> Result<Self, Invalid> {
        let amount: serde_json::Number = by.into();
        self.change(field, json!({"__op": "Increment", "amount": amount}))
    }

    /// Appends to an array.
    ///
    /// # Errors
    ///
    /// [`Invalid`] as for [`Update::set`].
    pub fn append(
        self,
        field: &str,
        items: impl IntoIterator<Item = impl Serialize>,
    ) -> Result<Self, Invalid> {
        self.items(field, "Add", items)
    }

    /// Puts into an array what is not in it; where, is not defined. Parse Server makes everything in it unique by that.
    ///
    /// # Errors
    ///
    /// [`Invalid`] as for [`Update::set`].
    pub fn append_missing(
        self,
        field: &str,
        items: impl IntoIterator<Item = impl Serialize>,
    ) -> Result<Self, Invalid> {
        self.items(field, "AddUnique", items)
    }

    /// Takes out of an array each item that equals one of these.
    ///
    /// # Errors
    ///
    /// [`Invalid`] as for [`Update::set`].
    pub fn remove(
        self,
        field: &str,
        items: impl IntoIterator<Item = impl Serialize>,
    ) -> Result<Self, Invalid> {
        self.items(field, "Remove", items)
    }

    /// Relates to rows; at most 1000 at once.
    ///
    /// # Errors
    ///
    /// [`Invalid::Field`].
    pub fn relate(self, field: &str, rows: impl IntoIterator<Item = Pointer>) -> Result<Self, Invalid> {
        self.items(field, "AddRelation", rows)
    }

    /// Relates to rows no longer.
    ///
    /// # Errors
    ///
    /// [`Invalid::Field`].
    pub fn unrelate(self, field: &str, rows: impl IntoIterator<Item = Pointer>) -> Result<Self, Invalid> {
        self.items(field, "RemoveRelation", rows)
    }

    /// Keeps the bits of a number that are set in `mask`. LeanCloud only.
    ///
    /// # Errors
    ///
    /// [`Invalid::Field`].
    pub fn bit_and(self, field: &str, mask: i64) -> Result<Self, Invalid> {
        self.bits(field, "BitAnd", mask)
    }

    /// Sets the bits of a number that are set in `mask`. LeanCloud only.
    ///
    /// # Errors
    ///
    /// [`Invalid::Field`].
    pub fn bit_or(self, field: &str, mask: i64) -> Result<Self, Invalid> {
        self.bits(field, "BitOr", mask)
    }

    /// Turns the bits of a number that are set in `mask`. LeanCloud only.
    ///
    /// # Errors
    ///
    /// [`Invalid::Field`].
    pub fn bit_xor(self, field: &str, mask: i64) -> Result<Self, Invalid> {
        self.bits(field, "BitXor", mask)
    }

    /// Changes who may see and change the row.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub fn acl(mut self, acl: &Acl) -> Result<Self, Invalid> {
        self.changes.insert("ACL".to_owned(), written(acl)?);
        Ok(self)
    }

    pub(crate) fn body(&self, dialect: Dialect) -> Result<Value, Error> {
        if self.leancloud_only && dialect == Dialect::Parse {
            return Err(Error::Unsupported {
                what: "operations on bits",
            });
        }
        Ok(Value::Object(self.changes.clone()))
    }

    fn items(
        self,
        field: &str,
        operation: &str,
        items: impl IntoIterator<Item = impl Serialize>,
    ) -> Result<Self, Invalid> {
        let items = items
            .into_iter()
            .map(written)
            .collect::<Result<Vec<Value>, _>>()?;
        items.iter().try_for_each(check_value)?;
        self.change(field, json!({"__op": operation, "objects": items}))
    }

    fn bits(mut self, field: &str, operation: &str, mask: i64) -> Result<Self, Invalid> {
        self.leancloud_only = true;
        self.change(field, json!({"__op": operation, "value": mask}))
    }

    fn change(mut self, field: &str, change: Value) -> Result<Self, Invalid> {
        let mut parts = field.split('.');
        let named = parts.next().is_some_and(|name| check_field(name).is_ok());
        if !named || parts.any(|part| part.is_empty() || part.contains('$')) {
            return Err(Invalid::Field(field.to_owned()));
        }
        self.changes.insert(field.to_owned(), change);
        Ok(self)
    }
}

fn written(value: impl Serialize) -> Result<Value, Invalid> {
    serde_json::to_value(value).map_err(|error| Invalid::Json(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Next, ObjectId, Reason};

    #[test]
    fn changes_look_as_both_servers_read_them() {
        let row = Pointer {
            class: "Post".to_owned(),
            id: ObjectId::new("p").unwrap(),
        };
        let fill = || -> Result<Update, Invalid> {
            Update::new()
                .set("status", "ended")?
                .set("meta.a", 1)?
                .unset("old")?
                .increment("n", -2)?
                .append("tags", ["a"])?
                .append_missing("uq", ["b"])?
                .remove("gone", [1, 2])?
                .relate("likes", [row.clone()])?
                .unrelate("hates", [row.clone()])?
                .acl(&Acl::nobody())
        };
        let pointer = json!({"__type": "Pointer", "className": "Post", "objectId": "p"});
        assert_eq!(
            fill().unwrap().body(Dialect::Parse).unwrap(),
            json!({
                "status": "ended",
                "meta.a": 1,
                "old": {"__op": "Delete"},
                "n": {"__op": "Increment", "amount": -2},
                "tags": {"__op": "Add", "objects": ["a"]},
                "uq": {"__op": "AddUnique", "objects": ["b"]},
                "gone": {"__op": "Remove", "objects": [1, 2]},
                "likes": {"__op": "AddRelation", "objects": [pointer]},
                "hates": {"__op": "RemoveRelation", "objects": [pointer]},
                "ACL": {},
            })
        );
    }

    #[test]
    fn bits_are_for_leancloud_only() {
        let update = Update::new()
            .bit_and("a", 1)
            .unwrap()
            .bit_or("b", 2)
            .unwrap()
            .bit_xor("c", 4)
            .unwrap();
        assert_eq!(
            update.body(Dialect::LeanCloud).unwrap(),
            json!({"a": {"__op": "BitAnd", "value": 1}, "b": {"__op": "BitOr", "value": 2},
                   "c": {"__op": "BitXor", "value": 4}})
        );
        let error = update.body(Dialect::Parse).unwrap_err();
        assert_eq!(
            error.next(),
            Next::Stuck {
                reason: Reason::Unsupported
            }
        );
    }

    #[test]
    fn a_null_and_a_name_that_is_none_are_refused_at_once() {
        let null = Update::new().set("a", None::<u8>);
        assert_eq!(null, Err(Invalid::Null("a".to_owned())));
        for wrong in ["updatedAt", "", ".a", "a.", "a..b", "a.$b", "__op"] {
            assert_eq!(Update::new().unset(wrong), Err(Invalid::Field(wrong.to_owned())));
        }
        let key = Update::new().append("a", [json!({"b.c": 1})]);
        assert_eq!(key, Err(Invalid::Key("b.c".to_owned())));
    }
}
