//! Earlier practices, read while somebody practises: the first reading takes longer than the figures of the new one may
//! be waited for.

use std::sync::Arc;

use rehearse_domain::Language;
use rehearse_store::{Store, StoreError};

use super::EARLIER;
use super::measurer::Measurer;

impl Measurer {
    /// Reads what the figures of a practice in this language will be compared with, beside it. What fails is read when
    /// it is asked for.
    pub(crate) fn read_earlier_beside(self: Arc<Self>, store: Arc<Store>, language: Language) {
        let measurer = Arc::clone(&self);
        self.beside(async move {
            if let Err(error) = measurer.read_earlier(&store, language).await {
                tracing::warn!(%error, "earlier practices could not be read beside this one");
            }
        });
    }

    /// Session by session, so that a house that shuts down waits for one of them at most.
    async fn read_earlier(self: Arc<Self>, store: &Arc<Store>, language: Language) -> Result<(), StoreError> {
        let all = Arc::clone(store);
        let Some(found) = self.unbroken(move || all.recent_deliveries(language, EARLIER, None)) else {
            return Ok(());
        };
        // No answer comes from a thread that died; what it would have read is read when it is asked for.
        let Ok(found) = found.await else { return Ok(()) };
        for about in found? {
            let (measurer, store) = (Arc::clone(&self), Arc::clone(store));
            let Some(read) = self.unbroken(move || measurer.runs.run(&store, &about, language)) else {
                return Ok(());
            };
            if let Ok(read) = read.await {
                read?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::delivery::made::{practised, record, store};

    #[tokio::test]
    async fn what_a_practice_will_be_compared_with_is_remembered_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(store(folder.path()));
        let sessions = [1, 2].map(|turns| practised(&store, turns, &record(2, 150.0)).0);
        let measurer = Arc::new(Measurer::default());
        Arc::clone(&measurer).read_earlier_beside(Arc::clone(&store), Language::English);
        let all_are_known = async {
            while sessions
                .iter()
                .any(|session| measurer.runs.known(*session).is_none())
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(10), all_are_known).await;
        waited.expect("both are read");

        let known = sessions.map(|session| measurer.runs.known(session).unwrap());
        let asked = measurer.runs.earlier(&store, Language::English, EARLIER, None);
        for earlier in asked.unwrap() {
            let is_it = |run| Arc::ptr_eq(run, &earlier.run);
            assert!(known.iter().any(is_it), "it was not read again");
        }
    }

    #[tokio::test]
    async fn nothing_is_read_for_a_house_that_has_shut_down_and_nobody_holds_its_store() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(store(folder.path()));
        let sessions = [1, 2, 3].map(|turns| practised(&store, turns, &record(2, 150.0)).0);
        let measurer = Arc::new(Measurer::default());
        Arc::clone(&measurer).read_earlier_beside(Arc::clone(&store), Language::English);
        tokio::task::yield_now().await;
        measurer.shut_down().await;
        assert_eq!(Arc::strong_count(&store), 1);
        let known = || {
            let known = sessions
                .iter()
                .filter_map(|session| measurer.runs.known(*session));
            known.count()
        };
        let before = known();
        Arc::clone(&measurer).read_earlier_beside(Arc::clone(&store), Language::English);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!((known(), Arc::strong_count(&store)), (before, 1));
    }
}
