//! One end, for one reason, on disk without waiting for anybody.

use rehearse_dialog::{Action, Effect, Event, Notice, Phase, RequestId, Verdict};
use rehearse_domain::{EndReason, ObjectiveStatus};

use crate::practice::*;

fn judged(after: u32, verdict: Verdict) -> Event {
    Event::ObjectiveJudged {
        after,
        verdict,
        reason: "She named a date.".into(),
    }
}

#[test]
fn the_trainee_ends_the_session_at_once() {
    let mut practice = Practice::at_your_turn(usual());
    let effects = practice.user(Action::End);
    let Some(Effect::CloseSession {
        reason,
        objective,
        ended_at,
        active,
        ..
    }) = effects.first()
    else {
        panic!("not closed: {effects:?}")
    };
    assert_eq!(
        (*reason, objective.status),
        (EndReason::Manual, ObjectiveStatus::Unknown)
    );
    assert_eq!((*ended_at, *active), (practice.now.utc, seconds(4)));
    assert_eq!(practice.phase(), Phase::Ending);
    practice.end_is_saved();
    assert_eq!(
        practice.phase(),
        Phase::Ended {
            reason: EndReason::Manual
        }
    );
}

#[test]
fn ending_while_recording_commits_the_take_first() {
    let mut practice = Practice::while_recording(usual());
    assert_eq!(
        practice.user(Action::End),
        [Effect::StopCapture {
            request: practice.capture()
        }]
    );
    assert!(saves(&practice.take_is_whole(take(seconds(2)))));
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::Manual));
}

#[test]
fn ending_while_recording_does_not_stop_for_a_review() {
    let mut practice = Practice::while_recording(with_review());
    practice.user(Action::End);
    assert!(saves(&practice.take_is_whole(take(seconds(2)))));
}

#[test]
fn ending_before_the_first_samples_stops_the_capture_at_once() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Press);
    assert_eq!(
        practice.user(Action::End),
        [Effect::StopCapture {
            request: practice.capture()
        }]
    );
    let effects = practice.take_is_whole(take(millis(200)));
    assert!(announces(&effects, Notice::TakeTooShort));
    assert_eq!(closed(&effects), Some(EndReason::Manual));
}

#[test]
fn the_end_does_not_wait_long_for_the_sound_system() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::End);
    assert_eq!(practice.wait(millis(1_499)), []);
    let effects = practice.wait(millis(1));
    assert_eq!(closed(&effects), Some(EndReason::Manual));
    assert_eq!(
        practice.take_is_whole(take(seconds(2))),
        [],
        "left to recovery, not dropped"
    );
}

#[test]
fn a_capture_that_breaks_while_ending_holds_nothing_up() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::End);
    let request = Some(practice.capture());
    let fault = rehearse_dialog::MediaFault::NoSamples;
    let effects = practice.happens(Event::CaptureFailed {
        request,
        fault,
        kept: None,
    });
    assert_eq!(closed(&effects), Some(EndReason::Manual));
}

#[test]
fn ending_cancels_the_partner_and_forgets_its_answer() {
    let mut practice = Practice::while_working(usual());
    let effects = practice.user(Action::End);
    assert_eq!(
        effects.first(),
        Some(&Effect::CancelPartner {
            request: practice.question()
        })
    );
    assert_eq!(closed(&effects), Some(EndReason::Manual));
    assert_eq!(practice.partner_replies(Some(seconds(1)), false), []);
}

#[test]
fn an_answer_that_is_being_committed_is_committed_before_the_end() {
    let mut practice = Practice::while_working(usual());
    practice.partner_answers();
    practice.partner_is_heard();
    assert_eq!(practice.user(Action::End), []);
    let effects = practice.turn_is_saved();
    assert!(!plays(&effects));
    assert_eq!(closed(&effects), Some(EndReason::Manual));
}

#[test]
fn what_was_heard_of_an_answer_is_committed_before_the_end() {
    let mut practice = Practice::while_working(usual());
    practice.partner_begins();
    practice.wait(seconds(1));
    let effects = practice.user(Action::End);
    assert!(saves(&effects));
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::Manual));
}

