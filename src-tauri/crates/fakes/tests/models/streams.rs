//! Scripts that change how a good reply is written, and when.

use std::time::Instant;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::client::{CLOUD, Desk, LOCAL, local_turn, samples, spoken_turn, to_the_end};

const WORDS: &str = "Come in, sit down. What’s on your mind?";

#[tokio::test]
async fn words_may_come_in_the_sound() {
    let desk = Desk::new().await;
    let told = desk.acted("transcript_in_audio", CLOUD, &spoken_turn()).await;
    assert_eq!(told.words(), WORDS);
    let events = told.events();
    assert_eq!(events[1]["choices"][0]["delta"]["audio"]["transcript"], "Come");
    assert!(events[1]["choices"][0]["delta"].get("content").is_none());
}

#[tokio::test]
async fn a_header_may_stand_before_the_sound() {
    let desk = Desk::new().await;
    let told = desk.acted("riff_first", CLOUD, &spoken_turn()).await;
    let sound = told.sound();
    assert!(sound[0].starts_with(b"RIFF") && !sound[1].starts_with(b"RIFF"));
    assert_eq!(samples(&sound.concat()[44..]), desk.fake.spoken()[0]);
}

#[tokio::test]
async fn samples_may_be_cut_in_two() {
    let desk = Desk::new().await;
    let told = desk.acted("odd_bytes", CLOUD, &spoken_turn()).await;
    let sound = told.sound();
    assert!(sound[..sound.len() - 1].iter().all(|bytes| bytes.len() % 2 == 1));
    assert_eq!(samples(&sound.concat()), desk.fake.spoken()[0]);
}

#[tokio::test]
async fn characters_may_be_cut_in_two() {
    let desk = Desk::new().await;
    let told = desk.acted("split_utf8", CLOUD, &spoken_turn()).await;
    let cut = told
        .writes
        .iter()
        .filter(|write| std::str::from_utf8(write).is_err())
        .count();
    assert_eq!((told.words().as_str(), cut), (WORDS, 2));
    let turn =
        json!({"model": "fake-chat", "stream": true, "messages": [{"role": "user", "content": "你好"}]});
    let told = desk.acted("split_utf8", LOCAL, &turn).await;
    let cut = told
        .writes
        .iter()
        .filter(|write| std::str::from_utf8(write).is_err())
        .count();
    assert_eq!(told.words(), "进来吧，请坐。你想谈什么？");
    assert!(cut >= 13, "{cut}");
}

#[tokio::test]
async fn lines_may_end_with_cr_lf() {
    let desk = Desk::new().await;
    let told = desk.acted("crlf", CLOUD, &spoken_turn()).await;
    assert!(told.text().ends_with("data: [DONE]\r\n\r\n"));
    assert_eq!(
        told.text().matches('\n').count(),
        told.text().matches("\r\n").count()
    );
    assert_eq!(told.words(), WORDS);
}

#[tokio::test]
async fn the_end_mark_and_the_usage_may_be_missing() {
    let desk = Desk::new().await;
    let told = desk.acted("no_done", CLOUD, &spoken_turn()).await;
    assert!(told.is_whole && told.events().last().unwrap()["usage"].is_object());
    let told = desk.acted("no_usage", CLOUD, &spoken_turn()).await;
    assert!(
        told.events()
            .iter()
            .all(|event| event == "[DONE]" || event["usage"].is_null())
    );
    assert_eq!(told.events().last().unwrap(), "[DONE]");
}

#[tokio::test]
async fn a_reply_may_come_byte_by_byte() {
    let desk = Desk::new().await;
    let turn = json!({"model": "fake-chat", "stream": true, "messages": [{"role": "user", "content": "Hi"}]});
    let told = desk.acted("one_byte_writes", LOCAL, &turn).await;
    assert_eq!(told.words(), WORDS);
    assert!(told.writes.iter().all(|write| write.len() == 1));

    // And with the sound: the same bytes as in larger writes.
    let told = desk.acted("one_byte_writes", CLOUD, &spoken_turn()).await;
    assert_eq!(samples(&told.sound().concat()), desk.fake.spoken()[0]);
    assert_eq!((told.sound().len(), desk.fake.spoken()[0].len()), (20, 12_000));
}

#[tokio::test]
async fn thirty_seconds_may_come_in_one_line() {
    let desk = Desk::new().await;
    let told = desk.acted("huge_line", CLOUD, &spoken_turn()).await;
    let longest = told.text().lines().map(str::len).max().unwrap();
    assert!(longest > 1_900_000, "{longest}");
    assert_eq!(told.sound().len(), 1);
    assert_eq!(desk.fake.spoken()[0].len(), 30 * 24_000);
    assert_eq!(samples(&told.sound()[0]), desk.fake.spoken()[0]);
}

#[tokio::test]
async fn thirty_seconds_may_come_within_one() {
    let desk = Desk::new().await;
    desk.fake.configure(|options| options.pace = 0.5);
    let started = Instant::now();
    let told = desk.acted("fast_audio", CLOUD, &spoken_turn()).await;
    let took = started.elapsed().as_secs_f64();
    assert_eq!(samples(&told.sound().concat()).len(), 30 * 24_000);
    // Half a second at half the pace, and what a busy machine adds.
    assert!((0.5..15.0).contains(&took), "{took} s");
    assert_eq!(told.sound().len(), 60);
}

