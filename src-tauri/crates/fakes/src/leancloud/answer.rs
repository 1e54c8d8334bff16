//! What the API answers before it becomes HTTP: a success or a refusal.

use serde_json::{Value, json};

/// A success.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: Value,
}

/// An error with the number that clients tell it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: i64,
    pub(super) text: String,
}

pub(super) type Outcome = Result<Answer, Refusal>;

impl Answer {
    pub(super) const fn ok(body: Value) -> Self {
        Self {
            status: 200,
            location: None,
            body,
        }
    }

    /// 201 with the relative address of what was made.
    pub(super) fn created(class: &str, id: &str, body: Value) -> Self {
        let location = Some(format!("/1.1/classes/{class}/{id}"));
        Self {
            status: 201,
            location,
            body,
        }
    }
}

impl Refusal {
    pub(super) fn new(status: u16, code: i64, text: impl Into<String>) -> Self {
        Self {
            status,
            code,
            text: text.into(),
        }
    }

    /// 400, as most codes have.
    pub(super) fn bad(code: i64, text: impl Into<String>) -> Self {
        Self::new(400, code, text)
    }

    pub(super) fn forbidden(text: impl Into<String>) -> Self {
        Self::new(403, 403, text)
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, 401, "Unauthorized.")
    }

    pub(super) fn no_class() -> Self {
        Self::new(404, 101, "Class or object doesn't exists.")
    }

    pub(super) fn no_object(class: &str, id: &str) -> Self {
        Self::bad(
            1,
            format!("Could not find object by id '{id}' for class '{class}'."),
        )
    }

    pub(super) fn no_user() -> Self {
        Self::bad(211, "Could not find user.")
    }

    pub(super) fn no_effect() -> Self {
        Self::bad(305, "No effect on updating/deleting a document.")
    }

    pub(super) fn no_route() -> Self {
        Self::new(404, 1, "The requested resource does not exist.")
    }

    pub(super) fn malformed(what: &str) -> Self {
        Self::bad(107, format!("Malformed json object. {what}"))
    }

    pub(super) fn body(&self) -> Value {
        json!({"code": self.code, "error": self.text})
    }
}
