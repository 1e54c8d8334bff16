//! Speech written down, by a chat and by servers that take a file.

use std::time::Duration;

use rehearse_domain::Language;
use rehearse_fakes::models::{Role, Script};
use rehearse_models::{
    Abilities, ChatTranscriber, ModelError, RefusalKind, Speech, Transcriber, Upload, UploadTranscriber,
};
use serde_json::json;

use crate::support::{House, house, mp3};

fn speech(language: Option<Language>) -> Speech {
    Speech {
        mp3: mp3(),
        duration: Duration::from_secs(2),
        language,
        context: "Dana".into(),
    }
}

fn all(house: &House) -> [Box<dyn Transcriber>; 3] {
    let net = || house.net.clone();
    [
        Box::new(ChatTranscriber::new(
            net(),
            house.cloud(),
            "qwen3-asr-flash",
            Abilities::default(),
        )),
        Box::new(UploadTranscriber::new(
            net(),
            house.local(),
            "fake-whisper",
            Upload::OpenAi,
        )),
        Box::new(UploadTranscriber::new(
            net(),
            house.access(""),
            "",
            Upload::WhisperServer,
        )),
    ]
}

#[tokio::test]
async fn words_come_in_the_language_that_is_spoken_without_space_around_them() {
    let house = house().await;
    for transcriber in all(&house) {
        for (language, words) in [
            (Language::English, "I would like to talk about the deadline."),
            (Language::Chinese, "我想谈谈截止日期的事。"),
        ] {
            let transcript = transcriber.transcribe(speech(Some(language))).await.unwrap();
            assert_eq!(transcript.text, words, "{}", transcriber.model());
        }
        house.fake.hears("谢谢");
        assert_eq!(transcriber.transcribe(speech(None)).await.unwrap().text, "谢谢");
    }
    assert_eq!(house.calls(), 9);
}

#[tokio::test]
async fn nothing_said_is_no_error_and_another_language_is_written_down_as_it_is() {
    let house = house().await;
    for transcriber in all(&house) {
        house.fake.script(
            Role::Transcriber,
            [Script::AsrEmpty, Script::AsrWrongLang, Script::AsrLate],
        );
        let mut words = Vec::new();
        for _ in 0..3 {
            words.push(
                transcriber
                    .transcribe(speech(Some(Language::English)))
                    .await
                    .unwrap()
                    .text,
            );
        }
        let expected = [
            "",
            "我想谈谈截止日期的事。",
            "I would like to talk about the deadline.",
        ];
        assert_eq!(words, expected, "{}", transcriber.model());
    }
}

#[tokio::test]
async fn what_was_only_said_to_the_transcriber_is_not_taken_for_speech() {
    let house = house().await;
    for transcriber in all(&house) {
        house.fake.hears("以下是普通话对话，用简体中文记录。");
        let transcript = transcriber
            .transcribe(speech(Some(Language::Chinese)))
            .await
            .unwrap();
        assert_eq!(transcript.text, "", "{}", transcriber.model());
    }
}

#[tokio::test]
async fn a_transcriber_is_asked_three_times_and_a_no_is_a_no() {
    let house = house().await;
    for transcriber in all(&house) {
        house.fake.forget_requests();
        house.fake.script(Role::Transcriber, [Script::TooManyThenOk]);
        assert!(transcriber.transcribe(speech(None)).await.is_ok());
        assert_eq!(house.calls(), 3, "{}", transcriber.model());
        house.fake.script(Role::Transcriber, [Script::Err401]);
        let error = transcriber.transcribe(speech(None)).await.unwrap_err();
        assert!(
            matches!(&error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::Key),
            "{error:?}"
        );
        assert_eq!(house.calls(), 4, "{}", transcriber.model());
    }
}

#[tokio::test]
async fn each_server_is_told_what_it_wants_to_know() {
    let house = house().await;
    for transcriber in all(&house) {
        transcriber
            .transcribe(speech(Some(Language::Chinese)))
            .await
            .unwrap();
    }
    let [chat, upload, whisper] = <[_; 3]>::try_from(house.fake.requests()).unwrap();
    assert_eq!(
        chat.body["asr_options"],
        json!({"language": "zh", "enable_itn": false})
    );
    let system = json!({"role": "system", "content": [{"text": "以下是普通话对话，用简体中文记录。Dana"}]});
    assert_eq!(chat.body["messages"][0], system, "as documented, without a type");
    assert_eq!(
        (&chat.body["stream"], chat.body.get("temperature")),
        (&json!(false), None)
    );
    for request in [&upload, &whisper] {
        assert_eq!(
            (&request.body["language"], &request.body["response_format"]),
            (&json!("zh"), &json!("json"))
        );
        assert!(request.body["prompt"].as_str().unwrap().contains("简体中文"));
    }
    assert_eq!(upload.body["model"], "fake-whisper");
    assert_eq!(
        (whisper.path.as_str(), whisper.body.get("model")),
        ("/inference", None)
    );
    for request in [chat, upload, whisper] {
        assert_eq!(request.clips, [mp3()]);
    }
}

#[tokio::test]
async fn a_recording_that_is_too_short_is_one_in_which_nothing_was_said() {
    let house = house().await;
    for transcriber in all(&house) {
        house.fake.forget_requests();
        house.fake.script(Role::Transcriber, [Script::AsrTooShort]);
        let heard = transcriber.transcribe(speech(None)).await.unwrap();
        assert_eq!(
            (heard.text.as_str(), house.calls()),
            ("", 1),
            "{}",
            transcriber.model()
        );
        assert!(
            !transcriber
                .transcribe(speech(None))
                .await
                .unwrap()
                .text
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_recogniser_that_takes_no_context_writes_down_without() {
    let house = house().await;
    house.fake.always(Role::Transcriber, Script::AsrRefusesContext);
    let [recogniser, ..] = all(&house);
    let messages = || {
        let requests = house.fake.requests().into_iter();
        let counts = requests.map(|request| request.body["messages"].as_array().unwrap().len());
        counts.collect::<Vec<_>>()
    };
    assert!(!recogniser.transcribe(speech(None)).await.unwrap().text.is_empty());
    assert_eq!(messages(), [2, 1]);
    recogniser.transcribe(speech(None)).await.unwrap();
    assert_eq!(messages(), [2, 1, 1], "it is remembered");

    house.fake.forget_requests();
    let mut alone = speech(None);
    alone.context = String::new();
    let [recogniser, ..] = all(&house);
    recogniser.transcribe(alone).await.unwrap();
    assert_eq!(messages(), [1]);
}

#[tokio::test]
async fn a_recording_that_is_too_long_is_never_sent() {
    let house = house().await;
    let mut long = speech(None);
    long.duration = Duration::from_secs(301);
    let [chat, ..] = all(&house);
    let error = chat.transcribe(long).await.unwrap_err();
    assert!(matches!(error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::TooLong));
    assert_eq!(house.calls(), 0);
}
