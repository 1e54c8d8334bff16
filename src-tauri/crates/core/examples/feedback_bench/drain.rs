//! Practices that have piled up, worked off by one poller with eight questions at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rehearse_content::Library;
use rehearse_core::SystemIds;
use rehearse_domain::{
    ClipId, EndReason, IdSource as _, Session, SessionId, SessionStatus, Speaker, Timestamp, Turn, TurnId,
};
use rehearse_fakes::models::{FakeModels, Role};
use rehearse_models::{Abilities, Access, ChatEvaluator, Evaluator, Key};
use rehearse_net::{Net, NetOptions};
use rehearse_store::Store;
use rehearse_sync::Tools;
use rehearse_sync::poller::{Hold, News, Panel, PollerOptions, PollerTask, Recording, Seated};
use rehearse_testkit::practices;
use serde_json::json;

use crate::{TURNS, models};

/// What the model takes for an answer.
const DELAY: Duration = Duration::from_millis(200);
/// Questions at once.
const IN_FLIGHT: usize = 8;

pub(crate) async fn run(count: usize) -> serde_json::Value {
    let (fake, served) = models(DELAY).await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path(), rehearse_store::Access::Owner, now()).expect("a store");
    let store = Arc::new(store);
    store.import_sessions(&ended(count)).expect("the practices");
    let panel = Arc::new(Judges(judge(&fake, &served.url)));
    let tools = Tools {
        now: Arc::new(now),
        random: Arc::new(|| 0.5),
    };
    let options = PollerOptions {
        in_flight: IN_FLIGHT,
        ..PollerOptions::of("bench")
    };
    let begun = Instant::now();
    let poller = PollerTask::start(Arc::clone(&store), panel, tools, options);
    let epoch = Timestamp::from_millis(0);
    // Those that are being worked on are nobody's here, and do not count.
    while (store.evaluations_spent_since("", epoch, epoch).expect("a count") as usize) < count {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = begun.elapsed();
    poller.stop().await;
    let asked = fake.requests_for(Role::Judge).len();
    let ideal = DELAY.mul_f64(asked as f64 / IN_FLIGHT as f64);
    json!({
        "practices": count, "requests": asked, "seconds": took.as_secs_f64(), "share_of_ideal": ideal.div_duration_f64(took),
    })
}

fn judge(fake: &FakeModels, url: &str) -> Arc<dyn Evaluator> {
    let access = Access {
        address: format!("{url}/compatible-mode/v1").parse().expect("an address"),
        key: Some(Key::new(&fake.options().key)),
    };
    let net = Net::new(NetOptions::default());
    Arc::new(ChatEvaluator::new(net, access, "qwen-plus", Abilities::default()))
}

/// So many practices of one skill that ended just now.
fn ended(count: usize) -> Vec<(Session, Vec<Turn>)> {
    let library = Library::built_in().expect("the library");
    let mut snapshot = library
        .snapshot(&"ask-for-a-raise".parse().expect("a name"))
        .expect("a scenario");
    snapshot.skills.truncate(1);
    let practice = |_| {
        let id = SessionId::from(SystemIds.next_id());
        let turns = TURNS.iter().zip(0..).map(|(text, sequence)| {
            let turn = (TurnId::from(SystemIds.next_id()), sequence);
            practices::turn(turn, id, Speaker::Trainee, Some(text), now())
        });
        let session = Session {
            status: SessionStatus::Ended,
            started_at: Some(now()),
            ended_at: Some(now()),
            active: Duration::from_secs(60),
            end_reason: Some(EndReason::Manual),
            ..practices::prepared(id, snapshot.clone(), now())
        };
        (session, turns.collect())
    };
    (0..count).map(practice).collect()
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = since.expect("a clock").as_millis();
    Timestamp::from_millis(i64::try_from(millis).expect("a date"))
}

/// Everybody is judged by the same.
struct Judges(Arc<dyn Evaluator>);

#[async_trait]
impl Panel for Judges {
    async fn may_begin(&self) -> Result<(), Hold> {
        Ok(())
    }

    async fn seat(&self, _: &Session, _: Option<Timestamp>) -> Result<Seated, Hold> {
        Ok(Seated {
            transcriber: None,
            evaluator: Some(Arc::clone(&self.0)),
            exchanged: Box::new(Vec::new),
        })
    }

    async fn clip(&self, _: ClipId) -> Result<Recording, Hold> {
        Ok(Recording::Gone)
    }

    fn changed(&self, _: SessionId, _: News) {}
}
