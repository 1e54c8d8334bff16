//! Speaking over the partner: a voice holds the line, one that goes on cuts in, a cough does not.

use rehearse_dialog::{Action, Effect, Event, Heard, Phase, TurnSource};
use rehearse_domain::Speaker;

use crate::hands_free::hands_free;
use crate::practice::*;

/// The partner is heard.
fn while_partner_speaks(cut_in: bool) -> Practice {
    let mut practice = Practice::begin(hands_free(cut_in));
    practice.partner_answers();
    practice.wait(seconds(1));
    practice
}

#[test]
fn over_a_loudspeaker_nobody_listens_while_the_partner_is_heard() {
    let practice = while_partner_speaks(false);
    assert!(!practice.snapshot().hands_free.unwrap().listening);
}

#[test]
fn a_voice_holds_the_line_at_once_and_cuts_in_when_it_goes_on() {
    let mut practice = while_partner_speaks(true);
    let request = practice.playback();
    assert_eq!(practice.voice_begins(), [Effect::HoldPlayback { request }]);
    assert_eq!(practice.phase(), Phase::PartnerSpeaking);
    assert!(practice.snapshot().hands_free.unwrap().partner_waits);
    assert_eq!(practice.wait(millis(649)), []);

    let effects = practice.wait(millis(1));
    assert_eq!(effects[0], Effect::StopPlayback { request });
    let (_, turn) = practice.save();
    assert_eq!((turn.sequence, turn.speaker), (0, Speaker::Partner));
    assert!(matches!(
        turn.source,
        TurnSource::PartnerReply {
            heard: Heard::Part,
            ..
        }
    ));
    let (request, spoken) = (practice.capture(), millis(950));
    assert_eq!(effects.last(), Some(&Effect::StartCapture { request, spoken }));
    practice.turn_is_saved();
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: true });
    practice.wait(seconds(2));
    practice.voice_pauses(seconds(3));
    practice.wait(seconds(2));
    assert!(saves(&practice.take_is_whole(take(seconds(4)))));
    assert_eq!(practice.save().1.sequence, 1);
}

#[test]
fn after_a_cough_the_line_goes_on_and_nothing_has_happened() {
    let mut practice = while_partner_speaks(true);
    let request = practice.playback();
    practice.voice_begins();
    assert_eq!(practice.voice_pauses(millis(350)), []);
    assert_eq!(practice.wait(millis(399)), []);
    assert_eq!(practice.wait(millis(1)), [Effect::ResumePlayback { request }]);
    assert!(!practice.snapshot().hands_free.unwrap().partner_waits);
    practice.wait(seconds(3));
    let effects = practice.happens(Event::PlaybackEnded { request });
    let (_, turn) = practice.save();
    assert!(saves(&effects));
    assert!(matches!(
        turn.source,
        TurnSource::PartnerReply {
            heard: Heard::All,
            ..
        }
    ));
}

#[test]
fn two_short_words_one_after_the_other_are_one_voice() {
    let mut practice = while_partner_speaks(true);
    practice.voice_begins();
    practice.voice_pauses(millis(400));
    practice.wait(millis(200));
    practice.voice_begins();
    practice.wait(millis(200));
    let effects = practice.voice_pauses(millis(400));
    assert!(starts_capture(&effects), "{effects:?}");
}

#[test]
fn a_cough_that_was_told_late_goes_the_same_way() {
    let mut practice = while_partner_speaks(true);
    practice.voice_begins();
    let (request, lasted) = (practice.listening(), millis(300));
    let ago = millis(700);
    let effects = practice.happens(Event::VoicePaused { request, lasted, ago });
    let request = practice.playback();
    assert_eq!(effects, [Effect::ResumePlayback { request }]);
}

#[test]
fn a_key_cuts_in_while_the_line_is_held() {
    let mut practice = while_partner_speaks(true);
    let request = practice.playback();
    practice.voice_begins();
    practice.wait(millis(100));
    let effects = practice.user(Action::Press);
    assert_eq!(effects[0], Effect::StopPlayback { request });
    let spoken = millis(400);
    let request = practice.capture();
    assert!(
        effects.contains(&Effect::StartCapture { request, spoken }),
        "what was said is not lost"
    );
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: false });
}

#[test]
fn a_pause_while_the_line_is_held_plays_it_again_afterwards() {
    let mut practice = while_partner_speaks(true);
    practice.voice_begins();
    let effects = practice.user(Action::Pause);
    assert!(effects.contains(&Effect::StopListening {
        request: practice.listening()
    }));
    assert_eq!(practice.wait(seconds(4)), []);
    assert!(plays(&practice.user(Action::Resume)));
}

#[test]
fn a_line_that_fails_while_it_is_held_leaves_the_word_to_the_trainee() {
    let mut practice = while_partner_speaks(true);
    let request = practice.playback();
    practice.voice_begins();
    let effects = practice.happens(Event::PlaybackFailed { request });
    assert!(starts_capture(&effects));
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: true });
}

#[test]
fn a_line_that_is_heard_again_is_held_and_cut_the_same_way() {
    let mut practice = Practice::at_your_turn(hands_free(true));
    practice.user(Action::Again);
    practice.playback_starts();
    let request = practice.playback();
    assert_eq!(practice.voice_begins(), [Effect::HoldPlayback { request }]);
    let effects = practice.wait(seconds(1));
    assert_eq!(effects[0], Effect::StopPlayback { request });
    assert!(starts_capture(&effects) && !saves(&effects));
}
