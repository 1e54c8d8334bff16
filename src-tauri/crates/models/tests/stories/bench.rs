//! A server of models on a free port, and who asks it.

use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Served};
use rehearse_models::{Abilities, Access, ChatEvaluator, Key};
use rehearse_net::{Net, NetOptions};

/// Where DashScope's manners are served.
pub(crate) const CLOUD: &str = "compatible-mode/v1";
/// Where those of Ollama are.
pub(crate) const LOCAL: &str = "v1";

pub(crate) struct Bench {
    pub(crate) fake: FakeModels,
    served: Served,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let fake = FakeModels::new(FakeModelsOptions::default());
        let served = fake.serve().await.unwrap();
        Self { fake, served }
    }

    pub(crate) fn access(&self, path: &str) -> Access {
        Access {
            address: format!("{}/{path}", self.served.url).parse().unwrap(),
            key: Some(Key::new(&self.fake.options().key)),
        }
    }

    pub(crate) fn evaluator(&self, path: &str, model: &str, abilities: Abilities) -> ChatEvaluator {
        ChatEvaluator::new(net(), self.access(path), model, abilities)
    }

    /// How many requests arrived since this was asked last.
    pub(crate) fn requests(&self) -> usize {
        let arrived = self.fake.requests().len();
        self.fake.forget_requests();
        arrived
    }
}

pub(crate) fn net() -> Net {
    Net::new(NetOptions::default())
}
