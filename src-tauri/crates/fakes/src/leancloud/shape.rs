//! What a stored row looks like to whom: expanded pointers and files, chosen keys, and nothing that is hidden.

use serde_json::{Map, Value};

use super::access::{Caller, may_read};
use super::call::Params;
use super::class::Row;
use super::state::State;

/// What a caller wants to see of rows.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    pub(super) keys: Vec<String>,
    pub(super) include: Vec<String>,
    pub(super) acl: bool,
    /// Scheme and host of file addresses; none leaves addresses out.
    pub(super) file_host: Option<String>,
}

impl View {
    pub(super) fn of(params: &Params, acl_allowed: bool, file_host: &str) -> Self {
        let owned = |list: Vec<&str>| list.into_iter().map(ToOwned::to_owned).collect();
        Self {
            keys: owned(params.list("keys")),
            include: owned(params.list("include")),
            acl: acl_allowed && params.is_on("returnACL"),
            file_host: Some(file_host.to_owned()),
        }
    }
}

/// Rows as one caller sees them.
#[derive(Clone, Copy)]
pub(super) struct Shaper<'a> {
    pub(super) state: &'a State,
    pub(super) caller: &'a Caller,
    pub(super) view: &'a View,
}

impl Shaper<'_> {
    pub(super) fn shape(&self, class: &str, row: &Row) -> Value {
        let mut shown = self.bare(class, row);
        for path in &self.view.include {
            let path: Vec<&str> = path.split('.').collect();
            self.include(&mut shown, &path);
        }
        Value::Object(select(shown, &self.view.keys))
    }

    /// The row with its files in their read form, without what is hidden.
    fn bare(&self, class: &str, row: &Row) -> Map<String, Value> {
        let mut shown = Map::new();
        for (name, value) in row {
            let hidden = match name.as_str() {
                "ACL" => !self.view.acl,
                "authData" => class == "_User" && !self.is_own(row),
                _ => false,
            };
            if !hidden {
                shown.insert(name.clone(), self.file(value).unwrap_or_else(|| value.clone()));
            }
        }
        if class == "_File" {
            self.add_address(&mut shown);
        }
        shown
    }

    fn is_own(&self, user: &Row) -> bool {
        self.caller.master || self.caller.user() == user.get("objectId").and_then(Value::as_str)
    }

    /// The address of an internal file is made from the file host of this moment.
    fn add_address(&self, file: &mut Map<String, Value>) {
        let named = file.remove("keep_file_name") == Some(Value::Bool(true));
        let Some(host) = &self.view.file_host else {
            return;
        };
        if let Some(key) = file.get("key").and_then(Value::as_str) {
            let name = file.get("name").and_then(Value::as_str).filter(|_| named);
            let url = address(host, key, name);
            file.insert("url".to_owned(), Value::String(url));
        }
    }

    /// The read form of a reference to a file; none where it is no such reference, or the file is gone.
    fn file(&self, value: &Value) -> Option<Value> {
        if value.get("__type")?.as_str()? != "File" {
            return None;
        }
        let row = self.state.row("_File", value.get("id")?.as_str()?)?;
        let mut file = self.bare("_File", row);
        file.remove("ACL");
        file.insert("__type".to_owned(), Value::String("File".to_owned()));
        Some(Value::Object(file))
    }

    /// Expands the pointer at a path, and what it leads to.
    fn include(&self, shown: &mut Map<String, Value>, path: &[&str]) {
        let Some((name, rest)) = path.split_first() else {
            return;
        };
        if let Some(value) = shown.get_mut(*name) {
            self.expand(value, rest);
        }
    }

    fn expand(&self, value: &mut Value, rest: &[&str]) {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(|item| self.expand(item, rest));
            return;
        }
        if let Some(file) = self.file(value) {
            *value = file;
        } else if let Some(object) = self.pointed(value) {
            *value = Value::Object(object);
        }
        if let Value::Object(fields) = value {
            self.include(fields, rest);
        }
    }

    /// A pointer with all the fields of what it points to; one that leads nowhere stays as it is.
    fn pointed(&self, value: &Value) -> Option<Map<String, Value>> {
        if value.get("__type")?.as_str()? != "Pointer" {
            return None;
        }
        let class = value.get("className")?.as_str()?;
        let row = self.state.row(class, value.get("objectId")?.as_str()?)?;
        if !may_read(row, self.caller) {
            return None;
        }
        let mut object = self.bare(class, row);
        object.insert("__type".to_owned(), Value::String("Pointer".to_owned()));
        object.insert("className".to_owned(), Value::String(class.to_owned()));
        Some(object)
    }
}

/// The address of a file; `name` where it was kept.
pub(super) fn address(host: &str, key: &str, name: Option<&str>) -> String {
    let encode = |text: &str| percent_encoding::utf8_percent_encode(text, PATH).to_string();
    let name = name.map(|name| format!("/{}", encode(name))).unwrap_or_default();
    format!("{host}/lcfile/{}{name}", encode(key))
}

/// What a path of an address may not hold as it is.
const PATH: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`');

/// Only the chosen keys, or all but those with a minus.
fn select(row: Map<String, Value>, keys: &[String]) -> Map<String, Value> {
    let (excluded, chosen): (Vec<&str>, Vec<&str>) = keys
        .iter()
        .map(String::as_str)
        .partition(|key| key.starts_with('-'));
    let mut shown = Map::new();
    if chosen.is_empty() {
        shown = row;
    } else {
        for key in ["objectId", "createdAt", "updatedAt", "ACL", "__type", "className"]
            .iter()
            .chain(&chosen)
        {
            let path: Vec<&str> = key.split('.').collect();
            copy(&row, &mut shown, &path);
        }
    }
    for key in excluded {
        let path: Vec<&str> = key.trim_start_matches('-').split('.').collect();
        remove(&mut shown, &path);
    }
    shown
}

fn copy(from: &Map<String, Value>, to: &mut Map<String, Value>, path: &[&str]) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    let Some(value) = from.get(*name) else {
        return;
    };
    match value {
        Value::Object(inner) if !rest.is_empty() => {
            let place = to.entry(*name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(place) = place {
                for key in ["__type", "className", "objectId"] {
                    copy(inner, place, &[key]);
                }
                copy(inner, place, rest);
            }
        }
        _ => {
            to.insert((*name).to_owned(), value.clone());
        }
    }
}

fn remove(from: &mut Map<String, Value>, path: &[&str]) {
    match path {
        [] => {}
        [name] => {
            from.remove(*name);
        }
        [name, rest @ ..] => {
            if let Some(Value::Object(inner)) = from.get_mut(*name) {
                remove(inner, rest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selected(row: Value, keys: &[&str]) -> Value {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        Value::Object(select(row.as_object().cloned().unwrap_or_default(), &keys))
    }

    #[test]
    fn keys_choose_and_leave_out() {
        let row = json!({"objectId": "1", "createdAt": "c", "a": 1, "b": {"c": 2, "d": 3}});
        assert_eq!(
            selected(row.clone(), &["b.c"]),
            json!({"objectId": "1", "createdAt": "c", "b": {"c": 2}})
        );
        assert_eq!(
            selected(row.clone(), &["-b", "-createdAt"]),
            json!({"objectId": "1", "a": 1})
        );
        assert_eq!(selected(row.clone(), &[]), row);
    }
}