#[test]
fn an_answer_of_which_nothing_was_heard_is_forgotten_with_the_end() {
    let mut practice = Practice::while_working(usual());
    practice.happens(Event::PartnerBegan {
        request: practice.question(),
    });
    let effects = practice.user(Action::End);
    assert!(!saves(&effects));
    assert_eq!(closed(&effects), Some(EndReason::Manual));
}

#[test]
fn a_thrown_away_take_goes_with_the_end() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Cancel);
    practice.take_is_whole(take(seconds(2)));
    let effects = practice.user(Action::End);
    assert_eq!(
        effects.first(),
        Some(&Effect::DropTake {
            take_request: practice.capture()
        })
    );
    assert_eq!(closed(&effects), Some(EndReason::Manual));
}

#[test]
fn a_take_cancelled_just_before_the_end_is_dropped_when_it_is_whole() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::Cancel);
    practice.user(Action::End);
    let effects = practice.take_is_whole(take(seconds(2)));
    assert_eq!(
        effects.first(),
        Some(&Effect::DropTake {
            take_request: practice.capture()
        })
    );
    assert_eq!(closed(&effects), Some(EndReason::Manual));
}

#[test]
fn the_checker_ends_the_session_with_its_reason() {
    let verdicts = [
        (
            Verdict::Succeeded,
            EndReason::ObjectiveMet,
            ObjectiveStatus::Succeeded,
        ),
        (
            Verdict::Failed,
            EndReason::ObjectiveFailed,
            ObjectiveStatus::Failed,
        ),
    ];
    for (verdict, expected, status) in verdicts {
        let mut practice = Practice::at_your_turn(usual());
        let effects = practice.happens(judged(0, verdict));
        let Some(Effect::CloseSession {
            reason, objective, ..
        }) = effects.first()
        else {
            panic!("not closed: {effects:?}")
        };
        assert_eq!((*reason, objective.status), (expected, status));
        assert_eq!(objective.reason.as_deref(), Some("She named a date."));
    }
}

#[test]
fn a_verdict_to_continue_changes_nothing() {
    let mut practice = Practice::at_your_turn(usual());
    assert_eq!(practice.happens(judged(0, Verdict::Continue)), []);
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn a_verdict_lets_the_trainee_finish_and_commits_what_was_said() {
    let mut practice = Practice::while_working(usual());
    practice.partner_answers();
    practice.partner_is_heard();
    practice.turn_is_saved();
    practice.records_for(seconds(1));
    assert_eq!(practice.happens(judged(2, Verdict::Failed)), []);
    practice.wait(seconds(1));
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    let effects = practice.turn_is_saved();
    assert!(!asks(&effects));
    assert_eq!(closed(&effects), Some(EndReason::ObjectiveFailed));
}

#[test]
fn a_verdict_counts_as_soon_as_a_take_is_thrown_away() {
    let mut practice = Practice::while_recording(usual());
    practice.happens(judged(0, Verdict::Succeeded));
    practice.user(Action::Cancel);
    let effects = practice.take_is_whole(take(seconds(2)));
    assert_eq!(closed(&effects), Some(EndReason::ObjectiveMet));
}

#[test]
fn a_verdict_lets_the_partner_finish() {
    let mut practice = Practice::while_working(usual());
    practice.partner_answers();
    assert_eq!(practice.happens(judged(2, Verdict::Succeeded)), []);
    assert_eq!(practice.phase(), Phase::PartnerSpeaking);
    let effects = practice.partner_is_heard();
    assert!(saves(&effects));
    assert_eq!(practice.phase(), Phase::Ending);
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::ObjectiveMet));
}

#[test]
fn a_verdict_waits_for_the_end_of_a_pause() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::Pause);
    assert_eq!(practice.happens(judged(0, Verdict::Succeeded)), []);
    assert_eq!(
        closed(&practice.user(Action::Resume)),
        Some(EndReason::ObjectiveMet)
    );
}

