//! Why there is no feedback yet, as sentences of the message catalogue.

use rehearse_sync::poller::Hold;

use crate::error::ErrorView;

/// The sentences for what holds a session up.
pub(super) fn of_hold(hold: &Hold) -> ErrorView {
    let why = why(&hold.code);
    match &hold.host {
        Some(host) => why.with("host", host),
        None => why,
    }
}

/// The sentences for a word of the poller's, or of whoever it asked. What a host said no to differs by who was asked, what is to be done does
/// not.
pub(super) fn why(code: &str) -> ErrorView {
    let known = match code {
        "no_transcriber" => "feedback_no_transcriber",
        "no_evaluator" => "feedback_no_judge",
        "store" => "feedback_store",
        code if code.starts_with("feedback_") => code,
        code => return of_role(code),
    };
    ErrorView::new(known)
}

/// Whether a word of the poller's is about a host that failed.
pub(super) fn is_of_host(code: &str) -> bool {
    code.starts_with("evaluator_") || code.starts_with("transcriber_")
}

fn of_role(code: &str) -> ErrorView {
    let (role, word) = match (code.strip_prefix("evaluator_"), code.strip_prefix("transcriber_")) {
        (Some(word), _) => ("judge", word),
        (_, Some(word)) => ("transcriber", word),
        // It is that of a command.
        _ => return ErrorView::new(code),
    };
    let class = match word {
        "offline" => return ErrorView::new("feedback_offline"),
        "key" | "permission" | "no_model" | "billing" => word,
        "filtered" | "too_long" | "malformed" => word,
        "refused" | "unsupported" => "refused",
        _ => "away",
    };
    ErrorView::new(&format!("feedback_{role}_{class}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_reason_has_its_sentences_in_both_languages() {
        let catalogues = [
            include_str!("../../../../../ui/messages/en.json"),
            include_str!("../../../../../ui/messages/zh-CN.json"),
        ];
        let mut codes: Vec<String> = [
            "no_transcriber",
            "no_evaluator",
            "store",
            "feedback_offline",
            "feedback_on_request",
            "feedback_on_battery",
            "feedback_budget",
            "feedback_earlier",
            "feedback_practised",
            "feedback_soon",
            "feedback_unasked",
            "feedback_elsewhere",
            "feedback_signed_out",
            "feedback_server",
            "feedback_recording",
            "feedback_recording_missing",
            "feedback_words_missing",
        ]
        .map(ToOwned::to_owned)
        .into();
        for role in ["evaluator", "transcriber"] {
            for word in [
                "offline",
                "broke_off",
                "timed_out",
                "malformed",
                "key",
                "permission",
                "no_model",
                "billing",
                "busy",
                "filtered",
                "too_long",
                "unsupported",
                "down",
                "refused",
                "unavailable",
            ] {
                codes.push(format!("{role}_{word}"));
            }
        }
        for catalogue in catalogues {
            let messages: BTreeMap<String, String> = serde_json::from_str(catalogue).unwrap();
            for code in &codes {
                for part in ["what", "safe", "next"] {
                    let key = format!("error.{}.{part}", why(code).code);
                    assert!(messages.contains_key(&key), "{key}");
                }
            }
        }
    }
}
