//! Press, release, tap, lock: who holds what, and what is harmless.

use rehearse_dialog::{Action, Effect, Event, Phase, TurnSource};
use rehearse_domain::{MAX_TURN, Speaker};

use crate::practice::*;

#[test]
fn recording_is_shown_only_after_the_first_samples() {
    let mut practice = Practice::at_your_turn(usual());
    assert!(starts_capture(&practice.user(Action::Press)));
    assert_eq!(practice.phase(), Phase::Arming);
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: false });
    practice.wait(seconds(3));
    assert_eq!(practice.snapshot().take_length, Some(seconds(3)));
    assert_eq!(practice.snapshot().take_left, Some(MAX_TURN - seconds(3)));
}

#[test]
fn press_speak_release_becomes_a_turn_and_only_then_is_the_partner_asked() {
    let mut practice = Practice::while_recording(usual());
    let began = practice.now.utc;
    let request = practice.capture();
    assert_eq!(practice.user(Action::Release), [Effect::StopCapture { request }]);
    assert_eq!(practice.phase(), Phase::Finishing);

    let effects = practice.take_is_whole(take(seconds(2)));
    assert!(saves(&effects) && !asks(&effects));
    assert_eq!(practice.phase(), Phase::Saving);
    let (_, turn) = practice.save();
    assert_eq!((turn.sequence, turn.speaker), (1, Speaker::Trainee));
    assert_eq!(turn.source, TurnSource::Take { capture: request });
    assert_eq!(turn.ended_at.since(turn.started_at), seconds(2));
    assert!(turn.started_at < began);

    let effects = practice.turn_is_saved();
    assert_eq!(
        effects,
        [Effect::AskPartner {
            request: practice.question(),
            sequence: 2
        }]
    );
    assert_eq!(practice.phase(), Phase::Working);
}

#[test]
fn a_release_before_the_first_samples_stops_as_soon_as_they_arrive() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Press);
    assert_eq!(practice.user(Action::Release), []);
    assert_eq!(practice.phase(), Phase::Arming);
    let effects = practice.samples_arrive();
    assert_eq!(
        effects,
        [Effect::StopCapture {
            request: practice.capture()
        }]
    );
}

#[test]
fn a_second_press_and_the_repetition_of_a_held_key_are_harmless() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Press);
    for _ in 0..5 {
        assert_eq!(practice.user(Action::Press), []);
    }
    practice.samples_arrive();
    assert_eq!(practice.user(Action::Press), []);
    assert_eq!(practice.phase(), Phase::Recording { locked: false });
    practice.user(Action::Release);
    assert_eq!(
        practice.user(Action::Press),
        [],
        "pressed while the clip is being closed"
    );
}

#[test]
fn a_key_that_is_still_held_after_a_cancel_starts_nothing() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Cancel);
    practice.take_is_whole(take(seconds(2)));
    assert_eq!(practice.user(Action::Press), []);
    practice.user(Action::Release);
    assert!(starts_capture(&practice.user(Action::Press)));
}

#[test]
fn a_release_without_a_press_is_harmless() {
    let mut practice = Practice::at_your_turn(usual());
    assert_eq!(practice.user(Action::Release), []);
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn a_tap_starts_a_take_that_needs_no_holding_and_the_next_one_finishes_it() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::ToggleTalk);
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: true });
    assert_eq!(practice.user(Action::Release), []);
    practice.user(Action::ToggleTalk);
    assert_eq!(practice.phase(), Phase::Finishing);
}

#[test]
fn a_locked_take_outlives_the_release_and_ends_with_the_next_press() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Lock);
    assert_eq!(practice.user(Action::Press), [], "the held key repeats");
    assert_eq!(practice.user(Action::Release), []);
    assert_eq!(practice.phase(), Phase::Recording { locked: true });
    assert_eq!(
        practice.user(Action::Press),
        [Effect::StopCapture {
            request: practice.capture()
        }]
    );
    assert_eq!(practice.user(Action::Release), []);
}

#[test]
fn lock_alone_starts_a_locked_take() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Lock);
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: true });
}

#[test]
fn pressing_while_the_partner_speaks_cuts_in() {
    let mut practice = Practice::begin(usual());
    practice.partner_answers();
    let playing = practice.playback();
    let effects = practice.user(Action::Press);
    assert_eq!(effects.first(), Some(&Effect::StopPlayback { request: playing }));
    let capture = practice.capture();
    assert_eq!(effects.last(), Some(&starts(capture)));
    assert_eq!(practice.happens(Event::PlaybackEnded { request: playing }), []);
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: false });
    practice.user(Action::Release);
    assert_eq!(
        practice.phase(),
        Phase::Finishing,
        "the key that cut in also finishes the take"
    );
}

#[test]
fn talking_is_refused_while_the_partner_works() {
    let mut practice = Practice::while_working(usual());
    for action in [Action::Press, Action::ToggleTalk, Action::Lock] {
        assert_eq!(practice.user(action), []);
    }
    assert_eq!(practice.phase(), Phase::Working);
}

#[test]
fn a_typed_turn_needs_no_sound() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Type {
        text: "  I would like a raise.\n".into(),
    });
    let (_, turn) = practice.save();
    assert_eq!(turn.source, TurnSource::Typed("I would like a raise.".into()));
    assert_eq!(turn.started_at, turn.ended_at);
    assert!(asks(&practice.turn_is_saved()));
}

#[test]
fn an_empty_typed_turn_is_none() {
    let mut practice = Practice::at_your_turn(usual());
    assert_eq!(
        practice.user(Action::Type {
            text: " \n\t ".into()
        }),
        []
    );
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn typing_while_the_partner_speaks_cuts_in() {
    let mut practice = Practice::begin(usual());
    practice.partner_answers();
    let effects = practice.user(Action::Type { text: "Wait.".into() });
    assert_eq!(
        effects.first(),
        Some(&Effect::StopPlayback {
            request: practice.playback()
        })
    );
    assert!(saves(&effects));
}

#[test]
fn typing_while_recording_is_refused() {
    let mut practice = Practice::while_recording(usual());
    assert_eq!(practice.user(Action::Type { text: "Wait.".into() }), []);
    assert_eq!(practice.phase(), Phase::Recording { locked: false });
}

#[test]
fn the_last_30_s_of_the_longest_turn_are_announced_once() {
    let mut practice = Practice::while_recording(without_limits());
    assert_eq!(practice.wait(seconds(267)), []);
    let effects = practice.wait(seconds(1));
    assert_eq!(
        effects,
        [Effect::Announce(rehearse_dialog::Notice::LastThirtySecondsOfTurn)]
    );
    assert_eq!(practice.snapshot().take_left, Some(seconds(30)));
    assert_eq!(practice.wait(seconds(30)), []);
}

#[test]
fn a_take_that_reached_its_limit_is_a_turn_like_any_other() {
    let mut practice = Practice::while_recording(without_limits());
    practice.wait(seconds(298));
    let whole = rehearse_dialog::Take {
        reached_limit: true,
        ..take(MAX_TURN)
    };
    assert!(saves(&practice.take_is_whole(whole)));
    practice.turn_is_saved();
    practice.partner_answers();
    practice.partner_is_heard();
    assert!(
        starts_capture(&practice.user(Action::Press)),
        "a new turn listens to the key again"
    );
}
