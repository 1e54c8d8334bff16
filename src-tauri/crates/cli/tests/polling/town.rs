//! A server of one's own and a host of models, both listening, and what lets a poller in there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Served};
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role};
use rehearse_leancloud::AnonymousId;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::records::snapshot;

/// Longest wait for what takes a second or two.
const PATIENCE: Duration = Duration::from_secs(60);
/// Looks at a skill, where judges agree.
const LOOKS: usize = 3;
/// What the trainee says in each turn, enough for a judge; no log may repeat any of it.
pub(crate) const WORDS: &str = "I would like to talk about my pay because I have done the work of two people since \
                                March and the suppliers call nobody but me. Complaints are settled in four days now \
                                and not in nine. I would like forty-six thousand from January. What would you need to \
                                see so that you can put my name forward?";

pub(crate) struct Town {
    pub(crate) app: FakeLeanCloud,
    pub(crate) app_served: Served,
    pub(crate) models: FakeModels,
    pub(crate) models_served: Served,
    pub(crate) runtime: Runtime,
    /// Milliseconds by which the server's clock is ahead.
    ahead: Arc<AtomicU64>,
}

impl Town {
    pub(crate) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let ahead = Arc::<AtomicU64>::default();
        let clock = {
            let (ahead, real) = (Arc::clone(&ahead), FakeOptions::default().clock);
            move || real() + i64::try_from(ahead.load(Ordering::Relaxed)).unwrap()
        };
        let app = FakeLeanCloud::new(FakeOptions {
            clock: Arc::new(clock),
            ..FakeOptions::default()
        });
        let models = FakeModels::new(FakeModelsOptions::default());
        let app_served = runtime.block_on(app.serve()).unwrap();
        let models_served = runtime.block_on(models.serve()).unwrap();
        for _ in 0..50 {
            models.hears(WORDS);
        }
        Self {
            app,
            app_served,
            models,
            models_served,
            runtime,
            ahead,
        }
    }

    /// Time passes on the server.
    pub(crate) fn passes(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.ahead.fetch_add(millis, Ordering::Relaxed);
    }

    /// Credentials of the user with this recovery code.
    pub(crate) fn credentials(&self, code: &AnonymousId) -> Value {
        let mut credentials = self.without_account();
        credentials["account"] = json!({"recovery_code": code.expose()});
        credentials
    }

    /// Credentials that say nothing about whose sessions are seen to.
    pub(crate) fn without_account(&self) -> Value {
        let (options, models) = (self.app.options(), self.models.options());
        let address = format!("{}/compatible-mode/v1", self.models_served.url);
        json!({
            "server": {
                "kind": "leancloud", "address": self.app_served.url,
                "app_id": options.app_id, "app_key": options.app_key,
            },
            "transcriber": {
                "preset": "qwen-singapore", "address": address, "model": "qwen3-asr-flash", "key": models.key,
            },
            "evaluator": {
                "preset": "qwen-singapore", "address": address, "model": "qwen3.7-plus", "key": models.key,
            },
        })
    }

    /// How the evaluations are on the server.
    pub(crate) fn statuses(&self) -> Vec<String> {
        let rows = self.app.rows("Evaluation");
        rows.iter()
            .map(|row| row["status"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub(crate) fn are_all(&self, status: &str, count: usize) -> bool {
        let statuses = self.statuses();
        statuses.len() == count && statuses.iter().all(|one| one == status)
    }

    /// How many questions were put to a model.
    pub(crate) fn asked(&self, role: Role) -> usize {
        self.models.requests_for(role).len()
    }

    /// Waits until something is so.
    pub(crate) fn until(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "never: {what}; {:?}", self.statuses());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A recovery code of somebody.
pub(crate) fn code(number: u8) -> AnonymousId {
    AnonymousId::from_random([number; 16])
}

/// Questions to a judge who agrees with itself.
pub(crate) fn questions_for(practices: usize) -> usize {
    practices * LOOKS * snapshot().skills.len()
}
