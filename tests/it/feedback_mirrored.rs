//! Feedback that came from a server: believed as far as what was said bears it out, and labelled where nothing of it can
//! be looked up.

use std::time::Duration;

use rehearse_core::view::{FeedbackStatus, FeedbackView, SignInRequest};
use rehearse_domain::{NotObserved, SessionId, Standing};
use rehearse_fakes::leancloud::FakeLeanCloud;
use serde_json::{Value, json};

use crate::app::App;
use crate::judge::{JUDGE, Judged, TURNS, done, typed, until};
use crate::remote::{self, request, server, sessions, told};

const PATIENCE: Duration = Duration::from_secs(30);
/// The user of the earlier web app.
pub(crate) const SOMEBODY: &str = "stub-1";
const INVENTED: &str = "I have never done any work here at all";

/// What another computer is shown of the only session on a server.
async fn mirrored(fake: &FakeLeanCloud, served: &rehearse_fakes::leancloud::Served) -> (FeedbackView, App) {
    let folder = tempfile::tempdir().unwrap().keep();
    let mirror = App::open(&folder).await;
    let request = SignInRequest {
        stub_user: Some(SOMEBODY.to_owned()),
        ..request(fake, served)
    };
    mirror.core.sign_in(request).await.unwrap();
    let waiting = async {
        loop {
            mirror.core.sync_now().await.unwrap();
            if let [session] = sessions(&mirror.core).await[..] {
                let view = mirror.core.feedback(session).await.unwrap();
                if view.status == FeedbackStatus::Done {
                    return view;
                }
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    (waited.expect("the session and its result"), mirror)
}

/// The rows of a practice as everybody may read them, on another server.
pub(crate) fn copy(from: &FakeLeanCloud, to: &FakeLeanCloud, change: impl Fn(&str, &mut Value)) {
    for class in from.classes().into_iter().filter(|class| !class.starts_with('_')) {
        let rows = from.rows(&class).into_iter().map(|mut row| {
            if let Some(fields) = row.as_object_mut() {
                fields.remove("ACL");
                fields.remove("ownerId");
            }
            if class == "PracticeSession" {
                row["stubUserId"] = json!(SOMEBODY);
            }
            change(&class, &mut row);
            row
        });
        to.import(&class, rows.collect::<Vec<_>>());
    }
}

/// Puts words into the trainee's mouth in the first skill, beside one that is left as it is.
fn forge(class: &str, row: &mut Value) {
    if class != "Evaluation" {
        return;
    }
    let forged = |text: &mut Value| {
        let mut assessment: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
        for quote in assessment["skills"][0]["quotes"].as_array_mut().unwrap() {
            quote["text"] = json!(INVENTED);
        }
        *text = json!(assessment.to_string());
    };
    forged(&mut row["assessment"]);
    row["results"]
        .as_object_mut()
        .unwrap()
        .values_mut()
        .for_each(forged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_that_nobody_said_is_not_shown_and_a_rating_that_rests_on_it_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake: _fake,
        served: _models,
    } = Judged::open(folder.path(), &JUDGE).await;
    let (fake, served) = server().await;
    app.core.sign_in(request(&fake, &served)).await.unwrap();
    let session: SessionId = typed(&app, &TURNS).await;
    app.core.close_practice().await.unwrap();
    let own = until(&app, session, "the feedback", done).await.result.unwrap();
    remote::until(&app.core, "everything told", |view| {
        let rows = fake.rows("Evaluation");
        told(view) && rows.iter().any(|row| row["status"] == "completed")
    })
    .await;

    let (forged, served) = server().await;
    copy(&fake, &forged, forge);
    let (view, mirror) = mirrored(&forged, &served).await;
    let shown = view.result.unwrap();
    assert_eq!(
        shown.skills[0].standing,
        Standing::NotObserved {
            why: NotObserved::NoQuote
        }
    );
    assert!(shown.skills[0].quotes.is_empty());
    assert!(!own.skills[1].quotes.is_empty());
    assert_eq!(
        shown.skills[1], own.skills[1],
        "what was said is shown as it came"
    );
    assert!(!serde_json::to_string(&shown).unwrap().contains(INVENTED));
    mirror.core.shut_down().await;
    app.core.shut_down().await;
}

/// A practice of the earlier web app with its result.
fn import(fake: &FakeLeanCloud) {
    let row = |id: &str, mut fields: Value| {
        fields["objectId"] = json!(id);
        fields["createdAt"] = json!("2026-01-05T10:00:00.000Z");
        fields["updatedAt"] = json!("2026-01-05T10:00:00.000Z");
        fields
    };
    let skill = json!({
        "externalId": "Active Listening", "name": "Listening", "category": "people", "rubric": "1 to 5",
        "description": "Hears.", "status": "active",
    });
    let scenario = json!({
        "category": "Work & Career", "title": "Ask for a raise", "description": "You want more.",
        "objective": "A figure.", "aiPersona": {"name": "Dana", "role": "manager", "background": "Busy."},
        "traineePersona": {"name": "Sam", "role": "engineer", "background": "Underpaid."},
        "endCriteria": ["A figure was named."], "skills": ["skill1"], "idleLimitSeconds": 8,
        "durationLimitSeconds": 300, "prompt": "Be hard.", "status": "published", "recordStatus": "active",
    });
    let practice = json!({
        "scenarioId": "scen1", "stubUserId": SOMEBODY, "language": "en", "status": "ended",
        "startedAt": "2026-01-05T09:00:01.250Z", "endedAt": "2026-01-05T09:04:01.250Z",
        "totalDurationSeconds": 240, "objectiveStatus": "succeeded", "terminationReason": "objective_met",
        "evaluationId": "eval1",
    });
    let turn = json!({
        "sessionId": "sess1", "sequence": 1, "speaker": "trainee", "asrStatus": "completed",
        "transcript": "More, please.", "startedAt": "2026-01-05T09:00:05.250Z",
        "endedAt": "2026-01-05T09:00:09.250Z", "context": "typed",
    });
    let evaluation = json!({
        "sessionId": "sess1", "status": "completed", "summary": "Well done.", "evaluatorModel": "qwen",
        "scores": [
            {"skillId": "skill1", "rating": 4, "note": "You let her finish."},
            {"skillId": "gone", "rating": 9, "note": ""},
        ],
        "queuedAt": "2026-01-05T09:04:02.000Z", "completedAt": "2026-01-05T09:05:00.000Z",
    });
    for (class, id, fields) in [
        ("Skill", "skill1", skill),
        ("Scenario", "scen1", scenario),
        ("PracticeSession", "sess1", practice),
        ("Turn", "turn1", turn),
        ("Evaluation", "eval1", evaluation),
    ] {
        fake.import(class, [row(id, fields)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_earlier_web_app_said_is_shown_with_its_ratings_and_notes() {
    let (fake, served) = server().await;
    import(&fake);
    let (view, mirror) = mirrored(&fake, &served).await;
    let shown = view.from_web_app.unwrap();
    assert_eq!(
        (shown.summary.as_str(), shown.model.as_deref()),
        ("Well done.", Some("qwen"))
    );
    let told: Vec<_> = shown
        .ratings
        .iter()
        .map(|one| {
            (
                one.name.as_str(),
                one.rating.map(rehearse_domain::Rating::level),
                one.note.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("Listening", Some(4), "You let her finish."), ("gone", None, "")],
        "by the name of the skill, and nothing that is no rating"
    );
    assert!(shown.completed_at.is_some());
    mirror.core.shut_down().await;
}
