//! Answers as hosts were seen to send them, and as they should not.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(value: &Value) -> ChatAnswer {
    serde_json::from_slice(value.to_string().as_bytes()).unwrap()
}

fn first(value: &Value) -> (Option<String>, Option<String>, Option<String>, Finish) {
    let mut answer = read(value);
    let choice = &mut answer.choices[0];
    let finish = choice.finish();
    let said = choice.said().unwrap();
    (said.content(), said.transcript(), said.sound(), finish)
}

#[test]
fn the_pieces_of_qwen_omni_are_read() {
    let piece = json!({"choices": [{"delta": {"content": "I"}, "finish_reason": null, "index": 0, "logprobs": null}],
        "object": "chat.completion.chunk", "usage": null, "created": 1_757_647_879, "system_fingerprint": null});
    assert_eq!(first(&piece), (Some("I".into()), None, None, Finish::Unsaid));
    let sound = json!({"choices": [{"delta": {"audio": {"data": "/v8A", "expires_at": 1, "id": "a", "transcript": "Hi"}}}]});
    assert_eq!(
        first(&sound),
        (None, Some("Hi".into()), Some("/v8A".into()), Finish::Unsaid)
    );
    let last = json!({"choices": [{"finish_reason": "stop", "delta": {"content": ""}, "index": 0}]});
    assert_eq!(first(&last), (None, None, None, Finish::Stop));
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 207, "completion_tokens": 103,
        "completion_tokens_details": {"audio_tokens": 83, "text_tokens": 20},
        "prompt_tokens_details": {"text_tokens": 107, "audio_tokens": 100, "cached_tokens": 64}}});
    let expected = Usage {
        text_in: 107,
        audio_in: 100,
        text_out: 20,
        audio_out: 83,
        cached: 64,
    };
    assert_eq!(read(&usage).used(), Some(expected));
}

#[test]
fn tokens_without_a_kind_are_text() {
    let usage = json!({"usage": {"prompt_tokens": 10, "completion_tokens": 7, "completion_tokens_details": {"audio_tokens": 5}}});
    let used = read(&usage).used().unwrap();
    assert_eq!((used.text_in, used.text_out, used.audio_out), (10, 2, 5));
}

#[test]
fn what_a_model_thinks_is_not_what_it_says() {
    let thought =
        json!({"choices": [{"delta": {"content": null, "reasoning_content": "hm", "reasoning": "hm"}}]});
    assert_eq!(first(&thought).0, None);
}

#[test]
fn content_may_come_in_parts() {
    let parts = json!({"choices": [{"message": {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}}]});
    assert_eq!(first(&parts).0.as_deref(), Some("ab"));
}

#[test]
fn arguments_are_text_or_the_json_itself_and_those_of_the_first_call() {
    for arguments in [json!("{\"a\":1}"), json!({"a": 1})] {
        let call = json!({"choices": [{"message": {"tool_calls": [
            {"index": 1, "function": {"arguments": "other"}},
            {"id": "c", "type": "function", "function": {"name": "x", "arguments": arguments}}]}}]});
        let mut answer = read(&call);
        let said = answer.choices[0].said().unwrap();
        assert_eq!(said.arguments().as_deref(), Some("{\"a\":1}"));
    }
}

#[test]
fn fields_of_a_wrong_type_are_passed_over() {
    let wrong = json!({"choices": [7, {"delta": {"content": 5, "audio": "x", "tool_calls": {}}, "index": "0",
        "finish_reason": 3}], "usage": "none"});
    assert_eq!(first(&wrong), (None, None, None, Finish::Unsaid));
    assert_eq!(read(&wrong).used(), None);
    assert!(read(&json!({"choices": null})).choices.is_empty());
}

#[test]
fn an_end_that_nobody_knows_is_an_end() {
    for (reason, finish) in [
        ("", Finish::Unsaid),
        ("null", Finish::Unsaid),
        ("eos", Finish::Stop),
        ("length", Finish::Length),
        ("content_filter", Finish::Filtered),
        ("tool_calls", Finish::ToolCalls),
    ] {
        let answer = read(&json!({"choices": [{"finish_reason": reason}]}));
        assert_eq!(answer.choices[0].finish(), finish, "{reason}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = serde_json::from_slice::<ChatAnswer>(&bytes);
    }
}
