//! Answers of several hosts, put together.

use serde_json::json;

use super::*;

fn assemble(events: &[Value], done: bool) -> Result<Vec<ChatPart>, ModelError> {
    let (mut assembly, mut parts) = (
        Assembly::new(Refusals::default(), Some("r".into())),
        VecDeque::new(),
    );
    for event in events {
        assembly.take(event.to_string().as_bytes(), &mut parts)?;
    }
    if done {
        assembly.is_done();
    }
    assembly.finish(&mut parts)?;
    parts.into_iter().collect()
}

fn words(parts: &[ChatPart]) -> String {
    let text = |part: &ChatPart| match part {
        ChatPart::Text(text) => Some(text.clone()),
        _ => None,
    };
    parts.iter().filter_map(text).collect()
}

fn delta(index: u64, delta: &Value) -> Value {
    json!({"choices": [{"index": index, "delta": delta}]})
}

#[test]
fn words_beside_the_sound_count_only_where_there_are_no_others() {
    let beside = [
        delta(0, &json!({"audio": {"transcript": "He", "data": "AAA="}})),
        delta(0, &json!({"content": "", "audio": {"transcript": "llo"}})),
    ];
    assert_eq!(words(&assemble(&beside, true).unwrap()), "Hello");
    let both = [
        delta(0, &json!({"content": "He", "audio": {"transcript": "He"}})),
        delta(0, &json!({"audio": {"transcript": "llo"}})),
        delta(0, &json!({"content": "llo"})),
    ];
    assert_eq!(words(&assemble(&both, true).unwrap()), "Hello");
}

#[test]
fn of_several_choices_the_first_with_words_speaks_and_sound_may_come_from_another() {
    let whole = json!({"choices": [
        {"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"},
        {"index": 1, "message": {"content": null, "audio": {"data": "AEAAwA==", "transcript": "Hello"}}}]});
    let parts = assemble(&[whole], false).unwrap();
    let expected = [
        ChatPart::Text("Hello".into()),
        ChatPart::Pcm(vec![0.5, -0.5]),
        ChatPart::Finished(Finish::Stop),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn what_it_cost_is_the_last_count_and_comes_before_the_end() {
    let counted = |tokens: u64| json!({"choices": [], "usage": {"prompt_tokens": tokens}});
    let events = [delta(0, &json!({"content": "a"})), counted(3), counted(7)];
    let parts = assemble(&events, true).unwrap();
    let usage = Usage {
        text_in: 7,
        ..Usage::default()
    };
    assert_eq!(
        parts[1..],
        [ChatPart::Used(usage), ChatPart::Finished(Finish::Unsaid)]
    );
}

#[test]
fn an_end_that_is_not_announced_ends_only_what_began() {
    assert!(assemble(&[delta(0, &json!({"content": "a"}))], false).is_ok());
    let nothing = assemble(&[delta(0, &json!({"content": ""}))], false);
    assert!(matches!(nothing, Err(ModelError::Malformed(_))), "{nothing:?}");
    let silent = json!({"choices": [{"message": {"content": ""}}]});
    assert_eq!(
        assemble(&[silent], false).unwrap(),
        [ChatPart::Finished(Finish::Unsaid)]
    );
}

#[test]
fn an_answer_that_is_packed_once_more_is_unpacked() {
    let packed = json!({"code": "", "message": "", "data": {"choices": [{"message": {"content": "a"}}]}});
    assert_eq!(words(&assemble(&[packed], false).unwrap()), "a");
}

#[test]
fn arguments_are_put_together() {
    let piece = |text: &str| {
        delta(
            0,
            &json!({"tool_calls": [{"index": 0, "function": {"arguments": text}}]}),
        )
    };
    let parts = assemble(&[piece("{\"a\""), piece(":1}")], true).unwrap();
    let expected = ["{\"a\"", ":1}"].map(|text| ChatPart::Arguments(text.into()));
    assert_eq!(parts[..2], expected);
}

#[test]
fn a_refusal_in_the_middle_and_a_filter_at_the_end_are_errors() {
    let refused = assemble(
        &[json!({"error": {"code": "data_inspection_failed", "message": "m"}})],
        true,
    );
    let filter = json!({"choices": [{"delta": {"content": "a"}, "finish_reason": "content_filter"}]});
    for error in [refused.unwrap_err(), assemble(&[filter], true).unwrap_err()] {
        let ModelError::Refused(refusal) = error else {
            panic!("{error:?}");
        };
        assert_eq!((refusal.kind, refusal.status), (RefusalKind::Filtered, None));
        assert_eq!(refusal.request_id.as_deref(), Some("r"));
    }
}
