//! A host's no, read from the error bodies of several cloud envelopes and local servers. Codes decide, then the status;
//! of a message only fragments are looked at, for messages carry addresses, numbers and stray spaces.

use std::time::Duration;

use serde_json::Value;

use super::keyless::keyless;
use super::sse::Sse;
use crate::{Key, Refusal, RefusalKind};

/// The longest that is kept of a host's own words, in characters.
const MOST_WORDS: usize = 300;

/// What hosts mean differently by the same code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// As OpenAI means it.
    #[default]
    OpenAi,
    /// As DashScope does: `insufficient_quota` is the tokens of this minute, not the account.
    DashScope,
}

/// What the head of an answer tells of a refusal. All is `None` inside a stream that began well.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

/// Reads the refusals of one host. No key is left in what it makes of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusals {
    pub(crate) dialect: Dialect,
    /// The key that the host was shown and may quote.
    pub(crate) key: Option<Key>,
}

impl Refusals {
    /// Reads the body of an answer that is no success.
    pub(crate) fn read(&self, body: &[u8], head: Head) -> Refusal {
        let told = match value_of(body) {
            Some(value) => Told::in_body(&self.keyless(value)).unwrap_or_default(),
            None => Told {
                message: self.words(String::from_utf8_lossy(body).trim()),
                ..Told::default()
            },
        };
        told.refusal(self.head(head), self.dialect)
    }

    /// The refusal inside an answer or an event that looked like a success; `None` when it is none.
    pub(crate) fn inside(&self, value: &Value, head: Head) -> Option<Refusal> {
        let answers = value.get("choices").is_some_and(|choices| !choices.is_null());
        if error_of(value).is_none() && (answers || code(value.get("code")).is_none()) {
            return None;
        }
        let told = Told::in_body(&self.keyless(value.clone()))?;
        Some(told.refusal(self.head(head), self.dialect))
    }

    /// Before anything is read: a code loses the marks by which a key is known.
    fn keyless(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.words(&text)),
            Value::Array(values) => values.into_iter().map(|value| self.keyless(value)).collect(),
            Value::Object(fields) => {
                let fields = fields.into_iter();
                fields.map(|(name, value)| (name, self.keyless(value))).collect()
            }
            other => other,
        }
    }

    fn words(&self, text: &str) -> String {
        keyless(text, self.key.as_ref())
    }

    fn head(&self, head: Head) -> Head {
        Head {
            request_id: head.request_id.map(|id| self.words(&id)),
            ..head
        }
    }
}

/// The JSON of a body. Some bodies are an event of a stream though the answer is none.
fn value_of(body: &[u8]) -> Option<Value> {
    let body = body.trim_ascii();
    if !body.starts_with(b"data") {
        return serde_json::from_slice(body).ok();
    }
    let (mut sse, mut events) = (Sse::default(), std::collections::VecDeque::new());
    sse.push(body, &mut events).ok()?;
    sse.finish(&mut events).ok()?;
    serde_json::from_slice(events.front()?).ok()
}

fn error_of(value: &Value) -> Option<&Value> {
    value.get("error").filter(|error| !error.is_null())
}

/// What a body says, in the words of the host.
#[derive(Debug, Default)]
struct Told {
    /// The code and, where that is missing or only a number, the type: normalised, the more telling first.
    codes: Vec<String>,
    message: String,
    request_id: Option<String>,
}

impl Told {
    fn in_body(value: &Value) -> Option<Self> {
        let mut told = Self::default();
        if let Some(error) = error_of(value) {
            told.add(error);
        } else if let Some(detail) = value.get("detail").filter(|detail| !detail.is_null()) {
            told.add(detail.get(0).unwrap_or(detail));
        } else if code(value.get("code")).is_some() || value.get("message").is_some_and(Value::is_string) {
            told.add(value);
        } else {
            return None;
        }
        told.request_id = request_id(value);
        Some(told)
    }

    fn add(&mut self, error: &Value) {
        if let Value::String(message) = error {
            message.clone_into(&mut self.message);
            return;
        }
        let codes = ["code", "error", "type"].map(|name| code(error.get(name)));
        self.codes.extend(codes.into_iter().flatten());
        let words = ["message", "msg", "error"].map(|name| error.get(name).and_then(Value::as_str));
        self.message = words.into_iter().flatten().next().unwrap_or_default().to_owned();
    }

    fn refusal(self, head: Head, dialect: Dialect) -> Refusal {
        Refusal {
            kind: self.kind(head.status, dialect),
            status: head.status,
            message: self.message.chars().take(MOST_WORDS).collect(),
            request_id: self.request_id.or(head.request_id),
            retry_after: head.retry_after,
            code: self.codes.into_iter().next().unwrap_or_default(),
        }
    }

