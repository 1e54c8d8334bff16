//! Meters that fail, under a recorder that must not. A real one is taken for every take that is to succeed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_delivery::TurnFigures;
use tempfile::TempDir;

use super::{Measures, NewMeter};
use crate::recorder::new_meter;
use crate::{CaptureEvent, DeviceError, FileInput, Pace, Recorder, RecorderOptions, TakeId};

const PATIENCE: Duration = Duration::from_secs(20);

/// A recorder that is fed a file of these seconds for each take, and its answers.
struct Stage {
    recorder: Recorder,
    events: mpsc::Receiver<CaptureEvent>,
    folder: TempDir,
}

impl Stage {
    /// Waits for the meter as long as for everything else, so that a busy machine loses no figures.
    fn new(seconds: &[usize], new_meter: NewMeter) -> Self {
        Self::with_deadline(seconds, new_meter, PATIENCE)
    }

    fn with_deadline(seconds: &[usize], new_meter: NewMeter, deadline: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..seconds.len())
            .map(|n| folder.path().join(format!("{n}.wav")))
            .collect();
        for (file, seconds) in files.iter().zip(seconds) {
            let tone = |n| (n as f32 * 0.05).sin() * 0.3;
            let sound: Vec<f32> = (0..seconds * SAMPLE_RATE as usize).map(tone).collect();
            wav::write(file, &sound, SAMPLE_RATE).unwrap();
        }
        let (tell, events) = mpsc::channel();
        let recorder = Recorder::spawn_with_meters(
            Arc::new(FileInput::new(&files, Pace::Fast).unwrap()),
            RecorderOptions::default(),
            Box::new(move |event| drop(tell.send(event))),
            new_meter,
            deadline,
        )
        .unwrap();
        Self {
            recorder,
            events,
            folder,
        }
    }

    fn start(&self, take: u64) {
        let path = self.folder.path().join(format!("{take}.mp3"));
        self.recorder.start(TakeId(take), path);
    }

    /// What came of the take: how long its clip is.
    fn recorded(&self, wanted: u64) -> Duration {
        self.wait(|event| match event {
            CaptureEvent::Finished {
                take,
                clip,
                dropped: 0,
                ..
            } if take == TakeId(wanted) => Some(clip.duration),
            CaptureEvent::Failed { error, .. } => panic!("{error}"),
            _ => None,
        })
    }

    /// The next figures that are told.
    fn measured(&self) -> (TakeId, Option<Box<TurnFigures>>) {
        self.wait(|event| match event {
            CaptureEvent::Measured { take, figures } => Some((take, figures)),
            _ => None,
        })
    }

    fn wait<T>(&self, mut wanted: impl FnMut(CaptureEvent) -> Option<T>) -> T {
        loop {
            if let Some(answer) = wanted(self.events.recv_timeout(PATIENCE).unwrap()) {
                return answer;
            }
        }
    }
}

/// The first of the meters is this one, the others are real.
fn first(meter: impl Measures + Send + 'static) -> NewMeter {
    let mut first = Some(meter);
    Box::new(move || match first.take() {
        Some(meter) => Some(Box::new(meter) as Box<dyn Measures>),
        None => new_meter(),
    })
}

/// Works until it has heard so many samples, and then panics; at the end at the latest.
struct Panics {
    after: usize,
}

impl Measures for Panics {
    fn push(&mut self, sound: &[f32]) {
        self.after = self
            .after
            .checked_sub(sound.len())
            .expect("this meter was told to panic");
    }

    fn finish(self: Box<Self>) -> TurnFigures {
        panic!("this meter was told to panic at the end")
    }
}

/// Waits in its first piece of sound for a word, and is real then.
struct Stalls {
    held: Option<mpsc::Receiver<()>>,
    meter: Option<Box<dyn Measures>>,
}

/// A meter that stalls until what comes with it is dropped.
fn stalling() -> (NewMeter, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel();
    let mut held = Some(held);
    let new_meter = move || {
        Some(Box::new(Stalls {
            held: held.take(),
            meter: new_meter(),
        }) as Box<dyn Measures>)
    };
    (Box::new(new_meter), release)
}

impl Measures for Stalls {
    fn push(&mut self, sound: &[f32]) {
        if let Some(held) = self.held.take() {
            // Ends with an error when the other half is dropped, which is the word.
            let _ = held.recv();
        }
        self.meter.as_mut().unwrap().push(sound);
    }

    fn finish(self: Box<Self>) -> TurnFigures {
        self.meter.unwrap().finish()
    }
}

