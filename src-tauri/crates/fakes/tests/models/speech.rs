//! Speakers: `qwen3-tts-flash` whole and in events, and an OpenAI-like route with raw PCM.

use rehearse_fakes::models::Role;
use serde_json::{Value, json};

use crate::client::{Desk, NATIVE, Told, chunks, samples, with};

const SPEECH: &str = "/v1/audio/speech";

fn native(words: &str) -> Value {
    json!({"model": "qwen3-tts-flash", "input": {"text": words, "voice": "Cherry", "language_type": "Chinese"}})
}

fn speech() -> Value {
    json!({"model": "fake-speech", "input": "Come in, sit down.", "voice": "af_heart", "response_format": "pcm"})
}

async fn events(desk: &Desk, script: &str, body: &Value) -> Told {
    let request = desk
        .request("POST", NATIVE)
        .header("x-dashscope-sse", "enable")
        .header("x-test-script", script);
    desk.send(request, body.to_string().into()).await
}

#[tokio::test]
async fn the_clouds_voice_waits_at_an_address() {
    let desk = Desk::new().await;
    let told = desk.post(NATIVE, &native("你好, Kim")).await.json();
    assert_eq!(
        (&told["output"]["finish_reason"], &told["output"]["audio"]["data"]),
        (&json!("stop"), &json!(""))
    );
    // Two for each Chinese character.
    assert_eq!(told["usage"]["characters"], 9);
    let url = told["output"]["audio"]["url"].as_str().unwrap();
    let wav = desk.get(url.strip_prefix(&desk.served.url).unwrap()).await;
    assert_eq!((wav.status, wav.header("content-type")), (200, "audio/wav"));
    assert_eq!(samples(&wav.bytes()[44..]), desk.fake.spoken()[0]);
    assert_eq!(desk.get("/files/77.wav").await.status, 404);
    assert_eq!(desk.fake.requests_for(Role::Speaker).len(), 1);
}

#[tokio::test]
async fn the_clouds_voice_comes_in_events_with_one_header_before_all() {
    let desk = Desk::new().await;
    let told = events(&desk, "happy", &native("Come in, sit down.")).await;
    let text = told.text();
    assert!(text.starts_with("id:1\nevent:result\n:HTTP_STATUS/200\ndata:{\"output\":{\"finish_reason\":null,\"audio\":{\"data\":\"UklGR"));
    let sound = told.sound();
    assert_eq!(sound.len(), 20);
    assert_eq!(&sound[0][..4], b"RIFF");
    assert_eq!(&sound[0][4..8], 0x7FFF_FFFF_u32.to_le_bytes());
    assert!(!sound[1].starts_with(b"RIFF"));
    assert_eq!(samples(&sound.concat()[44..]), desk.fake.spoken()[0]);
    let events = told.events();
    let last = &events.last().unwrap()["output"];
    assert_eq!(
        (&last["finish_reason"], &last["audio"]["data"]),
        (&json!("stop"), &json!(""))
    );
    assert!(last["audio"]["url"].as_str().unwrap().ends_with("/files/0.wav"));
}

#[tokio::test]
async fn events_may_fail_and_break_lines_otherwise() {
    let desk = Desk::new().await;
    let told = events(&desk, "err_stream_200", &native("Come in.")).await;
    let last = format!(
        "data:{{\"code\":\"DataInspectionFailed\",\"message\":\"Output data may contain inappropriate content.\",\"request_id\":\"{}\"}}\n\n",
        told.header("x-request-id")
    );
    assert!(told.text().ends_with(&last), "{}", told.text());
    assert_eq!((told.status, told.sound().len()), (200, 3));
    let told = events(&desk, "crlf", &native("Come in.")).await;
    assert!(told.text().starts_with("id:1\r\nevent:result\r\n"));
    let told = events(&desk, "odd_bytes", &native("Come in.")).await;
    assert!(told.sound()[1..19].iter().all(|bytes| bytes.len() % 2 == 1));
}