    fn kind(&self, status: Option<u16>, dialect: Dialect) -> RefusalKind {
        let by_code = || self.codes.iter().find_map(|code| by_code(code, dialect));
        by_words(&self.message)
            .or_else(by_code)
            .or_else(|| by_status(status?))
            .unwrap_or_else(
                || match self.codes.iter().any(|code| code.starts_with("invalid")) {
                    true => RefusalKind::Unsupported,
                    false => RefusalKind::Other,
                },
            )
    }
}

/// A code in lower case without separators; `None` for one that is empty or only a number, which repeats the status.
fn code(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    let code: String = text
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(80)
        .collect();
    // A sentence is no code.
    let is_code = !text.trim().contains(' ') && code.chars().any(char::is_alphabetic);
    is_code.then_some(code)
}

/// The id in the books of the host; the one of an answer is made of it.
fn request_id(value: &Value) -> Option<String> {
    let named = value.get("request_id").and_then(Value::as_str);
    let of_answer = || value.get("id")?.as_str()?.strip_prefix("chatcmpl-");
    named.or_else(of_answer).map(ToOwned::to_owned)
}

/// What stands under a code that says something else.
fn by_words(message: &str) -> Option<RefusalKind> {
    const TOO_LONG: [&str; 5] = [
        "max bytes per data-uri",
        "range of input length",
        "maximum context length",
        "context size",
        "audio is too long",
    ];
    const EMPTY: [&str; 2] = ["audio is empty", "audio file is too short"];
    /// As llama.cpp says it, which takes it for trouble of its own.
    const NO_EARS: &str = "audio input is not supported";
    let message = message.to_lowercase();
    if message.contains("free allocated quota") {
        return Some(RefusalKind::Billing);
    }
    if EMPTY.iter().any(|words| message.contains(words)) {
        return Some(RefusalKind::EmptySound);
    }
    if message.contains(NO_EARS) {
        return Some(RefusalKind::Unsupported);
    }
    TOO_LONG
        .iter()
        .any(|words| message.contains(words))
        .then_some(RefusalKind::TooLong)
}

fn by_code(code: &str, dialect: Dialect) -> Option<RefusalKind> {
    Some(match code {
        "invalidapikey" | "incorrectapikey" | "authenticationerror" | "unauthorized" => RefusalKind::Key,
        "datainspectionfailed" | "contentfilter" | "contentpolicyviolation" => RefusalKind::Filtered,
        "arrearage"
        | "commoditynotpurchased"
        | "prepaidbilloverdue"
        | "postpaidbilloverdue"
        | "allocationquotafreetieronly"
        | "billinghardlimitreached"
        | "billingnotactive"
        | "insufficientbalance" => RefusalKind::Billing,
        "insufficientquota" if dialect == Dialect::OpenAi => RefusalKind::Billing,
        "insufficientquota" | "throttlingallocationquota" => RefusalKind::Quota,
        "limitrequests" | "limitburstrate" | "ratelimitexceeded" | "ratelimiterror" | "toomanyrequests" => {
            RefusalKind::Busy
        }
        "modelnotfound" | "modelnotsupported" | "notfounderror" | "invalidmodel" => RefusalKind::NoSuchModel,
        "modelaccessdenied" | "workspaceaccessdenied" | "permissiondenied" | "permissionerror" => {
            RefusalKind::Permission
        }
        "contextlengthexceeded" | "exceedcontextsizeerror" | "stringabovemaxlength" | "requesttoolarge" => {
            RefusalKind::TooLong
        }
        "audiotooshort" => RefusalKind::EmptySound,
        "systemerror" | "modelservicefailed" | "requesttimeout" | "modelservingerror"
        | "modelunavailable" | "serviceunavailable" | "servererror" | "unavailableerror"
        | "overloadederror" => RefusalKind::Down,
        _ if code.starts_with("throttling") => RefusalKind::Busy,
        _ if code.starts_with("accessdenied") => RefusalKind::Permission,
        _ if code.starts_with("internal") => RefusalKind::Down,
        _ if code.starts_with("unsupported") => RefusalKind::Unsupported,
        _ => return None,
    })
}

fn by_status(status: u16) -> Option<RefusalKind> {
    Some(match status {
        401 => RefusalKind::Key,
        402 => RefusalKind::Billing,
        403 => RefusalKind::Permission,
        404 => RefusalKind::NoSuchModel,
        413 => RefusalKind::TooLong,
        429 => RefusalKind::Busy,
        400 | 405 | 415 | 422 => RefusalKind::Unsupported,
        408 | 500..=599 => RefusalKind::Down,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
