//! What a model's failure means to the session, and the sentence for it: what happened, what is safe, what to do next.

use rehearse_dialog::PartnerFault;
use rehearse_models::presets::Role;
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

/// The sentence for a model that did not answer. Each role has its own, because what is safe and what to do next differ.
pub(crate) fn of_model(role: Role, error: &ModelError) -> ErrorView {
    let role = match role {
        Role::Partner => "partner",
        Role::Transcriber => "transcriber",
        Role::Evaluator => "evaluator",
        Role::Speaker => "speaker",
    };
    let (what, host) = match error {
        ModelError::NoScript => ("no_script", None),
        ModelError::Offline => ("offline", None),
        ModelError::Unreachable(cause) => ("unavailable", Some(cause.to_string())),
        ModelError::BrokeOff(_) => ("broke_off", None),
        ModelError::TimedOut(_) => ("timed_out", None),
        ModelError::Malformed(_) => ("malformed", None),
        ModelError::Refused(refusal) => (refused(refusal.kind), Some(refusal.message.clone())),
        _ => ("unavailable", None),
    };
    let view = ErrorView::new(&format!("{role}_{what}"));
    match host.filter(|words| !words.is_empty()) {
        Some(words) => view.with("detail", words),
        None => view,
    }
}

fn refused(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Key => "key",
        RefusalKind::Permission => "permission",
        RefusalKind::NoSuchModel => "no_model",
        RefusalKind::Billing => "billing",
        RefusalKind::Busy | RefusalKind::Quota => "busy",
        RefusalKind::Filtered => "filtered",
        RefusalKind::TooLong => "too_long",
        RefusalKind::Unsupported => "unsupported",
        RefusalKind::Down => "down",
        _ => "refused",
    }
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
