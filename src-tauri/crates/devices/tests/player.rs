//! The player on a pretended loudspeaker: every event and every fault.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::SAMPLE_RATE;
use rehearse_devices::{
    DeviceChoice, DeviceError, DeviceId, OutputBackend, OutputDevice, OutputKind, OutputStream, PlayEvent,
    PlayId, Player, PlayerOptions, SamplePull,
};
use rehearse_testkit::{FakeOutput, correlation, to_rate};

struct Bench {
    player: Player,
    events: mpsc::Receiver<PlayEvent>,
}

fn bench(speaker: &FakeOutput, options: PlayerOptions) -> Bench {
    bench_on(Arc::new(speaker.clone()), options)
}

fn bench_on(backend: Arc<dyn OutputBackend>, options: PlayerOptions) -> Bench {
    let (tell, events) = mpsc::channel();
    let listener = Box::new(move |event| drop(tell.send(event)));
    Bench {
        player: Player::spawn(backend, options, listener).unwrap(),
        events,
    }
}

impl Bench {
    fn next(&self) -> PlayEvent {
        self.events
            .recv_timeout(Duration::from_secs(10))
            .expect("an event")
    }

    fn started(&self, line: u64) {
        match self.next() {
            PlayEvent::Started { id } => assert_eq!(id, PlayId(line)),
            other => panic!("{other:?} instead of a start"),
        }
    }

    fn drained(&self, line: u64) -> Duration {
        match self.next() {
            PlayEvent::Drained { id, heard } if id == PlayId(line) => heard,
            other => panic!("{other:?} instead of an end"),
        }
    }

    fn stopped(&self, line: u64) -> Duration {
        match self.next() {
            PlayEvent::Stopped { id, heard } if id == PlayId(line) => heard,
            other => panic!("{other:?} instead of a stop"),
        }
    }
}

/// Waits for what happens on another thread and is not told.
fn until(mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < deadline, "it did not happen within 10 s");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn tone(milliseconds: usize) -> Vec<f32> {
    let length = SAMPLE_RATE as usize * milliseconds / 1000;
    (0..length)
        .map(|n| 0.5 * (0.3 + n as f32 * 0.05).sin() + 0.2 * (n as f32 * n as f32 * 1e-6).sin())
        .collect()
}

/// What was heard without the silence around it.
fn spoken(heard: &[f32]) -> &[f32] {
    let loud = |sample: &f32| sample.abs() > 1e-3;
    let first = heard.iter().position(loud).unwrap_or(0);
    let last = heard.iter().rposition(loud).unwrap_or(0);
    &heard[first..=last]
}

#[test]
fn a_line_is_heard_whole_at_the_rate_of_the_device() {
    let speaker = FakeOutput::live(48_000);
    let bench = bench(&speaker, PlayerOptions::default());
    let line = tone(700);
    bench.player.play(PlayId(1));
    for chunk in line.chunks(1000) {
        bench.player.push(PlayId(1), chunk.to_vec());
    }
    bench.player.end(PlayId(1));
    bench.started(1);
    assert_eq!(bench.drained(1), Duration::from_millis(700));
    let expected = to_rate(&line, SAMPLE_RATE, 48_000);
    let heard = speaker.heard();
    let heard = spoken(&heard);
    // The end dies away over some milliseconds.
    assert!(
        (33_500..34_200).contains(&heard.len()),
        "{} of {}",
        heard.len(),
        expected.len()
    );
    let common = heard.len().min(expected.len());
    assert!(correlation(&heard[..common], &expected[..common]) > 0.99);
}

#[test]
fn the_next_line_is_heard_without_opening_the_device_again() {
    let speaker = FakeOutput::live(48_000);
    let bench = bench(&speaker, PlayerOptions::default());
    for line in 1..=3 {
        bench.player.play(PlayId(line));
        bench.player.push(PlayId(line), tone(100));
        bench.player.end(PlayId(line));
        bench.started(line);
        bench.drained(line);
    }
    assert_eq!(speaker.times_opened(), 1);
}

