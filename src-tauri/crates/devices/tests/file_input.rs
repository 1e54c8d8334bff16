//! Takes from WAV files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::time::{Duration, Instant};

use common::{Bench, decode, noise};
use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_devices::{CaptureEvent, DeviceChoice, FileInput, Pace, RecorderOptions, TakeEnd};
use rehearse_domain::SoundNote;
use rehearse_testkit::{align, to_rate};

#[test]
fn each_take_is_one_file_and_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let sounds = [(noise(16_000 * 10, 1), 16_000), (noise(44_100, 2), 44_100)];
    let files: Vec<_> = (0..2).map(|n| folder.path().join(format!("{n}.wav"))).collect();
    for (file, (sound, rate)) in files.iter().zip(&sounds) {
        wav::write(file, sound, *rate).unwrap();
    }
    let bench = Bench::new(
        FileInput::new(&files, Pace::Fast).unwrap(),
        RecorderOptions::default(),
    );
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    std::thread::sleep(Duration::from_millis(300));
    for (take, (sound, rate)) in (1..).zip(&sounds) {
        let begun = Instant::now();
        bench.start(take);
        let (clip, dropped, end) = bench.finished();
        assert_eq!((dropped, end), (0, TakeEnd::InputEnded));
        assert!(
            begun.elapsed() < Duration::from_secs(9),
            "it was fed in real time"
        );
        let said = to_rate(sound, *rate, SAMPLE_RATE);
        let found = align(&said, &decode(&clip.path), SAMPLE_RATE as usize / 4);
        assert!(found.correlation > 0.95 && found.offset >= 0, "{found:?}");
        assert!(clip.duration >= Duration::from_secs_f64(said.len() as f64 / f64::from(SAMPLE_RATE)));
    }
}

#[test]
fn a_take_does_not_begin_with_the_end_of_the_file_before() {
    let folder = tempfile::tempdir().unwrap();
    let files = [noise(SAMPLE_RATE as usize, 1), vec![0.0; SAMPLE_RATE as usize]];
    let files: Vec<_> = (0..)
        .zip(files)
        .map(|(number, sound)| {
            let file = folder.path().join(format!("{number}.wav"));
            wav::write(&file, &sound, SAMPLE_RATE).unwrap();
            file
        })
        .collect();
    let bench = Bench::new(
        FileInput::new(&files, Pace::Fast).unwrap(),
        RecorderOptions::default(),
    );
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    bench.start(1);
    let (loud, _, _) = bench.finished();
    bench.start(2);
    let (silent, _, _) = bench.finished();
    assert_eq!(
        (loud.loudness.note(), silent.loudness.note()),
        (None, Some(SoundNote::Silent))
    );
}

#[test]
fn in_real_time_a_second_takes_a_second_and_a_stop_cuts_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.wav");
    wav::write(&file, &noise(SAMPLE_RATE as usize * 10, 3), SAMPLE_RATE).unwrap();
    let bench = Bench::new(
        FileInput::new(&[file], Pace::RealTime).unwrap(),
        RecorderOptions::default(),
    );
    let begun = Instant::now();
    bench.start(1);
    bench.started();
    std::thread::sleep(Duration::from_secs(1));
    bench.stop(1);
    // A busy machine may sleep for longer, and feed later; nothing is fed before its time.
    let held = begun.elapsed();
    let (clip, _, end) = bench.finished();
    assert_eq!(end, TakeEnd::Stopped);
    let (tail, block) = (Duration::from_millis(120), Duration::from_millis(10));
    assert!(
        clip.duration <= held + tail + 2 * block,
        "{clip:?}, held for {held:?}"
    );
    assert!(
        clip.duration >= Duration::from_millis(600),
        "{clip:?}, held for {held:?}"
    );
}

#[test]
fn a_wrong_file_is_named_with_what_is_wrong_before_anything_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("folder")).unwrap();
    std::fs::write(at("text"), "la la la").unwrap();
    std::fs::write(at("nothing"), "").unwrap();
    wav::write(&at("silent"), &[], 48_000).unwrap();
    wav::write(&at("slow"), &[0.5; 100], 10).unwrap();
    wav::write(&at("cut"), &[0.5; 100], 48_000).unwrap();
    let whole = std::fs::read(at("cut")).unwrap();
    std::fs::write(at("cut"), &whole[..whole.len() - 20]).unwrap();
    let mut packed = whole;
    packed[20] = 0x55;
    std::fs::write(at("packed"), packed).unwrap();
    wav::write(&at("right"), &[0.5; 100], 48_000).unwrap();
    for (name, fault) in [
        ("not there", "missing"),
        ("folder", "unreadable"),
        ("text", "not_wav"),
        ("nothing", "not_wav"),
        ("packed", "unsupported"),
        ("slow", "unsupported"),
        ("cut", "cut_off"),
        ("silent", "empty"),
    ] {
        let error = FileInput::new(&[at("right"), at(name)], Pace::Fast).unwrap_err();
        assert_eq!(
            (error.file.clone(), error.fault.code()),
            (at(name), fault),
            "{error:?}"
        );
    }
}

#[test]
fn a_take_beyond_the_last_file_ends_at_once() {
    let bench = Bench::new(
        FileInput::new(&[], Pace::Fast).unwrap(),
        RecorderOptions::default(),
    );
    bench.start(1);
    let end = bench.wait("end", |event| match event {
        CaptureEvent::Finished { end, .. } => Some(end),
        _ => None,
    });
    assert_eq!(end, TakeEnd::InputEnded);
}
