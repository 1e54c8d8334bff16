//! Class permissions: what the console lets whom do with a class as a whole.

use super::access::{Caller, Session};
use super::answer::Refusal;
use super::options::FakeOptions;

/// One switch of a class in the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Writing a column for the first time.
    AddFields,
    /// Creating rows.
    Create,
    /// Deleting rows.
    Delete,
    /// Changing rows.
    Update,
    /// Queries.
    Find,
    /// Reading one row by its id.
    Get,
}

impl Permission {
    const fn verb(self) -> &'static str {
        match self {
            Self::AddFields => "add fields",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Update => "update",
            Self::Find => "find",
            Self::Get => "get",
        }
    }
}

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever has the App Key.
    Everyone,
    /// Whoever has a session.
    Users,
    /// Nobody but the master key.
    Nobody,
}

/// What a new app has.
fn of_a_new_app(class: &str, permission: Permission) -> Who {
    match (class, permission) {
        ("_User", Permission::Find) | ("_File", Permission::Delete) => Who::Nobody,
        _ => Who::Everyone,
    }
}

/// Lets the caller through or says which switch is off.
pub(super) fn check(
    options: &FakeOptions,
    class: &str,
    permission: Permission,
    caller: &Caller,
) -> Result<(), Refusal> {
    let set = options.permissions.get(&(class.to_owned(), permission)).copied();
    let allowed = match set.unwrap_or_else(|| of_a_new_app(class, permission)) {
        Who::Everyone => true,
        Who::Users => matches!(caller.session, Session::User(_)),
        Who::Nobody => false,
    };
    if allowed || caller.master {
        return Ok(());
    }
    let verb = permission.verb();
    Err(Refusal::forbidden(format!(
        "Forbidden to {verb} by class '{class}' permissions."
    )))
}