#[test]
fn a_verdict_on_a_reply_that_nobody_heard_is_stale() {
    let mut practice = Practice::at_your_turn(usual());
    for after in [1, 7] {
        assert_eq!(practice.happens(judged(after, Verdict::Succeeded)), []);
    }
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn the_first_reason_stands() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::End);
    practice.happens(judged(0, Verdict::Succeeded));
    practice.happens(Event::AppClosing);
    practice.user(Action::End);
    practice.take_is_whole(take(seconds(2)));
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::Manual));
    let closes = practice
        .log
        .iter()
        .filter(|effect| matches!(effect, Effect::CloseSession { .. }))
        .count();
    assert_eq!(closes, 1);
}

#[test]
fn closing_the_app_commits_the_take_and_says_why() {
    let mut practice = Practice::while_recording(usual());
    practice.happens(Event::AppClosing);
    practice.take_is_whole(take(seconds(2)));
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::ClientClosed));
}

#[test]
fn an_end_goes_on_after_the_machine_slept() {
    let mut practice = Practice::while_recording(usual());
    practice.user(Action::End);
    assert_eq!(
        closed(&practice.sleep(seconds(600), seconds(600))),
        Some(EndReason::Manual)
    );
}

#[test]
fn nothing_happens_after_the_end() {
    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::End);
    let stale = RequestId(practice.closing().0.0 + 1);
    assert_eq!(practice.happens(Event::SessionClosed { request: stale }), []);
    assert_eq!(practice.phase(), Phase::Ending);
    practice.end_is_saved();
    for event in [
        Event::User(Action::Press),
        Event::User(Action::End),
        Event::AppClosing,
        Event::Tick,
    ] {
        assert_eq!(practice.happens(event), []);
    }
    assert_eq!(practice.dialog.next_deadline(), None);
    assert_eq!(practice.snapshot().can, rehearse_dialog::Allowed::default());
}

fn ended_by_the_checker() -> Practice {
    let mut practice = Practice::at_your_turn(usual());
    practice.happens(judged(0, Verdict::Succeeded));
    practice.end_is_saved();
    practice
}

fn reopened(effects: &[Effect]) -> Option<RequestId> {
    effects.iter().find_map(|effect| match effect {
        Effect::ReopenSession { request } => Some(*request),
        _ => None,
    })
}

#[test]
fn an_end_that_the_checker_found_can_be_taken_back_for_a_minute() {
    let mut practice = ended_by_the_checker();
    let before = practice.snapshot().elapsed;
    practice.now.uptime += seconds(59);
    assert_eq!(practice.snapshot().reopen_left, Some(seconds(1)));
    let effects = practice.user(Action::Reopen);
    let request = reopened(&effects).unwrap();
    assert_eq!(practice.user(Action::Reopen), [], "once is enough");
    assert_eq!(practice.happens(Event::SessionReopened { request }), []);
    let snapshot = practice.snapshot();
    assert_eq!(snapshot.phase, Phase::YourTurn);
    assert_eq!(snapshot.elapsed, before, "the end did not count");
    assert_eq!(snapshot.idle_left, Some(seconds(30)));
    assert_eq!(
        practice.happens(judged(0, Verdict::Succeeded)),
        [],
        "it would find the same again"
    );
    practice.wait(seconds(1));
    assert!(practice.snapshot().elapsed > before);
    assert_eq!(closed(&practice.user(Action::End)), Some(EndReason::Manual));
}

#[test]
fn after_a_minute_and_for_any_other_reason_the_end_stands() {
    let mut practice = ended_by_the_checker();
    practice.now.uptime += seconds(60);
    assert_eq!(practice.user(Action::Reopen), []);
    assert_eq!(practice.snapshot().reopen_left, None);

    let mut practice = Practice::at_your_turn(usual());
    practice.user(Action::End);
    practice.end_is_saved();
    assert_eq!(practice.user(Action::Reopen), []);
}

