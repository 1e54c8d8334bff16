//! Batches: operations one after the other, each with its own success or error.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::{Call, Params, segments};
use super::engine::Engine;

impl Engine<'_> {
    pub(super) fn batch(&mut self, call: &Call) -> Outcome {
        let fields = call.fields()?;
        let Some(Value::Array(requests)) = fields.get("requests") else {
            return Err(Refusal::malformed("The requests of a batch are missing."));
        };
        let mut answers = Vec::new();
        for request in requests {
            answers.push(match self.item(call, request) {
                Ok(answer) => json!({"success": success(request, answer)}),
                Err(refusal) => json!({"error": refusal.body()}),
            });
        }
        Ok(Answer::ok(Value::Array(answers)))
    }

    fn item(&mut self, batch: &Call, request: &Value) -> Outcome {
        let text = |name: &str| request.get(name).and_then(Value::as_str);
        let (Some(method), Some(address)) = (text("method"), text("path")) else {
            return Err(Refusal::malformed(
                "An item of a batch needs a method and a path.",
            ));
        };
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut params = Params::from_query(query);
        if let Some(more) = request.get("params").and_then(Value::as_object) {
            params.extend(more);
        }
        let path = segments(path).ok_or_else(Refusal::no_route)?;
        if path.first().is_some_and(|first| first == "batch") {
            return Err(Refusal::no_route());
        }
        let body = request
            .get("body")
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()));
        let caller = batch.caller.clone();
        self.bill(1)?;
        self.run(&Call {
            method: method.to_uppercase(),
            path,
            params,
            body,
            caller,
        })
    }
}

/// A row that is not there is `null` in a batch, where it is `{}` elsewhere.
fn success(request: &Value, answer: Answer) -> Value {
    let reads = request
        .get("method")
        .and_then(Value::as_str)
        .is_some_and(|method| method.eq_ignore_ascii_case("GET"));
    if reads && answer.body == json!({}) {
        Value::Null
    } else {
        answer.body
    }
}
