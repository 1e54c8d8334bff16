//! Columns that took another type than the one we write, from a first value that was null or wrapped. The server says
//! which type it wants; from then on every value of the column is written in that form. Forms as in the earlier web
//! app, whose data they are.

use std::collections::BTreeMap;

use rehearse_leancloud::TypeLock;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Class;

/// How a column wants its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Date,
    Object,
    Text,
    Number,
}

/// What is known of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Forms(BTreeMap<String, BTreeMap<String, Form>>);

impl Forms {
    /// Learns what the server said. A type that we have no form for is not learnt.
    pub(crate) fn learn(&mut self, class: Class, lock: &TypeLock) {
        let form = match lock.expected.as_str() {
            "Date" => Form::Date,
            "Object" => Form::Object,
            "String" => Form::Text,
            "Number" => Form::Number,
            _ => return,
        };
        let columns = self.0.entry(class.name().to_owned()).or_default();
        columns.insert(lock.field.clone(), form);
    }

    /// Writes the values of known columns in their form.
    pub(crate) fn apply(&self, class: Class, fields: &mut Map<String, Value>) {
        for (column, form) in self.0.get(class.name()).into_iter().flatten() {
            if let Some(value) = fields.get_mut(column) {
                let plain = value.take();
                *value = form.of(column, plain);
            }
        }
    }
}

impl Form {
    fn of(self, column: &str, plain: Value) -> Value {
        match (self, &plain) {
            (Self::Date, Value::String(iso)) => json!({"__type": "Date", "iso": iso}),
            (Self::Object, Value::String(_) | Value::Number(_)) => {
                let key = match column {
                    "terminationReason" => "reason",
                    "evaluationId" => "id",
                    "openingPrompt" => "text",
                    "lastError" => "message",
                    _ => "value",
                };
                json!({ key: plain })
            }
            (Self::Text, Value::Number(number)) => Value::String(number.to_string()),
            (Self::Number, Value::String(text)) => match text.parse::<f64>() {
                Ok(number) => json!(number),
                Err(_) => plain,
            },
            _ => plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(field: &str, expected: &str) -> TypeLock {
        TypeLock {
            field: field.to_owned(),
            expected: expected.to_owned(),
        }
    }

    #[test]
    fn a_column_is_written_as_it_wants_from_then_on() {
        let mut forms = Forms::default();
        let mut fields = Map::from_iter([
            ("terminationReason".to_owned(), json!("manual")),
            ("endedAt".to_owned(), json!("2026-11-28T10:00:00.000Z")),
            ("startedAt".to_owned(), json!("2026-11-28T09:00:00.000Z")),
            ("status".to_owned(), json!("ended")),
        ]);
        forms.learn(Class::Session, &lock("terminationReason", "Object"));
        forms.learn(Class::Session, &lock("endedAt", "Date"));
        forms.learn(Class::Session, &lock("startedAt", "Object"));
        let forms: Forms = serde_json::from_value(serde_json::to_value(&forms).unwrap()).unwrap();
        let mut elsewhere = fields.clone();
        forms.apply(Class::Turn, &mut elsewhere);
        assert_eq!(elsewhere, fields);
        forms.apply(Class::Session, &mut fields);
        assert_eq!(
            Value::Object(fields),
            json!({
                "terminationReason": {"reason": "manual"},
                "endedAt": {"__type": "Date", "iso": "2026-11-28T10:00:00.000Z"},
                "startedAt": {"value": "2026-11-28T09:00:00.000Z"},
                "status": "ended",
            })
        );
    }

    #[test]
    fn a_type_that_no_value_of_ours_has_a_form_for_changes_nothing() {
        let mut forms = Forms::default();
        forms.learn(Class::Turn, &lock("startedAt", "GeoPoint"));
        assert_eq!(forms, Forms::default());
    }
}
