//! A recorder with an inbox, and how its answers are awaited.
// Each test program uses a part of it.
#![allow(dead_code, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::clip::FinishedClip;
use rehearse_delivery::TurnFigures;
use rehearse_devices::{
    CaptureEvent, DeviceChoice, InputBackend, Recorder, RecorderOptions, TakeEnd, TakeId,
};
use rehearse_testkit::Unavailable;

pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const DEFAULT: DeviceChoice = DeviceChoice::SystemDefault;

/// Microphones moved by hand are silent for as long as a test thinks.
pub(crate) fn unhurried() -> RecorderOptions {
    let long = Duration::from_secs(3600);
    RecorderOptions {
        no_samples: long,
        first_samples: long,
        ..RecorderOptions::default()
    }
}

/// What a test needs of the machine; what is missing is said and leaves the test out.
pub(crate) fn available<T>(part: Result<T, Unavailable>) -> Option<T> {
    part.inspect_err(|reason| eprintln!("left out: {reason}")).ok()
}

/// Waits for what happens on another thread and is not told.
pub(crate) fn until(mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "it did not happen within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A recorder, its answers, and a folder for its clips.
pub(crate) struct Bench {
    pub(crate) recorder: Recorder,
    events: mpsc::Receiver<CaptureEvent>,
    folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new(backend: impl InputBackend + 'static, options: RecorderOptions) -> Self {
        let (tell, events) = mpsc::channel();
        let listener = Box::new(move |event| drop(tell.send(event)));
        let recorder = Recorder::spawn(Arc::new(backend), options, listener).unwrap();
        Self {
            recorder,
            events,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, take: u64) -> PathBuf {
        self.folder.path().join(format!("{take}.mp3"))
    }

    pub(crate) fn start(&self, take: u64) {
        self.recorder.start(TakeId(take), self.path(take));
    }

    pub(crate) fn stop(&self, take: u64) {
        self.recorder.stop(TakeId(take));
    }

    /// The next event that `wanted` accepts; what comes before it is dropped.
    pub(crate) fn wait<T>(&self, what: &str, mut wanted: impl FnMut(CaptureEvent) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) => {
                    if !matches!(event, CaptureEvent::Level(_)) {
                        seen.push(format!("{event:?}"));
                    }
                    if let Some(answer) = wanted(event) {
                        return answer;
                    }
                }
                Err(_) => panic!("no {what} came, but {seen:#?}"),
            }
        }
    }

    pub(crate) fn opened(&self) -> String {
        self.wait("opening", |event| match event {
            CaptureEvent::Opened { device, .. } => Some(device.name),
            _ => None,
        })
    }

    /// Whether it is the first microphone or another one.
    pub(crate) fn opened_or_switched(&self) {
        self.wait("opening", |event| {
            matches!(event, CaptureEvent::Opened { .. } | CaptureEvent::Switched { .. }).then_some(())
        });
    }

    pub(crate) fn started(&self) -> (Duration, Duration) {
        self.wait("start", |event| match event {
            CaptureEvent::Started { preroll, latency, .. } => Some((preroll, latency)),
            _ => None,
        })
    }

    /// How old the first sample of the clip was at the start, and the time since the press.
    pub(crate) fn age_at_start(&self) -> (Duration, Duration) {
        self.wait("start", |event| match event {
            CaptureEvent::Started { age, latency, .. } => Some((age, latency)),
            _ => None,
        })
    }

    pub(crate) fn finished(&self) -> (FinishedClip, u64, TakeEnd) {
        self.wait("clip", |event| match event {
            CaptureEvent::Finished {
                clip, dropped, end, ..
            } => Some((clip, dropped, end)),
            _ => None,
        })
    }

    /// The figures of a take, or what else was said about them.
    pub(crate) fn measured(&self, wanted: u64) -> Option<Box<TurnFigures>> {
        self.wait("figures", |event| match event {
            CaptureEvent::Measured { take, figures } if take == TakeId(wanted) => Some(figures),
            _ => None,
        })
    }

    /// The events that came and were not awaited, without levels.
    pub(crate) fn rest(&self) -> Vec<CaptureEvent> {
        self.events
            .try_iter()
            .filter(|event| !matches!(event, CaptureEvent::Level(_)))
            .collect()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Samples of noise, the same for the same seed, quiet enough not to clip.
pub(crate) fn noise(length: usize, mut seed: u32) -> Vec<f32> {
    // Smoothed, because an MP3 of 48 kbit/s keeps little of white noise.
    let mut value = 0.0;
    std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        value += 0.15 * ((seed >> 8) as f32 / (1 << 24) as f32 - 0.5 - value);
        value
    })
    .take(length)
    .collect()
}

/// The samples of a clip.
pub(crate) fn decode(path: &Path) -> Vec<f32> {
    rehearse_audio::mp3::decode(path).unwrap()
}