#[test]
fn the_device_is_closed_when_nothing_was_said_for_a_while() {
    let speaker = FakeOutput::live(48_000);
    let options = PlayerOptions {
        warm: Duration::from_millis(300),
        ..PlayerOptions::default()
    };
    let bench = bench(&speaker, options);
    let begun = Instant::now();
    bench.player.warm(DeviceChoice::SystemDefault);
    until(|| speaker.times_opened() == 1);
    until(|| !speaker.is_open());
    assert!(begun.elapsed() >= Duration::from_millis(300));
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(50));
    bench.player.end(PlayId(1));
    bench.started(1);
    bench.drained(1);
    assert_eq!(speaker.times_opened(), 2);
}

#[test]
fn a_line_that_still_arrives_waits_for_the_buffer() {
    let speaker = FakeOutput::by_hand(SAMPLE_RATE);
    let bench = bench(&speaker, PlayerOptions::default());
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(140));
    until(|| speaker.is_open());
    std::thread::sleep(Duration::from_millis(50));
    assert!(speaker.draw(1000).iter().all(|&sample| sample == 0.0));
    bench.player.push(PlayId(1), tone(20));
    until(|| speaker.draw(100).iter().any(|&sample| sample.abs() > 0.1));
    bench.started(1);
}

#[test]
fn jitter_within_the_buffer_is_not_heard() {
    let speaker = FakeOutput::live(48_000);
    // More than the pauses below and than what a busy machine adds to them.
    let options = PlayerOptions {
        buffer: Duration::from_secs(1),
        ..PlayerOptions::default()
    };
    let bench = bench(&speaker, options);
    let line = tone(3000);
    bench.player.play(PlayId(1));
    for (number, chunk) in line.chunks(SAMPLE_RATE as usize / 10).enumerate() {
        bench.player.push(PlayId(1), chunk.to_vec());
        std::thread::sleep(Duration::from_millis(if number % 2 == 0 { 140 } else { 50 }));
    }
    bench.player.end(PlayId(1));
    bench.started(1);
    assert_eq!(bench.drained(1), Duration::from_millis(3000));
    let heard = speaker.heard();
    let gap = spoken(&heard)
        .split(|sample| sample.abs() > 1e-3)
        .map(<[f32]>::len)
        .max()
        .unwrap_or(0);
    assert!(gap < 240, "a gap of {gap} frames");
}

#[test]
fn a_line_that_runs_dry_goes_on_when_more_comes() {
    let speaker = FakeOutput::live(SAMPLE_RATE);
    let bench = bench(&speaker, PlayerOptions::default());
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(200));
    bench.started(1);
    std::thread::sleep(Duration::from_millis(500));
    bench.player.push(PlayId(1), tone(100));
    bench.player.end(PlayId(1));
    assert_eq!(bench.drained(1), Duration::from_millis(300));
}

#[test]
fn a_stop_is_heard_within_moments_and_tells_how_much_was_heard() {
    let speaker = FakeOutput::live(48_000);
    let bench = bench(&speaker, PlayerOptions::default());
    let begun = Instant::now();
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(20_000));
    bench.player.end(PlayId(1));
    bench.started(1);
    std::thread::sleep(Duration::from_millis(300));
    bench.player.stop(PlayId(1));
    let heard = bench.stopped(1);
    let held = begun.elapsed();
    assert!(
        held < Duration::from_secs(9),
        "all of it was waited for: {held:?}"
    );
    assert!(
        heard > Duration::ZERO && heard < held + Duration::from_millis(200),
        "{heard:?} of {held:?}"
    );
}

#[test]
fn a_new_line_stops_the_old_one_and_nothing_of_it_is_left() {
    let speaker = FakeOutput::live(48_000);
    let bench = bench(&speaker, PlayerOptions::default());
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(5000));
    bench.started(1);
    bench.player.play(PlayId(2));
    bench.player.push(PlayId(1), tone(5000));
    bench.player.push(PlayId(2), tone(200));
    bench.player.end(PlayId(2));
    bench.stopped(1);
    bench.started(2);
    assert_eq!(bench.drained(2), Duration::from_millis(200));
}

#[test]
fn a_line_stopped_before_anything_came_opens_no_device() {
    let speaker = FakeOutput::live(48_000);
    let bench = bench(&speaker, PlayerOptions::default());
    bench.player.play(PlayId(1));
    bench.player.stop(PlayId(1));
    assert_eq!(bench.stopped(1), Duration::ZERO);
    assert_eq!(speaker.times_opened(), 0);
}

