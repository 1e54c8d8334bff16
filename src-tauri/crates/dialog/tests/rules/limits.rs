//! Silence, the length of a session, thinking, and the warnings.

use rehearse_dialog::{Action, Effect, Notice, Phase, Setup};
use rehearse_domain::{EndReason, Limits, Moment};

use crate::practice::*;

#[test]
fn silence_ends_the_session_after_one_warning_at_half() {
    let mut practice = Practice::at_your_turn(usual());
    assert_eq!(practice.wait(millis(14_999)), []);
    assert_eq!(
        practice.wait(millis(1)),
        [Effect::Announce(Notice::HalfOfIdleGone)]
    );
    assert!(practice.snapshot().idle_half_gone);
    assert_eq!(practice.wait(millis(14_999)), []);
    assert_eq!(closed(&practice.wait(millis(1))), Some(EndReason::Idle));
}

#[test]
fn silence_is_counted_from_the_end_of_the_partners_sound() {
    let mut practice = Practice::begin(usual());
    practice.partner_answers();
    practice.wait(seconds(60));
    assert!(!practice.snapshot().idle_running);
    assert_eq!(practice.phase(), Phase::PartnerSpeaking);
    practice.partner_is_heard();
    assert!(practice.snapshot().idle_running);
    assert_eq!(practice.snapshot().idle_left, Some(seconds(30)));
}

#[test]
fn nothing_recorded_and_nothing_worked_on_is_silence() {
    let mut practice = Practice::while_recording(usual());
    assert_eq!(practice.wait(seconds(40)), [], "idle fired while recording");
    practice.user(Action::Release);
    assert_eq!(
        practice.wait(seconds(40)),
        [],
        "idle fired while the clip was being closed"
    );
    practice.take_is_whole(take(seconds(42)));
    assert_eq!(practice.wait(seconds(40)), [], "idle fired while saving");
    practice.turn_is_saved();
    assert_eq!(
        practice.wait(seconds(40)),
        [],
        "idle fired while the partner worked"
    );
    assert!(!practice.snapshot().idle_running);
}

#[test]
fn listening_to_ones_own_take_is_not_silence() {
    let mut practice = Practice::while_recording(with_review());
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    assert_eq!(practice.wait(seconds(60)), []);
}

#[test]
fn an_attempt_to_talk_gives_the_whole_silence_back() {
    let mut practice = Practice::at_your_turn(usual());
    practice.wait(seconds(20));
    practice.records_for(millis(100));
    practice.user(Action::Release);
    practice.take_is_whole(take(millis(100)));
    assert_eq!(practice.snapshot().idle_left, Some(seconds(30)));
    assert!(!practice.snapshot().idle_half_gone);
}

#[test]
fn thinking_adds_20_s_each_time_and_moves_the_warning() {
    let mut practice = Practice::at_your_turn(usual());
    practice.wait(seconds(14));
    practice.user(Action::Thinking);
    assert_eq!(practice.snapshot().idle_left, Some(seconds(36)));
    practice.user(Action::Thinking);
    assert_eq!(practice.snapshot().idle_left, Some(seconds(56)));
    assert_eq!(practice.wait(millis(27_999)), []);
    assert_eq!(
        practice.wait(millis(1)),
        [Effect::Announce(Notice::HalfOfIdleGone)]
    );
    assert_eq!(closed(&practice.wait(seconds(28))), Some(EndReason::Idle));
}

#[test]
fn thinking_after_the_warning_lets_it_come_again_in_good_time() {
    let mut practice = Practice::at_your_turn(usual());
    practice.wait(seconds(28));
    practice.user(Action::Thinking);
    assert!(!practice.snapshot().idle_half_gone);
    assert_eq!(practice.wait(millis(10_999)), []);
    assert_eq!(
        practice.wait(millis(1)),
        [Effect::Announce(Notice::HalfOfIdleGone)]
    );
}

#[test]
fn the_time_for_thinking_is_gone_with_the_turn() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Thinking);
    practice.user(Action::Type { text: "Well.".into() });
    practice.turn_is_saved();
    practice.partner_answers();
    practice.partner_is_heard();
    assert_eq!(practice.snapshot().idle_left, Some(seconds(30)));
}

