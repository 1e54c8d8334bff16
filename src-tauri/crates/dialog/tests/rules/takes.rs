//! What becomes of a take: sent, listened to, thrown away, had back, dropped.

use rehearse_dialog::{Action, Effect, Notice, Phase, TurnSource};
use rehearse_domain::SoundNote;

use crate::practice::*;

#[test]
fn a_slip_of_the_finger_is_announced_dropped_and_not_sent() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Release);
    let effects = practice.take_is_whole(take(millis(299)));
    let dropped = Effect::DropTake {
        take_request: practice.capture(),
    };
    assert_eq!(effects, [Effect::Announce(Notice::TakeTooShort), dropped]);
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn the_shortest_take_that_counts_lasts_300_ms() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Release);
    assert!(saves(&practice.take_is_whole(take(millis(300)))));
}

#[test]
fn a_silent_take_is_announced_dropped_and_not_sent() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Release);
    let effects = practice.take_is_whole(take_with(SoundNote::Silent));
    let dropped = Effect::DropTake {
        take_request: practice.capture(),
    };
    assert_eq!(effects, [Effect::Announce(Notice::TakeSilent), dropped]);
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn a_quiet_or_clipping_take_is_announced_before_it_is_sent() {
    let notes = [
        (SoundNote::TooQuiet, Notice::TakeTooQuiet),
        (SoundNote::Clipping, Notice::TakeClipping),
    ];
    for (note, notice) in notes {
        let mut practice = Practice::while_recording(usual());
        practice.user(Action::Release);
        let effects = practice.take_is_whole(take_with(note));
        assert_eq!(effects.first(), Some(&Effect::Announce(notice)));
        assert!(saves(&effects));
    }
}

#[test]
fn a_cancelled_take_is_kept_for_10_s_and_then_dropped() {
    let mut practice = Practice::while_recording(usual());
    assert_eq!(
        practice.user(Action::Cancel),
        [Effect::StopCapture {
            request: practice.capture()
        }]
    );
    assert_eq!(practice.take_is_whole(take(seconds(2))), []);
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert_eq!(practice.snapshot().undo_left, Some(seconds(10)));
    assert_eq!(practice.wait(millis(9_999)), []);
    let dropped = Effect::DropTake {
        take_request: practice.capture(),
    };
    assert_eq!(practice.wait(millis(1)), [dropped]);
    assert!(!practice.snapshot().can.undo_cancel);
    assert_eq!(practice.user(Action::UndoCancel), []);
}

#[test]
fn undoing_a_cancel_makes_the_take_the_turn() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Cancel);
    practice.take_is_whole(take(seconds(2)));
    practice.wait(seconds(9));
    practice.user(Action::UndoCancel);
    let (_, turn) = practice.save();
    assert_eq!(
        turn.source,
        TurnSource::Take {
            capture: practice.capture()
        }
    );
    practice.turn_is_saved();
    let dropped = practice
        .wait(seconds(20))
        .iter()
        .any(|effect| matches!(effect, Effect::DropTake { .. }));
    assert!(!dropped, "the file of a turn was dropped");
}

#[test]
fn undoing_a_cancel_while_the_clip_is_being_closed_sends_it() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Cancel);
    assert_eq!(practice.user(Action::UndoCancel), []);
    assert!(saves(&practice.take_is_whole(take(seconds(2)))));
}

#[test]
fn a_cancel_just_after_the_release_still_counts() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Release);
    practice.user(Action::Cancel);
    assert_eq!(practice.take_is_whole(take(seconds(2))), []);
    assert!(practice.snapshot().can.undo_cancel);
}

#[test]
fn a_cancelled_slip_goes_without_a_word() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Press);
    practice.user(Action::Cancel);
    practice.samples_arrive();
    let effects = practice.take_is_whole(take(millis(120)));
    assert_eq!(
        effects,
        [Effect::DropTake {
            take_request: practice.capture()
        }]
    );
}

#[test]
fn only_the_newest_cancelled_take_of_this_turn_can_be_had_back() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Cancel);
    practice.take_is_whole(take(seconds(2)));
    practice.user(Action::Release);
    practice.records_for(seconds(1));
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(1)));
    practice.turn_is_saved();
    practice.partner_replies(None, false);
    practice.turn_is_saved();
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert!(
        !practice.snapshot().can.undo_cancel,
        "a take of an earlier turn would become a later one"
    );
}

#[test]
fn a_take_is_listened_to_before_it_is_sent_when_the_trainee_wants_that() {
    let mut practice = Practice::while_recording(with_review());
    practice.user(Action::Release);
    assert_eq!(practice.take_is_whole(take(seconds(2))), []);
    assert_eq!(practice.phase(), Phase::Reviewing);
    assert_eq!(practice.snapshot().take_length, Some(seconds(2)));
    assert!(saves(&practice.user(Action::Send)));
}

#[test]
fn a_retake_keeps_the_old_take_for_10_s_and_undo_brings_the_review_back() {
    let mut practice = Practice::while_recording(with_review());
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    assert_eq!(practice.user(Action::Retake), []);
    assert_eq!(practice.phase(), Phase::YourTurn);
    practice.user(Action::UndoCancel);
    assert_eq!(practice.phase(), Phase::Reviewing);

    practice.user(Action::Retake);
    let old = Effect::DropTake {
        take_request: practice.capture(),
    };
    practice.records_for(seconds(1));
    assert!(practice.wait(seconds(9)).contains(&old));
}

#[test]
fn cancelling_in_review_is_a_retake() {
    let mut practice = Practice::while_recording(with_review());
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    practice.user(Action::Cancel);
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert!(practice.snapshot().can.undo_cancel);
}

#[test]
fn with_review_an_undone_cancel_is_listened_to_first() {
    let mut practice = Practice::while_recording(with_review());
    practice.user(Action::Cancel);
    practice.take_is_whole(take(seconds(2)));
    assert_eq!(practice.user(Action::UndoCancel), []);
    assert_eq!(practice.phase(), Phase::Reviewing);
}
