//! How long a model is waited for, and how often and when it is asked again.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{ModelError, Retry};

/// After the first failure, at most.
const FIRST: Duration = Duration::from_millis(500);
/// Never longer than this by our own choice.
const LONGEST: Duration = Duration::from_secs(8);

/// How long a host may keep a request waiting. Whoever asks says how long the whole may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// From the request to the first byte of a stream. 20 s. An answer that comes in one piece has no such limit.
    pub first_byte: Duration,
    /// Between two pieces of an answer. 15 s.
    pub silence: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(20),
            silence: Duration::from_secs(15),
        }
    }
}

/// How often a request may be made, and how long all of that may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// 1 or more.
    pub(crate) most: u32,
    /// The waits between them and the whole answer included.
    pub(crate) within: Duration,
}

impl Attempts {
    pub(crate) fn begin(self) -> Patience {
        Patience {
            attempts: self,
            made: 1,
            deadline: Instant::now() + self.within,
        }
    }
}

/// What is left of the attempts at one request.
#[derive(Debug)]
pub(crate) struct Patience {
    attempts: Attempts,
    made: u32,
    deadline: Instant,
}

impl Patience {
    /// Requests that were made, with the one under way.
    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    /// When it is too late.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline {
            at: self.deadline,
            within: self.attempts.within,
        }
    }

    /// An attempt failed. Waits until the next one may be made.
    ///
    /// # Errors
    /// The same error, when there is to be none: it would be in vain, there were enough, or the time would be up.
    pub(crate) async fn bear(&mut self, error: ModelError) -> Result<(), ModelError> {
        let random = random();
        let wait = match error.retry() {
            Retry::Never => return Err(error),
            Retry::Soon => jittered(self.made, random),
            // The host may have told many programs the same.
            Retry::After(wait) => wait + jittered(1, random),
        };
        if self.made >= self.attempts.most || Instant::now() + wait >= self.deadline {
            return Err(error);
        }
        tracing::info!(%error, attempt = self.made, wait_ms = wait.as_millis(), "asking the model again");
        sleep(wait).await;
        self.made += 1;
        Ok(())
    }
}

/// The end of everybody's patience, and how much there was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    within: Duration,
}

impl Deadline {
    /// Waits for `future`, but not past `own`, where a limit of `most` ends, and not past the deadline.
    pub(crate) async fn wait<T>(
        self,
        own: Instant,
        most: Duration,
        future: impl Future<Output = T>,
    ) -> Result<T, ModelError> {
        let (until, limit) = match own < self.at {
            true => (own, most),
            false => (self.at, self.within),
        };
        tokio::time::timeout_at(until, future)
            .await
            .map_err(|_| ModelError::TimedOut(limit))
    }
}

/// Exponential with full jitter, after Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
fn jittered(made: u32, random: f64) -> Duration {
    let doublings = made.saturating_sub(1).min(16);
    let most = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    most.mul_f64(random.clamp(0.0, 1.0))
}

/// From 0 to below 1. A system without randomness gets the middle: clients may then meet, which only costs time.
fn random() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / (f64::from(u32::MAX) + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Refusal, RefusalKind};

    fn busy(retry_after: Option<u64>) -> ModelError {
        ModelError::Refused(Refusal {
            kind: RefusalKind::Busy,
            status: Some(429),
            code: String::new(),
            message: String::new(),
            request_id: None,
            retry_after: retry_after.map(Duration::from_secs),
        })
    }

    #[test]
    fn waits_grow_to_eight_seconds_and_no_further() {
        let longest = |made| jittered(made, 1.0).as_millis();
        assert_eq!(
            [0, 1, 2, 3, 5, 6, u32::MAX].map(longest),
            [500, 500, 1000, 2000, 8000, 8000, 8000]
        );
        assert_eq!(jittered(9, 0.0), Duration::ZERO);
        assert!(
            (0..100)
                .map(|_| random())
                .all(|random| (0.0..1.0).contains(&random))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_attempts_are_made_than_allowed() {
        let attempts = Attempts {
            most: 3,
            within: Duration::from_secs(60),
        };
        let mut patience = attempts.begin();
        assert!(patience.bear(busy(None)).await.is_ok());
        assert!(patience.bear(busy(None)).await.is_ok());
        assert_eq!(patience.made(), 3);
        assert!(patience.bear(busy(None)).await.is_err());
        assert_eq!(patience.made(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_host_asks_for_is_waited_for_unless_the_time_would_be_up() {
        let attempts = Attempts {
            most: 9,
            within: Duration::from_secs(10),
        };
        let (mut patience, start) = (attempts.begin(), Instant::now());
        assert!(patience.bear(busy(Some(7))).await.is_ok());
        assert!(start.elapsed() >= Duration::from_secs(7));
        assert!(patience.bear(busy(Some(7))).await.is_err());
        assert!(start.elapsed() < Duration::from_secs(8), "it gives up at once");
    }

    #[tokio::test(start_paused = true)]
    async fn the_limit_that_ran_out_is_named() {
        let attempts = Attempts {
            most: 1,
            within: Duration::from_secs(10),
        };
        let deadline = attempts.begin().deadline();
        for (most, limit) in [(4, 4), (20, 10)] {
            let most = Duration::from_secs(most);
            let waited = deadline
                .wait(Instant::now() + most, most, std::future::pending::<()>())
                .await;
            let Err(ModelError::TimedOut(after)) = waited else {
                panic!("it waits for ever");
            };
            assert_eq!(after.as_secs(), limit);
        }
    }
}
