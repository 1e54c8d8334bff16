//! A partner without a voice, with one that is lent to it.

use std::sync::Arc;

use rehearse_domain::{Language, Script as Lines, ScriptLine};
use rehearse_fakes::models::{Role, Script, SeenModelRequest};
use rehearse_models::{ModelError, Partner, ReplyEnd, ScriptedPartner, SpeechSpeaker, VoicedPartner};

use crate::support::{House, house, reply, written};

fn lend(house: &House, inner: Arc<dyn Partner>) -> VoicedPartner {
    let voice = Some("af_heart".to_owned());
    let speaker = SpeechSpeaker::new(house.net.clone(), house.local(), "fake-speech", voice);
    VoicedPartner {
        inner,
        speaker: Arc::new(speaker),
    }
}

fn spoken(house: &House) -> (Vec<String>, Vec<i16>) {
    let requests = house.fake.requests_for(Role::Speaker);
    let text = |input: &serde_json::Value| input.as_str().unwrap().to_owned();
    let sentences = requests.iter().map(|request| text(&request.body["input"]));
    (
        sentences.collect(),
        requests.iter().flat_map(SeenModelRequest::pcm).collect(),
    )
}

#[tokio::test]
async fn each_sentence_is_spoken_in_order_and_every_sample_is_kept() {
    let house = house().await;
    for (language, sentences) in [
        (Language::English, ["Come in, sit down.", "What’s on your mind?"]),
        (Language::Chinese, ["进来吧，请坐。", "你想谈什么？"]),
    ] {
        house.fake.forget_requests();
        let partner = lend(&house, Arc::new(house.writer()));
        assert!(partner.speaks() && !partner.hears());
        let reply = reply(&partner, written(language)).await.unwrap();
        let (asked, pcm) = spoken(&house);
        assert_eq!(asked, sentences);
        assert!(!pcm.is_empty() && reply.pcm == pcm);
        let letters = |text: &str| text.replace(' ', "");
        assert_eq!(letters(&reply.words), letters(&sentences.concat()));
        assert_eq!(reply.end, Some(ReplyEnd::Continues));
    }
}

#[tokio::test]
async fn words_do_not_wait_for_a_slow_voice() {
    let house = house().await;
    let mut limits = house.fake.options();
    limits.pace = 0.01;
    house.fake.configure(|options| *options = limits);
    house.fake.script(Role::Speaker, [Script::SlowFirst]);
    let reply = reply(
        &lend(&house, Arc::new(house.writer())),
        written(Language::English),
    )
    .await
    .unwrap();
    assert!(
        reply.order.trim_end_matches('s').chars().all(|part| part == 't'),
        "{}",
        reply.order
    );
    assert_eq!(reply.pcm, spoken(&house).1);
}

#[tokio::test]
async fn a_voice_that_fails_leaves_the_words() {
    let house = house().await;
    let plain = reply(&house.writer(), written(Language::English)).await.unwrap();
    for script in [Script::Err401, Script::DropMid] {
        house.fake.script(Role::Speaker, [script]);
        let partner = lend(&house, Arc::new(house.writer()));
        let reply = reply(&partner, written(Language::English)).await.unwrap();
        assert_eq!((&reply.words, reply.end), (&plain.words, plain.end), "{script:?}");
        assert_eq!(reply.pcm.is_empty(), script == Script::Err401);
    }
}

#[tokio::test]
async fn the_embedded_partner_can_be_lent_a_voice_too() {
    let house = house().await;
    let line = |text: &str| ScriptLine(vec![text.into()]);
    let mut request = written(Language::English);
    let mut brief = (*request.scenario).clone();
    brief.script = Some(Lines {
        opening: line("Sit down."),
        push_back: vec![],
        closing: line("Dr. Li is here. Bye."),
    });
    request.scenario = brief.into();
    let reply = reply(&lend(&house, Arc::new(ScriptedPartner)), request)
        .await
        .unwrap();
    assert_eq!(reply.end, Some(ReplyEnd::SaidEverything));
    assert_eq!(
        spoken(&house),
        (vec!["Dr. Li is here.".into(), "Bye.".into()], reply.pcm)
    );
}

#[tokio::test]
async fn a_partner_who_breaks_off_is_not_spoken_to_the_end() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::DropMid]);
    let reply = reply(
        &lend(&house, Arc::new(house.writer())),
        written(Language::English),
    )
    .await
    .unwrap();
    assert!(
        matches!(reply.error, Some(ModelError::BrokeOff(_))),
        "{:?}",
        reply.error
    );
    assert_eq!(reply.end, None);
}
