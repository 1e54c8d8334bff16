//! A partner that cannot answer.

use rehearse_dialog::{Action, Effect, Event, Heard, PartnerFault, PauseCause, Phase, TurnSource};
use rehearse_domain::EndReason;

use crate::practice::*;

const OUTAGE: Phase = Phase::Paused {
    cause: PauseCause::Partner(PartnerFault::Unreachable),
};

fn partner_fails(practice: &mut Practice) -> Vec<Effect> {
    let request = practice.question();
    practice.happens(Event::PartnerFailed {
        request,
        fault: PartnerFault::Unreachable,
    })
}

#[test]
fn an_outage_pauses_and_never_ends() {
    let mut practice = Practice::while_working(usual());
    assert_eq!(partner_fails(&mut practice), []);
    assert_eq!(practice.phase(), OUTAGE);
    let elapsed = practice.snapshot().elapsed;
    assert_eq!(practice.wait(seconds(4_000)), []);
    assert_eq!(practice.snapshot().elapsed, elapsed);
    assert_eq!(practice.phase(), OUTAGE);
}

#[test]
fn after_an_outage_the_same_turn_is_asked_for_again() {
    let mut practice = Practice::while_working(usual());
    partner_fails(&mut practice);
    let effects = practice.user(Action::Retry);
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
fn after_an_outage_the_embedded_partner_can_take_over() {
    let mut practice = Practice::while_working(usual());
    partner_fails(&mut practice);
    let effects = practice.user(Action::SwitchPartner);
    let asked = Effect::AskPartner {
        request: practice.question(),
        sequence: 2,
    };
    assert_eq!(effects, [Effect::SwitchPartner, asked]);
}

#[test]
fn ending_during_an_outage_is_the_partners_fault() {
    let mut practice = Practice::while_working(usual());
    partner_fails(&mut practice);
    assert_eq!(closed(&practice.user(Action::End)), Some(EndReason::QaError));
}

#[test]
fn ending_after_an_outage_is_over_is_not_the_partners_fault() {
    let mut practice = Practice::while_working(usual());
    partner_fails(&mut practice);
    practice.user(Action::Retry);
    assert_eq!(closed(&practice.user(Action::End)), Some(EndReason::Manual));
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_again_from_its_beginning() {
    let mut practice = Practice::while_working(usual());
    practice.partner_begins();
    let playback = practice.playback();
    let effects = partner_fails(&mut practice);
    assert_eq!(effects, [Effect::StopPlayback { request: playback }]);
    assert_eq!(practice.phase(), OUTAGE);
    assert!(asks(&practice.user(Action::Retry)));
}

#[test]
fn what_was_heard_of_an_answer_that_broke_off_is_kept_when_the_session_ends_there() {
    let mut practice = Practice::while_working(usual());
    practice.partner_begins();
    let question = practice.question();
    partner_fails(&mut practice);
    assert!(saves(&practice.user(Action::End)));
    let part = TurnSource::PartnerReply {
        request: question,
        heard: Heard::Part,
    };
    assert_eq!(practice.save().1.source, part);
    assert_eq!(closed(&practice.turn_is_saved()), Some(EndReason::QaError));
}
