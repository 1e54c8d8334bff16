//! A partner that hears and speaks, under every script that does not refuse.

use rehearse_domain::{Language, Script as Lines, ScriptLine};
use rehearse_fakes::models::{Role, Script};
use rehearse_models::{ChatPartner, ChatPartnerOptions, ModelError, Partner, ReplyEnd, SoundIn};
use serde_json::json;

use crate::support::{LIMITS, heard, hears_and_speaks, house, reply, written};

#[tokio::test]
async fn however_a_reply_is_written_it_is_understood_and_every_sample_is_kept() {
    let house = house().await;
    let partner = house.qwen();
    for language in Language::ALL {
        let plain = reply(&partner, heard(language)).await.unwrap();
        assert!(
            plain.words.ends_with('？') || plain.words.ends_with('?'),
            "{}",
            plain.words
        );
        assert!(
            plain.used.audio_in > 0 && plain.used.audio_out > 0,
            "{:?}",
            plain.used
        );
        for script in [
            Script::Happy,
            Script::TranscriptInAudio,
            Script::RiffFirst,
            Script::OddBytes,
            Script::SplitUtf8,
            Script::Crlf,
            Script::NoDone,
            Script::NoUsage,
        ] {
            house.fake.forget_requests();
            house.fake.script(Role::Partner, [script]);
            let reply = reply(&partner, heard(language)).await.unwrap();
            assert_eq!(reply.words, plain.words, "{script:?}");
            assert_eq!(
                reply.end,
                Some(ReplyEnd::Continues),
                "{script:?}: {:?}",
                reply.error
            );
            assert!(!reply.pcm.is_empty() && reply.pcm == house.sent(), "{script:?}");
            assert_eq!(house.calls(), 1, "{script:?}");
        }
    }
}

#[tokio::test]
async fn half_a_minute_of_sound_in_one_line_or_in_one_second_is_kept_whole() {
    let house = house().await;
    for script in [Script::HugeLine, Script::FastAudio] {
        house.fake.script(Role::Partner, [script]);
        let reply = reply(&house.qwen(), heard(Language::English)).await.unwrap();
        assert!(
            reply.pcm.len() == 30 * 24_000 && reply.pcm == house.sent(),
            "{script:?}"
        );
        assert_eq!(reply.end, Some(ReplyEnd::Continues));
    }
    assert_eq!(house.calls(), 2);
}

#[tokio::test]
async fn words_that_come_byte_by_byte_are_the_same_words() {
    let house = house().await;
    for language in Language::ALL {
        let plain = reply(&house.writer(), written(language)).await.unwrap();
        house.fake.script(Role::Partner, [Script::OneByteWrites]);
        let slow = reply(&house.writer(), written(language)).await.unwrap();
        assert_eq!((slow.words, slow.end), (plain.words, plain.end));
    }
}

#[tokio::test]
async fn a_reply_that_is_as_long_as_it_may_be_is_a_reply() {
    let house = house().await;
    let whole = reply(&house.qwen(), heard(Language::English)).await.unwrap();
    house.fake.script(Role::Partner, [Script::Length]);
    let cut = reply(&house.qwen(), heard(Language::English)).await.unwrap();
    assert!(whole.words.starts_with(&cut.words) && cut.words.len() < whole.words.len());
    assert_eq!((cut.end, &cut.pcm), (Some(ReplyEnd::Continues), &house.sent()));
}

#[tokio::test]
async fn a_connection_that_breaks_or_falls_silent_is_an_error_after_what_came() {
    let house = house().await;
    for script in [Script::DropMid, Script::StallMid] {
        house.fake.forget_requests();
        house.fake.script(Role::Partner, [script]);
        let reply = reply(&house.hasty(), heard(Language::English)).await.unwrap();
        assert!(!reply.words.is_empty() && !reply.pcm.is_empty() && reply.end.is_none());
        match (script, reply.error.unwrap()) {
            (Script::DropMid, ModelError::BrokeOff(_)) => {}
            (Script::StallMid, ModelError::TimedOut(after)) => assert_eq!(after, LIMITS.silence),
            (script, error) => panic!("{script:?}: {error:?}"),
        }
        assert_eq!(house.calls(), 1, "what was heard is not asked for again");
        let mut sent = house.sent();
        sent.truncate(reply.pcm.len());
        assert_eq!(reply.pcm, sent);
    }
}

#[tokio::test]
async fn a_model_that_hears_is_given_the_sound_in_the_form_of_its_host() {
    let house = house().await;
    let mut options = ChatPartnerOptions::new("fake-omni", hears_and_speaks(SoundIn::Base64));
    options.voice = Some("alloy".into());
    let local = ChatPartner::new(house.net.clone(), house.local(), options);
    assert!(local.hears() && local.speaks());
    let said = reply(&local, heard(Language::English)).await.unwrap();
    assert!(!said.words.is_empty() && said.pcm == house.sent());
    let body = house.fake.requests().pop().unwrap().body;
    assert_eq!(body["audio"], json!({"voice": "alloy", "format": "pcm16"}));

    reply(&house.qwen(), heard(Language::English)).await.unwrap();
    let seen = house.fake.requests().pop().unwrap();
    assert_eq!(seen.clips, [crate::support::mp3()]);
    assert_eq!(seen.body["audio"], json!({"voice": "Tina", "format": "wav"}));
    assert_eq!(seen.body["stream_options"], json!({"include_usage": true}));
}

#[tokio::test]
async fn a_model_that_only_writes_is_asked_for_nothing_else() {
    let house = house().await;
    let said = reply(&house.writer(), written(Language::Chinese)).await.unwrap();
    assert!(!said.words.is_ascii() && said.pcm.is_empty());
    let body = house.fake.requests().pop().unwrap().body;
    let fields: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["messages", "model", "stream"]);
}

#[tokio::test]
async fn the_authors_opening_comes_before_a_models_words_and_asks_nobody() {
    let house = house().await;
    let line = |text: &str| ScriptLine(vec![text.into(), format!("{text} again")]);
    let mut request = heard(Language::English);
    let mut brief = (*request.scenario).clone();
    brief.script = Some(Lines {
        opening: line("Sit down"),
        push_back: vec![line("No")],
        closing: line("Bye"),
    });
    request.scenario = brief.into();
    request.sequence = 0;
    request.variation = 1;
    // The trainee has spoken: the script has nothing to say any more.
    assert_eq!(house.qwen().foresee(&request), None);
    (request.history, request.sound) = (Vec::new(), None);
    assert_eq!(house.qwen().foresee(&request).as_deref(), Some("Sit down again"));
    let opening = reply(&house.qwen(), request).await.unwrap();
    assert_eq!(
        (opening.words.as_str(), opening.pcm.len(), house.calls()),
        ("Sit down again", 0, 0)
    );
    assert_eq!(opening.end, Some(ReplyEnd::Continues));
}

#[tokio::test]
async fn without_a_script_a_model_opens() {
    let house = house().await;
    let mut request = heard(Language::Chinese);
    (request.history, request.sound) = (Vec::new(), None);
    let opening = reply(&house.qwen(), request).await.unwrap();
    assert!(!opening.words.is_empty() && opening.pcm == house.sent());
}

#[tokio::test]
async fn a_reply_that_nobody_waits_for_any_more_is_taken_back() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::StallMid]);
    drop(house.qwen().reply(heard(Language::English)).await.unwrap());
    for _ in 0..200 {
        if house.fake.requests()[0].left_early {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the server goes on writing");
}
