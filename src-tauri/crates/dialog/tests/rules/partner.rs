//! Opening, answers, replays, and answers that take long.

use rehearse_dialog::{Action, Effect, Event, Heard, Notice, Pace, Phase, Setup, TurnSource};
use rehearse_domain::{EndReason, Opener, Speaker};

use crate::practice::*;

#[test]
fn the_partner_opens_with_turn_0_and_is_committed_once_it_was_heard() {
    let mut practice = Practice::begin(usual());
    assert_eq!(
        practice.log,
        [Effect::AskPartner {
            request: practice.question(),
            sequence: 0
        }]
    );
    assert_eq!(practice.phase(), Phase::Opening);
    let effects = practice.partner_replies(Some(seconds(4)), false);
    assert_eq!(
        effects,
        [Effect::Play {
            request: practice.playback(),
            sequence: 0,
            pace: Pace::Normal
        }]
    );
    assert_eq!(practice.phase(), Phase::PartnerSpeaking);
    assert_eq!(
        practice.snapshot().caption.as_deref(),
        Some("Budgets are frozen.")
    );
    assert!(saves(&practice.partner_is_heard()));
    let (_, turn) = practice.save();
    assert_eq!(
        (turn.sequence, turn.speaker, turn.latency),
        (0, Speaker::Partner, None)
    );
    assert_eq!(
        turn.source,
        TurnSource::PartnerReply {
            request: practice.question(),
            heard: Heard::All
        }
    );
    assert_eq!(turn.ended_at.since(turn.started_at), seconds(4));
    assert_eq!(practice.phase(), Phase::YourTurn, "nobody waits for the disk");
    assert_eq!(practice.turn_is_saved(), []);
}

