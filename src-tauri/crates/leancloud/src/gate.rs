//! How many requests are under way at once, and the calm after the server said that it has too much to do.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

/// The first calm; each one after it is twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest calm.
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Gate {
    places: Semaphore,
    calm: Mutex<Calm>,
}

#[derive(Debug, Default)]
struct Calm {
    until: Option<Instant>,
    refusals: u32,
}

impl Gate {
    pub(crate) fn new(places: usize) -> Self {
        Self {
            places: Semaphore::new(places.max(1)),
            calm: Mutex::default(),
        }
    }

    /// Waits for a place and for the end of the calm. `None` never happens, because the gate is never taken down.
    pub(crate) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        let place = self.places.acquire().await.ok()?;
        // The calm may have been made longer while it was waited for.
        while let Some(until) = self.calm_until() {
            sleep_until(until).await;
        }
        Some(place)
    }

    /// The server has too much to do: nobody enters for a while. `random` between 0 and 1 spreads those who wait.
    pub(crate) fn refused(&self, retry_after: Option<Duration>, random: f64) {
        let mut calm = self.calm.lock();
        let now = Instant::now();
        // Those that were under way together were refused together, which counts once.
        if calm.until.is_some_and(|until| until > now) {
            return;
        }
        let doubled = FIRST.saturating_mul(1 << calm.refusals.min(10)).min(LONGEST);
        let spread = doubled.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0);
        calm.refusals = calm.refusals.saturating_add(1);
        calm.until = Some(now + retry_after.map_or(spread, |asked| asked.min(LONGEST).max(spread)));
    }

    pub(crate) fn answered(&self) {
        let mut calm = self.calm.lock();
        if calm.until.is_none_or(|until| until <= Instant::now()) {
            *calm = Calm::default();
        }
    }

    fn calm_until(&self) -> Option<Instant> {
        self.calm.lock().until.filter(|until| *until > Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::sleep;

    use super::*;

    async fn waited(gate: &Gate) -> Duration {
        let before = Instant::now();
        drop(gate.enter().await.unwrap());
        before.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_pass_than_there_are_places() {
        let gate = Arc::new(Gate::new(3));
        let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (gate, inside, most) = (Arc::clone(&gate), Arc::clone(&inside), Arc::clone(&most));
                tokio::spawn(async move {
                    let _place = gate.enter().await.unwrap();
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    sleep(Duration::from_millis(5)).await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_refusal_nobody_enters_for_a_while_that_grows_and_ends() {
        let gate = Gate::new(3);
        assert_eq!(waited(&gate).await, Duration::ZERO);
        gate.refused(None, 1.0);
        gate.refused(None, 1.0); // one that was under way at the same time
        assert_eq!(waited(&gate).await.as_secs(), 1);
        gate.refused(None, 1.0);
        assert_eq!(waited(&gate).await.as_secs(), 2);
        for _ in 0..20 {
            gate.refused(None, 1.0);
            assert!(waited(&gate).await <= LONGEST + Duration::from_millis(1));
        }
        gate.answered();
        gate.refused(None, 0.0);
        assert_eq!(waited(&gate).await.as_millis() / 100, 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_says_how_long_is_listened_to_within_reason() {
        let gate = Gate::new(1);
        gate.refused(Some(Duration::from_secs(7)), 0.0);
        assert_eq!(waited(&gate).await.as_secs(), 7);
        gate.refused(Some(Duration::from_secs(86_400)), 0.0);
        assert_eq!(waited(&gate).await.as_secs(), 60);
    }
}
