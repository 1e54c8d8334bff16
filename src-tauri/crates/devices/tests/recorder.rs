//! The recorder on pretended microphones: every event and every fault.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::time::{Duration, Instant};

use common::{Bench, DEFAULT, PATIENCE, decode, noise, unhurried, until};
use rehearse_audio::SAMPLE_RATE;
use rehearse_devices::{
    CaptureEvent, DeviceChoice, DeviceError, DeviceId, Fault, InputBackend, InputDevice, InputStream,
    RecorderOptions, SampleSink, TakeEnd, TakeId,
};
use rehearse_testkit::{FakeInput, align, correlation, to_rate};

fn samples(milliseconds: u64) -> usize {
    (u64::from(SAMPLE_RATE) * milliseconds / 1000) as usize
}

/// Whether the clip is `said` from its first to its last sample.
fn assert_is(clip: &[f32], said: &[f32]) {
    assert_eq!(clip.len(), said.len(), "the clip has another length");
    let whole = correlation(clip, said);
    let (first, last) = (samples(100), said.len() - samples(100));
    let (head, tail) = (
        correlation(&clip[..first], &said[..first]),
        correlation(&clip[last..], &said[last..]),
    );
    assert!(
        whole > 0.95 && head > 0.9 && tail > 0.9,
        "whole {whole}, head {head}, tail {tail}"
    );
}

#[test]
fn a_take_is_the_last_200_ms_before_the_press_what_was_said_and_the_tail() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    assert_eq!(bench.opened(), "desk");
    let sound = noise(samples(3000), 1);
    let (before, after) = sound.split_at(samples(1000));
    desk.speak("desk", before);
    bench.start(1);
    desk.speak("desk", &after[..samples(1000)]);
    let (preroll, _) = bench.started();
    assert_eq!(preroll, Duration::from_millis(200));
    bench.stop(1);
    desk.speak("desk", &after[samples(1000)..]);
    let (clip, dropped, end) = bench.finished();
    assert_eq!((dropped, end), (0, TakeEnd::Stopped));
    assert_eq!(clip.path, bench.path(1));
    assert_eq!(clip.duration, Duration::from_millis(200 + 1000 + 120));
    assert_is(&decode(&clip.path), &sound[samples(800)..samples(2120)]);
}

#[test]
fn sound_at_another_rate_keeps_its_place_and_length() {
    let desk = FakeInput::by_hand(&[("desk", 48_000)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    let sound = noise(48_000 * 3, 2);
    desk.speak("desk", &sound[..48_000]);
    bench.start(1);
    desk.speak("desk", &sound[48_000..96_000]);
    bench.started();
    bench.stop(1);
    desk.speak("desk", &sound[96_000..]);
    let (clip, ..) = bench.finished();
    assert_eq!(clip.duration, Duration::from_millis(1320));
    let expected = to_rate(&sound, 48_000, SAMPLE_RATE);
    assert_is(&decode(&clip.path), &expected[samples(800)..samples(2120)]);
}

#[test]
fn a_short_time_warm_gives_a_short_preroll_and_cold_gives_none() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    desk.speak("desk", &noise(samples(50), 3));
    bench.start(1);
    desk.speak("desk", &noise(samples(50), 4));
    assert_eq!(bench.started().0, Duration::from_millis(50));
    bench.recorder.cancel(TakeId(1));
    bench.recorder.cool();
    bench.start(2);
    bench.opened();
    assert!(bench.rest().is_empty(), "started before a sample came");
    desk.speak("desk", &noise(samples(10), 5));
    assert_eq!(bench.started().0, Duration::ZERO);
}

#[test]
fn the_age_of_the_first_sample_leaves_out_what_a_cold_microphone_did_not_hear() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    desk.speak("desk", &noise(samples(500), 3));
    bench.start(1);
    desk.speak("desk", &noise(samples(50), 4));
    let (age, latency) = bench.age_at_start();
    assert_eq!(age, Duration::from_millis(200) + latency);
    bench.recorder.cancel(TakeId(1));
    bench.recorder.cool();
    bench.start(2);
    bench.opened();
    std::thread::sleep(Duration::from_millis(100));
    desk.speak("desk", &noise(samples(10), 5));
    let (age, latency) = bench.age_at_start();
    assert_eq!(age, Duration::from_millis(10));
    assert!(latency > Duration::from_millis(100), "{latency:?}");
}

