//! What a model's failure means to the session, and the sentence for it: what happened, what is safe, what to do next.

use rehearse_dialog::PartnerFault;
use rehearse_models::{AddressError, ModelError, RefusalKind};

use crate::error::ErrorView;

/// What a failure of the partner means to the machine.
pub(crate) fn partner_fault(error: &ModelError) -> PartnerFault {
    match error {
        ModelError::Unreachable(_) | ModelError::Offline => PartnerFault::Unreachable,
        ModelError::TimedOut(_) => PartnerFault::TimedOut,
        ModelError::Malformed(_) | ModelError::BrokeOff(_) => PartnerFault::Unusable,
        ModelError::NoScript => PartnerFault::NothingLeftToSay,
        ModelError::Refused(refusal) => match refusal.kind {
            RefusalKind::Key | RefusalKind::Permission => PartnerFault::NotAllowed,
            RefusalKind::Billing | RefusalKind::Busy | RefusalKind::Quota => PartnerFault::OverQuota,
            _ => PartnerFault::Other,
        },
        _ => PartnerFault::Other,
    }
}

/// The sentence for a partner that did not answer.
pub(crate) fn of_partner(error: &ModelError) -> ErrorView {
    let code = match error {
        ModelError::NoScript => "partner_no_script",
        ModelError::Offline => "partner_offline",
        ModelError::BrokeOff(_) => "partner_broke_off",
        ModelError::TimedOut(_) => "partner_timed_out",
        ModelError::Malformed(_) => "partner_malformed",
        ModelError::Refused(refusal) => match refusal.kind {
            RefusalKind::Key => "partner_key",
            RefusalKind::Permission => "partner_permission",
            RefusalKind::NoSuchModel => "partner_no_model",
            RefusalKind::Billing => "partner_billing",
            RefusalKind::Busy | RefusalKind::Quota => "partner_busy",
            RefusalKind::Filtered => "partner_filtered",
            RefusalKind::TooLong => "partner_too_long",
            RefusalKind::Unsupported => "partner_unsupported",
            RefusalKind::Down => "partner_down",
            _ => "partner_refused",
        },
        _ => "partner_unavailable",
    };
    ErrorView::new(code).with("detail", said(error))
}

/// The sentence for words that could not be written down, which a partner that does not hear waits for. What to do next
/// differs from that of a partner: the trainee can write them.
pub(crate) fn of_transcriber(error: &ModelError) -> ErrorView {
    let code = match error {
        ModelError::Offline => "transcriber_offline",
        ModelError::BrokeOff(_) => "transcriber_broke_off",
        ModelError::TimedOut(_) => "transcriber_timed_out",
        ModelError::Malformed(_) => "transcriber_malformed",
        ModelError::Refused(refusal) => match refusal.kind {
            RefusalKind::Key => "transcriber_key",
            RefusalKind::Permission => "transcriber_permission",
            RefusalKind::NoSuchModel => "transcriber_no_model",
            RefusalKind::Billing => "transcriber_billing",
            RefusalKind::Busy | RefusalKind::Quota => "transcriber_busy",
            RefusalKind::Filtered => "transcriber_filtered",
            RefusalKind::TooLong => "transcriber_too_long",
            RefusalKind::Unsupported => "transcriber_unsupported",
            RefusalKind::Down => "transcriber_down",
            _ => "transcriber_refused",
        },
        _ => "transcriber_unavailable",
    };
    ErrorView::new(code).with("detail", said(error))
}

/// The sentence for a judge that is being tried out.
#[cfg(feature = "calibration")]
pub(crate) fn of_judge(error: &ModelError) -> ErrorView {
    let code = match error {
        ModelError::Offline => "calibrate_offline",
        ModelError::Refused(_) => "calibrate_refused",
        _ => "calibrate_away",
    };
    ErrorView::new(code).with("detail", said(error))
}

/// What the host said of it, or what is known instead; empty when that is nothing.
fn said(error: &ModelError) -> String {
    let ModelError::Refused(refusal) = error else {
        return String::new();
    };
    let words = [refusal.message.trim(), refusal.code.as_str()];
    let status = || refusal.status.map(|status| format!("HTTP {status}"));
    let words = words.into_iter().find(|words| !words.is_empty());
    words.map(str::to_owned).or_else(status).unwrap_or_default()
}

/// The sentence for an address that is none.
pub(super) fn of_address(error: AddressError) -> ErrorView {
    ErrorView::new(match error {
        AddressError::Scheme => "model_address_scheme",
        AddressError::Secret => "model_address_secret",
        AddressError::Query => "model_address_query",
        _ => "model_address",
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use rehearse_models::Refusal;

    use super::*;

    fn refused(kind: RefusalKind, message: &str) -> ModelError {
        ModelError::Refused(Refusal {
            kind,
            status: Some(418),
            code: String::new(),
            message: message.to_owned(),
            request_id: None,
            retry_after: None,
        })
    }

    fn every_error() -> Vec<ModelError> {
        let kinds = [
            RefusalKind::Key,
            RefusalKind::Permission,
            RefusalKind::NoSuchModel,
            RefusalKind::Billing,
            RefusalKind::Busy,
            RefusalKind::Filtered,
            RefusalKind::TooLong,
            RefusalKind::Unsupported,
            RefusalKind::Down,
            RefusalKind::Other,
        ];
        let unreachable = || rehearse_net::NetError::PlainHttp { host: "a".into() };
        let mut errors = vec![
            ModelError::NoScript,
            ModelError::Offline,
            ModelError::Unreachable(unreachable()),
            ModelError::BrokeOff(unreachable()),
            ModelError::TimedOut(Duration::from_secs(20)),
            ModelError::Malformed(None),
        ];
        errors.extend(kinds.map(|kind| refused(kind, "")));
        errors
    }

    #[test]
    fn every_failure_of_a_model_has_its_sentences() {
        let messages = include_str!("../../../../../ui/messages/en.json");
        let messages: BTreeMap<String, String> = serde_json::from_str(messages).unwrap();
        let errors = every_error();
        for view in errors
            .iter()
            .flat_map(|error| [of_partner(error), of_transcriber(error)])
        {
            for part in ["what", "safe", "next"] {
                let key = format!("error.{}.{part}", view.code);
                assert!(messages.contains_key(&key), "{key}");
            }
        }
    }

    #[test]
    fn a_refusal_says_what_the_host_said_or_what_is_known_instead() {
        let told = |error: &ModelError| of_partner(error).params["detail"].clone();
        assert_eq!(told(&refused(RefusalKind::Other, " no sugar ")), "no sugar");
        assert_eq!(told(&refused(RefusalKind::Other, "")), "HTTP 418");
        assert_eq!(told(&ModelError::Offline), "");
    }
}
