//! What a device's real-time thread and its reader both see: counts and one fault, without a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What a device's own thread can say went wrong, as a flag without words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// The device is gone.
    Lost = 1,
    /// The stream must be opened anew (another default device, another format).
    Changed = 2,
    /// The operating system took the permission away.
    PermissionDenied = 3,
    /// Somebody else took the device.
    Busy = 4,
    /// Anything else.
    Failed = 5,
}

impl Fault {
    const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Lost),
            2 => Some(Self::Changed),
            3 => Some(Self::PermissionDenied),
            4 => Some(Self::Busy),
            5 => Some(Self::Failed),
            _ => None,
        }
    }
}

/// What callback and reader both see. Also handed to error callbacks, which may only raise the fault.
#[derive(Debug)]
pub struct Counters {
    born: Instant,
    written: AtomicU64,
    dropped: AtomicU64,
    callbacks: AtomicU64,
    last_callback_micros: AtomicU64,
    fault: AtomicU8,
}

impl Counters {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            born: Instant::now(),
            written: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            callbacks: AtomicU64::new(0),
            last_callback_micros: AtomicU64::new(0),
            fault: AtomicU8::new(0),
        })
    }

    /// Frames that went into the ring since it was made.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// Frames that found the ring full and are lost.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How often the device called.
    pub fn callbacks(&self) -> u64 {
        self.callbacks.load(Ordering::Relaxed)
    }

    /// How long ago the device last called; `None` before the first time.
    pub fn since_last_callback(&self) -> Option<Duration> {
        let micros = self.last_callback_micros.load(Ordering::Relaxed);
        (self.callbacks() > 0).then(|| self.born.elapsed().saturating_sub(Duration::from_micros(micros)))
    }

    /// The fault that was raised first, if any.
    pub fn fault(&self) -> Option<Fault> {
        Fault::from_number(self.fault.load(Ordering::Acquire))
    }

    /// Raises a fault; returns whether one had been raised before.
    pub fn raise(&self, fault: Fault) -> bool {
        self.fault
            .compare_exchange(0, fault as u8, Ordering::AcqRel, Ordering::Acquire)
            .is_err()
    }

    /// The device called.
    pub(crate) fn called(&self) {
        let micros = u64::try_from(self.born.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.last_callback_micros.store(micros, Ordering::Relaxed);
        self.callbacks.fetch_add(1, Ordering::Relaxed);
    }

    /// So many of its frames went into the ring and so many did not.
    pub(crate) fn counted(&self, written: usize, dropped: usize) {
        self.written.fetch_add(written as u64, Ordering::Release);
        if dropped > 0 {
            self.dropped.fetch_add(dropped as u64, Ordering::Relaxed);
        }
    }
}