#[test]
fn the_age_of_the_first_sample_leaves_out_what_a_warm_microphone_did_not_deliver_yet() {
    let desk = FakeInput::by_hand(&[("built-in", SAMPLE_RATE), ("usb", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    for (take, microphone) in [(1, "built-in"), (2, "usb")] {
        bench.recorder.warm(FakeInput::choice(microphone));
        bench.opened_or_switched();
        bench.start(take);
        std::thread::sleep(Duration::from_millis(100));
        desk.speak(microphone, &noise(samples(10), 5));
        let (age, latency) = bench.age_at_start();
        assert_eq!(age, Duration::from_millis(10), "{microphone}");
        assert!(latency > Duration::from_millis(100), "{latency:?}");
        bench.recorder.cancel(TakeId(take));
    }
}

#[test]
fn the_age_of_the_first_sample_keeps_what_was_heard_before_the_microphone_was_changed() {
    let desk = FakeInput::by_hand(&[("built-in", SAMPLE_RATE), ("usb", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(FakeInput::choice("usb"));
    bench.opened();
    desk.speak("usb", &noise(samples(500), 3));
    bench.start(1);
    until(|| desk.takes("usb") == 1);
    desk.unplug("usb");
    bench.opened_or_switched();
    desk.speak("built-in", &noise(samples(10), 4));
    let (age, latency) = bench.age_at_start();
    assert_eq!(age, Duration::from_millis(200) + latency);
}

#[test]
fn a_cool_microphone_is_open_only_while_a_take_runs() {
    let desk = FakeInput::live(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), RecorderOptions::default());
    bench.start(1);
    bench.started();
    assert!(desk.is_open("desk"));
    bench.stop(1);
    bench.finished();
    assert!(bench.recorder.shutdown(PATIENCE));
    assert!(!desk.is_open("desk"));
    assert_eq!(desk.times_opened("desk"), 1);
}

#[test]
fn a_cancelled_take_leaves_nothing() {
    let desk = FakeInput::live(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk, RecorderOptions::default());
    bench.start(1);
    bench.started();
    bench.recorder.cancel(TakeId(1));
    bench.wait("cancellation", |event| {
        matches!(event, CaptureEvent::Cancelled { take: TakeId(1) }).then_some(())
    });
    assert_eq!(std::fs::read_dir(bench.folder()).unwrap().count(), 0);
    bench.stop(1);
    bench.start(2);
    bench.started();
    assert!(
        !bench
            .rest()
            .iter()
            .any(|event| matches!(event, CaptureEvent::Finished { .. }))
    );
}

#[test]
fn a_take_finishes_by_itself_at_the_longest_length() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let options = RecorderOptions {
        max_take: Duration::from_secs(2),
        ..unhurried()
    };
    let bench = Bench::new(desk.clone(), options);
    bench.start(1);
    bench.opened();
    desk.speak("desk", &noise(samples(3000), 6));
    let (clip, _, end) = bench.finished();
    assert_eq!(end, TakeEnd::LimitReached);
    assert_eq!(clip.duration, Duration::from_secs(2));
}

#[test]
fn a_take_that_is_still_running_is_finished_by_the_next() {
    let desk = FakeInput::live(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk, RecorderOptions::default());
    bench.recorder.warm(DEFAULT);
    bench.start(1);
    bench.started();
    bench.start(2);
    let (clip, _, end) = bench.finished();
    assert_eq!((clip.path, end), (bench.path(1), TakeEnd::Interrupted));
    bench.started();
    bench.stop(2);
    assert_eq!(bench.finished().0.path, bench.path(2));
}

#[test]
fn a_stop_is_obeyed_when_the_tail_never_comes() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.start(1);
    bench.opened();
    desk.speak("desk", &noise(samples(500), 7));
    bench.started();
    bench.stop(1);
    let (clip, _, end) = bench.finished();
    assert_eq!(
        (clip.duration, end),
        (Duration::from_millis(500), TakeEnd::Stopped)
    );
}

#[test]
fn shutting_down_finishes_the_take() {
    let desk = FakeInput::live(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk, RecorderOptions::default());
    bench.start(1);
    bench.started();
    let path = bench.path(1);
    assert!(bench.recorder.shutdown(PATIENCE));
    assert!(path.exists());
}

#[test]
fn levels_come_at_most_25_times_a_second_and_follow_the_voice() {
    let desk = FakeInput::live(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), RecorderOptions::default());
    let begun = Instant::now();
    bench.recorder.warm(DEFAULT);
    bench.opened();
    desk.speak("desk", &vec![0.5; samples(5000)]);
    let (mut levels, mut loud) = (0, 0);
    while loud < 20 {
        let level = bench.wait("level", |event| match event {
            CaptureEvent::Level(level) => Some(level.rms_dbfs),
            _ => None,
        });
        levels += 1;
        loud += u32::from((level + 6.0).abs() < 1.0);
    }
    let most = 1 + begun.elapsed().as_millis() / 40;
    assert!(levels <= most, "{levels} levels, {most} would be 25 a second");
}

#[test]
fn an_unplugged_microphone_is_replaced_and_the_take_goes_on() {
    let desk = FakeInput::by_hand(&[("built-in", SAMPLE_RATE), ("usb", 48_000)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(FakeInput::choice("usb"));
    assert_eq!(bench.opened(), "usb");
    bench.start(1);
    let first = noise(48_000, 8);
    desk.speak("usb", &first);
    bench.started();
    desk.unplug("usb");
    let (from, to) = bench.wait("switch", |event| match event {
        CaptureEvent::Switched { from, to } => Some((from.name, to.name)),
        _ => None,
    });
    assert_eq!((from.as_str(), to.as_str()), ("usb", "built-in"));
    let second = noise(samples(1000), 9);
    desk.speak("built-in", &second);
    bench.stop(1);
    desk.speak("built-in", &noise(samples(500), 10));
    let (clip, ..) = bench.finished();
    let mut said = to_rate(&first, 48_000, SAMPLE_RATE);
    said.extend(second);
    let heard = decode(&clip.path);
    assert_eq!(heard.len(), samples(2120));
    assert_is(&heard[..samples(2000)], &said);
}

#[test]
fn a_microphone_that_comes_back_at_once_is_opened_again_and_nothing_is_said_of_a_switch() {
    let desk = FakeInput::by_hand(&[("usb", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(FakeInput::choice("usb"));
    bench.opened();
    desk.raise("usb", Fault::Changed);
    assert_eq!(bench.opened(), "usb");
    assert_eq!(desk.times_opened("usb"), 2);
    assert!(bench.rest().is_empty());
}

#[test]
fn another_default_is_followed_by_whoever_wanted_the_default() {
    let desk = FakeInput::by_hand(&[("built-in", SAMPLE_RATE), ("headset", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    assert_eq!(bench.opened(), "built-in");
    desk.set_default("headset");
    let to = bench.wait("switch", |event| match event {
        CaptureEvent::Switched { to, .. } => Some(to.name),
        _ => None,
    });
    assert_eq!(to, "headset");
}

#[test]
fn the_last_microphone_unplugged_keeps_what_was_said_and_its_return_is_noticed() {
    let desk = FakeInput::by_hand(&[("usb", SAMPLE_RATE)]);
    let options = RecorderOptions {
        retry: Duration::from_millis(50),
        ..unhurried()
    };
    let bench = Bench::new(desk.clone(), options);
    bench.recorder.warm(DEFAULT);
    bench.opened();
    bench.start(1);
    let said = noise(samples(1500), 11);
    desk.speak("usb", &said);
    bench.started();
    desk.unplug("usb");
    let kept = bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Lost,
            kept,
        } => Some(kept),
        _ => None,
    });
    assert_is(&decode(&kept.unwrap().path), &said);
    desk.replug("usb");
    assert_eq!(bench.opened(), "usb");
}

#[test]
fn a_silent_microphone_is_reopened_then_replaced_then_given_up() {
    let desk = FakeInput::live(&[("built-in", SAMPLE_RATE), ("usb", SAMPLE_RATE)]);
    let short = Duration::from_millis(500);
    let options = RecorderOptions {
        no_samples: short,
        first_samples: short,
        ..RecorderOptions::default()
    };
    let bench = Bench::new(desk.clone(), options);
    bench.recorder.warm(FakeInput::choice("usb"));
    bench.opened();
    bench.start(1);
    bench.started();
    desk.stall("usb", true);
    desk.stall("built-in", true);
    let silent = |event| match event {
        CaptureEvent::NoSamples { device } => Some(device.name),
        _ => None,
    };
    assert_eq!(bench.wait("silence", silent), "usb");
    assert_eq!(bench.opened(), "usb");
    assert_eq!(bench.wait("silence", silent), "usb");
    let to = bench.wait("switch", |event| match event {
        CaptureEvent::Switched { to, .. } => Some(to.name),
        _ => None,
    });
    assert_eq!(to, "built-in");
    assert_eq!(bench.wait("silence", silent), "built-in");
    let kept = bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Lost,
            kept,
        } => Some(kept),
        _ => None,
    });
    assert!(kept.unwrap().path.exists());
}

#[test]
fn a_stall_shorter_than_the_limit_changes_nothing() {
    let desk = FakeInput::live(&[("desk", SAMPLE_RATE)]);
    let options = RecorderOptions {
        no_samples: Duration::from_secs(5),
        ..RecorderOptions::default()
    };
    let bench = Bench::new(desk.clone(), options);
    bench.start(1);
    bench.started();
    desk.stall("desk", true);
    std::thread::sleep(Duration::from_millis(250));
    desk.stall("desk", false);
    std::thread::sleep(Duration::from_millis(100));
    bench.stop(1);
    bench.finished();
    assert_eq!(desk.times_opened("desk"), 1);
}

#[test]
fn a_sound_system_that_hangs_for_a_while_is_waited_for_and_one_that_hangs_for_good_is_not() {
    let desk = FakeInput::live(&[("desk", SAMPLE_RATE)]);
    let options = RecorderOptions {
        no_samples: Duration::from_millis(900),
        no_answer: Duration::from_secs(4),
        ..RecorderOptions::default()
    };
    let bench = Bench::new(desk.clone(), options);
    bench.start(1);
    bench.started();
    desk.hang("desk", true);
    std::thread::sleep(Duration::from_secs(1));
    desk.hang("desk", false);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(desk.times_opened("desk"), 1);
    desk.hang("desk", true);
    bench.wait("silence", |event| {
        matches!(event, CaptureEvent::NoSamples { .. }).then_some(())
    });
    bench.opened();
}

#[test]
fn each_way_that_opening_fails_has_its_own_error() {
    for error in [
        DeviceError::PermissionDenied,
        DeviceError::NoDevice,
        DeviceError::Busy,
        DeviceError::WrongFormat {
            offered: "U8".to_owned(),
        },
    ] {
        let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
        desk.refuse("desk", Some(error.clone()));
        let bench = Bench::new(desk, unhurried());
        bench.start(1);
        let (take, got, kept) = bench.wait("failure", |event| match event {
            CaptureEvent::Failed { take, error, kept } => Some((take, error, kept)),
            _ => None,
        });
        assert_eq!((take, got.code()), (Some(TakeId(1)), error.code()));
        assert!(kept.is_none());
        assert_eq!(std::fs::read_dir(bench.folder()).unwrap().count(), 0);
    }
}

#[test]
fn a_permission_that_is_given_later_is_noticed_while_the_microphone_is_wanted() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    desk.refuse("desk", Some(DeviceError::PermissionDenied));
    let options = RecorderOptions {
        retry: Duration::from_millis(50),
        ..unhurried()
    };
    let bench = Bench::new(desk.clone(), options);
    bench.recorder.warm(DEFAULT);
    bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: None,
            error: DeviceError::PermissionDenied,
            ..
        } => Some(()),
        _ => None,
    });
    desk.refuse("desk", None);
    assert_eq!(bench.opened(), "desk");
}

