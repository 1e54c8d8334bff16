//! "Test connection" against every kind of model that the server has.

use std::time::{Duration, Instant};

use rehearse_fakes::models::{Role as Asked, Script};
use rehearse_models::presets::{Preset, Role};
use rehearse_models::probe::{Candidate, Outcome, Report, Step, TroubleKind};
use rehearse_models::{Abilities, Key, Rung, SoundIn, ThinkingSwitch};

use crate::bench::{Bench, CLOUD, LOCAL, net};

fn candidate(bench: &Bench, preset: &str, path: &str, role: Role, model: &str) -> Candidate {
    let preset = Preset::with_id(preset).unwrap();
    Candidate {
        preset,
        access: bench.access(path),
        role,
        model: model.into(),
        voice: None,
        abilities: preset.abilities(role, model),
    }
}

fn outcomes(report: &Report) -> Vec<(Step, Outcome)> {
    let both = |finding: &rehearse_models::probe::Finding| (finding.step, finding.outcome);
    report.findings().map(both).collect()
}

use Outcome::{No, Unknown, Yes};
use Step::{Answers, Form, Hears, Key as KeyStep, Model, Reachable, Speaks, ThinkingOff, Transcribes};

const HOST: [(Step, Outcome); 3] = [(Reachable, Yes), (KeyStep, Yes), (Model, Yes)];

fn with_host(found: &[(Step, Outcome)]) -> Vec<(Step, Outcome)> {
    HOST.iter().chain(found).copied().collect()
}

#[tokio::test]
async fn what_the_documents_promise_is_found_in_each_role() {
    let bench = Bench::new().await;
    for (preset, path, role, model, found, requests) in [
        (
            "qwen-singapore",
            CLOUD,
            Role::Partner,
            "qwen3.5-omni-flash",
            &[(Answers, Yes), (Speaks, Yes), (Hears, Yes)][..],
            3,
        ),
        (
            "qwen-singapore",
            CLOUD,
            Role::Partner,
            "qwen3.8-omni-flash",
            &[(Answers, Yes), (Speaks, Unknown), (Hears, Yes)],
            3,
        ),
        (
            "qwen-beijing",
            CLOUD,
            Role::Transcriber,
            "qwen3-asr-flash",
            &[(Transcribes, Yes)],
            2,
        ),
        (
            "speaches",
            LOCAL,
            Role::Transcriber,
            "fake-whisper",
            &[(Transcribes, Yes)],
            2,
        ),
        (
            "qwen-singapore",
            CLOUD,
            Role::Evaluator,
            "qwen3.7-plus",
            &[(Form, Yes), (ThinkingOff, Yes)],
            2,
        ),
        (
            "ollama",
            LOCAL,
            Role::Evaluator,
            "fake-judge-json",
            &[(Form, Yes), (ThinkingOff, Yes)],
            4,
        ),
        (
            "qwen-singapore",
            CLOUD,
            Role::Speaker,
            "qwen3-tts-flash",
            &[(Speaks, Yes)],
            2,
        ),
        ("kokoro", LOCAL, Role::Speaker, "fake-speech", &[(Speaks, Yes)], 2),
    ] {
        let candidate = candidate(&bench, preset, path, role, model);
        let report = candidate.probe(&net()).await;
        assert_eq!(outcomes(&report), with_host(found), "{model}: {report:?}");
        assert_eq!(bench.requests(), requests, "{model}");
        let mut expected = candidate.abilities.clone();
        expected.rung = report.finding(Form).and_then(|finding| finding.rung);
        assert_eq!(report.abilities, expected, "{model}");
    }
}

#[tokio::test]
async fn a_wrong_guess_is_corrected_from_what_the_host_does() {
    let bench = Bench::new().await;
    let mut omni = candidate(&bench, "qwen-singapore", CLOUD, Role::Partner, "qwen3-omni-flash");
    omni.abilities.sound_in = SoundIn::Base64;
    let report = omni.probe(&net()).await;
    assert_eq!(report.abilities.sound_in, SoundIn::DataUrl, "{report:?}");

    let mut local = candidate(&bench, "other", LOCAL, Role::Partner, "fake-omni");
    local.abilities.sound_in = SoundIn::DataUrl;
    let report = local.probe(&net()).await;
    assert_eq!(report.abilities.sound_in, SoundIn::Base64, "{report:?}");

    let mut mute = candidate(&bench, "other", LOCAL, Role::Partner, "fake-chat");
    mute.voice = Some("alloy".into());
    mute.abilities.speaks = true;
    mute.abilities.sound_in = SoundIn::Base64;
    let report = mute.probe(&net()).await;
    assert_eq!(
        outcomes(&report),
        with_host(&[(Answers, Yes), (Speaks, No), (Hears, No)])
    );
    assert!(!report.abilities.speaks && report.abilities.sound_in == SoundIn::None);

    let mut judge = candidate(&bench, "other", CLOUD, Role::Evaluator, "fake-judge-tool");
    judge.abilities.rung = Some(Rung::PlainText);
    let report = judge.probe(&net()).await;
    let corrected = Abilities {
        rung: Some(Rung::ForcedTool),
        ..Abilities::default()
    };
    assert_eq!(report.abilities, corrected);
    assert_eq!(report.abilities.thinking, ThinkingSwitch::None);
}

