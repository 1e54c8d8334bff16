//! Conditions: the `where` of a query, a conditional update or a conditional delete.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::access::{Caller, may_read};
use super::answer::Refusal;
use super::class::{Class, Row};
use super::regexes::pattern;
use super::state::State;
use super::values::{compare, equals, lookup, same};

/// What a condition is judged against.
#[derive(Clone, Copy)]
pub(super) struct Conditions<'a> {
    pub(super) state: &'a State,
    pub(super) caller: &'a Caller,
    /// Whether a column that does not exist is refused.
    pub(super) strict: bool,
}

impl Conditions<'_> {
    /// Refuses a condition on a column that the class does not have.
    pub(super) fn check(&self, class: &Class, condition: &Value) -> Result<(), Refusal> {
        match condition {
            Value::Array(all) => all.iter().try_for_each(|one| self.check(class, one)),
            Value::Object(fields) => fields.iter().try_for_each(|(name, value)| match name.as_str() {
                "$or" | "$and" => self.check(class, value),
                name if name.starts_with('$') => Ok(()),
                name => self.check_column(class, name),
            }),
            _ => Err(Refusal::malformed("The condition is no dictionary.")),
        }
    }

    pub(super) fn check_column(&self, class: &Class, path: &str) -> Result<(), Refusal> {
        if !self.strict || class.knows(path) {
            return Ok(());
        }
        Err(Refusal::bad(700, format!("Unknown column '{path}'.")))
    }

    /// Whether the row fulfils the condition. An array of conditions means all of them.
    pub(super) fn holds(&self, row: &Row, condition: &Value) -> Result<bool, Refusal> {
        match condition {
            Value::Array(all) => self.all(row, all),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if !self.term(row, name, value)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => Err(Refusal::malformed("The condition is no dictionary.")),
        }
    }

    fn all(&self, row: &Row, conditions: &[Value]) -> Result<bool, Refusal> {
        for one in conditions {
            if !self.holds(row, one)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn any(&self, row: &Row, conditions: &[Value]) -> Result<bool, Refusal> {
        for one in conditions {
            if self.holds(row, one)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn term(&self, row: &Row, name: &str, value: &Value) -> Result<bool, Refusal> {
        match name {
            "$and" => self.all(row, array(name, value)?),
            "$or" => self.any(row, array(name, value)?),
            "$relatedTo" => Ok(self.is_related(row, value)),
            _ => {
                let field = lookup(row, name);
                match operators(value) {
                    Some(operators) => self.operators(field.as_ref(), operators),
                    None => Ok(equals(field.as_ref(), value)),
                }
            }
        }
    }

    fn operators(&self, field: Option<&Value>, operators: &Map<String, Value>) -> Result<bool, Refusal> {
        for (name, wanted) in operators {
            let holds = match name.as_str() {
                "$regex" => self.regex(field, wanted, operators.get("$options"))?,
                "$options" => true,
                name => self.operator(field, name, wanted)?,
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn operator(&self, field: Option<&Value>, name: &str, wanted: &Value) -> Result<bool, Refusal> {
        let ordered =
            |fits: fn(Ordering) -> bool| field.and_then(|field| compare(field, wanted)).is_some_and(fits);
        Ok(match name {
            "$eq" => equals(field, wanted),
            "$ne" => !equals(field, wanted),
            "$lt" => ordered(Ordering::is_lt),
            "$lte" => ordered(Ordering::is_le),
            "$gt" => ordered(Ordering::is_gt),
            "$gte" => ordered(Ordering::is_ge),
            "$in" => array(name, wanted)?.iter().any(|one| equals(field, one)),
            "$nin" => !array(name, wanted)?.iter().any(|one| equals(field, one)),
            "$all" => array(name, wanted)?.iter().all(|one| equals(field, one)),
            "$exists" => field.is_some() == wanted.as_bool().unwrap_or(true),
            "$size" => field.and_then(Value::as_array).map(Vec::len) == index(wanted),
            "$not" => match operators(wanted) {
                Some(inner) => !self.operators(field, inner)?,
                None => !equals(field, wanted),
            },
            "$inQuery" => self.in_query(field, wanted)?,
            "$notInQuery" => !self.in_query(field, wanted)?,
            "$select" => self.selected(field, wanted)?,
            "$dontSelect" => !self.selected(field, wanted)?,
            other => return Err(Refusal::bad(1, format!("Unsupported operator '{other}'."))),
        })
    }

    fn regex(&self, field: Option<&Value>, wanted: &Value, options: Option<&Value>) -> Result<bool, Refusal> {
        let pattern = pattern(
            wanted.as_str().unwrap_or_default(),
            options.and_then(Value::as_str),
        )?;
        Ok(match field {
            Some(Value::String(text)) => pattern.is_match(text),
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(Value::as_str)
                .any(|text| pattern.is_match(text)),
            _ => false,
        })
    }

    /// Rows of a query inside a condition that the caller may read.
    fn rows(&self, query: &Value) -> Result<Vec<(&str, &Row)>, Refusal> {
        let class = query.get("className").and_then(Value::as_str).unwrap_or_default();
        let Some(class) = self.state.classes.get(class) else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for (id, row) in &class.rows {
            let fits = match query.get("where") {
                Some(condition) => self.holds(row, condition)?,
                None => true,
            };
            if fits && may_read(row, self.caller) {
                rows.push((id.as_str(), row));
            }
        }
        Ok(rows)
    }

    fn in_query(&self, field: Option<&Value>, query: &Value) -> Result<bool, Refusal> {
        let Some(id) = field
            .and_then(|field| field.get("objectId"))
            .and_then(Value::as_str)
        else {
            return Ok(false);
        };
        Ok(self.rows(query)?.iter().any(|(row, _)| *row == id))
    }

    fn selected(&self, field: Option<&Value>, wanted: &Value) -> Result<bool, Refusal> {
        let (Some(query), Some(key)) = (wanted.get("query"), wanted.get("key").and_then(Value::as_str))
        else {
            return Err(Refusal::malformed("A query and a key are expected."));
        };
        let values: Vec<Value> = self
            .rows(query)?
            .iter()
            .filter_map(|(_, row)| lookup(row, key))
            .collect();
        Ok(field.is_some_and(|field| values.iter().any(|value| same(field, value))))
    }

    fn is_related(&self, row: &Row, wanted: &Value) -> bool {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let object = wanted.get("object");
        let class = text(object.and_then(|object| object.get("className")));
        let id = text(object.and_then(|object| object.get("objectId")));
        let related = self.state.relations.get(&(class, id, text(wanted.get("key"))));
        related.is_some_and(|ids| ids.contains(&text(row.get("objectId"))))
    }
}

/// A constraint made of operators, or nothing where it is a value to equal.
fn operators(value: &Value) -> Option<&Map<String, Value>> {
    let fields = value.as_object()?;
    fields.keys().any(|name| name.starts_with('$')).then_some(fields)
}

fn array<'a>(name: &str, value: &'a Value) -> Result<&'a Vec<Value>, Refusal> {
    value
        .as_array()
        .ok_or_else(|| Refusal::malformed(&format!("{name} needs an array.")))
}

fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|size| usize::try_from(size).ok())
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
