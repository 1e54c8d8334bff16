//! A question as a request, for each rung.

use super::reading::Misfit;
use crate::wire::{
    ChatRequest, Content, Function, JsonSchema, Message, NamedFunction, ResponseFormat, StreamOptions, Tool,
    ToolChoice,
};
use crate::{Abilities, AnswerForm, Question, Rung, schema_order};

/// The question in the form of a rung. What questions have in common comes first, so that a host can remember it.
pub(super) fn request(model: &str, abilities: &Abilities, question: &Question, rung: Rung) -> ChatRequest {
    let mut request = ChatRequest {
        model: model.to_owned(),
        messages: vec![
            message("system", question.system.clone()),
            message("user", words(question)),
        ],
        stream: abilities.must_stream,
        stream_options: (abilities.must_stream && abilities.stream_usage)
            .then_some(StreamOptions { include_usage: true }),
        // Always said: where it is not, some hosts take 1.
        temperature: Some(question.temperature),
        seed: question.seed.filter(|_| abilities.seed),
        ..ChatRequest::default()
    };
    ask_for_form(&mut request, &question.form, rung);
    request.without_thinking(abilities.thinking)
}

/// Adds what came of the first attempt and what is wrong with it.
pub(super) fn add_repair(request: &mut ChatRequest, misfit: &Misfit) {
    let complaints: Vec<String> = misfit.complaints.iter().map(|line| format!("- {line}")).collect();
    request.messages.push(message("assistant", misfit.said.clone()));
    request.messages.push(message(
        "user",
        format!(
            "This answer could not be used:\n{}\n\nGive the same answer again as one JSON object that satisfies the \
             schema, and nothing else.",
            complaints.join("\n")
        ),
    ));
}

/// One message with everything, because some chat templates refuse two of a user in a row. The schema is said on every
/// rung: hosts that hold a model to it need it less than those that only pretend to, and "JSON" has to be said for
/// [`Rung::JsonObject`] anyway.
fn words(question: &Question) -> String {
    let mut words = String::new();
    if !question.shared.is_empty() {
        words.push_str(&question.shared);
        words.push_str("\n\n");
    }
    words.push_str(&question.task);
    words.push_str("\n\nAnswer with one JSON object that satisfies this JSON schema, and nothing else:\n");
    words.push_str(&schema_order::text(&question.form.schema));
    words
}

fn ask_for_form(request: &mut ChatRequest, form: &AnswerForm, rung: Rung) {
    match rung {
        Rung::JsonSchema => {
            request.response_format = Some(ResponseFormat::JsonSchema {
                json_schema: JsonSchema {
                    name: form.name,
                    strict: true,
                    schema: form.schema.clone(),
                },
            });
        }
        Rung::ForcedTool => {
            request.tools = vec![Tool::Function {
                function: Function {
                    name: form.name,
                    description: form.purpose,
                    parameters: form.schema.clone(),
                },
            }];
            request.tool_choice = Some(ToolChoice::Function {
                function: NamedFunction { name: form.name },
            });
        }
        Rung::JsonObject => request.response_format = Some(ResponseFormat::JsonObject),
        Rung::PlainText => {}
    }
}

fn message(role: &'static str, words: String) -> Message {
    Message {
        role,
        content: Content::Text(words),
    }
}
