//! What a recorder loses on a busy machine: `capture_bench WAV` speaks the WAV into a virtual microphone while two
//! threads do nothing but spin, records it with the app's recorder and with `parecord` at the same time, and prints as
//! JSON what each lost. Then it presses and releases on an idle machine and prints where the clips begin.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rehearse_audio::clip::FinishedClip;
use rehearse_audio::{SAMPLE_RATE, mp3, wav};
use rehearse_devices::{CaptureEvent, DeviceChoice, PulseInput, Recorder, RecorderOptions, TakeId};
use rehearse_testkit::{ControlRecording, VirtualSound, align, to_rate};
use serde::Serialize;

const SECOND: usize = SAMPLE_RATE as usize;
const PATIENCE: Duration = Duration::from_secs(20);
const PRESSES: u64 = 40;
/// A second that is less alike than this was spoiled by something else than a gap; where it lies is unknown.
const ALIKE: f32 = 0.8;

/// What one recording lacks of what was played.
#[derive(Serialize)]
struct Lost {
    /// Samples at 24 kHz that are missing: how far the sound moves forward from second to second, in all.
    samples: i64,
    /// Seconds that could be placed, and that could not.
    seconds: usize,
    spoiled: usize,
}

#[derive(Serialize)]
struct Figures {
    seconds: f64,
    busy_threads: usize,
    ring_drops: u64,
    ours: Lost,
    control: Lost,
    presses: usize,
    /// Sound before the press in the clip, the shortest. The press is marked by what had arrived from the device, which
    /// is always a little behind what was said, so the clip begins at least so long before it.
    preroll_ms: f64,
    /// From the press to the first recorded samples.
    press_p95_ms: f64,
}

fn main() -> std::process::ExitCode {
    let wav = PathBuf::from(std::env::args().nth(1).expect("a WAV with speech"));
    let sound = match VirtualSound::start() {
        Ok(sound) => sound,
        Err(reason) => {
            eprintln!("{reason}");
            return std::process::ExitCode::FAILURE;
        }
    };
    let desk = Desk::open(&sound);
    let pcm = wav::read(&wav).expect("the WAV is read");
    let said = to_rate(&pcm.samples, pcm.rate, SAMPLE_RATE);
    let (ring_drops, ours, control) = busy(&desk, &sound, &wav, &said);
    let (preroll_ms, press_p95_ms) = presses(&desk, &sound, &wav);
    let figures = Figures {
        seconds: said.len() as f64 / f64::from(SAMPLE_RATE),
        busy_threads: cores(),
        ring_drops,
        ours,
        control,
        presses: PRESSES as usize,
        preroll_ms,
        press_p95_ms,
    };
    println!("{}", serde_json::to_string_pretty(&figures).expect("JSON"));
    std::process::ExitCode::SUCCESS
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Records all of it with every core busy.
fn busy(desk: &Desk, sound: &VirtualSound, wav: &Path, said: &[f32]) -> (u64, Lost, Lost) {
    let over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for _ in 0..cores() {
            threads.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let control = sound.record_feed().expect("parecord is installed");
        desk.recorder.start(TakeId(0), desk.path(0));
        desk.started();
        sound.play(wav).expect("paplay is installed");
        desk.recorder.stop(TakeId(0));
        let (clip, dropped) = desk.finished();
        let control = to_rate(&control.stop(), ControlRecording::RATE, SAMPLE_RATE);
        over.store(true, Ordering::Relaxed);
        let ours = mp3::decode(&clip.path).expect("the clip plays");
        (dropped, lost(said, &ours), lost(said, &control))
    })
}

