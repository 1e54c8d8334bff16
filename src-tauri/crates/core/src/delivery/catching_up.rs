//! What was recorded before there were figures, or measured by an older method: computed from the clips while nobody
//! practises, so that Progress and what is usual know every practice.

use std::time::Duration;

use rehearse_delivery::METHOD;
use rehearse_store::Access;

use crate::house::Core;
use crate::view::Topic;

/// After the start, when there is more to do than to look back.
const QUIET_AFTER_START: Duration = Duration::from_secs(20);
/// Between two looks whether a practice has ended.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

impl Core {
    /// Measures what is not measured yet, once, a while after the start.
    pub(crate) async fn measure_later(self) {
        tokio::time::sleep(QUIET_AFTER_START).await;
        self.measure_earlier_sessions().await;
        if matches!(self.0.store().map(|store| store.access()), Ok(Access::Owner)) {
            self.0.measurer.caught_up();
            self.0.bus.changed(Topic::Sessions);
        }
    }

    /// Measures every ended session in which a clip of the trainee has no figures of the method in force, the newest
    /// first, and answers how many were looked at. A clip that cannot be read is tried once.
    pub async fn measure_earlier_sessions(&self) -> usize {
        let unmeasured = self.0.on_store(|store| match store.access() {
            Access::Owner => store.unmeasured_sessions(METHOD),
            Access::Reader => Ok(Vec::new()),
        });
        let sessions = match unmeasured.await {
            Ok(sessions) => sessions,
            Err(error) => {
                tracing::warn!(code = error.code, "what is to be measured could not be read");
                return 0;
            }
        };
        for session in &sessions {
            while self.0.practice.lock().await.is_some() {
                tokio::time::sleep(BETWEEN_LOOKS).await;
            }
            let Ok(store) = self.0.store() else { break };
            if let Err(error) = self
                .0
                .measurer
                .measured_session(&store, *session, self.0.now())
                .await
            {
                tracing::warn!(code = error.code, %session, "a session could not be measured");
            }
        }
        if !sessions.is_empty() {
            self.0.bus.changed(Topic::Sessions);
        }
        sessions.len()
    }
}