#[test]
fn without_a_device_the_line_fails_with_a_reason_and_the_next_may_succeed() {
    let speaker = FakeOutput::live(48_000);
    speaker.refuse(Some(DeviceError::NoDevice));
    let bench = bench(&speaker, PlayerOptions::default());
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(200));
    assert!(matches!(
        bench.next(),
        PlayEvent::Failed {
            id: PlayId(1),
            heard: Duration::ZERO,
            error: DeviceError::NoDevice
        }
    ));
    speaker.refuse(None);
    bench.player.play(PlayId(2));
    bench.player.push(PlayId(2), tone(200));
    bench.player.end(PlayId(2));
    bench.started(2);
    bench.drained(2);
}

#[test]
fn an_unplugged_loudspeaker_is_opened_again_and_the_line_goes_on_where_it_was() {
    let speaker = FakeOutput::live(48_000);
    let bench = bench(&speaker, PlayerOptions::default());
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(3000));
    bench.player.end(PlayId(1));
    bench.started(1);
    std::thread::sleep(Duration::from_millis(300));
    speaker.unplug();
    assert_eq!(bench.drained(1), Duration::from_millis(3000));
    assert_eq!(speaker.times_opened(), 2);
    // A busy machine may add silence in between.
    let sounding = |sound: &[f32]| sound.iter().filter(|sample| sample.abs() > 1e-3).count();
    let (heard, said) = (
        sounding(&speaker.heard()),
        sounding(&to_rate(&tone(3000), SAMPLE_RATE, 48_000)),
    );
    assert!(heard.abs_diff(said) < 4_800, "{heard} of {said} samples");
}

#[test]
fn a_loudspeaker_that_hangs_is_opened_again() {
    let speaker = FakeOutput::live(48_000);
    let options = PlayerOptions {
        stalled: Duration::from_millis(200),
        ..PlayerOptions::default()
    };
    let bench = bench(&speaker, options);
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(3000));
    bench.player.end(PlayId(1));
    bench.started(1);
    speaker.stall(true);
    until(|| speaker.times_opened() >= 2);
    speaker.stall(false);
    bench.drained(1);
}

#[test]
fn a_loudspeaker_lost_for_good_fails_the_line() {
    let speaker = FakeOutput::live(48_000);
    let bench = bench(&speaker, PlayerOptions::default());
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(1000));
    bench.started(1);
    std::thread::sleep(Duration::from_millis(200));
    speaker.refuse(Some(DeviceError::NoDevice));
    speaker.unplug();
    let PlayEvent::Failed {
        id: PlayId(1), heard, ..
    } = bench.next()
    else {
        panic!("it did not fail")
    };
    let played = Duration::from_millis(50)..Duration::from_secs(1);
    assert!(played.contains(&heard), "{heard:?} of it was heard");
    assert!(bench.player.shutdown(Duration::from_secs(5)));
}

/// A driver that opens and is dead.
struct StillBorn;

impl OutputBackend for StillBorn {
    fn devices(&self) -> Result<Vec<OutputDevice>, DeviceError> {
        Ok(Vec::new())
    }

    fn open(&self, _: &DeviceChoice, _: SamplePull) -> Result<Box<dyn OutputStream>, DeviceError> {
        let id = DeviceId("dead:0".to_owned());
        Ok(Box::new(Dead(OutputDevice {
            id,
            name: "dead".to_owned(),
            is_default: true,
            kind: OutputKind::default(),
        })))
    }
}

struct Dead(OutputDevice);

impl OutputStream for Dead {
    fn device(&self) -> &OutputDevice {
        &self.0
    }

    fn rate(&self) -> u32 {
        SAMPLE_RATE
    }
}

#[test]
fn loudspeakers_that_die_as_soon_as_they_are_opened_fail_the_line() {
    let bench = bench_on(Arc::new(StillBorn), PlayerOptions::default());
    bench.player.play(PlayId(1));
    bench.player.push(PlayId(1), tone(200));
    assert!(matches!(
        bench.next(),
        PlayEvent::Failed {
            id: PlayId(1),
            heard: Duration::ZERO,
            error: DeviceError::Lost
        }
    ));
}
