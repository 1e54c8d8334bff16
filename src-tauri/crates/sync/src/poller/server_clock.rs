//! What time it is on the server, by which leases are timed: the clocks of computers are wrong by hours.

use std::time::Duration;

use parking_lot::Mutex;
use rehearse_domain::Timestamp;
use rehearse_leancloud::{Client, Error, Transport};
use tokio::time::Instant;

/// After so long the server is asked again: the clock here stands still while the computer sleeps.
const KNOWN_FOR: Duration = Duration::from_secs(5 * 60);

/// The server's clock, as it was told last, and what has passed here since. Being late is harmless, it only waits.
#[derive(Debug, Default)]
pub(super) struct ServerClock(Mutex<Option<(Instant, Timestamp)>>);

impl ServerClock {
    /// Now, for the server.
    pub(super) async fn now<T: Transport>(&self, client: &Client<T>) -> Result<Timestamp, Error> {
        if let Some((at, then)) = *self.0.lock()
            && at.elapsed() < KNOWN_FOR
        {
            return Ok(then.after(at.elapsed()));
        }
        let now = server(client.server_time().await?);
        *self.0.lock() = Some((Instant::now(), now));
        Ok(now)
    }

    /// The server said that it did something then: it is later now. That says nothing where no time is known yet, it may
    /// have been long ago.
    pub(super) fn learn(&self, done_at: rehearse_leancloud::Timestamp) {
        let (done_at, mut known) = (server(done_at), self.0.lock());
        if known.is_some_and(|(at, then)| then.after(at.elapsed()) < done_at) {
            *known = Some((Instant::now(), done_at));
        }
    }
}

/// A moment of the server's, as one of ours.
const fn server(moment: rehearse_leancloud::Timestamp) -> Timestamp {
    Timestamp::from_millis(moment.as_millis())
}
