//! Refusals, each in the envelope of its dialect, key by key in the order in which the real servers write them.

use serde_json::Value;

use super::role::Dialect;

/// An error before it is written in a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// `type` of OpenAI's envelope.
    pub(super) kind: &'static str,
    /// `code` of DashScope's envelopes; empty is null.
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// A refusal as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: String,
    pub(super) retry_after: Option<String>,
}

impl Refusal {
    pub(super) fn new(
        status: u16,
        kind: &'static str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind,
            code,
            message: message.into(),
        }
    }

    /// 400 for a request that is wrong.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", "invalid_parameter_error", message)
    }

    pub(super) fn key(dialect: Dialect) -> Self {
        let message = match dialect {
            Dialect::Compatible => "Incorrect API key provided. See the documentation on error codes.",
            Dialect::Native => "Invalid API-key provided.",
            Dialect::Local | Dialect::Whisper => "Invalid API Key",
        };
        Self::new(401, "invalid_request_error", "invalid_api_key", message)
    }

    /// As hosts do that tell a person which of several keys was wrong.
    pub(super) fn key_quoted(key: &str) -> Self {
        let message = format!("Incorrect API key provided: {key}. You can find your key on the website.");
        Self::new(401, "invalid_request_error", "invalid_api_key", message)
    }

    pub(super) fn no_model(dialect: Dialect, model: &str) -> Self {
        match dialect {
            Dialect::Compatible => Self::new(
                404,
                "invalid_request_error",
                "model_not_found",
                format!("The model `{model}` does not exist or you do not have access to it."),
            ),
            Dialect::Native => Self::new(404, "", "model_not_found", "Model not exist."),
            Dialect::Local | Dialect::Whisper => {
                Self::new(404, "not_found_error", "", format!("model \"{model}\" not found"))
            }
        }
    }

    pub(super) fn denied() -> Self {
        Self::new(403, "access_denied", "access_denied", "Access denied.")
    }

    pub(super) fn written(&self, dialect: Dialect, number: usize) -> Written {
        let message = Value::from(self.message.as_str());
        let request = request_id(number);
        let body = match dialect {
            Dialect::Compatible => format!(
                r#"{{"error":{{"message":{message},"type":"{}","param":null,"code":"{}"}},"request_id":"{request}"}}"#,
                self.kind, self.code
            ),
            Dialect::Native => format!(
                r#"{{"code":"{}","message":{message},"request_id":"{request}"}}"#,
                native_code(self.code)
            ),
            Dialect::Local if self.status == 401 => {
                format!(r#"{{"error":{{"code":401,"message":{message},"type":"authentication_error"}}}}"#)
            }
            Dialect::Local => format!(
                r#"{{"error":{{"message":{message},"type":"{}","param":null,"code":null}}}}"#,
                self.kind
            ),
            Dialect::Whisper => format!(r#"{{"error":{message}}}"#),
        };
        json(self.status, body)
    }
}

/// Account overdue, in the envelope that it always has on the compatible route.
pub(super) fn arrearage(dialect: Dialect, number: usize) -> Written {
    let request = request_id(number);
    let message = "Access denied, please make sure your account is in good standing.";
    if dialect == Dialect::Native {
        let body = format!(r#"{{"code":"Arrearage","message":"{message}","request_id":"{request}"}}"#);
        return json(400, body);
    }
    let body = format!(
        r#"{{"error":{{"code":"Arrearage","param":null,"message":"{message}","type":"Arrearage"}},"id":"chatcmpl-{request}","request_id":"{request}"}}"#
    );
    json(400, body)
}

/// What the speech server, a FastAPI, answers.
pub(super) fn fast_api(code: &str, message: &str) -> Written {
    let message = Value::from(message);
    let body =
        format!(r#"{{"detail":{{"error":"{code}","message":{message},"type":"invalid_request_error"}}}}"#);
    json(400, body)
}

/// The error that comes inside a stream, or as a body that looks like one.
pub(super) const INSPECTION_FAILED: &str = r#"{"error":{"message":"Output data may contain inappropriate content.","type":"data_inspection_failed","param":null,"code":"data_inspection_failed"}}"#;

pub(super) fn json(status: u16, body: String) -> Written {
    Written {
        status,
        content_type: "application/json",
        body,
        retry_after: None,
    }
}

/// An id like those of the real server, told apart by the number of the request.
pub(super) fn request_id(number: usize) -> String {
    format!("0fa4e000-0000-4000-8000-{number:012x}")
}

/// `invalid_api_key` as the native interface writes it.
fn native_code(code: &str) -> String {
    let of_its_own = match code {
        "invalid_parameter_error" => "InvalidParameter",
        "limit_requests" => "Throttling.RateQuota",
        "insufficient_quota" => "Throttling.AllocationQuota",
        _ => "",
    };
    if !of_its_own.is_empty() {
        return of_its_own.to_owned();
    }
    code.split('_')
        .map(|word| {
            let mut characters = word.chars();
            let first = characters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(characters).collect::<String>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_wrong_is_told_in_the_words_of_each_dialect() {
        let told = |dialect| Refusal::key(dialect).written(dialect, 1).body;
        assert_eq!(
            told(Dialect::Native),
            r#"{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"0fa4e000-0000-4000-8000-000000000001"}"#
        );
        assert_eq!(
            told(Dialect::Local),
            r#"{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}"#
        );
        assert_eq!(told(Dialect::Whisper), r#"{"error":"Invalid API Key"}"#);
        assert!(
            told(Dialect::Compatible).contains(r#""param":null,"code":"invalid_api_key"},"request_id":"#)
        );
    }
}
