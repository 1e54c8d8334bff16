//! Transcribers: a chat model, DashScope's own interface, an OpenAI-like route and whisper-server.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rehearse_fakes::models::{Role, Script};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{CLOUD, Desk, LOCAL, NATIVE, data_url, mp3, with, without};

const ENGLISH: &str = "I would like to talk about the deadline.";
const CHINESE: &str = "我想谈谈截止日期的事。";

fn ask() -> Value {
    json!({
        "model": "qwen3-asr-flash",
        "stream": false,
        "asr_options": {"language": "zh"},
        "messages": [
            {"role": "system", "content": [{"text": "Names: Kim"}]},
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": data_url(&mp3())}}]},
        ],
    })
}

fn native() -> Value {
    json!({
        "model": "qwen3-asr-flash",
        "input": {"messages": [{"role": "user", "content": [{"audio": data_url(&mp3())}]}]},
        "parameters": {"asr_options": {"language": "zh"}},
    })
}

#[tokio::test]
async fn a_chat_model_hears_in_the_language_it_is_told() {
    let desk = Desk::new().await;
    let told = desk.post(CLOUD, &ask()).await.json();
    let message = &told["choices"][0]["message"];
    assert_eq!(message["content"], CHINESE);
    assert_eq!(
        message["annotations"],
        json!([{"type": "audio_info", "language": "zh", "emotion": "neutral"}])
    );
    assert_eq!(told["usage"]["seconds"], 1);
    let told = desk.post(CLOUD, &without(ask(), "asr_options")).await.json();
    assert_eq!(told["choices"][0]["message"]["content"], ENGLISH);
    let streamed = desk.post(CLOUD, &with(ask(), "/stream", json!(true))).await;
    assert_eq!(streamed.words(), CHINESE);
    assert!(
        desk.fake
            .requests()
            .iter()
            .all(|request| request.role == Some(Role::Transcriber))
    );
}

#[tokio::test]
async fn its_scripts() {
    let desk = Desk::new().await;
    let heard = async |script: &str| {
        let told = desk.acted(script, CLOUD, &ask()).await.json();
        told["choices"][0]["message"].clone()
    };
    assert_eq!(heard("asr_ok").await["content"], CHINESE);
    assert_eq!(heard("asr_empty").await["content"], "");
    let wrong = heard("asr_wrong_lang").await;
    assert_eq!(
        (&wrong["content"], &wrong["annotations"][0]["language"]),
        (&json!(ENGLISH), &json!("en"))
    );
    let started = std::time::Instant::now();
    assert_eq!(heard("asr_late").await["content"], CHINESE);
    assert!(started.elapsed().as_millis() >= 60);
    let told = desk
        .post(CLOUD, &with(ask(), "/model", json!("test/asr_empty")))
        .await
        .json();
    assert_eq!(told["choices"][0]["message"]["content"], "");
}

#[tokio::test]
async fn a_test_says_what_is_heard_next_or_in_which_clip() {
    let desk = Desk::new().await;
    let digest: String = Sha256::digest(mp3())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let heard =
        async |body: &Value| desk.post(CLOUD, body).await.json()["choices"][0]["message"]["content"].clone();
    desk.fake.hears("First.");
    desk.fake.hears("第二句。");
    assert_eq!(heard(&ask()).await, "First.");
    assert_eq!(heard(&ask()).await, "第二句。");
    assert_eq!(heard(&ask()).await, CHINESE);
    desk.fake.hears("For another clip.");
    desk.fake.hears_in(digest, "This very clip.");
    assert_eq!(heard(&ask()).await, "This very clip.");
    assert_eq!(heard(&ask()).await, "This very clip.");
    let wav = [&b"RIFF\0\0\0\0WAVE"[..], &[0; 8_000]].concat();
    let other = with(
        ask(),
        "/messages/1/content/0/input_audio/data",
        json!(data_url(&wav)),
    );
    assert_eq!(heard(&other).await, "For another clip.");
}

#[tokio::test]
async fn what_it_refuses() {
    let desk = Desk::new().await;
    let bare = with(
        ask(),
        "/messages/1/content/0/input_audio/data",
        json!(BASE64_STANDARD.encode(mp3())),
    );
    let words = json!([{"type": "text", "text": "Hello"}]);
    let mute = with(ask(), "/messages/1/content", words);
    let twice = with(ask(), "/asr_options/language", json!(["zh", "en"]));
    let usage = with(ask(), "/stream_options", json!({"include_usage": true}));
    for (body, words) in [
        (bare, "URL"),
        (mute, "empty"),
        (twice, "Only one language"),
        (usage, "stream_options"),
    ] {
        let (status, message, _) = desk.post(CLOUD, &body).await.error();
        assert!(status == 400 && message.contains(words), "{message}");
    }
    let told = desk
        .post(
            NATIVE,
            &with(native(), "/input/messages/0/content/0/audio", json!("SUQz")),
        )
        .await;
    assert_eq!(
        (told.status, &told.json()["code"]),
        (400, &json!("InvalidParameter"))
    );
    let told = desk
        .post(NATIVE, &with(native(), "/input/messages/0/content", json!([])))
        .await;
    assert_eq!(told.json()["message"], "The audio is empty");
    let told = desk
        .post(NATIVE, &with(native(), "/model", json!("qwen-plus")))
        .await;
    assert_eq!(told.status, 400);
    let told = desk
        .post(NATIVE, &with(native(), "/model", json!("unheard-of")))
        .await;
    assert_eq!(
        (told.status, &told.json()["code"]),
        (404, &json!("ModelNotFound"))
    );
}

