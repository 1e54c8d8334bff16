//! The error bodies of DashScope, OpenAI and the local servers.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn at(status: u16) -> Head {
    Head {
        status: Some(status),
        ..Head::default()
    }
}

fn of(dialect: Dialect) -> Refusals {
    Refusals { dialect, key: None }
}

fn kind(status: u16, body: &str) -> RefusalKind {
    of(Dialect::DashScope).read(body.as_bytes(), at(status)).kind
}

fn coded(status: u16, code: &str) -> RefusalKind {
    kind(
        status,
        &json!({"error": {"code": code, "message": "Told so. "}}).to_string(),
    )
}

#[test]
fn every_envelope_is_opened() {
    let bodies = [
        (
            401,
            r#"{"error":{"message":"Incorrect API key provided. ","type":"invalid_request_error","param":null,"code":"invalid_api_key"},"request_id":"r-1"}"#,
            "invalidapikey",
            RefusalKind::Key,
            Some("r-1"),
        ),
        (
            400,
            r#"{"error":{"code":"Arrearage","param":null,"message":"Access denied, please pay.","type":"Arrearage"},"id":"chatcmpl-r-2"}"#,
            "arrearage",
            RefusalKind::Billing,
            Some("r-2"),
        ),
        (
            401,
            r#"{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"r-3"}"#,
            "invalidapikey",
            RefusalKind::Key,
            Some("r-3"),
        ),
        (
            400,
            "data: {\"error\":{\"message\":\"Output data may contain inappropriate content.\",\"type\":\"data_inspection_failed\",\"param\":null,\"code\":\"data_inspection_failed\"}}\n\n",
            "datainspectionfailed",
            RefusalKind::Filtered,
            None,
        ),
        (
            401,
            r#"{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}"#,
            "authenticationerror",
            RefusalKind::Key,
            None,
        ),
        (
            404,
            r#"{"error":{"message":"model \"x\" not found","type":"not_found_error","param":null,"code":null}}"#,
            "notfounderror",
            RefusalKind::NoSuchModel,
            None,
        ),
        (
            400,
            r#"{"error":"no 'file' field in the request"}"#,
            "",
            RefusalKind::Unsupported,
            None,
        ),
        (
            400,
            r#"{"detail":{"error":"invalid_model","message":"No such.","type":"invalid_request_error"}}"#,
            "invalidmodel",
            RefusalKind::NoSuchModel,
            None,
        ),
        (
            403,
            r#"{"detail":"Forbidden"}"#,
            "",
            RefusalKind::Permission,
            None,
        ),
        (
            422,
            r#"{"detail":[{"loc":["body","model"],"msg":"Field required","type":"missing"}]}"#,
            "missing",
            RefusalKind::Unsupported,
            None,
        ),
        (502, "<html>Bad gateway</html>", "", RefusalKind::Down, None),
        (503, "", "", RefusalKind::Down, None),
        (418, "[1, 2]", "", RefusalKind::Other, None),
    ];
    for (status, body, code, kind, request_id) in bodies {
        let refusal = of(Dialect::DashScope).read(body.as_bytes(), at(status));
        assert_eq!((refusal.code.as_str(), refusal.kind), (code, kind), "{body}");
        assert_eq!(refusal.request_id.as_deref(), request_id, "{body}");
        assert_eq!(refusal.status, Some(status));
        assert_eq!(
            refusal.message.is_empty(),
            body.is_empty() || body == "[1, 2]",
            "{body}"
        );
    }
}

#[test]
fn codes_mean_what_the_table_says_however_they_are_spelt() {
    for (status, code, kind) in [
        (400, "InvalidParameter", RefusalKind::Unsupported),
        (400, "invalid_request_error", RefusalKind::Unsupported),
        (400, "DataInspectionFailed", RefusalKind::Filtered),
        (403, "AccessDenied.Unpurchased", RefusalKind::Permission),
        (403, "Model.AccessDenied", RefusalKind::Permission),
        (403, "AllocationQuota.FreeTierOnly", RefusalKind::Billing),
        (404, "ModelNotFound", RefusalKind::NoSuchModel),
        (400, "model_not_supported", RefusalKind::NoSuchModel),
        (429, "Throttling.RateQuota", RefusalKind::Busy),
        (429, "limit_burst_rate", RefusalKind::Busy),
        (429, "Throttling.AllocationQuota", RefusalKind::Quota),
        (429, "PostpaidBillOverdue", RefusalKind::Billing),
        (500, "InternalError.Algo", RefusalKind::Down),
        (500, "RequestTimeOut", RefusalKind::Down),
        (503, "ModelServingError", RefusalKind::Down),
        (429, "something new", RefusalKind::Busy),
        (401, "invalid_request_error", RefusalKind::Key),
    ] {
        assert_eq!(coded(status, code), kind, "{status} {code}");
    }
}

