//! What the real servers refuse is refused, with their status and their words.

use bytes::Bytes;
use rehearse_fakes::models::{FakeModelsOptions, KeyNeeded, KeyShown};
use serde_json::{Value, json};

use crate::client::{
    CLOUD, Desk, LOCAL, NATIVE, clip, data_url, local_turn, mp3, spoken_turn, with, without,
};

async fn refused(desk: &Desk, path: &str, body: &Value, status: u16, words: &str) {
    let (told, message, _) = desk.post(path, body).await.error();
    assert_eq!(told, status, "{words}: {message}");
    assert!(message.contains(words), "{message} does not say {words}");
}

#[tokio::test]
async fn a_key_that_is_missing_or_wrong() {
    let desk = Desk::new().await;
    for (header, shown) in [
        ("Bearer sk-another", KeyShown::Wrong),
        ("Basic abc", KeyShown::None),
        ("", KeyShown::None),
    ] {
        for (path, code) in [(CLOUD, "/error/code"), (NATIVE, "/code")] {
            let mut request = hyper::Request::post(format!("{}{path}", desk.served.url));
            if !header.is_empty() {
                request = request.header("authorization", header);
            }
            let told = desk.send(request, Bytes::from(spoken_turn().to_string())).await;
            assert_eq!(told.status, 401);
            let code = told
                .json()
                .pointer(code)
                .unwrap()
                .as_str()
                .unwrap()
                .to_lowercase()
                .replace('_', "");
            assert_eq!(code, "invalidapikey");
            assert_eq!(desk.fake.requests().last().unwrap().key, shown);
        }
    }
    assert!(!format!("{:?}", desk.fake.requests()).contains("sk-another"));
}

#[tokio::test]
async fn a_local_server_ignores_keys_unless_it_is_told_to_ask() {
    let desk = Desk::new().await;
    let ask = || hyper::Request::get(format!("{}/v1/models", desk.served.url));
    assert_eq!(desk.send(ask(), Bytes::new()).await.status, 200);
    desk.fake
        .configure(|options| options.key_needed = KeyNeeded::Everywhere);
    assert_eq!(desk.send(ask(), Bytes::new()).await.status, 401);
    desk.fake
        .configure(|options| options.key_needed = KeyNeeded::Nowhere);
    let cloud = hyper::Request::get(format!("{}/compatible-mode/v1/models", desk.served.url));
    assert_eq!(desk.send(cloud, Bytes::new()).await.status, 200);
}

#[tokio::test]
async fn a_model_that_does_not_exist() {
    let desk = Desk::new().await;
    let (status, _, code) = desk
        .post(CLOUD, &with(spoken_turn(), "/model", json!("fake-omni")))
        .await
        .error();
    assert_eq!((status, code), (404, json!("model_not_found")));
    let told = desk
        .post(LOCAL, &with(local_turn(), "/model", json!("qwen3.5-omni-flash")))
        .await;
    assert_eq!(
        (told.status, told.json()["error"]["type"].as_str()),
        (404, Some("not_found_error"))
    );
    refused(
        &desk,
        CLOUD,
        &with(spoken_turn(), "/model", json!("test/unheard_of")),
        404,
        "does not exist",
    )
    .await;
    let told = desk.acted("unheard_of", CLOUD, &spoken_turn()).await;
    assert_eq!((told.status, told.text().contains("x-test-script")), (400, true));
}

#[tokio::test]
async fn an_omni_model_without_a_stream() {
    let desk = Desk::new().await;
    let whole = without(with(spoken_turn(), "/stream", json!(false)), "stream_options");
    refused(
        &desk,
        CLOUD,
        &whole,
        400,
        "'audio' output only support with stream=true",
    )
    .await;
    let text = without(whole, "modalities");
    refused(&desk, CLOUD, &text, 400, "This model only support stream mode").await;
    refused(
        &desk,
        CLOUD,
        &with(text, "/model", json!("qwen3.8-omni-flash")),
        400,
        "only support stream mode",
    )
    .await;
}

