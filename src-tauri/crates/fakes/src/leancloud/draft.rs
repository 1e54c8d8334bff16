//! What a write would make of a row, worked out whole before anything is stored: a refused write changes nothing, not
//! even the type of a column.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::access::check_acl;
use super::answer::Refusal;
use super::class::{Class, Row};
use super::names::check_key;
use super::operations::{Effect, Related, apply};
use super::types::ColumnType;

/// A row as it will be.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) row: Row,
    /// Columns that this write is the first of.
    pub(super) columns: Vec<(String, ColumnType)>,
    pub(super) relations: Vec<(String, Related)>,
    /// Columns that the write names.
    pub(super) changed: BTreeSet<String>,
}

/// Works a write out. `creating` refuses dotted keys, which only an update may have.
pub(super) fn draft(
    class: &Class,
    current: Row,
    fields: &Map<String, Value>,
    creating: bool,
) -> Result<Draft, Refusal> {
    let mut draft = Draft {
        row: current,
        ..Draft::default()
    };
    for (name, change) in fields {
        match name.split_once('.') {
            _ if name == "ACL" => draft.set_acl(change)?,
            Some((column, path)) if !creating => draft.write_inside(class, column, path, change)?,
            _ => draft.write(class, name, change)?,
        }
    }
    Ok(draft)
}

impl Draft {
    fn set_acl(&mut self, acl: &Value) -> Result<(), Refusal> {
        if acl.is_null() {
            return Ok(());
        }
        check_acl(acl)?;
        self.row.insert("ACL".to_owned(), acl.clone());
        self.changed.insert("ACL".to_owned());
        Ok(())
    }

    fn write(&mut self, class: &Class, name: &str, change: &Value) -> Result<(), Refusal> {
        check_key(name)?;
        self.changed.insert(name.to_owned());
        match apply(name, self.row.get(name), change)? {
            Effect::Unset => {
                self.row.remove(name);
            }
            Effect::Set(value) => {
                self.lock(class, name, &value, None)?;
                self.row.insert(name.to_owned(), value);
            }
            Effect::Relate(target, related) => {
                let value = json!({"__type": "Relation", "className": target});
                self.lock(class, name, &value, Some(ColumnType::Relation(target)))?;
                self.row.insert(name.to_owned(), value);
                self.relations.push((name.to_owned(), related));
            }
        }
        Ok(())
    }

    /// A write to `column.path`, which makes the objects on the way.
    fn write_inside(
        &mut self,
        class: &Class,
        column: &str,
        path: &str,
        change: &Value,
    ) -> Result<(), Refusal> {
        check_key(column)?;
        self.changed.insert(column.to_owned());
        let mut whole = match self.row.get(column) {
            None | Some(Value::Null) => json!({}),
            Some(value) => value.clone(),
        };
        self.lock(class, column, &whole, None)?;
        let (way, last) = path
            .rsplit_once('.')
            .map_or((None, path), |(way, last)| (Some(way), last));
        let mut place = &mut whole;
        for name in way.into_iter().flat_map(|way| way.split('.')) {
            place = object(column, place)?.entry(name).or_insert_with(|| json!({}));
        }
        let place = object(column, place)?;
        match apply(column, place.get(last), change)? {
            Effect::Set(value) => {
                place.insert(last.to_owned(), value);
            }
            Effect::Unset => {
                place.remove(last);
            }
            Effect::Relate(..) => return Err(Refusal::bad(105, "A relation is a column of its own.")),
        }
        self.row.insert(column.to_owned(), whole);
        Ok(())
    }

    /// Checks a value against the type of its column, which it sets where it is the first.
    fn lock(
        &mut self,
        class: &Class,
        name: &str,
        value: &Value,
        known: Option<ColumnType>,
    ) -> Result<(), Refusal> {
        match (class.columns.get(name), known) {
            (Some(column), Some(actual)) => column.check_type(name, value, &actual),
            (Some(column), None) => column.check(name, value),
            (None, known) => {
                let column = known.map_or_else(|| ColumnType::of(value), Ok)?;
                self.columns.push((name.to_owned(), column));
                Ok(())
            }
        }
    }
}

fn object<'a>(column: &str, value: &'a mut Value) -> Result<&'a mut Map<String, Value>, Refusal> {
    let shown = value.to_string();
    let other = ColumnType::of(value)?;
    value.as_object_mut().ok_or_else(|| {
        Refusal::bad(
            111,
            format!(
                "Invalid value type for field '{column}',value '{shown}',expect type is {},but it is '{other}'.",
                ColumnType::Object
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn class(columns: &[(&str, ColumnType)]) -> Class {
        let columns = columns
            .iter()
            .map(|(name, column)| ((*name).to_owned(), column.clone()));
        Class {
            columns: columns.collect(),
            ..Class::default()
        }
    }

    #[test]
    fn a_first_write_locks_and_a_null_locks_to_object() {
        let made = draft(
            &Class::default(),
            Row::new(),
            &fields(json!({"n": 1, "endedAt": null})),
            true,
        );
        let columns = made.map(|draft| draft.columns).unwrap_or_default();
        let locked = |name: &str| {
            columns
                .iter()
                .find(|(column, _)| column == name)
                .map(|(_, column)| column.clone())
        };
        assert_eq!(locked("n"), Some(ColumnType::Number));
        assert_eq!(locked("endedAt"), Some(ColumnType::Object));
    }

    #[test]
    fn dotted_keys_are_for_updates() {
        let change = fields(json!({"meta.a.b": 1}));
        assert_eq!(
            draft(&Class::default(), Row::new(), &change, true)
                .unwrap_err()
                .code,
            105
        );
        let before = fields(json!({"meta": {"a": {"c": 2}}}));
        let after = draft(&class(&[("meta", ColumnType::Object)]), before, &change, false);
        assert_eq!(
            after.map(|draft| Value::Object(draft.row)),
            Ok(json!({"meta": {"a": {"b": 1, "c": 2}}}))
        );
    }

    #[test]
    fn a_step_of_a_locked_column_is_checked_too() {
        let change = fields(json!({"n": {"__op": "Increment", "amount": 1}}));
        let refusal = draft(&class(&[("n", ColumnType::String)]), Row::new(), &change, false).unwrap_err();
        assert_eq!(refusal.code, 111);
    }
}
