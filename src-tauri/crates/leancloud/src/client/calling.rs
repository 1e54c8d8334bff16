//! How a call is made: once, and again where a client can mend by itself what went wrong. There are three such errors: a
//! server that is busy, a clock that is wrong, a session that ran out.

use std::sync::atomic::Ordering;

use serde_json::Value;
use tokio::time::timeout;

use super::Client;
use crate::answer::Answer;
use crate::call::Call;
use crate::{Authority, Dialect, Errand, Error, Next, SessionToken, Transport, Wait, Why};

/// Differences of clocks below this, in milliseconds, are no reason for a refused signature.
const CLOCK_GRAIN: u64 = 2_000;

impl<T: Transport> Client<T> {
    pub(crate) async fn call_json(&self, call: &Call) -> Result<Value, Error> {
        self.call(call).await?.json()
    }

    /// Makes a call, and mends what a client can mend by itself.
    pub(crate) async fn call(&self, call: &Call) -> Result<Answer, Error> {
        let (mut busy, mut clock_looked_at, mut renewed) = (0, false, false);
        loop {
            // The owner has no session that could run out.
            let owner = call.authority.unwrap_or(self.authority) == Authority::Master;
            let session = self.session().filter(|_| !call.without_session && !owner);
            let error = match self.once(call, session.as_ref(), true).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if is_busy(&error) && busy < self.settings().busy_retries {
                // The gate makes the next attempt wait.
                busy += 1;
            } else if !clock_looked_at && self.signing().is_some() && is_unauthorized(&error) {
                clock_looked_at = true;
                if !self.set_clock(&error).await {
                    return Err(error);
                }
            } else if !renewed && self.has_run_out(session.as_ref(), &error) {
                renewed = true;
                if !self.renew(session.as_ref()).await? {
                    return Err(error);
                }
            } else {
                return Err(error);
            }
        }
    }

    /// Makes a call once.
    async fn once(&self, call: &Call, session: Option<&SessionToken>, signed: bool) -> Result<Answer, Error> {
        let gate = &self.shared.api;
        let place = gate.enter().await;
        let request = self.request(call, session, self.signing().filter(|_| signed))?;
        let limit = self.settings().api_time;
        let answer = timeout(limit, async {
            Answer::read(self.transport().send(request, Errand::Api).await?).await
        })
        .await
        .unwrap_or(Err(Error::TimedOut(limit)))
        .and_then(Answer::judged);
        match &answer {
            Ok(_) => gate.answered(),
            Err(error) if is_busy(error) => {
                let retry_after = error.server().and_then(|error| error.retry_after);
                gate.refused(retry_after, (self.settings().random)());
            }
            Err(_) => {}
        }
        drop(place);
        answer
    }

    /// Sets the clock by the server after it refused a signature. Returns whether that changed anything.
    async fn set_clock(&self, refusal: &Error) -> bool {
        let told = refusal.server().and_then(|error| error.date);
        let server = match told {
            Some(date) => date,
            None => {
                // With the key itself, since no signature is accepted at the moment.
                let answer = self.once(&Call::get(["date"]), None, false).await;
                let told = answer.and_then(|answer| answer.json());
                match told.ok().and_then(|answer| crate::object::moment(&answer, "iso")) {
                    Some(date) => date,
                    None => return false,
                }
            }
        };
        let ours = (self.settings().now)().as_millis();
        let offset = server.as_millis().saturating_sub(ours);
        let before = self.shared.clock_offset.swap(offset, Ordering::Relaxed);
        tracing::info!(offset_ms = offset, "the clock of the server is followed");
        offset.abs_diff(before) > CLOCK_GRAIN
    }

    /// Whether a refusal says that the session has run out.
    pub(crate) fn has_run_out(&self, session: Option<&SessionToken>, error: &Error) -> bool {
        let (Some(_), Some(error)) = (session, error.server()) else {
            return false;
        };
        match self.dialect() {
            Dialect::Parse => error.code == Some(209),
            Dialect::LeanCloud => matches!(error.code, Some(206 | 211 | 403)) || error.status.as_u16() == 403,
        }
    }

    /// Signs in again. Returns whether there is another session now than the one that ran out. A way of signing in that
    /// was refused is not tried again before it is set anew.
    pub(crate) async fn renew(&self, old: Option<&SessionToken>) -> Result<bool, Error> {
        let _one_at_a_time = self.shared.renewing.lock().await;
        if self.session().as_ref() != old {
            return Ok(true);
        }
        let signed_in = self.shared.signed_in.read().clone();
        let Some(sign_in) = signed_in.sign_in.filter(|_| !signed_in.refused) else {
            return Ok(false);
        };
        let answer = match self.once(&sign_in.call(), None, true).await {
            Ok(answer) => answer.json()?,
            Err(error) if is_refusal_of_user(&error) => {
                tracing::warn!(%error, "signing in again was refused");
                self.shared.signed_in.write().refused = true;
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        let Some(session) = crate::users::session_in(&answer) else {
            return Err(Error::malformed("signing in brought no session"));
        };
        let changed = Some(&session) != old;
        self.set_session(Some(session));
        tracing::info!(changed, "signed in again");
        Ok(changed)
    }
}

fn is_busy(error: &Error) -> bool {
    matches!(
        error.next(),
        Next::Later {
            wait: Wait::Soon,
            why: Why::Busy,
            ..
        }
    )
}

/// Whether it is the user whom the server does not let in, not the app. Parse Server says that there is no such row.
fn is_refusal_of_user(error: &Error) -> bool {
    !is_unauthorized(error) && (error.is_missing() || error.next() == Next::SignInAgain)
}

fn is_unauthorized(error: &Error) -> bool {
    error
        .server()
        .is_some_and(|error| error.status.as_u16() == 401 || error.code == Some(401))
}

#[cfg(test)]
#[path = "calling_tests.rs"]
mod tests;
