//! Objective checks and rubrics, on every rung of structured output.

use rehearse_fakes::models::{Role, Script, Verdict};
use serde_json::{Value, json};

use crate::client::{CLOUD, Desk, LOCAL, Told, with};

const TRANSCRIPT: &str = "The trainee is to admit the delay.\n\n[1] partner: Come in.\n[2] trainee: I have bad news.\n\
                          [3] partner: Go on.\n[4] trainee: The delivery is late, and that was my mistake.\n[5] partner: I see.";
const LAST: &str = "The delivery is late, and that was my mistake.";

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "status": {"type": "string", "enum": ["continue", "succeeded", "failed"]},
            "turn": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "quote": {"type": "string"},
            "reason": {"type": "string"}
        },
        "required": ["status", "turn", "quote", "reason"],
        "additionalProperties": false
    })
}

fn check(model: &str) -> Value {
    json!({
        "model": model,
        "enable_thinking": false,
        "response_format": {"type": "json_schema", "json_schema": {"name": "objective_check", "strict": true, "schema": schema()}},
        "messages": [{"role": "system", "content": "You watch a practice."}, {"role": "user", "content": TRANSCRIPT}],
    })
}

fn rubric(model: &str) -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "skill_id": {"const": "open_questions"},
            "evidence": {"type": "array", "items": {"type": "object", "properties": {
                "turn": {"type": "integer"}, "quote": {"type": "string"}}}},
            "reasoning": {"type": "string"},
            "level": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 5}, {"type": "null"}]}
        }
    });
    with(
        check(model),
        "/response_format/json_schema",
        json!({"name": "evaluation", "strict": true, "schema": schema}),
    )
}