#[test]
fn a_used_up_quota_passes_within_a_minute_on_dashscope_and_never_elsewhere() {
    let body = br#"{"error":{"code":"insufficient_quota","message":"You exceeded your quota"}}"#;
    assert_eq!(
        of(Dialect::DashScope).read(body, at(429)).kind,
        RefusalKind::Quota
    );
    assert_eq!(of(Dialect::OpenAi).read(body, at(429)).kind, RefusalKind::Billing);
    let free =
        r#"{"error":{"code":"Throttling.AllocationQuota","message":"Free allocated quota exceeded."}}"#;
    assert_eq!(kind(429, free), RefusalKind::Billing);
}

#[test]
fn what_is_too_long_hides_under_a_common_code() {
    for message in [
        "Exceeded limit on max bytes per data-uri item : 10485760",
        "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720] ",
        "This model's maximum context length is 8192 tokens.",
    ] {
        let body = json!({"error": {"code": "invalid_parameter_error", "message": message}});
        assert_eq!(kind(400, &body.to_string()), RefusalKind::TooLong, "{message}");
    }
}

#[test]
fn an_answer_is_not_taken_for_a_refusal_and_a_refusal_inside_a_stream_is_found() {
    let inside = |value: Value| of(Dialect::DashScope).inside(&value, Head::default());
    for fine in [
        json!({"choices": [], "usage": {}}),
        json!({"choices": [{}], "error": null, "code": null, "message": ""}),
        json!({"object": "chat.completion.chunk"}),
        json!({"output": {"finish_reason": "stop"}, "code": "", "message": "ok", "request_id": "r"}),
        json!([]),
    ] {
        assert_eq!(inside(fine.clone()), None, "{fine}");
    }
    let filtered = inside(json!({"error": {"code": "data_inspection_failed", "message": "m"}})).unwrap();
    assert_eq!((filtered.kind, filtered.status), (RefusalKind::Filtered, None));
    let native = inside(json!({"code": "Throttling.RateQuota", "message": "m", "request_id": "r"})).unwrap();
    assert_eq!(
        (native.kind, native.request_id.as_deref()),
        (RefusalKind::Busy, Some("r"))
    );
    let bad = inside(json!({"choices": [], "error": {"type": "invalid_request_error"}})).unwrap();
    assert_eq!(bad.kind, RefusalKind::Unsupported);
}

#[test]
fn long_messages_are_cut_between_characters() {
    let body = json!({"error": {"code": "x", "message": "你".repeat(500)}}).to_string();
    let message = of(Dialect::OpenAi).read(body.as_bytes(), at(400)).message;
    assert_eq!(message.chars().count(), 300);
}

proptest! {
    #[test]
    fn any_bytes_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..200), status in 0_u16..1000) {
        let refusal = of(Dialect::OpenAi).read(&bytes, at(status));
        prop_assert!(refusal.message.chars().count() <= 300);
    }
}

#[test]
fn an_empty_recording_is_told_from_one_that_is_not_to_be_had() {
    let said = |message: &str| {
        kind(
            400,
            &json!({"error": {"code": "invalid_parameter_error", "message": message}}).to_string(),
        )
    };
    assert_eq!(
        said("<400> InternalError.Algo.InvalidParameter: The audio is empty"),
        RefusalKind::EmptySound
    );
    assert_eq!(
        said("Audio file is too short. Minimum audio length is 0.1 seconds."),
        RefusalKind::EmptySound
    );
    assert_eq!(coded(400, "audio_too_short"), RefusalKind::EmptySound);
    assert_eq!(said("The audio cannot be decoded."), RefusalKind::Unsupported);
    let hint = "audio input is not supported - hint: you may need to provide the mmproj";
    let body = json!({"error": {"code": 500, "message": hint, "type": "server_error"}});
    assert_eq!(kind(500, &body.to_string()), RefusalKind::Unsupported);
}

#[test]
fn no_key_is_left_wherever_the_host_quotes_it() {
    let key = "Local_key-1";
    let refusals = Refusals {
        dialect: Dialect::OpenAi,
        key: Some(Key::new(key)),
    };
    let mut head = at(401);
    head.request_id = Some(format!("r {key}"));
    let bodies = [
        json!({"error": {"code": key, "type": "a_type", "message": format!("Wrong key: {key}, sk-0123456789abc")}}),
        json!({"code": format!("bad_{key}"), "message": format!("Bearer {key}"), "request_id": key}),
        json!({"detail": [{"msg": format!("{key} is none")}]}),
        json!({"error": format!("{key} is none")}),
    ];
    let plain = [format!("<p>{key}</p>")];
    let bodies = bodies.iter().map(Value::to_string).chain(plain);
    for body in bodies {
        let read = refusals.read(body.as_bytes(), head.clone());
        let told = format!("{read:?}").to_lowercase();
        let without_marks: String = told.chars().filter(|letter| letter.is_alphanumeric()).collect();
        assert!(
            !without_marks.contains("localkey1") && !told.contains("0123456789"),
            "{told}"
        );
        assert!(read.message.contains('…'), "{told}");
    }
    let event = json!({"error": {"code": "invalid_api_key", "message": format!("no {key}!")}});
    let inside = refusals.inside(&event, Head::default()).unwrap();
    assert_eq!(
        (inside.message.as_str(), inside.kind),
        ("no …!", RefusalKind::Key)
    );
}
