//! The ladder against a host in memory that takes only some forms and answers what it is told to.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::*;
use crate::{AnswerForm, Refusal, RefusalKind, Retry, ThinkingSwitch};

const GOOD: &str = r#"{"status": "yes"}"#;
const BAD: &str = r#"{"status": "perhaps"}"#;

/// A host that refuses some forms. It answers one after the other what is given to it, and the last for ever.
#[derive(Default)]
struct Host {
    refuses: Vec<Rung>,
    says: parking_lot::Mutex<VecDeque<Says>>,
    takes: Duration,
    asked: parking_lot::Mutex<Vec<(Rung, Value)>>,
}

#[derive(Clone)]
enum Says {
    Words(&'static str),
    Call(&'static str),
    No(RefusalKind, u16),
}

impl Host {
    fn saying(says: impl IntoIterator<Item = Says>) -> Self {
        Self {
            says: parking_lot::Mutex::new(says.into_iter().collect()),
            ..Self::default()
        }
    }

    fn refusing(mut self, refuses: &[Rung]) -> Self {
        self.refuses = refuses.to_vec();
        self
    }

    fn taking(mut self, takes: Duration) -> Self {
        self.takes = takes;
        self
    }

    fn rungs_asked(&self) -> Vec<Rung> {
        self.asked.lock().iter().map(|(rung, _)| *rung).collect()
    }

    fn request(&self, number: usize) -> Value {
        self.asked.lock()[number].1.clone()
    }
}

fn no(kind: RefusalKind, status: u16) -> ModelError {
    ModelError::Refused(Refusal {
        kind,
        status: Some(status),
        code: "code".into(),
        message: String::new(),
        request_id: None,
        retry_after: None,
    })
}

fn rung_of(request: &Value) -> Rung {
    match request["response_format"]["type"].as_str() {
        Some("json_schema") => Rung::JsonSchema,
        Some("json_object") => Rung::JsonObject,
        _ if request["tools"].is_array() => Rung::ForcedTool,
        _ => Rung::PlainText,
    }
}

#[async_trait]
impl Completions for Host {
    async fn complete(&self, request: &ChatRequest, attempts: Attempts) -> Result<Completion, ModelError> {
        let request = serde_json::to_value(request).unwrap();
        let rung = rung_of(&request);
        self.asked.lock().push((rung, request));
        tokio::time::sleep(self.takes.min(attempts.within)).await;
        if self.takes > attempts.within {
            return Err(ModelError::TimedOut(attempts.within));
        }
        if self.refuses.contains(&rung) {
            return Err(no(RefusalKind::Unsupported, 400));
        }
        let says = {
            let mut says = self.says.lock();
            let next = says.front().cloned().unwrap();
            if says.len() > 1 {
                says.pop_front();
            }
            next
        };
        let completion = |content: &str, arguments: Option<&str>| Completion {
            content: content.to_owned(),
            tool_arguments: arguments.map(str::to_owned),
            usage: Usage {
                text_in: 100,
                text_out: 10,
                ..Usage::default()
            },
            requests: 1,
            ..Completion::default()
        };
        match says {
            Says::Words(words) => Ok(completion(words, None)),
            Says::Call(arguments) => Ok(completion("", Some(arguments))),
            Says::No(kind, status) => Err(no(kind, status)),
        }
    }
}

fn question(budget: Duration) -> Question {
    Question {
        system: "SYSTEM".into(),
        shared: "SHARED".into(),
        task: "TASK".into(),
        form: Arc::new(AnswerForm {
            name: "verdict",
            purpose: "Says it.",
            schema: json!({
                "type": "object",
                "properties": {"status": {"type": "string", "enum": ["yes", "no"]}},
                "required": ["status"],
                "additionalProperties": false,
            }),
        }),
        temperature: 0.0,
        seed: Some(7),
        budget,
    }
}

fn evaluator(host: &Arc<Host>, abilities: Abilities) -> ChatEvaluator {
    ChatEvaluator::over(
        Arc::clone(host) as Arc<dyn Completions>,
        "judge",
        Some("a.example"),
        abilities,
    )
}

async fn ask(evaluator: &ChatEvaluator) -> Result<Answer, ModelError> {
    evaluator.answer(question(Duration::from_secs(8))).await
}

use Rung::{ForcedTool, JsonObject, JsonSchema, PlainText};

#[tokio::test(start_paused = true)]
async fn each_host_is_met_on_its_highest_rung_and_found_there_the_next_time() {
    for (refuses, says, asked) in [
        (&[][..], Says::Words(GOOD), &[JsonSchema][..]),
        (&[JsonSchema], Says::Call(GOOD), &[JsonSchema, ForcedTool]),
        (
            &[JsonSchema, ForcedTool],
            Says::Words(GOOD),
            &[JsonSchema, ForcedTool, JsonObject],
        ),
        (
            &[JsonSchema, ForcedTool, JsonObject],
            Says::Words("Sure: {\"status\": \"yes\"}"),
            &[JsonSchema, ForcedTool, JsonObject, PlainText],
        ),
    ] {
        let host = Arc::new(Host::saying([says]).refusing(refuses));
        let evaluator = evaluator(&host, Abilities::default());
        assert_eq!(evaluator.rung(), None);
        let answer = ask(&evaluator).await.unwrap();
        assert_eq!(answer.value, json!({"status": "yes"}));
        assert_eq!(answer.requests as usize, asked.len());
        assert_eq!(answer.usage.text_in, 100);
        assert_eq!(host.rungs_asked(), asked);

        let held = *asked.last().unwrap();
        assert_eq!(evaluator.rung(), Some(held));
        assert_eq!(ask(&evaluator).await.unwrap().requests, 1);
        assert_eq!(host.rungs_asked().last(), Some(&held));
    }
}

#[tokio::test(start_paused = true)]
async fn a_known_rung_is_where_it_begins_and_a_refusal_there_leads_on_down() {
    let host = Arc::new(Host::saying([Says::Words(GOOD)]).refusing(&[JsonObject]));
    let known = Abilities {
        rung: Some(JsonObject),
        ..Abilities::default()
    };
    let evaluator = evaluator(&host, known);
    assert_eq!(evaluator.rung(), Some(JsonObject));
    ask(&evaluator).await.unwrap();
    assert_eq!(host.rungs_asked(), [JsonObject, PlainText]);
    assert_eq!(evaluator.rung(), Some(PlainText));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_fit_is_asked_for_on_the_next_rung_and_at_last_repaired() {
    let host = Arc::new(Host::saying([
        Says::Words(BAD),
        Says::Call("{\"status\": \"yes\""),
        Says::Words("no idea"),
        Says::Words(BAD),
        Says::Words(GOOD),
    ]));
    let evaluator = evaluator(&host, Abilities::default());
    let answer = ask(&evaluator).await.unwrap();
    assert_eq!(answer.requests, 5);
    assert_eq!(answer.usage.text_out, 50);
    assert_eq!(
        host.rungs_asked(),
        [JsonSchema, ForcedTool, JsonObject, PlainText, PlainText]
    );
    let repair = host.request(4);
    let messages = repair["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 4);
    assert_eq!(messages[2], json!({"role": "assistant", "content": BAD}));
    let complaint = messages[3]["content"].as_str().unwrap();
    assert!(
        complaint.contains("answer.status: must be one of [\"yes\",\"no\"]"),
        "{complaint}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_fits_is_malformed_after_one_repair_and_the_error_holds_none_of_it() {
    let host = Arc::new(Host::saying([Says::Words(
        r#"{"status": "yes", "I want a raise": 1}"#,
    )]));
    let evaluator = evaluator(&host, Abilities::default());
    let error = ask(&evaluator).await.unwrap_err();
    assert!(matches!(error, ModelError::Malformed(Some(_))), "{error}");
    assert!(!format!("{error:?}").contains("raise"), "{error:?}");
    assert_eq!(host.rungs_asked().len(), 5);
    assert_eq!(evaluator.rung(), None);
}

#[tokio::test(start_paused = true)]
async fn one_slip_takes_nothing_away_from_a_rung_that_has_proved_itself() {
    let host = Arc::new(Host::saying([
        Says::Words(GOOD),
        Says::Words(BAD),
        Says::Call(GOOD),
    ]));
    let evaluator = evaluator(&host, Abilities::default());
    ask(&evaluator).await.unwrap();
    assert_eq!(ask(&evaluator).await.unwrap().requests, 2);
    assert_eq!(evaluator.rung(), Some(JsonSchema));
}

#[tokio::test(start_paused = true)]
async fn only_a_refusal_of_the_form_leads_down() {
    for (kind, status) in [
        (RefusalKind::Busy, 429),
        (RefusalKind::Quota, 429),
        (RefusalKind::Key, 401),
        (RefusalKind::Billing, 400),
        (RefusalKind::TooLong, 400),
        (RefusalKind::Filtered, 400),
        (RefusalKind::NoSuchModel, 404),
        (RefusalKind::Down, 500),
        (RefusalKind::Other, 500),
    ] {
        let host = Arc::new(Host::saying([Says::No(kind, status)]));
        let evaluator = evaluator(&host, Abilities::default());
        let error = ask(&evaluator).await.unwrap_err();
        assert!(
            matches!(&error, ModelError::Refused(refusal) if refusal.kind == kind),
            "{error}"
        );
        assert_eq!(host.rungs_asked(), [JsonSchema], "{kind:?}");
    }
    for (kind, status) in [
        (RefusalKind::Unsupported, 400),
        (RefusalKind::Unsupported, 422),
        (RefusalKind::Other, 422),
    ] {
        let host = Arc::new(Host::saying([Says::No(kind, status), Says::Call(GOOD)]));
        ask(&evaluator(&host, Abilities::default())).await.unwrap();
        assert_eq!(host.rungs_asked(), [JsonSchema, ForcedTool], "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_refuses_even_plain_words_is_quoted() {
    let all = [JsonSchema, ForcedTool, JsonObject, PlainText];
    let host = Arc::new(Host::saying([Says::Words(GOOD)]).refusing(&all));
    let error = ask(&evaluator(&host, Abilities::default())).await.unwrap_err();
    assert!(matches!(error, ModelError::Refused(_)), "{error}");
    assert_eq!(error.retry(), Retry::Never);
    assert_eq!(host.rungs_asked(), all);
}

#[tokio::test(start_paused = true)]
async fn words_are_taken_where_a_call_was_asked_for() {
    let host = Arc::new(Host::saying([Says::Words(GOOD)]).refusing(&[JsonSchema]));
    let evaluator = evaluator(&host, Abilities::default());
    assert_eq!(ask(&evaluator).await.unwrap().requests, 2);
    assert_eq!(evaluator.rung(), Some(ForcedTool));
}

#[tokio::test(start_paused = true)]
async fn the_budget_bounds_everything_together() {
    // The first answer comes at 5 s and does not fit; there is no time for another as long.
    let host = Arc::new(Host::saying([Says::Words(BAD)]).taking(Duration::from_secs(5)));
    let began = Instant::now();
    let error = ask(&evaluator(&host, Abilities::default())).await.unwrap_err();
    assert!(matches!(error, ModelError::Malformed(Some(_))), "{error}");
    assert_eq!(host.rungs_asked().len(), 1);
    assert_eq!(began.elapsed(), Duration::from_secs(5));

    let host = Arc::new(Host::saying([Says::Words(GOOD)]).taking(Duration::from_secs(10)));
    let began = Instant::now();
    let error = ask(&evaluator(&host, Abilities::default())).await.unwrap_err();
    assert!(matches!(error, ModelError::TimedOut(budget) if budget.as_secs() == 8));
    assert_eq!(began.elapsed(), Duration::from_secs(8));

    let evaluator = evaluator(&host, Abilities::default());
    let no_time = question(Duration::from_millis(100));
    assert!(matches!(
        evaluator.answer(no_time).await,
        Err(ModelError::TimedOut(_))
    ));
    assert_eq!(host.rungs_asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_is_what_hosts_document() {
    let abilities = Abilities {
        must_stream: true,
        stream_usage: true,
        seed: true,
        thinking: ThinkingSwitch::EnableThinking,
        ..Abilities::default()
    };
    let refuses = [JsonSchema, ForcedTool, JsonObject];
    let host = Arc::new(Host::saying([Says::Words(GOOD)]).refusing(&refuses));
    ask(&evaluator(&host, abilities)).await.unwrap();
    let [schema, tool, object, plain] = [0, 1, 2, 3].map(|number| host.request(number));
    for request in [&schema, &tool, &object, &plain] {
        assert_eq!(request["temperature"], json!(0.0));
        assert_eq!(request["seed"], json!(7));
        assert_eq!(request["enable_thinking"], json!(false));
        assert_eq!(request["stream"], json!(true));
        assert_eq!(request["stream_options"], json!({"include_usage": true}));
        assert_eq!(
            request["messages"][0],
            json!({"role": "system", "content": "SYSTEM"})
        );
        let words = request["messages"][1]["content"].as_str().unwrap();
        assert!(words.starts_with("SHARED\n\nTASK\n\n") && words.contains("JSON"));
    }
    let form = &schema["response_format"]["json_schema"];
    assert_eq!(form["strict"], json!(true));
    assert_eq!(form["schema"]["type"], "object");
    assert_eq!(
        tool["tool_choice"],
        json!({"type": "function", "function": {"name": "verdict"}})
    );
    assert_eq!(
        tool["tools"][0]["function"]["parameters"]["required"],
        json!(["status"])
    );
    assert_eq!(object["response_format"], json!({"type": "json_object"}));
    assert!(plain.get("response_format").is_none() && plain.get("tools").is_none());
}

#[tokio::test(start_paused = true)]
async fn thinking_is_switched_off_in_the_hosts_own_way_and_nothing_is_sent_that_it_may_not_know() {
    for (switch, sent) in [
        (ThinkingSwitch::None, json!({})),
        (ThinkingSwitch::EnableThinking, json!({"enable_thinking": false})),
        (
            ThinkingSwitch::ReasoningEffort,
            json!({"reasoning_effort": "none"}),
        ),
        (
            ThinkingSwitch::TemplateArgument,
            json!({"chat_template_kwargs": {"enable_thinking": false}}),
        ),
    ] {
        let host = Arc::new(Host::saying([Says::Words(GOOD)]));
        let abilities = Abilities {
            thinking: switch,
            ..Abilities::default()
        };
        ask(&evaluator(&host, abilities)).await.unwrap();
        let mut request = host.request(0);
        let fields = request.as_object_mut().unwrap();
        for known in ["model", "messages", "stream", "temperature", "response_format"] {
            assert!(fields.remove(known).is_some(), "{known}");
        }
        assert_eq!(request, sent);
    }
}