#[tokio::test]
async fn dashscopes_own_interface_answers_whole_and_in_events() {
    let desk = Desk::new().await;
    let told = desk.post(NATIVE, &native()).await;
    let expected = format!(
        r#"{{"output":{{"choices":[{{"finish_reason":"stop","message":{{"role":"assistant","content":[{{"text":"{CHINESE}"}}],"annotations":[{{"type":"audio_info","language":"zh","emotion":"neutral"}}]}}}}]}},"usage":{{"seconds":1}},"request_id":"{}"}}"#,
        told.header("x-request-id")
    );
    assert_eq!(told.text(), expected);
    let request = desk.request("POST", NATIVE).header("x-dashscope-sse", "enable");
    let told = desk.send(request, native().to_string().into()).await;
    assert!(
        told.text()
            .starts_with("id:1\nevent:result\n:HTTP_STATUS/200\ndata:{\"output\""),
        "{}",
        told.text()
    );
    let texts: Vec<Value> = told
        .events()
        .iter()
        .map(|event| event["output"]["choices"][0]["message"]["content"][0]["text"].clone())
        .collect();
    assert_eq!(texts.len(), 2);
    assert!(CHINESE.starts_with(texts[0].as_str().unwrap()) && texts[1] == CHINESE);
    let request = desk
        .request("POST", NATIVE)
        .header("x-test-script", "asr_wrong_lang");
    let told = desk.send(request, native().to_string().into()).await;
    assert!(told.text().contains(ENGLISH));
}

#[tokio::test]
async fn a_form_is_answered_in_three_formats() {
    let desk = Desk::new().await;
    let path = "/v1/audio/transcriptions";
    let told = desk
        .form(
            path,
            &[("model", "fake-whisper"), ("language", "zh")],
            Some(&mp3()),
        )
        .await;
    assert_eq!(told.json(), json!({"text": CHINESE}));
    let told = desk
        .form(
            path,
            &[("model", "fake-whisper"), ("response_format", "text")],
            Some(&mp3()),
        )
        .await;
    assert_eq!(
        (told.text().as_str(), told.header("content-type")),
        ("I would like to talk about the deadline.\n", "text/plain")
    );
    let told = desk
        .form(
            path,
            &[("model", "fake-whisper"), ("response_format", "verbose_json")],
            Some(&mp3()),
        )
        .await;
    assert_eq!(
        (&told.json()["language"], &told.json()["segments"][0]["text"]),
        (&json!("english"), &json!(ENGLISH))
    );

    for (fields, file, status, words) in [
        (vec![("model", "unheard-of")], Some(mp3()), 404, "not found"),
        (vec![("model", "fake-chat")], Some(mp3()), 404, "not found"),
        (vec![("model", "fake-whisper")], None, 400, "file is required"),
        (
            vec![("model", "fake-whisper")],
            Some(b"hello".to_vec()),
            400,
            "invalid audio",
        ),
        (
            vec![("model", "fake-whisper")],
            Some(Vec::new()),
            400,
            "The audio is empty",
        ),
        (
            vec![("model", "fake-whisper"), ("response_format", "srt")],
            Some(mp3()),
            400,
            "response_format",
        ),
    ] {
        let (told, message, _) = desk.form(path, &fields, file.as_deref()).await.error();
        assert!(told == status && message.contains(words), "{told} {message}");
    }
    let seen = &desk.fake.requests()[0];
    assert_eq!(
        (&seen.body["language"], &seen.body["file"]["bytes"]),
        (&json!("zh"), &json!(mp3().len()))
    );
    assert_eq!(seen.clips, [mp3()]);
}

#[tokio::test]
async fn whisper_server_hears_english_unless_it_is_told() {
    let desk = Desk::new().await;
    let told = desk.form("/inference", &[], Some(&mp3())).await;
    assert_eq!(told.json(), json!({"text": format!(" {ENGLISH}\n")}));
    let told = desk
        .form("/inference", &[("prompt", "一段中文")], Some(&mp3()))
        .await;
    assert_eq!(told.json(), json!({"text": format!(" {ENGLISH}\n")}));
    let told = desk
        .form(
            "/inference",
            &[("language", "auto"), ("prompt", "一段中文")],
            Some(&mp3()),
        )
        .await;
    assert_eq!(told.json(), json!({"text": format!(" {CHINESE}\n")}));
    let told = desk
        .form(
            "/inference",
            &[("language", "zh"), ("response_format", "verbose_json")],
            Some(&mp3()),
        )
        .await;
    assert_eq!(told.json()["detected_language"], "chinese");
    let told = desk.form("/inference", &[("language", "zh")], None).await;
    assert_eq!(
        (told.status, told.text().as_str()),
        (400, r#"{"error":"no 'file' field in the request"}"#)
    );
    let told = desk.form("/inference", &[], Some(b"hello")).await;
    assert_eq!(
        (told.status, told.text().as_str()),
        (400, r#"{"error":"failed to read audio data"}"#)
    );
}

#[tokio::test]
async fn a_form_is_told_apart_by_its_fields_and_not_by_its_boundary() {
    let desk = Desk::new().await;
    desk.fake.script(Role::Transcriber, [Script::TooManyThenOk]);
    let mut statuses = Vec::new();
    for boundary in ["aaa", "bbb", "ccc"] {
        let body = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\nID3abc\r\n--{boundary}--\r\n"
        );
        let request = desk.request("POST", "/inference");
        let request = request.header(
            "content-type",
            format!("multipart/form-data; boundary={boundary}"),
        );
        statuses.push(desk.send(request, body.into()).await.status);
    }
    assert_eq!(statuses, [429, 429, 200]);
    assert_eq!(
        desk.post(
            LOCAL,
            &json!({"model": "fake-whisper", "messages": [{"role": "user", "content": "Hi"}]})
        )
        .await
        .status,
        400
    );
}