#[tokio::test]
async fn a_foreign_key_and_an_unknown_model_are_told_apart() {
    let bench = Bench::new().await;
    let mut stranger = candidate(&bench, "qwen-singapore", CLOUD, Role::Evaluator, "qwen3.7-plus");
    stranger.access.key = Some(Key::new("sk-of-another-region"));
    let report = stranger.probe(&net()).await;
    assert_eq!(
        outcomes(&report),
        [
            (Reachable, Yes),
            (KeyStep, No),
            (Model, Unknown),
            (Form, Unknown),
            (ThinkingOff, Unknown)
        ]
    );
    let trouble = report.finding(KeyStep).unwrap().trouble.clone().unwrap();
    assert_eq!((trouble.kind, trouble.status), (TroubleKind::Key, Some(401)));
    assert_eq!(bench.requests(), 1);

    let missing = candidate(&bench, "ollama", LOCAL, Role::Partner, "mistral");
    let report = missing.probe(&net()).await;
    assert_eq!(
        outcomes(&report),
        [
            (Reachable, Yes),
            (KeyStep, Yes),
            (Model, No),
            (Answers, No),
            (Speaks, Unknown),
            (Hears, Unknown)
        ]
    );
    assert_eq!(bench.requests(), 2);
}

#[tokio::test]
async fn a_server_without_a_list_of_models_is_known_by_what_it_does() {
    let bench = Bench::new().await;
    let mut whisper = candidate(&bench, "whisper-server", LOCAL, Role::Transcriber, "whisper");
    // Beside the routes of a chat, where no list of models is.
    let address = bench.access(LOCAL).address.to_string();
    whisper.access.address = address.strip_suffix("/v1").unwrap().parse().unwrap();
    let report = whisper.probe(&net()).await;
    assert_eq!(
        outcomes(&report),
        [
            (Reachable, Yes),
            (KeyStep, Yes),
            (Model, Unknown),
            (Transcribes, Yes)
        ]
    );
}

#[tokio::test]
async fn trouble_that_passes_teaches_nothing_and_a_closed_port_is_no_host() {
    let bench = Bench::new().await;
    bench.fake.always(Asked::Transcriber, Script::Billing);
    let unpaid = candidate(
        &bench,
        "qwen-singapore",
        CLOUD,
        Role::Transcriber,
        "qwen3-asr-flash",
    );
    let report = unpaid.probe(&net()).await;
    let transcribes = report.finding(Transcribes).unwrap();
    let kind = transcribes.trouble.as_ref().unwrap().kind;
    assert_eq!((transcribes.outcome, kind), (No, TroubleKind::Billing));

    let mut gone = candidate(&bench, "ollama", LOCAL, Role::Evaluator, "fake-chat");
    drop(bench);
    gone.access.address = "http://127.0.0.1:9/v1".parse().unwrap();
    let began = Instant::now();
    let report = gone.probe(&net()).await;
    assert_eq!(report.finding(Reachable).unwrap().outcome, No, "{report:?}");
    assert_eq!(report.finding(Form).unwrap().outcome, Unknown);
    assert_eq!(report.abilities, gone.abilities);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn hearing_is_taken_away_and_found_again_also_where_sound_is_counted_among_the_words() {
    let bench = Bench::new().await;
    // Nothing in the name tells that it hears.
    let mut local = candidate(&bench, "llama-cpp", LOCAL, Role::Partner, "fake-omni");
    local.abilities.sound_in = SoundIn::None;
    for (script, outcome, sound_in) in [
        (Script::Deaf, No, SoundIn::None),
        (Script::SoundUncounted, Yes, SoundIn::Base64),
        (Script::Deaf, No, SoundIn::None),
        (Script::Happy, Yes, SoundIn::Base64),
    ] {
        bench.fake.always(Asked::Partner, script);
        let report = local.probe(&net()).await;
        assert_eq!(report.finding(Hears).unwrap().outcome, outcome, "{report:?}");
        assert_eq!(report.abilities.sound_in, sound_in, "{script:?}");
    }
}