fn content(told: &Told) -> String {
    assert_eq!(told.status, 200, "{}", told.text());
    told.json()["choices"][0]["message"]["content"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"))
}

#[tokio::test]
async fn a_check_says_what_its_script_says_and_quotes_the_trainee() {
    let desk = Desk::new().await;
    for (script, status, turn, quote) in [
        ("obj_continue", "continue", json!(null), ""),
        ("happy", "continue", json!(null), ""),
        ("obj_success", "succeeded", json!(4), LAST),
        ("obj_fail", "failed", json!(4), LAST),
        ("obj_success_2", "succeeded", json!(4), LAST),
        ("obj_success_3", "continue", json!(null), ""),
        ("obj_fail_1", "failed", json!(4), LAST),
        ("obj_fail_9", "continue", json!(null), ""),
    ] {
        let told = desk.acted(script, CLOUD, &check("qwen3.7-plus")).await;
        let said = parsed(&content(&told));
        assert_eq!(
            (&said["status"], &said["turn"], &said["quote"]),
            (&json!(status), &turn, &json!(quote)),
            "{script}"
        );
        assert_eq!(said["reason"].as_str().unwrap().is_empty(), status == "continue");
    }
    assert!(
        desk.fake
            .requests()
            .iter()
            .all(|request| request.role == Some(Role::Objective))
    );
}

#[tokio::test]
async fn a_model_by_name_and_a_test_by_hand_choose_the_end_of_a_practice() {
    let desk = Desk::new().await;
    let status = |told: Told| parsed(&content(&told))["status"].as_str().unwrap().to_owned();
    assert_eq!(
        status(desk.post(CLOUD, &check("test/obj_success_2")).await),
        "succeeded"
    );
    assert_eq!(
        status(desk.post(CLOUD, &check("test/obj_fail_3")).await),
        "continue"
    );
    desk.fake.objective_after(2, Verdict::Failed);
    assert_eq!(status(desk.post(CLOUD, &check("qwen-plus")).await), "failed");
    desk.fake.objective_after(3, Verdict::Succeeded);
    assert_eq!(status(desk.post(CLOUD, &check("qwen-plus")).await), "continue");
    // What is queued comes first, once.
    desk.fake.script(Role::Objective, [Script::ObjSuccess]);
    assert_eq!(status(desk.post(CLOUD, &check("qwen-plus")).await), "succeeded");
    assert_eq!(status(desk.post(CLOUD, &check("qwen-plus")).await), "continue");
}

#[tokio::test]
async fn a_check_may_be_slow_or_no_structure_at_all() {
    let desk = Desk::new().await;
    let started = std::time::Instant::now();
    let told = desk.acted("obj_slow", CLOUD, &check("qwen-plus")).await;
    assert!(started.elapsed().as_millis() >= 100);
    assert_eq!(parsed(&content(&told))["status"], "continue");
    let told = desk.acted("obj_garbage", CLOUD, &check("qwen-plus")).await;
    assert!(serde_json::from_str::<Value>(&content(&told)).is_err());
}

#[tokio::test]
async fn each_rung_answers_in_its_own_way() {
    let desk = Desk::new().await;
    desk.fake.always(Role::Objective, Script::ObjSuccess);
    let mut tool = check("fake-judge-tool");
    tool.as_object_mut().unwrap().remove("response_format");
    let mut json_only = tool.clone();
    let mut plain = tool.clone();
    tool["tools"] =
        json!([{"type": "function", "function": {"name": "objective_check", "parameters": schema()}}]);
    tool["tool_choice"] = json!({"type": "function", "function": {"name": "objective_check"}});
    let told = desk.post(CLOUD, &tool).await.json();
    let call = &told["choices"][0]["message"]["tool_calls"][0]["function"];
    assert_eq!(call["name"], "objective_check");
    assert_eq!(parsed(call["arguments"].as_str().unwrap())["quote"], LAST);
    assert_eq!(told["choices"][0]["finish_reason"], "tool_calls");

    let words = "Answer with JSON: status continue, succeeded or failed, turn, quote.";
    json_only["model"] = json!("fake-judge-json");
    json_only["messages"][0]["content"] = json!(words);
    json_only["response_format"] = json!({"type": "json_object"});
    assert_eq!(
        parsed(&content(&desk.post(CLOUD, &json_only).await))["status"],
        "succeeded"
    );

    plain["model"] = json!("fake-judge-text");
    plain["messages"][0]["content"] = json!(words);
    let text = content(&desk.post(CLOUD, &plain).await);
    assert!(text.starts_with("Here is the result: {"), "{text}");
    assert_eq!(
        parsed(text.strip_prefix("Here is the result: ").unwrap())["status"],
        "succeeded"
    );

    // Ollama takes no notice of a tool that is forced, and this one's model does as it likes.
    tool["model"] = json!("fake-chat");
    let told = desk.post(LOCAL, &tool).await;
    assert!(told.json()["choices"][0]["message"].get("tool_calls").is_none());
    assert!(content(&told).contains(LAST));
}

#[tokio::test]
async fn a_judge_streams_words_and_calls() {
    let desk = Desk::new().await;
    let streamed = with(check("test/obj_success"), "/stream", json!(true));
    let told = desk.post(CLOUD, &streamed).await;
    assert_eq!(parsed(&told.words())["status"], "succeeded");
    let mut tool = with(
        streamed,
        "/tools",
        json!([{"type": "function", "function": {"name": "objective_check", "parameters": schema()}}]),
    );
    tool.as_object_mut().unwrap().remove("response_format");
    let told = desk.post(CLOUD, &tool).await;
    let calls = told.events();
    let calls = calls
        .iter()
        .filter_map(|event| event.pointer("/choices/0/delta/tool_calls/0/function/arguments"));
    let arguments: String = calls.map(|part| part.as_str().unwrap()).collect();
    assert_eq!(parsed(&arguments)["turn"], 4);
}

#[tokio::test]
async fn a_rubric_is_scored_well_or_badly() {
    let desk = Desk::new().await;
    let said = parsed(&content(
        &desk.acted("eval_ok", CLOUD, &rubric("qwen-plus")).await,
    ));
    assert_eq!(
        (&said["skill_id"], &said["level"], &said["evidence"]),
        (
            &json!("open_questions"),
            &json!(3),
            &json!([{"turn": 4, "quote": LAST}])
        )
    );
    let text = content(&desk.acted("eval_fenced", CLOUD, &rubric("qwen-plus")).await);
    let fenced = text
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("\n```")
        .next()
        .unwrap();
    assert!(!text.starts_with('{') && parsed(fenced) == said);
    let text = content(&desk.acted("eval_bad_json", CLOUD, &rubric("qwen-plus")).await);
    assert!(text.starts_with('{') && serde_json::from_str::<Value>(&text).is_err());

    let scored =
        async |script: &str| parsed(&content(&desk.acted(script, CLOUD, &rubric("qwen-plus")).await));
    let missing = scored("eval_missing_skill").await;
    assert!(missing.get("skill_id").is_none() && missing["level"] == 3);
    assert_eq!(scored("eval_out_of_range").await["level"], 9);
    let fake = scored("eval_fake_quote").await;
    assert!(!TRANSCRIPT.contains(fake["evidence"][0]["quote"].as_str().unwrap()));
    let injected = scored("eval_injected").await;
    assert_eq!(
        (&injected["level"], &injected["evidence"]),
        (&json!(5), &json!([]))
    );
    let mut levels = Vec::new();
    for _ in 0..4 {
        levels.push(scored("eval_flaky").await["level"].clone());
    }
    assert_eq!(levels, [2, 4, 3, 2]);
    assert!(
        desk.fake
            .requests()
            .iter()
            .all(|request| request.role == Some(Role::Judge))
    );
}

#[tokio::test]
async fn a_structure_may_be_cut_off_by_its_length() {
    let desk = Desk::new().await;
    let told = desk.acted("length", CLOUD, &rubric("qwen-plus")).await;
    assert_eq!(told.json()["choices"][0]["finish_reason"], "length");
    assert!(serde_json::from_str::<Value>(&content(&told)).is_err());
}

#[tokio::test]
async fn a_flat_schema_constrains_nothing() {
    let desk = Desk::new().await;
    let flat = with(
        check("fake-chat"),
        "/response_format",
        json!({"type": "json_schema", "schema": {"type": "object", "properties": {"only": {"type": "string"}}}}),
    );
    let said = parsed(&content(&desk.post(LOCAL, &flat).await));
    assert!(said.get("only").is_none() && said.get("level").is_some());
}
