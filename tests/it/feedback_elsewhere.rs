//! Feedback on what another computer recorded, or the earlier web app: who has a judge gives it, and all see it.

use std::sync::Arc;
use std::time::Duration;

use rehearse_core::view::{FeedbackStatus, FeedbackView, SignInAs, SignInRequest};
use rehearse_core::{Access, SystemClock};
use rehearse_domain::{Clock, Moment, Outcome, SessionId};
use rehearse_fakes::leancloud::{FakeLeanCloud, Fault, Served};
use rehearse_fakes::models::Role;
use serde_json::{Value, json};

use crate::app::App;
use crate::judge::{
    BOTH, Judged, LOOKS, SKILLS, TURNS, choose_elsewhere, done, judged, typed, until, waits_because,
};
use crate::remote::{self, request, server, sign_in_as_somebody, sign_in_with, told, until_there};

/// Two computers of one person: one that records and has no judge, and one that has.
struct Two {
    fake: FakeLeanCloud,
    _served: Served,
    recorder: App,
    judging: Judged,
}

impl Two {
    /// What was practised without a server is put online, and comes to the other one.
    async fn open(recorder: App, sessions: &[SessionId], there: &std::path::Path) -> Self {
        let (fake, served) = server().await;
        let code = sign_in_as_somebody(&recorder.core, &fake, &served).await;
        remote::until(&recorder.core, "everything told", |view| {
            told(view) && view.last_success.is_some()
        })
        .await;
        let judging = Judged::open(there, &BOTH).await;
        (0..2).for_each(|_| judging.fake.hears(TURNS.join(" ")));
        sign_in_with(&judging.app.core, &fake, &served, &code).await;
        until_there(&judging.app.core, sessions).await;
        Self {
            fake,
            _served: served,
            recorder,
            judging,
        }
    }

    async fn shut_down(self) {
        self.recorder.core.shut_down().await;
        self.judging.app.core.shut_down().await;
    }
}

