//! Scripts of servers that differ from the documents: what they quote, refuse, leave out and pack once more.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{CLOUD, Desk, LOCAL, NATIVE, data_url, local_turn, mp3, spoken_turn, with, without};

fn line() -> Value {
    json!({"model": "qwen3-tts-flash", "input": {"text": "Hello", "voice": "Cherry"}})
}

fn recording() -> Value {
    json!({
        "model": "qwen3-asr-flash",
        "messages": [
            {"role": "system", "content": [{"text": "Dana"}]},
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": data_url(&mp3())}}]},
        ],
    })
}

#[tokio::test]
async fn the_key_that_was_shown_is_quoted_before_and_inside_a_stream() {
    let desk = Desk::new().await;
    let key = desk.fake.options().key;
    let (status, message, code) = desk.acted("err_401_quoted", CLOUD, &spoken_turn()).await.error();
    assert_eq!((status, code), (401, json!("invalid_api_key")));
    assert!(message.contains(&key), "{message}");
    let told = desk.acted("err_stream_quoted", CLOUD, &spoken_turn()).await;
    assert_eq!((told.status, told.events().len()), (200, 5));
    let last = told.events().pop().unwrap();
    assert!(
        last["error"]["message"].as_str().unwrap().contains(&key),
        "{last}"
    );
    let whole = with(
        without(recording(), "stream"),
        "/messages/0/content",
        json!("Dana"),
    );
    assert_eq!(desk.acted("err_stream_quoted", CLOUD, &whole).await.status, 401);
}

#[tokio::test]
async fn a_field_is_refused_as_long_as_it_is_there() {
    let desk = Desk::new().await;
    let seeded = with(spoken_turn(), "/seed", json!(7));
    for (script, field, value) in [
        ("refuses_seed", "seed", json!(7)),
        ("refuses_thinking", "enable_thinking", json!(false)),
        ("refuses_thinking", "reasoning_effort", json!("none")),
        (
            "refuses_thinking",
            "chat_template_kwargs",
            json!({"enable_thinking": false}),
        ),
        (
            "refuses_stream_options",
            "stream_options",
            json!({"include_usage": true}),
        ),
    ] {
        let with_it = with(seeded.clone(), &format!("/{field}"), value);
        let (status, message, _) = desk.acted(script, CLOUD, &with_it).await.error();
        assert!(status == 400 && message.contains(field), "{script}: {message}");
        let told = desk.acted(script, CLOUD, &without(with_it, field)).await;
        assert_eq!(told.status, 200, "{script}");
    }
}

#[tokio::test]
async fn sound_is_refused_or_counted_among_the_words() {
    let desk = Desk::new().await;
    let (status, message, _) = desk.acted("deaf", LOCAL, &local_turn()).await.error();
    assert!(status == 500 && message.contains("mmproj"), "{message}");
    let written = with(local_turn(), "/messages/1/content", json!("Hello"));
    assert_eq!(desk.acted("deaf", LOCAL, &written).await.status, 200);

    let usage = async |body| {
        let told = desk.acted("sound_uncounted", LOCAL, &body).await;
        let events = told.events();
        events
            .iter()
            .find_map(|event| event["usage"].as_object().cloned())
            .unwrap()
    };
    let (heard, read) = (usage(local_turn()).await, usage(written).await);
    assert!(
        heard["prompt_tokens"].as_u64() > read["prompt_tokens"].as_u64(),
        "{heard:?}"
    );
    assert!(
        heard["prompt_tokens_details"].get("audio_tokens").is_none(),
        "{heard:?}"
    );
}

#[tokio::test]
async fn a_recogniser_finds_a_clip_empty_or_takes_no_context() {
    let desk = Desk::new().await;
    let (status, message, _) = desk.acted("asr_too_short", CLOUD, &recording()).await.error();
    assert!(
        status == 400 && message.contains("The audio is empty"),
        "{message}"
    );
    assert_eq!(
        desk.acted("asr_refuses_context", CLOUD, &recording())
            .await
            .status,
        400
    );
    let mut alone = recording();
    alone["messages"].as_array_mut().unwrap().remove(0);
    assert_eq!(desk.acted("asr_refuses_context", CLOUD, &alone).await.status, 200);
}

#[tokio::test]
async fn answers_of_the_native_interface_come_packed_or_as_an_address_only() {
    let desk = Desk::new().await;
    let said = async |script: &str| {
        let request = desk.request("POST", NATIVE).header("x-test-script", script);
        let request = request.header("x-dashscope-sse", "enable");
        desk.send(request, line().to_string().into()).await
    };
    let (plain, packed) = (said("happy").await, said("wrapped").await);
    for (plain, packed) in plain.events().iter().zip(packed.events()) {
        assert_eq!((&packed["code"], &packed["message"]), (&json!(""), &json!("")));
        assert_eq!(
            packed["data"]["output"]["audio"]["data"],
            plain["output"]["audio"]["data"]
        );
    }
    let address = said("url_only").await;
    assert!(address.sound().is_empty() && address.events().len() == 1);
    let url = address.events()[0]["output"]["audio"]["url"].clone();
    assert!(url.as_str().unwrap().starts_with("http://"), "{url}");
}

#[tokio::test]
async fn a_wait_is_told_as_a_date_and_a_server_may_be_slow_twice() {
    let desk = Desk::new().await;
    let told = desk.acted("retry_after_date", CLOUD, &spoken_turn()).await;
    assert_eq!(told.status, 429);
    let wait = told.header("retry-after");
    assert!(wait.ends_with(" GMT") && wait.contains(", "), "{wait}");
    assert_eq!(
        desk.acted("retry_after_date", CLOUD, &spoken_turn()).await.status,
        200
    );

    let begun = Instant::now();
    desk.acted("slow_twice", CLOUD, &spoken_turn()).await;
    assert!(
        begun.elapsed() >= Duration::from_millis(240),
        "twelve seconds twice"
    );
}
