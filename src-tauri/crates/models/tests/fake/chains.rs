//! Several who play one role: who takes over, and when nobody does.

use std::sync::Arc;
use std::time::Duration;

use rehearse_domain::{Language, PartnerKind, Script as Lines, ScriptLine};
use rehearse_fakes::models::{Role, Script};
use rehearse_models::{
    Abilities, Chain, ChatTranscriber, ModelError, Partner, QwenSpeaker, RefusalKind, ScriptedPartner,
    Speaker, Speech, SpeechSpeaker, SpokenLine, Transcriber, Upload, UploadTranscriber,
};

use crate::support::{House, heard, house, mp3, reply, sound, written};

fn partners(house: &House) -> Chain<dyn Partner> {
    Chain::new(
        Arc::new(house.qwen()),
        vec![Arc::new(house.writer()), Arc::new(ScriptedPartner)],
    )
}

fn from(model: &str) -> Option<Option<String>> {
    Some(Some(model.to_owned()))
}

#[tokio::test]
async fn the_first_answers_while_it_can_and_the_next_one_when_it_cannot() {
    let house = house().await;
    let chain = partners(&house);
    assert_eq!(
        (chain.kind(), chain.model()),
        (PartnerKind::Model, Some("qwen3.5-omni-flash"))
    );
    assert_eq!(chain.hosts(), [house.cloud().address.host()], "each host once");
    let first = reply(&chain, written(Language::English)).await.unwrap();
    assert_eq!(first.from, from("qwen3.5-omni-flash"));
    house.fake.script(Role::Partner, [Script::Err401]);
    let second = reply(&chain, written(Language::English)).await.unwrap();
    assert_eq!((second.from, second.words), (from("fake-chat"), first.words));
    assert_eq!(house.calls(), 3);
}

#[tokio::test]
async fn once_it_was_heard_nobody_takes_over() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::DropMid]);
    let reply = reply(&partners(&house), written(Language::English))
        .await
        .unwrap();
    assert_eq!(reply.from, from("qwen3.5-omni-flash"));
    assert!(matches!(reply.error, Some(ModelError::BrokeOff(_))));
    assert_eq!(house.calls(), 1);
}

#[tokio::test]
async fn who_cannot_know_what_was_said_is_passed_over() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::Err401]);
    let line = |text: &str| ScriptLine(vec![text.into()]);
    let mut request = heard(Language::English);
    let mut brief = (*request.scenario).clone();
    brief.script = Some(Lines {
        opening: line("Sit down."),
        push_back: vec![line("No.")],
        closing: line("Bye."),
    });
    request.scenario = brief.into();
    let reply = reply(&partners(&house), request).await.unwrap();
    assert_eq!(
        (reply.from, reply.words.as_str(), house.calls()),
        (Some(None), "No.", 1)
    );
}

#[tokio::test]
async fn when_all_fail_it_is_said_why_the_first_did() {
    let house = house().await;
    house
        .fake
        .script(Role::Partner, [Script::ErrArrearage, Script::Err404]);
    let error = reply(&partners(&house), written(Language::English))
        .await
        .unwrap_err();
    assert!(matches!(error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::Billing));
    assert_eq!(house.calls(), 2);
}

#[tokio::test]
async fn transcribers_and_speakers_take_over_too() {
    let house = house().await;
    let net = || house.net.clone();
    let listening: Chain<dyn Transcriber> = Chain::new(
        Arc::new(ChatTranscriber::new(
            net(),
            house.cloud(),
            "qwen3-asr-flash",
            Abilities::default(),
        )),
        vec![Arc::new(UploadTranscriber::new(
            net(),
            house.local(),
            "fake-whisper",
            Upload::OpenAi,
        ))],
    );
    house.fake.script(Role::Transcriber, [Script::Err403]);
    let speech = Speech {
        mp3: mp3(),
        duration: Duration::from_secs(1),
        language: Some(Language::English),
        context: String::new(),
    };
    let transcript = listening.transcribe(speech).await.unwrap();
    assert_eq!(transcript.text, "I would like to talk about the deadline.");

    let speaking: Chain<dyn Speaker> = Chain::new(
        Arc::new(QwenSpeaker::new(
            net(),
            house.cloud(),
            "qwen3-tts-flash",
            "Cherry",
        )),
        vec![Arc::new(SpeechSpeaker::new(
            net(),
            house.local(),
            "fake-speech",
            "af_heart",
        ))],
    );
    house.fake.script(Role::Speaker, [Script::Err403]);
    let line = SpokenLine {
        text: "Come in.".into(),
        language: Language::English,
        voice: None,
    };
    let spoken = sound(speaking.speak(line).await.unwrap()).await.unwrap();
    assert_eq!((spoken, house.calls()), (house.sent(), 4));
}