#[test]
fn two_seconds_of_digital_silence_are_noted_once() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    desk.speak("desk", &vec![0.0; samples(1900)]);
    desk.speak("desk", &[1e-5]);
    desk.speak("desk", &vec![0.0; samples(1900)]);
    std::thread::sleep(Duration::from_millis(100));
    assert!(bench.rest().is_empty());
    desk.speak("desk", &vec![0.0; samples(2000)]);
    bench.wait("note", |event| {
        matches!(event, CaptureEvent::AllZeros { .. }).then_some(())
    });
    desk.speak("desk", &vec![0.0; samples(3000)]);
    std::thread::sleep(Duration::from_millis(100));
    assert!(bench.rest().is_empty());
}

#[test]
fn a_folder_that_is_missing_fails_the_take_and_not_the_microphone() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    bench
        .recorder
        .start(TakeId(1), bench.folder().join("missing").join("1.mp3"));
    let error = bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error,
            kept: None,
        } => Some(error),
        _ => None,
    });
    assert_eq!(error.code(), "recording_not_written");
    bench.start(2);
    desk.speak("desk", &noise(samples(100), 12));
    bench.started();
}

#[test]
fn a_panic_below_leaves_the_part_for_recovery_and_a_recorder_that_works() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    bench.start(1);
    let said = noise(samples(3000), 13);
    desk.speak("desk", &said);
    bench.started();
    desk.panic("desk");
    bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Panicked,
            kept: None,
        } => Some(()),
        _ => None,
    });
    let part = bench.folder().join("1.mp3.part");
    let recovered = rehearse_audio::clip::recover(&part).unwrap();
    assert!(recovered.duration >= Duration::from_millis(2800), "{recovered:?}");
    bench.start(2);
    assert_eq!(bench.opened(), "desk");
    desk.speak("desk", &noise(samples(100), 14));
    bench.started();
}

