//! Users: signed up, anonymous, logged in; their sessions stand in `sessions.rs`.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::engine::Engine;

/// Failed log-ins within [`FAILURE_WINDOW`] that lock a user.
const MOST_FAILURES: usize = 6;
/// 15 minutes in milliseconds.
const FAILURE_WINDOW: i64 = 15 * 60 * 1000;

impl Engine<'_> {
    /// Signs up; with an identity of somebody who is known it is the log-in of that user.
    pub(super) fn sign_up(&mut self, call: &Call) -> Outcome {
        let mut fields = call.fields()?;
        if let Some(auth) = fields
            .get("authData")
            .and_then(Value::as_object)
            .filter(|auth| !auth.is_empty())
        {
            if let Some(id) = self.user_with(auth) {
                return Ok(Answer::ok(self.logged_in(call, &id)));
            }
            if call.params.is_on("failOnNotExist") {
                return Err(Refusal::bad(211, "Could not find user."));
            }
            if !fields.contains_key("username") {
                let name = Value::String(self.state.ids.letters(25));
                fields.insert("username".to_owned(), name);
            }
        }
        let password = self.credentials(&mut fields)?;
        for flag in ["emailVerified", "mobilePhoneVerified"] {
            fields.insert(flag.to_owned(), Value::Bool(false));
        }
        let id = self.insert(call, "_User", &fields)?;
        if let Some(password) = password {
            self.state.passwords.insert(id.clone(), password);
        }
        let body = self.logged_in(call, &id);
        Ok(Answer::created("_User", &id, body))
    }

    /// Checks name and password of a new user and takes the password out.
    fn credentials(&self, fields: &mut Map<String, Value>) -> Result<Option<String>, Refusal> {
        let password = fields
            .remove("password")
            .and_then(|password| password.as_str().map(ToOwned::to_owned));
        if password.is_none() && !fields.contains_key("authData") {
            return Err(Refusal::bad(201, "Password is missing or empty."));
        }
        let Some(name) = fields
            .get("username")
            .filter(|name| name.as_str().is_some_and(|name| !name.is_empty()))
        else {
            return Err(Refusal::bad(200, "Username is missing or empty."));
        };
        self.check_free("username", name, "", 202, "Username has already been taken.")?;
        if let Some(email) = fields.get("email") {
            self.check_free(
                "email",
                email,
                "",
                203,
                "The email address has already been taken.",
            )?;
        }
        Ok(password)
    }

    fn check_free(
        &self,
        column: &str,
        value: &Value,
        except: &str,
        code: i64,
        text: &str,
    ) -> Result<(), Refusal> {
        let users = self.state.classes.get("_User");
        if users.is_some_and(|users| users.twin(column, value, except).is_some()) {
            return Err(Refusal::bad(code, text));
        }
        Ok(())
    }

    /// The user whom one of these identities belongs to.
    fn user_with(&self, auth: &Map<String, Value>) -> Option<String> {
        let users = &self.state.classes.get("_User")?.rows;
        let known = |user: &Map<String, Value>| {
            auth.iter().any(|(provider, identity)| {
                let stored = user.get("authData").and_then(|auth| auth.get(provider));
                let ids = (stored.and_then(identity_id), identity_id(identity));
                matches!(ids, (Some(stored), Some(given)) if stored == given)
            })
        };
        users
            .iter()
            .find(|(_, user)| known(user))
            .map(|(id, _)| id.clone())
    }

    /// What a change of a user writes, and the new password where there is one.
    pub(super) fn user_change(
        &self,
        id: &str,
        mut fields: Map<String, Value>,
    ) -> Result<(Map<String, Value>, Option<String>), Refusal> {
        let password = fields
            .remove("password")
            .and_then(|password| password.as_str().map(ToOwned::to_owned));
        if let Some(name) = fields.get("username") {
            self.check_free("username", name, id, 202, "Username has already been taken.")?;
        }
        if let Some(Value::Object(auth)) = fields.get("authData") {
            if self.user_with(auth).is_some_and(|owner| owner != id) {
                return Err(Refusal::bad(208, "The identity belongs to another user."));
            }
            // Linking adds to the identities that are there.
            let mut linked = self
                .state
                .row("_User", id)
                .and_then(|user| user.get("authData"))
                .cloned();
            let linked = linked.get_or_insert_with(|| json!({}));
            if let Some(linked) = linked.as_object_mut() {
                linked.extend(auth.clone());
            }
            let linked = linked.clone();
            fields.insert("authData".to_owned(), linked);
        }
        Ok((fields, password))
    }

    pub(super) fn log_in(&mut self, call: &Call) -> Outcome {
        let fields = call.fields()?;
        let names = ["username", "email", "mobilePhoneNumber"];
        let Some((column, name)) = names
            .iter()
            .find_map(|column| Some((*column, fields.get(*column)?)))
        else {
            return Err(Refusal::bad(200, "Username is missing or empty."));
        };
        let users = self.state.classes.get("_User");
        let id = users
            .and_then(|users| users.twin(column, name, ""))
            .map(ToOwned::to_owned);
        let id = id.ok_or_else(Refusal::no_user)?;
        let since = self.now - FAILURE_WINDOW;
        let failures = self.state.failures.entry(id.clone()).or_default();
        failures.retain(|moment| *moment > since);
        if failures.len() >= MOST_FAILURES {
            return Err(Refusal::bad(
                219,
                "Tried too many times; the account is locked for 15 minutes.",
            ));
        }
        let given = fields.get("password").and_then(Value::as_str);
        if given.is_none() || self.state.passwords.get(&id).map(String::as_str) != given {
            failures.push(self.now);
            return Err(Refusal::bad(210, "The username and password mismatch."));
        }
        Ok(Answer::ok(self.logged_in(call, &id)))
    }
}

fn identity_id(identity: &Value) -> Option<&Value> {
    ["id", "uid", "openid"].iter().find_map(|name| identity.get(name))
}
