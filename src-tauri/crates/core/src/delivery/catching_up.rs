//! What was recorded before there were figures, measured by an older method, or came from elsewhere: computed from the
//! clips while nobody practises, so that Progress and what is usual know every practice.

use std::time::Duration;

use rehearse_delivery::METHOD;
use rehearse_domain::SessionId;
use rehearse_store::Access;

use crate::bus::Paced;
use crate::error::ErrorView;
use crate::house::Core;
use crate::view::Topic;

/// After the store was opened, when there is more to do than to look back; and before another try.
const QUIET: Duration = Duration::from_secs(20);
/// Between two looks whether a practice has ended.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

impl Core {
    /// Measures what is not measured yet, a while after the store was opened, and then whatever comes from elsewhere.
    pub(crate) async fn measure_later(self) {
        tokio::select! {
            () = tokio::time::sleep(QUIET) => {}
            () = self.0.measurer.until_clips_come() => {}
        }
        loop {
            match self.measure_what_is_here().await {
                Ok(()) => self.0.measurer.until_clips_come().await,
                Err(error) => {
                    tracing::warn!(code = error.code, "what is to be measured could not be read");
                    tokio::time::sleep(QUIET).await;
                }
            }
        }
    }

    /// What is drawn comes before what is told.
    async fn measure_what_is_here(&self) -> Result<(), ErrorView> {
        self.outline_arrived().await?;
        self.measure_earlier_sessions().await.map(drop)
    }

    /// Measures every ended session in which a clip of the trainee has no figures of the method in force, the newest
    /// first, and answers how many were looked at. A clip that cannot be read is tried once. Whoever listens hears of
    /// it. A core that only reads measures nothing here.
    pub async fn measure_earlier_sessions(&self) -> Result<usize, ErrorView> {
        if self.0.store()?.access() == Access::Reader {
            return Ok(0);
        }
        let sessions = self.0.on_store(|store| store.unmeasured_sessions(METHOD)).await?;
        let mut told = Paced::new(&self.0.bus, Topic::Sessions);
        for session in &sessions {
            if let Err(error) = self.measure_quietly(*session).await {
                tracing::warn!(code = error.code, %session, "a session could not be measured");
            }
            if sessions.last() == Some(session) {
                self.0.measurer.caught_up();
            }
            told.changed();
        }
        if sessions.is_empty() {
            self.0.measurer.caught_up();
        }
        Ok(sessions.len())
    }

    /// Measures a session, clip by clip while nobody practises.
    async fn measure_quietly(&self, session: SessionId) -> Result<(), ErrorView> {
        let store = self.0.store()?;
        let nobody_practises = || self.0.practice.try_lock().is_ok_and(|open| open.is_none());
        loop {
            self.until_nobody_practises().await;
            let measurer = &self.0.measurer;
            let found = measurer.measured_while(&store, session, self.0.now(), nobody_practises);
            if found.await?.is_whole() {
                return Ok(());
            }
        }
    }

    pub(super) async fn until_nobody_practises(&self) {
        while self.0.practice.lock().await.is_some() {
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }
}