#[test]
fn an_answer_is_heard_while_it_is_still_coming() {
    let mut practice = Practice::while_working(usual());
    practice.wait(millis(700));
    let request = practice.question();
    let effects = practice.happens(Event::PartnerBegan { request });
    let playback = practice.playback();
    assert_eq!(
        effects,
        [Effect::Play {
            request: playback,
            sequence: 2,
            pace: Pace::Normal
        }]
    );
    assert_eq!(practice.phase(), Phase::PartnerSpeaking);
    assert!(
        !practice.snapshot().can.slower,
        "it cannot be faster than it comes"
    );
    practice.playback_starts();
    practice.wait(seconds(1));
    assert_eq!(practice.partner_replies(Some(seconds(4)), false), []);
    assert!(practice.snapshot().can.slower);
    practice.wait(seconds(3));
    assert!(saves(
        &practice.happens(Event::PlaybackEnded { request: playback })
    ));
    let (_, turn) = practice.save();
    assert_eq!(turn.latency, Some(millis(700)), "until it began");
    assert_eq!(turn.ended_at.since(turn.started_at), seconds(4));
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn an_answer_that_cannot_be_played_is_waited_for_and_read() {
    let mut practice = Practice::while_working(usual());
    practice.partner_begins();
    let request = practice.playback();
    practice.happens(Event::PlaybackFailed { request });
    assert_eq!(practice.phase(), Phase::Working);
    assert!(saves(&practice.partner_replies(Some(seconds(4)), false)));
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn talking_over_the_partner_keeps_what_was_heard_and_records_at_once() {
    let mut practice = Practice::while_working(usual());
    practice.partner_begins();
    practice.wait(millis(1_500));
    let (question, playback) = (practice.question(), practice.playback());
    let effects = practice.user(Action::Press);
    let (save, turn) = practice.save();
    assert_eq!(
        effects,
        [
            Effect::StopPlayback { request: playback },
            Effect::CancelPartner { request: question },
            Effect::SaveTurn {
                request: save,
                turn: turn.clone()
            },
            starts(practice.capture())
        ]
    );
    assert_eq!(
        turn.source,
        TurnSource::PartnerReply {
            request: question,
            heard: Heard::Part
        }
    );
    assert_eq!(turn.ended_at.since(turn.started_at), millis(1_500));
    assert_eq!(practice.partner_replies(Some(seconds(4)), false), [], "too late");

    practice.samples_arrive();
    practice.wait(seconds(1));
    practice.user(Action::Release);
    assert!(
        !saves(&practice.take_is_whole(take(seconds(1)))),
        "the turn before it is not on disk"
    );
    assert_eq!(practice.phase(), Phase::Saving);
    let effects = practice.happens(Event::TurnSaved { request: save });
    assert!(saves(&effects));
    assert_eq!(practice.save().1.sequence, 3);
}

#[test]
fn the_trainee_opens_when_the_scenario_says_so() {
    let practice = Practice::begin(Setup {
        opener: Opener::Trainee,
        ..usual()
    });
    assert_eq!(practice.log, []);
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert!(!practice.snapshot().can.again, "nothing was said yet");
}

#[test]
fn a_take_two_goes_on_where_its_history_ends() {
    let after_partner = Setup {
        first_sequence: 3,
        history_ends_with: Some(Speaker::Partner),
        ..usual()
    };
    let mut practice = Practice::begin(after_partner);
    assert_eq!(practice.phase(), Phase::YourTurn);
    practice.user(Action::Again);
    assert_eq!(
        practice.log,
        [Effect::Play {
            request: practice.playback(),
            sequence: 2,
            pace: Pace::Normal
        }]
    );

    let after_trainee = Setup {
        first_sequence: 4,
        history_ends_with: Some(Speaker::Trainee),
        ..usual()
    };
    let practice = Practice::begin(after_trainee);
    assert_eq!(
        practice.log,
        [Effect::AskPartner {
            request: practice.question(),
            sequence: 4
        }]
    );
}

#[test]
fn cancelling_the_opening_ends_the_session_before_it_began() {
    let mut practice = Practice::begin(usual());
    let effects = practice.user(Action::Cancel);
    assert!(effects.contains(&Effect::CancelPartner {
        request: practice.question()
    }));
    assert_eq!(closed(&effects), Some(EndReason::Manual));
}

#[test]
fn an_answer_knows_how_long_the_trainee_waited_for_it() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Release);
    practice.wait(millis(40));
    practice.take_is_whole(take(seconds(2)));
    practice.turn_is_saved();
    practice.wait(millis(1_200));
    practice.partner_answers();
    practice.partner_is_heard();
    assert_eq!(practice.save().1.latency, Some(millis(1_240)));
}

#[test]
fn time_spent_listening_to_ones_own_take_is_not_the_partners_latency() {
    let mut practice = Practice::while_recording(with_review());
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    practice.wait(seconds(50));
    practice.user(Action::Send);
    practice.turn_is_saved();
    practice.wait(seconds(1));
    practice.partner_answers();
    practice.partner_is_heard();
    assert_eq!(practice.save().1.latency, Some(seconds(1)));
}

#[test]
fn a_partner_without_a_voice_is_read_and_not_played() {
    let mut practice = Practice::begin(usual());
    let effects = practice.partner_replies(None, false);
    assert!(saves(&effects) && !plays(&effects));
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert_eq!(practice.turn_is_saved(), []);
    assert!(!practice.snapshot().can.again);
}

#[test]
fn a_turn_that_cannot_be_played_is_still_a_turn() {
    let mut practice = Practice::begin(usual());
    practice.partner_answers();
    let request = practice.playback();
    let effects = practice.happens(Event::PlaybackFailed { request });
    assert_eq!(effects.first(), Some(&Effect::Announce(Notice::PlaybackFailed)));
    let TurnSource::PartnerReply { heard, .. } = practice.save().1.source else {
        panic!("not the partner's")
    };
    assert_eq!(heard, Heard::All, "its caption was there");
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert!(practice.snapshot().caption.is_some());
}

#[test]
fn interrupting_makes_it_the_trainees_turn() {
    let mut practice = Practice::begin(usual());
    practice.partner_answers();
    let effects = practice.user(Action::Interrupt);
    let playback = practice.playback();
    assert_eq!(effects.first(), Some(&Effect::StopPlayback { request: playback }));
    assert!(saves(&effects));
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert!(practice.snapshot().idle_running);
}

