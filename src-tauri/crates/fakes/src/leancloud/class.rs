//! A class: its columns with the types they locked to, and its rows.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::types::ColumnType;

/// The stored fields of an object, its id and both times among them.
pub(super) type Row = Map<String, Value>;

/// Columns that every class has.
pub(super) const BUILT_IN: [&str; 4] = ["objectId", "createdAt", "updatedAt", "ACL"];

#[derive(Clone, Debug, Default)]
pub(super) struct Class {
    pub(super) columns: BTreeMap<String, ColumnType>,
    /// By objectId, which sorts by age.
    pub(super) rows: BTreeMap<String, Row>,
}

impl Class {
    /// Whether `where` and `order` may name this path.
    pub(super) fn knows(&self, path: &str) -> bool {
        let column = path.split('.').next().unwrap_or(path);
        BUILT_IN.contains(&column) || self.columns.contains_key(column)
    }

    /// A row that another one already has this value of a unique column in.
    pub(super) fn twin(&self, column: &str, value: &Value, except: &str) -> Option<&str> {
        self.rows
            .iter()
            .find(|(id, row)| *id != except && row.get(column) == Some(value))
            .map(|(id, _)| id.as_str())
    }
}
