//! Practising with a model: it hears what is recorded, is heard while it answers, what was said is written down, and
//! the objective ends the session. The model is a server of its own on a real socket.

use rehearse_core::view::{
    Action, KeyPlace, ModelForm, ModelPlace, ModelRole, PauseCause, PracticePhase, PracticeView,
};
use rehearse_domain::{EndReason, ObjectiveStatus, PartnerKind, Speaker, TranscriptStatus};
use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script, Verdict};

use crate::app::{App, saved};

/// A fake of Qwen, chosen for the roles that this story is about.
pub(crate) async fn qwen(app: &App, roles: &[(ModelRole, &str)]) -> (FakeModels, Served) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    for (role, model) in roles {
        let form = ModelForm {
            role: *role,
            place: ModelPlace::First,
            preset: "qwen-singapore".to_owned(),
            address: format!("{}/compatible-mode/v1", served.url),
            model: (*model).to_owned(),
            voice: None,
            key: Some(fake.options().key),
            keys: KeyPlace::File,
        };
        app.core.choose_model(form).await.unwrap();
    }
    (fake, served)
}

/// A partner that does not hear, and somebody who writes down for it.
pub(crate) async fn one_that_reads(app: &App) -> (FakeModels, Served) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    for (role, preset, path, model) in [
        (ModelRole::Partner, "ollama", "/v1", "fake-chat"),
        (ModelRole::Transcriber, "whisper-server", "", ""),
    ] {
        let form = ModelForm {
            role,
            place: ModelPlace::First,
            preset: preset.to_owned(),
            address: format!("{}{path}", served.url),
            model: model.to_owned(),
            voice: None,
            key: None,
            keys: KeyPlace::File,
        };
        app.core.choose_model(form).await.unwrap();
    }
    (fake, served)
}

pub(crate) const ALL: [(ModelRole, &str); 3] = [
    (ModelRole::Partner, "qwen3.5-omni-flash"),
    (ModelRole::Transcriber, "qwen3-asr-flash"),
    (ModelRole::Evaluator, "qwen3.7-plus"),
];

