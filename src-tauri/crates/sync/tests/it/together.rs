//! Pollers of several machines on one server: what one recorded another may judge, once, and all see what came of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rehearse_domain::{
    Assessment, ClipId, Outcome, Session, SessionId, Speaker, Timestamp, TranscriptStatus, Turn,
};
use rehearse_leancloud::{Client, Transport};
use rehearse_models::{Answer, Evaluator, ModelError, Question, Speech, Transcriber, Transcript, Usage};
use rehearse_store::{EvaluationStatus, Store};
use rehearse_sync::poller::{Hold, News, Panel, PollerOptions, PollerTask, Recording, Remote, Seated};
use rehearse_sync::{Look, Terms, Tools};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::machine::{Machine, generous};
use crate::records::{begin, end, session_id, snapshot, typed};

/// Looks at a skill, where judges agree.
pub(crate) const LOOKS: usize = 3;
/// How long a judge takes.
const THINKING: Duration = Duration::from_secs(2);
/// How long one on a small computer takes.
const SLOWLY: Duration = Duration::from_secs(60);

/// A judge who sees nothing to rate, and writes down the same for everybody; counted.
#[derive(Default)]
pub(crate) struct Models {
    pub(crate) questions: AtomicUsize,
    pub(crate) transcripts: AtomicUsize,
    /// Never answers.
    pub(crate) hangs: bool,
    /// Takes a minute for each answer.
    pub(crate) is_slow: bool,
}

#[async_trait]
impl Evaluator for Models {
    fn model(&self) -> &str {
        "a judge"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn answer(&self, question: Question) -> Result<Answer, ModelError> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        let thinking = if self.is_slow { SLOWLY } else { THINKING };
        tokio::time::sleep(thinking).await;
        let properties = &question.form.schema["properties"];
        let checks = properties["checks"]["items"]["properties"]["id"]["enum"].as_array();
        let checks: Vec<Value> = checks
            .into_iter()
            .flatten()
            .map(|id| json!({"id": id, "met": "unclear"}))
            .collect();
        let mut value = json!({
            "skill_id": properties["skill_id"]["enum"][0], "evidence": [], "opportunity": "no",
            "reasoning": "There was no chance.", "level": null,
            "strength": {"turn": null, "quote": null, "text": null},
            "improvement": {"turn": null, "quote": null, "text": null, "say_instead": null},
        });
        if !checks.is_empty() {
            value["checks"] = checks.into();
        }
        Ok(Answer {
            value,
            requests: 1,
            usage: Usage::default(),
        })
    }
}

#[async_trait]
impl Transcriber for Models {
    fn model(&self) -> &str {
        "a writer"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn transcribe(&self, _speech: Speech) -> Result<Transcript, ModelError> {
        self.transcripts.fetch_add(1, Ordering::Relaxed);
        Ok(Transcript {
            text: words(),
            usage: Usage::default(),
        })
    }
}

/// Enough of them for a judge.
pub(crate) fn words() -> String {
    "I would like to talk about my pay, because I have done the work of two people since March. ".repeat(3)
}

/// A host that asks these models, with one clip for all turns.
pub(crate) struct Desk {
    models: Arc<Models>,
    clip: NamedTempFile,
}

impl Desk {
    pub(crate) fn of(models: &Arc<Models>) -> Self {
        Self {
            models: Arc::clone(models),
            clip: NamedTempFile::new().unwrap(),
        }
    }
}

#[async_trait]
impl Panel for Desk {
    async fn may_begin(&self) -> Result<(), Hold> {
        Ok(())
    }

    async fn seat(&self, _session: &Session, _asked_at: Option<Timestamp>) -> Result<Seated, Hold> {
        Ok(Seated {
            transcriber: Some(self.models.clone()),
            evaluator: Some(self.models.clone()),
            exchanged: Box::new(Vec::new),
        })
    }

    async fn clip(&self, _clip: ClipId) -> Result<Recording, Hold> {
        Ok(Recording::Here(self.clip.path().to_owned()))
    }

