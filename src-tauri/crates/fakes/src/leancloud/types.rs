//! The types of columns: a column locks to the type of its first value, for ever.

use std::fmt;

use serde_json::Value;

use super::answer::Refusal;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ColumnType {
    String,
    Number,
    Boolean,
    Array,
    Object,
    Date,
    Pointer(String),
    Bytes,
    File,
    Relation(String),
    GeoPoint,
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pointer(class) | Self::Relation(class) => {
                write!(f, "{{:type \"{}\", :className \"{class}\"}}", self.name())
            }
            _ => write!(f, "{{:type \"{}\"}}", self.name()),
        }
    }
}

impl ColumnType {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Number => "Number",
            Self::Boolean => "Boolean",
            Self::Array => "Array",
            Self::Object => "Object",
            Self::Date => "Date",
            Self::Pointer(_) => "Pointer",
            Self::Bytes => "Bytes",
            Self::File => "File",
            Self::Relation(_) => "Relation",
            Self::GeoPoint => "GeoPoint",
        }
    }

    /// The type of a plain value. That of `null` is Object, which is the trap.
    pub(super) fn of(value: &Value) -> Result<Self, Refusal> {
        Ok(match value {
            Value::String(_) => Self::String,
            Value::Number(_) => Self::Number,
            Value::Bool(_) => Self::Boolean,
            Value::Array(_) => Self::Array,
            Value::Null => Self::Object,
            Value::Object(fields) => match fields.get("__type").and_then(Value::as_str) {
                None => Self::Object,
                Some("Date") => Self::Date,
                Some("Pointer") => Self::Pointer(class_of(value)?),
                Some("Relation") => Self::Relation(class_of(value)?),
                Some("Bytes") => Self::Bytes,
                Some("File") => Self::File,
                Some("GeoPoint") => Self::GeoPoint,
                Some(other) => return Err(Refusal::bad(121, format!("Unknown __type '{other}'."))),
            },
        })
    }

    /// Refuses a value that does not fit into a column of this type. `null` fits everywhere.
    pub(super) fn check(&self, field: &str, value: &Value) -> Result<(), Refusal> {
        if value.is_null() {
            return Ok(());
        }
        self.check_type(field, value, &Self::of(value)?)
    }

    /// The same for what an operation makes of a field.
    pub(super) fn check_type(&self, field: &str, value: &Value, actual: &Self) -> Result<(), Refusal> {
        if self == actual {
            return Ok(());
        }
        Err(Refusal::bad(
            111,
            format!(
                "Invalid value type for field '{field}',value '{value}',expect type is {self},but it is '{actual}'."
            ),
        ))
    }
}

fn class_of(pointer: &Value) -> Result<String, Refusal> {
    pointer
        .get("className")
        .and_then(Value::as_str)
        .map(ToOwned::to_owned)
        .ok_or_else(|| Refusal::bad(106, "Malformed pointer."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mismatch_is_told_as_seen_in_the_wild() {
        let refusal = ColumnType::Object.check("nick", &json!("x")).unwrap_err();
        assert_eq!((refusal.status, refusal.code), (400, 111));
        assert_eq!(
            refusal.text,
            "Invalid value type for field 'nick',value '\"x\"',expect type is {:type \"Object\"},\
             but it is '{:type \"String\"}'."
        );
    }

    #[test]
    fn null_makes_an_object_column_and_fits_into_every_other() {
        assert_eq!(ColumnType::of(&Value::Null), Ok(ColumnType::Object));
        assert!(ColumnType::Number.check("n", &Value::Null).is_ok());
    }

    #[test]
    fn pointers_to_different_classes_are_different_types() {
        let column = ColumnType::Pointer("Post".to_owned());
        let other = json!({"__type": "Pointer", "className": "Turn", "objectId": "1"});
        assert_eq!(column.check("p", &other).unwrap_err().code, 111);
    }
}