#[test]
fn again_and_slower_replay_the_last_turn_while_the_silence_stands_still() {
    for (action, pace) in [(Action::Again, Pace::Normal), (Action::Slower, Pace::Slow)] {
        let mut practice = Practice::at_your_turn(usual());
        practice.wait(seconds(10));
        let effects = practice.user(action);
        assert_eq!(
            effects,
            [Effect::Play {
                request: practice.playback(),
                sequence: 0,
                pace
            }]
        );
        practice.wait(seconds(25));
        assert_eq!(practice.snapshot().idle_left, Some(seconds(20)));
        practice.partner_is_heard();
        assert_eq!(practice.phase(), Phase::YourTurn);
        assert_eq!(practice.snapshot().idle_left, Some(seconds(20)));
    }
}

#[test]
fn slower_while_the_partner_speaks_starts_the_turn_over() {
    let mut practice = Practice::begin(usual());
    practice.partner_answers();
    let first = practice.playback();
    let effects = practice.user(Action::Slower);
    let second = practice.playback();
    let again = Effect::Play {
        request: second,
        sequence: 0,
        pace: Pace::Slow,
    };
    assert_eq!(effects, [Effect::StopPlayback { request: first }, again]);
    assert_eq!(practice.happens(Event::PlaybackEnded { request: first }), []);
    assert_eq!(practice.phase(), Phase::PartnerSpeaking);
}

#[test]
fn the_closing_line_is_announced_and_ends_nothing() {
    let mut practice = Practice::begin(usual());
    practice.partner_replies(Some(seconds(4)), true);
    assert!(announces(
        &practice.partner_is_heard(),
        Notice::PartnerHasSaidEverything
    ));
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert!(practice.snapshot().partner_has_said_everything);
}

#[test]
fn a_late_answer_is_explained_after_3_s_and_need_not_be_waited_for_after_its_budget() {
    let mut practice = Practice::while_working(usual());
    let asked = practice.now.uptime;
    assert_eq!(practice.dialog.next_deadline(), Some(asked + seconds(3)));
    practice.wait(millis(2_999));
    assert!(!practice.snapshot().working_late);
    practice.wait(millis(1));
    assert!(practice.snapshot().working_late);
    assert_eq!(practice.dialog.next_deadline(), Some(asked + seconds(20)));
    practice.wait(seconds(17));
    let snapshot = practice.snapshot();
    assert_eq!(snapshot.working_for, Some(seconds(20)));
    assert!(snapshot.working_over_budget && snapshot.can.retry && snapshot.can.switch_partner);
    assert_eq!(snapshot.phase, Phase::Working);
}

#[test]
fn asking_again_cancels_the_question_that_took_too_long() {
    let mut practice = Practice::while_working(usual());
    assert_eq!(practice.user(Action::Retry), [], "not over its budget yet");
    practice.wait(seconds(20));
    let old = practice.question();
    let effects = practice.user(Action::Retry);
    let new = practice.question();
    assert_eq!(
        effects,
        [
            Effect::CancelPartner { request: old },
            Effect::AskPartner {
                request: new,
                sequence: 2
            }
        ]
    );
    let late = Event::PartnerReplied {
        request: old,
        words: None,
        voice: None,
        closing: false,
    };
    assert_eq!(practice.happens(late), []);
    assert_eq!(practice.snapshot().working_for, Some(seconds(0)));
}

#[test]
fn a_slow_partner_can_be_replaced() {
    let mut practice = Practice::while_working(usual());
    practice.wait(seconds(20));
    let old = practice.question();
    let effects = practice.user(Action::SwitchPartner);
    let asked = Effect::AskPartner {
        request: practice.question(),
        sequence: 2,
    };
    assert_eq!(
        effects,
        [
            Effect::CancelPartner { request: old },
            Effect::SwitchPartner,
            asked
        ]
    );
}
