//! Words read aloud, by both kinds of speakers.

use rehearse_domain::Language;
use rehearse_fakes::models::{Role, Script};
use rehearse_models::{ModelError, QwenSpeaker, RefusalKind, Speaker, SpeechSpeaker, SpokenLine};

use crate::support::{House, house, sound};

fn line(text: &str) -> SpokenLine {
    SpokenLine {
        text: text.into(),
        language: Language::English,
        voice: None,
    }
}

fn all(house: &House) -> [Box<dyn Speaker>; 2] {
    let net = || house.net.clone();
    [
        Box::new(QwenSpeaker::new(
            net(),
            house.cloud(),
            "qwen3-tts-flash",
            Some("Cherry".to_owned()),
        )),
        Box::new(SpeechSpeaker::new(
            net(),
            house.local(),
            "fake-speech",
            Some("af_heart".to_owned()),
        )),
    ]
}

async fn speak(speaker: &dyn Speaker, line: SpokenLine) -> Result<Vec<i16>, ModelError> {
    sound(speaker.speak(line).await?).await
}

#[tokio::test]
async fn every_sample_is_kept_however_it_is_sent() {
    let house = house().await;
    for speaker in all(&house) {
        for script in [
            Script::Happy,
            Script::RiffFirst,
            Script::OddBytes,
            Script::Crlf,
            Script::HugeLine,
        ] {
            house.fake.forget_requests();
            house.fake.script(Role::Speaker, [script]);
            let spoken = speak(speaker.as_ref(), line("Come in.")).await.unwrap();
            assert!(
                spoken.len() > 1000 && spoken == house.sent(),
                "{script:?} of {}",
                speaker.model()
            );
            assert_eq!(house.calls(), 1, "{script:?}");
        }
    }
}

#[tokio::test]
async fn sound_may_come_byte_by_byte() {
    let house = house().await;
    let [_, speech] = all(&house);
    house.fake.script(Role::Speaker, [Script::OneByteWrites]);
    let spoken = speak(speech.as_ref(), line("Go")).await.unwrap();
    assert!(spoken.len() > 1000 && spoken == house.sent());
}

#[tokio::test]
async fn the_language_and_the_voice_of_a_line_are_told() {
    let house = house().await;
    let [qwen, speech] = all(&house);
    let chinese = SpokenLine {
        text: "请坐。".into(),
        language: Language::Chinese,
        voice: Some("Ethan".into()),
    };
    speak(qwen.as_ref(), chinese).await.unwrap();
    let other = SpokenLine {
        voice: Some("zf_xiaobei".into()),
        ..line("请坐。")
    };
    speak(speech.as_ref(), other).await.unwrap();
    let [first, second] = <[_; 2]>::try_from(house.fake.requests()).unwrap();
    assert_eq!(first.body["input"]["language_type"], "Chinese");
    assert_eq!(first.body["input"]["voice"], "Ethan");
    assert_eq!(second.body["voice"], "zf_xiaobei");
    assert_eq!(second.body["response_format"], "pcm");
}

#[tokio::test]
async fn where_no_voice_is_known_none_is_named() {
    let house = house().await;
    for voice in [None, Some(String::new())] {
        house.fake.forget_requests();
        let speech = SpeechSpeaker::new(house.net.clone(), house.local(), "fake-speech", voice);
        assert!(!speak(&speech, line("Come in.")).await.unwrap().is_empty());
        let [asked] = <[_; 1]>::try_from(house.fake.requests()).unwrap();
        assert_eq!(asked.body.get("voice"), None, "the host's own speaks");
    }
}

#[tokio::test]
async fn what_passes_is_asked_for_again_and_a_no_is_a_no() {
    let house = house().await;
    for speaker in all(&house) {
        house.fake.forget_requests();
        house.fake.script(Role::Speaker, [Script::UnavailableThenOk]);
        assert!(speak(speaker.as_ref(), line("Come in.")).await.is_ok());
        assert_eq!(house.calls(), 2);
        let bad_voice = SpokenLine {
            voice: Some("Nobody".into()),
            ..line("Come in.")
        };
        let error = speak(speaker.as_ref(), bad_voice).await.unwrap_err();
        assert!(matches!(error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::Unsupported));
        house.fake.script(Role::Speaker, [Script::ErrArrearage]);
        let error = speak(speaker.as_ref(), line("Come in.")).await.unwrap_err();
        assert!(matches!(error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::Billing));
        assert_eq!(house.calls(), 4);
    }
}

#[tokio::test]
async fn a_voice_that_breaks_off_says_so() {
    let house = house().await;
    for speaker in all(&house) {
        house.fake.script(Role::Speaker, [Script::DropMid]);
        let error = speak(speaker.as_ref(), line("Come in.")).await.unwrap_err();
        assert!(matches!(error, ModelError::BrokeOff(_)), "{error:?}");
    }
    house.fake.script(Role::Speaker, [Script::ErrStream200]);
    let [qwen, _] = all(&house);
    let error = speak(qwen.as_ref(), line("Come in.")).await.unwrap_err();
    assert!(matches!(error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::Filtered));
    house.fake.script(Role::Speaker, [Script::ErrStreamQuoted]);
    let error = speak(qwen.as_ref(), line("Come in.")).await.unwrap_err();
    assert!(
        !format!("{error:?}").contains(&house.fake.options().key),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_is_packed_once_more_is_heard_and_an_address_in_place_of_sound_is_told() {
    let house = house().await;
    let [qwen, _] = all(&house);
    house
        .fake
        .script(Role::Speaker, [Script::Wrapped, Script::UrlOnly, Script::Happy]);
    let spoken = speak(qwen.as_ref(), line("Come in.")).await.unwrap();
    assert!(spoken.len() > 1000 && spoken == house.sent());
    let error = speak(qwen.as_ref(), line("Come in.")).await.unwrap_err();
    assert!(
        matches!(&error, ModelError::Refused(refusal)
            if refusal.kind == RefusalKind::Unsupported && refusal.code == "audioaddressonly"),
        "{error:?}"
    );
    assert!(speak(qwen.as_ref(), line("Come in.")).await.is_ok());
    assert_eq!(house.calls(), 3, "nobody fetches from the address");
}

#[tokio::test]
async fn a_text_that_is_too_long_for_qwen_is_never_sent() {
    let house = house().await;
    let [qwen, _] = all(&house);
    let error = speak(qwen.as_ref(), line(&"字".repeat(601))).await.unwrap_err();
    assert!(matches!(error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::TooLong));
    assert_eq!(house.calls(), 0);
    assert!(speak(qwen.as_ref(), line(&"字".repeat(600))).await.is_ok());
}
