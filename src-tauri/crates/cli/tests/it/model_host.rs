//! A host of models, and how it is set up for a role.

use std::process::Command;

use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::server::{answer, fed};
use crate::stage::Stage;

/// A host of models that listens while this is held.
pub(crate) struct ModelHost {
    pub(crate) fake: FakeModels,
    pub(crate) served: Served,
    runtime: Runtime,
}

impl ModelHost {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let fake = FakeModels::new(FakeModelsOptions::default());
        let served = runtime.block_on(fake.serve()).unwrap();
        Self {
            fake,
            served,
            runtime,
        }
    }

    pub(crate) fn address(&self) -> String {
        format!("{}/compatible-mode/v1", self.served.url)
    }

    pub(crate) fn host(&self) -> &str {
        self.served.url.trim_start_matches("http://")
    }

    pub(crate) fn setting(&self, stage: &Stage, role: &str) -> Command {
        let address = self.address();
        stage.program(&[
            "models",
            "set",
            role,
            "--preset",
            "qwen-singapore",
            "--address",
            &address,
            "--keys",
            "file",
            "--key",
            "--json",
        ])
    }

    /// Sets roles up with the right key.
    pub(crate) fn set(&self, stage: &Stage, role: &str) -> Value {
        answer(&fed(self.setting(stage, role), &self.fake.options().key))
    }

    /// Goes away.
    pub(crate) fn leave(self) {
        drop(self.served);
        drop(self.runtime);
    }
}
