//! Two computers at one evaluation of which the server hears late: one has the round, and one result is in force.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use rehearse_domain::{ClipId, Outcome, Sample, Session, SessionId, Timestamp};
use rehearse_fakes::ParseServer;
use rehearse_leancloud::{AnonymousId, ObjectId};
use rehearse_store::{Access, EvaluationStatus, Store};
use rehearse_sync::poller::{
    Claim, Claims, Hold, News, Panel, PollerTask, Recording, RoundError, RoundHeld, Seated, holder,
};
use rehearse_sync::{Audio, Look, Reach, Sender, Terms, Tools};
use serde_json::json;
use tokio::sync::Notify;

use crate::claims::{assessment, signed_in};
use crate::machine::{Machine, SimulatedClient, generous};
use crate::records::session_id;
use crate::together::{Desk, Models, poller_at, poller_of, questions_for, result, talk, two_machines, until};

const LEASE: Duration = Duration::from_secs(90);
/// After so long a practice has ended by its own account.
const PRACTISED: Duration = Duration::from_secs(3600);

/// A desk in front of which the poller waits once, after it has read what is due and before it claims anything.
struct Gate {
    desk: Desk,
    reached: Notify,
    open: Notify,
}

impl Gate {
    fn of(models: &Arc<Models>) -> Arc<Self> {
        Arc::new(Self {
            desk: Desk::of(models),
            reached: Notify::new(),
            open: Notify::new(),
        })
    }
}

#[async_trait]
impl Panel for Gate {
    async fn may_begin(&self) -> Result<(), Hold> {
        Ok(())
    }

    async fn seat(&self, session: &Session, asked_at: Option<Timestamp>) -> Result<Seated, Hold> {
        self.reached.notify_one();
        self.open.notified().await;
        // Whoever comes again does not wait.
        self.open.notify_one();
        self.desk.seat(session, asked_at).await
    }

    async fn clip(&self, clip: ClipId) -> Result<Recording, Hold> {
        self.desk.clip(clip).await
    }

    fn changed(&self, _session: SessionId, _what: News) {}
}

/// Another computer's hand, which does what a poller does one step at a time.
struct Other {
    claims: Claims<Arc<dyn rehearse_leancloud::Transport>>,
    held: RoundHeld,
}

impl Other {
    /// Claims the one evaluation that there is.
    async fn claiming(machine: &Machine) -> Self {
        let claims = claims(&machine.client, "another computer");
        match claims.claim(&row(machine), 0, false).await.unwrap() {
            Claim::Won { held, .. } => Self { claims, held },
            other => panic!("not won: {other:?}"),
        }
    }

    async fn finish(&self) -> Result<(), RoundError> {
        self.claims.finish(&self.held, &assessment("of another"), 1).await
    }
}

fn claims(client: &SimulatedClient, holder: &str) -> Claims<Arc<dyn rehearse_leancloud::Transport>> {
    Claims::new(client.clone(), holder, LEASE).unwrap()
}

fn row(machine: &Machine) -> ObjectId {
    let rows = machine.fake.rows("Evaluation");
    assert_eq!(rows.len(), 1, "{rows:?}");
    ObjectId::new(rows[0]["objectId"].as_str().unwrap()).unwrap()
}

fn asked(models: &Models) -> usize {
    models.questions.load(Ordering::Relaxed)
}

/// A computer with a practice that its server does not know of.
async fn practised_alone() -> Machine {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    talk(&machine.store, 1, machine.now());
    machine
}

/// Its poller, about to begin by itself with what the sender made known as waiting a moment ago.
async fn about_to_begin(machine: &Machine, models: &Arc<Models>) -> (PollerTask, Arc<Gate>) {
    let gate = Gate::of(models);
    let terms = (&machine.terms, &machine.tools);
    let poller = poller_at(&machine.store, &machine.client, terms, gate.clone());
    gate.reached.notified().await;
    machine.until_quiet().await;
    assert_eq!(machine.fake.rows("Evaluation")[0]["status"], "pending");
    (poller, gate)
}

/// Both.
async fn begun_behind_its_back(models: &Arc<Models>) -> (Machine, PollerTask, Arc<Gate>) {
    let machine = practised_alone().await;
    let (poller, gate) = about_to_begin(&machine, models).await;
    (machine, poller, gate)
}

