//! What hosts say no to, how often they are asked again, and when not.

use std::time::{Duration, Instant};

use rehearse_domain::Language;
use rehearse_fakes::models::{Role, Script};
use rehearse_models::{ChatPartner, ChatPartnerOptions, Key, ModelError, Partner, RefusalKind, SoundIn};

use crate::support::{LIMITS, heard, hears_and_speaks, house, reply};

fn kind(error: &ModelError) -> RefusalKind {
    match error {
        ModelError::Refused(refusal) => refusal.kind,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_no_is_understood_and_not_asked_for_again() {
    let house = house().await;
    for (script, expected, status) in [
        (Script::Err400DataPrefix, RefusalKind::Filtered, 400),
        (Script::ErrArrearage, RefusalKind::Billing, 400),
        (Script::Err401, RefusalKind::Key, 401),
        (Script::Err403, RefusalKind::Permission, 403),
        (Script::Err404, RefusalKind::NoSuchModel, 404),
        (Script::ErrNative, RefusalKind::Key, 401),
        (Script::Billing, RefusalKind::Billing, 429),
    ] {
        house.fake.forget_requests();
        house.fake.script(Role::Partner, [script]);
        let error = reply(&house.qwen(), heard(Language::English)).await.unwrap_err();
        assert_eq!(kind(&error), expected, "{script:?}");
        let ModelError::Refused(refusal) = error else {
            unreachable!()
        };
        assert_eq!((refusal.status, house.calls()), (Some(status), 1), "{script:?}");
        assert!(!refusal.message.is_empty(), "{script:?}");
    }
}

#[tokio::test]
async fn a_no_in_the_middle_comes_after_what_was_said() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::ErrStream200]);
    let reply = reply(&house.qwen(), heard(Language::English)).await.unwrap();
    assert!(!reply.words.is_empty() && reply.end.is_none());
    let error = reply.error.unwrap();
    assert_eq!((kind(&error), house.calls()), (RefusalKind::Filtered, 1));
}

#[tokio::test]
async fn a_key_that_the_host_quotes_is_in_no_error() {
    let house = house().await;
    let key = house.fake.options().key;
    house
        .fake
        .script(Role::Partner, [Script::Err401Quoted, Script::ErrStreamQuoted]);
    let before = reply(&house.qwen(), heard(Language::English)).await.unwrap_err();
    let inside = reply(&house.qwen(), heard(Language::English)).await.unwrap();
    for error in [before, inside.error.unwrap()] {
        assert_eq!(kind(&error), RefusalKind::Key);
        let told = format!("{error:?}");
        assert!(!told.contains(&key) && told.contains("provided: …"), "{told}");
    }
}

#[tokio::test]
async fn what_passes_by_itself_is_asked_for_once_more() {
    let house = house().await;
    for script in [
        Script::UnavailableThenOk,
        Script::RetryAfter,
        Script::RetryAfterDate,
    ] {
        house.fake.forget_requests();
        house.fake.script(Role::Partner, [script]);
        let begun = Instant::now();
        let reply = reply(&house.qwen(), heard(Language::English)).await.unwrap();
        assert!(reply.end.is_some() && reply.pcm == house.sent());
        assert_eq!(house.calls(), 2, "{script:?}");
        if script != Script::UnavailableThenOk {
            assert!(
                begun.elapsed() >= Duration::from_secs(1),
                "the host asked for a second"
            );
        }
    }
}

#[tokio::test]
async fn after_one_retry_it_is_the_user_who_asks_again() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::TooManyThenOk]);
    let error = reply(&house.qwen(), heard(Language::English)).await.unwrap_err();
    assert_eq!((kind(&error), house.calls()), (RefusalKind::Busy, 2));
    let again = reply(&house.qwen(), heard(Language::English)).await.unwrap();
    assert!(again.end.is_some());
    let requests = house.fake.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests.windows(2).all(|pair| pair[0].body == pair[1].body),
        "the same turn"
    );
}

