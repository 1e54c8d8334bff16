//! What feedback waits for, where nobody works on it.

use rehearse_domain::Timestamp;
use rehearse_store::Evaluation;
use rehearse_sync::poller::Hold;

use super::sentences::{is_of_host, of_hold, why};
use crate::view::FeedbackStatus;

/// There is a result from elsewhere, of words that have not come. Only whoever recorded the session can ask for another.
pub(super) fn words_missing(is_mirror: bool) -> FeedbackStatus {
    FeedbackStatus::Waiting {
        why: why("feedback_words_missing"),
        until: None,
        can_ask: !is_mirror,
    }
}

/// What can be asked for by hand though nothing comes by itself; and a host that failed can be tried again at any time.
const BY_HAND: [&str; 8] = [
    "feedback_unasked",
    "feedback_server",
    "feedback_recording",
    "feedback_recording_missing",
    "feedback_on_request",
    "feedback_earlier",
    "feedback_budget",
    "feedback_on_battery",
];

/// Whether it keeps back only what nobody has asked for by hand.
pub(super) fn is_for_unasked(hold: &Hold) -> bool {
    ["feedback_on_request", "feedback_budget", "feedback_on_battery"].contains(&hold.code.as_str())
}

/// A hold of the poller's.
pub(super) fn waiting(hold: &Hold) -> FeedbackStatus {
    FeedbackStatus::Waiting {
        why: of_hold(hold),
        until: hold.until,
        can_ask: BY_HAND.contains(&hold.code.as_str()) || is_of_host(&hold.code),
    }
}

/// Nothing in this program sees to it: the host only looks something up, or another one has the data folder.
pub(super) fn nobody_at_it(
    evaluation: &Evaluation,
    is_nobody_chosen: bool,
    now: Timestamp,
) -> FeedbackStatus {
    match is_nobody_chosen {
        true => waiting(&Hold::everything("no_evaluator")),
        false if evaluation.next_attempt_at > now => soon(evaluation, now),
        false => waiting(&Hold::everything("feedback_unasked")),
    }
}

/// Its turn comes, perhaps after a pause.
pub(super) fn soon(evaluation: &Evaluation, now: Timestamp) -> FeedbackStatus {
    let later = evaluation.next_attempt_at > now;
    FeedbackStatus::Waiting {
        why: match &evaluation.last_error {
            Some(error) if later => why(error),
            _ => why("feedback_soon"),
        },
        until: later.then_some(evaluation.next_attempt_at),
        can_ask: later,
    }
}
