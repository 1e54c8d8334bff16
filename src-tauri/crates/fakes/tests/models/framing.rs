//! The stream of a good reply, byte for byte.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::client::{CLOUD, Desk, LOCAL, chunks, local_turn, samples, spoken_turn, to_the_end};

/// The events that a stream consists of, written here once more by hand.
struct Expected {
    created: i64,
    id: String,
    model: &'static str,
}

impl Expected {
    fn cloud(&self, choices: &str, usage: &str) -> String {
        let Self { created, id, model } = self;
        format!(
            "data: {{\"choices\":[{choices}],\"object\":\"chat.completion.chunk\",\"usage\":{usage},\"created\":{created},\"system_fingerprint\":null,\"model\":\"{model}\",\"id\":\"chatcmpl-{id}\"}}\n\n"
        )
    }

    fn local(&self, choices: &str) -> String {
        let Self { created, id, model } = self;
        format!(
            "data: {{\"id\":\"chatcmpl-{id}\",\"object\":\"chat.completion.chunk\",\"created\":{created},\"model\":\"{model}\",\"system_fingerprint\":\"fp_fake\",\"choices\":[{choices}]}}\n\n"
        )
    }
}

#[tokio::test]
async fn a_reply_of_the_cloud_is_framed_as_documented() {
    let desk = Desk::new().await;
    let told = desk.post(CLOUD, &spoken_turn()).await;
    assert_eq!(
        (told.status, told.header("content-type")),
        (200, "text/event-stream")
    );

    let events = told.events();
    let expected = Expected {
        created: events[0]["created"].as_i64().unwrap(),
        id: told.header("x-request-id").to_owned(),
        model: "qwen3.5-omni-flash",
    };
    let pieces = [
        "Come",
        " in,",
        " sit",
        " down.",
        " What’s",
        " on",
        " your",
        " mind?",
    ];
    let (created, id) = (expected.created, &expected.id);
    let pcm: Vec<u8> = told.sound().concat();
    let mut written = expected.cloud(
        r#"{"delta":{"content":"","role":"assistant"},"index":0,"logprobs":null,"finish_reason":null}"#,
        "null",
    );
    for (at, sound) in told.sound().iter().enumerate() {
        if let Some(piece) = pieces.get(at) {
            let choice = format!(
                r#"{{"delta":{{"content":"{piece}"}},"finish_reason":null,"index":0,"logprobs":null}}"#
            );
            written += &expected.cloud(&choice, "null");
        }
        let data = BASE64_STANDARD.encode(sound);
        let choice = format!(
            r#"{{"delta":{{"audio":{{"data":"{data}","expires_at":{created},"id":"audio_{id}"}}}},"finish_reason":null,"index":0,"logprobs":null}}"#
        );
        written += &expected.cloud(&choice, "null");
    }
    written += &expected.cloud(
        r#"{"finish_reason":"stop","delta":{"content":""},"index":0,"logprobs":null}"#,
        "null",
    );
    // Ten tokens of text for the prompt, seven for each second heard, and 12.5 for each second of voice.
    let voice = ((pcm.len().div_ceil(48_000)) * 25).div_ceil(2);
    let usage = format!(
        r#"{{"prompt_tokens":17,"completion_tokens":{},"total_tokens":{},"completion_tokens_details":{{"audio_tokens":{voice},"text_tokens":8}},"prompt_tokens_details":{{"audio_tokens":7,"text_tokens":10}}}}"#,
        8 + voice,
        25 + voice
    );
    written += &expected.cloud("", &usage);
    written += "data: [DONE]\n\n";
    assert_eq!(told.text(), written);
    assert_eq!(told.sound().len(), 20);
    assert!(!pcm.starts_with(b"RIFF"));
    assert_eq!(samples(&pcm), desk.fake.requests()[0].pcm());
}

#[tokio::test]
async fn a_reply_of_a_local_server_has_openais_shape_and_its_words_in_the_sound() {
    let desk = Desk::new().await;
    let told = desk.post(LOCAL, &local_turn()).await;
    let events = told.events();
    let expected = Expected {
        created: events[0]["created"].as_i64().unwrap(),
        id: told.header("x-request-id").to_owned(),
        model: "fake-omni",
    };
    let id = &expected.id;
    let first = expected.local(r#"{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}"#)
        + &expected.local(&format!(
            r#"{{"index":0,"delta":{{"audio":{{"id":"audio_{id}","transcript":"Come"}}}},"finish_reason":null}}"#
        ));
    assert!(told.text().starts_with(&first), "{}", &told.text()[..600]);
    let last = expected.local(r#"{"index":0,"delta":{},"finish_reason":"stop"}"#);
    assert!(told.text().contains(&last));
    assert_eq!(told.words(), "Come in, sit down. What’s on your mind?");
    assert_eq!(samples(&told.sound().concat()), desk.fake.spoken()[0]);
}

#[tokio::test]
async fn each_event_is_a_write_of_its_own() {
    let desk = Desk::new().await;
    let writes = chunks(desk.raw("happy", CLOUD, &spoken_turn()).await).await;
    // The role, eight pieces of text, twenty of sound, the end, the usage and the mark.
    assert_eq!(writes.len(), 32);
    let (mark, events) = writes.split_last().unwrap();
    assert_eq!(mark, b"data: [DONE]\n\n");
    for event in events {
        assert!(event.starts_with(b"data: {\"choices\":") && event.ends_with(b"\"}\n\n"));
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let desk = Desk::new().await;
    let mut first = desk
        .raw("happy", LOCAL, &json!({"model": "fake-chat", "messages": []}))
        .await;
    let mut some = vec![0; 4_096];
    let read = tokio::io::AsyncReadExt::read(&mut first, &mut some)
        .await
        .unwrap();
    assert!(some[..read].starts_with(b"HTTP/1.1 400 "));
    let next = b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut first, next)
        .await
        .unwrap();
    let (all, ended) = to_the_end(first).await;
    let text = String::from_utf8(all).unwrap();
    assert!(
        text.contains("200 OK") && text.contains("{\"status\":\"ok\"}"),
        "{text}"
    );
    assert_eq!(ended, None);
}
