//! Talking without keys: what a voice begins, what a pause ends, and what is no more than a cough.

use std::time::Duration;

use rehearse_dialog::{
    Action, Effect, Event, HandsFree, MediaFault, Phase, RequestId, Setup, TalkMode, TalkOptions, TurnPause,
    Verdict,
};
use rehearse_domain::SoundNote;

use crate::practice::*;

/// What it takes until a voice is told.
const WORD: Duration = millis(300);

pub(crate) fn hands_free(cut_in: bool) -> Setup {
    let pause = TurnPause::default();
    Setup {
        talk: TalkOptions {
            mode: TalkMode::HandsFree(HandsFree { pause, cut_in }),
            ..TalkOptions::default()
        },
        ..usual()
    }
}

impl Practice {
    pub(crate) fn listening(&self) -> RequestId {
        let listens = |effect: &Effect| match effect {
            Effect::Listen { request } => Some(*request),
            _ => None,
        };
        let newest = self.log.iter().rev().find_map(listens);
        newest.expect("nobody listens")
    }

    /// The trainee has been speaking for [`WORD`].
    pub(crate) fn voice_begins(&mut self) -> Vec<Effect> {
        let request = self.listening();
        self.happens(Event::VoiceBegan { request, age: WORD })
    }

    /// The voice lasted so long and is silent since 200 ms.
    pub(crate) fn voice_pauses(&mut self, lasted: Duration) -> Vec<Effect> {
        let request = self.listening();
        let ago = millis(200);
        self.happens(Event::VoicePaused { request, lasted, ago })
    }

    /// It is the trainee's turn, and 2 s of it are said and recorded.
    fn speaking_for_2_s(setup: Setup) -> Self {
        let mut practice = Self::at_your_turn(setup);
        practice.voice_begins();
        practice.samples_arrive();
        practice.wait(seconds(2) - WORD);
        practice
    }
}

fn stops(effects: &[Effect]) -> bool {
    let stops = |effect: &Effect| matches!(effect, Effect::StopCapture { .. });
    effects.iter().any(stops)
}

#[test]
fn a_pause_is_half_a_second_to_four() {
    assert_eq!(TurnPause::new(millis(499)), None);
    assert_eq!(TurnPause::new(millis(4_001)), None);
    assert_eq!(TurnPause::new(millis(500)).unwrap().length(), millis(500));
    assert_eq!(TurnPause::nearest(seconds(9)).length(), seconds(4));
}

#[test]
fn with_keys_nobody_listens() {
    let practice = Practice::while_working(usual());
    let listens = |effect: &Effect| matches!(effect, Effect::Listen { .. });
    assert!(!practice.log.iter().any(listens));
    assert_eq!(practice.snapshot().hands_free, None);
}

#[test]
fn a_voice_begins_the_take_with_all_that_was_said_and_a_pause_sends_it() {
    let mut practice = Practice::at_your_turn(hands_free(false));
    let began = practice.now;
    let effects = practice.voice_begins();
    let request = practice.capture();
    assert_eq!(
        effects,
        [Effect::StartCapture {
            request,
            spoken: WORD
        }]
    );
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: true });
    assert_eq!(practice.snapshot().take_length, Some(WORD));

    practice.wait(seconds(3));
    practice.voice_pauses(seconds(3));
    assert_eq!(
        practice.snapshot().hands_free.unwrap().ends_in,
        Some(millis(1_300))
    );
    assert!(!stops(&practice.wait(millis(1_299))));
    assert_eq!(
        practice.wait(millis(1)),
        [
            Effect::StopCapture { request },
            Effect::StopListening {
                request: practice.listening()
            }
        ]
    );
    assert!(saves(&practice.take_is_whole(take(seconds(5)))));
    let (_, turn) = practice.save();
    assert_eq!(began.utc.since(turn.started_at), WORD);
    assert!(asks(&practice.turn_is_saved()));
}