#[tokio::test]
async fn stream_options_without_a_stream() {
    let desk = Desk::new().await;
    let chat = json!({"model": "qwen-plus", "stream_options": {"include_usage": true}, "messages": [{"role": "user", "content": "Hi"}]});
    refused(
        &desk,
        CLOUD,
        &chat,
        400,
        "only allowed when 'stream' is set to true",
    )
    .await;
}

#[tokio::test]
async fn a_voice_or_a_format_that_is_none() {
    let desk = Desk::new().await;
    refused(
        &desk,
        CLOUD,
        &with(spoken_turn(), "/audio/format", json!("mp3")),
        400,
        "'audio.format'",
    )
    .await;
    refused(
        &desk,
        CLOUD,
        &with(spoken_turn(), "/audio/voice", json!("Nobody")),
        400,
        "Supported voices: Tina, Cindy",
    )
    .await;
    refused(
        &desk,
        LOCAL,
        &with(local_turn(), "/audio/voice", json!("Nobody")),
        400,
        "alloy",
    )
    .await;
    // A voice of one generation is none of the other.
    let older = with(spoken_turn(), "/model", json!("qwen3-omni-flash"));
    refused(&desk, CLOUD, &older, 400, "Cherry, Ethan").await;
    refused(
        &desk,
        CLOUD,
        &with(spoken_turn(), "/model", json!("qwen3.8-omni-flash")),
        400,
        "audio output",
    )
    .await;
}

fn heard(data: &str) -> Value {
    with(spoken_turn(), "/messages/1/content", json!([clip(data)]))
}

#[tokio::test]
async fn sound_that_the_cloud_does_not_take() {
    let desk = Desk::new().await;
    let bare = data_url(&mp3()).replace("data:;base64,", "");
    refused(
        &desk,
        CLOUD,
        &heard(&bare),
        400,
        "The provided URL does not appear to be valid. Ensure it is correctly formatted.",
    )
    .await;
    refused(&desk, CLOUD, &heard("data:;base64,"), 400, "The audio is empty").await;
    let short = [&b"RIFF\0\0\0\0WAVE"[..], &[0; 500]].concat();
    refused(&desk, CLOUD, &heard(&data_url(&short)), 400, "The audio is empty").await;
    refused(
        &desk,
        CLOUD,
        &heard(&data_url(b"no sound at all")),
        400,
        "cannot be decoded",
    )
    .await;
    refused(&desk, CLOUD, &heard("data:;base64,###"), 400, "cannot be decoded").await;
    refused(&desk, CLOUD, &heard("https://example.org/a.mp3"), 400, "download").await;
    let mut formless = heard(&data_url(&mp3()));
    formless["messages"][1]["content"][0]["input_audio"]
        .as_object_mut()
        .unwrap()
        .remove("format");
    refused(&desk, CLOUD, &formless, 400, "'format'").await;
}

#[tokio::test]
async fn sound_that_is_too_long() {
    let desk = Desk::new().await;
    assert_eq!(desk.fake.options().data_url_bytes, 10_485_760);
    // The longest that fits, and one group of base64 more.
    let prefix = "data:;base64,".len();
    let mut mp3 = mp3();
    mp3.resize(6_000, 0);
    desk.fake
        .configure(|options| options.data_url_bytes = prefix + 8_000);
    assert_eq!(desk.post(CLOUD, &heard(&data_url(&mp3))).await.status, 200);
    mp3.resize(6_003, 0);
    refused(
        &desk,
        CLOUD,
        &heard(&data_url(&mp3)),
        400,
        "Exceeded limit on max bytes per data-uri item : 8013",
    )
    .await;
}