    fn changed(&self, _session: SessionId, _what: News) {}
}

/// A poller that is signed in.
fn poller<T: Transport>(
    store: &Arc<Store>,
    client: &Client<T>,
    (terms, tools): (&Terms, &Tools),
    models: &Arc<Models>,
) -> PollerTask {
    poller_at(store, client, (terms, tools), Arc::new(Desk::of(models)))
}

/// The same with this panel.
pub(crate) fn poller_at<T: Transport>(
    store: &Arc<Store>,
    client: &Client<T>,
    (terms, tools): (&Terms, &Tools),
    panel: Arc<dyn Panel>,
) -> PollerTask {
    let options = PollerOptions::of(rehearse_sync::poller::holder(store, tools).unwrap());
    let remote = Remote::new(client.clone(), terms.clone(), &options).unwrap();
    PollerTask::start_at(Some(remote), Arc::clone(store), panel, tools.clone(), options)
}

pub(crate) fn poller_of(machine: &Machine, models: &Arc<Models>) -> PollerTask {
    let terms = (&machine.terms, &machine.tools);
    poller(&machine.store, &machine.client, terms, models)
}

/// A practice with words, so that there is something to judge.
pub(crate) fn talk(store: &Store, number: u64, now: Timestamp) {
    begin(store, number, &snapshot(), now);
    for sequence in 0..5 {
        let turn = typed(number, sequence, Speaker::Partner, now);
        let turn = match sequence % 2 {
            0 => turn,
            _ => Turn {
                speaker: Speaker::Trainee,
                transcript: Some(words()),
                transcript_status: TranscriptStatus::Completed,
                latency: None,
                ..turn
            },
        };
        store.record_turn(&turn).unwrap();
    }
    end(store, number, now);
}

/// What a session came to, if it is there.
pub(crate) fn result(store: &Store, session: SessionId) -> Option<Assessment> {
    store.assessment_of(session).unwrap()?.1
}

pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never: {what}");
}

/// Two machines, on the first of which so many practices were recorded that both know.
pub(crate) async fn two_machines(practices: u64) -> [Machine; 2] {
    let first = Machine::new(generous()).await;
    first.recorded.lock().others_write = true;
    for number in 1..=practices {
        talk(&first.store, number, first.now());
    }
    first.until_quiet().await;
    let second = first.beside(2).await;
    second.pull(Look::New).await;
    [first, second]
}

pub(crate) fn questions_for(practices: usize) -> usize {
    practices * LOOKS * snapshot().skills.len()
}

#[tokio::test(start_paused = true)]
async fn what_one_machine_recorded_another_judges() {
    let [first, second] = two_machines(1).await;
    let models = Arc::<Models>::default();
    let poller = poller_of(&second, &models);
    let id = session_id(1);
    until("a result", || result(&second.store, id).is_some()).await;
    poller.stop().await;
    assert_eq!(models.questions.load(Ordering::Relaxed), questions_for(1));

    first.pull(Look::New).await;
    let there = result(&second.store, id).unwrap();
    assert_eq!(there.outcome, Outcome::Scored);
    assert_eq!(result(&first.store, id), Some(there.clone()));
    let (evaluation, _) = first.store.assessment_of(id).unwrap().unwrap();
    assert_eq!(
        (evaluation.status, evaluation.epoch),
        (EvaluationStatus::Completed, 1)
    );

    // What the recording machine tells of the session afterwards takes nothing away.
    first.until_quiet().await;
    second.pull(Look::Everything).await;
    assert_eq!(result(&second.store, id), Some(there));
    let row = &first.fake.rows("Evaluation")[0];
    assert_eq!(
        (&row["status"], &row["evaluatorModel"]),
        (&json!("completed"), &json!("a judge"))
    );
}

#[tokio::test(start_paused = true)]
async fn both_machines_at_once_ask_nothing_twice() {
    let [first, second] = two_machines(6).await;
    let models = Arc::<Models>::default();
    let pollers = [poller_of(&first, &models), poller_of(&second, &models)];
    let is_done = || {
        let rows = first.fake.rows("Evaluation");
        rows.iter().all(|row| row["status"] == "completed")
    };
    until("all results", is_done).await;
    for poller in pollers {
        poller.stop().await;
    }
    assert_eq!(models.questions.load(Ordering::Relaxed), questions_for(6));
    for machine in [&first, &second] {
        machine.until_quiet().await;
        machine.pull(Look::Everything).await;
    }
    for number in 1..=6 {
        let [here, there] = [&first, &second].map(|one| result(&one.store, session_id(number)));
        assert!(here.is_some() && here == there, "{number}");
    }
    assert_eq!(first.fake.rows("Evaluation").len(), 6);
}

