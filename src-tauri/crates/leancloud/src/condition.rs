//! Which rows a query, a conditional update or a conditional deletion is about.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{Dialect, Invalid, ObjectId, Timestamp};

/// A condition on rows. Everything that is asked of it holds at once.
///
/// ```
/// use rehearse_leancloud::Condition;
/// let condition = Condition::all().equals("status", "ended")?.at_least("sequence", 3)?;
/// assert_eq!(
///     condition.to_json(),
///     serde_json::json!({"status": "ended", "sequence": {"$gte": 3}})
/// );
/// # Ok::<(), rehearse_leancloud::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    fields: Map<String, Value>,
    // What does not fit beside the others under the same name.
    besides: Vec<Value>,
}

impl Condition {
    /// Every row.
    pub fn all() -> Self {
        Self::default()
    }

    /// A condition in the servers' own words, for what has no method here.
    ///
    /// # Errors
    ///
    /// [`Invalid::NoFields`] when it is no object; LeanCloud's arrays mean nothing to Parse Server.
    pub fn from_json(condition: Value) -> Result<Self, Invalid> {
        match condition {
            Value::Object(fields) => Ok(Self {
                fields,
                besides: Vec::new(),
            }),
            _ => Err(Invalid::NoFields),
        }
    }

    /// The field is this.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`], as for all that follow.
    pub fn equals(self, field: &str, value: impl Serialize) -> Result<Self, Invalid> {
        let value = written(value)?;
        Ok(self.exactly(field, value))
    }

    /// The field is something else, or not there.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`].
    pub fn differs(self, field: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.compared(field, "$ne", value)
    }

    /// The field is less than this.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`].
    pub fn below(self, field: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.compared(field, "$lt", value)
    }

    /// The field is this or less.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`].
    pub fn at_most(self, field: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.compared(field, "$lte", value)
    }

    /// The field is more than this.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`].
    pub fn above(self, field: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.compared(field, "$gt", value)
    }

    /// The field is this or more.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`].
    pub fn at_least(self, field: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.compared(field, "$gte", value)
    }

    /// The field is one of these.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`].
    pub fn one_of(
        self,
        field: &str,
        values: impl IntoIterator<Item = impl Serialize>,
    ) -> Result<Self, Invalid> {
        self.listed(field, "$in", values)
    }

    /// The field is none of these.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`].
    pub fn none_of(
        self,
        field: &str,
        values: impl IntoIterator<Item = impl Serialize>,
    ) -> Result<Self, Invalid> {
        self.listed(field, "$nin", values)
    }

    /// The field is an array that holds all of these.
    ///
    /// # Errors
    ///
    /// [`Invalid::Json`].
    pub fn holds(
        self,
        field: &str,
        values: impl IntoIterator<Item = impl Serialize>,
    ) -> Result<Self, Invalid> {
        self.listed(field, "$all", values)
    }

    /// The field is a text that fits a regular expression. `options` are letters out of `imsx`.
    #[must_use]
    pub fn fits(self, field: &str, pattern: &str, options: &str) -> Self {
        let fitted = self.with(field, "$regex", Value::from(pattern));
        match options {
            "" => fitted,
            options => fitted.with(field, "$options", Value::from(options)),
        }
    }

    /// The field is there, or is not.
    #[must_use]
    pub fn has(self, field: &str, there: bool) -> Self {
        self.with(field, "$exists", Value::from(there))
    }

    /// The row was created or updated at this moment or later. `field` is `createdAt`, `updatedAt` or one of one's own.
    #[must_use]
    pub fn since(self, field: &str, moment: Timestamp) -> Self {
        self.with(field, "$gte", date(moment))
    }

    /// The row was created or updated before this moment.
    #[must_use]
    pub fn until(self, field: &str, moment: Timestamp) -> Self {
        self.with(field, "$lt", date(moment))
    }

    /// This row.
    #[must_use]
    pub fn id(self, id: &ObjectId) -> Self {
        self.exactly("objectId", Value::from(id.as_str()))
    }

    /// One of these conditions holds.
    #[must_use]
    pub fn any_of(self, conditions: impl IntoIterator<Item = Self>) -> Self {
        let conditions: Vec<Value> = conditions
            .into_iter()
            .map(|condition| condition.to_json())
            .collect();
        self.exactly("$or", Value::from(conditions))
    }

