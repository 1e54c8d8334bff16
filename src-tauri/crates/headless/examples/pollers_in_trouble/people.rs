//! Those who practise, and whoever looks in the end what came of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rehearse_content::Library;
use rehearse_domain::{EndReason, Objective, SessionId, Snapshot, Speaker, Timestamp, TurnId};
use rehearse_store::{Access, EvaluationStatus, SessionEnd, Store};
use rehearse_sync::{Audio, AudioMirror, Look, Puller, Reach, Sender, SenderTask, Terms, Tools};
use rehearse_testkit::practices;
use uuid::Uuid;

use crate::place::Place;

/// So many people.
const PEOPLE: u8 = 3;

/// What is said in each practice, which is enough to be judged.
const TURNS: [&str; 2] = [
    "Thanks for seeing me, Dana. I have run Tom's suppliers alone since March and complaints are settled in four days \
     now, not nine. I would like forty-six thousand from January.",
    "I hear that the pot is small this year. What would Martin need to see so that you can put my name forward? \
     Could we agree that you tell me by Friday whether it goes in, and what is missing if not?",
];

/// Has so many practices recorded by several people, and told to the server.
pub(crate) async fn practise(place: &Place, scratch: &Path, practices: usize) {
    let snapshot = snapshot();
    for person in 1..=PEOPLE {
        let (client, owner) = place.somebody(person).await;
        let folder = scratch.join(format!("person-{person}"));
        let store = Arc::new(Store::open(&folder, Access::Owner, now()).expect("a store"));
        let mine = (0..practices).filter(|number| number % usize::from(PEOPLE) == usize::from(person) - 1);
        for _ in mine {
            record(&store, &snapshot);
        }
        let terms = Terms {
            owner,
            reach: Reach::Own,
            stub_user: None,
            audio: Audio::Sent,
        };
        let sender = Sender::new(client, Arc::clone(&store), terms, tools()).expect("a sender");
        let task = SenderTask::start(sender);
        while store.outbox_pending().expect("a count") > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        task.stop().await;
    }
}

/// How many practices have one result in the eyes of somebody who has just come.
pub(crate) async fn results(place: &Place, scratch: &Path) -> usize {
    let folder = scratch.join("reader");
    let store = Arc::new(Store::open(&folder, Access::Owner, now()).expect("a store"));
    let terms = Terms::of_everybody().expect("terms");
    let puller = Puller::new(
        place.owner(),
        Arc::clone(&store),
        terms,
        tools(),
        AudioMirror::OnDemand,
    );
    let mut sessions: Vec<SessionId> = Vec::new();
    loop {
        let round = puller.round(Look::Everything).await.expect("a round");
        assert_eq!(round.failed, None);
        if round.changed.is_empty() {
            break;
        }
        sessions.extend(round.changed);
    }
    sessions.sort();
    sessions.dedup();
    let has_one = |session: &&SessionId| {
        let all = store.assessments(**session).expect("results");
        matches!(&all[..], [(one, Some(_))] if one.status == EvaluationStatus::Completed)
    };
    sessions.iter().filter(has_one).count()
}

/// One skill, so that few questions make a result.
fn snapshot() -> Snapshot {
    let library = Library::built_in().expect("the library");
    let mut snapshot = library
        .snapshot(&"ask-for-a-raise".parse().expect("a name"))
        .expect("a scenario");
    snapshot.skills.truncate(1);
    snapshot
}

fn record(store: &Store, snapshot: &Snapshot) {
    let (id, at) = (SessionId::from(Uuid::now_v7()), now());
    let session = practices::prepared(id, snapshot.clone(), at);
    store.create_session(&session).expect("a session");
    for (text, sequence) in TURNS.iter().zip(0..) {
        let one = (TurnId::from(Uuid::now_v7()), sequence);
        let turn = practices::turn(one, id, Speaker::Trainee, Some(text), at);
        store.record_turn(&turn).expect("a turn");
    }
    let end = SessionEnd {
        id,
        ended_at: now(),
        active: Duration::from_secs(60),
        reason: EndReason::Manual,
        objective: Objective::default(),
    };
    store.end_session(&end).expect("its end");
}

fn tools() -> Tools {
    Tools {
        now: Arc::new(now),
        random: Arc::new(|| 0.5),
    }
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = since.expect("a clock").as_millis();
    Timestamp::from_millis(i64::try_from(millis).expect("a date"))
}