#[tokio::test(start_paused = true)]
async fn what_is_found_out_without_the_server_is_told_to_it_afterwards() {
    let [first, second] = two_machines(1).await;
    let models = Arc::<Models>::default();
    let poller = poller_of(&first, &models);
    poller.set_remote(None);
    until("a result", || result(&first.store, session_id(1)).is_some()).await;
    poller.stop().await;
    assert_eq!(first.fake.rows("Evaluation")[0]["status"], "pending");
    first.until_quiet().await;
    assert_eq!(first.fake.rows("Evaluation")[0]["status"], "completed");
    second.pull(Look::New).await;
    assert_eq!(
        result(&second.store, session_id(1)),
        result(&first.store, session_id(1))
    );
    assert_eq!(first.store.outbox_pending().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_begun_before_the_server_knows_of_it_is_not_begun_elsewhere_too() {
    let first = Machine::new(generous()).await;
    first.recorded.lock().others_write = true;
    talk(&first.store, 1, first.now());
    let models = Arc::new(Models {
        is_slow: true,
        ..Models::default()
    });
    let slow = poller_of(&first, &models);
    let asked = || models.questions.load(Ordering::Relaxed);
    until("it has begun", || asked() > 0).await;
    first.until_quiet().await;
    let second = first.beside(2).await;
    second.pull(Look::New).await;
    let other = poller_of(&second, &models);
    until("a result", || result(&first.store, session_id(1)).is_some()).await;
    assert_eq!(asked(), questions_for(1));
    first.until_quiet().await;
    second.pull(Look::New).await;
    let all = [&first, &second].map(|one| result(&one.store, session_id(1)));
    assert!(all[0].is_some() && all[0] == all[1]);
    for poller in [slow, other] {
        poller.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_answered_to_a_machine_that_dies_is_not_asked_again() {
    let [first, second] = two_machines(1).await;
    let [before, after] = [(); 2].map(|()| Arc::<Models>::default());
    let asked = |models: &Models| models.questions.load(Ordering::Relaxed);
    let dying = poller_of(&first, &before);
    until("it has a few answers", || asked(&before) > 6).await;
    first.off.store(true, Ordering::Relaxed);
    let told = asked(&before) - PollerOptions::of("").in_flight;
    let quick = poller_of(&second, &after);
    until("a result", || result(&second.store, session_id(1)).is_some()).await;
    assert_eq!(
        asked(&after) + told,
        questions_for(1),
        "but for what was in flight"
    );
    for poller in [dying, quick] {
        poller.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_machine_is_taken_over_and_one_that_closes_is_not_waited_for() {
    let [first, second] = two_machines(1).await;
    let hanging = Arc::new(Models {
        hangs: true,
        ..Models::default()
    });
    let dead = poller_of(&first, &hanging);
    let is_at_it = || hanging.questions.load(Ordering::Relaxed) > 0;
    until("the first is at it", is_at_it).await;
    // Its cable is pulled, and it does not come back.
    first.off.store(true, Ordering::Relaxed);
    let models = Arc::<Models>::default();
    let quick = poller_of(&second, &models);
    let begun = tokio::time::Instant::now();
    until("a result", || result(&second.store, session_id(1)).is_some()).await;
    assert!(begun.elapsed() > Duration::from_secs(60), "{:?}", begun.elapsed());
    assert!(
        begun.elapsed() < Duration::from_secs(150),
        "{:?}",
        begun.elapsed()
    );
    for poller in [dead, quick] {
        poller.stop().await;
    }
    first.off.store(false, Ordering::Relaxed);
    first.pull(Look::New).await;
    assert!(result(&first.store, session_id(1)).is_some());

    let [third, fourth] = two_machines(1).await;
    let closing = poller_of(&third, &hanging);
    let asked = hanging.questions.load(Ordering::Relaxed);
    until("it is at it", || {
        hanging.questions.load(Ordering::Relaxed) > asked
    })
    .await;
    closing.stop().await;
    let begun = tokio::time::Instant::now();
    let quick = poller_of(&fourth, &models);
    until("a result", || result(&fourth.store, session_id(1)).is_some()).await;
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    quick.stop().await;
}

/// A practice as the earlier web app made them, whose evaluator died before it wrote anything.
fn import_unjudged(machine: &Machine) {
    import_with(
        machine,
        |number| format!("file{number}"),
        "2026-01-05T09:04:00.000Z",
    );
}

/// The same with these files, ended at this moment.
fn import_with(machine: &Machine, file: impl Fn(u32) -> String, ended_at: &str) {
    let at = "2026-01-05T10:00:00.000Z";
    let rows = |class: &str, rows: Vec<Value>| {
        let rows = rows.into_iter().map(|mut row| {
            (row["createdAt"], row["updatedAt"]) = (json!(at), json!(at));
            row
        });
        machine.fake.import(class, rows.collect::<Vec<_>>());
    };
    machine.recorded.lock().others_write = true;
    rows(
        "Skill",
        vec![json!({
            "objectId": "skill1", "externalId": "active-listening", "name": "Listening", "category": "people",
            "rubric": "1 to 5", "description": "Hears.", "status": "active",
        })],
    );
    rows(
        "Scenario",
        vec![json!({
            "objectId": "scen1", "category": "work", "title": "Ask for a raise", "description": "More.",
            "objective": "A figure.", "aiPersona": {"name": "Dana", "role": "manager", "background": "Busy."},
            "traineePersona": {"name": "Sam", "role": "engineer", "background": "Underpaid."},
            "endCriteria": ["A figure."], "skills": ["skill1"], "prompt": "Be hard.", "status": "published",
            "recordStatus": "active",
        })],
    );
    rows(
        "PracticeSession",
        vec![json!({
            "objectId": "sess1", "scenarioId": "scen1", "stubUserId": "stub-1", "language": "en", "status": "ended",
            "startedAt": "2026-01-05T09:00:00.000Z", "endedAt": ended_at,
            "totalDurationSeconds": 240, "terminationReason": "manual",
        })],
    );
    let turns = (0..4).map(|number| match number % 2 {
        0 => json!({
            "objectId": format!("turn{number}"), "sessionId": "sess1", "sequence": number, "speaker": "ai",
            "transcript": "Go on.", "audioFileId": "pending", "asrStatus": "not_applicable",
            "startedAt": at, "endedAt": at,
        }),
        _ => json!({
            "objectId": format!("turn{number}"), "sessionId": "sess1", "sequence": number, "speaker": "trainee",
            "audioFileId": file(number), "audioUrl": "https://files.example/turn.mp3",
            "asrStatus": "pending", "startedAt": at, "endedAt": at,
        }),
    });
    rows("Turn", turns.collect());
}

#[tokio::test(start_paused = true)]
async fn a_practice_of_the_earlier_web_app_is_judged_too() {
    let first = Machine::new(generous()).await;
    import_unjudged(&first);
    let id = first.pull(Look::New).await.changed[0];
    let second = first.beside(2).await;
    second.pull(Look::New).await;
    let models = Arc::<Models>::default();
    let pollers = [poller_of(&first, &models), poller_of(&second, &models)];
    let is_done = || {
        let rows = first.fake.rows("Evaluation");
        rows.len() == 1 && rows[0]["status"] == "completed"
    };
    until("a result", is_done).await;
    for poller in pollers {
        poller.stop().await;
    }
    assert_eq!(models.questions.load(Ordering::Relaxed), LOOKS);
    assert_eq!(models.transcripts.load(Ordering::Relaxed), 2);
    let row = &first.fake.rows("Evaluation")[0];
    assert_eq!((&row["sessionId"], &row["scores"]), (&json!("sess1"), &json!([])));
    for turn in first.fake.rows("Turn") {
        if turn["speaker"] == "trainee" {
            assert_eq!(turn["transcript"], json!(words()), "{turn}");
            assert_eq!(turn["asrStatus"], "completed");
        }
    }
    for machine in [&first, &second] {
        machine.pull(Look::New).await;
        assert!(result(&machine.store, id).is_some());
        assert_eq!(machine.store.outbox_pending().unwrap(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_whose_sound_is_not_on_the_server_is_waited_for_and_never_called_unheard_over_there() {
    let machine = Machine::new(generous()).await;
    let ended_at = machine.now().to_string();
    import_with(&machine, |_| "pending".to_owned(), &ended_at);
    let id = machine.pull(Look::New).await.changed[0];
    let models = Arc::<Models>::default();
    let poller = poller_of(&machine, &models);
    until("it is held", || poller.standings().hold(id).is_some()).await;
    assert_eq!(
        poller.standings().hold(id).unwrap().code,
        "feedback_recording_missing"
    );
    tokio::time::sleep(Duration::from_secs(6 * 3600)).await;
    assert!(
        machine.fake.rows("Evaluation").is_empty(),
        "nobody has claimed it"
    );
    // Whoever recorded it may never put it there.
    tokio::time::sleep(Duration::from_secs(7 * 24 * 3600)).await;
    until("a result without them", || result(&machine.store, id).is_some()).await;
    poller.stop().await;
    assert_eq!(
        result(&machine.store, id).unwrap().outcome,
        Outcome::InsufficientEvidence
    );
    assert_eq!(models.transcripts.load(Ordering::Relaxed), 0);
    let spoken = machine.fake.rows("Turn").into_iter();
    assert!(
        spoken
            .filter(|turn| turn["speaker"] == "trainee")
            .all(|turn| turn["asrStatus"] == "pending"),
        "whoever has the sound can still have it written down"
    );
}

#[tokio::test(start_paused = true)]
async fn who_asks_by_hand_does_not_wait_for_a_sound_that_has_not_come() {
    let machine = Machine::new(generous()).await;
    let ended_at = machine.now().to_string();
    import_with(&machine, |_| "pending".to_owned(), &ended_at);
    let id = machine.pull(Look::New).await.changed[0];
    let poller = poller_of(&machine, &Arc::<Models>::default());
    until("it is held", || poller.standings().hold(id).is_some()).await;

    machine.store.ask_for_evaluation(id, machine.now()).unwrap();
    poller.nudge().hurry();
    until("a result without them", || result(&machine.store, id).is_some()).await;
    poller.stop().await;
}