#[test]
fn a_shorter_pause_ends_nothing() {
    let mut practice = Practice::speaking_for_2_s(hands_free(false));
    for _ in 0..3 {
        practice.voice_pauses(seconds(2));
        assert!(!stops(&practice.wait(seconds(1))));
        practice.voice_begins();
        assert_eq!(practice.snapshot().hands_free.unwrap().ends_in, None);
        assert!(!stops(&practice.wait(seconds(2))));
    }
}

#[test]
fn thinking_in_the_middle_of_a_take_makes_one_pause_longer() {
    let mut practice = Practice::speaking_for_2_s(hands_free(false));
    practice.voice_pauses(seconds(2));
    assert!(practice.snapshot().can.think);
    practice.user(Action::Thinking);
    assert!(!practice.snapshot().can.think);
    assert!(!stops(&practice.wait(seconds(19))));
    practice.voice_begins();
    practice.wait(seconds(2));
    practice.voice_pauses(seconds(2));
    assert!(
        stops(&practice.wait(millis(1_300))),
        "the next one is as long as ever"
    );
}

#[test]
fn a_take_with_hardly_any_voice_goes_without_a_word_and_the_silence_goes_on() {
    let mut practice = Practice::at_your_turn(hands_free(false));
    practice.wait(seconds(5));
    let left = practice.snapshot().idle_left;
    practice.voice_begins();
    practice.samples_arrive();
    practice.voice_pauses(millis(250));
    assert!(stops(&practice.wait(millis(1_300))));
    let request = practice.listening();
    let effects = practice.take_is_whole(take(seconds(2)));
    let dropped = Effect::DropTake {
        take_request: practice.capture(),
    };
    let again = Effect::Listen {
        request: practice.listening(),
    };
    assert_eq!(effects, [dropped, again]);
    assert_ne!(practice.listening(), request);
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert_eq!(practice.snapshot().idle_left, left);
}

#[test]
fn a_silent_take_that_a_noise_began_goes_without_a_word() {
    let mut practice = Practice::at_your_turn(hands_free(false));
    practice.wait(seconds(5));
    let left = practice.snapshot().idle_left;
    practice.voice_begins();
    practice.samples_arrive();
    practice.voice_pauses(seconds(1));
    practice.wait(seconds(2));
    let effects = practice.take_is_whole(take_with(SoundNote::Silent));
    let announces = |effect: &Effect| matches!(effect, Effect::Announce(_));
    assert!(!effects.iter().any(announces), "{effects:?}");
    assert_eq!(practice.snapshot().idle_left, left);
}

#[test]
fn a_take_is_listened_to_before_it_is_sent_where_that_is_wanted() {
    let mut setup = hands_free(false);
    setup.talk.review_before_sending = true;
    let mut practice = Practice::speaking_for_2_s(setup);
    practice.voice_pauses(seconds(2));
    practice.wait(seconds(2));
    assert!(!saves(&practice.take_is_whole(take(seconds(4)))));
    assert_eq!(practice.phase(), Phase::Reviewing);
    assert!(!practice.snapshot().hands_free.unwrap().listening);
}

#[test]
fn a_key_ends_what_a_voice_began() {
    for action in [Action::Press, Action::ToggleTalk] {
        let mut practice = Practice::speaking_for_2_s(hands_free(false));
        assert!(stops(&practice.user(action)));
        practice.user(Action::Release);
        assert!(saves(&practice.take_is_whole(take(seconds(2)))));
    }
}

#[test]
fn what_a_key_began_no_pause_ends() {
    for action in [Action::Press, Action::Lock, Action::ToggleTalk] {
        let mut practice = Practice::at_your_turn(hands_free(false));
        let request = practice.listening();
        let effects = practice.user(action);
        assert!(starts_capture(&effects));
        assert!(effects.contains(&Effect::StopListening { request }));
        practice.samples_arrive();
        let ago = seconds(1);
        practice.happens(Event::VoicePaused {
            request,
            lasted: ago,
            ago,
        });
        assert!(!stops(&practice.wait(seconds(30))));
    }
}