/// The trainee's turn is there, and everything before it is on disk.
pub(crate) fn settled(view: &PracticeView) -> bool {
    view.phase == PracticePhase::YourTurn && view.lines.iter().all(|line| !line.coming)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_hears_answers_and_what_was_said_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = qwen(&app, &ALL).await;
    fake.hears("I would like to talk about my salary.");

    let view = app.start(|_| ()).await;
    assert_eq!(view.options.partner, PartnerKind::Model, "it was chosen");
    assert_eq!(view.partner_model.as_deref(), Some("qwen3.5-omni-flash"));
    assert!(view.voice_goes_to.is_empty(), "the server is this computer");
    let view = app.until("my turn", settled).await;
    assert!(
        fake.requests_for(Role::Partner).is_empty(),
        "the author's opening needs no model"
    );
    assert_eq!(view.lines.len(), 1);

    app.speak(1.2).await;
    app.act(Action::Release).await;
    let view = app
        .until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    let [_, mine, answer] = view.lines.as_slice() else {
        panic!("not three lines: {:?}", view.lines)
    };
    assert_eq!(answer.speaker, Speaker::Partner);
    let view = app
        .until("my words", |view| {
            view.lines[1].transcript_status == TranscriptStatus::Completed
        })
        .await;
    assert_eq!(
        view.lines[1].text.as_deref(),
        Some("I would like to talk about my salary.")
    );

    let asked = fake.requests_for(Role::Partner);
    assert_eq!(asked.len(), 1);
    let clip = app
        .core
        .clip_bytes(mine.clip.as_ref().unwrap().parse().unwrap())
        .await
        .unwrap();
    assert_eq!(
        asked[0].clips[0].as_ref(),
        clip,
        "it hears the very clip that is on disk"
    );
    assert_eq!(fake.requests_for(Role::Transcriber).len(), 1);

    app.end().await;
    let session = view.session;
    app.core.close_practice().await.unwrap();
    let review = app.core.review(session).await.unwrap();
    assert_eq!(review.partner, PartnerKind::Model);
    let told: Vec<(&str, &str, u32)> = review
        .exchanges
        .iter()
        .map(|one| (one.role.as_str(), one.host.as_str(), one.requests))
        .collect();
    let host = served.url.trim_start_matches("http://");
    assert!(told.contains(&("partner", host, 1)), "{told:?}");
    assert!(
        review
            .exchanges
            .iter()
            .all(|one| one.on_this_computer && one.sent > 0.0)
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_that_is_played_is_the_sound_that_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open_at_rate(folder.path(), 24_000).await;
    for script in [Script::Happy, Script::OddBytes, Script::RiffFirst] {
        let (fake, _served) = qwen(&app, &ALL[..1]).await;
        fake.always(Role::Partner, script);
        app.start(|_| ()).await;
        app.until("my turn", settled).await;
        app.act(Action::Type {
            text: "I would like a raise.".to_owned(),
        })
        .await;
        app.until("the answer", |view| settled(view) && saved(view) == 3)
            .await;
        let sent: Vec<f32> = fake.spoken()[0]
            .iter()
            .map(|&sample| f32::from(sample) / 32_768.0)
            .collect();
        assert!(sent.len() > 10_000, "{script:?}");
        let played = app.output.heard();
        assert!(
            contains(&played, &sent),
            "{script:?}: {} samples are not among those played",
            sent.len()
        );
        app.end().await;
        app.core.close_practice().await.unwrap();
    }
    app.core.shut_down().await;
}

/// Whether `part` stands in `whole` without a gap or a change.
fn contains(whole: &[f32], part: &[f32]) -> bool {
    let head = &part[..part.len().min(64)];
    whole
        .windows(head.len())
        .enumerate()
        .filter(|(_, window)| *window == head)
        .any(|(at, _)| whole.get(at..at + part.len()) == Some(part))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_objective_ends_the_session_and_the_partner_finishes_first() {
    for (verdict, reason, status) in [
        (
            Verdict::Succeeded,
            EndReason::ObjectiveMet,
            ObjectiveStatus::Succeeded,
        ),
        (
            Verdict::Failed,
            EndReason::ObjectiveFailed,
            ObjectiveStatus::Failed,
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path()).await;
        let (fake, _served) = qwen(&app, &ALL).await;
        fake.objective_after(2, verdict);
        app.start(|_| ()).await;
        for said in [
            "I would like to talk about my salary.",
            "I would like ten percent more from March.",
        ] {
            app.until("my turn", settled).await;
            app.act(Action::Type {
                text: said.to_owned(),
            })
            .await;
            app.until("it goes on", |view| view.phase != PracticePhase::YourTurn)
                .await;
        }
        let view = app.until_phase(PracticePhase::Ended).await;
        let end = view.end.unwrap();
        assert_eq!((end.reason, end.objective.status), (reason, status));
        assert!(end.objective.reason.is_some_and(|words| !words.is_empty()));
        assert_eq!(end.turns, 5, "the last answer was heard and is kept");
        let brief = app.core.brief("ask-for-a-raise".parse().unwrap()).await.unwrap();
        assert_eq!(brief.objective, view.objective);
        let criteria = brief.criteria.iter().map(|one| one.text.as_str());
        let goal: Vec<&str> = criteria.chain([brief.objective.as_str()]).collect();
        assert!(goal.len() > 2, "{goal:?}");
        for request in fake.requests_for(Role::Partner) {
            let body = request.body.to_string();
            for words in &goal {
                assert!(!body.contains(words), "the partner was told: {words}");
            }
        }
        app.core.shut_down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_only_reads_waits_for_the_words_and_is_given_a_voice() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = one_that_reads(&app).await;
    fake.hears("I would like to talk about my salary.");
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    let view = app
        .until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    assert_eq!(
        view.lines[1].text.as_deref(),
        Some("I would like to talk about my salary.")
    );
    assert!(view.lines[2].clip.is_some(), "the system lends its voice");
    let asked = &fake.requests_for(Role::Partner)[0];
    assert!(asked.clips.is_empty());
    assert!(
        asked.body.to_string().contains("talk about my salary"),
        "it reads the words"
    );

    fake.script(Role::Transcriber, [Script::Err401]);
    app.speak(1.0).await;
    app.act(Action::Release).await;
    let view = app.until_phase(PracticePhase::Paused).await;
    assert!(
        matches!(&view.paused, Some(PauseCause::Partner { error }) if error.code == "transcriber_key"),
        "{:?}",
        view.paused
    );
    assert_eq!(saved(&view), 4, "the turn stands");
    app.act(Action::Retry).await;
    app.until("the answer", |view| settled(view) && saved(view) == 5)
        .await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_where_they_belong_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    let key = fake.options().key;
    let models = app.core.models().await.unwrap();
    assert!(!serde_json::to_string(&models).unwrap().contains(&key));
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.act(Action::Type {
        text: "I would like a raise.".to_owned(),
    })
    .await;
    app.until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    app.end().await;
    app.core.shut_down().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.file_name().unwrap() != "keys.json" {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(key.len()).any(|window| window == key.as_bytes());
            assert!(!found, "{} holds the key", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_opening_of_a_partner_that_speaks_is_read_by_who_was_chosen_to_read() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let reader = [(ModelRole::Speaker, "qwen3-tts-flash")];
    let roles = [&ALL[..1], &reader].concat();
    let (fake, _served) = qwen(&app, &roles).await;
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    let read = fake.requests_for(Role::Speaker).len();
    assert!(read > 0, "the opening has no sound of its own");
    app.speak(1.2).await;
    app.act(Action::Release).await;
    app.until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    assert_eq!(
        fake.requests_for(Role::Speaker).len(),
        read,
        "the answer has a voice of its own"
    );
    app.end().await;
}
