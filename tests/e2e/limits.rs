//! How long anything may take. A WebDriver's failures are hangs, so nothing is awaited without one of these.

use std::future::Future;
use std::time::{Duration, Instant};

/// One WebDriver call.
pub(crate) const CALL: Duration = Duration::from_secs(15);
/// From the start of the app to its first page, in a debug build on a busy machine.
pub(crate) const OPENING: Duration = Duration::from_secs(60);
/// Until something that was asked for is on the screen.
pub(crate) const APPEARING: Duration = Duration::from_secs(10);
/// Until the partner has spoken its line to the end.
pub(crate) const PARTNER_LINE: Duration = Duration::from_secs(45);
/// How often is looked again.
pub(crate) const GLANCE: Duration = Duration::from_millis(50);

/// The answer of something that must come in time.
pub(crate) async fn within<T>(limit: Duration, what: &str, answer: impl Future<Output = T>) -> T {
    match tokio::time::timeout(limit, answer).await {
        Ok(answer) => answer,
        Err(_) => panic!("{what}: no answer within {} s", limit.as_secs()),
    }
}

/// Looks until there is something to see; `None` when the time is over.
pub(crate) async fn until<T>(limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(seen) = look().await {
            return Some(seen);
        }
        tokio::time::sleep(GLANCE).await;
    }
    None
}

/// The same for what is no WebDriver call, and must come.
pub(crate) fn until_now<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(
            started.elapsed() < limit,
            "{what}: not seen within {} s",
            limit.as_secs()
        );
        std::thread::sleep(GLANCE);
    }
}
