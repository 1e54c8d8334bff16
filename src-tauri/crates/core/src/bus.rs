//! The event bus: tells listeners that something changed, never what it is now. A listener that lags loses
//! events, sees the gap in the revision numbers, and asks for everything it shows.

use parking_lot::Mutex;
use tokio::sync::broadcast;

use crate::view::{Changed, Heard, Topic};

/// Changes kept for a slow listener; past this it resyncs.
const CHANGES_KEPT: usize = 256;
/// Levels kept for a slow listener: a second's worth; older ones are of no use.
const LEVELS_KEPT: usize = 20;

/// The sending side, owned by the house.
pub(crate) struct Bus {
    changes: broadcast::Sender<Changed>,
    heard: broadcast::Sender<Heard>,
    // Held while sending, so that revisions arrive in the order they were counted.
    revision: Mutex<u32>,
}

impl Bus {
    pub(crate) fn new() -> Self {
        Self {
            changes: broadcast::Sender::new(CHANGES_KEPT),
            heard: broadcast::Sender::new(LEVELS_KEPT),
            revision: Mutex::new(0),
        }
    }

    /// Says that `topic` changed. Nobody listening is fine.
    pub(crate) fn changed(&self, topic: Topic) {
        let mut revision = self.revision.lock();
        *revision = revision.wrapping_add(1);
        let _ = self.changes.send(Changed {
            topic,
            revision: *revision,
        });
    }

    /// Says how loud the microphone is.
    pub(crate) fn heard(&self, level: Heard) {
        let _ = self.heard.send(level);
    }

    pub(crate) fn changes(&self) -> Listener<Changed> {
        Listener(self.changes.subscribe())
    }

    pub(crate) fn levels(&self) -> Listener<Heard> {
        Listener(self.heard.subscribe())
    }
}

/// The receiving side.
pub struct Listener<T>(broadcast::Receiver<T>);

impl<T: Clone> Listener<T> {
    /// The next event, skipping what was lost; `None` once the core is gone.
    pub async fn next(&mut self) -> Option<T> {
        loop {
            match self.0.recv().await {
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_that_lagged_sees_the_gap_in_the_revisions() {
        let bus = Bus::new();
        let mut listener = bus.changes();
        bus.changed(Topic::App);
        assert_eq!(listener.next().await.map(|changed| changed.revision), Some(1));
        for _ in 0..=CHANGES_KEPT {
            bus.changed(Topic::Practice);
        }
        assert_eq!(
            listener.next().await.map(|changed| changed.revision),
            Some(3),
            "revision 2 was lost"
        );
    }
}