#[tokio::test]
async fn the_first_byte_may_be_late() {
    let desk = Desk::new().await;
    let started = Instant::now();
    let told = desk.acted("slow_first", CLOUD, &spoken_turn()).await;
    assert!(started.elapsed().as_millis() >= 250);
    assert_eq!(told.words(), WORDS);
    let seen = &desk.fake.requests()[0];
    assert!((seen.first_byte_at.unwrap() - seen.at).as_millis() >= 250);
}

#[tokio::test]
async fn a_reply_may_fall_silent_in_the_middle_and_go_on() {
    let desk = Desk::new().await;
    let started = Instant::now();
    let told = desk.acted("stall_mid", CLOUD, &spoken_turn()).await;
    assert!(started.elapsed().as_millis() >= 200);
    assert_eq!((told.sound().len(), told.words().as_str()), (20, WORDS));

    // At the real pace it is silent for longer than anybody waits, after five chunks of sound.
    desk.fake.configure(|options| options.pace = 1.0);
    let mut stream = desk.raw("stall_mid", CLOUD, &spoken_turn()).await;
    let mut all = Vec::new();
    let mut some = vec![0; 65_536];
    let wait = std::time::Duration::from_secs(2);
    while let Ok(read) = tokio::time::timeout(wait, stream.read(&mut some)).await {
        all.extend_from_slice(&some[..read.unwrap()]);
    }
    assert_eq!(String::from_utf8_lossy(&all).matches("\"audio\"").count(), 5);
    drop(stream);
    for _ in 0..100 {
        if desk.fake.requests()[1].left_early {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody noticed that the client had gone");
}

#[tokio::test]
async fn a_connection_may_be_reset_in_the_middle() {
    let desk = Desk::new().await;
    let (all, ended) = to_the_end(desk.raw("drop_mid", CLOUD, &spoken_turn()).await).await;
    assert_eq!(ended, Some(std::io::ErrorKind::ConnectionReset));
    let text = String::from_utf8_lossy(&all).into_owned();
    assert_eq!(text.matches("\"audio\"").count(), 5);
    let seen = &desk.fake.requests()[0];
    assert!(seen.is_finished && !seen.left_early && seen.status == Some(200));
    let sent: Vec<Bytes> = desk.post(CLOUD, &spoken_turn()).await.writes;
    assert!(sent.len() > 20);
    let whole = desk.fake.spoken();
    assert_eq!(whole[0].len(), whole[1].len().div_ceil(20) * 5);
    assert_eq!(whole[0], whole[1][..whole[0].len()]);
}

#[tokio::test]
async fn an_answer_in_one_piece_is_reset_in_its_middle() {
    let desk = Desk::new().await;
    let chat = json!({"model": "qwen-plus", "messages": [{"role": "user", "content": "Hello"}]});
    let told = desk.acted("drop_mid", CLOUD, &chat).await;
    assert!(!told.is_whole && told.status == 200);
    assert!(serde_json::from_slice::<Value>(&told.bytes()).is_err() && !told.bytes().is_empty());
}

#[tokio::test]
async fn an_error_may_come_inside_a_good_stream() {
    let desk = Desk::new().await;
    let told = desk.acted("err_stream_200", CLOUD, &spoken_turn()).await;
    assert_eq!(told.status, 200);
    let expected = "data: {\"error\":{\"message\":\"Output data may contain inappropriate content.\",\"type\":\"data_inspection_failed\",\"param\":null,\"code\":\"data_inspection_failed\"}}\n\n";
    assert!(told.text().ends_with(expected));
    // The one that only names the role, three deltas, the error.
    assert_eq!(told.events().len(), 5);
}

#[tokio::test]
async fn a_reply_may_be_cut_off_by_its_length() {
    let desk = Desk::new().await;
    let told = desk.acted("length", CLOUD, &spoken_turn()).await;
    assert_eq!(told.words(), "Come in, sit down.");
    let events = told.events();
    assert!(
        events
            .iter()
            .any(|event| event["choices"][0]["finish_reason"] == "length")
    );
    assert_eq!(samples(&told.sound().concat()), desk.fake.spoken()[0]);
    desk.post(CLOUD, &spoken_turn()).await;
    let [cut, whole] = desk.fake.spoken().try_into().unwrap();
    assert_eq!(cut, whole[..whole.len() / 2]);
}

#[tokio::test]
async fn the_server_may_be_slow_altogether() {
    let desk = Desk::new().await;
    desk.fake.configure(|options| {
        options.before_first_byte = std::time::Duration::from_millis(100);
        options.between_chunks = std::time::Duration::from_millis(5);
    });
    let started = Instant::now();
    let told = desk.post(LOCAL, &local_turn()).await;
    let least = 100 + 5 * (told.writes.len() - 1);
    assert!(started.elapsed().as_millis() >= least as u128);
}
