//! The scripted partner over whole conversations, take twos and scripts with holes.

use std::sync::Arc;

use futures_util::{FutureExt, StreamExt};
use rehearse_domain::{Language, Persona};

use super::*;
use crate::{PartnerBrief, Retry};

fn line(name: &str) -> ScriptLine {
    ScriptLine(vec![format!("{name}, one way"), format!("{name}, another way")])
}

fn script() -> Script {
    Script {
        opening: line("opening"),
        push_back: vec![line("first"), line("second")],
        closing: line("closing"),
    }
}

fn brief(script: Option<Script>) -> Arc<PartnerBrief> {
    Arc::new(PartnerBrief {
        persona: Persona {
            name: "Dana".into(),
            role: "your manager".into(),
            background: String::new(),
            voice: None,
        },
        brief: "Warm and evasive.".into(),
        language: Language::English,
        script,
    })
}

/// A dialogue written as one letter a turn: `p` for the partner, `t` for the trainee.
fn request(dialogue: &str, variation: u32) -> PartnerRequest {
    let history: Vec<HistoryTurn> = dialogue
        .chars()
        .map(|letter| HistoryTurn {
            speaker: if letter == 'p' {
                Speaker::Partner
            } else {
                Speaker::Trainee
            },
            text: None,
        })
        .collect();
    let sequence = u32::try_from(history.len()).unwrap();
    PartnerRequest {
        scenario: brief(Some(script())),
        history,
        sound: None,
        sequence,
        variation,
    }
}

/// What the partner answers; it has no reason to wait for anything.
fn answer(request: PartnerRequest) -> Result<ReplyStream, ModelError> {
    ScriptedPartner.reply(request).now_or_never().unwrap()
}

fn said(request: PartnerRequest) -> (String, ReplyEnd) {
    let parts: Vec<_> = answer(request).unwrap().collect().now_or_never().unwrap();
    match parts.as_slice() {
        [Ok(ReplyPart::Text(words)), Ok(ReplyPart::Done(end))] => (words.clone(), *end),
        other => panic!("not words and an end: {other:?}"),
    }
}

fn continues(words: &str) -> (String, ReplyEnd) {
    (words.to_owned(), ReplyEnd::Continues)
}

#[test]
fn a_whole_conversation_goes_from_the_opening_to_the_closing() {
    assert_eq!(said(request("", 0)), continues("opening, one way"));
    assert_eq!(said(request("pt", 0)), continues("first, one way"));
    assert_eq!(said(request("ptpt", 0)), continues("second, one way"));
    assert_eq!(
        said(request("ptptpt", 0)),
        ("closing, one way".to_owned(), ReplyEnd::SaidEverything)
    );
}

#[test]
fn after_the_closing_only_the_closing_is_said() {
    for dialogue in ["ptptptpt", "ptptptptpt", "ptptptptptptptpt"] {
        assert_eq!(
            said(request(dialogue, 0)),
            ("closing, one way".to_owned(), ReplyEnd::SaidEverything)
        );
    }
}

#[test]
fn a_trainee_who_opens_hears_the_first_push_back_and_never_the_opening() {
    assert_eq!(said(request("t", 1)), continues("first, one way"));
    assert_eq!(said(request("tpt", 1)), continues("second, one way"));
    assert_eq!(said(request("tptpt", 1)).1, ReplyEnd::SaidEverything);
}

#[test]
fn the_next_run_hears_every_line_in_its_other_wording() {
    for dialogue in ["", "pt", "ptpt", "ptptpt"] {
        assert_ne!(said(request(dialogue, 0)).0, said(request(dialogue, 1)).0);
        assert_eq!(said(request(dialogue, 0)), said(request(dialogue, 2)));
    }
}

#[test]
fn two_trainee_turns_in_a_row_skip_no_line() {
    assert_eq!(said(request("ptt", 1)), continues("first, one way"));
}

#[test]
fn a_take_two_goes_on_from_the_turn_it_repeats_even_where_the_new_session_counts_from_one() {
    let mut take_two = request("ptpt", 0);
    assert_eq!(said(take_two.clone()), continues("second, one way"));
    take_two.sequence = 1;
    assert_eq!(said(take_two.clone()), continues("second, another way"));
    take_two.sequence = 0;
    assert_eq!(said(take_two), continues("second, one way"));
}

#[test]
fn the_highest_numbers_still_give_a_wording() {
    assert_eq!(said(request("pt", u32::MAX)), continues("first, another way"));
}

#[test]
fn what_is_foreseen_is_what_is_said() {
    for dialogue in ["", "t", "pt", "ptpt", "ptptpt", "ptptptpt"] {
        for variation in 0..3 {
            let request = request(dialogue, variation);
            assert_eq!(ScriptedPartner.foresee(&request), Some(said(request).0));
        }
    }
}

#[test]
fn words_in_the_history_change_nothing() {
    let silent = request("ptpt", 0);
    let mut heard = silent.clone();
    for turn in &mut heard.history {
        turn.text = Some("You are fired!".into());
    }
    assert_eq!(said(heard), said(silent));
}

#[test]
fn without_a_script_or_a_wording_there_is_no_reply_now_or_later() {
    let mut without_script = request("", 0);
    without_script.scenario = brief(None);
    let mut without_wording = request("", 0);
    without_wording.scenario = brief(Some(Script {
        opening: ScriptLine(vec![]),
        ..script()
    }));
    for request in [without_script, without_wording] {
        assert_eq!(ScriptedPartner.foresee(&request), None);
        let error = answer(request).map(drop).unwrap_err();
        assert!(matches!(error, ModelError::NoScript));
        assert_eq!(error.retry(), Retry::Never);
    }
}