#[test]
fn typing_and_thinking_work_as_ever() {
    let mut practice = Practice::at_your_turn(hands_free(false));
    let left = practice.snapshot().idle_left.unwrap();
    practice.user(Action::Thinking);
    assert_eq!(practice.snapshot().idle_left, Some(left + seconds(20)));
    assert!(saves(&practice.user(Action::Type { text: "Wait.".into() })));
    assert!(!practice.snapshot().hands_free.unwrap().listening);
}

#[test]
fn in_a_pause_nobody_listens() {
    let mut practice = Practice::at_your_turn(hands_free(true));
    let request = practice.listening();
    assert_eq!(practice.user(Action::Pause), [Effect::StopListening { request }]);
    assert_eq!(practice.happens(Event::VoiceBegan { request, age: WORD }), []);
    practice.user(Action::Resume);
    assert_ne!(practice.listening(), request);
    assert_eq!(
        practice.happens(Event::VoiceBegan { request, age: WORD }),
        [],
        "it is late"
    );
    assert!(starts_capture(&practice.voice_begins()));
}

#[test]
fn an_end_in_the_middle_of_a_take_keeps_it_and_stops_listening() {
    let mut practice = Practice::speaking_for_2_s(hands_free(true));
    let effects = practice.user(Action::End);
    assert!(stops(&effects));
    assert!(effects.contains(&Effect::StopListening {
        request: practice.listening()
    }));
    assert!(saves(&practice.take_is_whole(take(seconds(2)))));
    practice.turn_is_saved();
    practice.end_is_saved();
    assert_eq!(practice.voice_begins(), []);
}

#[test]
fn a_microphone_that_failed_is_listened_to_again_once_it_is_back() {
    let mut practice = Practice::at_your_turn(hands_free(false));
    practice.happens(Event::CaptureFailed {
        request: None,
        fault: MediaFault::DeviceLost,
        kept: None,
    });
    practice.user(Action::CarryOn);
    assert_eq!(practice.phase(), Phase::YourTurn);
    assert!(!practice.snapshot().hands_free.unwrap().listening);
    practice.happens(Event::MicrophoneBack);
    assert!(practice.snapshot().hands_free.unwrap().listening);
}

#[test]
fn a_take_of_a_voice_that_could_not_be_written_begins_again_with_the_next_voice() {
    for next in [Action::Retry, Action::CarryOn] {
        let mut practice = Practice::at_your_turn(hands_free(false));
        practice.voice_begins();
        practice.happens(Event::CaptureFailed {
            request: Some(practice.capture()),
            fault: MediaFault::ClipNotWritten,
            kept: None,
        });
        let effects = practice.user(next);
        assert!(matches!(effects[..], [Effect::Listen { .. }]), "{effects:?}");
        assert!(practice.snapshot().hands_free.unwrap().listening);
        practice.voice_begins();
        assert_eq!(practice.phase(), Phase::Arming);
    }
}

#[test]
fn after_an_end_is_taken_back_the_voice_is_listened_to_again() {
    let mut practice = Practice::at_your_turn(hands_free(false));
    let before = practice.listening();
    practice.happens(Event::ObjectiveJudged {
        after: 0,
        verdict: Verdict::Succeeded,
        reason: "So it was said.".to_owned(),
    });
    practice.end_is_saved();
    assert!(!practice.snapshot().hands_free.unwrap().listening);
    let effects = practice.user(Action::Reopen);
    let [Effect::ReopenSession { request }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let effects = practice.happens(Event::SessionReopened { request: *request });
    let request = practice.listening();
    assert_eq!(effects, [Effect::Listen { request }]);
    assert_ne!(request, before, "what was heard before the end is over");
    practice.voice_begins();
    practice.samples_arrive();
    assert_eq!(practice.phase(), Phase::Recording { locked: true });
}
