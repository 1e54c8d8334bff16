//! Where the sender writes down what it does. Whoever writes waits until it is on disk, and those who write at the same
//! time share one commit: a disk takes as long for one as for many.

use std::pin::pin;
use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_domain::Timestamp;
use rehearse_store::{Settled, Store, StoreError};
use tokio::sync::{Notify, oneshot};

/// Clones are the same ledger.
#[derive(Clone, Debug)]
pub(crate) struct Ledger(Arc<Desk>);

#[derive(Debug)]
struct Desk {
    store: Arc<Store>,
    waiting: Mutex<Waiting>,
    /// Told when somebody has written.
    written: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: Vec<Entry>,
    /// Whether somebody is writing entries, who will take what waits then.
    is_being_written: bool,
    /// How many are writing, entries or something beside them.
    writers: usize,
    is_closed: bool,
}

#[derive(Debug)]
struct Entry {
    all: Vec<Settled>,
    now: Timestamp,
    written: oneshot::Sender<Result<(), StoreError>>,
}

/// Somebody is writing, until this is dropped.
#[derive(Debug)]
pub(super) struct Writing(Arc<Desk>);

impl Drop for Writing {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock();
        waiting.writers = waiting.writers.saturating_sub(1);
        if std::thread::panicking() {
            // Nobody takes what waits any more: whoever waits for it has to learn that, and the next begins anew.
            waiting.is_being_written = false;
            waiting.entries.clear();
        }
        drop(waiting);
        self.0.written.notify_waiters();
    }
}

impl Ledger {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self(Arc::new(Desk {
            store,
            waiting: Mutex::default(),
            written: Notify::new(),
        }))
    }

    /// Writes all of it or nothing. It is written to its end also when nobody waits for that any more. A ledger that was
    /// closed never answers: whoever closes it has stopped everybody who could wait.
    pub(super) async fn write(&self, all: Vec<Settled>, now: Timestamp) -> Result<(), StoreError> {
        if all.is_empty() {
            return Ok(());
        }
        let (written, answer) = oneshot::channel();
        let Some(writer) = self.put(Entry { all, now, written }) else {
            return std::future::pending().await;
        };
        if let Some(writing) = writer {
            tokio::task::spawn_blocking(move || write_what_waits(&writing));
        }
        // Without an answer the writer has panicked, and so does everything that relies on it.
        match answer.await {
            Ok(written) => written,
            Err(_) => std::panic::resume_unwind(Box::new("what the sender did could not be written down")),
        }
    }

    /// Somebody writes something beside the ledger; `None` when it is closed.
    pub(super) fn begin(&self) -> Option<Writing> {
        let mut waiting = self.0.waiting.lock();
        if waiting.is_closed {
            return None;
        }
        waiting.writers += 1;
        Some(Writing(Arc::clone(&self.0)))
    }

    /// Lets nothing be written any more, and waits for what is being written. Entries that wait are dropped, as if their
    /// writer had been killed.
    pub(crate) async fn close(&self) {
        loop {
            let mut written = pin!(self.0.written.notified());
            written.as_mut().enable();
            {
                let mut waiting = self.0.waiting.lock();
                waiting.is_closed = true;
                waiting.entries.clear();
                if waiting.writers == 0 {
                    return;
                }
            }
            written.await;
        }
    }

    /// Puts an entry with those that wait. Whoever gets a [`Writing`] has to write them. `None` when it is closed.
    fn put(&self, entry: Entry) -> Option<Option<Writing>> {
        let mut waiting = self.0.waiting.lock();
        if waiting.is_closed {
            return None;
        }
        waiting.entries.push(entry);
        if std::mem::replace(&mut waiting.is_being_written, true) {
            return Some(None);
        }
        waiting.writers += 1;
        Some(Some(Writing(Arc::clone(&self.0))))
    }
}

fn write_what_waits(writing: &Writing) {
    let desk = &writing.0;
    loop {
        let entries = {
            let mut waiting = desk.waiting.lock();
            if waiting.entries.is_empty() {
                waiting.is_being_written = false;
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
        if desk.store.settle(&all.concat(), now).is_ok() {
            written.into_iter().for_each(|written| drop(written.send(Ok(()))));
            continue;
        }
        // Together nothing was written. Alone each learns what is wrong with its own.
        for (all, written) in all.into_iter().zip(written) {
            let _ = written.send(desk.store.settle(&all, now));
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

    #[tokio::test]
    async fn nothing_is_written_once_it_was_closed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path(), Access::Owner, NOW).unwrap());
        let ledger = Ledger::new(Arc::clone(&store));
        let writers: Vec<_> = (0..50)
            .map(|number| {
                let ledger = ledger.clone();
                tokio::spawn(async move { ledger.write(vec![stray(number)], NOW).await })
            })
            .collect();
        tokio::task::yield_now().await;
        writers.iter().for_each(tokio::task::JoinHandle::abort);
        ledger.close().await;
        let there = store.stray_files_due(NOW, 1000).unwrap().len();
        let late = tokio::time::timeout(
            std::time::Duration::from_millis(50),
            ledger.write(vec![stray(99)], NOW),
        );
        assert!(late.await.is_err(), "it is not answered");
        assert!(ledger.begin().is_none());
        assert_eq!(store.stray_files_due(NOW, 1000).unwrap().len(), there);
    }

    #[tokio::test]
    async fn a_writer_that_panics_leaves_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path(), Access::Owner, NOW).unwrap());
        let ledger = Ledger::new(Arc::clone(&store));
        let (written, answer) = oneshot::channel();
        let entry = Entry {
            all: vec![stray(0)],
            now: NOW,
            written,
        };
        let writing = ledger.put(entry).flatten().unwrap();
        let panicked = std::thread::spawn(move || {
            let _writing = writing;
            panic!("as the store would");
        });
        assert!(panicked.join().is_err());
        assert!(answer.await.is_err(), "whoever waits learns it");
        ledger.write(vec![stray(1)], NOW).await.unwrap();
        ledger.close().await;
    }
}
