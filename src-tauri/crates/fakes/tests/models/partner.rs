//! The partner: its words by language and turn, its voice, its manners in either dialect.

use serde_json::{Value, json};

use crate::client::{
    CLOUD, Desk, LOCAL, clip, data_url, local_turn, mp3, samples, spoken_turn, with, without,
};

async fn line(desk: &Desk, system: &str, turns: usize) -> String {
    let mut messages = vec![json!({"role": "system", "content": system})];
    for turn in 0..turns {
        messages.push(json!({"role": "user", "content": format!("turn {turn}")}));
        messages.push(json!({"role": "assistant", "content": "Go on."}));
    }
    messages.pop();
    let told = desk
        .post(CLOUD, &with(spoken_turn(), "/messages", Value::Array(messages)))
        .await;
    assert_eq!(told.status, 200, "{}", told.text());
    told.words()
}

#[tokio::test]
async fn it_speaks_the_language_of_the_brief() {
    let desk = Desk::new().await;
    assert_eq!(
        line(&desk, "You are Kim. Speak Simplified Chinese.", 1).await,
        "进来吧，请坐。你想谈什么？"
    );
    assert_eq!(
        line(&desk, "你是金经理，请始终用中文交谈。", 1).await,
        "进来吧，请坐。你想谈什么？"
    );
    assert_eq!(
        line(&desk, "You are Kim. Speak English.", 1).await,
        "Come in, sit down. What’s on your mind?"
    );
}

#[tokio::test]
async fn its_lines_move_with_the_conversation() {
    let desk = Desk::new().await;
    let mut lines = Vec::new();
    for turns in 1..=6 {
        lines.push(line(&desk, "Speak English.", turns).await);
    }
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), 6);
}

#[tokio::test]
async fn the_same_words_are_spoken_alike_and_others_are_not() {
    let desk = Desk::new().await;
    for turns in [1, 1, 2] {
        line(&desk, "Speak English.", turns).await;
    }
    let spoken = desk.fake.spoken();
    assert_eq!(spoken[0], spoken[1]);
    assert_ne!(spoken[0], spoken[2]);
    let seconds = spoken[0].len() as f64 / 24_000.0;
    assert!((1.0..6.0).contains(&seconds), "{seconds} s");
}

#[tokio::test]
async fn without_a_voice_it_writes() {
    let desk = Desk::new().await;
    let written = without(with(spoken_turn(), "/modalities", json!(["text"])), "audio");
    let told = desk.post(CLOUD, &written).await;
    assert_eq!(
        (told.words().as_str(), told.sound().len()),
        ("Come in, sit down. What’s on your mind?", 0)
    );
    assert!(desk.fake.spoken().is_empty());

    let chat = json!({"model": "fake-chat", "messages": [{"role": "user", "content": "你好，我想谈谈。"}]});
    let whole = desk.post(LOCAL, &chat).await.json();
    assert_eq!(
        whole["choices"][0]["message"]["content"],
        "进来吧，请坐。你想谈什么？"
    );
    assert_eq!(whole["object"], "chat.completion");
    let told = desk.post(LOCAL, &with(chat, "/stream", json!(true))).await;
    assert_eq!(told.words(), "进来吧，请坐。你想谈什么？");
    // Nobody asked for usage.
    assert!(told.events().iter().all(|event| event["usage"].is_null()));
}

#[tokio::test]
async fn a_local_server_speaks_in_one_piece_too_as_a_whole_wav() {
    let desk = Desk::new().await;
    let told = desk
        .post(LOCAL, &without(without(local_turn(), "stream"), "stream_options"))
        .await;
    let audio = told.json()["choices"][0]["message"]["audio"].clone();
    let wav =
        base64::Engine::decode(&base64::prelude::BASE64_STANDARD, audio["data"].as_str().unwrap()).unwrap();
    assert!(wav.starts_with(b"RIFF"));
    assert_eq!(samples(&wav[44..]), desk.fake.spoken()[0]);
    assert_eq!(audio["transcript"], "Come in, sit down. What’s on your mind?");
}

#[tokio::test]
async fn a_local_server_asked_for_wav_begins_with_a_header() {
    let desk = Desk::new().await;
    let told = desk
        .post(LOCAL, &with(local_turn(), "/audio/format", json!("wav")))
        .await;
    assert!(told.sound()[0].starts_with(b"RIFF"));
    assert_eq!(samples(&told.sound().concat()[44..]), desk.fake.spoken()[0]);
}

#[tokio::test]
async fn few_tokens_end_a_reply_early() {
    let desk = Desk::new().await;
    let chat =
        json!({"model": "qwen-plus", "max_tokens": 1, "messages": [{"role": "user", "content": "Hello"}]});
    let choice = desk.post(CLOUD, &chat).await.json()["choices"][0].clone();
    assert_eq!(
        (
            choice["message"]["content"].as_str(),
            choice["finish_reason"].as_str()
        ),
        (Some("Come"), Some("length"))
    );
}

#[tokio::test]
async fn a_thinking_model_thinks_aloud_unless_told_not_to() {
    let desk = Desk::new().await;
    let chat = json!({"model": "qwen3.7-plus", "messages": [{"role": "user", "content": "Hello"}]});
    let thought = |told: Value| told["choices"][0]["message"].get("reasoning_content").is_some();
    assert!(thought(desk.post(CLOUD, &chat).await.json()));
    assert!(!thought(
        desk.post(CLOUD, &with(chat.clone(), "/enable_thinking", json!(false)))
            .await
            .json()
    ));
    let streamed = desk.post(CLOUD, &with(chat, "/stream", json!(true))).await;
    assert!(streamed.events()[1]["choices"][0]["delta"]["reasoning_content"].is_string());
}

#[tokio::test]
async fn it_takes_several_clips_in_wav_and_mp3() {
    let desk = Desk::new().await;
    let mut wav = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
    wav.extend([0; 8_000]);
    let turn = with(
        spoken_turn(),
        "/messages/1/content",
        json!([{"type": "text", "text": "Listen."}, clip(&data_url(&wav)), clip(&data_url(&mp3()))]),
    );
    assert_eq!(desk.post(CLOUD, &turn).await.status, 200);
    assert_eq!(desk.fake.requests()[0].clips, [wav, mp3()]);
}

#[tokio::test]
async fn models_are_listed_in_both_dialects() {
    let desk = Desk::new().await;
    for (path, expected) in [
        (
            "/compatible-mode/v1/models",
            [
                "qwen3.5-omni-flash",
                "qwen3-asr-flash",
                "qwen3.7-plus",
                "qwen3-tts-flash",
            ],
        ),
        (
            "/v1/models",
            ["fake-chat", "fake-omni", "fake-whisper", "fake-judge-json"],
        ),
    ] {
        let list = desk.get(path).await.json();
        assert_eq!(list["object"], "list");
        let ids: Vec<&str> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|model| model["id"].as_str().unwrap())
            .collect();
        assert!(expected.iter().all(|name| ids.contains(name)), "{ids:?}");
    }
    assert_eq!(desk.get("/health").await.json(), json!({"status": "ok"}));
    assert_eq!(desk.get("/v2/models").await.status, 404);
}
