//! ModelHost: setting them up, asking them what they can do, practising with them, and having things written down.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rehearse_fakes::models::{Role, Script, Verdict};
use serde_json::{Value, json};

use crate::model_host::ModelHost;
use crate::server::{Server, answer, fed, login, practise};
use crate::speech::{Speech, two_turns};
use crate::stage::{RAISE, Stage, Told, files};

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes
        .windows(words.len())
        .any(|window| window == words.as_bytes())
}

fn lines<'session>(session: &'session Value, speaker: &str) -> Vec<&'session Value> {
    let turns = session["turns"].as_array().unwrap();
    let lines = turns.iter().map(|turn| &turn["line"]);
    lines.filter(|line| line["speaker"] == speaker).collect()
}

/// Practises with a model; the session as JSON.
fn with_model(stage: &Stage, speech: &Speech, language: &str) -> Told {
    let mut words = vec![
        "practise",
        RAISE,
        "--partner",
        "qwen",
        "--language",
        language,
        "--json",
    ];
    for file in &speech.files {
        words.extend(["--input", file.to_str().unwrap()]);
    }
    stage.run(&words)
}

#[test]
fn a_key_is_never_an_argument_and_lies_in_its_file_alone() {
    let (stage, models) = (Stage::new(), ModelHost::start());
    let key = models.fake.options().key;
    let mut child = models
        .setting(&stage, "all")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let mut input = child.stdin.take().unwrap();
    let shown = |name: &str| std::fs::read(process.join(name)).unwrap();
    // The system shows the arguments a moment after it has started the program, which then waits for the key.
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds(&shown("cmdline"), "qwen-singapore") {
        assert!(Instant::now() < deadline, "the arguments are not to be seen");
        std::thread::sleep(Duration::from_millis(5));
    }
    for name in ["cmdline", "environ"] {
        assert!(!holds(&shown(name), &key), "{name}");
    }
    writeln!(input, "{key}").unwrap();
    drop(input);
    let told = Told::of(child.wait_with_output().unwrap());
    assert!(!told.out.contains(&key) && !told.err.contains(&key));
    let set = answer(&told);
    let played = set["roles"].as_array().unwrap();
    assert_eq!(played.len(), 4);
    for role in played {
        assert_eq!(
            (&role["chosen"]["key"], &role["chosen"]["on_this_computer"]),
            (&json!("file"), &json!(true))
        );
    }
    let all = files(stage.data());
    let holders: Vec<_> = all
        .iter()
        .filter(|file| holds(&std::fs::read(file).unwrap(), &key))
        .collect();
    assert_eq!(holders, [&stage.data().join("keys.json")]);

    let list = stage.run(&["models"]);
    let text = list.out;
    assert!(
        text.contains("qwen3.5-omni-flash") && text.contains(models.host()) && text.contains("in a file"),
        "{text}"
    );
    assert!(models.fake.requests().is_empty(), "setting up asks nobody");
    for role in ["partner", "transcriber", "evaluator", "speaker"] {
        stage.ask(&["models", "forget", role]);
    }
    assert!(
        !stage.data().join("keys.json").exists(),
        "nobody needs the key any more"
    );
}

#[test]
fn what_does_not_fit_together_changes_nothing() {
    let (stage, models) = (Stage::new(), ModelHost::start());
    assert!(stage.run(&["models"]).out.contains("nobody"));
    let empty = fed(models.setting(&stage, "partner"), "");
    assert_eq!(empty.error()["code"], "model_key_empty");
    let qwen = ["models", "set", "all", "--preset", "qwen-singapore"];
    for (more, code) in [
        (["--voice", "Tina"].as_slice(), "model_for_all"),
        (&["--workspace", "not a workspace"], "model_workspace"),
    ] {
        let told = stage.run(&[&qwen, more, &["--json"]].concat());
        assert_eq!(told.error()["code"], code);
        stage.run(&[&qwen, more].concat()).sentences();
    }
    let told = stage.run(&["models", "set", "all", "--preset", "llama-cpp"]);
    assert!(told.err.contains("--model NAME"), "{}", told.err);
    for role in stage.ask(&["models"])["roles"].as_array().unwrap() {
        assert_eq!(role["chosen"], Value::Null);
    }
    let in_workspace = stage.ask(&[
        "models",
        "set",
        "partner",
        "--preset",
        "qwen-beijing",
        "--workspace",
        "llm-1",
    ]);
    assert_eq!(
        in_workspace["roles"][0]["chosen"]["host"],
        "llm-1.cn-beijing.maas.aliyuncs.com"
    );
    assert!(stage.run(&["models"]).out.contains("missing; give --key"));
}

