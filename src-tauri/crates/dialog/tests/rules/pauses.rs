//! Pauses by the trainee, and sleep of the machine.

use rehearse_dialog::{Action, Effect, Event, Notice, Pace, PauseCause, Phase};
use rehearse_domain::EndReason;

use crate::practice::*;

const BY_USER: Phase = Phase::Paused {
    cause: PauseCause::User,
};
const SLEPT: Phase = Phase::Paused {
    cause: PauseCause::Slept,
};
#[test]
fn no_clock_runs_in_a_pause_and_each_goes_on_from_where_it_stood() {
    let mut practice = Practice::at_your_turn(usual());
    practice.wait(seconds(10));
    practice.user(Action::Pause);
    assert_eq!(practice.phase(), BY_USER);
    let before = practice.snapshot();
    assert_eq!(practice.wait(seconds(1_000)), []);
    assert_eq!(practice.snapshot(), before);
    practice.user(Action::Resume);
    assert_eq!(practice.phase(), Phase::YourTurn);
    practice.wait(seconds(1));
    assert_eq!(practice.snapshot().idle_left, Some(seconds(19)));
    assert_eq!(practice.snapshot().elapsed, before.elapsed + seconds(1));
}

#[test]
fn a_take_is_finished_before_a_pause() {
    let mut practice = Practice::while_recording(usual());
    assert!(!practice.snapshot().can.pause);
    assert_eq!(practice.user(Action::Pause), []);
    assert_eq!(practice.phase(), Phase::Recording { locked: false });
}

#[test]
fn an_answer_that_arrives_in_a_pause_is_heard_afterwards() {
    let mut practice = Practice::while_working(usual());
    practice.user(Action::Pause);
    let request = practice.question();
    assert_eq!(practice.happens(Event::PartnerBegan { request }), []);
    assert_eq!(practice.partner_replies(Some(seconds(4)), false), []);
    assert_eq!(practice.phase(), BY_USER);
    let effects = practice.user(Action::Resume);
    assert_eq!(
        effects,
        [Effect::Play {
            request: practice.playback(),
            sequence: 2,
            pace: Pace::Normal
        }]
    );
}

#[test]
fn a_turn_committed_in_a_pause_is_answered_afterwards() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    practice.user(Action::Pause);
    assert_eq!(practice.turn_is_saved(), []);
    assert!(asks(&practice.user(Action::Resume)));
}

#[test]
fn a_pause_while_the_partner_speaks_falls_silent_and_starts_the_turn_over() {
    let mut practice = Practice::begin(usual());
    practice.partner_answers();
    let first = practice.playback();
    assert_eq!(
        practice.user(Action::Pause),
        [Effect::StopPlayback { request: first }]
    );
    assert!(plays(&practice.user(Action::Resume)));
    assert_ne!(practice.playback(), first);
}

#[test]
fn a_partner_that_fails_in_a_pause_is_asked_again_after_it() {
    let mut practice = Practice::while_working(usual());
    practice.user(Action::Pause);
    let request = practice.question();
    practice.happens(Event::PartnerFailed {
        request,
        fault: rehearse_dialog::PartnerFault::TimedOut,
    });
    assert_eq!(practice.phase(), BY_USER);
    assert!(asks(&practice.user(Action::Resume)));
}

#[test]
fn nothing_but_going_on_and_ending_is_allowed_in_a_pause() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Pause);
    let refused = [
        Action::Press,
        Action::ToggleTalk,
        Action::Type { text: "Hello".into() },
        Action::Again,
        Action::Thinking,
        Action::Retry,
        Action::CarryOn,
        Action::SwitchPartner,
    ];
    for action in refused {
        assert_eq!(practice.user(action), []);
    }
    assert_eq!(closed(&practice.user(Action::End)), Some(EndReason::Manual));
}

#[test]
fn a_gap_on_either_clock_is_sleep_and_is_not_counted() {
    let gaps = [
        (millis(5_001), millis(0)),
        (millis(20), seconds(3_600)),
        (seconds(3_600), seconds(3_600)),
    ];
    for (uptime, calendar) in gaps {
        let mut practice = Practice::at_your_turn(usual());
        let before = practice.snapshot();
        assert_eq!(
            practice.sleep(uptime, calendar),
            [Effect::Announce(Notice::Slept)]
        );
        assert_eq!(practice.phase(), SLEPT);
        let after = practice.snapshot();
        assert_eq!(
            (after.elapsed, after.idle_left),
            (before.elapsed, before.idle_left)
        );
        practice.user(Action::Resume);
        assert_eq!(practice.phase(), Phase::YourTurn);
    }
}

#[test]
fn a_gap_of_5_s_is_only_a_slow_machine() {
    let mut practice = Practice::at_your_turn(usual());
    assert_eq!(practice.sleep(seconds(5), seconds(5)), []);
    assert_eq!(practice.snapshot().idle_left, Some(seconds(25)));
}

#[test]
fn a_calendar_that_is_set_back_is_not_sleep() {
    let mut practice = Practice::at_your_turn(usual());
    practice.now.utc = rehearse_domain::Timestamp::from_millis(0);
    assert_eq!(practice.happens(Event::Tick), []);
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn what_wakes_the_machine_is_not_taken_for_an_order() {
    let mut practice = Practice::at_your_turn(usual());
    practice.now.uptime += seconds(60);
    assert_eq!(practice.user(Action::Press), [Effect::Announce(Notice::Slept)]);
    assert_eq!(practice.phase(), SLEPT);
}

#[test]
fn a_take_cut_off_by_sleep_is_listened_to_before_it_is_sent() {
    let mut practice = Practice::while_recording(usual());
    let effects = practice.sleep(seconds(60), seconds(60));
    assert_eq!(
        effects,
        [
            Effect::StopCapture {
                request: practice.capture()
            },
            Effect::Announce(Notice::Slept)
        ]
    );
    assert_eq!(practice.take_is_whole(take(seconds(2))), []);
    assert_eq!(practice.phase(), SLEPT);
    practice.user(Action::Resume);
    assert_eq!(practice.phase(), Phase::Reviewing);
    assert!(saves(&practice.user(Action::Send)));
}
