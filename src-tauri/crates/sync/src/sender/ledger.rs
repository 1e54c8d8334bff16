//! Where the sender writes down what it does. Whoever writes waits until it is on disk, and those who write at the same
//! time share one commit: a disk takes as long for one as for many.

use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_domain::Timestamp;
use rehearse_store::{Settled, Store, StoreError};
use tokio::sync::oneshot;

/// Clones are the same ledger.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    store: Arc<Store>,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: Vec<Entry>,
    /// Whether somebody is writing, who will take what waits then.
    is_written: bool,
}

#[derive(Debug)]
struct Entry {
    all: Vec<Settled>,
    now: Timestamp,
    written: oneshot::Sender<Result<(), StoreError>>,
}

impl Ledger {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            waiting: Arc::default(),
        }
    }

    /// Writes all of it or nothing. It is written to its end also when nobody waits for that any more.
    pub(super) async fn write(&self, all: Vec<Settled>, now: Timestamp) -> Result<(), StoreError> {
        if all.is_empty() {
            return Ok(());
        }
        let (written, answer) = oneshot::channel();
        let begin = {
            let mut waiting = self.waiting.lock();
            waiting.entries.push(Entry { all, now, written });
            !std::mem::replace(&mut waiting.is_written, true)
        };
        if begin {
            let ledger = self.clone();
            tokio::task::spawn_blocking(move || ledger.write_what_waits());
        }
        // Without an answer the writer has panicked, and so does everything that relies on it.
        match answer.await {
            Ok(written) => written,
            Err(_) => std::panic::resume_unwind(Box::new("what the sender did could not be written down")),
        }
    }

    fn write_what_waits(&self) {
        loop {
            let entries = {
                let mut waiting = self.waiting.lock();
                if waiting.entries.is_empty() {
                    waiting.is_written = false;
                    return;
                }
                std::mem::take(&mut waiting.entries)
            };
            let Some(now) = entries.iter().map(|entry| entry.now).max() else {
                continue;
            };
            let (all, written): (Vec<_>, Vec<_>) = entries
                .into_iter()
                .map(|entry| (entry.all, entry.written))
                .unzip();
            if self.store.settle(&all.concat(), now).is_ok() {
                written.into_iter().for_each(|written| drop(written.send(Ok(()))));
                continue;
            }
            // Together nothing was written. Alone each learns what is wrong with its own.
            for (all, written) in all.into_iter().zip(written) {
                let _ = written.send(self.store.settle(&all, now));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rehearse_store::Access;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_856_400_000);

    fn stray(number: usize) -> Settled {
        Settled::Stray {
            file: format!("file{number}"),
            session: rehearse_domain::SessionId::from(uuid::Uuid::from_u128(1)),
        }
    }

    #[tokio::test]
    async fn everybody_is_answered_once_it_is_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path(), Access::Owner, NOW).unwrap());
        let ledger = Ledger::new(Arc::clone(&store));
        let all = (0..100).map(|number| ledger.write(vec![stray(number)], NOW));
        for written in futures_util::future::join_all(all).await {
            written.unwrap();
        }
        assert_eq!(store.stray_files_due(NOW, 1000).unwrap().len(), 100);
        ledger.write(vec![stray(100)], NOW).await.unwrap();
        assert_eq!(store.stray_files_due(NOW, 1000).unwrap().len(), 101);
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_told_to_whom_it_concerns() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), Access::Owner, NOW).unwrap());
        let store = Arc::new(Store::open(folder.path(), Access::Reader, NOW).unwrap());
        let ledger = Ledger::new(store);
        let all = (0..3).map(|number| ledger.write(vec![stray(number)], NOW));
        for written in futures_util::future::join_all(all).await {
            assert!(matches!(written, Err(StoreError::ReaderAccess)));
        }
    }
}