#[tokio::test(start_paused = true)]
async fn who_was_slower_to_tell_of_a_round_asks_no_judge_and_takes_what_comes() {
    let models = Arc::<Models>::default();
    let (machine, poller, gate) = begun_behind_its_back(&models).await;
    let other = Other::claiming(&machine).await;
    assert_eq!(other.held.round, 1);
    gate.open.notify_one();
    let id = session_id(1);
    until("it steps back", || poller.standings().hold(id).is_some()).await;
    assert_eq!(poller.standings().hold(id).unwrap().code, "feedback_elsewhere");
    assert_eq!(asked(&models), 0);

    other.finish().await.unwrap();
    machine.pull(Look::New).await;
    machine.until_quiet().await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    poller.stop().await;
    assert_eq!(asked(&models), 0, "it has a result");
    assert_eq!(result(&machine.store, id).unwrap().summary, "of another");
    let row = &machine.fake.rows("Evaluation")[0];
    assert_eq!(row["lease"], json!({"r0": 0, "r1": 1}));
    assert_eq!(row["leaseHolder"], "another computer");
}

#[tokio::test(start_paused = true)]
async fn a_round_of_somebody_who_died_is_taken_over_as_the_next_one() {
    let models = Arc::<Models>::default();
    let (machine, poller, gate) = begun_behind_its_back(&models).await;
    let other = Other::claiming(&machine).await;
    gate.open.notify_one();
    let id = session_id(1);
    until("a result", || result(&machine.store, id).is_some()).await;
    poller.stop().await;
    assert_eq!(asked(&models), questions_for(1));
    let row = &machine.fake.rows("Evaluation")[0];
    let name = holder(&machine.store, &machine.tools).unwrap();
    assert_eq!(row["holders"], json!({"r1": "another computer", "r2": name}));
    let late = other.finish().await;
    assert!(matches!(late, Err(RoundError::Lost)), "{late:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_begun_here_is_claimed_there_before_a_judge_is_asked() {
    let models = Arc::new(Models {
        hangs: true,
        ..Models::default()
    });
    let (machine, poller, gate) = begun_behind_its_back(&models).await;
    gate.open.notify_one();
    until("it has begun", || asked(&models) > 0).await;
    let row = row(&machine);
    let name = holder(&machine.store, &machine.tools).unwrap();
    let told = &machine.fake.rows("Evaluation")[0];
    assert_eq!(
        (&told["leaseHolder"], &told["holders"]),
        (&json!(name), &json!({"r1": name}))
    );
    let late = claims(&machine.client, "another computer")
        .claim(&row, 0, false)
        .await;
    assert!(matches!(late, Ok(Claim::NotYet { .. })), "{late:?}");
    poller.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_row_that_is_made_while_its_round_goes_on_says_whose_it_is() {
    let machine = practised_alone().await;
    let models = Arc::new(Models {
        hangs: true,
        ..Models::default()
    });
    let poller = poller_of(&machine, &models);
    until("it has begun", || asked(&models) > 0).await;
    machine.until_quiet().await;
    let name = holder(&machine.store, &machine.tools).unwrap();
    let told = &machine.fake.rows("Evaluation")[0];
    assert_eq!(
        (&told["status"], &told["leaseHolder"], &told["holders"]),
        (&json!("running"), &json!(name), &json!({"r1": name}))
    );
    poller.stop().await;
}

/// A computer without its server finds out what another one works on, or has found out; both have begun round 1.
async fn found_out_apart() -> ([Machine; 2], Other) {
    let [first, second] = two_machines(1).await;
    let other = Other::claiming(&second).await;
    first.off.store(true, Ordering::Relaxed);
    let models = Arc::<Models>::default();
    let poller = poller_of(&first, &models);
    poller.set_remote(None);
    until("a result", || result(&first.store, session_id(1)).is_some()).await;
    poller.stop().await;
    let (evaluation, _) = first.store.assessment_of(session_id(1)).unwrap().unwrap();
    assert_eq!(evaluation.epoch, 1);
    ([first, second], other)
}

/// That both show what the first one found, and the server as the result of round 2.
async fn shows_the_second_round(first: &Machine, second: &Machine) {
    let id = session_id(1);
    for machine in [second, first] {
        machine.pull(Look::Everything).await;
        let (evaluation, shown) = machine.store.assessment_of(id).unwrap().unwrap();
        assert_eq!(
            (evaluation.status, evaluation.epoch),
            (EvaluationStatus::Completed, 2)
        );
        assert_eq!(shown.unwrap().outcome, Outcome::Scored);
        assert_eq!(machine.store.assessments(id).unwrap().len(), 1);
        assert_eq!(machine.store.outbox_pending().unwrap(), 0);
    }
    let row = &first.fake.rows("Evaluation")[0];
    assert_eq!(row["status"], "completed");
    assert!(row["results"]["r2"].as_str().unwrap().contains("scored"));
}

#[tokio::test(start_paused = true)]
async fn what_was_found_without_the_server_is_told_as_a_later_round_than_a_result_of_another() {
    let ([first, second], other) = found_out_apart().await;
    other.finish().await.unwrap();
    second.pull(Look::New).await;
    assert_eq!(
        result(&second.store, session_id(1)).unwrap().summary,
        "of another"
    );
    first.off.store(false, Ordering::Relaxed);
    // Whether it hears of the other one or tells of its own first.
    first.pull(Look::New).await;
    assert_eq!(
        result(&first.store, session_id(1)).unwrap().outcome,
        Outcome::Scored
    );
    first.until_quiet().await;
    let kept = first.fake.rows("Evaluation")[0]["results"]["r1"].clone();
    assert!(
        kept.as_str().unwrap().contains("of another"),
        "its round is its own"
    );
    shows_the_second_round(&first, &second).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_works_on_what_has_been_found_out_meanwhile_is_told_so() {
    let ([first, second], other) = found_out_apart().await;
    first.off.store(false, Ordering::Relaxed);
    first.until_quiet().await;
    let late = other.finish().await;
    assert!(matches!(late, Err(RoundError::Lost)), "{late:?}");
    shows_the_second_round(&first, &second).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_makes_no_round_after_the_next_one() {
    let ([first, second], other) = found_out_apart().await;
    other.finish().await.unwrap();
    first.off.store(false, Ordering::Relaxed);
    let path = format!("/1.1/classes/Evaluation/{}", row(&first));
    let faults = first.fake.faults();
    faults.once("PUT", &path, rehearse_fakes::leancloud::Fault::After);
    first.until_quiet().await;
    assert_eq!(faults.waiting(), 0, "it was met");
    shows_the_second_round(&first, &second).await;
}

#[tokio::test(start_paused = true)]
async fn a_result_of_an_own_practice_is_shown_at_once_when_the_server_has_gone_meanwhile() {
    let [first, second] = two_machines(1).await;
    let models = Arc::<Models>::default();
    let poller = poller_of(&first, &models);
    until("it is at it", || asked(&models) > 0).await;
    assert_eq!(first.fake.rows("Evaluation")[0]["status"], "running");
    first.off.store(true, Ordering::Relaxed);
    let id = session_id(1);
    until("the last question", || asked(&models) == questions_for(1)).await;
    let last = tokio::time::Instant::now();
    until("a result", || result(&first.store, id).is_some()).await;
    assert!(last.elapsed() < Duration::from_secs(60), "{:?}", last.elapsed());
    poller.stop().await;
    assert_eq!(first.fake.rows("Evaluation")[0]["status"], "running");

    first.off.store(false, Ordering::Relaxed);
    first.until_quiet().await;
    second.pull(Look::New).await;
    assert_eq!(result(&second.store, id), result(&first.store, id));
    let (evaluation, _) = second.store.assessment_of(id).unwrap().unwrap();
    assert_eq!(
        (evaluation.status, evaluation.epoch),
        (EvaluationStatus::Completed, 1)
    );
    assert_eq!(first.store.outbox_pending().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_waited_for_five_seconds_at_a_time() {
    let models = Arc::<Models>::default();
    let (machine, poller, gate) = begun_behind_its_back(&models).await;
    machine.hangs.store(true, Ordering::Relaxed);
    let begun = tokio::time::Instant::now();
    gate.open.notify_one();
    until("it has begun", || asked(&models) > 0).await;
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    let id = session_id(1);
    until("a result", || result(&machine.store, id).is_some()).await;
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(asked(&models), questions_for(1));
    poller.stop().await;

    machine.hangs.store(false, Ordering::Relaxed);
    machine.until_quiet().await;
    assert_eq!(machine.fake.rows("Evaluation")[0]["status"], "completed");
}

#[tokio::test(start_paused = true)]
async fn what_was_answered_to_others_is_not_asked_again_by_whoever_joins_late() {
    let answered = first_answers().await;
    let machine = practised_alone().await;
    let (store, now) = (&machine.store, machine.now());
    let models = Arc::<Models>::default();
    let (poller, gate) = about_to_begin(&machine, &models).await;

    let other = Other::claiming(&machine).await;
    other.claims.release(&other.held, &answered).await.unwrap();
    // It was begun here before and given back, which the server does not know: the next number is higher than over there.
    let (evaluation, _) = store.assessment_of(session_id(1)).unwrap().unwrap();
    let name = holder(store, &machine.tools).unwrap();
    let lease = store.claim_evaluation(evaluation.id, &name, now.after(LEASE), now);
    assert_eq!(lease.unwrap().unwrap().epoch, 1);
    store.release_leases_of(&name, now).unwrap();
    gate.open.notify_one();
    until("a result", || result(store, session_id(1)).is_some()).await;
    poller.stop().await;
    assert_eq!(asked(&models) + answered.len(), questions_for(1));
    machine.until_quiet().await;
    let row = &machine.fake.rows("Evaluation")[0];
    assert_eq!(row["holders"], json!({"r1": "another computer", "r2": name}));
    assert_eq!(row["status"], "completed");
}

/// What a judge answers first of all about the practice that all these stories have.
async fn first_answers() -> Vec<Sample> {
    let machine = Machine::new(generous()).await;
    talk(&machine.store, 1, machine.now());
    let models = Arc::<Models>::default();
    let poller = poller_of(&machine, &models);
    let (evaluation, _) = machine.store.assessment_of(session_id(1)).unwrap().unwrap();
    let answers = || machine.store.samples(evaluation.id).unwrap();
    until("a few answers", || answers().len() > 3).await;
    let answers = answers();
    poller.stop().await;
    answers
}

#[tokio::test(start_paused = true)]
async fn no_practice_of_another_computer_is_later_than_the_server_heard_of_it() {
    let ahead = Machine::new(generous()).await;
    let second = ahead.beside(2).await;
    ahead.clock_error.store(7 * 24 * 3_600_000, Ordering::Relaxed);
    let made = ahead.now();
    talk(&ahead.store, 1, made);
    ahead.until_quiet().await;
    second.pull(Look::New).await;
    let id = session_id(1);
    assert_eq!(second.store.session(id).unwrap().unwrap().created_at, made);
    let heard = &second.fake.rows("PracticeSession")[0]["createdAt"];
    let practised = second.store.practised_by(id).unwrap();
    assert_eq!(&json!(practised.to_string()), heard);
    assert!(practised < made);
    assert_eq!(
        ahead.store.practised_by(id).unwrap(),
        made,
        "one's own clock is believed"
    );
}

/// The same telling on a server that knows no conditions.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_apart_is_told_as_a_later_round_to_a_real_parse_server() {
    let server = match ParseServer::start() {
        Ok(server) => server,
        Err(unavailable) => {
            eprintln!("left out: {unavailable}");
            return;
        }
    };
    let client = signed_in(&server).await;
    let same = AnonymousId::from_random([3; 16]);
    let myself = client.users().anonymous(&same).await.unwrap();
    let terms = Terms {
        owner: myself.id,
        reach: Reach::Own,
        stub_user: None,
        audio: Audio::Sent,
    };
    let now = Timestamp::from_millis(1_795_856_400_000);
    let begun = std::time::Instant::now();
    let tools = Tools {
        now: Arc::new(move || now.after(PRACTISED + begun.elapsed())),
        random: Arc::new(|| 0.5),
    };
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path(), Access::Owner, now).unwrap());
    let id = session_id(1);
    talk(&store, 1, now);
    let sender = Sender::new(client.clone(), Arc::clone(&store), terms, tools.clone()).unwrap();
    let until_quiet = async || {
        for _ in 0..20 {
            sender.round().await.unwrap();
        }
        assert_eq!(store.outbox_pending().unwrap(), 0);
    };
    until_quiet().await;
    let class = client.class("Evaluation").unwrap();
    let evaluation = || store.assessment_of(id).unwrap().unwrap().0;
    let name = store.remote_name_of_evaluation(evaluation().id).unwrap().unwrap();
    let row = ObjectId::new(name).unwrap();

    let other = Claims::new(client.clone(), "another computer", LEASE).unwrap();
    let Claim::Won { held, .. } = other.claim(&row, 0, false).await.unwrap() else {
        panic!("nobody else is there");
    };
    let me = holder(&store, &tools).unwrap();
    let now = (tools.now)();
    let lease = store.claim_evaluation(evaluation().id, &me, now.after(LEASE), now);
    let lease = lease.unwrap().unwrap();
    assert_eq!((lease.epoch, held.round), (1, 1));
    store
        .finish_evaluation(lease, &assessment("found apart"), now)
        .unwrap();
    until_quiet().await;
    let late = other.finish(&held, &assessment("of another"), 1).await;
    assert!(matches!(late, Err(RoundError::Lost)), "{late:?}");
    let told = class.get(&row).await.unwrap().unwrap();
    assert_eq!(
        told.fields["holders"],
        json!({"r1": "another computer", "r2": me})
    );
    let results = told.fields["results"].as_object().unwrap();
    assert_eq!(results.len(), 1, "{results:?}");
    assert!(results["r2"].as_str().unwrap().contains("found apart"));
    assert_eq!(
        (evaluation().epoch, evaluation().status),
        (2, EvaluationStatus::Completed)
    );
}
