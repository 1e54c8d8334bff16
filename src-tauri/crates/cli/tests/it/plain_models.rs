//! `models agree-http`: a model on another computer that is only reached without encryption.

use serde_json::{Value, json};

use crate::stage::Stage;

/// Nobody is there, and nothing of this story is sent.
const SET: [&str; 9] = [
    "models",
    "set",
    "partner",
    "--preset",
    "ollama",
    "--model",
    "qwen3",
    "--address",
    "http://nas.invalid:11434/v1",
];

fn refusal(stage: &Stage, job: &[&str]) -> Value {
    stage.run(job).sentences();
    stage.run(&[job, &["--json"]].concat()).error()
}

#[test]
fn a_model_without_encryption_is_set_once_its_host_is_agreed_to_and_nobody_else() {
    let stage = Stage::new();
    let refused = refusal(&stage, &SET);
    assert_eq!(refused["code"], "model_plain_http");
    assert_eq!(refused["params"]["host"], "nas.invalid");
    let told = stage.run(&SET).err;
    assert!(
        told.contains("rehearse-cli models agree-http nas.invalid"),
        "{told}"
    );
    assert_eq!(stage.ask(&["models"])["roles"][0]["chosen"], Value::Null);

    for (host, code) in [
        ("127.0.0.1:11434", "host_is_this_computer"),
        ("not a host", "host_bad"),
    ] {
        assert_eq!(refusal(&stage, &["models", "agree-http", host])["code"], code);
    }
    let agreed = stage.ask(&["models", "agree-http", "http://nas.invalid:11434/v1"]);
    assert_eq!(agreed["plain_hosts"], json!(["nas.invalid"]));
    let models = stage.ask(&SET);
    assert_eq!(models["roles"][0]["chosen"]["unencrypted"], true);
    let listed = stage.run(&["models"]).out;
    assert!(
        listed.contains("Without encryption, as you agreed: nas.invalid"),
        "{listed}"
    );

    let back = ["models", "agree-http", "nas.invalid", "--take-back"];
    assert_eq!(stage.ask(&back)["plain_hosts"], json!([]));
    assert_eq!(refusal(&stage, &back)["code"], "host_not_agreed");
    let asked = refusal(&stage, &["models", "probe", "partner"]);
    assert_eq!(
        asked["code"], "model_plain_http",
        "it is chosen and asked nothing"
    );
}
