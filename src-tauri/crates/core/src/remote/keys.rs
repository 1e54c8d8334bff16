//! What is secret about an account: one secret, so that all of it is there or none.

use rehearse_leancloud::{AnonymousId, Secret, SignIn};
use serde::{Deserialize, Serialize};

/// The keys of the app and what brings the user back. It has no `Debug`.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Keys {
    pub(super) app_key: Option<String>,
    pub(super) master_key: Option<String>,
    /// What the server gave for signing in.
    pub(super) session: Option<String>,
    pub(super) user: Option<Returning>,
}

/// How the user signs in again.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Returning {
    Anonymous { id: String },
    Password { username: String, password: String },
}

impl Keys {
    /// How the user signs in again, if that is known.
    pub(super) fn sign_in(&self) -> Option<SignIn> {
        match self.user.as_ref()? {
            Returning::Anonymous { id } => AnonymousId::parse(id).map(SignIn::Anonymous),
            Returning::Password { username, password } => Some(SignIn::Password {
                username: username.clone(),
                password: Secret::new(&**password),
            }),
        }
    }
}