#[test]
fn without_limits_nothing_ends_by_itself_and_thinking_is_not_offered() {
    let mut practice = Practice::at_your_turn(without_limits());
    assert_eq!(practice.dialog.next_deadline(), None);
    assert_eq!(practice.wait(seconds(3_600)), []);
    let snapshot = practice.snapshot();
    assert!(!snapshot.can.think);
    assert_eq!((snapshot.idle_left, snapshot.duration_left), (None, None));
    assert_eq!(snapshot.elapsed, seconds(3_604));
}

fn short() -> Setup {
    Setup {
        limits: Limits {
            idle: None,
            duration: Some(seconds(60)),
        },
        ..usual()
    }
}

#[test]
fn the_time_is_up_after_one_warning_30_s_before() {
    let mut practice = Practice::at_your_turn(short());
    assert_eq!(practice.wait(millis(25_999)), []);
    assert_eq!(
        practice.wait(millis(1)),
        [Effect::Announce(Notice::ThirtySecondsLeft)]
    );
    assert_eq!(practice.snapshot().duration_left, Some(seconds(30)));
    assert_eq!(practice.wait(millis(29_999)), []);
    assert_eq!(closed(&practice.wait(millis(1))), Some(EndReason::Duration));
}

#[test]
fn the_opening_is_not_counted() {
    let mut practice = Practice::begin(short());
    assert_eq!(practice.wait(seconds(120)), []);
    assert_eq!(practice.snapshot().elapsed, seconds(0));
    practice.partner_answers();
    practice.wait(seconds(5));
    assert_eq!(practice.snapshot().elapsed, seconds(5));
}

#[test]
fn a_take_is_finished_and_committed_when_the_time_is_up() {
    let mut practice = Practice::while_recording(short());
    let effects = practice.wait(seconds(54));
    assert!(effects.contains(&Effect::StopCapture {
        request: practice.capture()
    }));
    assert_eq!(closed(&effects), None);
    assert_eq!(practice.phase(), Phase::Ending);
}

#[test]
fn the_last_take_is_committed_before_the_end() {
    let mut practice = Practice::while_recording(short());
    practice.wait(seconds(54));
    let decided = practice.now.utc;
    let effects = practice.take_is_whole(take(millis(56_100)));
    assert!(saves(&effects));
    assert_eq!(closed(&effects), None);
    let effects = practice.turn_is_saved();
    assert!(!asks(&effects), "the partner was asked after the end");
    let Some(Effect::CloseSession {
        reason,
        ended_at,
        active,
        ..
    }) = effects.first()
    else {
        panic!("not closed: {effects:?}")
    };
    assert_eq!((*reason, *active), (EndReason::Duration, seconds(60)));
    assert_eq!(
        *ended_at,
        decided.after(millis(100)),
        "the end is not before the end of the take"
    );
}

#[test]
fn a_take_in_review_is_committed_when_the_time_is_up() {
    let mut practice = Practice::while_recording(Setup {
        limits: short().limits,
        ..with_review()
    });
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    assert!(saves(&practice.wait(seconds(60))));
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::Duration));
}

#[test]
fn the_time_is_up_at_once_while_the_partner_works_or_speaks() {
    let mut practice = Practice::while_working(short());
    let effects = practice.wait(seconds(60));
    assert!(effects.contains(&Effect::CancelPartner {
        request: practice.question()
    }));
    assert_eq!(closed(&effects), Some(EndReason::Duration));

    let mut practice = Practice::begin(short());
    practice.partner_answers();
    let effects = practice.wait(seconds(60));
    assert!(effects.contains(&Effect::StopPlayback {
        request: practice.playback()
    }));
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::Duration));
}

#[test]
fn what_was_due_before_an_event_happens_before_it() {
    let mut practice = Practice::at_your_turn(usual());
    practice.wait(seconds(29));
    let began = practice.now;
    practice.now = Moment {
        uptime: began.uptime + seconds(3),
        utc: began.utc.after(seconds(3)),
    };
    let effects = practice.user(Action::Press);
    let [
        Effect::CloseSession {
            reason,
            ended_at,
            active,
            ..
        },
    ] = effects.as_slice()
    else {
        panic!("not only closed: {effects:?}")
    };
    assert_eq!(*reason, EndReason::Idle);
    assert_eq!(
        (*ended_at, *active),
        (began.utc.after(seconds(1)), seconds(34)),
        "as of its own moment"
    );
}
