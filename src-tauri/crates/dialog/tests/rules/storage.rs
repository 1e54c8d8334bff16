//! What happens when a turn, or the end, cannot be put on disk.

use rehearse_dialog::{Action, Effect, Event, PauseCause, Phase, SaveFault, Verdict};
use rehearse_domain::EndReason;

use crate::practice::*;

const FULL: Phase = Phase::Paused {
    cause: PauseCause::Storage(SaveFault::DiskFull),
};

fn save_fails(practice: &mut Practice) -> Vec<Effect> {
    let request = practice.save().0;
    practice.happens(Event::SaveFailed {
        request,
        fault: SaveFault::DiskFull,
    })
}

fn close_fails(practice: &mut Practice) -> Vec<Effect> {
    let request = practice.closing().0;
    practice.happens(Event::SaveFailed {
        request,
        fault: SaveFault::DiskFull,
    })
}

fn with_an_unsaved_take() -> Practice {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    practice
}

#[test]
fn a_turn_that_cannot_be_committed_stops_the_clocks_and_is_not_answered() {
    let mut practice = with_an_unsaved_take();
    assert_eq!(save_fails(&mut practice), []);
    assert_eq!(practice.phase(), FULL);
    assert_eq!(practice.wait(seconds(1_000)), []);
}

#[test]
fn a_retry_commits_the_very_same_turn() {
    let mut practice = with_an_unsaved_take();
    let (first, turn) = practice.save();
    save_fails(&mut practice);
    practice.user(Action::Retry);
    let (second, again) = practice.save();
    assert_ne!(first, second);
    assert_eq!(turn, again);
    assert_eq!(practice.phase(), Phase::Saving);
    assert_eq!(
        practice.happens(Event::TurnSaved { request: first }),
        [],
        "a stale answer"
    );
    assert!(asks(&practice.turn_is_saved()));
}

fn with_an_unsaved_answer() -> Practice {
    let mut practice = Practice::while_working(usual());
    practice.partner_answers();
    practice.partner_is_heard();
    practice
}

#[test]
fn an_answer_that_cannot_be_committed_stops_the_clocks_and_is_tried_again() {
    let mut practice = with_an_unsaved_answer();
    let (_, turn) = practice.save();
    save_fails(&mut practice);
    assert_eq!(practice.phase(), FULL);
    assert!(saves(&practice.user(Action::Retry)));
    assert_eq!(practice.save().1, turn);
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert_eq!(practice.turn_is_saved(), []);
}

#[test]
fn an_answer_that_cannot_be_committed_keeps_the_take_that_is_being_spoken() {
    let mut practice = with_an_unsaved_answer();
    practice.records_for(seconds(2));
    let effects = save_fails(&mut practice);
    assert!(effects.contains(&Effect::StopCapture {
        request: practice.capture()
    }));
    practice.take_is_whole(take(seconds(2)));
    assert_eq!(practice.phase(), FULL);
    practice.user(Action::Retry);
    practice.turn_is_saved();
    assert_eq!(practice.phase(), Phase::Reviewing);
    assert!(saves(&practice.user(Action::Send)));
    assert_eq!(practice.save().1.sequence, 3);
}

#[test]
fn ending_tries_the_answer_once_more_and_then_goes_without_it() {
    let mut practice = with_an_unsaved_answer();
    save_fails(&mut practice);
    let effects = practice.user(Action::End);
    assert!(saves(&effects));
    assert_eq!(closed(&effects), None);
    assert_eq!(closed(&save_fails(&mut practice)), Some(EndReason::Manual));
}

#[test]
fn a_full_disk_is_said_even_in_a_pause() {
    let mut practice = with_an_unsaved_take();
    practice.user(Action::Pause);
    save_fails(&mut practice);
    assert_eq!(practice.phase(), FULL);
}

#[test]
fn ending_tries_the_turn_once_more_and_then_lets_the_clip_lie_for_recovery() {
    let mut practice = with_an_unsaved_take();
    save_fails(&mut practice);
    let effects = practice.user(Action::End);
    assert!(saves(&effects));
    assert_eq!(closed(&effects), None);
    let effects = save_fails(&mut practice);
    assert_eq!(closed(&effects), Some(EndReason::Manual));
    assert!(
        !practice
            .log
            .iter()
            .any(|effect| matches!(effect, Effect::DropTake { .. }))
    );
}

#[test]
fn an_end_nobody_asked_for_does_not_give_up_a_turn_unasked() {
    let mut practice = with_an_unsaved_take();
    practice.happens(Event::ObjectiveJudged {
        after: 0,
        verdict: Verdict::Succeeded,
        reason: "Agreed.".into(),
    });
    save_fails(&mut practice);
    assert_eq!(practice.phase(), FULL);
    assert!(saves(&practice.user(Action::Retry)));
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::ObjectiveMet));
}

#[test]
fn an_end_that_cannot_be_committed_is_repeated_with_the_same_reason() {
    let mut practice = Practice::at_your_turn(usual());
    practice.wait(seconds(30));
    close_fails(&mut practice);
    assert_eq!(practice.phase(), FULL);
    assert_eq!(closed(&practice.user(Action::Retry)), Some(EndReason::Idle));
    practice.end_is_saved();
    assert_eq!(
        practice.phase(),
        Phase::Ended {
            reason: EndReason::Idle
        }
    );
}

#[test]
fn an_end_that_cannot_be_committed_can_be_left_to_the_next_start() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::End);
    close_fails(&mut practice);
    assert_eq!(practice.user(Action::End), []);
    assert_eq!(
        practice.phase(),
        Phase::Ended {
            reason: EndReason::Manual
        }
    );
}