#[test]
fn a_ring_that_overflows_is_counted() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.start(1);
    bench.opened();
    desk.speak("desk", &noise(500_000, 15));
    bench.started();
    bench.stop(1);
    desk.speak("desk", &noise(samples(500), 16));
    let (clip, dropped, _) = bench.finished();
    assert_eq!(dropped, 500_000 - 384_000);
    assert_eq!(clip.duration, Duration::from_millis(16_000 + 120));
}

#[test]
fn the_start_of_a_word_said_before_the_press_is_in_the_clip() {
    let desk = FakeInput::live(&[("desk", 48_000)]);
    // Longer than any pause that the test itself may make between the word and the press.
    let options = RecorderOptions {
        preroll: Duration::from_secs(3),
        ..RecorderOptions::default()
    };
    let bench = Bench::new(desk.clone(), options);
    bench.recorder.warm(DEFAULT);
    bench.opened();
    std::thread::sleep(Duration::from_millis(400));
    let word = noise(48_000 / 2, 17);
    desk.speak("desk", &word);
    std::thread::sleep(Duration::from_millis(150));
    bench.start(1);
    bench.started();
    std::thread::sleep(Duration::from_secs(1));
    bench.stop(1);
    let (clip, ..) = bench.finished();
    let found = align(
        &to_rate(&word, 48_000, SAMPLE_RATE),
        &decode(&clip.path),
        samples(3000),
    );
    assert!(found.correlation > 0.95 && found.offset >= 0, "{found:?}");
}

