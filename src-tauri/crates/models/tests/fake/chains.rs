//! Several who play one role: who takes over, and when nobody does.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rehearse_domain::{Language, PartnerKind, Script as Lines, ScriptLine};
use rehearse_fakes::models::{Role, Script};
use rehearse_models::{
    Abilities, Answer, AnswerForm, Chain, ChatTranscriber, Evaluator, ModelError, Partner, PartnerRequest,
    Question, QwenSpeaker, Refusal, RefusalKind, ScriptedPartner, Speaker, Speech, SpeechSpeaker, SpokenLine,
    Transcriber, Upload, UploadTranscriber, Usage,
};
use serde_json::json;

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
    let mut request = heard(Language::English);
    request.scenario = with_a_script().scenario;
    let reply = reply(&partners(&house), request).await.unwrap();
    assert_eq!(
        (reply.from, reply.words.as_str(), house.calls()),
        (Some(None), "No.", 1)
    );
}

#[tokio::test]
async fn who_took_over_goes_on_until_it_fails_in_its_turn_and_each_change_is_told() {
    let house = house().await;
    let changes = Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = Arc::clone(&changes);
    let (first, second): (Arc<dyn Partner>, Arc<dyn Partner>) =
        (Arc::new(house.qwen()), Arc::new(house.writer()));
    let chain =
        Chain::new(first, vec![second]).telling(move |from, to| told.lock().unwrap().push((from, to)));
    house.fake.script(
        Role::Partner,
        [Script::Err401, Script::Happy, Script::Happy, Script::Err404],
    );
    for (answers, calls) in [("fake-chat", 2), ("fake-chat", 3), ("qwen3.5-omni-flash", 5)] {
        let reply = reply(&chain, written(Language::English)).await.unwrap();
        assert_eq!((reply.from, house.calls()), (from(answers), calls));
        assert_eq!(chain.model(), Some(answers));
    }
    assert_eq!(*changes.lock().unwrap(), [(0, 1), (1, 0)]);
}

#[tokio::test]
async fn who_broke_off_is_not_the_first_to_be_asked_again() {
    let house = house().await;
    let chain = partners(&house);
    house.fake.script(Role::Partner, [Script::DropMid]);
    let broken = reply(&chain, written(Language::English)).await.unwrap();
    assert!(broken.error.is_some());
    let next = reply(&chain, written(Language::English)).await.unwrap();
    assert_eq!((next.from, house.calls()), (from("fake-chat"), 2));
}

pub(crate) fn with_a_script() -> PartnerRequest {
    let line = |text: &str| ScriptLine(vec![text.into()]);
    let mut request = written(Language::English);
    let mut brief = (*request.scenario).clone();
    brief.script = Some(Lines {
        opening: line("Sit down."),
        push_back: vec![line("No.")],
        closing: line("Bye."),
    });
    request.scenario = brief.into();
    request
}

pub(crate) fn question(budget: Duration) -> Question {
    Question {
        system: String::new(),
        shared: String::new(),
        task: String::new(),
        form: Arc::new(AnswerForm {
            name: "form",
            purpose: "",
            schema: json!({}),
        }),
        temperature: 0.0,
        seed: None,
        budget,
    }
}

/// Judges, or refuses for this reason.
struct Judge(Option<RefusalKind>);

#[async_trait]
impl Evaluator for Judge {
    fn model(&self) -> &str {
        "judge"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn answer(&self, _: Question) -> Result<Answer, ModelError> {
        let Some(kind) = self.0 else {
            return Ok(Answer {
                value: json!("fine"),
                requests: 1,
                usage: Usage::default(),
            });
        };
        Err(ModelError::Refused(Refusal {
            kind,
            status: None,
            code: String::new(),
            message: String::new(),
            request_id: None,
            retry_after: None,
        }))
    }
}

#[tokio::test]
async fn what_a_host_will_not_pass_on_is_not_tried_on_another() {
    let answer = async |kind| {
        let judges: Chain<dyn Evaluator> =
            Chain::new(Arc::new(Judge(Some(kind))), vec![Arc::new(Judge(None))]);
        judges.answer(question(Duration::from_secs(1))).await
    };
    for kind in [
        RefusalKind::Billing,
        RefusalKind::Quota,
        RefusalKind::Down,
        RefusalKind::Key,
    ] {
        assert!(answer(kind).await.is_ok(), "{kind:?}");
    }
    assert!(answer(RefusalKind::Filtered).await.is_err());
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
            Some("Cherry".to_owned()),
        )),
        vec![Arc::new(SpeechSpeaker::new(
            net(),
            house.local(),
            "fake-speech",
            Some("af_heart".to_owned()),
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
