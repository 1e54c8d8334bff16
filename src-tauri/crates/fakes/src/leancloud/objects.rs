//! Objects of a class: created, read, changed, deleted.

use serde_json::{Map, Value, json};

use super::access::{may_read, may_write};
use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::class::{Class, Row};
use super::condition::Conditions;
use super::dates;
use super::draft::{Draft, draft};
use super::engine::Engine;
use super::names::check_class;
use super::operations::Related;
use super::options::{DefaultAcl, MissingDelete};
use super::permission::{Permission, check};
use super::shape::{Shaper, View};

/// The most classes of one app.
const MOST_CLASSES: usize = 500;

impl Engine<'_> {
    pub(super) fn create(&mut self, call: &Call, class: &str) -> Outcome {
        let fields = call.fields()?;
        if class == "_Role" && fields.get("ACL").is_none_or(Value::is_null) {
            return Err(Refusal::bad(1, "Role ACL is required."));
        }
        let id = self.insert(call, class, &fields)?;
        let made = dates::iso(self.now);
        let body = if call.params.fetches() {
            self.shaped(call, class, &id)
        } else {
            json!({"objectId": id, "createdAt": made})
        };
        Ok(Answer::created(class, &id, body))
    }

    /// Puts a new row into a class and answers its id.
    pub(super) fn insert(
        &mut self,
        call: &Call,
        class: &str,
        fields: &Map<String, Value>,
    ) -> Result<String, Refusal> {
        check_class(class)?;
        check(self.options, class, Permission::Create, &call.caller)?;
        self.check_new_class(call, class)?;
        let nothing = Class::default();
        let known = self.state.classes.get(class).unwrap_or(&nothing);
        let mut draft = draft(known, Row::new(), fields, true)?;
        self.check_new_columns(call, class, &draft)?;
        self.check_size(&draft)?;
        let id = self.state.ids.object_id(self.now);
        self.check_unique(class, &id, &draft)?;
        let now = Value::String(dates::iso(self.now));
        draft.row.insert("objectId".to_owned(), Value::String(id.clone()));
        draft.row.insert("createdAt".to_owned(), now.clone());
        draft.row.insert("updatedAt".to_owned(), now);
        if !draft.row.contains_key("ACL") {
            draft.row.insert("ACL".to_owned(), self.default_acl(call));
        }
        self.store(class, &id, draft);
        Ok(id)
    }

    pub(super) fn get(&mut self, call: &Call, class: &str, id: &str) -> Outcome {
        let known = self.state.classes.get(class).ok_or_else(Refusal::no_class)?;
        check(self.options, class, Permission::Get, &call.caller)?;
        match known.rows.get(id) {
            Some(row) if may_read(row, &call.caller) => Ok(Answer::ok(self.shaped(call, class, id))),
            _ if class == "_User" => Err(Refusal::no_user()),
            _ => Ok(Answer::ok(json!({}))),
        }
    }

    pub(super) fn update(&mut self, call: &Call, class: &str, id: &str) -> Outcome {
        let fields = call.fields()?;
        let condition = call.params.json("where")?;
        let known = self.state.classes.get(class).ok_or_else(Refusal::no_class)?;
        check(self.options, class, Permission::Update, &call.caller)?;
        let Some(row) = known.rows.get(id) else {
            return Err(missing(condition.is_some(), class, id));
        };
        check_write(call, class, id, row)?;
        self.check_condition(call, class, row, condition.as_ref())?;
        let (fields, password) = if class == "_User" {
            self.user_change(id, fields)?
        } else {
            (fields, None)
        };
        let mut draft = draft(known, row.clone(), &fields, false)?;
        self.check_new_columns(call, class, &draft)?;
        self.check_size(&draft)?;
        self.check_unique(class, id, &draft)?;
        let updated = dates::iso(self.now);
        draft
            .row
            .insert("updatedAt".to_owned(), Value::String(updated.clone()));
        let changed = draft.changed.clone();
        self.store(class, id, draft);
        if let Some(password) = password {
            self.state.passwords.insert(id.to_owned(), password);
        }
        let mut body = json!({"updatedAt": updated, "objectId": id});
        if call.params.fetches() {
            let whole = self.shaped(call, class, id);
            for name in &changed {
                if let (Some(value), Some(body)) = (whole.get(name), body.as_object_mut()) {
                    body.insert(name.clone(), value.clone());
                }
            }
        }
        Ok(Answer::ok(body))
    }

    /// Deletes one row, or those of a comma list.
    pub(super) fn delete(&mut self, call: &Call, class: &str, ids: &str) -> Outcome {
        let condition = call.params.json("where")?;
        let known = self.state.classes.get(class).ok_or_else(Refusal::no_class)?;
        check(self.options, class, Permission::Delete, &call.caller)?;
        let ids: Vec<&str> = ids.split(',').filter(|id| !id.is_empty()).collect();
        for id in &ids {
            if let Some(row) = known.rows.get(*id) {
                check_write(call, class, id, row)?;
                self.check_condition(call, class, row, condition.as_ref())?;
            } else if condition.is_some() {
                return Err(Refusal::no_effect());
            } else if ids.len() == 1 {
                return self.missing_delete(class, id);
            }
        }
        for id in ids {
            self.remove(class, id);
        }
        Ok(Answer::ok(json!({})))
    }

    fn missing_delete(&self, class: &str, id: &str) -> Outcome {
        match self.options.missing_delete {
            MissingDelete::Succeeds => Ok(Answer::ok(json!({}))),
            MissingDelete::NotFound => Err(Refusal::no_class()),
            MissingDelete::CouldNotFind => Err(Refusal::no_object(class, id)),
        }
    }

    /// Takes a row away, and with a file's row its content.
    pub(super) fn remove(&mut self, class: &str, id: &str) {
        let row = self
            .state
            .classes
            .get_mut(class)
            .and_then(|class| class.rows.remove(id));
        self.state
            .relations
            .retain(|(owner, object, _), _| owner != class || object != id);
        if class == "_File"
            && let Some(key) = row
                .as_ref()
                .and_then(|row| row.get("key"))
                .and_then(Value::as_str)
        {
            self.state.contents.remove(key);
        }
        if class == "_User" {
            self.state.sessions.retain(|_, user| user != id);
        }
    }

    /// The row as the caller sees it.
    pub(super) fn shaped(&self, call: &Call, class: &str, id: &str) -> Value {
        let view = View::of(&call.params, self.options.acl_in_results, self.file_host());
        let shaper = Shaper {
            state: self.state,
            caller: &call.caller,
            view: &view,
        };
        self.state
            .row(class, id)
            .map_or(Value::Null, |row| shaper.shape(class, row))
    }

    fn store(&mut self, class: &str, id: &str, draft: Draft) {
        for (column, related) in draft.relations {
            let place = (class.to_owned(), id.to_owned(), column);
            let ids = self.state.relations.entry(place).or_default();
            match related {
                Related::Added(added) => ids.extend(added),
                Related::Removed(removed) => ids.retain(|id| !removed.contains(id)),
            }
        }
        let place = self.state.classes.entry(class.to_owned()).or_default();
        place.columns.extend(draft.columns);
        place.rows.insert(id.to_owned(), draft.row);
    }

    fn default_acl(&self, call: &Call) -> Value {
        match (self.options.default_acl, call.caller.user()) {
            (DefaultAcl::Owner, Some(user)) => json!({user: {"read": true, "write": true}}),
            (DefaultAcl::Owner, None) => json!({}),
            (DefaultAcl::Everyone, _) => json!({"*": {"read": true, "write": true}}),
        }
    }

    fn check_new_class(&self, call: &Call, class: &str) -> Result<(), Refusal> {
        if self.state.classes.contains_key(class) || class.starts_with('_') {
            return Ok(());
        }
        if !self.options.client_creates_classes && !call.caller.master {
            return Err(Refusal::bad(119, "This operation isn't allowed for clients."));
        }
        if self.state.classes.len() >= MOST_CLASSES {
            return Err(Refusal::bad(154, "Too many classes."));
        }
        Ok(())
    }

    fn check_new_columns(&self, call: &Call, class: &str, draft: &Draft) -> Result<(), Refusal> {
        if draft.columns.is_empty() {
            return Ok(());
        }
        check(self.options, class, Permission::AddFields, &call.caller)
    }

    fn check_size(&self, draft: &Draft) -> Result<(), Refusal> {
        let bytes = serde_json::to_vec(&draft.row).map_or(0, |bytes| bytes.len());
        if bytes > self.options.object_bytes {
            return Err(Refusal::bad(116, "The object is too large."));
        }
        Ok(())
    }

    fn check_unique(&self, class: &str, id: &str, draft: &Draft) -> Result<(), Refusal> {
        let Some(known) = self.state.classes.get(class) else {
            return Ok(());
        };
        let columns = self.options.unique.iter().filter(|(of, _)| of == class);
        let twin = |(_, column): &(String, String)| {
            draft
                .row
                .get(column)
                .is_some_and(|value| known.twin(column, value, id).is_some())
        };
        if columns.into_iter().any(twin) {
            return Err(Refusal::bad(
                137,
                "A unique field was given a value that is already taken.",
            ));
        }
        Ok(())
    }

    fn check_condition(
        &self,
        call: &Call,
        class: &str,
        row: &Row,
        condition: Option<&Value>,
    ) -> Result<(), Refusal> {
        let Some(condition) = condition else {
            return Ok(());
        };
        let strict = self.options.unknown_columns_are_refused;
        let conditions = Conditions {
            state: self.state,
            caller: &call.caller,
            strict,
        };
        if let Some(class) = self.state.classes.get(class) {
            conditions.check(class, condition)?;
        }
        if conditions.holds(row, condition)? {
            Ok(())
        } else {
            Err(Refusal::no_effect())
        }
    }
}

fn missing(conditional: bool, class: &str, id: &str) -> Refusal {
    if conditional {
        Refusal::no_effect()
    } else {
        Refusal::no_object(class, id)
    }
}

/// Users belong to themselves, whatever their ACL says.
fn check_write(call: &Call, class: &str, id: &str, row: &Row) -> Result<(), Refusal> {
    if class == "_User" {
        if call.caller.master || call.caller.user() == Some(id) {
            return Ok(());
        }
        return Err(Refusal::bad(
            206,
            "The user cannot be altered by a client without the session.",
        ));
    }
    if may_write(row, &call.caller) {
        return Ok(());
    }
    Err(Refusal::forbidden("Forbidden writing by object's ACL."))
}
