//! Notices that there is something new to tell the remote, so that nobody has to look for it again and again.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;
use rusqlite::Connection;
use rusqlite::hooks::Action;

use crate::StoreError;

/// Hears that there is something new to tell.
pub(crate) type Listener = Box<dyn Fn() + Send + Sync>;

/// Notices changes that the remote has to be told of, and says so once they are on disk.
#[derive(Default)]
pub(crate) struct News {
    seen: Arc<AtomicBool>,
    listener: RwLock<Option<Listener>>,
}

impl News {
    /// Begins to look at what this connection writes.
    pub(crate) fn watch(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let seen = Arc::clone(&self.seen);
        let look = move |action, _: &str, table: &str, _| {
            if action == Action::SQLITE_INSERT && table == "outbox" {
                seen.store(true, Ordering::Relaxed);
            }
        };
        connection.update_hook(Some(look))?;
        Ok(())
    }

    pub(crate) fn listen(&self, listener: Listener) {
        *self.listener.write() = Some(listener);
    }

    /// There will be something to tell with the next commit, although no change is added.
    pub(crate) fn notice(&self) {
        self.seen.store(true, Ordering::Relaxed);
    }

    /// A transaction was committed.
    pub(crate) fn tell(&self) {
        if self.seen.swap(false, Ordering::Relaxed)
            && let Some(listener) = &*self.listener.read()
        {
            listener();
        }
    }
}

impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("News")
    }
}