#[test]
fn a_substitute_is_set_listed_checked_and_forgotten_beside_the_first() {
    let (stage, models) = (Stage::new(), ModelHost::start());
    models.set(&stage, "evaluator");
    let set = [
        "models",
        "set",
        "evaluator",
        "--substitute",
        "--preset",
        "ollama",
        "--model",
        "qwen3",
        "--address",
        "http://127.0.0.1:9/v1",
    ];
    let role = stage.ask(&set)["roles"][2].clone();
    assert_eq!(role["substitute"]["host"], "127.0.0.1:9");
    assert_eq!(role["chosen"]["host"], models.host());
    let listed = stage.run(&["models"]).out;
    assert!(
        listed.contains("  if it fails") && listed.contains("127.0.0.1:9"),
        "{listed}"
    );

    let told = stage.run(&["models", "probe", "evaluator", "--json"]);
    assert_eq!(told.code, Some(1), "the substitute is not there");
    let found: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(found["roles"][2]["chosen"]["check"]["fine"], true);
    assert_eq!(found["roles"][2]["substitute"]["check"]["fine"], false);

    let left = stage.ask(&["models", "forget", "evaluator", "--substitute"])["roles"][2].clone();
    assert_eq!(left["substitute"], Value::Null);
    assert_eq!(left["chosen"]["host"], models.host());
    stage.ask(&set);
    let told = stage.run(&["models", "forget", "evaluator"]);
    assert!(
        told.err
            .contains("qwen3 at 127.0.0.1:9 was the substitute and takes its place"),
        "{}",
        told.err
    );
    let left = stage.ask(&["models"])["roles"][2].clone();
    assert_eq!(left["chosen"]["host"], "127.0.0.1:9", "it moves up");
    assert!(
        !stage.data().join("keys.json").exists(),
        "the key of the other went"
    );
}