/// Looks for each spoken second around where the one before was: what comes too early lacks samples before it.
fn lost(said: &[f32], heard: &[f32]) -> Lost {
    let mut found = Lost {
        samples: 0,
        seconds: 0,
        spoiled: 0,
    };
    let whole = said.get(..SECOND * 5).unwrap_or(said);
    let mut offset = align(whole, heard, 3 * SECOND).offset;
    let slack = SECOND as i64 / 2;
    for (number, second) in said.chunks_exact(SECOND).enumerate() {
        let energy = second.iter().map(|s| s * s).sum::<f32>() / second.len() as f32;
        if energy <= 1e-4 {
            continue;
        }
        let place = (number * SECOND) as i64 + offset;
        let from = usize::try_from(place - slack).unwrap_or(0).min(heard.len());
        let to = (from + SECOND + 2 * slack as usize).min(heard.len());
        let here = align(
            second,
            heard.get(from..to).unwrap_or_default(),
            2 * slack as usize,
        );
        if here.correlation < ALIKE {
            found.spoiled += 1;
            continue;
        }
        let moved = from as i64 + here.offset - (number * SECOND) as i64;
        found.seconds += 1;
        found.samples += (offset - moved).max(0);
        offset = moved;
    }
    found
}

/// Short takes with a warm microphone: the least sound before the press, and the time to the first samples.
fn presses(desk: &Desk, sound: &VirtualSound, wav: &Path) -> (f64, f64) {
    let mut player = sound.player(wav).expect("paplay is installed");
    let (mut prerolls, mut latencies) = (Vec::new(), Vec::new());
    for take in 1..=PRESSES {
        std::thread::sleep(Duration::from_millis(400));
        desk.recorder.start(TakeId(take), desk.path(take));
        let (preroll, latency) = desk.started();
        prerolls.push(preroll.as_secs_f64() * 1_000.0);
        latencies.push(latency.as_secs_f64() * 1_000.0);
        std::thread::sleep(Duration::from_millis(300));
        desk.recorder.stop(TakeId(take));
        let (clip, _) = desk.finished();
        assert!(clip.duration >= preroll + Duration::from_millis(300), "{clip:?}");
    }
    // It may have come to its end.
    let _ = player.kill();
    let _ = player.wait();
    prerolls.sort_by(f64::total_cmp);
    latencies.sort_by(f64::total_cmp);
    let p95 = (latencies.len() * 95).div_ceil(100) - 1;
    (
        prerolls.first().copied().unwrap_or_default(),
        latencies.get(p95).copied().unwrap_or_default(),
    )
}

/// The recorder and what it tells.
struct Desk {
    recorder: Recorder,
    events: mpsc::Receiver<CaptureEvent>,
    folder: tempfile::TempDir,
}

impl Desk {
    fn open(sound: &VirtualSound) -> Self {
        let (tell, events) = mpsc::channel();
        let backend = Arc::new(PulseInput::at(sound.socket()));
        let listener = Box::new(move |event| drop(tell.send(event)));
        let recorder = Recorder::spawn(backend, RecorderOptions::default(), listener).expect("a thread");
        recorder.warm(DeviceChoice::SystemDefault);
        let desk = Self {
            recorder,
            events,
            folder: tempfile::tempdir().expect("a folder"),
        };
        desk.wait(|event| matches!(event, CaptureEvent::Opened { .. }).then_some(()));
        // The pre-roll fills up.
        std::thread::sleep(Duration::from_millis(500));
        desk
    }

    fn path(&self, take: u64) -> PathBuf {
        self.folder.path().join(format!("{take}.mp3"))
    }

    fn started(&self) -> (Duration, Duration) {
        self.wait(|event| match event {
            CaptureEvent::Started { preroll, latency, .. } => Some((preroll, latency)),
            _ => None,
        })
    }

    fn finished(&self) -> (FinishedClip, u64) {
        self.wait(|event| match event {
            CaptureEvent::Finished { clip, dropped, .. } => Some((clip, dropped)),
            _ => None,
        })
    }

    fn wait<T>(&self, mut wanted: impl FnMut(CaptureEvent) -> Option<T>) -> T {
        loop {
            match self.events.recv_timeout(PATIENCE) {
                Ok(CaptureEvent::Failed { error, .. }) => panic!("the recorder failed: {error}"),
                Ok(event) => {
                    if let Some(answer) = wanted(event) {
                        return answer;
                    }
                }
                Err(error) => panic!("the recorder does not answer: {error}"),
            }
        }
    }
}
