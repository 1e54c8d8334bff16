//! Sessions: one lasting token for each user, and whose a request is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::access::{Caller, Session};
use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::engine::Engine;
use super::options::StaleSession;

/// Letters and digits of a session token.
const TOKEN_LENGTH: usize = 25;

impl Engine<'_> {
    /// Whoever a request with this session token is from.
    pub(super) fn caller(&self, master: bool, token: Option<&str>) -> Result<Caller, Refusal> {
        let session = match token.filter(|token| !token.is_empty()) {
            None => Session::None,
            Some(token) => self
                .state
                .sessions
                .get(token)
                .map_or(Session::Stale, |user| Session::User(user.clone())),
        };
        if session == Session::Stale && self.options.stale_session == StaleSession::IsRefused {
            return Err(Refusal::forbidden("Invalid session token."));
        }
        let roles = match &session {
            Session::User(id) => self.roles_of(id),
            Session::None | Session::Stale => BTreeSet::new(),
        };
        Ok(Caller {
            master,
            session,
            roles,
        })
    }

    fn roles_of(&self, user: &str) -> BTreeSet<String> {
        let relations = self.state.relations.iter();
        let of_user = relations
            .filter(|((class, _, column), ids)| class == "_Role" && column == "users" && ids.contains(user));
        let name = |id: &str| {
            self.state
                .row("_Role", id)?
                .get("name")?
                .as_str()
                .map(ToOwned::to_owned)
        };
        of_user.filter_map(|((_, role, _), _)| name(role)).collect()
    }

    /// The whole user with the session token, as after a log-in.
    pub(super) fn logged_in(&mut self, call: &Call, id: &str) -> Value {
        let token = self.token_of(id);
        let own = Call {
            caller: Caller {
                master: call.caller.master,
                session: Session::User(id.to_owned()),
                roles: BTreeSet::new(),
            },
            ..call.clone()
        };
        let mut user = self.shaped(&own, "_User", id);
        if let Some(user) = user.as_object_mut() {
            user.insert("sessionToken".to_owned(), Value::String(token));
        }
        user
    }

    fn token_of(&mut self, id: &str) -> String {
        let known = self.state.sessions.iter().find(|(_, user)| *user == id);
        if let Some((token, _)) = known {
            return token.clone();
        }
        let token = self.state.ids.letters(TOKEN_LENGTH);
        self.state.sessions.insert(token.clone(), id.to_owned());
        token
    }

    pub(super) fn me(&mut self, call: &Call) -> Outcome {
        let id = call.caller.user().ok_or_else(Refusal::no_user)?.to_owned();
        Ok(Answer::ok(self.logged_in(call, &id)))
    }

    /// A new token for a user; the old one is nobody's from now on.
    pub(super) fn refresh_token(&mut self, call: &Call, id: &str) -> Outcome {
        if !call.caller.master && call.caller.user() != Some(id) {
            return Err(Refusal::bad(
                206,
                "The user cannot be altered by a client without the session.",
            ));
        }
        self.state.sessions.retain(|_, user| user != id);
        let token = self.token_of(id);
        Ok(Answer::ok(json!({"objectId": id, "sessionToken": token})))
    }
}
