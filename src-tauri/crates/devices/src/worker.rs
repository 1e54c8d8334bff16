//! A thread that is waited for at its end, but not for ever.

use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::DeviceError;

/// A running thread.
#[derive(Debug)]
pub(crate) struct Worker {
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    thread: JoinHandle<()>,
    ended: mpsc::Receiver<()>,
}

impl Worker {
    pub(crate) fn spawn(name: &str, job: impl FnOnce() + Send + 'static) -> Result<Self, DeviceError> {
        let (end, ended) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                job();
                // Nobody may be waiting.
                let _ = end.send(());
            })
            .map_err(DeviceError::backend)?;
        Ok(Self {
            running: Mutex::new(Some(Running { thread, ended })),
        })
    }

    /// Waits for the end of a thread that was told to end. Returns whether it came within `deadline`; if not, the
    /// thread is left to itself. A second call has nothing to wait for.
    pub(crate) fn join(&self, deadline: Duration) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running { thread, ended }) = running else {
            return true;
        };
        match ended.recv_timeout(deadline) {
            Err(mpsc::RecvTimeoutError::Timeout) => false,
            Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => thread.join().is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_does_not_end_is_left_at_the_deadline() {
        let (release, held) = mpsc::channel::<()>();
        let worker = Worker::spawn("stubborn", move || assert!(held.recv().is_err())).unwrap();
        assert!(!worker.join(Duration::from_millis(50)));
        drop(release);
        assert!(
            Worker::spawn("willing", || {})
                .unwrap()
                .join(Duration::from_secs(5))
        );
    }
}