    /// The other condition holds too.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if self == Self::all() {
            return other;
        }
        if other != Self::all() {
            self.besides.push(other.to_json());
        }
        self
    }

    /// As the servers read it.
    pub fn to_json(&self) -> Value {
        let mut fields = self.fields.clone();
        if !self.besides.is_empty() {
            let mut all = self.besides.clone();
            if let Some(Value::Array(more)) = fields.remove("$and") {
                all.extend(more);
            }
            fields.insert("$and".to_owned(), Value::from(all));
        }
        Value::Object(fields)
    }

    /// As this server reads it. On PostgreSQL Parse Server only guesses how many rows there are when it is asked for all of
    /// them as the owner of the app, and never when there is any condition.
    pub(crate) fn for_server(&self, dialect: Dialect) -> Value {
        match dialect == Dialect::Parse && *self == Self::all() {
            true => Self::all().has("objectId", true).to_json(),
            false => self.to_json(),
        }
    }

    fn compared(self, field: &str, operator: &str, value: impl Serialize) -> Result<Self, Invalid> {
        let value = written(value)?;
        Ok(self.with(field, operator, value))
    }

    fn listed(
        self,
        field: &str,
        operator: &str,
        values: impl IntoIterator<Item = impl Serialize>,
    ) -> Result<Self, Invalid> {
        let values = values
            .into_iter()
            .map(written)
            .collect::<Result<Vec<Value>, _>>()?;
        Ok(self.with(field, operator, Value::from(values)))
    }

    fn exactly(mut self, field: &str, value: Value) -> Self {
        match self.fields.contains_key(field) {
            true => self.besides.push(json!({field: value})),
            false => drop(self.fields.insert(field.to_owned(), value)),
        }
        self
    }

    fn with(mut self, field: &str, operator: &str, value: Value) -> Self {
        match self.fields.get_mut(field) {
            Some(Value::Object(operators))
                if operators.keys().all(|key| key.starts_with('$')) && !operators.contains_key(operator) =>
            {
                operators.insert(operator.to_owned(), value);
            }
            Some(_) => self.besides.push(json!({field: {operator: value}})),
            None => drop(self.fields.insert(field.to_owned(), json!({operator: value}))),
        }
        self
    }
}

fn written(value: impl Serialize) -> Result<Value, Invalid> {
    serde_json::to_value(value).map_err(|error| Invalid::Json(error.to_string()))
}

fn date(moment: Timestamp) -> Value {
    json!({"__type": "Date", "iso": moment.to_string()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_on_one_field_stand_together_where_they_can() {
        let build = || -> Result<Condition, Invalid> {
            Condition::all()
                .at_least("n", 1)?
                .below("n", 9)?
                .at_least("n", 2)?
                .equals("s", "x")?
                .differs("s", "y")
        };
        assert_eq!(
            build().unwrap().to_json(),
            json!({"n": {"$gte": 1, "$lt": 9}, "s": "x", "$and": [{"n": {"$gte": 2}}, {"s": {"$ne": "y"}}]})
        );
    }

    #[test]
    fn each_operator_has_its_word() {
        let moment = Timestamp::from_millis(0);
        let build = || -> Result<Condition, Invalid> {
            Condition::all()
                .one_of("a", [1, 2])?
                .none_of("b", ["x"])?
                .holds("c", [1])?
                .above("d", 1)?
                .at_most("d", 2)
        };
        let condition = build()
            .unwrap()
            .fits("e", "^x", "i")
            .fits("f", "y", "")
            .has("g", false)
            .since("updatedAt", moment)
            .until("createdAt", moment)
            .id(&ObjectId::new("o").unwrap());
        let date = json!({"__type": "Date", "iso": "1970-01-01T00:00:00.000Z"});
        assert_eq!(
            condition.to_json(),
            json!({
                "a": {"$in": [1, 2]}, "b": {"$nin": ["x"]}, "c": {"$all": [1]}, "d": {"$gt": 1, "$lte": 2},
                "e": {"$regex": "^x", "$options": "i"}, "f": {"$regex": "y"}, "g": {"$exists": false},
                "updatedAt": {"$gte": date}, "createdAt": {"$lt": date}, "objectId": "o",
            })
        );
    }

    #[test]
    fn conditions_are_joined() {
        let a = || Condition::all().equals("a", 1).unwrap();
        let b = || Condition::all().equals("b", 2).unwrap();
        assert_eq!(Condition::all().and(a()), a());
        assert_eq!(a().and(Condition::all()), a());
        assert_eq!(a().and(b()).to_json(), json!({"a": 1, "$and": [{"b": 2}]}));
        assert_eq!(
            Condition::all().any_of([a(), b()]).to_json(),
            json!({"$or": [{"a": 1}, {"b": 2}]})
        );
        let own = Condition::from_json(json!({"$and": [{"x": 1}]}))
            .unwrap()
            .and(b());
        assert_eq!(own.to_json(), json!({"$and": [{"b": 2}, {"x": 1}]}));
        assert_eq!(Condition::from_json(json!([])), Err(Invalid::NoFields));
        // An object that is no operator is a value to be equal to.
        let value = Condition::all()
            .equals("o", json!({"k": 1}))
            .unwrap()
            .has("o", true);
        assert_eq!(
            value.to_json(),
            json!({"o": {"k": 1}, "$and": [{"o": {"$exists": true}}]})
        );
    }
}
