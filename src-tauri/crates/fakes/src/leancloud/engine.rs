//! The API as a whole: which operation a method and a path name. The operations stand in files of their own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::dates;
use super::options::FakeOptions;
use super::state::State;
use super::types::ColumnType;

/// One app at one moment.
pub(super) struct Engine<'a> {
    pub(super) options: &'a FakeOptions,
    pub(super) state: &'a mut State,
    /// Milliseconds since the epoch.
    pub(super) now: i64,
    /// Scheme and host that the request was sent to.
    pub(super) origin: &'a str,
}

impl Engine<'_> {
    /// Scheme and host of file addresses.
    pub(super) fn file_host(&self) -> &str {
        self.options.file_host.as_deref().unwrap_or(self.origin)
    }

    /// Counts an operation, and refuses it where the day's are used up.
    pub(super) fn bill(&mut self, operations: u64) -> Result<(), Refusal> {
        let day = self.now.div_euclid(86_400_000);
        if self.state.today.0 != day {
            self.state.today = (day, 0);
        }
        self.state.billed += operations;
        self.state.today.1 += operations;
        if self
            .options
            .daily_calls
            .is_some_and(|most| self.state.today.1 > most)
        {
            return Err(Refusal::bad(140, "The application has exceeded its quota."));
        }
        Ok(())
    }

    /// Carries one operation out.
    pub(super) fn run(&mut self, call: &Call) -> Outcome {
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        match (call.method.as_str(), path.as_slice()) {
            ("GET", ["ping"]) => Ok(Answer::ok(json!({"ping": "pong"}))),
            ("GET", ["date"]) => Ok(Answer::ok(json!({"__type": "Date", "iso": dates::iso(self.now)}))),
            ("POST", ["batch"]) => self.batch(call),
            ("POST", ["users"] | ["classes", "_User"]) => self.sign_up(call),
            ("POST", ["login"]) => self.log_in(call),
            ("GET", ["users", "me"]) => self.me(call),
            ("PUT", ["users", id, "refreshSessionToken"]) => self.refresh_token(call, id),
            ("POST", ["fileTokens"]) => self.file_token(call),
            ("POST", ["fileCallback"]) => self.file_callback(call),
            ("POST", ["files"]) => self.external_file(call),
            ("GET", ["scan", "classes", class]) => self.scan(call, class),
            ("GET", ["schemas"]) => self.schemas(call),
            ("GET", ["schemas", class]) => self.schema(call, class),
            (method, ["classes", class]) => self.collection(call, method, class),
            (method, ["classes", class, id]) => self.object(call, method, class, id),
            (method, ["users"]) => self.collection(call, method, "_User"),
            (method, ["users", id]) => self.object(call, method, "_User", id),
            (method, ["roles"]) => self.collection(call, method, "_Role"),
            (method, ["roles", id]) => self.object(call, method, "_Role", id),
            ("GET", ["files"]) => self.collection(call, "GET", "_File"),
            ("DELETE", ["files", id]) => self.delete(call, "_File", id),
            ("GET", ["files", id]) => self.get(call, "_File", id),
            _ => Err(Refusal::no_route()),
        }
    }

    fn collection(&mut self, call: &Call, method: &str, class: &str) -> Outcome {
        match method {
            "GET" => self.find(call, class),
            "POST" => self.create(call, class),
            _ => Err(Refusal::no_route()),
        }
    }

    fn object(&mut self, call: &Call, method: &str, class: &str, id: &str) -> Outcome {
        match method {
            "GET" => self.get(call, class, id),
            "PUT" => self.update(call, class, id),
            "DELETE" => self.delete(call, class, id),
            _ => Err(Refusal::no_route()),
        }
    }

    fn schemas(&self, call: &Call) -> Outcome {
        master_only(call)?;
        let schemas: BTreeMap<&String, Value> = self
            .state
            .classes
            .iter()
            .map(|(name, class)| (name, columns(&class.columns)))
            .collect();
        Ok(Answer::ok(json!(schemas)))
    }

    fn schema(&self, call: &Call, class: &str) -> Outcome {
        master_only(call)?;
        let class = self.state.classes.get(class).ok_or_else(Refusal::no_class)?;
        Ok(Answer::ok(columns(&class.columns)))
    }
}

/// Refuses whoever has no master key.
pub(super) fn master_only(call: &Call) -> Result<(), Refusal> {
    if call.caller.master {
        return Ok(());
    }
    Err(Refusal::forbidden("The master key is required."))
}

fn columns(columns: &BTreeMap<String, ColumnType>) -> Value {
    let shown = |column: &ColumnType| match column {
        ColumnType::Pointer(class) | ColumnType::Relation(class) => {
            json!({"type": column.name(), "className": class})
        }
        _ => json!({"type": column.name()}),
    };
    let own = columns.iter().map(|(name, column)| (name.clone(), shown(column)));
    let built_in = [
        ("objectId", "String"),
        ("createdAt", "Date"),
        ("updatedAt", "Date"),
        ("ACL", "ACL"),
    ];
    let built_in = built_in.map(|(name, column)| (name.to_owned(), json!({"type": column})));
    Value::Object(own.chain(built_in).collect())
}
