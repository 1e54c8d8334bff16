//! The event bus: tells listeners that something changed, never what it is now. A listener that lags loses
//! events, sees the gap in the revision numbers, and asks for everything it shows.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::broadcast;
use tokio::time::Instant;

use crate::feedback::telling::NewResult;
use crate::view::{Changed, Heard, Topic};

/// Changes kept for a slow listener; past this it resyncs.
const CHANGES_KEPT: usize = 256;
/// Levels kept for a slow listener: a second's worth; older ones are of no use.
const LEVELS_KEPT: usize = 20;
/// Results kept for a slow listener; of more than this nobody has to be told one by one.
const RESULTS_KEPT: usize = 64;

/// The sending side, owned by the house.
pub(crate) struct Bus {
    changes: broadcast::Sender<Changed>,
    heard: broadcast::Sender<Heard>,
    results: broadcast::Sender<NewResult>,
    // Held while sending, so that revisions arrive in the order they were counted.
    revision: Mutex<u32>,
}

impl Bus {
    pub(crate) fn new() -> Self {
        Self {
            changes: broadcast::Sender::new(CHANGES_KEPT),
            heard: broadcast::Sender::new(LEVELS_KEPT),
            results: broadcast::Sender::new(RESULTS_KEPT),
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

    /// Says that feedback was made here.
    pub(crate) fn result(&self, result: NewResult) {
        let _ = self.results.send(result);
    }

    pub(crate) fn changes(&self) -> Listener<Changed> {
        Listener(self.changes.subscribe())
    }

    pub(crate) fn levels(&self) -> Listener<Heard> {
        Listener(self.heard.subscribe())
    }

    pub(crate) fn results(&self) -> Listener<NewResult> {
        Listener(self.results.subscribe())
    }
}

/// Changes of a topic are told no faster by one who makes many.
const PACE: Duration = Duration::from_millis(500);

/// Says that a topic changed, for work of which every small piece changes something: at the first, now and then, and when
/// it is dropped for those that were not told.
pub(crate) struct Paced<'bus> {
    bus: &'bus Bus,
    topic: Topic,
    told: Option<Instant>,
    owed: bool,
}

impl<'bus> Paced<'bus> {
    pub(crate) const fn new(bus: &'bus Bus, topic: Topic) -> Self {
        Self {
            bus,
            topic,
            told: None,
            owed: false,
        }
    }

    pub(crate) fn changed(&mut self) {
        if self.told.is_some_and(|told| told.elapsed() < PACE) {
            self.owed = true;
            return;
        }
        self.bus.changed(self.topic);
        (self.told, self.owed) = (Some(Instant::now()), false);
    }
}

impl Drop for Paced<'_> {
    fn drop(&mut self) {
        if self.owed {
            self.bus.changed(self.topic);
        }
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
    async fn many_small_changes_are_told_at_the_first_and_at_the_end() {
        let bus = Bus::new();
        let mut listener = bus.changes();
        let mut paced = Paced::new(&bus, Topic::Sessions);
        for _ in 0..1000 {
            paced.changed();
        }
        drop(paced);
        drop(Paced::new(&bus, Topic::Sessions));
        bus.changed(Topic::App);
        let mut told = Vec::new();
        while let Some(Changed { topic, .. }) = listener.next().await
            && topic != Topic::App
        {
            told.push(topic);
        }
        assert_eq!(told, [Topic::Sessions; 2]);
    }

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