#[test]
fn an_end_that_cannot_be_taken_back_on_disk_stands_and_can_be_tried_again() {
    let mut practice = ended_by_the_checker();
    let request = reopened(&practice.user(Action::Reopen)).unwrap();
    let fault = rehearse_dialog::SaveFault::DiskFull;
    practice.happens(Event::SaveFailed { request, fault });
    let reason = EndReason::ObjectiveMet;
    assert_eq!(practice.phase(), Phase::Ended { reason });
    assert!(reopened(&practice.user(Action::Reopen)).is_some());
}

#[test]
fn a_verdict_on_an_answer_that_was_cut_off_is_about_words_that_nobody_heard() {
    for early in [true, false] {
        let mut practice = Practice::while_working(usual());
        practice.partner_answers();
        if early {
            practice.happens(judged(2, Verdict::Succeeded));
        }
        practice.user(Action::Interrupt);
        practice.turn_is_saved();
        if !early {
            practice.happens(judged(2, Verdict::Succeeded));
        }
        assert_eq!(practice.phase(), Phase::YourTurn);
    }
}

#[test]
fn a_session_that_ended_before_the_answer_goes_on_with_the_answer() {
    let mut practice = Practice::while_recording(usual());
    practice.happens(judged(0, Verdict::Succeeded));
    practice.user(Action::Release);
    practice.take_is_whole(take(seconds(2)));
    practice.turn_is_saved();
    practice.end_is_saved();
    let request = reopened(&practice.user(Action::Reopen)).unwrap();
    assert!(asks(&practice.happens(Event::SessionReopened { request })));
    assert_eq!(practice.phase(), Phase::Working);
}

#[test]
fn each_answer_that_was_cut_off_keeps_its_verdict_from_counting() {
    let mut practice = Practice::while_working(usual());
    practice.partner_answers();
    practice.user(Action::Interrupt);
    practice.turn_is_saved();
    practice.user(Action::Type {
        text: "Sorry?".into(),
    });
    practice.turn_is_saved();
    practice.partner_begins();
    practice.user(Action::Interrupt);
    practice.turn_is_saved();
    for after in [2, 4] {
        assert_eq!(practice.happens(judged(after, Verdict::Failed)), [], "{after}");
    }
    assert_eq!(practice.phase(), Phase::YourTurn);
}

#[test]
fn what_was_found_before_is_not_forgotten_because_a_later_answer_is_cut_off() {
    let mut practice = Practice::while_working(usual());
    practice.partner_begins();
    practice.happens(judged(0, Verdict::Succeeded));
    practice.user(Action::Interrupt);
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::ObjectiveMet));
}

#[test]
fn a_verdict_lets_a_line_finish_that_is_heard_again() {
    for again in [Action::Again, Action::Slower] {
        let mut practice = Practice::at_your_turn(usual());
        practice.user(again);
        assert_eq!(practice.happens(judged(0, Verdict::Succeeded)), []);
        assert_eq!(practice.phase(), Phase::PartnerSpeaking);
        assert_eq!(
            closed(&practice.partner_is_heard()),
            Some(EndReason::ObjectiveMet)
        );
    }
}

#[test]
fn a_verdict_on_a_line_that_is_only_read_leaves_time_to_read_it() {
    let mut practice = Practice::while_working(usual());
    practice.partner_replies(None, false);
    practice.turn_is_saved();
    practice.wait(millis(500));
    assert_eq!(practice.happens(judged(2, Verdict::Succeeded)), []);
    assert_eq!(practice.wait(seconds(1)), [], "19 letters take 1.9 s in all");
    assert_eq!(closed(&practice.wait(millis(400))), Some(EndReason::ObjectiveMet));

    let mut practice = Practice::while_working(usual());
    practice.partner_replies(None, false);
    practice.turn_is_saved();
    practice.wait(seconds(2));
    let effects = practice.happens(judged(2, Verdict::Succeeded));
    assert_eq!(
        closed(&effects),
        Some(EndReason::ObjectiveMet),
        "it was read meanwhile"
    );
}
