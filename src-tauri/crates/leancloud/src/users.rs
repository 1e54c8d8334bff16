//! Signing in, and the user who is signed in.

use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::object::id_of;
use crate::{AnonymousId, Client, Dialect, Error, ObjectId, Secret, SessionToken, Transport};

/// How somebody signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// As the anonymous user with this id, who comes into being the first time.
    Anonymous(AnonymousId),
    /// With name and password.
    Password {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
}

impl SignIn {
    pub(crate) fn call(&self) -> Call {
        let call = match self {
            Self::Anonymous(id) => {
                Call::post(["users"], json!({"authData": {"anonymous": {"id": id.expose()}}}))
            }
            Self::Password { username, password } => Call::post(["login"], with_password(username, password)),
        };
        call.signing_in()
    }
}

/// A user as the server knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Its id, the name under which rights are given to it.
    pub id: ObjectId,
    /// Its name; anonymous users have one that nobody chose.
    pub username: Option<String>,
    /// Whether it came into being just now.
    pub new: bool,
    /// Everything else that the server tells, without what signs in.
    pub fields: Map<String, Value>,
}

/// Signing in. Whoever signs in here is signed in for all clones of the client, and is signed in again by itself when a
/// session runs out.
#[derive(Debug)]
pub struct Users<T> {
    client: Client<T>,
}

impl<T: Transport> Users<T> {
    pub(crate) const fn new(client: Client<T>) -> Self {
        Self { client }
    }

    /// Signs in as an anonymous user; made again with the same id it is the same user.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn anonymous(&self, id: &AnonymousId) -> Result<User, Error> {
        self.sign_in(SignIn::Anonymous(id.clone())).await
    }

    /// Signs in as an anonymous user who is there already; `None` when nobody has this id. LeanCloud can be told to make
    /// nobody new. Parse Server cannot: there whoever came into being by it goes at once.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn known_anonymous(&self, id: &AnonymousId) -> Result<Option<User>, Error> {
        /// LeanCloud's code for it.
        const NO_SUCH_USER: i64 = 211;
        let sign_in = SignIn::Anonymous(id.clone());
        let call = match self.client.dialect() {
            Dialect::LeanCloud => sign_in.call().parameter("failOnNotExist", true),
            Dialect::Parse => sign_in.call(),
        };
        let user = match self.sign_in_by(&call, sign_in).await {
            Err(Error::Server(refusal)) if refusal.code == Some(NO_SUCH_USER) => return Ok(None),
            user => user?,
        };
        if user.new {
            self.delete(&user.id).await?;
            return Ok(None);
        }
        Ok(Some(user))
    }

    /// Signs in with name and password.
    ///
    /// # Errors
    ///
    /// [`Error::Server`] when they are wrong ([`crate::Next::SignInAgain`]; Parse Server says code 101 then, which is
    /// turned into LeanCloud's 210), or after too many that were; those of any call.
    pub async fn log_in(&self, username: &str, password: &Secret) -> Result<User, Error> {
        let sign_in = SignIn::Password {
            username: username.to_owned(),
            password: password.clone(),
        };
        match self.sign_in(sign_in).await {
            Err(Error::Server(mut error)) if error.is_missing() => {
                error.code = Some(210);
                Err(error.into())
            }
            result => result,
        }
    }

    /// Brings a user with name and password into being and signs it in.
    ///
    /// # Errors
    ///
    /// [`crate::Reason::Taken`] when the name is somebody's; those of any call.
    pub async fn sign_up(&self, username: &str, password: &Secret) -> Result<User, Error> {
        let call = Call::post(["users"], with_password(username, password)).signing_in();
        let sign_in = SignIn::Password {
            username: username.to_owned(),
            password: password.clone(),
        };
        let answer = self.client.call(&call).await?;
        let user = self.settle(answer.json()?, true)?;
        self.client.set_sign_in(Some(sign_in));
        // Parse Server does not repeat the name.
        let username = Some(username.to_owned());
        Ok(User { username, ..user })
    }

    /// Gives the anonymous user who is signed in a name and a password, by which it can sign in from now on. Its id and
    /// its rows stay.
    ///
    /// # Errors
    ///
    /// [`crate::Reason::Taken`] when the name is somebody's; those of any call.
    pub async fn give_name(&self, user: &ObjectId, username: &str, password: &Secret) -> Result<(), Error> {
        let call = Call::put(["users", user.as_str()], with_password(username, password));
        let answer = self.client.call_json(&call).await?;
        // Parse Server ends all sessions when a password changes, and brings a new one.
        if let Some(session) = session_in(&answer) {
            self.client.set_session(Some(session));
        }
        self.client.set_sign_in(Some(SignIn::Password {
            username: username.to_owned(),
            password: password.clone(),
        }));
        Ok(())
    }

    /// The user whose session this is.
    ///
    /// # Errors
    ///
    /// [`crate::Next::SignInAgain`] when the session has run out or there is none; those of any call.
    pub async fn me(&self) -> Result<User, Error> {
        let answer = self.client.call_json(&Call::get(["users", "me"])).await?;
        read(answer, false)
    }

    /// Deletes the user who is signed in, and signs out. Its rows stay.
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn delete(&self, user: &ObjectId) -> Result<(), Error> {
        self.client.call(&Call::delete(["users", user.as_str()])).await?;
        self.sign_out();
        Ok(())
    }

    /// Forgets who is signed in, here. On the server nothing happens: LeanCloud's sessions are for ever.
    pub fn sign_out(&self) {
        self.client.set_session(None);
        self.client.set_sign_in(None);
    }

    async fn sign_in(&self, sign_in: SignIn) -> Result<User, Error> {
        self.sign_in_by(&sign_in.call(), sign_in).await
    }

    async fn sign_in_by(&self, call: &Call, sign_in: SignIn) -> Result<User, Error> {
        let answer = self.client.call(call).await?;
        let new = answer.status == http::StatusCode::CREATED;
        let user = self.settle(answer.json()?, new)?;
        self.client.set_sign_in(Some(sign_in));
        Ok(user)
    }

    fn settle(&self, answer: Value, new: bool) -> Result<User, Error> {
        let session = session_in(&answer).ok_or(Error::malformed("signing in brought no session"))?;
        let user = read(answer, new)?;
        self.client.set_session(Some(session));
        Ok(user)
    }
}

fn with_password(username: &str, password: &Secret) -> Value {
    json!({"username": username, "password": password.expose()})
}

pub(crate) fn session_in(answer: &Value) -> Option<SessionToken> {
    answer.get("sessionToken")?.as_str().map(SessionToken::new)
}

fn read(answer: Value, new: bool) -> Result<User, Error> {
    let id = id_of(&answer)?.ok_or(Error::malformed("a user has no id"))?;
    let Value::Object(mut fields) = answer else {
        return Err(Error::malformed("a user is no object"));
    };
    for known in [
        "objectId",
        "sessionToken",
        "authData",
        "ACL",
        "className",
        "__type",
    ] {
        fields.remove(known);
    }
    let username = fields
        .remove("username")
        .and_then(|name| name.as_str().map(str::to_owned));
    Ok(User {
        id,
        username,
        new,
        fields,
    })
}

#[cfg(test)]
#[path = "users_tests.rs"]
mod tests;
