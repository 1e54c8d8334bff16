//! Dialogues of all shapes as chats.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rehearse_domain::Persona;
use serde_json::{Value, json};

use super::*;
use crate::PartnerBrief;

fn request(language: Language, turns: &[(Speaker, Option<&str>)]) -> PartnerRequest {
    PartnerRequest {
        scenario: Arc::new(PartnerBrief {
            persona: Persona {
                name: "Dana".into(),
                role: "your manager".into(),
                background: String::new(),
                voice: None,
            },
            brief: String::new(),
            language,
            script: None,
        }),
        history: turns
            .iter()
            .map(|(speaker, text)| HistoryTurn {
                speaker: *speaker,
                text: text.map(ToOwned::to_owned),
            })
            .collect(),
        sound: None,
        sequence: 0,
        variation: 0,
    }
}

fn sound(bytes: usize, secs: u64) -> Option<TurnSound> {
    Some(TurnSound {
        mp3: Bytes::from(vec![0xFF; bytes]),
        duration: Duration::from_secs(secs),
    })
}

fn hearing(sound_in: SoundIn) -> Abilities {
    Abilities {
        sound_in,
        ..Abilities::default()
    }
}

/// The messages after the first, which is the system's.
fn chat(request: &PartnerRequest, abilities: &Abilities) -> Value {
    let messages = messages(request, abilities).unwrap();
    assert_eq!(messages[0].role, "system");
    serde_json::to_value(&messages[1..]).unwrap()
}

const PARTNER: Speaker = Speaker::Partner;
const TRAINEE: Speaker = Speaker::Trainee;

#[test]
fn whoever_has_the_first_word_is_told_so() {
    for (language, begin) in [
        (
            Language::English,
            "(Nobody has spoken yet. You have the first word.)",
        ),
        (Language::Chinese, "（还没有人开口。你先说。）"),
    ] {
        let chat = chat(&request(language, &[]), &Abilities::default());
        assert_eq!(chat, json!([{"role": "user", "content": begin}]));
    }
}

#[test]
fn turns_are_the_assistants_and_the_users_and_neighbours_of_one_role_are_one() {
    let turns = [
        (PARTNER, Some("Hello.")),
        (TRAINEE, Some(" I want ")),
        (TRAINEE, None),
        (PARTNER, Some("No.")),
        (PARTNER, None),
        (TRAINEE, Some("Why?")),
    ];
    let chat = chat(&request(Language::English, &turns), &Abilities::default());
    let expected = json!([
        {"role": "user", "content": persona::begin(Language::English)},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "I want\n(inaudible)"},
        {"role": "assistant", "content": "No."},
        {"role": "user", "content": "Why?"},
    ]);
    assert_eq!(chat, expected);
}

#[test]
fn a_trainee_who_opens_is_the_first_and_a_partner_who_goes_on_is_asked_to() {
    let turns = [(TRAINEE, Some("嗨")), (PARTNER, Some("你好"))];
    let chat = chat(&request(Language::Chinese, &turns), &Abilities::default());
    let expected = json!([
        {"role": "user", "content": "嗨"},
        {"role": "assistant", "content": "你好"},
        {"role": "user", "content": "（对方没有说话。你接着说。）"},
    ]);
    assert_eq!(chat, expected);
}

#[test]
fn the_last_turn_is_heard_by_whoever_can_and_only_that_one() {
    let mut request = request(
        Language::English,
        &[(TRAINEE, Some("One")), (TRAINEE, Some("Two"))],
    );
    request.sound = sound(3, 1);
    for (abilities, data) in [
        (hearing(SoundIn::DataUrl), "data:;base64,////"),
        (hearing(SoundIn::Base64), "////"),
    ] {
        let expected = json!([{"role": "user", "content": [
            {"type": "text", "text": "One"},
            {"type": "input_audio", "input_audio": {"data": data, "format": "mp3"}}]}]);
        assert_eq!(chat(&request, &abilities), expected);
    }
    let written = json!([{"role": "user", "content": "One\nTwo"}]);
    assert_eq!(chat(&request, &hearing(SoundIn::None)), written);
}

#[test]
fn sound_that_belongs_to_no_turn_of_the_trainee_is_left_out() {
    let mut request = request(Language::English, &[(TRAINEE, Some("a")), (PARTNER, Some("b"))]);
    request.sound = sound(3, 1);
    assert!(
        !chat(&request, &hearing(SoundIn::Base64))
            .to_string()
            .contains("input_audio")
    );
}

#[test]
fn sound_that_is_too_much_is_refused_before_anything_is_sent() {
    let limits = Abilities {
        max_sound_bytes: 40,
        max_sound_secs: 5,
        ..hearing(SoundIn::DataUrl)
    };
    let mut request = request(Language::English, &[(TRAINEE, None)]);
    // 13 bytes of prefix leave room for 27, and 24 of them are used.
    for (bytes, secs, fits) in [(18, 5, true), (19, 5, false), (18, 6, false)] {
        request.sound = sound(bytes, secs);
        match messages(&request, &limits) {
            Ok(_) => assert!(fits, "{bytes} bytes, {secs} s"),
            Err(ModelError::Refused(refusal)) => {
                assert_eq!((refusal.kind, fits), (RefusalKind::TooLong, false));
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}
