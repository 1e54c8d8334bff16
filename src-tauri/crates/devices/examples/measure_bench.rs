//! What the figures of a long take cost: `measure_bench WAV [SECONDS] [TAKES]` records the WAV, repeated to so many
//! seconds (300), as a few takes (3), as fast as the recorder takes it, and prints as JSON how long after its clip the
//! figures of each came, and what memory the process had.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_devices::{CaptureEvent, FileInput, Pace, Recorder, RecorderOptions, TakeId};
use rehearse_testkit::to_rate;
use serde::Serialize;

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Serialize)]
struct Take {
    seconds: f64,
    /// From the press to the clip.
    recorded_ms: f64,
    /// From the clip to its figures.
    measured_ms: f64,
    /// Whether the meter kept up.
    has_figures: bool,
    /// Resident memory before it and when the figures came, in KiB; 0 where the kernel does not tell.
    before_kib: u64,
    after_kib: u64,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = PathBuf::from(arguments.next().expect("a WAV with speech"));
    let seconds: usize = arguments
        .next()
        .map_or(300, |text| text.parse().expect("seconds"));
    let takes: u64 = arguments.next().map_or(3, |text| text.parse().expect("takes"));
    let pcm = wav::read(&file).expect("the WAV is read");
    let said = to_rate(&pcm.samples, pcm.rate, SAMPLE_RATE);
    let folder = tempfile::tempdir().expect("a folder");
    let long = folder.path().join("long.wav");
    let sound: Vec<f32> = said
        .into_iter()
        .cycle()
        .take(seconds * SAMPLE_RATE as usize)
        .collect();
    wav::write(&long, &sound, SAMPLE_RATE).expect("the long WAV is written");
    drop(sound);
    let files: Vec<_> = (0..takes).map(|_| long.clone()).collect();
    let (tell, events) = mpsc::channel();
    let recorder = Recorder::spawn(
        Arc::new(FileInput::new(&files, Pace::Fast).expect("the long WAV is read")),
        RecorderOptions::default(),
        Box::new(move |event| drop(tell.send((Instant::now(), event)))),
    )
    .expect("a thread");
    let next = || events.recv_timeout(PATIENCE).expect("an event");
    let measured: Vec<_> = (1..=takes)
        .map(|take| {
            let (before_kib, pressed) = (resident_kib(), Instant::now());
            recorder.start(TakeId(take), folder.path().join(format!("{take}.mp3")));
            let (finished, length) = loop {
                match next() {
                    (at, CaptureEvent::Finished { clip, .. }) => break (at, clip.duration),
                    (_, CaptureEvent::Failed { error, .. }) => panic!("the recorder failed: {error}"),
                    _ => {}
                }
            };
            let (at, has_figures) = loop {
                if let (at, CaptureEvent::Measured { figures, .. }) = next() {
                    break (at, figures.is_some());
                }
            };
            Take {
                seconds: length.as_secs_f64(),
                recorded_ms: (finished - pressed).as_secs_f64() * 1000.0,
                measured_ms: (at - finished).as_secs_f64() * 1000.0,
                has_figures,
                before_kib,
                after_kib: resident_kib(),
            }
        })
        .collect();
    println!("{}", serde_json::to_string_pretty(&measured).expect("JSON"));
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}