#[test]
fn recorder_and_player_can_be_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<rehearse_devices::Recorder>();
    is_shared::<rehearse_devices::Player>();
}

/// A driver that opens and is dead.
struct StillBorn;

impl InputBackend for StillBorn {
    fn devices(&self) -> Result<Vec<InputDevice>, DeviceError> {
        Ok(Vec::new())
    }

    fn open(&self, _: &DeviceChoice, _: SampleSink) -> Result<Box<dyn InputStream>, DeviceError> {
        let id = DeviceId("dead:0".to_owned());
        Ok(Box::new(Dead(InputDevice {
            id,
            name: "dead".to_owned(),
            is_default: true,
        })))
    }
}

struct Dead(InputDevice);

impl InputStream for Dead {
    fn device(&self) -> &InputDevice {
        &self.0
    }

    fn rate(&self) -> u32 {
        SAMPLE_RATE
    }
}

#[test]
fn microphones_that_die_as_soon_as_they_are_opened_are_not_opened_for_ever() {
    let bench = Bench::new(StillBorn, RecorderOptions::default());
    bench.start(1);
    bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Lost,
            kept: None,
        } => Some(()),
        _ => None,
    });
    std::thread::sleep(Duration::from_millis(200));
    assert!(bench.rest().is_empty());
    assert_eq!(std::fs::read_dir(bench.folder()).unwrap().count(), 0);
}