/// What the feedback says, without how it came about.
fn said(view: &FeedbackView) -> Value {
    let result = view.result.as_ref().unwrap();
    json!({
        "outcome": format!("{:?}", result.outcome),
        "judge": format!("{:?}", result.judge),
        "skills": result.skills.iter().map(|skill| format!("{} {:?} {:?}", skill.skill, skill.standing, skill.quotes)).collect::<Vec<_>>(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_practised_offline_is_judged_on_the_other_computer_once_both_are_online() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let recorder = App::open(here.path()).await;
    recorder.start(|options| options.partner_voice = false).await;
    for _ in 0..2 {
        recorder.speak_turn(1.0).await;
    }
    let session = recorder.end().await.session;
    recorder.core.close_practice().await.unwrap();

    let two = Two::open(recorder, &[session], there.path()).await;
    let there = until(&two.judging.app, session, "the feedback", done).await;
    assert_eq!(two.judging.fake.requests_for(Role::Transcriber).len(), 2);
    assert_eq!(judged(&two.judging.fake), SKILLS * LOOKS);
    assert_eq!(there.result.as_ref().unwrap().outcome, Outcome::Scored);

    two.recorder.core.sync_now().await.unwrap();
    let here = until(&two.recorder, session, "the feedback", done).await;
    assert_eq!(said(&here), said(&there));
    assert!(
        here.result
            .unwrap()
            .skills
            .iter()
            .all(|skill| !skill.quotes.is_empty())
    );
    let review = two.recorder.core.review(session).await.unwrap();
    let words = review.turns.iter().filter_map(|turn| turn.line.text.clone());
    assert!(words.filter(|words| *words == TURNS.join(" ")).count() == 2);
    let rows = two.fake.rows("Evaluation");
    assert_eq!((rows.len(), &rows[0]["status"]), (1, &json!("completed")));

    // Another one is asked for where it was recorded.
    let refused = two.judging.app.core.ask_for_feedback(session).await.unwrap_err();
    assert_eq!(refused.code, "feedback_again_elsewhere");
    assert_eq!(judged(&two.judging.fake), SKILLS * LOOKS, "nobody is asked again");
    two.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_the_earlier_web_app_is_written_down_and_judged() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let recorder = App::open(here.path()).await;
    recorder.start(|options| options.partner_voice = false).await;
    recorder.speak_turn(1.0).await;
    recorder.end().await;
    recorder.core.close_practice().await.unwrap();
    let (fake, served) = server().await;
    sign_in_as_somebody(&recorder.core, &fake, &served).await;
    remote::until(&recorder.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;
    import_from_the_web_app(&fake);

    let judging = Judged::open(there.path(), &BOTH).await;
    (0..2).for_each(|_| judging.fake.hears(TURNS.join(" ")));
    let request = SignInRequest {
        who: SignInAs::Anonymous,
        stub_user: Some("stub-1".to_owned()),
        ..request(&fake, &served)
    };
    judging.app.core.sign_in(request).await.unwrap();
    remote::eventually(&judging.app.core, || async {
        remote::sessions(&judging.app.core).await.len() == 1
    })
    .await;
    let session = remote::sessions(&judging.app.core).await[0];
    let view = until(&judging.app, session, "the feedback", done).await;
    assert_eq!(judging.fake.requests_for(Role::Transcriber).len(), 2);
    assert_eq!(judged(&judging.fake), LOOKS, "it has one skill");
    let result = view.result.unwrap();
    assert_eq!((result.outcome, result.skills.len()), (Outcome::Scored, 1));
    // The web app finds it where it looks for it.
    let rows = fake.rows("Evaluation");
    let row = rows.iter().find(|row| row["sessionId"] == "websess").unwrap();
    assert_eq!(row["status"], "completed");
    assert_eq!(row["scores"][0]["skillId"], json!(result.skills[0].skill));
    for turn in fake
        .rows("Turn")
        .iter()
        .filter(|turn| turn["sessionId"] == "websess")
    {
        if turn["speaker"] == "trainee" {
            assert_eq!(turn["transcript"], json!(TURNS.join(" ")), "{turn}");
        }
    }
    recorder.core.shut_down().await;
    judging.app.core.shut_down().await;
}

/// A practice as the earlier web app left it on the server, with the sound of one that is there.
fn import_from_the_web_app(fake: &FakeLeanCloud) {
    let turns = fake.rows("Turn");
    let spoken = turns.iter().find(|turn| turn["speaker"] == "trainee").unwrap();
    let at = "2026-01-05T10:00:00.000Z";
    let stamped = |mut row: Value| {
        (row["createdAt"], row["updatedAt"]) = (json!(at), json!(at));
        row
    };
    let import = |class: &str, rows: Vec<Value>| fake.import(class, rows.into_iter().map(stamped));
    import(
        "Skill",
        vec![json!({
            "objectId": "webskill", "externalId": "active-listening", "name": "Listening", "category": "people",
            "rubric": "1 to 5", "description": "Hears.", "status": "active",
        })],
    );
    import(
        "Scenario",
        vec![json!({
            "objectId": "webscen", "category": "work", "title": "Ask for a raise", "description": "More.",
            "objective": "A figure.", "aiPersona": {"name": "Dana", "role": "manager", "background": "Busy."},
            "traineePersona": {"name": "Sam", "role": "engineer", "background": "Underpaid."},
            "endCriteria": ["A figure."], "skills": ["webskill"], "prompt": "Be hard.", "status": "published",
            "recordStatus": "active",
        })],
    );
    let turns = (0..4).map(|number| match number % 2 {
        0 => json!({
            "objectId": format!("webturn{number}"), "sessionId": "websess", "sequence": number, "speaker": "ai",
            "transcript": "Go on.", "audioFileId": "pending", "asrStatus": "not_applicable",
            "startedAt": at, "endedAt": at,
        }),
        _ => json!({
            "objectId": format!("webturn{number}"), "sessionId": "websess", "sequence": number,
            "speaker": "trainee", "audioFileId": spoken["audioFileId"], "audioUrl": spoken["audioUrl"],
            "asrStatus": "pending", "startedAt": at, "endedAt": at,
        }),
    });
    import("Turn", turns.collect());
    import(
        "PracticeSession",
        vec![json!({
            "objectId": "websess", "scenarioId": "webscen", "stubUserId": "stub-1", "language": "en",
            "status": "ended", "startedAt": "2026-01-05T09:00:00.000Z", "endedAt": "2026-01-05T09:04:00.000Z",
            "totalDurationSeconds": 240, "terminationReason": "manual",
        })],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_away_what_it_knows_waits_and_what_it_does_not_know_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = App::open(folder.path()).await;
    let known = typed(&recorder, &TURNS).await;
    recorder.core.close_practice().await.unwrap();
    let (fake, served) = server().await;
    sign_in_as_somebody(&recorder.core, &fake, &served).await;
    remote::until(&recorder.core, "everything told", |view| {
        // A round before it was put into the outbox tells nothing.
        told(view) && view.last_success.is_some() && fake.rows("Evaluation").len() == 1
    })
    .await;
    fake.faults().script(|_| Some(Fault::html_502()));
    let (models, served_models) = crate::judge::served().await;
    crate::judge::choose(&recorder, &models, &served_models, &crate::judge::JUDGE).await;
    recorder.core.give_feedback();
    let view = until(&recorder, known, "the server", |view| {
        waits_because(view, "feedback_server")
    })
    .await;
    assert!(matches!(
        view.status,
        FeedbackStatus::Waiting {
            until: Some(_),
            can_ask: true,
            ..
        }
    ));
    assert_eq!(judged(&models), 0);
    // Whoever recorded it does not have to wait.
    recorder.core.ask_for_feedback(known).await.unwrap();
    until(&recorder, known, "the feedback", done).await;
    assert_eq!(judged(&models), SKILLS * LOOKS);

    let unknown = typed(&recorder, &TURNS).await;
    until(&recorder, unknown, "the feedback", done).await;
    assert_eq!(judged(&models), 2 * SKILLS * LOOKS);

    recorder.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_computer_recorded_before_somebody_signed_in_goes_to_no_judge_by_itself() {
    earlier_practices_are_held(Arc::new(SystemClock::default())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_runs_ahead_makes_no_earlier_practice_a_later_one() {
    earlier_practices_are_held(Arc::new(Ahead(SystemClock::default()))).await;
}

/// A clock that is a day ahead.
struct Ahead(SystemClock);

impl Clock for Ahead {
    fn now(&self) -> Moment {
        let moment = self.0.now();
        Moment {
            utc: moment.utc.after(Duration::from_secs(24 * 3600)),
            ..moment
        }
    }
}

async fn earlier_practices_are_held(recorders_clock: Arc<dyn Clock>) {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let judging = App::open(there.path()).await;
    let (models, served_models) = crate::judge::served().await;
    choose_elsewhere(&judging, &served_models.url, &models.options().key).await;
    judging.core.give_feedback();

    let recorder = App::open_with(here.path(), recorders_clock, Access::Owner).await;
    let before = typed(&recorder, &TURNS).await;
    recorder.core.close_practice().await.unwrap();
    let (fake, served) = server().await;
    let code = sign_in_as_somebody(&recorder.core, &fake, &served).await;
    remote::until(&recorder.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;
    sign_in_with(&judging.core, &fake, &served, &code).await;
    until_there(&judging.core, &[before]).await;
    let earlier = |view: &FeedbackView| waits_because(view, "feedback_earlier");
    until(&judging, before, "being held", earlier).await;

    let after = typed(&recorder, &TURNS).await;
    recorder.core.close_practice().await.unwrap();
    until_there(&judging.core, &[after, before]).await;
    until(&judging, after, "the feedback", done).await;
    assert_eq!(judged(&models), SKILLS * LOOKS, "the earlier one is held");
    judging.core.ask_for_feedback(before).await.unwrap();
    until(&judging, before, "the feedback", done).await;
    recorder.core.shut_down().await;
    judging.core.shut_down().await;
}
