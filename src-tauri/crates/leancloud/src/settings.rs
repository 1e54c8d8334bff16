//! How a client behaves, and where its time and its chance come from.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use crate::Timestamp;

/// How a client behaves. The defaults suit LeanCloud's development plan.
#[derive(Clone)]
pub struct Settings {
    /// Requests of the API under way at once. 3: the development plan has three workers and refuses the fourth.
    pub api_in_flight: usize,
    /// Uploads and downloads under way at once. 2.
    pub files_in_flight: usize,
    /// How long a request of the API may take, waiting for a place not counted. 20 s, twice the server's own limit.
    pub api_time: Duration,
    /// How often a request that the server had no time for, and did nothing about, is made again. 4.
    pub busy_retries: u32,
    /// How long a host of files may be silent. 60 s.
    pub file_silence: Duration,
    /// The slowest upload that is waited for, in bytes a second. 8 KiB.
    pub slowest_upload: u64,
    /// The clock of this computer.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Numbers between 0 and 1.
    pub random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            api_in_flight: 3,
            files_in_flight: 2,
            api_time: Duration::from_secs(20),
            busy_retries: 4,
            file_silence: Duration::from_secs(60),
            slowest_upload: 8 * 1024,
            now: Arc::new(Timestamp::of_this_computer),
            random: Arc::new(chance),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("api_in_flight", &self.api_in_flight)
            .field("files_in_flight", &self.files_in_flight)
            .field("api_time", &self.api_time)
            .field("busy_retries", &self.busy_retries)
            .finish_non_exhaustive()
    }
}

/// Good enough to spread requests in time: each new hasher of the standard library begins differently.
fn chance() -> f64 {
    let number = u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or(0);
    f64::from(number) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_lies_between_nothing_and_one_and_differs() {
        let numbers: Vec<f64> = (0..20).map(|_| chance()).collect();
        assert!(numbers.iter().all(|number| (0.0..=1.0).contains(number)));
        assert!(numbers.windows(2).any(|pair| pair[0] != pair[1]));
        assert!(!format!("{:?}", Settings::default()).is_empty());
    }
}