#[tokio::test]
async fn what_the_clouds_voice_refuses() {
    let desk = Desk::new().await;
    for (body, words) in [
        (
            native(&"a".repeat(601)),
            "Range of input length should be [0, 600]",
        ),
        (native(" "), "empty"),
        (
            with(native("Hi"), "/input/voice", json!("Nobody")),
            "Supported voices: Cherry",
        ),
    ] {
        let told = desk.post(NATIVE, &body).await;
        assert_eq!(
            (told.status, &told.json()["code"]),
            (400, &json!("InvalidParameter"))
        );
        assert!(
            told.json()["message"].as_str().unwrap().contains(words),
            "{}",
            told.text()
        );
    }
    assert_eq!(desk.post(NATIVE, &native(&"a".repeat(600))).await.status, 200);
}

#[tokio::test]
async fn a_local_voice_is_raw_or_a_wav() {
    let desk = Desk::new().await;
    let told = desk.post(SPEECH, &speech()).await;
    assert_eq!((told.status, told.header("content-type")), (200, "audio/pcm"));
    assert_eq!(samples(&told.bytes()), desk.fake.spoken()[0]);
    let writes = chunks(desk.raw("happy", SPEECH, &speech()).await).await;
    assert_eq!((writes.len(), writes.concat()), (20, told.bytes()));
    let wav = desk
        .post(SPEECH, &with(speech(), "/response_format", json!("wav")))
        .await;
    assert_eq!(wav.header("content-type"), "audio/wav");
    assert_eq!(wav.bytes()[44..], told.bytes());
    assert_eq!(
        &wav.bytes()[40..44],
        u32::try_from(told.bytes().len()).unwrap().to_le_bytes()
    );
    assert_eq!(desk.fake.spoken()[0], desk.fake.spoken()[1]);
}

#[tokio::test]
async fn a_local_voice_follows_the_scripts_of_streams() {
    let desk = Desk::new().await;
    let whole = desk.post(SPEECH, &speech()).await.bytes();
    let odd = chunks(desk.raw("odd_bytes", SPEECH, &speech()).await).await;
    assert!(odd[..odd.len() - 1].iter().all(|write| write.len() % 2 == 1));
    assert_eq!(odd.concat(), whole);
    let riff = desk.acted("riff_first", SPEECH, &speech()).await;
    assert!(riff.bytes().starts_with(b"RIFF") && riff.bytes()[44..] == whole);
    let dropped = desk.acted("drop_mid", SPEECH, &speech()).await;
    assert!(!dropped.is_whole && whole.starts_with(&dropped.bytes()));
    assert_eq!(dropped.bytes().len(), 5 * (odd[0].len() - 1));
    let huge = desk.acted("huge_line", SPEECH, &speech()).await;
    assert_eq!(huge.bytes().len(), 30 * 48_000);
    let short = desk.acted("length", SPEECH, &speech()).await;
    assert_eq!(short.bytes(), whole[..whole.len() / 4 * 2]);
}

#[tokio::test]
async fn what_a_local_voice_refuses() {
    let desk = Desk::new().await;
    for (body, words) in [
        (
            with(speech(), "/voice", json!("Nobody")),
            "Available voices: af_heart",
        ),
        (with(speech(), "/input", json!("")), "1 to 4096"),
        (
            with(speech(), "/response_format", json!("mp3")),
            "Unsupported format: mp3",
        ),
        (with(speech(), "/model", json!("fake-chat")), "Unsupported model"),
    ] {
        let told = desk.post(SPEECH, &body).await;
        let message = told.json()["detail"]["message"].as_str().unwrap().to_owned();
        assert!(told.status == 400 && message.contains(words), "{message}");
    }
    let told = desk
        .post(SPEECH, &with(speech(), "/model", json!("unheard-of")))
        .await;
    assert_eq!(
        (told.status, &told.json()["error"]["type"]),
        (404, &json!("not_found_error"))
    );
    let voices = desk.get("/v1/audio/voices").await.json();
    assert_eq!(voices["voices"][0], json!({"id": "af_heart", "name": "af_heart"}));
}