#[test]
fn a_probe_tells_what_is_there_and_fails_for_what_is_missing() {
    let (stage, models) = (Stage::new(), ModelHost::start());
    assert_eq!(
        stage.run(&["models", "probe", "--json"]).error()["code"],
        "no_model_chosen"
    );
    models.set(&stage, "all");
    let found = stage.ask(&["models", "probe"]);
    for role in found["roles"].as_array().unwrap() {
        assert_eq!(role["chosen"]["check"]["fine"], true, "{role}");
    }
    assert!(found["roles"][0]["chosen"]["check"]["first_sound_ms"].is_u64());
    let told = stage.run(&["models", "probe", "partner"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        told.out.contains("First sound after ") && told.out.contains(models.host()),
        "{}",
        told.out
    );
    assert!(stage.run(&["models"]).out.contains("fine, 20"));

    answer(&fed(models.setting(&stage, "partner"), "sk-of-somebody-else"));
    let told = stage.run(&["models", "probe", "partner", "--json"]);
    assert_eq!(told.code, Some(1));
    assert!(!told.out.contains("sk-of-somebody-else"));
    let found: Value = serde_json::from_str(&told.out).unwrap();
    let check = &found["roles"][0]["chosen"]["check"];
    assert_eq!(check["fine"], false);
    assert!(check["steps"].to_string().contains("model_key"), "{check}");

    let nobody = [
        "models",
        "set",
        "evaluator",
        "--preset",
        "ollama",
        "--model",
        "qwen3",
        "--address",
        "http://127.0.0.1:9/v1",
    ];
    stage.ask(&nobody);
    let told = stage.run(&["models", "probe", "evaluator", "--json"]);
    assert_eq!(told.code, Some(1));
    assert!(told.out.contains("model_unreachable"), "{}", told.out);
}

#[test]
fn a_practice_with_a_model_ends_when_the_objective_is_decided() {
    let Some(speech) = two_turns() else { return };
    let words = [
        (
            "en",
            [
                "I would like to talk about my salary.",
                "I would like ten percent more from March.",
            ],
        ),
        ("zh-CN", ["我想谈一谈我的工资。", "我希望从三月起加百分之十。"]),
    ];
    for (language, said) in words {
        for (verdict, reason) in [
            (Verdict::Succeeded, "objective_met"),
            (Verdict::Failed, "objective_failed"),
        ] {
            let (stage, models) = (Stage::new(), ModelHost::start());
            models.set(&stage, "all");
            for words in said {
                models.fake.hears(words);
            }
            models.fake.objective_after(2, verdict);
            let session = answer(&with_model(&stage, &speech, language));
            assert_eq!(session["end"]["reason"], reason, "{language}");
            let heard: Vec<&Value> = lines(&session, "trainee")
                .iter()
                .map(|line| &line["text"])
                .collect();
            assert_eq!(heard, said);
            assert_eq!(
                lines(&session, "partner").len() + lines(&session, "ai").len(),
                3,
                "the last answer is kept"
            );
            let roles: Vec<&str> = session["exchanges"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["role"].as_str().unwrap())
                .collect();
            for role in ["partner", "transcriber"] {
                assert!(roles.contains(&role), "{roles:?}");
            }
            assert!(session["exchanges"].to_string().contains(models.host()));
            let brief = stage.ask(&["scenario", RAISE, "--language", language]);
            let goal = brief["objective"].as_str().unwrap();
            for request in models.fake.requests_for(Role::Partner) {
                assert!(
                    !request.body.to_string().contains(goal),
                    "the partner is not told the objective"
                );
            }
            assert_eq!(stage.run(&["verify"]).code, Some(0));
        }
    }
}

#[test]
fn an_outage_in_the_middle_loses_no_turn() {
    let Some(speech) = two_turns() else { return };
    let (stage, models) = (Stage::new(), ModelHost::start());
    models.set(&stage, "all");
    models.fake.script(Role::Partner, [Script::Happy, Script::Err401]);
    let told = with_model(&stage, &speech, "en");
    assert_eq!(told.error()["code"], "partner_key");
    let id = stage.ask(&["sessions"])[0]["session"]
        .as_str()
        .unwrap()
        .to_owned();
    let session = stage.ask(&["session", &id]);
    assert_eq!(session["end"]["reason"], "qa_error");
    assert_eq!(lines(&session, "trainee").len(), 2, "what was said stands");
    let shown = stage.run(&["session", &id]).out;
    assert!(
        shown.contains("Where your voice went") && shown.contains(models.host()),
        "{shown}"
    );
    assert_eq!(stage.run(&["verify"]).code, Some(0));
    let again = answer(&with_model(&stage, &speech, "en"));
    assert_eq!(lines(&again, "trainee").len(), 2);
}

#[test]
fn nothing_is_sent_unless_a_model_is_asked_for() {
    let Some(speech) = two_turns() else { return };
    let (stage, models) = (Stage::new(), ModelHost::start());
    let asked = ["practise", RAISE, "--partner", "model", "--json"];
    assert_eq!(stage.run(&asked).error()["code"], "no_partner_chosen");
    models.set(&stage, "all");
    let session = stage.practise(&speech.files[..1], &[]);
    assert_eq!(session["partner"], "scripted");
    assert_eq!(session["exchanges"], json!([]));
    let told = stage.run(&["practise", RAISE, "--partner", "openai"]);
    assert!(told.sentences().contains("models set partner --preset openai"));
    assert!(models.fake.requests().is_empty());
}

#[test]
fn a_session_is_written_down_turn_by_turn_as_far_as_it_goes() {
    let Some(speech) = two_turns() else { return };
    let (stage, models) = (Stage::new(), ModelHost::start());
    let session = stage.practise(&speech.files, &[]);
    let id = session["session"].as_str().unwrap();
    let transcribe = ["transcribe", id];
    assert_eq!(
        stage.run(&["transcribe", id, "--json"]).error()["code"],
        "no_transcriber"
    );
    models.set(&stage, "transcriber");

    models.fake.always(Role::Transcriber, Script::Err401);
    assert_eq!(
        stage.run(&["transcribe", id, "--json"]).error()["code"],
        "transcriber_key"
    );
    assert_eq!(
        models.fake.requests().len(),
        1,
        "the host is not asked for the others"
    );

    models.fake.always(Role::Transcriber, Script::AsrOk);
    models.fake.script(Role::Transcriber, [Script::AsrEmpty]);
    models.fake.hears("I would like ten percent more from March.");
    let told = stage.run(&transcribe);
    assert_eq!(told.code, Some(1), "{}", told.err);
    assert!(
        told.out.contains(": I would like ten percent more from March.\n"),
        "{}",
        told.out
    );
    assert!(
        told.out.contains("Turns that wait for their words: 1."),
        "{}",
        told.out
    );
    assert!(told.err.contains("No words were heard"), "{}", told.err);
    let found = stage.ask(&["session", id]);
    let status: Vec<&Value> = lines(&found, "trainee")
        .iter()
        .map(|line| &line["transcript_status"])
        .collect();
    assert_eq!(status, ["pending", "completed"]);

    models.fake.hears("I came about my pay.");
    let done = stage.ask(&transcribe);
    assert_eq!(
        (&done["left"], done["turns"].as_array().unwrap().len()),
        (&json!(0), 1)
    );
    let found = stage.ask(&["session", id]);
    let own = lines(&found, "trainee");
    assert_eq!(own[0]["text"], "I came about my pay.");
    assert_eq!(found["exchanges"][0]["role"], "transcriber");
    assert_eq!(found["exchanges"][0]["requests"], 4, "also what came to nothing");
    assert_eq!(
        stage
            .ask(&["sessions", "--search", "ten percent"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert!(stage.run(&transcribe).out.contains("Nothing waits"));
    assert_eq!(
        models.fake.requests().len(),
        4,
        "what is written down is not sent again"
    );
}

#[test]
fn a_session_of_another_computer_is_written_down_there() {
    let (stage, server) = (Stage::new(), Server::start());
    let signed_in = answer(&login(&stage, &server, &["--keys", "file"], &[]));
    let code = signed_in["recovery_code"].as_str().unwrap();
    practise(&stage);
    stage.ask(&["sync", "--once"]);
    let id = stage.ask(&["sessions"])[0]["session"]
        .as_str()
        .unwrap()
        .to_owned();

    let other = Stage::new();
    answer(&login(
        &other,
        &server,
        &["--keys", "file", "--recovery-code"],
        &[code],
    ));
    other.ask(&["sync", "--once"]);
    let told = other.run(&["transcribe", &id, "--json"]);
    assert_eq!(told.error()["code"], "transcribe_elsewhere");
}
