//! What the earlier web app left on the server, in every form that it is known to have written.

use std::time::Duration;

use rehearse_domain::{EndReason, Language, ObjectiveStatus, Speaker, TranscriptStatus};
use rehearse_sync::Look;
use serde_json::{Value, json};

use crate::machine::{Machine, generous};
use crate::pulling::seen;

const AT: &str = "2026-01-05T10:00:00.000Z";

/// The forms that a value may have.
#[derive(Clone, Copy, Debug)]
enum Form {
    Plain,
    Date,
    Value,
    Wrapped,
}

const FORMS: [Form; 4] = [Form::Plain, Form::Date, Form::Value, Form::Wrapped];

fn date(form: Form, iso: &str) -> Value {
    match form {
        Form::Plain => json!(iso),
        Form::Date => json!({"__type": "Date", "iso": iso}),
        Form::Value => json!({"value": iso}),
        Form::Wrapped => json!({"iso": iso}),
    }
}

fn word(form: Form, key: &str, text: &str) -> Value {
    match form {
        Form::Plain | Form::Date => json!(text),
        Form::Value => json!({"value": text}),
        Form::Wrapped => json!({ key: text }),
    }
}

/// A reference to a row.
fn reference(form: Form, class: &str, id: &str) -> Value {
    match form {
        Form::Plain | Form::Value => json!(id),
        Form::Date => json!({"__type": "Pointer", "className": class, "objectId": id}),
        Form::Wrapped => json!({"id": id}),
    }
}

fn row(id: &str, mut fields: Value) -> Value {
    fields["objectId"] = json!(id);
    fields["createdAt"] = json!(AT);
    fields["updatedAt"] = json!(AT);
    fields
}

/// A whole practice of two turns. A column has one form, hence one app for each.
fn import(machine: &Machine, form: Form) {
    machine.recorded.lock().others_write = true;
    let fake = &machine.fake;
    fake.import("Skill", [row("skill1", json!({
        "externalId": "Active Listening", "name": "Listening", "category": "people", "rubric": "1 to 5",
        "description": "Hears.", "status": "active",
    }))]);
    fake.import("Scenario", [row("scen1", json!({
        "category": "Work & Career", "title": "Ask for a raise", "description": "You want more.",
        "objective": "A figure.", "aiPersona": {"name": "Dana", "role": "manager", "background": "Busy."},
        "traineePersona": {"name": "Sam", "role": "engineer", "background": "Underpaid."},
        "endCriteria": ["A figure was named."], "skills": ["skill1"], "idleLimitSeconds": 8,
        "durationLimitSeconds": 300, "prompt": "Be hard.", "status": "published", "recordStatus": "active",
    }))]);
    fake.import("PracticeSession", [row("sess1", json!({
        "scenarioId": "scen1", "stubUserId": "stub-1", "language": "zh", "status": "ended",
        "openingPrompt": word(form, "prompt", "Hello."), "clientSessionStartedAt": date(form, "2026-01-05T09:00:00.000Z"),
        "startedAt": date(form, "2026-01-05T09:00:01.250Z"), "endedAt": date(form, "2026-01-05T09:04:01.250Z"),
        "totalDurationSeconds": 240, "idleLimitSeconds": 8, "durationLimitSeconds": 300,
        "wsChannel": "/ws/sessions/sess1", "objectiveStatus": "succeeded", "objectiveReason": "Named.",
        "terminationReason": word(form, "reason", "objective_met"),
        "evaluationId": reference(form, "Evaluation", "eval1"),
    }))]);
    let session = match form {
        Form::Date => reference(form, "PracticeSession", "sess1"),
        _ => json!("sess1"),
    };
    fake.import("Turn", [
        row("turn1", json!({
            "sessionId": session, "sequence": 0, "speaker": "ai", "transcript": "Hello.", "audioFileId": "pending",
            "asrStatus": "not_applicable", "startedAt": date(form, "2026-01-05T09:00:01.250Z"),
            "endedAt": date(form, "2026-01-05T09:00:03.250Z"), "latencyMs": 900,
        })),
        // One before it was lost.
        row("turn3", json!({
            "sessionId": session, "sequence": 2, "speaker": "trainee", "audioFileId": "file1",
            "audioUrl": "https://files.example/turn3.mp3", "asrStatus": "completed", "transcript": "More, please.",
            "startedAt": date(form, "2026-01-05T09:00:05.250Z"), "endedAt": date(form, "2026-01-05T09:00:09.250Z"),
            "context": "typed", "latencyMs": -1,
        })),
    ]);
    fake.import("Evaluation", [row("eval1", json!({
        "sessionId": session, "status": "completed", "scores": [{"skillId": "skill1", "rating": 4, "note": "Good."}],
        "summary": word(form, "value", "Well done."), "evaluatorModel": "qwen", "attempts": 1,
        "lastError": word(form, "message", "Once."), "queuedAt": date(form, "2026-01-05T09:04:02.000Z"),
        "completedAt": date(form, "2026-01-05T09:05:00.000Z"),
    }))]);
}