#[test]
fn a_meter_that_panics_costs_its_figures_and_no_sample() {
    for after in [0, SAMPLE_RATE as usize, usize::MAX] {
        let stage = Stage::new(&[3, 3], first(Panics { after }));
        stage.start(1);
        assert!(stage.recorded(1) >= Duration::from_secs(3));
        assert_eq!(stage.measured(), (TakeId(1), None));
        stage.start(2);
        assert!(stage.recorded(2) >= Duration::from_secs(3));
        let (take, figures) = stage.measured();
        assert_eq!(take, TakeId(2));
        assert!(figures.unwrap().duration_ms >= 3000);
    }
}

#[test]
fn a_meter_that_cannot_be_made_costs_its_figures_and_no_sample() {
    let calls = AtomicUsize::new(0);
    let new_meter: NewMeter = Box::new(move || match calls.fetch_add(1, Ordering::Relaxed) {
        0 => panic!("there was no meter to be had"),
        1 => None,
        _ => new_meter(),
    });
    let stage = Stage::new(&[1, 1, 1], new_meter);
    for take in 1..=3 {
        stage.start(take);
        assert!(stage.recorded(take) >= Duration::from_secs(1));
        let (measured, figures) = stage.measured();
        assert_eq!((measured, figures.is_some()), (TakeId(take), take == 3));
    }
}

#[test]
fn a_meter_that_stalls_for_long_loses_the_take_and_not_a_sample_of_the_clip() {
    let (new_meter, release) = stalling();
    let stage = Stage::new(&[30, 2], new_meter);
    stage.start(1);
    assert!(stage.recorded(1) >= Duration::from_secs(30));
    assert_eq!(stage.measured(), (TakeId(1), None), "nobody waits for the meter");
    stage.start(2);
    assert!(stage.recorded(2) >= Duration::from_secs(2));
    drop(release);
    let (take, figures) = stage.measured();
    assert_eq!(take, TakeId(2));
    assert!((2000..2500).contains(&figures.unwrap().duration_ms));
}

#[test]
fn a_meter_that_stalls_for_a_while_answers_late_and_completely() {
    let (new_meter, release) = stalling();
    let stage = Stage::new(&[15, 1], new_meter);
    stage.start(1);
    let duration = stage.recorded(1);
    stage.start(2);
    stage.recorded(2);
    drop(release);
    let (take, figures) = stage.measured();
    assert_eq!(take, TakeId(1));
    assert_eq!(u128::from(figures.unwrap().duration_ms), duration.as_millis());
    assert_eq!(stage.measured().0, TakeId(2));
}

/// Is real, and takes its time at the end.
struct Dawdles(Box<dyn Measures>);

impl Measures for Dawdles {
    fn push(&mut self, sound: &[f32]) {
        self.0.push(sound);
    }

    fn finish(self: Box<Self>) -> TurnFigures {
        std::thread::sleep(super::DEADLINE * 2);
        self.0.finish()
    }
}

#[test]
fn figures_that_are_made_while_the_recorder_shuts_down_are_told_all_the_same() {
    let dawdling = || Some(Box::new(Dawdles(new_meter()?)) as Box<dyn Measures>);
    let stage = Stage::new(&[2], Box::new(dawdling));
    stage.start(1);
    let duration = stage.recorded(1);
    assert!(stage.recorder.shutdown(2 * PATIENCE));
    let (take, figures) = stage.measured();
    assert_eq!(take, TakeId(1));
    assert_eq!(u128::from(figures.unwrap().duration_ms), duration.as_millis());
}

#[test]
fn shutting_down_does_not_wait_for_a_meter_that_stalls() {
    let (new_meter, release) = stalling();
    let stage = Stage::with_deadline(&[5], new_meter, super::DEADLINE);
    stage.start(1);
    stage.recorded(1);
    let begun = Instant::now();
    assert!(stage.recorder.shutdown(PATIENCE));
    assert!(begun.elapsed() < PATIENCE);
    assert_eq!(stage.measured(), (TakeId(1), None));
    drop(release);
}

#[test]
fn a_take_that_fails_to_begin_is_not_measured() {
    let stage = Stage::new(&[1], Box::new(new_meter));
    let nowhere = stage.folder.path().join("missing").join("1.mp3");
    stage.recorder.start(TakeId(1), nowhere);
    stage.wait(|event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Storage(_),
            kept: None,
        } => Some(()),
        _ => None,
    });
    stage.start(2);
    stage.recorded(2);
    assert_eq!(stage.measured().0, TakeId(2));
}
