//! What is taken for credentials and what is not, and that nothing secret is ever repeated.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};

use super::*;

fn example() -> Value {
    serde_json::from_str(EXAMPLE).unwrap()
}

fn complaint(change: impl FnOnce(&mut Value)) -> String {
    let mut value = example();
    change(&mut value);
    let error = Credentials::parse(&value.to_string()).unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(!told.contains("hush"), "{told}");
    error.to_string()
}

#[test]
fn credentials_are_read_and_show_nothing_that_is_secret() {
    let mut value = example();
    let by_name = Credentials::parse(&value.to_string()).unwrap();
    value["account"] = json!({"recovery_code": "07070707-0707-4707-8707-070707070707"});
    let by_code = Credentials::parse(&value.to_string()).unwrap();
    value.as_object_mut().unwrap().remove("account");
    value["server"]["master_key"] = json!("hush-owner");
    value["server"]["kind"] = json!("parse");
    let for_all = Credentials::parse(&value.to_string()).unwrap();
    assert!(matches!(by_name.who, Who::Account(SignIn::Password { .. })));
    assert!(matches!(by_code.who, Who::Account(SignIn::Anonymous(_))));
    assert!(matches!(for_all.who, Who::Everybody(_)));
    assert_eq!(by_name.plain_hosts, ["files.a.example"]);
    let printed = format!("{by_name:?} {by_code:?} {for_all:?}");
    assert!(
        !printed.contains("hush") && !printed.contains("0707"),
        "{printed}"
    );
}

#[test]
fn whose_sessions_are_seen_to_is_said_once() {
    let neither = complaint(|value| {
        value.as_object_mut().unwrap().remove("account");
    });
    assert!(neither.contains("neither"), "{neither}");
    let both = complaint(|value| value["server"]["master_key"] = json!("hush-owner"));
    assert!(both.contains("both"), "{both}");
    for account in [
        json!({}),
        json!({"username": "dana"}),
        json!({"username": "dana", "password": "hush", "recovery_code": "hush"}),
    ] {
        let told = complaint(|value| value["account"] = account);
        assert!(told.contains("either a recovery_code"), "{told}");
    }
    let told = complaint(|value| value["account"] = json!({"recovery_code": "hush"}));
    assert!(told.contains("no recovery code"), "{told}");
}

#[test]
fn what_does_not_belong_there_is_named_and_what_stands_there_is_not() {
    let told = complaint(|value| value["evaluator"]["temprature"] = json!("hush"));
    assert!(told.contains("unknown field `temprature`"), "{told}");
    let told = complaint(|value| {
        value.as_object_mut().unwrap().remove("evaluator");
    });
    assert!(told.contains("missing field `evaluator`"), "{told}");
    let told = complaint(|value| value["evaluator"] = json!("hush-judge"));
    assert!(told.contains("of another kind"), "{told}");
    let told = complaint(|value| value["server"]["kind"] = json!("hush"));
    assert!(
        told.contains("server.kind is neither leancloud nor parse"),
        "{told}"
    );
    let error = Credentials::parse("{\"server\": hush").unwrap_err();
    assert!(error.to_string().contains("no JSON"), "{error}");
}

#[test]
fn the_key_of_an_app_is_missed_where_nobody_is_answered_without_it() {
    let without = |value: &mut Value| value["server"].as_object_mut().unwrap().remove("app_key");
    let told = complaint(|value| drop(without(value)));
    assert!(told.contains("server.app_key"), "{told}");
    let mut value = example();
    without(&mut value);
    value["server"]["kind"] = json!("parse");
    assert!(Credentials::parse(&value.to_string()).is_ok());
}

#[test]
fn whoever_writes_the_file_is_told_every_field_that_is_taken() {
    let form_names = |field: &str| {
        FORM.split(|mark: char| !mark.is_alphanumeric() && mark != '_')
            .any(|one| one == field)
    };
    for place in ["/hush", "/server/hush", "/account/hush", "/evaluator/hush"] {
        let told = complaint(|value| {
            let (holder, field) = place.rsplit_once('/').unwrap();
            value.pointer_mut(holder).unwrap()[field.replace("hush", "unknown")] = json!("hush");
        });
        let known = told.split_once("expected").unwrap().1;
        let fields: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        assert!(fields.len() >= 3, "{told}");
        for field in fields {
            assert!(form_names(field), "{field} is taken and not told");
        }
    }
}

#[test]
fn a_server_and_its_hosts_are_addresses() {
    let told = complaint(|value| value["server"]["address"] = json!("https://me:hush@a.example"));
    assert!(told.contains("server.address"), "{told}");
    let told = complaint(|value| value["server"]["app_id"] = json!("  "));
    assert!(told.contains("server.app_id"), "{told}");
    let told = complaint(|value| value["allow_plain_http"] = json!(["me:hush@a.example"]));
    assert!(told.contains("allow_plain_http"), "{told}");
}

#[test]
fn whoever_judges_or_writes_down_can_be_asked() {
    let told = complaint(|value| {
        value["evaluator"].as_object_mut().unwrap().remove("key");
    });
    assert!(told.contains("evaluator.key"), "{told}");
    let told = complaint(|value| value["evaluator"] = json!({"preset": "speaches", "key": "hush"}));
    assert!(told.contains("does not judge"), "{told}");
    let told = complaint(|value| value["transcriber"] = json!({"preset": "lm-studio", "model": "a"}));
    assert!(told.contains("does not write down"), "{told}");
    let told =
        complaint(|value| value["evaluator"] = json!({"preset": "nobody", "model": "a", "key": "hush"}));
    assert!(told.contains("evaluator.preset is none of"), "{told}");
    assert!(told.contains("ollama") && !told.contains("speaches"), "{told}");
    let told = complaint(|value| value["evaluator"] = json!({"preset": "ollama"}));
    assert!(told.contains("evaluator.model"), "{told}");
    let told = complaint(|value| value["evaluator"] = json!({"model": "a", "key": "hush"}));
    assert!(told.contains("evaluator.address"), "{told}");
    let nas = json!({"address": "http://nas:11434/v1", "model": "a"});
    let told = complaint(|value| value["evaluator"] = nas.clone());
    assert!(told.contains("allow_plain_http"), "{told}");
    let mut value = example();
    value["evaluator"] = nas;
    value["evaluator"]["allow_plain_http"] = json!(true);
    value.as_object_mut().unwrap().remove("transcriber");
    let credentials = Credentials::parse(&value.to_string()).unwrap();
    assert_eq!(credentials.evaluator.plain_host(), Some("nas"));
    assert!(credentials.transcriber.is_none());
}