#[tokio::test(start_paused = true)]
async fn a_practice_is_read_in_every_form_alike() {
    let mut all = Vec::new();
    for form in FORMS {
        let machine = Machine::new(generous()).await;
        import(&machine, form);
        let pulled = machine.pull(Look::New).await;
        assert_eq!((pulled.changed.len(), pulled.unreadable), (1, 0), "{form:?}");
        all.push(seen(&machine.store));
        let again = machine.pull(Look::Everything).await;
        assert!(!again.is_news());
        assert_eq!(machine.store.outbox_pending().unwrap(), 0);
        let other = machine.beside(5).await;
        other.pull(Look::New).await;
        assert_eq!(seen(&other.store), all[0], "its ids are the same everywhere");
    }
    for one in &all {
        assert_eq!(one, &all[0]);
    }
}

#[tokio::test(start_paused = true)]
async fn everything_that_can_be_told_is_told() {
    let machine = Machine::new(generous()).await;
    import(&machine, Form::Wrapped);
    let id = machine.pull(Look::New).await.changed[0];
    let session = machine.store.session(id).unwrap().unwrap();
    assert_eq!(session.language, Language::Chinese);
    assert_eq!(session.end_reason, Some(EndReason::ObjectiveMet));
    assert_eq!(session.objective.status, ObjectiveStatus::Succeeded);
    assert_eq!(session.active, Duration::from_secs(240));
    assert_eq!(session.limits.idle, Some(Duration::from_secs(8)));
    assert_eq!(session.created_at.to_string(), "2026-01-05T09:00:00.000Z");
    let scenario = &session.snapshot.scenario;
    assert_eq!(scenario.title, "Ask for a raise");
    assert_eq!(
        (scenario.category.as_str(), scenario.partner.name.as_str()),
        ("work-career", "Dana")
    );
    assert_eq!(session.snapshot.skills[0].slug.as_str(), "active-listening");
    let turns = machine.store.turns(id).unwrap();
    let numbers: Vec<u32> = turns.iter().map(|turn| turn.sequence).collect();
    assert_eq!(numbers, [0, 1], "without gaps");
    assert_eq!((turns[0].speaker, &turns[0].clip), (Speaker::Partner, &None));
    assert_eq!(turns[0].transcript_status, TranscriptStatus::NotApplicable);
    assert_eq!(turns[0].latency, Some(Duration::from_millis(900)));
    assert_eq!(turns[1].latency, None);
    let clip = turns[1].clip.as_ref().unwrap();
    assert_eq!((clip.duration, clip.bytes), (Duration::from_secs(4), 0));
    let absent = machine.store.absent_clip(clip.id).unwrap().unwrap();
    assert_eq!((absent.file.id.as_str(), absent.sha256), ("file1", None));
    let evaluations = machine.store.evaluations(id).unwrap();
    assert_eq!(evaluations.len(), 1);
    assert_eq!(evaluations[0].last_error.as_deref(), Some("Once."));
    let result = machine.store.result_from_elsewhere(id).unwrap().unwrap();
    assert_eq!(result["summary"], "Well done.");
    assert_eq!(result["scores"][0]["rating"], 4);
}

#[tokio::test(start_paused = true)]
async fn an_evaluation_and_words_that_come_later_come_too() {
    let machine = Machine::new(generous()).await;
    import(&machine, Form::Plain);
    let id = machine.pull(Look::New).await.changed[0];
    tokio::time::sleep(Duration::from_secs(60)).await;
    let update = rehearse_leancloud::Update::new()
        .set("summary", "Better.")
        .unwrap();
    let row = rehearse_leancloud::ObjectId::new("eval1").unwrap();
    let class = machine.client.class("Evaluation").unwrap();
    class.update(&row, &update).await.unwrap();
    let before = machine.fake.api_requests();
    assert_eq!(machine.pull(Look::New).await.changed, [id]);
    assert_eq!(machine.fake.api_requests() - before, 1);
    let result = machine.store.result_from_elsewhere(id).unwrap().unwrap();
    assert_eq!(result["summary"], "Better.");
}

#[tokio::test(start_paused = true)]
async fn only_the_user_whom_the_app_knew_is_read() {
    let mut machine = Machine::new(generous()).await;
    import(&machine, Form::Plain);
    machine.terms.stub_user = Some("stub-2".to_owned());
    machine.restart();
    assert_eq!(machine.pull(Look::Everything).await.changed, []);
    machine.terms.stub_user = Some("stub-1".to_owned());
    machine.restart();
    assert_eq!(machine.pull(Look::New).await.changed.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn deleting_it_here_deletes_it_there() {
    for form in [Form::Plain, Form::Date] {
        let machine = Machine::new(generous()).await;
        import(&machine, form);
        let id = machine.pull(Look::New).await.changed[0];
        let now = machine.now();
        machine.store.doom_sessions(&[id], now).unwrap();
        machine.store.purge_doomed(now, now).unwrap();
        machine.until_quiet().await;
        for class in ["PracticeSession", "Turn", "Evaluation"] {
            assert_eq!(machine.fake.rows(class).len(), 0, "{class} {form:?}");
        }
        assert!(!machine.pull(Look::Everything).await.is_news());
        assert!(seen(&machine.store).is_empty());
    }
}
