//! What measuring takes in memory, in a process of its own. The kernel tells it; on other systems this is left out.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{Bench, noise};
use rehearse_audio::SAMPLE_RATE;
use rehearse_devices::{DeviceChoice, RecorderOptions};
use rehearse_testkit::FakeInput;

const SECOND: usize = SAMPLE_RATE as usize;

/// Twenty-five times real time: the meter of a debug build keeps up, and the rings hold what comes while a busy machine
/// lets a thread stand still for half a second.
fn say(desk: &FakeInput, seconds: usize, sound: &[f32]) {
    for _ in 0..seconds {
        desk.speak("desk", sound);
        std::thread::sleep(Duration::from_millis(40));
    }
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_take_of_five_minutes_is_recorded_and_measured_in_sixteen_megabytes() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let long = Duration::from_secs(3600);
    let options = RecorderOptions {
        no_samples: long,
        first_samples: long,
        ..RecorderOptions::default()
    };
    let bench = Bench::new(desk.clone(), options);
    let sound = noise(SECOND, 1);
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    say(&desk, 1, &sound);
    let before = resident_kib();
    bench.start(1);
    say(&desk, 1, &sound);
    bench.started();
    let mut most = 0;
    for _ in 0..30 {
        say(&desk, 10, &sound);
        most = most.max(resident_kib());
    }
    // It is the longest take there is.
    let (clip, dropped, _) = bench.finished();
    assert_eq!((dropped, clip.duration.as_secs()), (0, 300));
    assert!(bench.measured(1).is_some(), "the meter fell behind");
    most = most.max(resident_kib());
    let grown = most - before;
    assert!(grown <= 16 * 1024, "grown by {grown} KiB");
}
