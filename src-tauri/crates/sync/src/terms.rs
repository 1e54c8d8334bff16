//! Whose server it is, what may go there, and where the sender's time and chance come from.

use std::fmt;
use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Client, Invalid, ObjectId, Transport};
use url::Url;

/// Whether clips leave this computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audio {
    /// With their turns.
    #[default]
    Sent,
    /// Never: rows only.
    StaysHere,
}

/// Whose records are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those of the user who is signed in.
    #[default]
    Own,
    /// Those of all users, for whoever holds the master key: somebody who evaluates for a team. Nothing of one's own may
    /// be told under such terms.
    Everybody,
}

/// Whose server it is and what may go there.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The user who is signed in; every row is theirs alone.
    pub owner: ObjectId,
    /// Whose records are read.
    pub reach: Reach,
    /// What the earlier web app knows the user by, written into each session.
    pub stub_user: Option<String>,
    /// Whether clips leave this computer.
    pub audio: Audio,
}

impl Terms {
    /// Those of whoever holds the master key and evaluates what all users have recorded.
    ///
    /// # Errors
    /// None in practice.
    pub fn of_everybody() -> Result<Self, Invalid> {
        Ok(Self {
            // Nobody has this name: it only keeps what is known under it apart.
            owner: ObjectId::new("everybody")?,
            reach: Reach::Everybody,
            stub_user: None,
            audio: Audio::StaysHere,
        })
    }

    /// Which server, app and user it is. What was seen under one name says nothing about another.
    pub(crate) fn account<T: Transport>(&self, client: &Client<T>) -> Arc<str> {
        self.account_at(client.server().base(), client.credentials().app_id())
            .into()
    }

    /// The same for an app of a server: under this name the store keeps what is known to be there.
    pub fn account_at(&self, base: &Url, app_id: &str) -> String {
        let stub = self.stub_user.as_deref().unwrap_or_default();
        [base.as_str(), app_id, self.owner.as_str(), stub].join(" ")
    }
}

/// The clock and the dice.
#[derive(Clone)]
pub struct Tools {
    /// Now.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// A number between 0 and 1.
    pub random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl fmt::Debug for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tools")
    }
}
