//! Faults of the sound.

use rehearse_dialog::{Action, Effect, Event, MediaFault, Notice, PauseCause, Phase};
use rehearse_domain::EndReason;

use crate::practice::*;

const LOST: Phase = Phase::Paused {
    cause: PauseCause::Media(MediaFault::DeviceLost),
};

fn capture_fails(practice: &mut Practice, kept: Option<rehearse_dialog::Take>) -> Vec<Effect> {
    let request = Some(practice.capture());
    practice.happens(Event::CaptureFailed {
        request,
        fault: MediaFault::DeviceLost,
        kept,
    })
}

#[test]
fn a_microphone_that_cannot_start_stops_the_clocks_and_can_be_tried_again() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Press);
    assert_eq!(capture_fails(&mut practice, None), []);
    assert_eq!(practice.phase(), LOST);
    practice.user(Action::Release);
    assert_eq!(practice.wait(seconds(1_000)), []);
    assert!(starts_capture(&practice.user(Action::Retry)));
    practice.samples_arrive();
    assert_eq!(
        practice.phase(),
        Phase::Recording { locked: true },
        "nobody holds the key"
    );
}

#[test]
fn after_a_fault_of_the_sound_turns_can_be_typed() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Press);
    capture_fails(&mut practice, None);
    assert_eq!(practice.user(Action::CarryOn), []);
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert!(saves(&practice.user(Action::Type {
        text: "Never mind the microphone.".into()
    })));
}

#[test]
fn ending_during_a_fault_of_the_sound_is_its_fault_and_later_it_is_not() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Press);
    capture_fails(&mut practice, None);
    assert_eq!(closed(&practice.user(Action::End)), Some(EndReason::MediaError));

    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Press);
    capture_fails(&mut practice, None);
    practice.user(Action::CarryOn);
    assert_eq!(closed(&practice.user(Action::End)), Some(EndReason::Manual));
}

#[test]
fn what_was_recorded_before_the_microphone_went_is_the_trainees_to_send() {
    for way_on in [Action::Retry, Action::CarryOn] {
        let mut practice = Practice::while_recording(usual());
        assert_eq!(capture_fails(&mut practice, Some(take(seconds(2)))), []);
        assert_eq!(practice.phase(), LOST);
        assert_eq!(practice.user(way_on), []);
        assert_eq!(practice.phase(), Phase::Reviewing);
        assert!(saves(&practice.user(Action::Send)));
    }
}

#[test]
fn what_was_recorded_before_the_microphone_went_is_committed_when_the_session_ends() {
    let mut practice = Practice::while_recording(usual());
    capture_fails(&mut practice, Some(take(seconds(2))));
    assert!(saves(&practice.user(Action::End)));
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::MediaError));
}

#[test]
fn a_useless_rest_of_a_take_is_announced_and_dropped() {
    let mut practice = Practice::while_recording(usual());
    let effects = capture_fails(&mut practice, Some(take(millis(100))));
    let dropped = Effect::DropTake {
        take_request: practice.capture(),
    };
    assert_eq!(effects, [Effect::Announce(Notice::TakeTooShort), dropped]);
    assert_eq!(practice.phase(), LOST);
}

#[test]
fn a_microphone_lost_between_takes_stops_the_clocks_and_is_not_opened_unasked() {
    let mut practice = Practice::at_your_turn(usual());
    practice.happens(Event::CaptureFailed {
        request: None,
        fault: MediaFault::DeviceLost,
        kept: None,
    });
    assert_eq!(practice.phase(), LOST);
    assert_eq!(
        practice.happens(Event::MicrophoneBack),
        [Effect::Announce(Notice::MicrophoneBack)]
    );
    assert_eq!(
        practice.phase(),
        LOST,
        "the session goes on when the trainee says so"
    );
    assert_eq!(practice.user(Action::Retry), []);
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn a_retry_after_a_lost_microphone_does_not_ask_a_working_partner_twice() {
    let mut practice = Practice::while_working(usual());
    practice.happens(Event::CaptureFailed {
        request: None,
        fault: MediaFault::DeviceLost,
        kept: None,
    });
    assert_eq!(practice.user(Action::Retry), []);
    assert_eq!(practice.phase(), Phase::Working);
}

#[test]
fn another_microphone_taking_over_is_said_and_stops_nothing() {
    let mut practice = Practice::while_recording(usual());
    assert_eq!(
        practice.happens(Event::MicrophoneSwitched),
        [Effect::Announce(Notice::MicrophoneSwitched)]
    );
    assert_eq!(practice.phase(), Phase::Recording { locked: false });
}