#[tokio::test]
async fn the_tokens_of_a_minute_are_waited_for_on_dashscope() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::QuotaThenOk]);
    let begun = Instant::now();
    let reply = reply(&house.qwen(), heard(Language::English)).await.unwrap();
    assert!(reply.end.is_some() && begun.elapsed() >= Duration::from_secs(10));
    assert_eq!(house.calls(), 2);
}

#[tokio::test]
async fn the_same_code_of_another_host_means_an_empty_account() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::QuotaThenOk]);
    let error = reply(&house.writer(), heard(Language::English))
        .await
        .unwrap_err();
    assert_eq!((kind(&error), house.calls()), (RefusalKind::Billing, 1));
}

#[tokio::test]
async fn nothing_is_waited_for_that_would_come_too_late() {
    let house = house().await;
    house.fake.script(Role::Partner, [Script::QuotaThenOk]);
    let mut options = ChatPartnerOptions::new("qwen3.5-omni-flash", hears_and_speaks(SoundIn::DataUrl));
    options.voice = Some("Tina".into());
    options.whole = Duration::from_secs(5);
    let hasty = ChatPartner::new(house.net.clone(), house.cloud(), options);
    let begun = Instant::now();
    let error = reply(&hasty, heard(Language::English)).await.unwrap_err();
    assert_eq!((kind(&error), house.calls()), (RefusalKind::Quota, 1));
    assert!(begun.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_host_that_does_not_begin_is_given_up_twice() {
    let house = house().await;
    house.fake.always(Role::Partner, Script::SlowFirst);
    let error = reply(&house.hasty(), heard(Language::English)).await.unwrap_err();
    assert!(
        matches!(error, ModelError::TimedOut(after) if after == LIMITS.first_byte),
        "{error:?}"
    );
    assert_eq!(house.calls(), 2);
}

#[tokio::test]
async fn the_status_and_the_first_byte_have_one_limit_together() {
    let house = house().await;
    house.fake.always(Role::Partner, Script::SlowTwice);
    let begun = Instant::now();
    let error = reply(&house.hasty(), heard(Language::English)).await.unwrap_err();
    assert!(
        matches!(error, ModelError::TimedOut(after) if after == LIMITS.first_byte),
        "{error:?}"
    );
    assert_eq!(house.calls(), 2);
    // Twice that limit, and half a second at most between the two.
    assert!(begun.elapsed() < LIMITS.first_byte * 2 + Duration::from_millis(900));
    let patient = reply(&house.qwen(), heard(Language::English)).await.unwrap();
    assert!(patient.end.is_some());
}

#[tokio::test]
async fn a_wrong_key_a_wrong_voice_and_a_key_that_is_none_are_told_apart() {
    let house = house().await;
    let partner = |key: &str, voice: &str| {
        let mut access = house.cloud();
        access.key = Some(Key::new(key));
        let mut options = ChatPartnerOptions::new("qwen3.5-omni-flash", hears_and_speaks(SoundIn::DataUrl));
        options.voice = Some(voice.into());
        ChatPartner::new(house.net.clone(), access, options)
    };
    let right = house.fake.options().key;
    for (partner, expected, calls) in [
        (partner("sk-wrong", "Tina"), RefusalKind::Key, 1),
        // Once more without the count of what it costs, for the voice may not be what is refused.
        (partner(&right, "Nobody"), RefusalKind::Unsupported, 2),
        (partner("密钥\n", "Tina"), RefusalKind::Key, 0),
    ] {
        house.fake.forget_requests();
        let error = partner
            .reply(heard(Language::English))
            .await
            .map(drop)
            .unwrap_err();
        assert_eq!((kind(&error), house.calls()), (expected, calls));
    }
}

#[tokio::test]
async fn a_recording_that_is_too_long_is_never_sent() {
    let house = house().await;
    let mut request = heard(Language::English);
    request.sound.as_mut().unwrap().duration = Duration::from_secs(301);
    let error = reply(&house.qwen(), request).await.unwrap_err();
    assert_eq!((kind(&error), house.calls()), (RefusalKind::TooLong, 0));
}
