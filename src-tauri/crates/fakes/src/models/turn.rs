//! One request under way: what it is answered with, and the failures that scripts want before any answer.

use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;

use super::ask::{messages, role_of};
use super::checks::EMPTY;
use super::fake::Shared;
use super::options::FakeModelsOptions;
use super::refusal::{INSPECTION_FAILED, Refusal, Written, arrearage, json, request_id};
use super::role::Dialect;
use super::script::Script;
use super::wire::Wire;

/// One request under way.
pub(super) struct Turn<'a> {
    pub(super) shared: &'a Shared,
    pub(super) wire: &'a Wire,
    pub(super) options: FakeModelsOptions,
    pub(super) number: usize,
    pub(super) script: Script,
    /// Whose manners the route has.
    pub(super) dialect: Dialect,
    pub(super) model: &'a str,
    /// Seconds since 1970, for `created` and `expires_at`.
    pub(super) created: i64,
}

impl Turn<'_> {
    pub(super) fn request_id(&self) -> String {
        request_id(self.number)
    }

    /// The key that came with the request, right or wrong.
    pub(super) fn key_shown(&self) -> &str {
        let shown = self.wire.headers.get(AUTHORIZATION);
        let shown = shown.and_then(|shown| shown.to_str().ok()).unwrap_or_default();
        shown.strip_prefix("Bearer ").unwrap_or_default()
    }

    /// As a date, which knows whole seconds only.
    fn in_three_seconds(&self) -> String {
        let then = Timestamp::from_second(self.created + 3).unwrap_or_default();
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&then);
        date.unwrap_or_default()
    }

    /// A refusal in the envelope of the route.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Written {
        refusal.written(self.dialect, self.number)
    }

    /// Fails a good request where its script wants that. To be called once, when all else about the request was found
    /// good, so that no script hides what is wrong with it, and before anything is heard or counted for its answer.
    pub(super) fn fail(&self, stream: bool) -> Result<(), Written> {
        self.failure(stream).map_or(Ok(()), Err)
    }

    fn failure(&self, stream: bool) -> Option<Written> {
        let write = |refusal: &Refusal| self.refuse(refusal);
        let dialect = self.dialect;
        let has = |field: &&str| self.wire.body.get(field).is_some_and(|value| !value.is_null());
        let written = match self.script {
            // Where there is no stream to fail in.
            Script::ErrStream200 if !stream => write(&Refusal::new(
                400,
                "data_inspection_failed",
                "data_inspection_failed",
                "Output data may contain inappropriate content.",
            )),
            Script::Err400DataPrefix => {
                let mut written = json(400, format!("data: {INSPECTION_FAILED}\n\n"));
                written.content_type = "text/event-stream";
                written
            }
            Script::ErrArrearage => arrearage(dialect, self.number),
            Script::Err401 => write(&Refusal::key(dialect)),
            Script::Err403 => write(&Refusal::denied()),
            Script::Err404 => write(&Refusal::no_model(dialect, self.model)),
            Script::ErrNative => Refusal::key(Dialect::Native).written(Dialect::Native, self.number),
            Script::Err401Quoted => write(&Refusal::key_quoted(self.key_shown())),
            Script::ErrStreamQuoted if !stream => write(&Refusal::key_quoted(self.key_shown())),
            Script::RefusesSeed | Script::RefusesThinking | Script::RefusesStreamOptions => {
                let field = refused_fields(self.script)
                    .iter()
                    .copied()
                    .find(|field| has(field))?;
                write(&Refusal::bad(format!(
                    "Unrecognized request argument supplied: {field}"
                )))
            }
            Script::Deaf if !self.wire.clips.is_empty() => write(&Refusal::new(
                500,
                "server_error",
                "server_error",
                "audio input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
            )),
            Script::AsrTooShort => write(&Refusal::bad(format!(
                "<400> InternalError.Algo.InvalidParameter: {EMPTY}"
            ))),
            Script::AsrRefusesContext if has_system(&self.wire.body) => {
                write(&Refusal::bad("Input should be a valid role - 'messages.0.role'"))
            }
            Script::Billing => write(&Refusal::new(
                429,
                "PrepaidBillOverdue",
                "PrepaidBillOverdue",
                "The prepaid bill is overdue.",
            )),
            script if script.failures() > 0 => {
                if !self.shared.fails_again(script, &self.wire.digest()) {
                    return None;
                }
                let mut written = write(&passing(script));
                written.retry_after = match script {
                    Script::RetryAfter => Some("1".to_owned()),
                    Script::RetryAfterDate => Some(self.in_three_seconds()),
                    _ => None,
                };
                written
            }
            _ => return None,
        };
        Some(written)
    }
}

/// The fields that a script does not know.
const fn refused_fields(script: Script) -> &'static [&'static str] {
    match script {
        Script::RefusesSeed => &["seed"],
        Script::RefusesThinking => &["enable_thinking", "reasoning_effort", "chat_template_kwargs"],
        Script::RefusesStreamOptions => &["stream_options"],
        _ => &[],
    }
}

fn has_system(body: &Value) -> bool {
    messages(body).iter().any(|message| role_of(message) == "system")
}

/// A failure that goes away by itself.
fn passing(script: Script) -> Refusal {
    match script {
        Script::QuotaThenOk => Refusal::new(
            429,
            "insufficient_quota",
            "insufficient_quota",
            "You exceeded your current quota, please check your plan and billing details.",
        ),
        Script::UnavailableThenOk => Refusal::new(
            503,
            "model_unavailable",
            "ModelUnavailable",
            "Model is unavailable, please try again later.",
        ),
        _ => Refusal::new(
            429,
            "limit_requests",
            "limit_requests",
            "You exceeded your current requests list.",
        ),
    }
}