#[tokio::test]
async fn sound_that_a_local_server_does_not_take() {
    let desk = Desk::new().await;
    let heard = |data: &str| with(local_turn(), "/messages/1/content", json!([clip(data)]));
    refused(
        &desk,
        LOCAL,
        &heard(&data_url(&mp3())),
        400,
        "illegal base64 data at input byte 4",
    )
    .await;
    refused(&desk, LOCAL, &heard("aGVsbG8="), 400, "invalid audio input").await;
    refused(&desk, LOCAL, &heard(""), 400, "The audio is empty").await;
    let chat = with(heard("SUQz"), "/model", json!("fake-chat"));
    refused(&desk, LOCAL, &chat, 400, "does not support audio input").await;
}

#[tokio::test]
async fn messages_in_the_wrong_order_or_shape() {
    let desk = Desk::new().await;
    let mut turn = spoken_turn();
    turn["messages"]
        .as_array_mut()
        .unwrap()
        .push(json!({"role": "assistant", "content": "Go on."}));
    refused(&desk, CLOUD, &turn, 500, "list index out of range").await;
    let parts = json!({"role": "assistant", "content": [{"type": "text", "text": "Go on."}]});
    let turn = with(spoken_turn(), "/messages/0", parts);
    refused(&desk, CLOUD, &turn, 400, "must be a string").await;
    refused(
        &desk,
        CLOUD,
        &with(spoken_turn(), "/messages", json!([])),
        400,
        "messages",
    )
    .await;
    refused(
        &desk,
        CLOUD,
        &with(spoken_turn(), "/model", json!("qwen3-tts-flash")),
        400,
        "chat",
    )
    .await;
}

#[tokio::test]
async fn structures_that_a_model_cannot_be_held_to() {
    let desk = Desk::new().await;
    let ask = |model: &str, more: Value| {
        let mut ask =
            json!({"model": model, "messages": [{"role": "user", "content": "Is it met? Answer in JSON."}]});
        ask.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        ask
    };
    let schema = json!({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}});
    let tools = json!([{"type": "function", "function": {"name": "x", "parameters": {"type": "object"}}}]);
    let tool = json!({"tools": tools, "tool_choice": {"type": "function", "function": {"name": "x"}}});
    let object = json!({"response_format": {"type": "json_object"}});
    for path in [CLOUD, LOCAL] {
        for (model, statuses) in [
            ("fake-judge-schema", [200, 200, 200]),
            ("fake-judge-tool", [400, 200, 400]),
            ("fake-judge-json", [400, 400, 200]),
            ("fake-judge-text", [400, 400, 400]),
        ] {
            for (rung, status) in [&schema, &tool, &object].into_iter().zip(statuses) {
                assert_eq!(
                    desk.post(path, &ask(model, rung.clone())).await.status,
                    status,
                    "{model} {rung}"
                );
            }
        }
    }
    let choice = r#"tool_choice is one of the strings that should be ["none","auto"]"#;
    let required = json!({"tools": tools, "tool_choice": "required"});
    refused(&desk, CLOUD, &ask("qwen-plus", required), 400, choice).await;
    refused(&desk, CLOUD, &ask("qwen3.7-plus", tool.clone()), 400, choice).await;
    let mut calm = ask("qwen3.7-plus", tool);
    calm["enable_thinking"] = json!(false);
    assert_eq!(desk.post(CLOUD, &calm).await.status, 200);
    assert_eq!(desk.post(CLOUD, &ask("qwen3.5-plus", schema)).await.status, 400);

    let silent = with(
        ask("qwen-plus", object),
        "/messages/0/content",
        json!("Is it met?"),
    );
    refused(
        &desk,
        CLOUD,
        &silent,
        400,
        "'messages' must contain the word 'json' in some form",
    )
    .await;
    assert_eq!(
        desk.post(LOCAL, &with(silent, "/model", json!("fake-chat")))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_refusal_comes_before_any_script() {
    let desk = Desk::with(FakeModelsOptions::default()).await;
    let (status, message, _) = desk.acted("err_arrearage", CLOUD, &heard("SUQz")).await.error();
    assert_eq!(status, 400);
    assert!(message.contains("URL"), "{message}");
}
