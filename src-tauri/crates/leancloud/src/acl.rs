//! Who may see and change a row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ObjectId;

/// What somebody may do with a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// See it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read: bool,
    /// Change and delete it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub write: bool,
}

impl Access {
    /// See, change and delete.
    pub const ALL: Self = Self {
        read: true,
        write: true,
    };
    /// Only see.
    pub const READ: Self = Self {
        read: true,
        write: false,
    };
}

/// Who may see and change a row. A row that is created without one is the whole world's to see and to change.
///
/// ```
/// use rehearse_leancloud::{Access, Acl, ObjectId};
/// let owner = ObjectId::new("55a47496e4b05001a7732c5f")?;
/// let acl = Acl::owner(&owner).role("Coach", Access::READ);
/// assert_eq!(
///     serde_json::to_value(&acl).unwrap(),
///     serde_json::json!({
///         "55a47496e4b05001a7732c5f": {"read": true, "write": true},
///         "role:Coach": {"read": true},
///     })
/// );
/// # Ok::<(), rehearse_leancloud::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Acl(BTreeMap<String, Access>);

impl Acl {
    /// Nobody but the owner of the app.
    pub const fn nobody() -> Self {
        Self(BTreeMap::new())
    }

    /// One user, who may do everything, and nobody else.
    pub fn owner(user: &ObjectId) -> Self {
        Self::nobody().user(user, Access::ALL)
    }

    /// What a user may do.
    #[must_use]
    pub fn user(self, user: &ObjectId, access: Access) -> Self {
        self.with(user.to_string(), access)
    }

    /// What a role may do.
    #[must_use]
    pub fn role(self, name: &str, access: Access) -> Self {
        self.with(format!("role:{name}"), access)
    }

    /// What everybody may do.
    #[must_use]
    pub fn everybody(self, access: Access) -> Self {
        self.with("*".to_owned(), access)
    }

    /// What a user may do by name, roles and everybody not counted.
    pub fn of_user(&self, user: &ObjectId) -> Access {
        self.0.get(user.as_str()).copied().unwrap_or_default()
    }

    /// What everybody may do.
    pub fn of_everybody(&self) -> Access {
        self.0.get("*").copied().unwrap_or_default()
    }

    fn with(mut self, who: String, access: Access) -> Self {
        self.0.insert(who, access);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_back_and_what_is_not_said_is_not_allowed() {
        let text = r#"{"*":{"read":true},"u1":{"read":true,"write":true},"u2":{"read":false}}"#;
        let acl: Acl = serde_json::from_str(text).unwrap();
        let user = |id: &str| acl.of_user(&ObjectId::new(id).unwrap());
        assert_eq!(acl.of_everybody(), Access::READ);
        assert_eq!(user("u1"), Access::ALL);
        assert_eq!(user("u2"), Access::default());
        assert_eq!(user("u3"), Access::default());
        assert_eq!(serde_json::to_string(&Acl::nobody()).unwrap(), "{}");
        let open = Acl::nobody().everybody(Access::ALL);
        assert_eq!(
            serde_json::to_string(&open).unwrap(),
            r#"{"*":{"read":true,"write":true}}"#
        );
    }
}
